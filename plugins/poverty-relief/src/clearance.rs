//! Clearing a risk (风险消除): the end of help, so one person proposes and another one decides.

use crate::household::Household;
use crate::household::Standing;
use crate::person::Person;

/// What must be true, in the order of the form: income stably above the line; schooling, medical care, housing and
/// drinking water secure; the risk gone; no new risk.
pub const CRITERIA: [&str; 4] = ["income", "secure", "gone", "none-new"];

/// Who may propose.
pub const PROPOSERS: [&str; 2] = ["grid-member", "handler"];

/// Who may decide.
pub const DECIDERS: [&str; 1] = ["county-admin"];

/// Why a household is not cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody answers for it.
    NoPerson,
    /// It takes another role.
    Role(&'static [&'static str]),
    /// It is not monitored, or nobody proposed it.
    Standing(Standing),
    /// This one of [`CRITERIA`] is not met.
    Criterion(&'static str),
    /// A clue of it is on its way: a new risk.
    OpenClue,
    /// He proposed it himself.
    OwnWork,
}

/// Proposes to clear a household.
///
/// # Errors
/// Why not.
pub fn propose(household: &mut Household, person: Option<&Person>, met: [bool; 4]) -> Result<(), Refusal> {
    let person = person.ok_or(Refusal::NoPerson)?;
    if !person.holds_any(&PROPOSERS) {
        return Err(Refusal::Role(&PROPOSERS));
    }
    if !matches!(household.standing, Standing::Monitored | Standing::Measures) {
        return Err(Refusal::Standing(household.standing));
    }
    if household.open_clue.is_some() {
        return Err(Refusal::OpenClue);
    }
    if let Some((criterion, _)) = CRITERIA.iter().zip(met).find(|(_, met)| !met) {
        return Err(Refusal::Criterion(criterion));
    }
    household.standing = Standing::Clearing;
    household.clearing_by = Some(person.account.clone());
    Ok(())
}

/// Decides about a proposal: cleared, or back to its measures.
///
/// # Errors
/// Why not.
pub fn decide(household: &mut Household, person: Option<&Person>, cleared: bool) -> Result<(), Refusal> {
    let person = person.ok_or(Refusal::NoPerson)?;
    if !person.holds_any(&DECIDERS) {
        return Err(Refusal::Role(&DECIDERS));
    }
    if household.standing != Standing::Clearing {
        return Err(Refusal::Standing(household.standing));
    }
    if household.clearing_by.as_deref() == Some(person.account.as_str()) {
        return Err(Refusal::OwnWork);
    }
    if cleared && household.open_clue.is_some() {
        return Err(Refusal::OpenClue);
    }
    household.clearing_by = None;
    if cleared {
        household.standing = Standing::Cleared;
        household.visit_due = None;
        household.visit_missed = None;
    } else {
        household.standing = Standing::Measures;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::household::Kind;

    fn person(account: &str, role: &str) -> Person {
        Person { account: account.to_owned(), roles: vec![role.to_owned()] }
    }

    fn household() -> Household {
        Household {
            place: "371122102001".to_owned(),
            head_masked: "王*".to_owned(),
            kind: Kind::Marginal,
            members: BTreeMap::new(),
            key: false,
            standing: Standing::Measures,
            open_clue: None,
            recognised: Some("c000001".to_owned()),
            helper: None,
            visit_due: "2026-12-31".parse().ok(),
            visit_missed: None,
            helped: true,
            clearing_by: None,
            quiet_since: None,
            registered_by: "grid".to_owned(),
            registered_ms: 0,
        }
    }

    #[test]
    fn a_household_is_cleared_by_a_second_person_only() {
        let mut one = household();
        let handler = person("handler", "handler");
        propose(&mut one, Some(&handler), [true; 4]).unwrap();
        assert!(matches!(decide(&mut one, Some(&handler), true), Err(Refusal::Role(_))));
        let same = person("handler", "county-admin");
        assert_eq!(decide(&mut one, Some(&same), true), Err(Refusal::OwnWork));
        assert_eq!(decide(&mut one, None, true), Err(Refusal::NoPerson), "the end of help needs a person");
        decide(&mut one, Some(&person("county", "county-admin")), true).unwrap();
        assert_eq!((one.standing, one.visit_due), (Standing::Cleared, None));
    }

    #[test]
    fn every_criterion_must_be_met_and_no_new_clue_be_open() {
        let handler = person("handler", "handler");
        for (at, criterion) in CRITERIA.iter().enumerate() {
            let mut met = [true; 4];
            met[at] = false;
            let refused = propose(&mut household(), Some(&handler), met);
            assert_eq!(refused, Err(Refusal::Criterion(criterion)));
        }
        let mut risky = household();
        risky.open_clue = Some("c000002".to_owned());
        assert_eq!(propose(&mut risky, Some(&handler), [true; 4]), Err(Refusal::OpenClue));
    }

    #[test]
    fn a_proposal_that_is_turned_down_leads_back_to_the_measures() {
        let mut one = household();
        propose(&mut one, Some(&person("handler", "handler")), [true; 4]).unwrap();
        decide(&mut one, Some(&person("county", "county-admin")), false).unwrap();
        assert_eq!((one.standing, one.clearing_by), (Standing::Measures, None));
    }
}
