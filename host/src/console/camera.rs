//! One camera: what is registered about it, to be read and changed.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::camera::Attachment;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::CameraFault;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::place::gazetteer::Standing;
use xl_model::rate::Span;
use xl_model::rate::day::DAY_US;
use xl_store::StoreError;
use xl_store::status::Scope;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::cameras::remove_camera;
use crate::api::cameras::to_register;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::CameraError;
use crate::cameras::Secret;
use crate::console::address::with_query;
use crate::console::camera_form;
use crate::console::fields::FieldRow;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::look_form::LookForm;
use crate::console::look_form::Stated;
use crate::console::onvif;
use crate::console::onvif::ProbeRows;
use crate::console::rows;
use crate::console::rows::StandingRow;
use crate::console::strip::Strip;
use crate::console::strip::strip;
use crate::console::time;

type Texts = BTreeMap<String, String>;

/// What a registered camera has beside its fields.
struct Known {
    id: String,
    href: String,
    events: String,
    confirmed: bool,
    /// The class that somebody wants for it, and he.
    wish: Option<(&'static str, String)>,
    reason: String,
    signs_in: bool,
    has_password: bool,
    login: &'static str,
    place: String,
    place_name: Option<String>,
    /// Whether it stands where no place is known to be valid.
    place_doubted: bool,
    last_seen: String,
    registered: String,
    profiles: Vec<String>,
    standing: Option<StandingRow>,
    strip: Option<Strip>,
    picture: Option<(Option<String>, String)>,
    look: LookForm,
    probe: ProbeRows,
}

#[derive(Template)]
#[template(path = "camera.html")]
struct CameraHtml<'a> {
    frame: &'a Frame,
    title: String,
    target: String,
    saved: bool,
    refused: bool,
    fields: Vec<FieldRow>,
    known: Option<Known>,
}

/// Which camera.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    township: TownshipId,
    camera: CameraId,
}

/// What to do with which camera.
#[derive(Debug, Deserialize)]
pub(crate) struct What {
    township: TownshipId,
    camera: CameraId,
    what: String,
}

/// What became of the last form.
#[derive(Debug, Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    saved: bool,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    reason: String,
}

/// Shows the form for a new camera.
pub(crate) async fn new(identity: Identity, frame: Frame) -> Result<Response, Problem> {
    identity.anywhere(Action::EditCameras)?;
    show_new(&frame, &Draft::default(), &[])
}

/// Registers a camera.
pub(crate) async fn add(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Form(form): Form<Texts>,
) -> Result<Response, Problem> {
    let draft = camera_form::draft(&form);
    let authority = to_register(&identity, &draft)?;
    match state.cameras(&authority).add(&draft).await {
        Ok(row) => Ok(back_to(&row.camera.key)),
        Err(CameraError::Fields { faults, .. }) => show_new(&frame.at("/cameras/new"), &draft, &faults),
        Err(error) => Err(error.into()),
    }
}

/// Shows a camera.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(Which { township, camera }): Path<Which>,
    Query(After { saved, purpose, reason }): Query<After>,
) -> Result<Response, Problem> {
    let key = CameraKey { township, camera };
    let authority = identity.of_camera(&state, Action::ReadCameras, &key)?;
    let shown = Shown { saved, stated: Stated::new(&purpose, &reason), ..Shown::default() };
    show_known(&identity, &authority, &state, &frame, &key, shown).await
}

/// What the buttons of the page say is to be done; there is nothing else.
pub(crate) const WORDS: [&str; 5] = ["save", "password", "probe", "forget", "remove"];

