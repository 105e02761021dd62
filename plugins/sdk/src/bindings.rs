//! The world `plugin-with-calls` as Rust, generated from `wit/`; nothing else.

#![allow(
    missing_docs,
    unsafe_code,
    unreachable_pub,
    rustdoc::all,
    clippy::all,
    clippy::pedantic,
    clippy::missing_errors_doc,
    clippy::doc_markdown,
    reason = "generated: raw pointers of the canonical ABI; the WIT files carry the documentation"
)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "plugin-with-calls",
    pub_export_macro: true,
    export_macro_name: "export_world",
    default_bindings_module: "xl_plugin::bindings",
    runtime_path: "::xl_plugin::runtime",
    additional_derives: [PartialEq],
    additional_derives_ignore: ["picture"],
});
