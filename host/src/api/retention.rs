//! What retention removed, and what it left because of holds: a row for each run, kind, rule and number of days.

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::cloud_event::rfc3339;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::retention::RunFilter;
use xl_store::retention::RunRow;

use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Most runs of one answer: each has a row for every kind of every township where something went.
const MOST: u32 = 100;

/// Which runs somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RunQuery {
    /// Nine digits; all townships when nothing is said.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
    /// Only runs before this number: `next` of the last answer.
    before: Option<u64>,
    /// At most so many runs, 1 to 100; 20 when nothing is said.
    limit: Option<u32>,
}

/// What one run did in one township with one kind by one rule.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RunView {
    /// The run.
    run: u64,
    /// When, RFC 3339 UTC.
    time: String,
    /// Nine digits.
    township: String,
    /// Kind of the events; `record.PLUGIN.COLLECTION` for records of a module.
    #[schema(example = "camera.picture")]
    kind: String,
    /// The rule that they went by; for records also the plugin and the version whose manifest says it.
    #[schema(example = "camera.picture (non-public)")]
    rule: String,
    /// How long they were kept, in days.
    days: u32,
    /// Events or records removed.
    events: u64,
    /// Number of the first of them in the township's log.
    first_seq: Option<u64>,
    /// Number of the last of them.
    last_seq: Option<u64>,
    /// When the earliest of them was received, RFC 3339 UTC.
    from: Option<String>,
    /// When the latest of them was received.
    to: Option<String>,
    /// Pictures removed with them.
    pictures: u64,
    /// Bytes of those pictures.
    bytes: u64,
    /// Events or records that were due and stayed because of a hold.
    held: u64,
}

impl From<RunRow> for RunView {
    fn from(row: RunRow) -> Self {
        Self {
            run: row.run,
            time: rfc3339(row.at_ms),
            township: row.township.to_string(),
            kind: row.kind.to_string(),
            rule: row.rule,
            days: row.days,
            events: row.events,
            first_seq: row.seqs.map(|(first, _)| first),
            last_seq: row.seqs.map(|(_, last)| last),
            from: row.received_ms.map(|(from_ms, _)| rfc3339(from_ms)),
            to: row.received_ms.map(|(_, to_ms)| rfc3339(to_ms)),
            pictures: row.pictures,
            bytes: row.bytes,
            held: row.held,
        }
    }
}

/// Runs of one answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RunPage {
    /// The newest first, each run with all its rows. A run that neither removed nor left anything has none.
    rows: Vec<RunView>,
    /// Hand it back as `before`; nothing: there are no more.
    next: Option<u64>,
}

/// Lists what retention removed
#[utoipa::path(get, path = "/retention/runs", tag = "retention", params(RunQuery),
    responses((status = 200, body = RunPage), Problem))]
pub(super) async fn runs(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<RunQuery>,
) -> Result<axum::Json<RunPage>, Problem> {
    let authority = identity.anywhere(Action::ReadHolds)?.narrowed(query.township.as_ref().map(Reach::from));
    let limit = query.limit.unwrap_or(20);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "1 to 100"));
    }
    let (township, within) = (query.township, authority.within());
    let filter = RunFilter { township, within, before: query.before, limit };
    let rows = state.store(&authority).retention_runs(&filter).await?;
    let mut runs: Vec<u64> = rows.iter().map(|row| row.run).collect();
    runs.dedup();
    let next = runs.last().copied().filter(|_| runs.len() == limit as usize);
    Ok(axum::Json(RunPage { rows: rows.into_iter().map(RunView::from).collect(), next }))
}
