//! One request of a person: how it stands, what was done, what can be done next; opened with a reason only.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::id::RequestNumber;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::rights::Step;
use xl_store::rights::Request;
use xl_store::rights::RequestStep;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::requests::missing;
use crate::api::requests::named;
use crate::api::requests::of_request;
use crate::api::requests::status;
use crate::api::state::ApiState;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::rights;
use crate::console::rights_text::Words;
use crate::console::rights_text::words;
use crate::console::rows;
use crate::console::time;
use crate::rights::Opened;
use crate::rights::RightsError;

/// Which request.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    township: TownshipId,
    number: RequestNumber,
}

/// What to do with which request.
#[derive(Debug, Deserialize)]
pub(crate) struct What {
    township: TownshipId,
    number: RequestNumber,
    what: String,
}

/// Why it is opened, or what whoever asked is told.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    reason: String,
    words: String,
}

struct StepRow {
    label: &'static str,
    time: String,
    iso: String,
    who: String,
    /// Only where the request is opened.
    words: String,
}

/// What can be done next.
struct NextRow {
    word: &'static str,
    label: &'static str,
    needed: bool,
    hint: &'static str,
    typed: String,
}

struct OpenedRow {
    name: String,
    contact: String,
    relation: &'static str,
    about: String,
    text: String,
}

#[derive(Template)]
#[template(path = "request.html")]
struct RequestHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
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
    filed_by: String,
    erased: bool,
    may_handle: bool,
    wrong: Option<String>,
    reason: String,
    steps: Vec<StepRow>,
    next: Vec<NextRow>,
    opened: Option<OpenedRow>,
}

/// What is shown beside the request itself.
#[derive(Default)]
struct Beside {
    opened: Option<Opened>,
    wrong: Option<RightsError>,
    typed: Typed,
    tried: String,
}

/// Shows a request.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(Which { township, number }): Path<Which>,
) -> Result<Response, Problem> {
    let (authority, reference) = of_request(&identity, Action::ReadRequests, township, number)?;
    let (request, steps) = state.desk(&authority).one(&reference).await.map_err(missing(&reference))?;
    draw(&identity, &state, &frame, request, steps, Beside::default())
}

/// Opens who asks and for what: the answer is the page with it, which no address leads to.
pub(crate) async fn open(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(Which { township, number }): Path<Which>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (authority, reference) = of_request(&identity, Action::HandleRequests, township, number)?;
    let desk = state.desk(&authority);
    let (request, steps) = desk.one(&reference).await.map_err(missing(&reference))?;
    let frame = frame.at(&format!("/requests/{}/{}", reference.township, reference.number));
    let beside = match desk.open(authority.actor(), &reference, &typed.reason).await {
        Ok(opened) => Beside { opened: Some(opened), typed, ..Beside::default() },
        Err(wrong @ RightsError::NotWritten { .. }) => Beside { wrong: Some(wrong), typed, ..Beside::default() },
        Err(error) => return Err(error.into()),
    };
    draw(&identity, &state, &frame, request, steps, beside)
}

/// Does the next step; when it is refused, shows what was typed again.
pub(crate) async fn step(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(What { township, number, what }): Path<What>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let (authority, reference) = of_request(&identity, Action::HandleRequests, township, number)?;
    let href = format!("/requests/{}/{}", reference.township, reference.number);
    let desk = state.desk(&authority);
    let (request, steps) = desk.one(&reference).await.map_err(missing(&reference))?;
    match desk.step(&reference, named(&what)?, &typed.words, authority.person()).await {
        Ok(_) => Ok(Redirect::to(&href).into_response()),
        Err(wrong @ (RightsError::NotWritten { .. } | RightsError::WrongStep { .. } | RightsError::Extended)) => {
            let beside = Beside { wrong: Some(wrong), typed, tried: what, ..Beside::default() };
            draw(&identity, &state, &frame.at(&href), request, steps, beside)
        }
        Err(error) => Err(error.into()),
    }
}

fn draw(
    identity: &Identity,
    state: &ApiState,
    frame: &Frame,
    request: Request,
    steps: Vec<RequestStep>,
    beside: Beside,
) -> Result<Response, Problem> {
    let words = words(frame.language);
    let Beside { opened, wrong, typed, tried } = beside;
    let (reference, places) = (request.reference.clone(), identity.anywhere(Action::ReadPlaces)?);
    let handles = of_request(identity, Action::HandleRequests, reference.township.clone(), reference.number.clone());
    let may_handle = handles.is_ok();
    let (label, state_class) = rights::state(words, request.state);
    let (applicant, told) = opened.map_or_else(|| (None, Vec::new()), |opened| (Some(opened.applicant), opened.words));
    let answer = wrong.as_ref().map_or(StatusCode::OK, status);
    let html = RequestHtml {
        frame,
        words,
        href: format!("/requests/{}/{}", reference.township, reference.number),
        reference: reference.to_string(),
        kind: rights::kind(words, request.kind),
        office: office(frame, state, &places, reference.township.as_str()),
        state: label,
        state_class,
        received: time::minute(request.received_ms),
        due: time::minute(request.due_ms),
        overdue: request.state.is_open() && request.due_ms < state.now_ms(),
        extended: request.extended,
        filed_by: request.filed_by.clone(),
        erased: request.sealed.is_none(),
        wrong: wrong.map(|wrong| Problem::new(answer, wrong.code()).title(frame.language)),
        reason: typed.reason,
        next: if may_handle { next(words, &request, &tried, &typed.words) } else { Vec::new() },
        may_handle,
        steps: step_rows(words, steps, told),
        opened: applicant.map(|it| OpenedRow {
            relation: rights::relation(words, &it.relation),
            name: it.name,
            contact: it.contact,
            about: it.about,
            text: it.text,
        }),
    };
    page_with(answer, &html)
}

fn office(frame: &Frame, state: &ApiState, places: &Authority, township: &str) -> Option<String> {
    rows::place(frame, state.places(places), township)
}

fn step_rows(words: &Words, steps: Vec<RequestStep>, told: Vec<String>) -> Vec<StepRow> {
    let told = told.into_iter().chain(std::iter::repeat(String::new()));
    let row = |(step, told): (RequestStep, String)| StepRow {
        label: rights::step(words, step.step),
        time: time::minute(step.at_ms),
        iso: time::iso(step.at_ms),
        who: if step.who.is_empty() { words.applicant.to_owned() } else { step.who },
        words: told,
    };
    steps.into_iter().zip(told).map(row).collect()
}

fn next(words: &Words, request: &Request, tried: &str, typed: &str) -> Vec<NextRow> {
    let follows =
        |step: &Step| step.after(request.kind, request.state).is_some() && !(*step == Step::Extend && request.extended);
    let row = |step: Step| NextRow {
        word: step.word(),
        label: match step {
            Step::Check => words.do_check,
            Step::Begin => words.do_begin,
            Step::Answer => words.do_answer,
            Step::Refuse => words.do_refuse,
            Step::Extend => words.do_extend,
            Step::Withdraw => words.do_withdraw,
        },
        needed: step.needs_words(),
        hint: if step.needs_words() { words.words_needed } else { words.words_optional },
        typed: if step.word() == tried { typed.to_owned() } else { String::new() },
    };
    Step::ALL.into_iter().filter(follows).map(row).collect()
}
