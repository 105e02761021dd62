//! The audit log, for who audits: all of it, or the rows of his townships. That he reads it is a row of it as well.

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::audit::Outcome;
use xl_model::audit::Row;
use xl_model::cloud_event::rfc3339;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_store::audit::AuditFilter;

use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Most rows of one answer.
const MOST_ROWS: u32 = 1_000;

/// Which rows somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditQuery {
    /// Only of this person, program, module or stage.
    who: Option<String>,
    /// Only this action, or those that begin alike: `camera.*`.
    #[param(example = "camera.*")]
    action: Option<String>,
    /// Nine digits.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
    /// Only at or after this time, RFC 3339 with zone or milliseconds since 1970.
    #[param(value_type = Option<String>)]
    from: Option<When>,
    /// Only before this time.
    #[param(value_type = Option<String>)]
    to: Option<When>,
    /// Only rows before this number.
    before: Option<u64>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<u32>,
}

/// A row of the log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct AuditRow {
    /// Its number: the order of the log, whatever the clock said.
    seq: u64,
    /// When, RFC 3339 UTC.
    time: String,
    /// Who.
    who: String,
    /// His unit and role, or how he came.
    unit: String,
    /// In which township.
    township: Option<String>,
    /// What was done.
    #[schema(example = "camera.register")]
    action: String,
    /// To what.
    object: String,
    /// `allowed`, `failed`, `refused` or `noted`.
    #[schema(value_type = String, example = "allowed")]
    outcome: Outcome,
    /// The row that this one is about.
    about: Option<u64>,
    /// Which camera was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    camera: Option<String>,
    /// For which purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    purpose: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What else there is to say.
    detail: String,
    /// SHA-256 that binds it to the row before.
    hash: String,
}

impl From<Row> for AuditRow {
    fn from(row: Row) -> Self {
        let Row { seq, entry, hash } = row;
        let look = entry.look.map(|look| (look.camera.to_string(), look.purpose.to_string(), look.reason.to_string()));
        let (camera, purpose, reason) = look.map_or((None, None, None), |(c, p, r)| (Some(c), Some(p), Some(r)));
        Self {
            seq,
            time: rfc3339(entry.at_ms),
            who: entry.actor.who.to_string(),
            unit: entry.actor.unit.to_string(),
            township: entry.township.map(|township| township.to_string()),
            action: entry.action.to_string(),
            object: entry.object.to_string(),
            outcome: entry.outcome,
            about: entry.about,
            camera,
            purpose,
            reason,
            detail: entry.detail.to_string(),
            hash: hash.to_string(),
        }
    }
}

/// Rows of one answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct AuditPage {
    /// The newest first.
    rows: Vec<AuditRow>,
    /// Hand it back as `before`; nothing: there are no more.
    next: Option<u64>,
}

impl AuditPage {
    /// The answer to a question for `limit` rows.
    pub(super) fn new(rows: Vec<Row>, limit: u32) -> Self {
        let next = if rows.len() == limit as usize { rows.last().map(|row| row.seq) } else { None };
        Self { rows: rows.into_iter().map(AuditRow::from).collect(), next }
    }
}

/// How many rows somebody may ask for.
pub(super) fn limit(asked: Option<u32>) -> Result<u32, Problem> {
    match asked.unwrap_or(100) {
        limit @ 1..=MOST_ROWS => Ok(limit),
        _ => Err(Problem::field("limit", "1 to 1000")),
    }
}

/// Reads the audit log
///
/// Newest first. Whoever reads it is recorded in it. Who audits some townships gets the rows of these; those of the hub as a
/// whole, such as accounts, sign-ins and lists over many townships, are for who audits all of it.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery),
    responses((status = 200, body = AuditPage), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<AuditQuery>,
) -> Result<axum::Json<AuditPage>, Problem> {
    let authority = identity.anywhere(Action::ReadAudit)?;
    let limit = limit(query.limit)?;
    let filter = AuditFilter {
        who: query.who,
        action: query.action,
        township: query.township,
        within: authority.within(),
        from_ms: query.from.map(When::ms),
        to_ms: query.to.map(When::ms),
        before: query.before,
        limit,
        ..AuditFilter::default()
    };
    let rows = state.store(&authority).audit_rows(&filter).await?;
    Ok(axum::Json(AuditPage::new(rows, limit)))
}
