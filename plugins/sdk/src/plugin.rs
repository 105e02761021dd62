//! The trait that a plugin implements, and what its functions are handed.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use crate::bindings::exports::xueliang::hub::calls;
use crate::bindings::exports::xueliang::hub::handler;
use crate::bindings::exports::xueliang::hub::pages;
use crate::calls::CallsError;
use crate::calls::Request;
use crate::calls::Response;
use crate::form::Form;
use crate::locale::Locale;
use crate::page::Page;

pub use crate::bindings::exports::xueliang::hub::handler::Batch;
pub use crate::bindings::exports::xueliang::hub::handler::Failure;
pub use crate::bindings::exports::xueliang::hub::pages::Done;
pub use crate::bindings::exports::xueliang::hub::pages::PagesError;
pub use crate::bindings::exports::xueliang::hub::pages::Press;
pub use crate::bindings::exports::xueliang::hub::pages::Visit;
pub use crate::bindings::xueliang::hub::types::Event;
pub use crate::bindings::xueliang::hub::types::PictureRef;

/// A plugin: each function is called in a fresh sandbox, one call at a time.
pub trait Plugin {
    /// Handles events of the manifest's subscription, in `seq` order.
    ///
    /// # Errors
    /// `Failure::Retry` for something passing, `Failure::Reject` for what can never be handled. Nothing of a failed call
    /// is kept; the host then tries the batch's events one by one.
    fn handle(batch: Batch) -> Result<(), Failure>;

    /// Draws a page. Read only: effects are refused.
    ///
    /// # Errors
    /// `PagesError::NotFound` when there is no such page; a plugin without pages keeps this default.
    fn view(visit: Visit) -> Result<Page, PagesError> {
        let _ = visit;
        Err(PagesError::NotFound)
    }

    /// Acts on a button that somebody pressed.
    ///
    /// # Errors
    /// [`crate::FormErrors`] turned into `PagesError` when something is filled in wrongly: the person keeps what he typed.
    fn act(press: Press) -> Result<Done, PagesError> {
        let _ = press;
        Err(PagesError::NotFound)
    }

    /// Answers a program that called an operation of the manifest's `calls`.
    ///
    /// Read only unless the manifest says `writes = true` there. Nothing is kept of a call that returns `Err` or a status
    /// above 399.
    ///
    /// # Errors
    /// `CallsError::NotFound` when there is no such operation; a plugin without calls keeps this default.
    fn answer(call: Request) -> Result<Response, CallsError> {
        let _ = call;
        Err(CallsError::NotFound)
    }
}

impl Event {
    /// The event's data as `T`.
    ///
    /// # Errors
    /// When the JSON object has another shape: other software sent it, so expect that.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_str(&self.data)
    }
}

impl Visit {
    /// The viewer's language.
    pub fn language(&self) -> Locale {
        Locale::of(&self.locale)
    }

    /// A value of the query; `None` where it is missing or empty.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut values: BTreeMap<String, String> = serde_json::from_str(&self.query).ok()?;
        values.remove(name).filter(|value| !value.is_empty())
    }
}

impl Press {
    /// What was filled in.
    pub fn fields(&self) -> Form {
        Form::read(&self.form)
    }
}

impl Done {
    /// Leads to `page` with `query`.
    pub fn to<'a>(page: &str, query: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let query: BTreeMap<&str, &str> = query.into_iter().collect();
        let query = serde_json::to_string(&query).expect("a map of strings is JSON");
        Self { page: page.to_owned(), query }
    }
}

/// Connects a [`Plugin`] with the world; made by [`crate::export!`].
#[doc(hidden)]
pub struct Exported<P>(PhantomData<P>);

impl<P: Plugin> handler::Guest for Exported<P> {
    fn handle(batch: Batch) -> Result<(), Failure> {
        P::handle(batch)
    }
}

impl<P: Plugin> pages::Guest for Exported<P> {
    fn view(visit: Visit) -> Result<String, PagesError> {
        let page = P::view(visit)?;
        serde_json::to_string(&page).map_err(|error| PagesError::Other(error.to_string()))
    }

    fn act(press: Press) -> Result<Done, PagesError> {
        P::act(press)
    }
}

impl<P: Plugin> calls::Guest for Exported<P> {
    fn answer(request: Request) -> Result<Response, CallsError> {
        P::answer(request)
    }
}

/// Compiles for plugins only; see [`crate::export!`].
#[doc(hidden)]
pub const fn checked<P: Plugin>() -> PhantomData<P> {
    PhantomData
}
