//! The one answer to "may he do this to that?".

use crate::fault::Code;
use crate::people::action::Action;
use crate::people::object::Object;
use crate::people::reach::Reach;
use crate::people::subject::Standing;
use crate::people::subject::Subject;
use crate::people::subject::Who;

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// He has no role where it is: for him it does not exist, and the answer is that of what does not.
    #[error("it belongs to a place where the caller has no role")]
    Unseen,
    /// His roles there do not include this. Code XL0901.
    #[error("no role of the caller allows this here")]
    NotAllowed,
    /// He has to set a password or a second factor first. Code XL0902.
    #[error("a password of one's own, or the second factor, is still to be set")]
    Enrolling,
    /// It is his own request. Code XL0908.
    #[error("nobody agrees to what he asked for himself")]
    OwnRequest,
}

impl Denied {
    /// The stable code; nothing for what must look as if it did not exist.
    pub fn code(self) -> Option<Code> {
        match self {
            Self::Unseen => None,
            Self::NotAllowed => Some(Code(901)),
            Self::Enrolling => Some(Code(902)),
            Self::OwnRequest => Some(Code(908)),
        }
    }
}

/// Whether `subject` may do `action` to `object`. Fails closed: who holds nothing may nothing.
///
/// # Errors
/// Why not.
pub fn authorize(subject: &Subject, action: Action, object: &Object) -> Result<(), Denied> {
    if action == Action::OwnAccount {
        // An account is its person's: a key that could make keys would outlive its own end.
        return match subject.who {
            Who::Account(_) => Ok(()),
            _ => Err(Denied::NotAllowed),
        };
    }
    if subject.standing == Standing::Enrolling {
        return Err(Denied::Enrolling);
    }
    let whole_hub = Reach::whole_hub();
    let at = match object {
        Object::Nothing => {
            let may = subject.roles.iter().any(|held| held.role.may(action));
            return if may { Ok(()) } else { Err(Denied::NotAllowed) };
        }
        Object::Hub => &whole_hub,
        Object::At(reach) | Object::Request { at: reach, .. } => reach,
    };
    let mut here = subject.held().filter(|held| held.reach.covers(at)).peekable();
    if here.peek().is_none() {
        return Err(if *object == Object::Hub { Denied::NotAllowed } else { Denied::Unseen });
    }
    if !here.any(|held| held.role.may(action)) {
        return Err(Denied::NotAllowed);
    }
    match object {
        Object::Request { by, .. } if subject.account() == Some(by) => Err(Denied::OwnRequest),
        _ => Ok(()),
    }
}

