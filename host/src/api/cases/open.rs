//! Opens cases, as programs and people ask for it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use xl_model::case::Case;
use xl_model::case::Draft;
use xl_model::case::DraftForm;
use xl_model::case::Position;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_model::place::code::PlaceCode;

use super::NotDone;
use super::actor;
use super::reach;
use super::view::CaseView;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cases::CasesError;

/// A case to open.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct OpenBody {
    /// Nine digits.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// A code set of matters; empty: the first that the hub has.
    #[serde(default)]
    #[schema(example = "gbt30428")]
    set: String,
    /// Its version; empty: the one in force.
    #[serde(default)]
    version: String,
    /// The code inside it.
    #[schema(example = "01-04")]
    code: String,
    /// What is the matter, at most 200 characters, without personal data.
    title: String,
    /// At most 4,000 characters.
    #[serde(default)]
    description: String,
    /// `patrol`, `hotline`, `video`, `vehicle`, `app`, `media`, `transfer` or `schedule`.
    #[schema(example = "patrol")]
    source: String,
    /// 12-digit division code inside the township; none: the township.
    place: Option<String>,
    /// In words, at most 200 characters.
    address: Option<String>,
    /// WGS 84, `{"latitude": 35.58, "longitude": 118.83}`.
    #[schema(value_type = Option<Object>)]
    position: Option<Position>,
    /// A grid cell or section.
    grid: Option<String>,
    /// A camera that it is about.
    camera: Option<String>,
    /// SHA-256 of at most 16 pictures of the state before.
    #[serde(default)]
    pictures: Vec<String>,
}

/// Opens a case
///
/// It begins at stage `reported`, under the township's next number of the year. Where the hub files under one set, a code of
/// another becomes the one that means the same: the answer has it, with `same_as` what was said. Where several do, XL1001
/// names them.
#[utoipa::path(post, path = "/cases", tag = "cases", request_body = OpenBody,
    responses((status = 201, body = CaseView), Problem))]
pub(in crate::api) async fn open(
    identity: Identity,
    State(state): State<ApiState>,
    Json(body): Json<OpenBody>,
) -> Result<(StatusCode, axum::Json<CaseView>), Problem> {
    let OpenBody {
        township,
        set,
        version,
        code,
        title,
        description,
        source,
        place,
        address,
        position,
        grid,
        camera,
        pictures,
    } = body;
    let (key, data) = (String::new(), String::new());
    let form = DraftForm {
        key,
        set,
        version,
        code,
        title,
        description,
        source,
        place,
        address,
        position,
        grid,
        camera,
        pictures,
        data,
    };
    let case = opened(&identity, &state, &township, form).await?;
    Ok((StatusCode::CREATED, axum::Json(CaseView::new(&case, state.matters()))))
}

/// Opens a case as a person asks for it.
///
/// # Errors
/// That he may not report there, or what is wrong with the form.
pub(crate) async fn opened(
    identity: &Identity,
    state: &ApiState,
    township: &TownshipId,
    mut form: DraftForm,
) -> Result<Case, NotDone> {
    let place = form.place.as_deref().and_then(|place| place.parse::<PlaceCode>().ok());
    let at = place.filter(|place| place.as_str().starts_with(township.as_str())).map(|place| reach(&place));
    let at = at.unwrap_or_else(|| Reach::from(township));
    let authority = identity.of_place(Action::ReportCases, &at)?;
    let cases = state.cases(&authority);
    if form.set.is_empty() {
        let first = cases.matters().rows().first().map(|row| row.matter.set.clone());
        form.set = first.unwrap_or_default();
    }
    let draft = Draft::read(&form, township).map_err(CasesError::from)?;
    let actor = actor(&authority, &at)?;
    Ok(cases.open(draft, &actor).await?)
}
