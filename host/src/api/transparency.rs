//! What everybody is told about the cameras of a place, as JSON. The same as a page is the console's.

use axum::extract::State;
use axum::http::Extensions;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use xl_model::cloud_event::rfc3339;
use xl_model::manifest::Text;
use xl_model::picture::PictureLevel;
use xl_model::place::code::PlaceCode;

use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::rate;
use crate::api::state::ApiState;
use crate::rights::Count;
use crate::rights::ModuleShown;
use crate::rights::MonthLooks;
use crate::rights::Shown;

/// How long caches between here and the reader may keep it; what is counted stays for ten minutes in any case.
pub(crate) const CACHED: &str = "public, max-age=300";

/// About which place.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TransparencyQuery {
    /// A county, township or village by 6, 9 or 12 digits; the hub's county when nothing is said.
    #[param(value_type = Option<String>, example = "371122102")]
    place: Option<PlaceCode>,
}

/// What everybody is told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct TransparencyView {
    /// The place, 12 digits.
    place: String,
    /// What it is called, `{"zh", "en"}`.
    #[schema(value_type = Object)]
    name: Value,
    /// When it was counted, RFC 3339; counted anew after ten minutes.
    counted_at: String,
    /// Its cameras by legal class.
    cameras: Vec<ClassView>,
    /// Looks of the last twelve months by purpose; of a village, those of its township.
    looks: Vec<LooksView>,
    /// What is enabled there, and what it may see.
    modules: Vec<ModuleView>,
    /// Where to ask about information on oneself.
    file_at: String,
}

/// Cameras of a class.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ClassView {
    /// `public-security`, `other-public-place` or `non-public`.
    class: &'static str,
    #[serde(flatten)]
    count: CountView,
    /// By what they may be looked at for; one with two purposes counts at both.
    purposes: Vec<PurposeCountView>,
    /// How long their pictures are kept, in days; nothing: none is deleted by age.
    pictures_kept_days: Option<u32>,
}

/// A count.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CountView {
    /// How many; nothing: one to four, which are not told where they could name somebody.
    count: Option<u64>,
    /// Whether it is exact; else it is rounded to a multiple of five.
    exact: bool,
}

/// Cameras of a purpose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PurposeCountView {
    /// Code of the purpose; `other` for all that the hub has no name for.
    purpose: String,
    #[serde(flatten)]
    count: CountView,
}

/// Looks of a month.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct LooksView {
    /// The month in China.
    #[schema(example = "2026-11")]
    month: String,
    /// Code of the purpose.
    purpose: String,
    /// Looks of persons and of their programs.
    by_persons: u64,
    /// Looks of modules, figures included.
    by_modules: u64,
}

/// A module.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OpenModuleView)]
pub(super) struct ModuleView {
    /// Nine digits.
    township: String,
    /// What the plugin is called, `{"zh", "en"}`.
    #[schema(value_type = Object)]
    name: Value,
    /// Why it asks, in the plugin's words, `{"zh", "en"}` each.
    #[schema(value_type = Vec<Object>)]
    reasons: Vec<Value>,
    /// How many cameras it may know of.
    cameras: CountView,
    /// The highest picture level: `none`, `metric`, `masked` or `raw`.
    #[schema(value_type = String)]
    picture_level: PictureLevel,
    /// What it may look at cameras for.
    purposes: Vec<String>,
    /// Hosts outside that it may fetch from.
    hosts: Vec<String>,
    /// How many hosts inside the county's networks it may fetch from.
    private_hosts: usize,
    /// Whether it may open pages to the public.
    links: bool,
}

/// Tells what cameras are used for
///
/// Counts only, for everybody: no camera, no owner, nobody who looked. Counted at most every ten minutes. Open to everybody.
#[utoipa::path(get, path = "/transparency", tag = "rights", security(()), params(TransparencyQuery),
    responses((status = 200, body = TransparencyView), Problem))]
pub(super) async fn show(
    State(state): State<ApiState>,
    extensions: Extensions,
    headers: HeaderMap,
    Query(query): Query<TransparencyQuery>,
) -> Result<impl IntoResponse, Problem> {
    let from = rate::address(&extensions, &headers, state.trusted_proxies());
    state.visits().take(from, state.now_ms()).map_err(too_often)?;
    let shown = state.figures().of(query.place.as_ref()).await?;
    let missing = || Problem::not_there("place", query.place.as_ref().map_or("", PlaceCode::as_str));
    let view = TransparencyView::new(&state, &*shown.ok_or_else(missing)?);
    Ok(([(header::CACHE_CONTROL, CACHED)], axum::Json(view)))
}

/// Somebody without a name asks too often.
pub(crate) fn too_often(seconds: u32) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY).with_retry_after(seconds)
}

impl TransparencyView {
    fn new(state: &ApiState, shown: &Shown) -> Self {
        let en = if shown.names.en.is_empty() { &shown.names.pinyin } else { &shown.names.en };
        Self {
            place: shown.place.to_string(),
            name: json!({ "zh": shown.names.zh, "en": en }),
            counted_at: rfc3339(shown.counted_ms),
            cameras: shown
                .cameras
                .iter()
                .map(|it| ClassView {
                    class: it.class.word(),
                    count: it.count.into(),
                    purposes: it
                        .purposes
                        .iter()
                        .map(|(purpose, count)| PurposeCountView { purpose: purpose.clone(), count: (*count).into() })
                        .collect(),
                    pictures_kept_days: it.picture_days,
                })
                .collect(),
            looks: shown.looks.iter().cloned().map(LooksView::from).collect(),
            modules: shown.modules.iter().cloned().map(ModuleView::from).collect(),
            file_at: format!("{}/rights", state.public_url()),
        }
    }
}

impl From<Count> for CountView {
    fn from(count: Count) -> Self {
        match count {
            Count::Exact(count) => Self { count: Some(count), exact: true },
            Count::About(count) => Self { count: Some(count), exact: false },
            Count::Few => Self { count: None, exact: false },
        }
    }
}

impl From<MonthLooks> for LooksView {
    fn from(looks: MonthLooks) -> Self {
        let MonthLooks { month, purpose, by_persons, by_modules } = looks;
        Self { month, purpose, by_persons, by_modules }
    }
}

impl From<ModuleShown> for ModuleView {
    fn from(module: ModuleShown) -> Self {
        let said = |text: &Text| json!({ "zh": text.zh, "en": text.en });
        Self {
            township: module.township.to_string(),
            name: said(&module.name),
            reasons: module.reasons.iter().map(said).collect(),
            cameras: module.cameras.into(),
            picture_level: module.level,
            purposes: module.purposes,
            hosts: module.hosts,
            private_hosts: module.private_hosts,
            links: module.links,
        }
    }
}
