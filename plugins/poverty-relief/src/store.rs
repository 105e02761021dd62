//! The module's records by name: what is in them stands in the pure files; lists are read page by page.

use serde::Serialize;
use serde::de::DeserializeOwned;
use xl_plugin::Error;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::clue::Clue;
use crate::consent::Consent;
use crate::consent::Purpose;
use crate::consent::Standing;
use crate::file::Income;
use crate::file::IncomeKind;
use crate::grievance::Grievance;
use crate::grievance::Want;
use crate::household::Household;
use crate::household::SealedData;
use crate::notice::Notice;
use crate::project::Project;
use crate::rule::Fate;
use crate::rule::Warning;

/// Households by `h000001`.
pub const HOUSEHOLDS: &str = "households";
/// What leads to a person, by household.
pub const SEALED: &str = "sealed";
/// Consents by `{household}/{purpose}`.
pub const CONSENTS: &str = "consents";
/// Warnings by `w000001`.
pub const WARNINGS: &str = "warnings";
/// Warnings that departments sent, by their reference.
pub const IMPORTED: &str = "imported";
/// Clues by `c000001`.
pub const CLUES: &str = "clues";
/// Notices by `n000001`.
pub const NOTICES: &str = "notices";
/// Visits by `{household}/{day}/{ms}`.
pub const VISITS: &str = "visits";
/// Measures by `{household}/{ms}`.
pub const MEASURES: &str = "measures";
/// Incomes by `{household}/{year}/{ms}`.
pub const INCOMES: &str = "incomes";
/// Looks at unmasked files by `l000001`.
pub const LOOKS: &str = "looks";
/// Grievances by `q000001`.
pub const GRIEVANCES: &str = "grievances";
/// Projects by `j000001`.
pub const PROJECTS: &str = "projects";
/// What happened to projects by `{project}/{ms}/{what}`.
pub const PROGRESS: &str = "progress";
/// Shares paid by `{project}/{ms}`.
pub const SHARES: &str = "shares";
/// Households by helper: `{account}`.
pub const HELPERS: &str = "helpers";
/// Figures of periods by `{kpi}/{period}/{place}`.
pub const COUNTS: &str = "counts";
/// Households by village and standing, and the township's under `all`.
pub const TALLIES: &str = "tallies";

/// Rows of one list.
pub const ROWS: u32 = 50;

/// The key after the largest one: `h000001` when there is none. Records of these collections are never deleted.
///
/// # Errors
/// When the host refuses the question.
pub fn next_key(collection: &str, letter: char) -> Result<String, Error> {
    let newest: Found<serde_json::Value> = records::find(&Query::keys(collection).descending().limit(1))?;
    let number = newest.entries.first().and_then(|(key, _)| key.get(1..)?.parse::<u32>().ok()).unwrap_or(0);
    Ok(format!("{letter}{:06}", number.saturating_add(1)))
}

/// A record, or nothing for an empty key: keys come from addresses too, and an empty one is an error to the host.
///
/// # Errors
/// When the host refuses the question.
pub fn get<T: DeserializeOwned>(collection: &str, key: &str) -> Result<Option<T>, Error> {
    if key.is_empty() || key.len() > 200 { Ok(None) } else { records::get(collection, key) }
}

/// Writes a record.
///
/// # Errors
/// When the host refuses it.
pub fn put<T: Serialize>(collection: &str, key: &str, value: &T) -> Result<(), Error> {
    records::put(collection, key, value)
}

/// A household.
///
/// # Errors
/// When the host refuses the question.
pub fn household(key: &str) -> Result<Option<Household>, Error> {
    get(HOUSEHOLDS, key)
}

/// What leads to a person.
///
/// # Errors
/// When the host refuses the question.
pub fn sealed(household: &str) -> Result<SealedData, Error> {
    Ok(get(SEALED, household)?.unwrap_or_default())
}

/// A clue.
///
/// # Errors
/// When the host refuses the question.
pub fn clue(key: &str) -> Result<Option<Clue>, Error> {
    get(CLUES, key)
}

/// A notice.
///
/// # Errors
/// When the host refuses the question.
pub fn notice(key: &str) -> Result<Option<Notice>, Error> {
    get(NOTICES, key)
}

/// The notice of a clue.
///
/// # Errors
/// When the host refuses the question.
pub fn notice_of(clue: &Clue) -> Result<Option<Notice>, Error> {
    clue.notice.as_deref().map_or(Ok(None), notice)
}

/// A warning.
///
/// # Errors
/// When the host refuses the question.
pub fn warning(key: &str) -> Result<Option<Warning>, Error> {
    get(WARNINGS, key)
}

/// A project.
///
/// # Errors
/// When the host refuses the question.
pub fn project(key: &str) -> Result<Option<Project>, Error> {
    get(PROJECTS, key)
}

/// The key of a consent.
pub fn consent_key(household: &str, purpose: Purpose) -> String {
    format!("{household}/{}", purpose.as_str())
}

/// A household's consent to a purpose, with its past.
///
/// # Errors
/// When the host refuses the question.
pub fn consent(household: &str, purpose: Purpose) -> Result<Consent, Error> {
    Ok(get(CONSENTS, &consent_key(household, purpose))?.unwrap_or_default())
}

/// What a household consents to now.
///
/// # Errors
/// When the host refuses a question.
pub fn consents(household: &str) -> Result<Standing, Error> {
    let mut standing = Vec::new();
    for purpose in Purpose::ALL {
        if consent(household, purpose)?.stands() {
            standing.push(purpose);
        }
    }
    Ok(Standing::of(standing))
}

/// What came in to a household in a year, in whole yuan; at most 200 entries are summed.
///
/// # Errors
/// When the host refuses the question.
pub fn income_of(household: &str, year: u32) -> Result<i64, Error> {
    let found: Found<Income> = records::find(&Query::keys(INCOMES).prefix(&format!("{household}/{year:04}/")))?;
    let earned = found.entries.iter().filter(|(_, income)| income.kind != IncomeKind::Expense);
    Ok(earned.map(|(_, income)| income.yuan).fold(0, i64::saturating_add))
}

/// Whether an objection or appeal about a clue waits for its answer.
///
/// # Errors
/// When the host refuses the question.
pub fn is_objected(clue: &str) -> Result<bool, Error> {
    let found: Found<Grievance> = records::find(&Query::by(GRIEVANCES, "clue").equals(clue))?;
    let waits = |one: &Grievance| one.answer.is_none() && matches!(one.want, Want::Objection | Want::Appeal);
    Ok(found.entries.iter().any(|(_, one)| waits(one)))
}

/// Whether a warning of this rule waits for somebody's decision about the household.
///
/// # Errors
/// When the host refuses the question.
pub fn is_warned(household: &str, rule: &str) -> Result<bool, Error> {
    let found: Found<Warning> = records::find(&Query::by(WARNINGS, "household").equals(household))?;
    Ok(found.entries.iter().any(|(_, one)| one.rule == rule && one.fate == Fate::Open))
}

/// The project that a camera looks at.
///
/// # Errors
/// When the host refuses the question.
pub fn project_of(camera: &str) -> Result<Option<(String, Project)>, Error> {
    let found = records::find(&Query::by(PROJECTS, "camera").equals(camera).limit(1))?;
    Ok(found.entries.into_iter().next())
}
