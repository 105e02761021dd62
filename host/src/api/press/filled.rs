//! What somebody filled in, read from a body: a form of a browser, or what a program sends.

use axum::Form;
use axum::body::Body;
use axum::body::to_bytes;
use axum::extract::FromRequest as _;
use axum::extract::Multipart;
use axum::extract::Request;
use axum::extract::multipart::Field as Part;
use axum::extract::multipart::MultipartError;
use axum::http::StatusCode;
use axum::http::header;
use bytes::Bytes;
use bytes::BytesMut;
use serde::de::DeserializeOwned;
use tokio::sync::OwnedSemaphorePermit;
use xl_model::event::MAX_PICTURES;
use xl_model::picture::MAX_UPLOAD_BYTES;

use crate::api::extract::Json;
use crate::api::extract::body_not_read;
use crate::api::extract::is_multipart;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// Most bytes of a body with pictures: four from a good camera, of which one that is too large is told so at its field.
pub(crate) const MAX_PRESS_BYTES: usize = 72 * 1024 * 1024;

/// Most bytes of a form of a public page: four photos as telephones take them.
pub(crate) const MAX_STRANGERS_BYTES: usize = 16 * 1024 * 1024;

/// Most bytes of texts: an event takes 256 KiB, and a body of JSON has its escapes.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// Most bytes of texts of a stranger: some 4,000 characters, each up to 9 bytes on its way.
const MAX_STRANGERS_TEXT_BYTES: usize = 64 * 1024;

/// Name of the part that holds what a program would send as JSON without pictures.
const PRESS: &str = "press";

/// What somebody filled in, as it came.
#[derive(Debug, Default)]
pub(crate) struct Filled {
    /// Names and texts in the order in which they came; a name may come again.
    pub(crate) texts: Vec<(String, String)>,
    /// Pictures by the name of their field; one that is too large is cut off behind what is taken.
    pub(crate) pictures: Vec<(String, Bytes)>,
    /// Keeps the number of bodies in memory small.
    _room: Option<OwnedSemaphorePermit>,
}

impl Filled {
    /// The same pictures with these texts.
    pub(crate) fn with_texts(self, texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { texts: texts.into_iter().collect(), ..self }
    }

    /// Reads what a browser sends: a form, with or without files.
    ///
    /// # Errors
    /// When it is none, too large, or broke off.
    pub(crate) async fn of_browser(state: &ApiState, request: Request) -> Result<Self, Problem> {
        if is_multipart(request.headers()) {
            return Self::of_parts(state.upload_permit().await, MAX_TEXT_BYTES, request).await;
        }
        Self::of_texts(MAX_TEXT_BYTES, request).await
    }

    /// The same from somebody without an account, who sends less and waits behind nobody who has one.
    ///
    /// # Errors
    /// As [`Filled::of_browser`].
    pub(crate) async fn of_stranger(state: &ApiState, request: Request) -> Result<Self, Problem> {
        if is_multipart(request.headers()) {
            return Self::of_parts(state.strangers_upload_permit().await, MAX_STRANGERS_TEXT_BYTES, request).await;
        }
        Self::of_texts(MAX_STRANGERS_TEXT_BYTES, request).await
    }

    /// Takes out what came last under a name.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let taken = self.texts.iter().rev().find(|(of, _)| of == name).map(|(_, text)| text.clone());
        self.texts.retain(|(of, _)| of != name);
        taken
    }

    async fn of_texts(most: usize, request: Request) -> Result<Self, Problem> {
        let request = limited(request, most).await?;
        let Form(texts) = Form::<Vec<(String, String)>>::from_request(request, &()).await.map_err(|rejected| {
            let problem = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code::WRONG_CONTENT_TYPE);
            problem.with_detail(rejected.to_string())
        })?;
        Ok(Self::default().with_texts(texts))
    }

    async fn of_parts(room: Option<OwnedSemaphorePermit>, most: usize, request: Request) -> Result<Self, Problem> {
        let stopping = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::STOPPING);
        let room = room.ok_or_else(stopping)?;
        let not_parts =
            |_| Problem::new(StatusCode::BAD_REQUEST, code::BAD_REQUEST).with_detail("a boundary is missing");
        let mut parts = Multipart::from_request(request, &()).await.map_err(not_parts)?;
        let mut filled = Self { _room: Some(room), ..Self::default() };
        let mut text_bytes = 0;
        while let Some(part) = parts.next_field().await.map_err(not_read)? {
            let name = part.name().unwrap_or_default().to_owned();
            if is_file(&part) {
                let bytes = start_of(part, MAX_UPLOAD_BYTES + 1).await?;
                // A field of a browser that was left empty; and no form takes more than an event does.
                if !bytes.is_empty() && filled.pictures.len() <= MAX_PICTURES {
                    filled.pictures.push((name, bytes));
                }
            } else {
                let text = start_of(part, most + 1).await?;
                text_bytes += name.len() + text.len();
                if text_bytes > most {
                    return Err(body_not_read(StatusCode::PAYLOAD_TOO_LARGE));
                }
                filled.texts.push((name, String::from_utf8_lossy(&text).into_owned()));
            }
        }
        Ok(filled)
    }
}

/// Reads what a program sends: JSON; or parts, of which `press` is that JSON and each other one a picture under the name of
/// its field.
///
/// # Errors
/// When it is neither, too large, or broke off.
pub(crate) async fn press_of_program<T: DeserializeOwned>(
    state: &ApiState,
    request: Request,
) -> Result<(T, Filled), Problem> {
    if !is_multipart(request.headers()) {
        let Json(press) = Json::<T>::from_request(limited(request, MAX_TEXT_BYTES).await?, &()).await?;
        return Ok((press, Filled::default()));
    }
    let mut filled = Filled::of_parts(state.upload_permit().await, MAX_TEXT_BYTES, request).await?;
    let press = filled.texts.iter().position(|(name, _)| name == PRESS);
    let press = press.map(|at| filled.texts.swap_remove(at).1);
    let press = press.ok_or_else(|| Problem::field(PRESS, "a part with the JSON of the button"))?;
    if let Some((name, _)) = filled.texts.first() {
        return Err(Problem::field(name, "a picture is a part with a file name or the type image/jpeg"));
    }
    let json = Request::post("/").header(header::CONTENT_TYPE, "application/json").body(Body::from(press));
    let json = json.map_err(|_| body_not_read(StatusCode::BAD_REQUEST))?;
    let Json(press) = Json::<T>::from_request(json, &()).await?;
    Ok((press, filled))
}

fn is_file(part: &Part<'_>) -> bool {
    part.file_name().is_some() || part.content_type().is_some_and(|kind| kind.starts_with("image/"))
}

/// At most so many bytes of a part; what follows is read and dropped, so that the rest of the form is not lost.
async fn start_of(mut part: Part<'_>, most: usize) -> Result<Bytes, Problem> {
    let mut start = BytesMut::new();
    while let Some(chunk) = part.chunk().await.map_err(not_read)? {
        let room = most.saturating_sub(start.len());
        start.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
    }
    Ok(start.freeze())
}

/// The same request with a body that is in memory and has at most so many bytes.
async fn limited(request: Request, most: usize) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, most).await.map_err(|_| body_not_read(StatusCode::PAYLOAD_TOO_LARGE))?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

fn not_read(error: MultipartError) -> Problem {
    body_not_read(error.status())
}
