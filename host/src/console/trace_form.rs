//! What somebody without an account fills in on a public page.
//!
//! In this order: the link opens, the pace is kept, the body is read, its token fits, the act is recorded as the link's, and only
//! then a photo is kept and the module asked. Who sent it is written down nowhere.

use std::collections::BTreeMap;

use axum::extract::Extension;
use axum::extract::Path;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::block::FormErrors;

use crate::api::press::Filled;
use crate::api::press::NotPressed;
use crate::api::press::Presser;
use crate::api::press::press;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::state::OpenLink;
use crate::console::address::part;
use crate::console::address::with_query;
use crate::console::draw::FORM;
use crate::console::draw::RefusedForm;
use crate::console::draw::TOKEN;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::trace;

/// Takes a form of the page that a public link opens, or shows it again with what was typed.
pub(crate) async fn act(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(caller): Extension<Caller>,
    Path(code): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let frame = frame.for_everybody();
    let taken = async {
        let link = trace::open(&state, caller, &code).await?;
        if let Err(seconds) = state.admit_post(caller.0, link.id()) {
            return wait(&frame, seconds);
        }
        match Filled::of_stranger(&state, request).await {
            Ok(filled) => take(&state, &frame, &link, filled).await,
            Err(problem) if problem.status == StatusCode::PAYLOAD_TOO_LARGE => {
                let words = frame.words;
                trace::say(&frame, problem.status, words.post_too_large, words.post_too_large_text)
            }
            Err(problem) => Err(problem),
        }
    };
    match taken.await {
        Ok(response) => Ok(response),
        Err(problem) => trace::closed(&frame, &problem),
    }
}

async fn take(state: &ApiState, frame: &Frame, link: &OpenLink, mut filled: Filled) -> Result<Response, Problem> {
    let action = filled.take(FORM).unwrap_or_default();
    let token = filled.take(TOKEN).unwrap_or_default();
    if !link.is_token(&token, &action) {
        let mut typed: BTreeMap<String, String> = BTreeMap::new();
        for (name, text) in filled.texts {
            // What comes several times is a list, as everywhere with a space between.
            typed.entry(name).and_modify(|before| *before = format!("{before} {text}")).or_insert(text);
        }
        let summary = Some(frame.words.form_is_old.to_owned());
        let errors = FormErrors { summary, fields: BTreeMap::new() };
        let refused = RefusedForm { action: &action, typed: &typed, errors: &errors };
        return trace::drawn(state, frame, link, None, Some(refused)).await;
    }
    let key = link.module();
    let object =
        format!("/modules/{}/{}/{}/{}", key.township, part(key.plugin.as_str()), link.page_name(), part(&action));
    let entry = Entry::new(state.now_ms(), Actor::new(&link.id().to_string(), ""), "module.act", &object)
        .in_township(Some(key.township.clone()));
    let row = state.auditor().record(entry.clone()).await?;
    let visit = link.visit(frame.language);
    let pressed = press(&Presser::stranger(link), visit, action.clone(), filled, frame.language).await;
    let (status, answer) = match pressed {
        Ok(next) => return Ok(led(frame, link, next.link.as_deref())),
        Err(NotPressed::Form { filled, errors }) => {
            let refused = RefusedForm { action: &action, typed: &filled, errors: &errors };
            (StatusCode::UNPROCESSABLE_ENTITY, trace::drawn(state, frame, link, None, Some(refused)).await)
        }
        Err(NotPressed::Problem(problem)) => (problem.status, Err(problem)),
    };
    state.auditor().record(entry.failed(state.now_ms(), row, &format!("HTTP {}", status.as_u16()))).await?;
    answer
}

/// To the link of what came of it, or back to the page.
fn led(frame: &Frame, link: &OpenLink, own: Option<&str>) -> Response {
    let path = format!("/t/{}", part(own.unwrap_or(link.code())));
    let how = if own.is_some() { trace::BY_ITS_LINK } else { "" };
    Redirect::to(&with_query(&path, [("lang", frame.language.tag()), (trace::TAKEN, how)])).into_response()
}

fn wait(frame: &Frame, seconds: u32) -> Result<Response, Problem> {
    let words = frame.words;
    let status = StatusCode::TOO_MANY_REQUESTS;
    let mut response = trace::say(frame, status, words.posts_too_often, words.posts_too_often_text)?;
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    Ok(response)
}
