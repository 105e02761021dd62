//! What a Xueliang+ plugin is written with.
//!
//! A plugin is a type that implements [`Plugin`], handed to [`export!`]. What it may use of the host stands in one module
//! each: [`settings`], [`records`], [`cases`], [`kpis`], [`events`], [`cameras`], [`pictures`], [`links`], [`http`],
//! [`viewer`], [`log`]. Pages are built from [`page`], their texts named by [`phrases!`]; programs are answered with [`calls`].
//! Everything a call changes is committed together when the call returns `Ok`, and dropped otherwise.
//!
//! Built for `wasm32-wasip2` the modules call the host. Built natively they call [`testing`], a small host inside the
//! test's own thread, so `cargo test` exercises the same code.

extern crate self as xl_plugin;

#[cfg(any(target_arch = "wasm32", test))]
mod arena;
#[doc(hidden)]
pub mod bindings;
pub mod calls;
pub mod cameras;
pub mod cases;
pub mod day;
pub mod error;
pub mod events;
pub mod form;
pub mod http;
pub mod kpis;
pub mod links;
pub mod locale;
pub mod log;
pub mod page;
pub mod phrase;
pub mod pictures;
pub mod plugin;
pub mod records;
pub mod settings;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod viewer;

#[doc(hidden)]
pub use wit_bindgen::rt as runtime;

pub use crate::calls::CallsError;
pub use crate::calls::Request;
pub use crate::calls::Response;
pub use crate::error::Error;
pub use crate::form::Form;
pub use crate::form::FormErrors;
pub use crate::locale::Locale;
pub use crate::locale::zh_en;
pub use crate::page::Page;
pub use crate::phrase::Phrase;
pub use crate::plugin::Batch;
pub use crate::plugin::Done;
pub use crate::plugin::Event;
pub use crate::plugin::Failure;
pub use crate::plugin::PagesError;
pub use crate::plugin::PictureRef;
pub use crate::plugin::Plugin;
pub use crate::plugin::Press;
pub use crate::plugin::Visit;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: arena::Arena = arena::Arena::new();

/// Makes a type that implements [`Plugin`] the component's plugin. Once in a crate.
///
/// Built natively it only checks the type: the names of a component's exports mean nothing to a native linker.
#[macro_export]
macro_rules! export {
    ($plugin:ty) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            type Exported = $crate::plugin::Exported<$plugin>;
    $crate::bindings::export_world!(Exported with_types_in $crate::bindings);
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: ::std::marker::PhantomData<$plugin> = $crate::plugin::checked::<$plugin>();
    };
}

/// Compiles the code that `plugins/README.md` shows.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
