//! Cameras that the hub signs in to: found, probed, looked at and moved by a person.
//!
//! Nothing here enrols a camera, and no answer holds a password. Every search, probe, picture and movement is a line in the
//! log; a picture is an event besides.

use std::net::Ipv4Addr;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use ipnet::IpNet;
use serde::Deserialize;
use serde::Serialize;
use tracing::info;
use xl_bridge::onvif::camera::MOVE_MOST;
use xl_bridge::onvif::camera::Velocity;
use xl_bridge::onvif::discovery::Candidate;
use xl_bridge::onvif::probe::Outcome;
use xl_bridge::onvif::probe::Stage;
use xl_bridge::onvif::supervisor::Level;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;
use xl_store::StoreError;

use crate::api::administrator::Administrator;
use crate::api::cameras::CameraPath;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::Secret;
use crate::look;
use crate::look::NoPicture;
use crate::look::NotKept;
use crate::look::Seen;
use crate::onvif::Condition;
use crate::onvif::OnvifError;
use crate::onvif::Probed;
use crate::onvif::Search;

/// The camera may not be looked at for this purpose.
const OTHER_PURPOSE: Code = Code(731);

/// The longest reason for a picture, in characters.
const REASON_CHARS_MOST: usize = 200;

/// One stage of a probe.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct StageView {
    /// `reach`, `clock`, `auth`, `services`, `profiles`, `snapshot`, `events`.
    name: &'static str,
    /// Whether it works.
    ok: bool,
    /// How long it took, in milliseconds.
    duration_ms: u64,
    /// What was found, or the reason why it does not work; English, a camera's words in it as text.
    detail: String,
    /// The stable code of what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "XL0427")]
    code: Option<Code>,
    /// What to do, in Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy_zh: Option<&'static str>,
    /// What to do, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy_en: Option<&'static str>,
}

impl From<&Stage> for StageView {
    fn from(stage: &Stage) -> Self {
        let (name, duration_ms) = (stage.name.as_str(), stage.duration_ms);
        match &stage.outcome {
            Outcome::Ok(detail) => Self {
                name,
                ok: true,
                duration_ms,
                detail: detail.clone(),
                code: None,
                remedy_zh: None,
                remedy_en: None,
            },
            Outcome::Failed { code, reason, remedy } => Self {
                name,
                ok: false,
                duration_ms,
                detail: reason.clone(),
                code: Some(*code),
                remedy_zh: Some(remedy.zh),
                remedy_en: Some(remedy.en),
            },
        }
    }
}

/// What a probe told.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ProbeView {
    /// When it was over, RFC 3339.
    at: String,
    /// The stages in their order; those after a failed connection or login are not asked.
    stages: Vec<StageView>,
}

impl From<&Probed> for ProbeView {
    fn from(probed: &Probed) -> Self {
        Self { at: rfc3339(probed.at_ms), stages: probed.stages.iter().map(Into::into).collect() }
    }
}

/// Where a camera may be.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProbeBody {
    /// Its name or IP address.
    #[schema(example = "10.0.0.7")]
    host: String,
    /// The port of its device service; 80 when nothing is said.
    port: Option<u16>,
    /// Its ONVIF user.
    user: Option<String>,
    /// The password of that user; used once and not kept.
    password: Option<String>,
}

/// Probes an address
///
/// Each stage says what it found, or why it failed and what to do. Two wrong logins are sent at most.
#[utoipa::path(post, path = "/probe", tag = "cameras", request_body = ProbeBody,
    responses((status = 200, body = ProbeView), Problem))]
pub(super) async fn probe(
    administrator: Administrator,
    State(state): State<ApiState>,
    Json(body): Json<ProbeBody>,
) -> Result<axum::Json<ProbeView>, Problem> {
    let secret = body.password.map(|text| {
        Secret::new(text).ok_or_else(|| Problem::field("password", "1 to 128 characters without control characters"))
    });
    let secret = secret.transpose()?;
    let onvif = state.onvif(&administrator);
    let probed = onvif.probe(&body.host, body.port.unwrap_or(80), body.user.as_deref(), secret.as_ref()).await?;
    Ok(axum::Json((&probed).into()))
}

/// Probes a registered camera
///
/// With its own login; where that is taken, a camera that had refused it is tried again.
#[utoipa::path(post, path = "/cameras/{township}/{camera}/probe", tag = "cameras", params(CameraPath),
    responses((status = 200, body = ProbeView), Problem))]
pub(super) async fn probe_registered(
    administrator: Administrator,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
) -> Result<axum::Json<ProbeView>, Problem> {
    let probed = state.onvif(&administrator).probe_registered(&path.key()).await?;
    Ok(axum::Json(probed.as_ref().into()))
}

