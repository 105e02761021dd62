//! Versions of records that modules deleted or replaced and holds keep: read by who may place holds, each time as an act.

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::cloud_event::rfc3339;
use xl_model::id::TownshipId;
use xl_store::holds::HeldVersion;

use super::to_hold;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Most versions of one answer: with 64 KiB each it stays below 8 MiB.
const MOST: u32 = 100;

/// Whose versions.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct HeldVersionPath {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
}

/// Which part of them.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct HeldVersionQuery {
    /// Only those before this number: `next` of the last answer.
    before: Option<u64>,
    /// At most so many, 1 to 100; 100 when nothing is said.
    limit: Option<u32>,
}

/// A version of a record that its module deleted or replaced.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HeldVersionView {
    /// The newest has the largest.
    number: u64,
    /// Whose record it was.
    #[schema(example = "poverty-relief")]
    plugin: String,
    /// Its collection.
    collection: String,
    /// Its key.
    key: String,
    /// The record as it was, a JSON object as text.
    document: String,
    /// How many days it had been so, of those in which the hub ran.
    days: u64,
    /// When its module deleted or replaced it, to about a minute, RFC 3339 UTC.
    went: String,
}

impl From<HeldVersion> for HeldVersionView {
    fn from(version: HeldVersion) -> Self {
        let HeldVersion { number, plugin, collection, key, document, days, went_ms } = version;
        Self { number, plugin: plugin.to_string(), collection, key, document, days, went: rfc3339(went_ms) }
    }
}

/// Versions of one answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HeldVersionPage {
    /// The newest first.
    records: Vec<HeldVersionView>,
    /// Hand it back as `before`; nothing: there are no more.
    next: Option<u64>,
}

/// Reads what modules deleted or replaced and holds keep
///
/// For who may place holds: whatever stood in the records stands here. To read it is an act of the audit log.
#[utoipa::path(get, path = "/holds/{township}/records", tag = "retention", params(HeldVersionPath, HeldVersionQuery),
    responses((status = 200, body = HeldVersionPage), Problem))]
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Path(HeldVersionPath { township }): Path<HeldVersionPath>,
    Query(query): Query<HeldVersionQuery>,
) -> Result<axum::Json<HeldVersionPage>, Problem> {
    let authority = to_hold(&identity, &township)?;
    let limit = query.limit.unwrap_or(MOST);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "1 to 100"));
    }
    let versions = state.store(&authority).held_versions(&township, query.before, limit).await?;
    let next = versions.last().filter(|_| versions.len() == limit as usize).map(|version| version.number);
    Ok(axum::Json(HeldVersionPage { records: versions.into_iter().map(HeldVersionView::from).collect(), next }))
}
