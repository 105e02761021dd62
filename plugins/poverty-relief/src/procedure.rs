//! The procedure of nine steps, read from `procedures.json`: versions with their days, steps and roles.
//!
//! A clue keeps the version under which it was opened, so a later one never changes what runs.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Locale;
use xl_plugin::day::Day;
use xl_plugin::zh_en;

use crate::consent::Purpose;

/// Where a clue stands. With [`crate::household::Standing`] these are all states of a household's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Somebody saw a risk.
    Clue,
    /// The household was visited and the risk verified.
    Visiting,
    /// The household committed itself and authorised the comparison.
    Authorised,
    /// Its information was compared.
    Compared,
    /// The villagers' meeting reviewed it.
    Reviewed,
    /// A notice went up.
    Noticed,
    /// The township approved.
    TownOk,
    /// The county decided.
    CountyOk,
    /// It is entered: the household is monitored.
    Monitored,
    /// It was rejected.
    Rejected,
}

impl State {
    /// All of them in order.
    pub const ALL: [Self; 10] = [
        Self::Clue,
        Self::Visiting,
        Self::Authorised,
        Self::Compared,
        Self::Reviewed,
        Self::Noticed,
        Self::TownOk,
        Self::CountyOk,
        Self::Monitored,
        Self::Rejected,
    ];

    /// As records and indexes have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Clue => "clue",
            Self::Visiting => "visiting",
            Self::Authorised => "authorised",
            Self::Compared => "compared",
            Self::Reviewed => "reviewed",
            Self::Noticed => "noticed",
            Self::TownOk => "town_ok",
            Self::CountyOk => "county_ok",
            Self::Monitored => "monitored",
            Self::Rejected => "rejected",
        }
    }

    /// Whether the clue may still be rejected: until the county has decided.
    pub fn may_be_rejected(self) -> bool {
        self < Self::CountyOk
    }

    /// Whether it is on its way.
    pub fn is_open(self) -> bool {
        self < Self::Monitored
    }
}

/// One step of a procedure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name in forms and records.
    pub name: String,
    zh: String,
    en: String,
    /// Where the clue must stand; none: the step opens a clue.
    #[serde(default)]
    pub from: Option<State>,
    /// Where it stands afterwards.
    pub to: State,
    /// Who may do it.
    pub roles: Vec<String>,
    /// What the household must have consented to.
    #[serde(default)]
    pub consents: Vec<Purpose>,
    /// Whether it must be somebody who entered nothing of this clue.
    #[serde(default)]
    pub independent: bool,
}

impl Step {
    /// Its name for people.
    pub fn title(&self, locale: Locale) -> &str {
        zh_en(locale, &self.zh, &self.en)
    }
}

/// One version of the procedure.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// Counts up from 1.
    pub version: u32,
    /// The first day on which clues are opened under it.
    pub from: Day,
    /// Where it comes from.
    pub source: String,
    /// Days from the clue to the decision.
    pub days_to_decide: u32,
    /// Days that a notice stands.
    pub notice_days: u32,
    /// Days to appeal against a rejection.
    pub appeal_days: u32,
    /// Its steps in order.
    pub steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Versions {
    versions: Vec<Procedure>,
}

impl Procedure {
    /// All versions, the newest last.
    pub fn all() -> Vec<Self> {
        // The file is built in and `the_shipped_procedure_has_nine_steps_in_a_row` reads it: it parses.
        serde_json::from_str::<Versions>(include_str!("../procedures.json")).map(|all| all.versions).unwrap_or_default()
    }

    /// The version under which a clue is opened on this day: the newest in force, or the first.
    pub fn on(day: Day) -> Option<Self> {
        let mut all = Self::all();
        let at = all.iter().rposition(|one| one.from <= day).unwrap_or(0);
        (at < all.len()).then(|| all.swap_remove(at))
    }

    /// A version by its number.
    pub fn version(version: u32) -> Option<Self> {
        Self::all().into_iter().find(|one| one.version == version)
    }

    /// A step by its name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }

    /// The step that leads on from a state.
    pub fn next(&self, state: State) -> Option<&Step> {
        self.steps.iter().find(|step| step.from == Some(state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_procedure_has_nine_steps_in_a_row() {
        let procedure = Procedure::version(1).unwrap();
        assert_eq!((procedure.days_to_decide, procedure.notice_days, procedure.steps.len()), (15, 5, 9));
        let titles: Vec<&str> = procedure.steps.iter().map(|step| step.title(Locale::Zh)).collect();
        let wanted = "风险预警 入户核查 承诺授权 信息比对 民主评议 村级公示 乡镇审核 县级审定 信息录入";
        assert_eq!(titles.join(" "), wanted);
        for pair in procedure.steps.windows(2) {
            assert_eq!(pair[1].from, Some(pair[0].to), "{}", pair[1].name);
        }
        for (step, role) in [("town", "township-admin"), ("county", "county-admin")] {
            let step = procedure.step(step).unwrap();
            assert!(step.independent);
            assert_eq!(step.roles, [role]);
        }
    }

    #[test]
    fn versions_count_up_and_a_clue_is_opened_under_the_one_in_force() {
        let all = Procedure::all();
        assert!(all.windows(2).all(|pair| pair[0].version < pair[1].version && pair[0].from < pair[1].from));
        assert_eq!(Procedure::on("2026-11-26".parse().unwrap()).unwrap().version, 1);
        assert_eq!(Procedure::version(99), None);
    }
}
