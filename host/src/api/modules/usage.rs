//! What a module used, day by day.

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::id::ModuleKey;
use xl_model::people::action::Action;
use xl_store::modules::DayUsage;

use super::ModulePath;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// What is shown when nobody says from when, in milliseconds: thirty days.
pub(crate) const SHOWN_MS: TimestampMs = 30 * 86_400_000;

/// Which days.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct Days {
    /// From this day on, `2026-03-05`; thirty days ago when nothing is said.
    #[param(value_type = Option<String>)]
    from: Option<Day>,
    /// Up to this day; today when nothing is said.
    #[param(value_type = Option<String>)]
    to: Option<Day>,
}

/// What a module used on one day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct UsageView {
    /// The day in China.
    #[schema(value_type = String, example = "2026-03-05")]
    day: Day,
    /// Events handled.
    events: u64,
    /// Events published.
    published: u64,
    /// Pictures handed over.
    pictures: u64,
    /// CPU time in milliseconds, of runs that failed too.
    cpu_ms: u64,
    /// Bytes of its records at its last run of that day.
    stored_bytes: u64,
}

impl From<DayUsage> for UsageView {
    fn from(usage: DayUsage) -> Self {
        let DayUsage { used, stored_bytes } = usage;
        Self {
            day: used.day,
            events: used.events,
            published: used.published,
            pictures: used.pictures,
            cpu_ms: used.cpu_us.div_ceil(1_000),
            stored_bytes,
        }
    }
}

/// Reads what a module used, day by day
///
/// Days without a run are left out. Kept for 400 days.
#[utoipa::path(get, path = "/modules/{township}/{plugin}/usage", tag = "modules",
    params(ModulePath, Days),
    responses((status = 200, body = Vec<UsageView>), Problem))]
pub(crate) async fn usage(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<ModulePath>,
    Query(days): Query<Days>,
) -> Result<axum::Json<Vec<UsageView>>, Problem> {
    let key = ModuleKey::from(path);
    let authority = identity.of_module(Action::ReadModules, &key)?;
    state.modules(&authority).status(&key).await?;
    let now_ms = state.now_ms();
    let to = days.to.unwrap_or_else(|| Day::in_china(now_ms));
    let from = days.from.unwrap_or_else(|| Day::in_china(now_ms.saturating_sub(SHOWN_MS)));
    if from > to {
        return Err(Problem::field("from", "a day not after `to`"));
    }
    let usage = state.store(&authority).module_usage(&key, from, to).await?;
    Ok(axum::Json(usage.into_iter().map(UsageView::from).collect()))
}
