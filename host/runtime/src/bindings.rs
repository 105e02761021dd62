//! The world `plugin-with-calls` as Rust, generated from `wit/`; nothing else.
//!
//! Functions that only touch the run's own state are plain; those that ask a port are async. All may trap, so that a
//! limit can stop the run. A guest without pages or calls is bound by the parts that it has.

#![allow(
    missing_docs,
    unreachable_pub,
    rustdoc::all,
    clippy::missing_errors_doc,
    clippy::doc_markdown,
    clippy::too_long_first_doc_paragraph,
    reason = "generated from the WIT files, which carry the documentation"
)]

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "plugin-with-calls",
    imports: {
        "xueliang:hub/log": trappable,
        "xueliang:hub/settings": trappable,
        "xueliang:hub/records.delete": trappable,
        "xueliang:hub/links.issue": trappable,
        "xueliang:hub/kpis": trappable,
        "xueliang:hub/viewer": trappable,
        default: async | trappable,
    },
    exports: { default: async },
    with: {
        "xueliang:hub/pictures.picture": crate::host::pictures::Picture,
    },
    additional_derives: [PartialEq],
    ownership: Borrowing { duplicate_if_necessary: true },
});
