//! Records every act before it happens: one layer around the API and the console's forms, by method and matched path.
//!
//! What somebody reads of a township by a role from above is recorded here too, before the answer leaves; what that is,
//! [`super::authority`] notes.
//!
//! Who acts is what [`Identity::actor`] says; what the act is called stands in `acts/table.rs`, what it is done to is read by
//! `acts/object.rs`. A look is recorded by its own handler, which knows camera, purpose and reason. Decides nothing about rights;
//! but whoever acts in vain without end is answered that he comes too often, before he costs one more row.

mod object;
mod table;
#[cfg(test)]
mod tests;

use axum::extract::FromRequestParts as _;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::Next;
use axum::response::IntoResponse as _;
use axum::response::Response;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::Outcome;
use xl_model::fault::Code;

use crate::api::authority::FromAbove;
use crate::api::authority::Identity;
use crate::api::looks;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::rate;
use crate::api::state::ApiState;
use crate::audit::NotRecorded;
use crate::audit::ReadFromAbove;

use object::Object;
use table::Act;

/// In the extensions of a page that says itself why it let nobody in: the code that it is counted by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotLetIn(pub(crate) Code);

impl NotLetIn {
    /// The page with it.
    pub(crate) fn on(self, mut page: Response) -> Response {
        page.extensions_mut().insert(self);
        page
    }
}

/// Whether a request is an act, and no mere reading.
pub fn is_act(request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    table::of(request.method(), route).is_some()
}

/// Records an act, lets it happen, and records when it did not come about.
pub async fn recorded(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let route = parts.extensions.get::<MatchedPath>().map(|route| route.as_str().to_owned());
    let Some(route) = route else { return next.run(Request::from_parts(parts, body)).await };
    let what = format!("{} {route}", parts.method);
    let from = rate::address(&parts.extensions, &parts.headers, state.trusted_proxies());
    let actor = Identity::from_request_parts(&mut parts, &state).await.ok().map(|it| it.actor());
    let known = table::of(&parts.method, &route);
    let response = match (known, actor) {
        (Some(Act::SignIn), _) => {
            let response = next.run(Request::from_parts(parts, body)).await;
            // The way in is its page: by password or key, or by a provider.
            let way = if route.starts_with("/sign-in/openid") { "/sign-in/openid" } else { "/sign-in" };
            signed_in(&state, way, &format!("from {from}"), response).await
        }
        (Some(Act::Named { name, fields }), Some(actor)) => {
            let object = match Object::read(&route, &parts, body, fields).await {
                Ok(object) => object,
                Err(problem) => return problem.into_response(),
            };
            let entry = Entry::new(state.now_ms(), actor.clone(), &object.named(name), &object.what)
                .in_township(object.township)
                .with_detail(&object.fields);
            let act = act(&state, entry, Request::from_parts(parts, object.body), next);
            in_pace(&state, &actor, act, is_in_vain).await
        }
        (Some(Act::Look), Some(actor)) => {
            in_pace(&state, &actor, next.run(Request::from_parts(parts, body)), is_refused_look).await
        }
        (None, Some(actor)) => read(&state, &actor, Request::from_parts(parts, body), next).await,
        _ => next.run(Request::from_parts(parts, body)).await,
    };
    if let Some(code) = refusal(&response, known == Some(Act::SignIn)) {
        // Behind a public link nobody is recorded, not even who comes too often.
        state.auditor().refused(&what, code, Some(from).filter(|_| !route.starts_with("/t/")));
    }
    response
}

/// Does something unless its author did so too often in vain.
///
/// A token is taken before, so that many at once are no more than many in a row, and given back where it was not in vain.
async fn in_pace(
    state: &ApiState,
    actor: &Actor,
    does: impl Future<Output = Response>,
    is_in_vain: impl FnOnce(&Response) -> bool,
) -> Response {
    // With roles and key: a program that errs does not stop the person whose key it has.
    let by = format!("{} {}", actor.who, actor.unit);
    if let Err(seconds) = state.acts_in_vain().take_of(by.clone(), state.now_ms()) {
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, code::TOO_MANY).with_retry_after(seconds);
        return problem.into_response();
    }
    // It comes to its end whoever waits for it: see `shield`.
    let response = does.await;
    if !is_in_vain(&response) {
        state.acts_in_vain().give_back_of(by);
    }
    response
}