/// How a camera was found last.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ConditionView {
    /// `up`, `auth_failed`, `reachable` or `miss`; nothing before the first answer.
    level: Option<&'static str>,
    /// When that was, RFC 3339.
    at: Option<String>,
    /// The code of why it is no better.
    #[schema(value_type = Option<String>)]
    code: Option<Code>,
    /// Why it is no better.
    reason: Option<String>,
    /// Maker, model and firmware, as it says.
    model: Option<String>,
    /// What it does not do, each with its reason.
    degraded: Vec<String>,
    /// Its clock minus the hub's, in milliseconds.
    skew_ms: Option<i64>,
    /// Whether it moves.
    has_ptz: bool,
    /// The last probe.
    probe: Option<ProbeView>,
}

/// The word of a level.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Up => "up",
        Level::AuthFailed => "auth_failed",
        Level::Reachable => "reachable",
        Level::Miss => "miss",
    }
}

/// Tells how a camera was found last
#[utoipa::path(get, path = "/cameras/{township}/{camera}/condition", tag = "cameras", params(CameraPath),
    responses((status = 200, body = ConditionView), Problem))]
pub(super) async fn condition(
    administrator: Administrator,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
) -> Result<axum::Json<ConditionView>, Problem> {
    let (key, onvif) = (path.key(), state.onvif(&administrator));
    let Condition { level: found, reason, model, degraded, skew_ms, has_ptz } =
        onvif.condition(&key).ok_or_else(|| OnvifError::NotAttached { camera: key.clone() })?;
    Ok(axum::Json(ConditionView {
        level: found.map(|(found, _)| level(found)),
        at: found.map(|(_, at_ms)| rfc3339(at_ms)),
        code: reason.as_ref().map(|reason| reason.code),
        reason: reason.map(|reason| reason.detail),
        model,
        degraded: degraded.iter().map(ToString::to_string).collect(),
        skew_ms,
        has_ptz,
        probe: onvif.probed(&key).map(|probed| probed.as_ref().into()),
    }))
}

/// Where to search.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SearchBody {
    /// By multicast.
    multicast: bool,
    /// Addresses of the hub's interfaces for multicast; the one of its default route when nothing is said.
    #[schema(value_type = Vec<String>)]
    interfaces: Vec<Ipv4Addr>,
    /// Ranges to ask address by address, together at most a /16, within `onvif.networks`.
    #[schema(example = json!(["10.20.0.0/24"]))]
    cidrs: Vec<String>,
    /// Ports to ask in ranges, at most 4; 3702 when nothing is said.
    ports: Vec<u16>,
}

/// A device that answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct CandidateView {
    /// Its endpoint reference: the same through all its addresses.
    reference: String,
    /// Where it answered from.
    from: String,
    /// Its addresses as it told them.
    addresses: Vec<String>,
    /// Its types.
    types: Vec<String>,
    /// Its name, as it says.
    name: Option<String>,
    /// Its hardware, as it says.
    hardware: Option<String>,
}

/// What a search found.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct FindingsView {
    /// At most 5,000.
    candidates: Vec<CandidateView>,
    /// Answers that could not be read.
    unreadable: u64,
    /// Candidates beyond the most.
    dropped: u64,
    /// Whether time ended the search before all addresses were asked.
    cut: bool,
}

/// Searches for cameras
///
/// One search at a time, up to some minutes. What answers is a candidate: nothing is enrolled by it.
#[utoipa::path(post, path = "/discovery", tag = "cameras", request_body = SearchBody,
    responses((status = 200, body = FindingsView), Problem))]
pub(super) async fn search(
    administrator: Administrator,
    State(state): State<ApiState>,
    Json(body): Json<SearchBody>,
) -> Result<axum::Json<FindingsView>, Problem> {
    let SearchBody { multicast, mut interfaces, cidrs, ports } = body;
    match (multicast, interfaces.is_empty()) {
        (true, true) => interfaces.push(Ipv4Addr::UNSPECIFIED),
        (false, false) => return Err(Problem::field("interfaces", "only with `multicast`")),
        _ => {}
    }
    let range = |text: &String| {
        text.parse::<IpNet>().map_err(|_| Problem::field("cidrs", "ranges of addresses such as 10.20.0.0/24"))
    };
    let ranges = cidrs.iter().map(range).collect::<Result<Vec<_>, _>>()?;
    let found = state.onvif(&administrator).search(&Search { interfaces, ranges, ports }).await?;
    let candidates = found.candidates.into_iter().map(|candidate| {
        let Candidate { reference, from, addresses, types, name, hardware } = candidate;
        CandidateView { reference, from: from.to_string(), addresses, types, name, hardware }
    });
    Ok(axum::Json(FindingsView {
        candidates: candidates.collect(),
        unreadable: found.unreadable,
        dropped: found.dropped,
        cut: found.is_cut,
    }))
}

/// Why somebody wants a picture.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnapshotBody {
    /// One of the camera's purposes.
    #[schema(example = "sanitation")]
    purpose: String,
    /// In one's own words, 1 to 200 characters; kept with the picture.
    reason: String,
}

/// A picture and how old it is.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SnapshotView {
    /// Its hash, under which `/pictures` has it.
    sha256: String,
    /// When it was taken, RFC 3339.
    time: String,
    /// How old it is, in milliseconds.
    age_ms: i64,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
}

