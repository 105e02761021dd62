//! How a request stands, for whoever has its secret. No sign-in, no cookie, no script.

use askama::Template;
use axum::Form;
use axum::extract::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use xl_model::rights::RequestState;

use crate::api::extract::body_not_read;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::rights::Typed;
use crate::console::rights::kind;
use crate::console::rights::state as said;
use crate::console::rights::step;
use crate::console::rights::visited;
use crate::console::rights_text::Words;
use crate::console::rights_text::words;
use crate::console::rows;
use crate::console::time;
use crate::rights::Progress;
use crate::rights::RightsError;
use crate::rights::Told;

struct StepRow {
    label: &'static str,
    time: String,
    iso: String,
    words: String,
}

struct ProgressRow {
    reference: String,
    kind: &'static str,
    office: String,
    state: &'static str,
    state_class: &'static str,
    received: String,
    due: String,
    overdue: bool,
    open: bool,
    steps: Vec<StepRow>,
}

#[derive(Template)]
#[template(path = "rights_status.html")]
struct StatusHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    reference: &'a str,
    secret: &'a str,
    wrong: Option<&'a str>,
    withdrawn: bool,
    progress: Option<ProgressRow>,
}

/// What somebody types to see how his request stands. Never in an address: addresses are written down on the way.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    reference: String,
    secret: String,
    what: String,
}

/// Shows where to enter reference and secret.
pub(crate) async fn ask(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(from)): Extension<Caller>,
) -> Result<Response, Problem> {
    visited(&state, from)?;
    let frame = frame.for_everybody();
    draw_status(&frame, StatusCode::OK, &Asked::default(), None, None)
}

/// Shows how a request stands, or takes it back.
pub(crate) async fn show(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(from)): Extension<Caller>,
    form: Typed<Asked>,
) -> Result<Response, Problem> {
    visited(&state, from)?;
    let frame = frame.for_everybody();
    let Form(asked) = form.map_err(|rejection| body_not_read(rejection.status()))?;
    let words = words(frame.language);
    if state.look_ups().take(from, state.now_ms()).is_err() {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return draw_status(&frame, status, &asked, Some(words.too_often), None);
    }
    let counter = state.counter();
    let withdrawn = match asked.what.as_str() {
        "withdraw" => counter.withdraw(&asked.reference, &asked.secret).await,
        _ => Ok(()),
    };
    // That it is closed already is seen below.
    let found = match withdrawn {
        Ok(()) | Err(RightsError::WrongStep { .. }) => counter.look_up(&asked.reference, &asked.secret).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(progress) => draw_status(&frame, StatusCode::OK, &asked, None, Some(progress)),
        Err(RightsError::NoSuch) => draw_status(&frame, StatusCode::NOT_FOUND, &asked, Some(words.no_such), None),
        Err(error) => Err(error.into()),
    }
}

fn draw_status(
    frame: &Frame,
    status: StatusCode,
    asked: &Asked,
    wrong: Option<&str>,
    progress: Option<Progress>,
) -> Result<Response, Problem> {
    let html = StatusHtml {
        frame,
        words: words(frame.language),
        reference: &asked.reference,
        secret: &asked.secret,
        wrong,
        withdrawn: asked.what == "withdraw" && progress.as_ref().is_some_and(|it| it.state == RequestState::Withdrawn),
        progress: progress.map(|progress| progress_row(frame, progress)),
    };
    page_with(status, &html)
}

fn progress_row(frame: &Frame, progress: Progress) -> ProgressRow {
    let words = words(frame.language);
    let (state, state_class) = said(words, progress.state);
    let told = |told: Told| StepRow {
        label: step(words, told.step),
        time: time::minute(told.at_ms),
        iso: time::iso(told.at_ms),
        words: told.words,
    };
    ProgressRow {
        reference: progress.reference.to_string(),
        kind: kind(words, progress.kind),
        office: rows::named(frame.language, progress.office),
        state,
        state_class,
        received: time::minute(progress.received_ms),
        due: time::minute(progress.due_ms),
        overdue: progress.is_overdue,
        open: progress.state.is_open(),
        steps: progress.steps.into_iter().map(told).collect(),
    }
}