/// An act that the rights or the form of the request did not allow. What is only in conflict with what there is, or came too early,
/// was allowed.
fn is_in_vain(response: &Response) -> bool {
    let status = response.status();
    status.is_client_error() && ![StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS].contains(&status)
}

/// A look that left a row, though nothing was shown.
fn is_refused_look(response: &Response) -> bool {
    response.extensions().get::<Problem>().is_some_and(|problem| problem.code == looks::OTHER_PURPOSE)
}

async fn act(state: &ApiState, entry: Entry, request: Request, next: Next) -> Response {
    let seq = match state.auditor().record(entry.clone()).await {
        Ok(seq) => seq,
        Err(fault) => return Problem::from(fault).into_response(),
    };
    let response = next.run(request).await;
    let Some(why) = failure(&response) else { return response };
    let mut told = entry.failed(state.now_ms(), seq, &why);
    if is_too_slow(&response) {
        // It goes on, and nobody waits for what becomes of it.
        told = told.with_outcome(Outcome::Noted);
    }
    if let Err(fault) = state.auditor().record(told).await {
        // The act did not come about; that nobody can record it either has been told by the store.
        tracing::error!(code = %fault.code(), row = seq, "failed act not recorded");
    }
    response
}

/// Reads something, and records what of it belongs to townships and is seen from above before it is shown.
///
/// A problem shows nothing of it, whatever the page that is drawn of it looks like. Every other answer does, whatever its status: a
/// module says with 409 what it likes.
async fn read(state: &ApiState, actor: &Actor, mut request: Request, next: Next) -> Response {
    let from_above = FromAbove::default();
    request.extensions_mut().insert(from_above.clone());
    let response = next.run(request).await;
    if response.extensions().get::<Problem>().is_some() {
        return response;
    }
    let taken = from_above.taken().into_iter();
    let reads = taken.map(|(kind, township)| ReadFromAbove::new(actor, kind, township)).collect();
    match state.auditor().reads_from_above(reads).await {
        Ok(()) => response,
        Err(fault) => Problem::from(fault).into_response(),
    }
}

/// A session is opened by who has none: its row follows, and without it the cookie does not leave the hub.
async fn signed_in(state: &ApiState, way: &str, from: &str, response: Response) -> Response {
    if let Some(value) = session(state, response.headers())
        && let Some(actor) = Identity::of_session(state, &value).await.map(|it| it.actor())
    {
        let entry = Entry::new(state.now_ms(), actor, "session.open", way).with_detail(from);
        if let Err(fault) = state.auditor().record(entry).await {
            return Problem::from(fault).into_response();
        }
    }
    response
}

/// The session that an answer opens.
fn session(state: &ApiState, headers: &HeaderMap) -> Option<String> {
    let prefix = format!("{}=", state.cookie_name());
    let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let value = cookies.filter_map(|cookie| cookie.strip_prefix(&prefix)).next()?;
    value.split(';').next().map(str::to_owned)
}

/// Whether the answer came before the end of what was asked for.
fn is_too_slow(response: &Response) -> bool {
    response.extensions().get::<Problem>().is_some_and(|problem| problem.code == code::TOO_SLOW)
}

/// Why an act did not come about.
fn failure(response: &Response) -> Option<String> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let code = response.extensions().get::<Problem>().map(|problem| format!(", {}", problem.code));
    Some(format!("HTTP {}{}", status.as_u16(), code.unwrap_or_default()))
}

/// The code of an answer that let nobody in. Whoever wanted to sign in and could not was not let in, whatever was wrong.
fn refusal(response: &Response, signs_in: bool) -> Option<Code> {
    if let Some(NotLetIn(code)) = response.extensions().get::<NotLetIn>() {
        return Some(*code);
    }
    match (response.status(), response.extensions().get::<Problem>()) {
        (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS, Some(problem)) => {
            Some(problem.code)
        }
        (status, Some(problem)) if signs_in && status.is_client_error() => Some(problem.code),
        // The form for signing in says so itself.
        (StatusCode::TOO_MANY_REQUESTS, None) => Some(code::TOO_MANY),
        _ => None,
    }
}

impl From<NotRecorded> for Problem {
    fn from(fault: NotRecorded) -> Self {
        Self::fault(StatusCode::SERVICE_UNAVAILABLE, fault.code(), &fault).with_retry_after(5)
    }
}
