//! Cases, kept by the test hub's desk.

use super::with;
use crate::bindings::xueliang::hub::cases::Case;
use crate::bindings::xueliang::hub::cases::CasesError;
use crate::bindings::xueliang::hub::cases::Counts;
use crate::bindings::xueliang::hub::cases::Draft;
use crate::bindings::xueliang::hub::cases::Grouping;
use crate::bindings::xueliang::hub::cases::Page;
use crate::bindings::xueliang::hub::cases::Past;
use crate::bindings::xueliang::hub::cases::Step;
use crate::testing::Running;
use crate::testing::State;
use crate::testing::desk::Actor;

/// Steps that a module makes by itself.
const OWN: [&str; 2] = ["comment", "escalate"];

pub(crate) use crate::bindings::xueliang::hub::cases::Query;

pub(crate) fn open(draft: &Draft) -> Result<String, CasesError> {
    with(|state| {
        granted(state)?;
        super::may_write(state).map_err(CasesError::Other)?;
        if draft.camera.as_ref().is_some_and(|camera| !state.cameras.iter().any(|known| known.id == *camera)) {
            return Err(CasesError::Invalid("camera: not granted".to_owned()));
        }
        let (actor, now_ms) = (actor(state), state.now_ms);
        state.kept.desk.open(draft, &actor, now_ms)
    })
}

pub(crate) fn get(id: &str) -> Result<Case, CasesError> {
    with(|state| {
        granted(state)?;
        state.kept.desk.get(id, state.now_ms)
    })
}

pub(crate) fn by_key(key: &str) -> Result<Option<Case>, CasesError> {
    with(|state| {
        granted(state)?;
        Ok(state.kept.desk.all(state.now_ms).into_iter().find(|case| case.key == key))
    })
}

pub(crate) fn move_(id: &str, step: &Step) -> Result<Case, CasesError> {
    with(|state| {
        granted(state)?;
        super::may_write(state).map_err(CasesError::Other)?;
        let (actor, now_ms) = (actor(state), state.now_ms);
        if matches!(actor, Actor::Link) {
            return Err(CasesError::Refused("a stranger opens cases and makes no steps".to_owned()));
        }
        if matches!(actor, Actor::Module) && !OWN.contains(&step.name.as_str()) {
            return Err(CasesError::Refused(format!("`{}` is made by a person who is signed in", step.name)));
        }
        state.kept.desk.take(id, step, &actor, now_ms)
    })
}

pub(crate) fn find(query: &Query) -> Result<Page, CasesError> {
    with(|state| {
        granted(state)?;
        state.kept.desk.find(query, state.now_ms)
    })
}

pub(crate) fn history(id: &str) -> Result<Vec<Past>, CasesError> {
    with(|state| {
        granted(state)?;
        state.kept.desk.history(id)
    })
}

pub(crate) fn figures(from: i64, to: i64, by: Grouping) -> Result<Vec<Counts>, CasesError> {
    with(|state| {
        granted(state)?;
        state.kept.desk.figures(from, to, by, state.now_ms)
    })
}

/// The public link of a stranger; the signed-in person; in a batch, and where nobody is signed in, the module itself.
fn actor(state: &State) -> Actor {
    match &state.person {
        _ if state.public => Actor::Link,
        Some(person) if state.running != Running::Batch => Actor::Account(person.account.clone()),
        _ => Actor::Module,
    }
}

fn granted(state: &mut State) -> Result<(), CasesError> {
    state.host_calls += 1;
    if state.manifest.asks.cases.is_some() { Ok(()) } else { Err(CasesError::AccessDenied) }
}
