//! Signs and filings that are still owed for cameras, each with the day on which it is due: worked out from the register.

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::Owed;

/// Most duties of one page.
const MOST: usize = 1_000;

/// Which duties somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyQuery {
    /// Only of cameras at this place and below, by 2, 4, 6, 9 or 12 digits.
    #[param(value_type = Option<String>, example = "371122102")]
    place: Option<Reach>,
    /// Only those that are overdue.
    #[serde(default)]
    overdue: bool,
    /// Leave out so many: what was on the pages before.
    #[serde(default)]
    skip: usize,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<usize>,
}

/// Something that is owed for a camera.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DutyView {
    /// Nine digits.
    township: String,
    /// The camera's id there.
    camera: String,
    /// Its name.
    name: String,
    /// 12-digit division code of where it stands.
    place: String,
    /// `public-security` or `other-public-place`.
    class: &'static str,
    /// `signage` (Order 799, article 13) or `filing` (article 14).
    #[schema(example = "filing")]
    duty: &'static str,
    /// The last day on which it is in time: 30 days after the registration; of a filing, after the change that it is owed for.
    #[schema(example = "2026-12-23")]
    due: String,
    /// Whether that day has passed.
    overdue: bool,
}

/// Duties of one answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DutyPage {
    /// The overdue ones first, each part by place and day.
    duties: Vec<DutyView>,
    /// How many there are on all pages together.
    total: usize,
    /// How many of all are overdue.
    overdue: usize,
}

/// Lists what is owed for cameras
///
/// A C1 or C2 camera needs a sign that hangs since a day, a C1 camera number and day of its filing with the police, and new ones
/// when its place, its owner or how long its pictures are kept is changed. A duty goes when the register says so.
#[utoipa::path(get, path = "/duties", tag = "cameras", params(DutyQuery),
    responses((status = 200, body = DutyPage), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<DutyQuery>,
) -> Result<axum::Json<DutyPage>, Problem> {
    let authority = identity.anywhere(Action::ReadCameras)?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    let mut owed = owed(&authority, &state, query.place.as_ref());
    let overdue = owed.iter().filter(|owed| owed.overdue).count();
    if query.overdue {
        owed.truncate(overdue);
    }
    let total = owed.len();
    let duties = owed.into_iter().skip(query.skip).take(limit).map(|owed| DutyView {
        township: owed.key.township.to_string(),
        camera: owed.key.camera.to_string(),
        name: owed.name,
        place: owed.place,
        class: owed.class.word(),
        duty: owed.duty.word(),
        due: owed.due.to_string(),
        overdue: owed.overdue,
    });
    Ok(axum::Json(DutyPage { duties: duties.collect(), total, overdue }))
}

/// What is owed for the cameras that he may see, at a place or everywhere: the overdue first, each part by place.
pub(crate) fn owed(authority: &Authority, state: &ApiState, place: Option<&Reach>) -> Vec<Owed> {
    let known_as = place.map(|place| state.places(authority).known_as(place.digits()));
    state.cameras(authority).owed(|key, at| {
        let below = known_as.as_ref().is_none_or(|codes| codes.iter().any(|code| at.starts_with(code.as_str())));
        below && authority.covers_camera(key, at)
    })
}
