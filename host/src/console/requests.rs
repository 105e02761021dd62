//! The desk for requests of people: which there are, overdue ones first, and one more that came on paper.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use xl_model::fault::FieldFault;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::rights::Request;

use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::requests::RequestQuery;
use crate::api::requests::filter;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::fields::FieldRow;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::frame::page_with;
use crate::console::rights;
use crate::console::rights::FiledRow;
use crate::console::rights_text::Words;
use crate::console::rights_text::words;
use crate::console::rows;
use crate::console::time;
use crate::rights::Draft;
use crate::rights::RightsError;

/// Requests of one page: two screenfuls on a desk.
const ROWS_A_PAGE: u32 = 50;

/// Which requests somebody looks for; empty fields of the form say nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    show: String,
    place: String,
    skip: u32,
}

struct RequestRow {
    href: String,
    reference: String,
    kind: &'static str,
    office: Option<String>,
    state: &'static str,
    state_class: &'static str,
    received: String,
    due: String,
    overdue: bool,
    extended: bool,
}

#[derive(Template)]
#[template(path = "requests.html")]
struct RequestsHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    place: &'a str,
    show: &'a str,
    shows: [(&'static str, &'static str); 4],
    may_file: bool,
    rows: Vec<RequestRow>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "request_paper.html")]
struct PaperHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    refused: bool,
    fields: Vec<FieldRow>,
    filed: Option<FiledRow>,
}

/// Lists requests.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let place = match wish.place.trim() {
        "" => None,
        place => Some(place.parse::<Reach>().map_err(|error| Problem::field("place", error.to_string()))?),
    };
    let open = match wish.show.as_str() {
        "closed" => Some(false),
        "all" => None,
        _ => Some(true),
    };
    let overdue = wish.show == "overdue";
    let query = RequestQuery { place, open, overdue, skip: wish.skip, ..RequestQuery::default() };
    let (authority, filter) = filter(&identity, &state, &query, ROWS_A_PAGE)?;
    let requests = state.desk(&authority).list(filter).await?;
    let words = words(frame.language);
    let skip = wish.skip.saturating_add(ROWS_A_PAGE).to_string();
    let next = (requests.len() == ROWS_A_PAGE as usize)
        .then(|| with_query("/requests", [("show", wish.show.as_str()), ("place", &wish.place), ("skip", &skip)]));
    let now_ms = state.now_ms();
    let places = identity.anywhere(Action::ReadPlaces)?;
    let row = |request: Request| {
        let (label, state_class) = rights::state(words, request.state);
        RequestRow {
            href: format!("/requests/{}/{}", request.reference.township, request.reference.number),
            reference: request.reference.to_string(),
            kind: rights::kind(words, request.kind),
            office: rows::place(&frame, state.places(&places), request.reference.township.as_str()),
            state: label,
            state_class,
            received: time::minute(request.received_ms),
            due: time::minute(request.due_ms),
            overdue: request.state.is_open() && request.due_ms < now_ms,
            extended: request.extended,
        }
    };
    page(&RequestsHtml {
        frame: &frame,
        words,
        place: &wish.place,
        show: &wish.show,
        shows: shows(words),
        may_file: identity.anywhere(Action::HandleRequests).is_ok(),
        rows: requests.into_iter().map(row).collect(),
        next,
    })
}

fn shows(words: &Words) -> [(&'static str, &'static str); 4] {
    [
        ("open", words.shown_open),
        ("overdue", words.shown_overdue),
        ("closed", words.shown_closed),
        ("all", words.shown_all),
    ]
}

/// Shows the form for a request that came on paper.
pub(crate) async fn form(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    identity.anywhere(Action::HandleRequests)?;
    draw(&state, &frame, &Draft::default(), &[])
}

/// Files a request that came on paper; reference and secret are shown this once.
pub(crate) async fn file(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Form(draft): Form<Draft>,
) -> Result<Response, Problem> {
    identity.anywhere(Action::HandleRequests)?;
    let new = match state.counter().check(&draft) {
        Ok(new) => new,
        Err(RightsError::Fields(faults)) => return draw(&state, &frame, &draft, &faults),
        Err(error) => return Err(error.into()),
    };
    let authority = identity.of_log(&state, Action::HandleRequests, &new.township, None)?;
    let filed = state.desk(&authority).file_paper(new, authority.person()).await?;
    let (words, filed) = (words(frame.language), Some(rights::filed_row(filed)));
    page(&PaperHtml { frame: &frame, words, refused: false, fields: Vec::new(), filed })
}

fn draw(state: &ApiState, frame: &Frame, draft: &Draft, faults: &[FieldFault]) -> Result<Response, Problem> {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let html = PaperHtml {
        frame,
        words: words(frame.language),
        refused: !faults.is_empty(),
        fields: rights::fields(state, frame, draft, faults),
        filed: None,
    };
    page_with(status, &html)
}
