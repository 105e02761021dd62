//! Where cameras stand now, where they stood, and when they are worked on. The rates are [`super::online_rate`].

mod maintenance;
#[cfg(test)]
mod tests;

pub(super) use maintenance::__path_declare;
pub(super) use maintenance::__path_withdraw;
pub(super) use maintenance::declare;
pub(super) use maintenance::withdraw;

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::camera::CameraKey;
use xl_model::cloud_event::rfc3339;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_model::rate::Span;
use xl_model::rate::day::DAY_US;
use xl_model::status::Interval;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::TimestampUs;
use xl_store::status::Scope;

use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::status::List;
use crate::status::Status;
use crate::status::Wish;
use maintenance::WindowView;

/// Cameras of one page when nothing is said.
const PAGE: usize = 100;

/// Longest window that is shown of one camera, in days: what flaps changes some hundred times a day.
const MOST_DAYS: i64 = 31;

/// Which cameras somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusQuery {
    /// Nine digits; all townships when nothing is said.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
    /// `up`, `auth-failed`, `reachable`, `down`, `unknown` or `maintenance`.
    #[param(value_type = Option<String>, example = "down")]
    level: Option<Level>,
    /// `flapping`, `wrong-clock`, `auth-failed` or `no-cadence`: who needs help.
    #[param(value_type = Option<String>, example = "flapping")]
    list: Option<List>,
    /// `{township}/{camera}` of the last camera of the page before: `next` of the last answer.
    after: Option<String>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<usize>,
}

/// A page of cameras and where they stand.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct StatusPage {
    /// The cameras, by township and id.
    cameras: Vec<StatusView>,
    /// How many there are on all pages together.
    total: usize,
    /// What `after` must say for the next page; nothing on the last.
    next: Option<String>,
}

/// Where a camera stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct StatusView {
    /// Nine digits.
    township: String,
    /// Its id there.
    camera: String,
    /// How high on the ladder.
    #[schema(value_type = String, example = "down")]
    level: Level,
    /// Why, in one word.
    #[schema(value_type = String, example = "silent")]
    reason: Reason,
    /// Who says so.
    source: String,
    /// Since when, RFC 3339 UTC.
    since: String,
    /// Whether it changed six times within an hour.
    flapping: bool,
    /// By how many milliseconds its clock is ahead of ours, where it told the time.
    skew_ms: Option<i64>,
}

impl StatusView {
    fn new(key: &CameraKey, status: Status) -> Self {
        let standing = status.standing;
        Self {
            township: key.township.to_string(),
            camera: key.camera.to_string(),
            level: standing.level,
            reason: standing.reason,
            source: standing.source.as_ref().to_owned(),
            since: written(standing.from_us),
            flapping: status.is_flapping,
            skew_ms: status.skew_ms,
        }
    }
}

/// A moment as RFC 3339, to the millisecond.
pub(super) fn written(at_us: TimestampUs) -> String {
    rfc3339(at_us.div_euclid(1_000))
}

/// Lists where cameras stand now
#[utoipa::path(get, path = "/status/cameras", tag = "status", params(StatusQuery),
    responses((status = 200, body = StatusPage), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<StatusQuery>,
) -> Result<axum::Json<StatusPage>, Problem> {
    let authority = identity.anywhere(Action::ReadStatus)?.narrowed(query.township.as_ref().map(Reach::from));
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=1_000).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    let after = query.after.map(|text| text.parse::<CameraKey>()).transpose();
    let after = after.map_err(|error| Problem::field("after", error.to_string()))?;
    let wish = Wish { township: query.township, level: query.level, list: query.list };
    let cameras = state.cameras(&authority);
    let own = |key: &CameraKey| authority.covers_camera(key, cameras.place(key).as_deref().unwrap_or_default());
    let mut found = state.statuses(&authority).find(&wish);
    found.retain(|(key, _)| own(key));
    let total = found.len();
    let mut rest = found.into_iter().filter(|(key, _)| after.as_ref().is_none_or(|after| key > after));
    let page: Vec<_> = rest.by_ref().take(limit).collect();
    let next = page.last().filter(|_| rest.next().is_some()).map(|(key, _)| key.to_string());
    let cameras = page.into_iter().map(|(key, status)| StatusView::new(&key, status)).collect();
    Ok(axum::Json(StatusPage { cameras, total, next }))
}