/// Where `subject` may do `action`: what lists hold. Everything below these places and nothing else.
pub fn places(subject: &Subject, action: Action) -> Vec<Reach> {
    if subject.standing == Standing::Enrolling {
        return Vec::new();
    }
    let mut places: Vec<Reach> =
        subject.held().filter(|held| held.role.may(action)).map(|held| held.reach.clone()).collect();
    places.sort_unstable();
    places.dedup();
    // In order a place stands before everything below it.
    let mut widest: Vec<Reach> = Vec::new();
    for place in places {
        if !widest.iter().any(|wider| wider.covers(&place)) {
            widest.push(place);
        }
    }
    widest
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::people::role::Role;

    fn account(name: &str, roles: &[&str]) -> Subject {
        let roles: Vec<_> = roles.iter().map(|text| text.parse().unwrap()).collect();
        Subject {
            who: Who::Account(name.parse().unwrap()),
            roles: roles.into(),
            former: Arc::default(),
            units: Arc::default(),
            standing: Standing::Full,
        }
    }

    fn at(reach: &str) -> Object {
        Object::At(reach.parse().unwrap())
    }

    fn asked(subject: &Subject, action: Action, object: &Object) -> Result<(), Denied> {
        authorize(subject, action, object)
    }

    #[test]
    fn a_role_holds_at_its_place_and_below_and_nowhere_else() {
        for role in Role::ALL {
            let reach = if role == Role::CountyAdmin { "371122" } else { "371122102" };
            let subject = account("li", &[&format!("{}@{reach}", role.word())]);
            for action in Action::ALL.into_iter().filter(|action| *action != Action::OwnAccount) {
                let own = if role.may(action) { Ok(()) } else { Err(Denied::NotAllowed) };
                for (place, answer) in [
                    ("371122102", own),
                    ("371122102201", own),
                    ("371123102", Err(Denied::Unseen)),
                    ("37", Err(Denied::Unseen)),
                ] {
                    assert_eq!(asked(&subject, action, &at(place)), answer, "{role:?} {action:?} {place}");
                }
                assert_eq!(asked(&subject, action, &Object::Hub), Err(Denied::NotAllowed), "{role:?} {action:?}");
                assert_eq!(asked(&subject, action, &Object::Nothing), own, "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn a_role_holds_at_the_former_codes_of_its_place_as_at_the_place() {
        let former = account("li", &["viewer@371122103"]).roles;
        let subject = Subject { former, ..account("li", &["viewer@371122005"]) };
        assert_eq!(asked(&subject, Action::ReadStatus, &at("371122103201")), Ok(()));
        assert_eq!(asked(&subject, Action::EditCameras, &at("371122103")), Err(Denied::NotAllowed));
        assert_eq!(asked(&subject, Action::ReadStatus, &at("371122102")), Err(Denied::Unseen));
        let written: Vec<String> = places(&subject, Action::ReadStatus).iter().map(ToString::to_string).collect();
        assert_eq!(written, ["371122005", "371122103"]);
    }

    /// ID-13, the part that needs no request: a missing role never means "allowed".
    #[test]
    fn who_holds_nothing_may_nothing() {
        let nobody = account("li", &[]);
        let module = Who::Module(crate::id::ModuleKey {
            township: "371122102".parse().unwrap(),
            plugin: "trace".parse().unwrap(),
        });
        let device = Who::Device("371122102.gh-1".parse().unwrap());
        for who in [nobody.who.clone(), module, device] {
            let subject = Subject { who, ..nobody.clone() };
            for action in Action::ALL.into_iter().filter(|action| *action != Action::OwnAccount) {
                assert_eq!(asked(&subject, action, &at("371122102")), Err(Denied::Unseen));
                assert_eq!(asked(&subject, action, &Object::Hub), Err(Denied::NotAllowed));
                assert_eq!(asked(&subject, action, &Object::Nothing), Err(Denied::NotAllowed));
                assert_eq!(places(&subject, action), []);
            }
        }
    }

    #[test]
    fn roles_at_two_places_do_not_add_up() {
        let subject = account("li", &["viewer@371122102", "township-admin@371122103"]);
        assert_eq!(asked(&subject, Action::EditCameras, &at("371122103")), Ok(()));
        assert_eq!(asked(&subject, Action::EditCameras, &at("371122102")), Err(Denied::NotAllowed));
        assert_eq!(asked(&subject, Action::ReadStatus, &at("371122102")), Ok(()));
        assert_eq!(asked(&subject, Action::ReadStatus, &at("371122104")), Err(Denied::Unseen));
    }

    #[test]
    fn who_is_enrolling_may_only_finish_that() {
        let subject = Subject { standing: Standing::Enrolling, ..account("li", &["county-admin@*"]) };
        for action in Action::ALL {
            let answer = if action == Action::OwnAccount { Ok(()) } else { Err(Denied::Enrolling) };
            assert_eq!(asked(&subject, action, &Object::Hub), answer, "{action:?}");
            assert_eq!(places(&subject, action), []);
        }
    }

    #[test]
    fn an_account_is_its_persons_and_no_keys() {
        let person = account("li", &["county-admin@*"]);
        let key = Subject { who: Who::Key { owner: "li".parse().unwrap(), id: "k".into() }, ..person.clone() };
        assert_eq!(asked(&person, Action::OwnAccount, &Object::Nothing), Ok(()));
        assert_eq!(asked(&key, Action::OwnAccount, &Object::Nothing), Err(Denied::NotAllowed));
        assert_eq!(asked(&key, Action::EditPeople, &Object::Hub), Ok(()));
    }

    #[test]
    fn nobody_approves_his_own_request() {
        let request = |by: &str| Object::Request { at: "371122102".parse().unwrap(), by: by.parse().unwrap() };
        let admin = account("li", &["township-admin@371122102"]);
        assert_eq!(asked(&admin, Action::ApproveRequests, &request("wang")), Ok(()));
        assert_eq!(asked(&admin, Action::ApproveRequests, &request("li")), Err(Denied::OwnRequest));
        let key = Subject { who: Who::Key { owner: "li".parse().unwrap(), id: "k".into() }, ..admin };
        assert_eq!(asked(&key, Action::ApproveRequests, &request("li")), Err(Denied::OwnRequest), "nor with his key");
        let elsewhere = account("li", &["township-admin@371122103"]);
        assert_eq!(asked(&elsewhere, Action::ApproveRequests, &request("li")), Err(Denied::Unseen));
    }

    #[test]
    fn a_list_holds_the_widest_places_once() {
        let subject = account("li", &["viewer@371122102201", "operator@371122102", "viewer@371122102", "handler@3712"]);
        let written: Vec<String> = places(&subject, Action::ReadStatus).iter().map(ToString::to_string).collect();
        assert_eq!(written, ["371122102", "3712"]);
        let written: Vec<String> = places(&subject, Action::ReadPictures).iter().map(ToString::to_string).collect();
        assert_eq!(written, ["371122102", "3712"]);
        assert_eq!(places(&account("li", &["viewer@*", "viewer@37"]), Action::ReadStatus), [Reach::whole_hub()]);
    }
}
