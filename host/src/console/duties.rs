//! What is still owed for cameras: signs and filings, the overdue first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::camera::duty::Duty;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;

use crate::api::authority::Identity;
use crate::api::duties::owed;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;

/// Most duties that the page shows; whoever sees so many looks at one place.
const MOST: usize = 500;

/// Where somebody looks; empty: everywhere.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    place: String,
}

struct DutyRow {
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
    let owed = owed(&authority, &state, place.as_ref());
    let (words, places) = (frame.words, state.places(&authority));
    let (total, overdue) = (owed.len(), owed.iter().filter(|owed| owed.overdue).count());
    let duties = owed.into_iter().take(MOST).map(|owed| DutyRow {
        camera: owed.key.to_string(),
        name: owed.name,
        href: rows::camera_href(&owed.key),
        place_name: rows::place(&frame, places, &owed.place),
        place: owed.place,
        class: rows::class(words, owed.class),
        duty: match owed.duty {
            Duty::Signage => words.duty_signage,
            Duty::Filing => words.duty_filing,
        },
        due: owed.due.to_string(),
        overdue: owed.overdue,
    });
    let duties = duties.collect();
    page(&DutiesHtml { frame: &frame, place: &wish.place, total, overdue, duties })
}
