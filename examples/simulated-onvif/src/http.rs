//! The HTTP side of a camera: connections, paths, logins, and how an answer is sent.
//!
//! hyper without a framework, because a camera must also be able to hang up in the middle of a request, which frameworks
//! do not let a handler do.

mod body;
mod login;
mod snapshot;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use http_body_util::BodyExt;
use http_body_util::Limited;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::Method;
use hyper::Request;
use hyper::Response;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

use crate::damage;
use crate::device::Device;
use crate::fault::Fault;
use crate::service;
use crate::service::Stop;
use crate::soap;
use crate::soap::Call;
use crate::soap::Refusal;

/// A request may be so long; real ones are a few KiB.
const MAX_REQUEST: usize = 1024 * 1024;

/// A client must have sent its next request by then.
const IDLE_CONNECTION: Duration = Duration::from_secs(120);

/// How long a camera is slow after a subscription, with [`Fault::SlowAfterEvents`].
const SLOW_AFTER_EVENTS: Duration = Duration::from_secs(30);

/// Actions counted by name; a client that makes up more is counted under `other`.
const MAX_ACTIONS: usize = 256;

const XML: &str = "application/soap+xml; charset=utf-8";

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// The camera closes the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the camera hangs up")]
struct HangUp;

/// Takes connections until the fleet stops.
///
/// Boxed, because a request on one port may open the other, and a future cannot contain itself.
pub(crate) fn serve(device: Device, listener: TcpListener) -> BoxFuture<'static, ()> {
    async move {
        let shutdown = device.shutdown().clone();
        loop {
            let accepted = tokio::select! {
                () = shutdown.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                // No file handles left, most likely: others may be given back meanwhile.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            device.state().record.connections += 1;
            if !device.has(Fault::Unreachable) {
                device.tasks().spawn(connection(device.clone(), stream));
            }
        }
    }
    .boxed()
}

/// The second port of a camera, opened when it is first needed.
pub(crate) async fn elsewhere(device: &Device) -> io::Result<SocketAddr> {
    let open = async || {
        let listener = TcpListener::bind((device.address().ip(), 0)).await?;
        let address = listener.local_addr()?;
        device.tasks().spawn(serve(device.clone(), listener));
        Ok(address)
    };
    device.elsewhere().get_or_try_init(open).await.copied()
}

async fn connection(device: Device, stream: TcpStream) {
    // Answers are small; waiting for more of them helps nobody.
    let _ = stream.set_nodelay(true);
    let shutdown = device.shutdown().clone();
    let answering = service_fn(|request| answer(device.clone(), request));
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        // As cameras write them; onvif-util looks for `Content-Length` to the letter.
        .title_case_headers(true)
        .header_read_timeout(IDLE_CONNECTION)
        .serve_connection(TokioIo::new(stream), answering);
    tokio::select! {
        () = shutdown.cancelled() => {}
        // How a connection ends is the client's affair: nobody here could do anything about it.
        _ = serving => {}
    }
}

async fn answer(device: Device, request: Request<Incoming>) -> Result<Response<Body>, HangUp> {
    if device.has(Fault::Unreachable) {
        return Err(HangUp);
    }
    let (parts, incoming) = request.into_parts();
    let uri = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let path = match parts.uri.path().strip_prefix("/redirected") {
        Some(path) => {
            device.state().record.redirects_followed += 1;
            path
        }
        None => parts.uri.path(),
    };
    if let Some(location) = body::redirect(&device, &uri) {
        return Ok(location);
    }
    if device.has(Fault::SlowCamera) {
        tokio::time::sleep(device.manner().slow).await;
    }
    let authorization = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let request = Asked { method: parts.method.as_str(), uri: &uri, path, query: parts.uri.query(), authorization };
    match parts.method {
        Method::POST if path.starts_with("/onvif/") || path.starts_with("/event-") => {
            soap_call(&device, &request, incoming).await
        }
        Method::GET if path.starts_with("/snapshot/") => Ok(snapshot::answer(&device, &request)),
        Method::GET if path == "/entity" => {
            device.state().record.entities_fetched += 1;
            Ok(plain(StatusCode::OK, "text/plain", Bytes::from_static(b"somebody reads external entities")))
        }
        Method::GET if path == "/" => Ok(plain(StatusCode::OK, "text/html", Bytes::from_static(snapshot::LOGIN_PAGE))),
        _ => Ok(plain(StatusCode::NOT_FOUND, "text/plain", Bytes::from_static(b"not found"))),
    }
}

/// What was asked for, without its body.
struct Asked<'a> {
    method: &'a str,
    /// Path and query as sent.
    uri: &'a str,
    path: &'a str,
    query: Option<&'a str>,
    authorization: Option<&'a str>,
}

async fn soap_call(device: &Device, request: &Asked<'_>, incoming: Incoming) -> Result<Response<Body>, HangUp> {
    let bytes = match Limited::new(incoming, MAX_REQUEST).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(_) => return Ok(plain(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", Bytes::from_static(b"too large"))),
    };
    let call = match soap::read(&bytes) {
        Ok(call) => call,
        Err(error) => {
            device.state().record.malformed += 1;
            return Ok(refuse(device, None, &Refusal::sender(&["ter:WellFormed"], &error.to_string()), Vec::new()));
        }
    };
    count(device, &call);
    if is_slow(device, &call) {
        tokio::time::sleep(device.manner().slow).await;
    }
    let needs_login =
        !service::is_open(&call) || (call.action.name == "GetSystemDateAndTime" && device.has(Fault::ClockNeedsLogin));
    if let Err((refusal, challenges)) = login::check(device, request, call.token.as_ref(), needs_login) {
        return Ok(refuse(device, Some(&call), &refusal, challenges));
    }
    match service::answer(device, &call, request.path).await {
        Ok(body) => {
            let envelope = soap::envelope(Some(&call), &body);
            let bytes = damage::disfigure(device, &call.action.name, envelope);
            Ok(body::send(device, StatusCode::OK, XML, bytes.into()))
        }
        Err(Stop::Refused(refusal)) => Ok(refuse(device, Some(&call), &refusal, Vec::new())),
        Err(Stop::HangUp) => Err(HangUp),
    }
}

fn count(device: &Device, call: &Call) {
    let mut state = device.state();
    let requests = &mut state.record.requests;
    let known = requests.len() < MAX_ACTIONS || requests.contains_key(&call.action.name);
    let name = if known { call.action.name.as_str() } else { "other" };
    *requests.entry(name.to_owned()).or_default() += 1;
}

fn is_slow(device: &Device, call: &Call) -> bool {
    let created = device.state().last_created;
    device.has(Fault::SlowAfterEvents)
        && !service::is_about_events(call)
        && created.is_some_and(|created| device.now().since(created) < SLOW_AFTER_EVENTS)
}

fn refuse(device: &Device, call: Option<&Call>, refusal: &Refusal, challenges: Vec<String>) -> Response<Body> {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let action = call.map_or("", |call| call.action.name.as_str());
    let bytes = damage::disfigure(device, action, soap::envelope(call, &refusal.body()));
    with_challenges(body::send(device, status, XML, bytes.into()), challenges)
}

fn with_challenges(mut response: Response<Body>, challenges: Vec<String>) -> Response<Body> {
    for challenge in challenges {
        if let Ok(value) = challenge.parse() {
            response.headers_mut().append(header::WWW_AUTHENTICATE, value);
        }
    }
    response
}

/// An answer that no fault touches.
fn plain(status: StatusCode, kind: &'static str, bytes: Bytes) -> Response<Body> {
    body::response(status, kind, body::whole(bytes))
}
