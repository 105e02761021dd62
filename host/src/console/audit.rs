//! The audit log, newest first, for who audits: all of it, or the rows of his townships. That he reads it is a row of it as well.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::audit::Outcome;
use xl_model::audit::Row;
use xl_model::clock::TimestampMs;
use xl_model::people::action::Action;
use xl_store::audit::AuditFilter;

use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::text::Words;
use crate::console::time;

/// Two screenfuls on a desk.
const ROWS_A_PAGE: u32 = 50;

/// Which rows somebody looks for; empty fields of the form say nothing.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    who: String,
    #[serde(default)]
    action: String,
    #[serde(default)]
    day: String,
    before: Option<u64>,
}

/// A row as it is shown.
pub(crate) struct AuditRow {
    /// Its number.
    pub(crate) seq: u64,
    /// When, for people.
    pub(crate) time: String,
    /// When, for programs.
    pub(crate) iso: String,
    /// Who, with unit.
    pub(crate) who: String,
    /// What was done.
    pub(crate) action: String,
    /// To what, with the township where it does not say that itself; a look has its camera.
    pub(crate) object: String,
    /// What became of it.
    pub(crate) outcome: &'static str,
    /// How that is drawn.
    pub(crate) outcome_class: &'static str,
    /// The row that it is about.
    pub(crate) about: Option<u64>,
    /// What else there is to say.
    pub(crate) detail: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditHtml<'a> {
    frame: &'a Frame,
    who: &'a str,
    action: &'a str,
    day: &'a str,
    /// Whether there are rows that he does not see.
    is_part: bool,
    rows: Vec<AuditRow>,
    older: Option<String>,
}

/// Lists rows.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadAudit)?;
    let within = authority.within();
    let is_part = within.is_some();
    let (who, action) = (said(&wish.who), said(&wish.action));
    let filter = AuditFilter { who, action, within, ..page_of(&wish.day, wish.before)? };
    let rows = state.store(&authority).audit_rows(&filter).await?;
    let older = older(&rows, "/audit", [("who", &wish.who), ("action", &wish.action), ("day", &wish.day)]);
    let rows = rows.into_iter().map(|row| AuditRow::new(frame.words, row)).collect();
    page(&AuditHtml { frame: &frame, who: &wish.who, action: &wish.action, day: &wish.day, is_part, rows, older })
}

/// What a field of a form says, if anything.
pub(crate) fn said(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Rows of a page: those of a day, where one is said, and before a number.
pub(crate) fn page_of(day: &str, before: Option<u64>) -> Result<AuditFilter, Problem> {
    let wrong = || Problem::field("day", "YYYY-MM-DD");
    let from_ms = said(day).map(|day| time::day(&day).ok_or_else(wrong)).transpose()?;
    let to_ms = from_ms.map(|from_ms| from_ms.saturating_add(DAY_MS));
    Ok(AuditFilter { from_ms, to_ms, before, limit: ROWS_A_PAGE, ..AuditFilter::default() })
}

/// The address of the page behind a full one.
pub(crate) fn older<const N: usize>(rows: &[Row], path: &str, wish: [(&str, &String); N]) -> Option<String> {
    let last = rows.last().filter(|_| rows.len() == ROWS_A_PAGE as usize)?.seq.to_string();
    let wish = wish.iter().map(|(name, value)| (*name, value.as_str()));
    Some(with_query(path, wish.chain([("before", last.as_str())])))
}

/// Milliseconds of a day.
pub(crate) const DAY_MS: TimestampMs = 86_400_000;

impl AuditRow {
    /// A row in words.
    pub(crate) fn new(words: &Words, row: Row) -> Self {
        let (seq, entry) = (row.seq, row.entry);
        let (outcome, outcome_class) = match entry.outcome {
            Outcome::Allowed => (words.outcome_allowed, "good"),
            Outcome::Failed => (words.outcome_failed, "bad"),
            Outcome::Refused => (words.outcome_refused, "bad"),
            Outcome::Noted => (words.outcome_noted, "off"),
        };
        let unit = entry.actor.unit.as_str();
        let object = entry.object.to_string();
        let township = entry.township.filter(|id| entry.look.is_none() && !object.contains(id.as_str()));
        Self {
            seq,
            time: time::second(entry.at_ms),
            iso: time::iso(entry.at_ms),
            who: if unit.is_empty() { entry.actor.who.to_string() } else { format!("{} ({unit})", entry.actor.who) },
            action: entry.action.to_string(),
            object: match township {
                Some(id) => format!("{object} · {id}"),
                None => object,
            },
            outcome,
            outcome_class,
            about: entry.about,
            detail: entry.detail.to_string(),
        }
    }
}
