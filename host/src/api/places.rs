//! The places of the county: found by place, name or code, on any day; tables of them stand in [`table`].

mod faults;
pub(super) mod table;
#[cfg(test)]
mod tests;

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::day::Day;
use xl_model::people::action::Action;
use xl_model::place::Names;
use xl_model::place::Place;
use xl_model::place::code::PlaceCode;
use xl_model::place::gazetteer::Gazetteer;
use xl_model::place::gazetteer::Standing;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Places of one page when nothing is said.
const PAGE: usize = 100;

/// Most places of one page.
const MOST: usize = 1_000;

/// Longest text that is looked for, in characters: longer than any name.
const MAX_TEXT: usize = 100;

/// Which places somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceQuery {
    /// The place that they are a part of, by 2, 4, 6, 9 or 12 digits; those above everything known when nothing is said.
    #[param(value_type = Option<String>, example = "371122")]
    above: Option<PlaceCode>,
    /// A part of a name in Chinese, pinyin or English, or the first digits of a code: at any depth below `above`.
    text: Option<String>,
    /// On this day; today when nothing is said.
    #[param(value_type = Option<String>, example = "2018-08-29")]
    on: Option<Day>,
    /// The code of the last place of the page before: `next` of the last answer.
    #[param(value_type = Option<String>)]
    after: Option<PlaceCode>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<usize>,
}

/// A page of places.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PlacePageView {
    /// The places, by code.
    places: Vec<PlaceView>,
    /// How many there are on all pages together.
    total: usize,
    /// What `after` must say for the next page; nothing on the last.
    next: Option<String>,
}

/// A place on a day.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PlaceView {
    /// Its 12 digits.
    #[schema(example = "371122005000")]
    code: String,
    /// `province`, `city`, `county`, `township` or `village`.
    #[schema(example = "township")]
    tier: &'static str,
    /// The code of the place that it is a part of.
    above: Option<String>,
    /// How many places are right below it on that day.
    below: usize,
    #[serde(flatten)]
    period: PeriodView,
}

/// A period of a place's life.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PeriodView {
    /// What it is called.
    name: NamesView,
    /// `administrative` or `statistical`.
    kind: &'static str,
    /// The first day; nothing: longer than anybody wrote down.
    from: Option<String>,
    /// The first day after it; nothing: it lasts.
    to: Option<String>,
    /// Its code after the period.
    successor: Option<String>,
}

/// A place with its whole life.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PlaceLifeView {
    /// The place as it is on that day; where it is not valid then, as it was before or will be.
    #[serde(flatten)]
    place: PlaceView,
    /// `valid`, `later` or `ended` on that day.
    #[schema(example = "valid")]
    standing: &'static str,
    /// The code that it has on that day: its own, or that of its successors.
    now: String,
    /// All its periods, in the order of time.
    periods: Vec<PeriodView>,
}

/// What a place is called.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct NamesView {
    /// In Chinese.
    #[schema(example = "阎庄街道")]
    zh: String,
    /// In pinyin; empty where nobody wrote it.
    pinyin: String,
    /// In English; empty where nobody wrote it.
    en: String,
}

impl From<Names> for NamesView {
    fn from(names: Names) -> Self {
        let Names { zh, pinyin, en } = names;
        Self { zh, pinyin, en }
    }
}

impl From<&Place> for PeriodView {
    fn from(place: &Place) -> Self {
        Self {
            name: place.names.clone().into(),
            kind: place.kind.word(),
            from: place.from.map(|day| day.to_string()),
            to: place.to.map(|day| day.to_string()),
            successor: place.successor.as_ref().map(PlaceCode::to_string),
        }
    }
}

impl PlaceView {
    fn new(all: &Gazetteer, place: &Place, day: Day) -> Self {
        Self {
            code: place.code.to_string(),
            tier: place.code.tier().word(),
            above: place.code.parent().map(String::from),
            below: all.below(Some(&place.code), day).count(),
            period: place.into(),
        }
    }
}

/// How a code stands, as a word.
pub(super) fn standing(standing: &Standing) -> &'static str {
    match standing {
        Standing::Valid => "valid",
        Standing::Unlisted => "unlisted",
        Standing::Unknown => "unknown",
        Standing::Later { .. } => "later",
        Standing::Ended { .. } => "ended",
    }
}

/// Lists places
///
/// Those right below a place, or with `text` those below it at any depth; as they are on a day.
#[utoipa::path(get, path = "/places", tag = "places", params(PlaceQuery),
    responses((status = 200, body = PlacePageView), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<PlaceQuery>,
) -> Result<axum::Json<PlacePageView>, Problem> {
    let authority = identity.anywhere(Action::ReadPlaces)?;
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    if query.text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
        return Err(Problem::field("text", "at most 100 characters"));
    }
    let places = state.places(&authority);
    let (all, day, above) = (places.all(), query.on.unwrap_or_else(|| places.today()), query.above.as_ref());
    let found: Vec<&Place> = match query.text.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => all.find(above, text, day).collect(),
        None => all.below(above, day).collect(),
    };
    let rest = query.after.map_or(0, |after| found.partition_point(|place| place.code <= after));
    let page = &found[rest..found.len().min(rest.saturating_add(limit))];
    let more = rest + page.len() < found.len();
    Ok(axum::Json(PlacePageView {
        places: page.iter().map(|place| PlaceView::new(&all, place, day)).collect(),
        total: found.len(),
        next: page.last().filter(|_| more).map(|place| place.code.to_string()),
    }))
}

/// Which place.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct PlacePath {
    /// 2, 4, 6, 9 or 12 digits.
    #[param(value_type = String, example = "371122103")]
    code: PlaceCode,
}

/// On which day.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DayQuery {
    /// On this day; today when nothing is said.
    #[param(value_type = Option<String>, example = "2018-08-29")]
    on: Option<Day>,
}

/// Reads one place
///
/// With its whole life, how it stands on a day, and the code that it has then.
#[utoipa::path(get, path = "/places/{code}", tag = "places", params(PlacePath, DayQuery),
    responses((status = 200, body = PlaceLifeView), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path(PlacePath { code }): Path<PlacePath>,
    Query(query): Query<DayQuery>,
) -> Result<axum::Json<PlaceLifeView>, Problem> {
    let authority = identity.anywhere(Action::ReadPlaces)?;
    let places = state.places(&authority);
    let (all, day) = (places.all(), query.on.unwrap_or_else(|| places.today()));
    let place = all.nearest(&code, day).ok_or_else(|| Problem::not_there("place", &code))?;
    Ok(axum::Json(PlaceLifeView {
        place: PlaceView::new(&all, place, day),
        standing: standing(&all.standing(&code, day)),
        now: all.now(&code, day).into(),
        periods: all.periods(&code).iter().map(PeriodView::from).collect(),
    }))
}
