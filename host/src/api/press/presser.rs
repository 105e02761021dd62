//! Who presses a button: somebody who is signed in, or a public link.

use xl_store::Store;

use crate::api::authority::Authority;
use crate::api::state::ApiState;
use crate::api::state::OpenLink;
use crate::dispatch::Modules;

/// Who presses, with the parts that his authority opens.
pub(crate) struct Presser<'a> {
    pub(super) state: &'a ApiState,
    pub(super) store: &'a Store,
    pub(super) modules: &'a Modules,
    /// Whose the pictures are that he attaches: an account, or `link:{id}`, which no account is called.
    pub(super) name: String,
    /// Whether nobody knows him.
    pub(super) is_stranger: bool,
}

impl<'a> Presser<'a> {
    /// Somebody who is signed in.
    pub(crate) fn person(state: &'a ApiState, authority: &Authority) -> Self {
        let (store, modules) = (state.store(authority), state.modules(authority));
        Self { state, store, modules, name: authority.person().to_owned(), is_stranger: false }
    }

    /// Somebody behind a public link.
    pub(crate) fn stranger(link: &'a OpenLink) -> Self {
        let (state, store, modules) = link.parts();
        Self { state, store, modules, name: link.id().to_string(), is_stranger: true }
    }
}