/// Which camera.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct Which {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Its id there.
    #[param(value_type = String, example = "gh-1")]
    camera: CameraId,
}

impl Which {
    /// Its key.
    fn key(self) -> CameraKey {
        CameraKey { township: self.township, camera: self.camera }
    }
}

/// From when to when.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowQuery {
    /// RFC 3339 with zone or milliseconds since 1970; a day before `to` when nothing is said.
    #[param(value_type = Option<String>)]
    from: Option<When>,
    /// The first moment after it; now when nothing is said, and never later.
    #[param(value_type = Option<String>)]
    to: Option<When>,
}

impl WindowQuery {
    fn span(&self, now_us: TimestampUs) -> Result<Span, Problem> {
        span(self.from, self.to, now_us, MOST_DAYS)
    }
}

/// The window that somebody asks for, which does not reach beyond now.
///
/// # Errors
/// When it ends before it begins or is longer than `most_days`.
pub(super) fn span(from: Option<When>, to: Option<When>, now_us: TimestampUs, most_days: i64) -> Result<Span, Problem> {
    let us = |when: When| when.ms().saturating_mul(1_000);
    let to_us = to.map_or(now_us, us).min(now_us);
    let from_us = from.map_or(to_us.saturating_sub(DAY_US), us);
    if from_us >= to_us {
        return Err(Problem::field("from", "must lie before `to` and before now"));
    }
    if to_us.saturating_sub(from_us) > most_days * DAY_US {
        return Err(Problem::field("from", format!("at most {most_days} days before `to`")));
    }
    Ok(Span { from_us, to_us })
}

/// Where a camera stands, and where it stood.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct History {
    /// Now; nothing in the moment after it was registered.
    now: Option<StatusView>,
    /// In order, cut to the window, with maintenance laid over what was seen.
    intervals: Vec<IntervalView>,
    /// Windows of maintenance that touch the window or lie ahead.
    maintenance: Vec<WindowView>,
}

/// A camera at one level for a while.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct IntervalView {
    /// Where it stood.
    #[schema(value_type = String, example = "down")]
    level: Level,
    /// Why.
    #[schema(value_type = String, example = "silent")]
    reason: Reason,
    /// Who says so.
    source: String,
    /// Its first moment, RFC 3339 UTC.
    from: String,
    /// The first moment after it; nothing: it lasts.
    to: Option<String>,
}

impl IntervalView {
    fn new(interval: Interval, span: Span) -> Self {
        Self {
            level: interval.level,
            reason: interval.reason,
            source: interval.source.as_ref().to_owned(),
            from: written(interval.from_us.max(span.from_us)),
            to: interval.to_us.map(|to_us| written(to_us.min(span.to_us))),
        }
    }
}

/// Tells where a camera stands and stood
///
/// Without a window, over the last day.
#[utoipa::path(get, path = "/cameras/{township}/{camera}/status", tag = "status", params(Which, WindowQuery),
    responses((status = 200, body = History), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(which): Path<Which>,
    Query(window): Query<WindowQuery>,
) -> Result<axum::Json<History>, Problem> {
    let key = which.key();
    let authority = identity.of_camera(&state, Action::ReadStatus, &key)?;
    let span = window.span(state.now_us())?;
    let store = state.store(&authority);
    let intervals = store.status_intervals(Scope::Camera(&key), span).await?;
    let ahead = Span { to_us: TimestampUs::MAX, ..span };
    let windows = store.maintenance_windows(Scope::Camera(&key), ahead).await?;
    Ok(axum::Json(History {
        now: state.statuses(&authority).of(&key).map(|status| StatusView::new(&key, status)),
        intervals: intervals.into_iter().map(|it| IntervalView::new(it, span)).collect(),
        maintenance: windows.into_iter().map(WindowView::new).collect(),
    }))
}
