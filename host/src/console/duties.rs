//! What is still owed: signs and filings for cameras, receipts for exports, the overdue first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::camera::duty;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;

use crate::api::authority::Identity;
use crate::api::duties::Duty;
use crate::api::duties::owed;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;
use crate::places::Places;

/// Most duties that the page shows; whoever sees so many looks at one place.
const MOST: usize = 500;

/// Where somebody looks; empty: everywhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    place: String,
}

struct DutyRow {
    /// The camera's id; empty for an export, whose name has its number.
    camera: String,
    name: String,
    href: String,
    place: String,
    place_name: Option<String>,
    class: &'static str,
    duty: &'static str,
    due: String,
    overdue: bool,
}

#[derive(Template)]
#[template(path = "duties.html")]
struct DutiesHtml<'a> {
    frame: &'a Frame,
    place: &'a str,
    total: usize,
    overdue: usize,
    duties: Vec<DutyRow>,
}

/// Lists duties.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadCameras)?;
    let place = match wish.place.trim() {
        "" => None,
        place => Some(place.parse::<Reach>().map_err(|error| Problem::field("place", error.to_string()))?),
    };
    let owed = owed(&identity, &authority, &state, place.as_ref()).await?;
    let places = state.places(&authority);
    let (total, overdue) = (owed.len(), owed.iter().filter(|duty| duty.overdue()).count());
    let duties = owed.into_iter().take(MOST).map(|duty| DutyRow::new(&frame, places, duty)).collect();
    page(&DutiesHtml { frame: &frame, place: &wish.place, total, overdue, duties })
}

impl DutyRow {
    fn new(frame: &Frame, places: &Places, duty: Duty) -> Self {
        let words = frame.words;
        let (place, due, overdue) = (duty.place(), duty.due().to_string(), duty.overdue());
        let place_name = rows::place(frame, places, &place);
        match duty {
            Duty::Camera(owed) => Self {
                camera: owed.key.to_string(),
                name: owed.name,
                href: rows::camera_href(&owed.key),
                place,
                place_name,
                class: rows::class(words, owed.class),
                duty: match owed.duty {
                    duty::Duty::Signage => words.duty_signage,
                    duty::Duty::Filing => words.duty_filing,
                },
                due,
                overdue,
            },
            Duty::Receipt(owed) => Self {
                camera: String::new(),
                name: owed.name,
                // The list begins with it.
                href: with_query("/exports", [("before", (owed.number + 1).to_string().as_str())]),
                place,
                place_name,
                class: "–",
                duty: words.duty_receipt,
                due,
                overdue,
            },
        }
    }
}
