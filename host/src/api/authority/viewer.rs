//! Who stands before a module's page, as the module and the case engine are told.

use xl_model::case::Power;
use xl_model::case::Powers;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::authorize::authorize;
use xl_model::people::member::ActsFor;
use xl_model::people::object::Object;
use xl_model::people::reach::Reach;
use xl_runtime::run::Viewer;

use super::Authority;
use crate::api::state::ApiState;

/// What somebody needs to be allowed for a power over cases.
pub(crate) fn action_of(power: Power) -> Action {
    match power {
        Power::Report => Action::ReportCases,
        Power::File => Action::FileCases,
        Power::Handle => Action::HandleCases,
        Power::Check => Action::CheckCases,
    }
}

impl Authority {
    /// The person, at a module of a township: his roles there, below and above, and what he may do with its cases.
    pub fn viewer(&self, state: &ApiState, township: &TownshipId) -> Option<Viewer> {
        let subject = &self.signed.subject;
        let account = subject.account()?.clone();
        let at = Reach::from(township);
        let known = state.people().account(&account).map(|account| account.title).filter(|title| !title.is_empty());
        let near = subject.held().filter(|held| held.reach.covers(&at) || at.covers(&held.reach));
        let mut roles: Vec<String> = near.map(|held| held.role.word().to_owned()).collect();
        roles.sort_unstable();
        roles.dedup();
        let (powers, acts_for) = (self.powers(&at), self.acts_for(&at));
        Some(Viewer { name: known.unwrap_or_else(|| account.to_string()), account, roles, powers, acts_for })
    }

    /// For which units of a place he may handle cases.
    pub fn acts_for(&self, at: &Reach) -> ActsFor {
        ActsFor::of(&self.signed.subject.units, at)
    }

    /// What he may do with the cases of a place.
    pub fn powers(&self, at: &Reach) -> Powers {
        let object = Object::At(at.clone());
        let may = |power: &Power| authorize(&self.signed.subject, action_of(*power), &object).is_ok();
        Power::ALL.into_iter().filter(may).collect()
    }
}
