//! The online rate over a window and at this moment, with what must stand beside it: what was excluded, the strict rate
//! and whoever answered. Sums are integers; percentages are written to two decimals and never averaged.

use std::collections::BTreeSet;

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::camera::CameraKey;
use xl_model::cloud_event::rfc3339;
use xl_model::people::action::Action;
use xl_model::rate::Figures;
use xl_model::rate::Ratio;
use xl_model::rate::area::Area;
use xl_model::rate::connection::Connected;
use xl_model::rate::connection::connection;
use xl_model::rate::day::LocalDay;
use xl_model::rate::day::SHANGHAI_US;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Query;
use crate::api::places::NamesView;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::status::span;
use crate::api::status::written;
use crate::status::By;
use crate::status::Group;
use crate::status::reckon;

/// Longest window, in days: a quarter of a year.
const MOST_DAYS: i64 = 92;

/// What somebody wants to know.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RateQuery {
    /// Division code with 6, 9 or 12 digits; everything when nothing is said.
    #[param(value_type = Option<String>, example = "371122102")]
    place: Option<Area>,
    /// RFC 3339 with zone or milliseconds since 1970; a day before `to` when nothing is said.
    #[param(value_type = Option<String>)]
    from: Option<When>,
    /// The first moment after it; now when nothing is said, and never later.
    #[param(value_type = Option<String>)]
    to: Option<When>,
    /// `county`, `town`, `village`, `owner` or `day` (Asia/Shanghai); `town` when nothing is said.
    by: Option<String>,
}

/// The rate of a place over a window, and its parts.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RateView {
    /// The first moment of the window, RFC 3339 UTC.
    from: String,
    /// The first moment after it.
    to: String,
    /// Over the window, in microseconds.
    total: FiguresView,
    /// Its parts; they add up to it.
    parts: Vec<PartView>,
    /// At this moment, in cameras.
    now: FiguresView,
    /// Villages with a camera that is up now, of all villages that have one.
    connection: RatioView,
}

/// A part of a rate.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PartView {
    /// Division code of today, name of the owner, or day; empty: an owner that nobody knows.
    key: String,
    /// What a place is called; nothing where nobody knows, and for owners and days.
    name: Option<NamesView>,
    #[serde(flatten)]
    figures: FiguresView,
}

/// A rate with everything that must stand beside it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FiguresView {
    /// Online: up, of what is known and not worked on.
    online: RatioView,
    /// Up, of everything enrolled.
    strict: RatioView,
    /// Whatever answered, of what is known and not worked on.
    reachability: RatioView,
    /// What counts neither for nor against: unknown and maintenance, of everything enrolled.
    excluded: RatioView,
    /// Whether so much was excluded (more than a tenth) that the rate says little.
    weak: bool,
}

/// A share as two integers, and as people read it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct RatioView {
    num: u64,
    den: u64,
    /// To two decimals, half up; nothing where there is no data.
    #[schema(example = 90.0)]
    percent: Option<f64>,
}

impl From<Ratio> for RatioView {
    fn from(ratio: Ratio) -> Self {
        // Below 2^53 in hundredths of a percent.
        Self { num: ratio.num, den: ratio.den, percent: ratio.hundredths().map(|it| it as f64 / 100.0) }
    }
}

impl From<Figures> for FiguresView {
    fn from(figures: Figures) -> Self {
        Self {
            online: figures.online().into(),
            strict: figures.strict().into(),
            reachability: figures.reachability().into(),
            excluded: figures.excluded().into(),
            weak: figures.is_weak(),
        }
    }
}

/// Tells the online rate
///
/// Over the window by place, owner or day, and at this moment. Cameras count where they are registered now. The last three
/// intervals of silence before now may still become `down` from their first on.
#[utoipa::path(get, path = "/online-rate", tag = "status", params(RateQuery),
    responses((status = 200, body = RateView), Problem))]
pub(super) async fn rate(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<RateQuery>,
) -> Result<axum::Json<RateView>, Problem> {
    let to = query.place.as_ref().and_then(|place| place.as_str().parse().ok());
    let authority = identity.anywhere(Action::ReadStatus)?.narrowed(to);
    let span = span(query.from, query.to, state.now_us(), MOST_DAYS)?;
    let by = match query.by.as_deref() {
        Some("county") => By::County,
        None | Some("town") => By::Town,
        Some("village") => By::Village,
        Some("owner") => By::Owner,
        Some("day") => By::Day,
        Some(_) => return Err(Problem::field("by", "county, town, village, owner or day")),
    };
    let place = query.place.as_ref();
    let (cameras, places) = (state.cameras(&authority), state.places(&authority));
    let own = |key: &CameraKey, place: &str| authority.covers_camera(key, place);
    let reckoned = reckon(state.store(&authority), cameras, place, span, by, &own).await?;
    let (now, connection) = at_this_moment(&authority, &state, place);
    let part = |(group, figures): (Group, Figures)| {
        let name = match &group {
            Group::Area(area) => places.names(area.as_str()).map(NamesView::from),
            Group::Owner(_) | Group::Day(_) => None,
        };
        PartView { key: key(group), name, figures: figures.into() }
    };
    Ok(axum::Json(RateView {
        from: written(span.from_us),
        to: written(span.to_us),
        total: reckoned.total.into(),
        parts: reckoned.parts.into_iter().map(part).collect(),
        now: now.into(),
        connection: connection.into(),
    }))
}

/// Cameras at each level now, and connected villages, at a place or everywhere. Villages are those that have a camera.
pub(crate) fn at_this_moment(authority: &Authority, state: &ApiState, place: Option<&Area>) -> (Figures, Ratio) {
    let recoded = state.places(authority).recoded();
    let place = place.map(|place| recoded.now(place));
    let own = |key: &CameraKey, place: &str| authority.covers_camera(key, place);
    let rolled = state.statuses(authority).counts(&own, recoded);
    let villages: BTreeSet<Area> = rolled.areas().map(|(area, _)| area.clone()).filter(Area::is_village).collect();
    let places: Vec<Area> = match place {
        Some(place) => vec![place],
        None => rolled.areas().map(|(area, _)| area.clone()).filter(|area| area.parent().is_none()).collect(),
    };
    let (mut now, mut connected) = (Figures::default(), Ratio { num: 0, den: 0 });
    for place in places {
        now += rolled.area(&place);
        let ratio = connection(&rolled, &villages, &place, Connected::default());
        connected = Ratio { num: connected.num + ratio.num, den: connected.den + ratio.den };
    }
    (now, connected)
}

fn key(group: Group) -> String {
    match group {
        Group::Area(area) => area.to_string(),
        Group::Owner(owner) => owner.as_deref().unwrap_or_default().to_owned(),
        Group::Day(day) => written_day(day),
    }
}

/// `2026-11-23`.
pub(crate) fn written_day(day: LocalDay) -> String {
    let midnight = rfc3339(day.span().from_us.saturating_add(SHANGHAI_US).div_euclid(1_000));
    midnight.chars().take(10).collect()
}
