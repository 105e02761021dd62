//! Cameras that the hub signs in to, for people: what a probe told, and a camera added by its address.
//!
//! What was typed is kept by the hub between the two forms, so that no page holds a password.

use std::collections::BTreeMap;
use std::time::Duration;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;
use xl_bridge::onvif::fault;
use xl_bridge::onvif::probe::Name;
use xl_bridge::onvif::probe::Outcome;
use xl_bridge::onvif::probe::Stage;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::CameraFault;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::cameras::to_register;
use crate::api::extract::Path;
use crate::api::language::Language;
use crate::api::probe::level;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::CameraError;
use crate::cameras::Secret;
use crate::console::camera_form;
use crate::console::fields::FieldRow;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::rows;
use crate::console::time;
use crate::onvif::Offer;
use crate::onvif::Onvif;
use crate::onvif::Probed;

/// How long a page waits for a probe: below what a page may take.
const PATIENCE: Duration = Duration::from_secs(25);

/// What is asked of whoever adds a camera by its address; the rest can be said later.
const ASKED: [Field; 7] =
    [Field::Township, Field::Camera, Field::Name, Field::Place, Field::Class, Field::Purposes, Field::SignageDate];

/// A stage of a probe as it is shown.
pub(crate) struct StageRow {
    pub(crate) name: &'static str,
    pub(crate) works: bool,
    pub(crate) ms: u64,
    pub(crate) detail: String,
    pub(crate) code: String,
    pub(crate) remedy: &'static str,
}

/// What is shown of a camera that the hub signs in to.
pub(crate) struct ProbeRows {
    /// How it was found last.
    pub(crate) level: String,
    /// When it was probed last.
    pub(crate) probed: String,
    pub(crate) stages: Vec<StageRow>,
}

#[derive(Template)]
#[template(path = "camera_onvif.html")]
struct OnvifHtml<'a> {
    frame: &'a Frame,
    offer: Option<Offered>,
}

struct Offered {
    target: String,
    address: String,
    works: bool,
    stages: Vec<StageRow>,
    fields: Vec<FieldRow>,
}

/// What is known of a camera at the moment.
pub(crate) fn rows(frame: &Frame, onvif: &Onvif, key: &CameraKey) -> ProbeRows {
    let probed = onvif.probed(key);
    let found = onvif.condition(key).and_then(|condition| condition.level);
    ProbeRows {
        level: found.map(|(found, at_ms)| format!("{} · {}", level(found), time::minute(at_ms))).unwrap_or_default(),
        probed: probed.as_ref().map(|probed| time::minute(probed.at_ms)).unwrap_or_default(),
        stages: probed.map(|probed| stages(frame, &probed)).unwrap_or_default(),
    }
}

/// Probes a registered camera; one that takes too long is shown when somebody looks again.
pub(crate) async fn probe_registered(onvif: &Onvif, key: &CameraKey) -> Result<(), Problem> {
    let (onvif, key) = (onvif.clone(), key.clone());
    let asked = tokio::spawn(async move { onvif.probe_registered(&key).await });
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(Err(error))) => Err(error.into()),
        _ => Ok(()),
    }
}

/// Asks for an address.
pub(crate) async fn form(identity: Identity, frame: Frame) -> Result<Response, Problem> {
    identity.anywhere(Action::SearchCameras)?;
    page_with(StatusCode::OK, &OnvifHtml { frame: &frame, offer: None })
}

/// What somebody typed about a camera's address.
#[derive(Deserialize)]
pub(crate) struct Typed {
    host: String,
    port: u16,
    user: String,
    password: String,
}

/// Probes the address and shows what came of it.
pub(crate) async fn probe(
    identity: Identity,
    State(state): State<ApiState>,
    Form(Typed { host, port, user, password }): Form<Typed>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::SearchCameras)?;
    let (user, secret) = (Some(user).filter(|user| !user.is_empty()), Secret::new(password));
    let asked = state.onvif(&authority).offer(host, port, user, secret);
    let late = |_| Problem::new(StatusCode::GATEWAY_TIMEOUT, fault::TOO_SLOW);
    let offer = tokio::time::timeout(PATIENCE, asked).await.map_err(late)??;
    Ok(Redirect::to(&format!("/cameras/onvif/{offer}")).into_response())
}

/// Shows what a probe told, and the form that registers the camera.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::SearchCameras)?;
    let offer = state.onvif(&authority).offered(&id).ok_or_else(|| Problem::not_there("offer", id))?;
    show_offer(&frame, &id, &offer, &Draft::default(), &[])
}

/// Registers the camera with the login that was probed.
pub(crate) async fn save(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(id): Path<Uuid>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::SearchCameras)?;
    let onvif = state.onvif(&authority);
    let offer = onvif.offered(&id).ok_or_else(|| Problem::not_there("offer", id))?;
    let mut draft = Draft::default();
    for field in ASKED {
        draft.set(field, form.get(field.name()).map_or("", String::as_str));
    }
    let typed = draft.clone();
    draft.set(Field::Attachment, "onvif");
    draft.set(Field::Host, &offer.host);
    draft.set(Field::Port, offer.port.to_string());
    draft.set(Field::User, offer.user.as_deref().unwrap_or_default());
    let authority = to_register(&identity, &draft)?;
    let key = match state.cameras(&authority).add(&draft).await {
        Ok(row) => row.camera.key,
        Err(CameraError::Fields { faults, .. }) => {
            return show_offer(&frame.at(&format!("/cameras/onvif/{id}")), &id, &offer, &typed, &faults);
        }
        Err(error) => return Err(error.into()),
    };
    if let Some(secret) = &offer.secret {
        state.cameras(&authority).set_secret(&key, secret).await?;
    }
    onvif.withdraw(&id);
    Ok(Redirect::to(&rows::camera_href(&key)).into_response())
}

fn show_offer(
    frame: &Frame,
    id: &Uuid,
    offer: &Offer,
    typed: &Draft,
    faults: &[CameraFault],
) -> Result<Response, Problem> {
    let asked = |row: &FieldRow| ASKED.iter().any(|field| field.name() == row.name);
    let offered = Offered {
        target: format!("/cameras/onvif/{id}/save"),
        address: format!("{}:{}", offer.host, offer.port),
        works: offer.probed.works(Name::Auth),
        stages: stages(frame, &offer.probed),
        fields: camera_form::fields(frame, typed, faults, true).into_iter().filter(asked).collect(),
    };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &OnvifHtml { frame, offer: Some(offered) })
}

fn stages(frame: &Frame, probed: &Probed) -> Vec<StageRow> {
    probed.stages.iter().map(|stage| row(frame, stage)).collect()
}

fn row(frame: &Frame, stage: &Stage) -> StageRow {
    let words = frame.words;
    let name = match stage.name {
        Name::Reach => words.stage_reach,
        Name::Clock => words.stage_clock,
        Name::Auth => words.stage_auth,
        Name::Services => words.stage_services,
        Name::Profiles => words.stage_profiles,
        Name::Snapshot => words.stage_snapshot,
        Name::Events => words.events,
    };
    let ms = stage.duration_ms;
    match &stage.outcome {
        Outcome::Ok(detail) => {
            StageRow { name, works: true, ms, detail: detail.clone(), code: String::new(), remedy: "" }
        }
        Outcome::Failed { code, reason, remedy } => StageRow {
            name,
            works: false,
            ms,
            detail: reason.clone(),
            code: code.to_string(),
            remedy: match frame.language {
                Language::Chinese => remedy.zh,
                Language::English => remedy.en,
            },
        },
    }
}