/// Takes a picture now
///
/// The camera is asked, and the picture becomes an event `camera.picture` with purpose and reason.
#[utoipa::path(post, path = "/cameras/{township}/{camera}/snapshot", tag = "cameras", params(CameraPath),
    request_body = SnapshotBody, responses((status = 200, body = SnapshotView), Problem))]
pub(super) async fn snapshot(
    administrator: Administrator,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(body): Json<SnapshotBody>,
) -> Result<axum::Json<SnapshotView>, Problem> {
    let key = path.key();
    let row = state.cameras(&administrator).get(&key);
    let row = row.ok_or_else(|| StoreError::NotFound { what: "camera", id: key.to_string() })?;
    if !row.camera.purposes.contains(&body.purpose) {
        let detail = format!("the purposes of camera `{key}` are: {}", row.camera.purposes.join(", "));
        return Err(Problem::new(StatusCode::FORBIDDEN, OTHER_PURPOSE).with_detail(detail));
    }
    let reason = body.reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MOST || reason.chars().any(char::is_control) {
        return Err(Problem::field("reason", "1 to 200 characters"));
    }
    info!(camera = %key, purpose = body.purpose, "an administrator takes a picture of camera `{key}`");
    // No stored one is young enough: whoever wants that finds it in the log.
    let found = match state.looks(&administrator).look(&key, -1).await? {
        Seen::Stored(found) => found,
        Seen::Fresh { bytes, .. } => {
            let (store, inbox) = (state.store(&administrator), state.inbox(&administrator));
            look::keep(store, inbox, &key, &body.purpose, Some(reason), bytes).await?
        }
    };
    Ok(axum::Json(SnapshotView {
        sha256: found.picture.sha256.to_string(),
        time: rfc3339(found.time_ms),
        age_ms: state.now_ms().saturating_sub(found.time_ms).max(0),
        width: found.picture.width,
        height: found.picture.height,
    }))
}

/// A movement.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MoveBody {
    /// Speed to the right, -1 to 1.
    #[serde(default)]
    pan: f32,
    /// Speed upwards, -1 to 1.
    #[serde(default)]
    tilt: f32,
    /// Speed nearer, -1 to 1.
    #[serde(default)]
    zoom: f32,
    /// How long, in milliseconds, 1 to 10000; then it stops.
    ms: u32,
}

/// Moves a camera
///
/// It is stopped when the time is over, also when whoever asked is gone by then.
#[utoipa::path(post, path = "/cameras/{township}/{camera}/ptz", tag = "cameras", params(CameraPath),
    request_body = MoveBody, responses((status = 204), Problem))]
pub(super) async fn ptz(
    administrator: Administrator,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
    Json(MoveBody { pan, tilt, zoom, ms }): Json<MoveBody>,
) -> Result<StatusCode, Problem> {
    for (name, speed) in [("pan", pan), ("tilt", tilt), ("zoom", zoom)] {
        if !(-1.0..=1.0).contains(&speed) {
            return Err(Problem::field(name, "-1 to 1"));
        }
    }
    let time = Duration::from_millis(ms.into());
    if time.is_zero() || time > MOVE_MOST {
        return Err(Problem::field("ms", "1 to 10000"));
    }
    state.onvif(&administrator).move_for(&path.key(), Velocity { pan, tilt, zoom }, time).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<OnvifError> for Problem {
    fn from(error: OnvifError) -> Self {
        let status = match &error {
            OnvifError::Disabled | OnvifError::NotAttached { .. } | OnvifError::NotReady { .. } => StatusCode::CONFLICT,
            OnvifError::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
            OnvifError::Address(_) | OnvifError::Range(_) => StatusCode::UNPROCESSABLE_ENTITY,
            OnvifError::Interface(_) | OnvifError::Camera(_) => StatusCode::BAD_GATEWAY,
            OnvifError::Register(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        match error {
            OnvifError::Register(error) => error.into(),
            error => Self::new(status, error.code()).with_detail(error.to_string()),
        }
    }
}

impl From<NoPicture> for Problem {
    fn from(error: NoPicture) -> Self {
        match &error {
            NoPicture::Store { source } => Self::fault(StatusCode::SERVICE_UNAVAILABLE, error.code(), source),
            NoPicture::NotAsked { .. } => Self::new(StatusCode::CONFLICT, error.code()).with_detail(error.to_string()),
            NoPicture::Failed { .. } | NoPicture::Late => {
                Self::new(StatusCode::BAD_GATEWAY, error.code()).with_detail(error.to_string())
            }
        }
    }
}

impl From<NotKept> for Problem {
    fn from(error: NotKept) -> Self {
        match error {
            NotKept::Stopping => Self::new(StatusCode::SERVICE_UNAVAILABLE, super::problem::code::STOPPING),
            NotKept::Refused(refused) => refused.into(),
            NotKept::Past => Self::not_there("picture", "newest"),
            NotKept::Store(error) => error.into(),
        }
    }
}
