//! What somebody reads of a township by a role that he holds above it (TEN-9).
//!
//! Noted where he is given the authority, for the layer around the request, which records it before the answer leaves
//! ([`crate::api::acts`]). A list is noted when it is read: a menu that asks what somebody may open reads nothing. The part of a
//! list that lies in one township is noted as a thing of that township is.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::object::Object;
use xl_model::people::reach::Reach;
use xl_model::people::subject::Subject;

/// Digits of a township's code; whatever has fewer lies above.
pub(super) const TOWNSHIP_DIGITS: usize = 9;

/// A kind of thing, as the audit log calls it, and in which township; none: a list over many.
pub(in crate::api) type Read = (&'static str, Option<TownshipId>);

/// What a request read from above so far; in the extensions of one whose reading is recorded. Clones share it.
#[derive(Debug, Clone, Default)]
pub(in crate::api) struct FromAbove(Arc<Mutex<BTreeSet<Read>>>);

/// A list that somebody may read from above.
#[derive(Debug, Clone)]
pub(super) struct List {
    reads: FromAbove,
    read: Read,
}

impl FromAbove {
    /// What was read since the last time.
    pub(in crate::api) fn taken(&self) -> BTreeSet<Read> {
        std::mem::take(&mut *self.noted())
    }

    /// Notes that somebody may read something, where his role comes from above; gives the list where it is one.
    pub(super) fn asked(&self, subject: &Subject, action: Action, object: &Object) -> Option<List> {
        let kind = action.reads()?;
        match object {
            Object::At(at) if is_from_above(subject, action, at) => {
                self.noted().insert((kind, township(at)));
                None
            }
            Object::Nothing => {
                let is_above = subject.held().any(|held| held.role.may(action) && lies_above(&held.reach));
                is_above.then(|| List { reads: self.clone(), read: (kind, None) })
            }
            Object::At(_) | Object::Hub | Object::Request { .. } => None,
        }
    }

    fn noted(&self) -> MutexGuard<'_, BTreeSet<Read>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    /// The part of it that lies at one place and below; nothing where a role of the place's township allows reading that. All of it
    /// where the place lies above townships, or nothing is said.
    pub(super) fn narrowed(&self, subject: &Subject, action: Action, to: Option<Reach>) -> Option<Self> {
        let Some(at) = to.filter(|to| !lies_above(to)) else { return Some(self.clone()) };
        let read = (self.read.0, township(&at));
        is_from_above(subject, action, &at).then(|| Self { reads: self.reads.clone(), read })
    }

    /// Notes that it is read.
    pub(super) fn is_read(&self) {
        self.reads.noted().insert(self.read.clone());
    }
}

/// Whether only roles from above let him do it there. What is a county's own (`371122000`) is no township's.
fn is_from_above(subject: &Subject, action: Action, at: &Reach) -> bool {
    let mut by = subject.held().filter(|held| held.role.may(action) && held.reach.covers(at)).peekable();
    let is_countys_own = at.digits().get(6..TOWNSHIP_DIGITS) == Some("000");
    !is_countys_own && by.peek().is_some() && by.all(|held| lies_above(&held.reach))
}

/// The township in which a place lies; nothing for what lies above townships.
fn township(at: &Reach) -> Option<TownshipId> {
    at.digits().get(..TOWNSHIP_DIGITS)?.parse().ok()
}

fn lies_above(reach: &Reach) -> bool {
    reach.digits().len() < TOWNSHIP_DIGITS
}

#[cfg(test)]
mod tests {
    use xl_model::people::subject::Standing;
    use xl_model::people::subject::Who;

    use super::*;

    /// What somebody with these roles reads from above when he reads cameras there, of a list the part that lies at `to`.
    fn noted(roles: &[&str], object: &Object, to: Option<&str>) -> Vec<Option<String>> {
        let subject = Subject {
            who: Who::Account("li".parse().unwrap()),
            roles: roles.iter().map(|role| role.parse().unwrap()).collect(),
            former: Arc::default(),
            units: Arc::default(),
            standing: Standing::Full,
        };
        let reads = FromAbove::default();
        if let Some(list) = reads.asked(&subject, Action::ReadCameras, object) {
            assert_eq!(reads.taken().len(), 0, "a list that is not read yet");
            if let Some(part) = list.narrowed(&subject, Action::ReadCameras, to.map(|to| to.parse().unwrap())) {
                part.is_read();
                part.is_read();
            }
        }
        let taken = reads.taken();
        assert!(taken.iter().all(|(kind, _)| *kind == "cameras") && reads.taken().is_empty());
        taken.into_iter().map(|(_, township)| township.map(|township| township.to_string())).collect()
    }

    #[test]
    fn a_read_is_from_above_where_no_role_of_the_township_or_below_allows_it() {
        let at = |place: &str| Object::At(place.parse().unwrap());
        let township = Some("371122102".to_owned());
        for (roles, object, reads) in [
            (&["viewer@371122"][..], at("371122102"), vec![township.clone()]),
            (&["viewer@*"], at("371122102201"), vec![township.clone()]),
            (&["viewer@371122102"], at("371122102201"), vec![]),
            (&["viewer@371122102201"], at("371122102201"), vec![]),
            (&["viewer@371122", "viewer@371122102"], at("371122102201"), vec![]),
            // Its own role does not include it, or it is held beside.
            (&["viewer@371122", "enterprise@371122102"], at("371122102"), vec![township.clone()]),
            (&["viewer@371122", "viewer@371122103"], at("371122102"), vec![township]),
            // A list over the county, and what is the county's own.
            (&["viewer@*"], at("371122"), vec![None]),
            (&["viewer@371122"], at("371122000"), vec![]),
            (&["viewer@371122"], Object::Nothing, vec![None]),
            (&["viewer@371122102", "viewer@371122103"], Object::Nothing, vec![]),
            (&["viewer@371122102", "enterprise@371122103"], Object::Nothing, vec![]),
            (&["viewer@*"], Object::Hub, vec![]),
        ] {
            assert_eq!(noted(roles, &object, None), reads, "{roles:?} {object:?}");
        }
    }

    #[test]
    fn a_list_of_one_township_is_read_of_it_and_not_from_above_where_a_role_of_the_township_allows_it() {
        let township = Some("371122102".to_owned());
        for (roles, to, reads) in [
            (&["viewer@371122"][..], "371122102", vec![township.clone()]),
            (&["viewer@*"], "371122102201", vec![township.clone()]),
            (&["viewer@371122", "viewer@371122102"], "371122102", vec![]),
            (&["viewer@371122", "viewer@371122102"], "371122102201", vec![]),
            // A role of one village of it, or of the township beside.
            (&["viewer@371122", "viewer@371122102201"], "371122102", vec![township.clone()]),
            (&["viewer@371122", "viewer@371122103"], "371122102", vec![township]),
            // Where he may read nothing, and what is the county's own.
            (&["viewer@371122"], "371123102", vec![]),
            (&["viewer@371122"], "371122000", vec![]),
            // Many townships, as without a place.
            (&["viewer@*"], "371122", vec![None]),
            (&["viewer@371122", "viewer@371122102"], "3711", vec![None]),
        ] {
            assert_eq!(noted(roles, &Object::Nothing, Some(to)), reads, "{roles:?} {to}");
        }
    }
}
