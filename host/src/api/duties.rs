//! What is still owed, each with the day on which it is due: signs and filings for cameras, worked out from the register, and receipts
//! for exports.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::day::Day;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::authority::place_of;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::Owed;
use crate::export::OwedReceipt;

/// Most duties of one page.
const MOST: usize = 1_000;

/// Which duties somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DutyQuery {
    /// Only of cameras at this place and below, and of exports of townships there, by 2, 4, 6, 9 or 12 digits.
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

/// Something that is owed for a camera or an export.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DutyView {
    /// Nine digits.
    township: String,
    /// The camera's id there; nothing for a receipt.
    camera: Option<String>,
    /// The export's number in the county; nothing for a camera.
    export: Option<u64>,
    /// The camera's name, or what stands on the export's pictures: `371122102-E18`.
    name: String,
    /// 12-digit division code of where the camera stands, or of the export's township.
    place: String,
    /// `public-security` or `other-public-place`; nothing for a receipt.
    class: Option<&'static str>,
    /// `signage` (Order 799, article 13), `filing` (article 14), or `receipt`: that an export was destroyed outside.
    #[schema(example = "filing")]
    duty: &'static str,
    /// The last day on which it is in time: 30 days after the registration; of a filing, after the change that it is owed for; of a
    /// receipt, after the day until which the export could be fetched.
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

/// Lists what is owed for cameras and exports
///
/// A C1 or C2 camera needs a sign that hangs since a day, a C1 camera number and day of its filing with the police, and new ones
/// when its place, its owner or how long its pictures are kept is changed. A duty goes when the register says so. An export that
/// somebody fetched needs, once its time is over, the receipt that it was destroyed outside: shown to who may read exports, gone
/// when somebody confirms it.
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
    let mut owed = owed(&identity, &authority, &state, query.place.as_ref()).await?;
    let overdue = owed.iter().filter(|duty| duty.overdue()).count();
    if query.overdue {
        owed.truncate(overdue);
    }
    let total = owed.len();
    let duties = owed.into_iter().skip(query.skip).take(limit).map(DutyView::from);
    Ok(axum::Json(DutyPage { duties: duties.collect(), total, overdue }))
}

/// Something that is owed.
pub(crate) enum Duty {
    /// A sign or a filing.
    Camera(Owed),
    /// That an export was destroyed outside.
    Receipt(OwedReceipt),
}

impl Duty {
    /// 12-digit division code of what it is owed for.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Camera(owed) => owed.place.clone(),
            Self::Receipt(owed) => format!("{}000", owed.township),
        }
    }

    /// The last day on which it is in time.
    pub(crate) fn due(&self) -> Day {
        match self {
            Self::Camera(owed) => owed.due,
            Self::Receipt(owed) => owed.due,
        }
    }

    /// Whether that day has passed.
    pub(crate) fn overdue(&self) -> bool {
        match self {
            Self::Camera(owed) => owed.overdue,
            Self::Receipt(owed) => owed.overdue,
        }
    }
}

impl From<Duty> for DutyView {
    fn from(duty: Duty) -> Self {
        let (place, due, overdue) = (duty.place(), duty.due().to_string(), duty.overdue());
        match duty {
            Duty::Camera(owed) => Self {
                township: owed.key.township.to_string(),
                camera: Some(owed.key.camera.to_string()),
                export: None,
                name: owed.name,
                place,
                class: Some(owed.class.word()),
                duty: owed.duty.word(),
                due,
                overdue,
            },
            Duty::Receipt(owed) => Self {
                township: owed.township.to_string(),
                camera: None,
                export: Some(owed.number),
                name: owed.name,
                place,
                class: None,
                duty: "receipt",
                due,
                overdue,
            },
        }
    }
}

/// What is owed for cameras and exports that he may read, at a place or everywhere: the overdue first, each part by place and day.
///
/// # Errors
/// XL0305 when the store cannot be read.
pub(crate) async fn owed(
    identity: &Identity,
    authority: &Authority,
    state: &ApiState,
    place: Option<&Reach>,
) -> Result<Vec<Duty>, Problem> {
    let to = place.and_then(|place| place_of(place.digits()));
    let authority = authority.narrowed(to.clone());
    let known_as = place.map(|place| state.places(&authority).known_as(place.digits()));
    let below = |at: &str| known_as.as_ref().is_none_or(|codes| codes.iter().any(|code| at.starts_with(code.as_str())));
    let cameras = state.cameras(&authority).owed(|key, at| below(at) && authority.covers_camera(key, at));
    let mut duties: Vec<Duty> = cameras.into_iter().map(Duty::Camera).collect();
    // Who may not read exports is not refused: he learns of none.
    if let Ok(reader) = identity.anywhere(Action::ReadExports) {
        let receipts = state.exports(&reader).owed(reader.narrowed(to).within()).await?;
        duties.extend(receipts.into_iter().map(Duty::Receipt).filter(|duty| below(&duty.place())));
        duties.sort_by_cached_key(|duty| (Reverse(duty.overdue()), duty.place(), duty.due()));
    }
    Ok(duties)
}