/// Does what a button of the page says.
pub(crate) async fn operate(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(What { township, camera, what }): Path<What>,
    Form(form): Form<Texts>,
) -> Result<Response, Problem> {
    let key = CameraKey { township, camera };
    let action = if what == "probe" { Action::ProbeCameras } else { Action::EditCameras };
    let authority = identity.of_camera(&state, action, &key)?;
    let cameras = state.cameras(&authority);
    match WORDS.into_iter().find(|word| *word == what) {
        Some("save") => {
            let mut draft = camera_form::draft(&form);
            draft.set(Field::Township, key.township.as_str());
            draft.set(Field::Camera, key.camera.as_str());
            let reason = form.get("reason").cloned().unwrap_or_default();
            let saved = cameras.put(&draft, &state.hand(&authority, Some(&reason))?).await;
            match saved.map_err(camera_form::told) {
                Ok(_) => {}
                Err(CameraError::Fields { faults, .. }) => {
                    let frame = frame.at(&rows::camera_href(&key));
                    let shown = Shown { refused: Some((&draft, &faults)), reason, ..Shown::default() };
                    return show_known(&identity, &authority, &state, &frame, &key, shown).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Some("password") => {
            let secret = Secret::new(form.get("password").cloned().unwrap_or_default());
            let secret = secret.ok_or_else(|| Problem::field("password", "1 to 128 characters"))?;
            cameras.set_secret(&key, &secret).await?;
        }
        Some("probe") => {
            onvif::probe_registered(state.onvif(&authority), &key).await?;
            return Ok(Redirect::to(&rows::camera_href(&key)).into_response());
        }
        Some("forget") => cameras.forget_secret(&key).await?,
        Some("remove") => {
            remove_camera(&authority, &state, &key).await?;
            return Ok(Redirect::to("/cameras").into_response());
        }
        _ => return Err(Problem::not_there("operation", what)),
    }
    Ok(back_to(&key))
}

fn show_new(frame: &Frame, draft: &Draft, faults: &[CameraFault]) -> Result<Response, Problem> {
    let html = CameraHtml {
        frame,
        title: frame.words.add_camera.to_owned(),
        target: "/cameras/new/save".to_owned(),
        saved: false,
        refused: !faults.is_empty(),
        fields: camera_form::fields(frame, draft, faults, true),
        known: None,
    };
    page_with(status(!faults.is_empty()), &html)
}

/// How a camera's page is shown.
#[derive(Default)]
struct Shown<'a> {
    saved: bool,
    stated: Stated,
    refused: Option<(&'a Draft, &'a [CameraFault])>,
    /// Why its class shall become another one, as it was typed.
    reason: String,
}

async fn show_known(
    identity: &Identity,
    authority: &Authority,
    state: &ApiState,
    frame: &Frame,
    key: &CameraKey,
    Shown { saved, stated, refused, reason }: Shown<'_>,
) -> Result<Response, Problem> {
    let row = state.cameras(authority).get(key).ok_or_else(|| missing(key))?;
    let login = state.devices(authority).of(key);
    let picture = match identity.of_camera(state, Action::ReadPictures, key) {
        Ok(authority) => state.store(&authority).latest_picture(&key.township, &key.camera).await?,
        Err(_) => None,
    };
    let words = frame.words;
    let span = Span { from_us: state.now_us().saturating_sub(DAY_US), to_us: state.now_us() };
    let intervals = state.store(authority).status_intervals(Scope::Camera(key), span).await?;
    let standing = state.statuses(authority).of(key);
    let as_registered = Draft::from(&row.camera);
    let (draft, faults) = refused.unwrap_or((&as_registered, &[]));
    let (camera, wish) = (row.camera, state.cameras(authority).class_wish(key));
    let places = state.places(authority);
    let (township, id) = (key.township.as_str(), key.camera.as_str());
    let known = Known {
        id: key.to_string(),
        href: rows::camera_href(key),
        events: with_query("/events", [("township", township), ("camera", id)]),
        confirmed: camera.class_confirmed,
        wish: wish.map(|wish| (rows::class(words, wish.to), wish.by.to_string())),
        reason,
        signs_in: matches!(camera.attachment, Attachment::Onvif { .. }),
        has_password: row.has_credentials,
        login: login.map_or(words.none, |device| if device.enabled { words.yes } else { words.disabled }),
        place_name: rows::place(frame, places, &camera.place),
        place_doubted: !matches!(
            camera.place.parse().map(|code| places.standing(&code)),
            Ok(Standing::Valid | Standing::Unlisted)
        ),
        place: camera.place.clone(),
        last_seen: rows::last_seen(words, state.now_ms(), row.last_seen_ms),
        registered: time::minute(row.registered_ms),
        profiles: camera
            .profiles
            .iter()
            .map(|p| format!("{} · {} {} × {}", p.name, p.encoding, p.width, p.height))
            .collect(),
        standing: standing.map(|status| StandingRow::new(words, state.now_ms(), &status)),
        strip: strip(words, &intervals, span),
        picture: picture.map(|found| {
            let href = stated.picture(&format!("/pictures/{township}/{}", found.picture.sha256), Some("640"));
            (href, rows::last_seen(words, state.now_ms(), Some(found.time_ms)))
        }),
        look: LookForm::new(state, frame, &rows::camera_href(key), &stated, Some(&camera.purposes)),
        probe: onvif::rows(frame, state.onvif(authority), key),
    };
    let html = CameraHtml {
        frame,
        title: camera.name,
        target: format!("{}/save", rows::camera_href(key)),
        saved,
        refused: refused.is_some(),
        fields: camera_form::fields(frame, draft, faults, false),
        known: Some(known),
    };
    page_with(status(refused.is_some()), &html)
}

fn status(refused: bool) -> StatusCode {
    if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

fn back_to(key: &CameraKey) -> Response {
    Redirect::to(&with_query(&rows::camera_href(key), [("saved", "true")])).into_response()
}

fn missing(key: &CameraKey) -> Problem {
    StoreError::NotFound { what: "camera", id: key.to_string() }.into()
}
