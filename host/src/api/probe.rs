//! What a camera answers when it is probed, stage by stage, and how it was found last. Nothing here enrols a camera, and no
//! answer holds a password.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_bridge::onvif::probe::Outcome;
use xl_bridge::onvif::probe::Stage;
use xl_bridge::onvif::supervisor::Level;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::cameras::CameraPath;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cameras::Secret;
use crate::onvif::Condition;
use crate::onvif::OnvifError;
use crate::onvif::Probed;

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
    identity: Identity,
    State(state): State<ApiState>,
    Json(body): Json<ProbeBody>,
) -> Result<axum::Json<ProbeView>, Problem> {
    let authority = identity.anywhere(Action::SearchCameras)?;
    let secret = body.password.map(|text| {
        Secret::new(text).ok_or_else(|| Problem::field("password", "1 to 128 characters without control characters"))
    });
    let secret = secret.transpose()?;
    let onvif = state.onvif(&authority);
    let probed = onvif.probe(&body.host, body.port.unwrap_or(80), body.user.as_deref(), secret.as_ref()).await?;
    Ok(axum::Json((&probed).into()))
}

/// Probes a registered camera
///
/// With its own login; where that is taken, a camera that had refused it is tried again.
#[utoipa::path(post, path = "/cameras/{township}/{camera}/probe", tag = "cameras", params(CameraPath),
    responses((status = 200, body = ProbeView), Problem))]
pub(super) async fn probe_registered(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
) -> Result<axum::Json<ProbeView>, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::ProbeCameras, &key)?;
    let probed = state.onvif(&authority).probe_registered(&key).await?;
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
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<CameraPath>,
) -> Result<axum::Json<ConditionView>, Problem> {
    let key = path.key();
    let authority = identity.of_camera(&state, Action::ReadStatus, &key)?;
    let onvif = state.onvif(&authority);
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
