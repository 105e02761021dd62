//! Places as a table: CSV in, a report out.

use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use serde::Deserialize;
use serde::Serialize;

use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::cameras::table::FaultsView;
use crate::api::extract::Query;
use crate::api::extract::body_not_read;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::places::Outcome;
use crate::places::RowWrong;

/// How a table of places is taken.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct PlaceImportQuery {
    /// Only say what would happen, every fault included; no when nothing is said.
    #[serde(default)]
    dry_run: bool,
}

/// What a table of places did, or would do.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct PlaceImportView {
    /// Lines with something in them, without the first.
    rows: u64,
    /// Periods that are new.
    added: u64,
    /// Periods that are changed.
    changed: u64,
    /// Periods that are known like this already.
    unchanged: u64,
    #[serde(flatten)]
    faults: FaultsView,
}

impl From<Outcome> for PlaceImportView {
    fn from(outcome: Outcome) -> Self {
        let Outcome { rows, added, changed, unchanged, faults } = outcome;
        Self { rows, added, changed, unchanged, faults: FaultsView::new(faults, RowWrong::en, RowWrong::zh) }
    }
}

/// Enters and changes places from a table
///
/// CSV as Excel writes it (UTF-8 with or without mark, GB18030, UTF-16), at most 4 MiB and 20,000 lines. The first line
/// names the columns, in any order: `code`, and of `name`, `pinyin`, `en`, `kind`, `from`, `to`, `successor` those that it
/// has; their Chinese names do too. A known period keeps what the table has no column for. All or nothing: with one
/// fault, nothing is taken.
#[utoipa::path(post, path = "/places/import", tag = "places", params(PlaceImportQuery),
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = PlaceImportView), Problem))]
pub(in crate::api) async fn import(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<PlaceImportQuery>,
    table: Result<Bytes, BytesRejection>,
) -> Result<axum::Json<PlaceImportView>, Problem> {
    let authority = identity.anywhere(Action::EditPlaces)?;
    let table = table.map_err(|rejection| body_not_read(rejection.status()))?;
    let outcome = state.places(&authority).import(table, query.dry_run).await?;
    Ok(axum::Json(outcome.into()))
}
