//! Which responsible units accounts belong to, and which units have anybody.

use tracing::info;
use xl_model::id::AccountName;
use xl_model::id::UnitId;
use xl_model::people::action::Action;
use xl_model::people::held::Held;
use xl_model::people::member::MOST_UNITS;
use xl_model::people::member::Member;
use xl_model::people::reach::Reach;
use xl_model::people::subject::Subject;
use xl_store::people::Account;

use super::People;
use super::PeopleError;
use super::accounts::not_oneself;

impl People {
    /// Puts an account into these units in place of those in which it is; its sessions end, since it may handle more without
    /// any. Whether they exist is for the caller to ask.
    ///
    /// # Errors
    /// [`PeopleError::OwnRequest`], [`PeopleError::Field`], [`xl_store::StoreError::NotFound`].
    pub async fn set_units(
        &self,
        giver: &Subject,
        name: &AccountName,
        mut units: Vec<Member>,
    ) -> Result<Account, PeopleError> {
        not_oneself(giver, name)?;
        units.sort_unstable();
        units.dedup();
        if units.len() > MOST_UNITS || !units.iter().all(Member::fits) {
            let wrong = "at most 32 units, each of a township or of all below a county: no village has units";
            return Err(PeopleError::Field { field: "units", wrong });
        }
        let _turn = self.0.turn.lock().await;
        let account = Account { units, ..self.known(name)? };
        self.write(account.clone(), true).await?;
        let given: Vec<String> = account.units.iter().map(ToString::to_string).collect();
        info!(account = %name, units = given.join(" "), "`{name}` belongs to other units");
        Ok(account)
    }

    /// The units of a place to which somebody belongs who may sign in and handle cases there or at a village of it.
    pub fn staffed(&self, at: &Reach) -> Vec<UnitId> {
        let view = self.read();
        // Who holds a role at the code of today holds it at the former ones.
        let codes = [at.clone(), view.places.now(at)];
        let is_near = |held: &Held| codes.iter().any(|at| held.reach.covers(at) || at.covers(&held.reach));
        let handles = |account: &&Account| {
            account.enabled && account.roles.iter().any(|held| held.role.may(Action::HandleCases) && is_near(held))
        };
        let accounts = view.accounts.values().filter(|account| !account.units.is_empty()).filter(handles);
        let is_here = |member: &&Member| codes.iter().any(|at| member.reach.covers(at));
        let here = accounts.flat_map(|account| &account.units).filter(is_here);
        let mut units: Vec<UnitId> = here.map(|member| member.unit.clone()).collect();
        units.sort_unstable();
        units.dedup();
        units
    }
}
