//! Who looks, presses or calls.

use super::with;
use crate::bindings::xueliang::hub::viewer::Person;
use crate::testing::Running;

pub(crate) fn current() -> Option<Person> {
    with(|state| {
        state.host_calls += 1;
        let hidden = state.public || state.running == Running::Batch;
        state.person.clone().filter(|_| !hidden)
    })
}
