//! Devices that may connect: the logins of cameras; and what was refused.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;
use xl_model::id::CameraId;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::StoreError;
use xl_store::register::Device;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::devices::Registered;

/// A registered device.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DeviceView {
    /// `{township}.{camera}`, its user name at the broker.
    id: String,
    /// Nine digits.
    township: String,
    /// Id of its camera.
    camera: String,
    /// Name of its camera.
    name: String,
    /// 12-digit division code of where it stands.
    place: String,
    /// Whether it speaks for the cameras attached as `mapped` with `bridge:{camera}`, and is none itself.
    bridge: bool,
    /// Whether it may connect.
    enabled: bool,
    /// When it was registered, RFC 3339.
    registered_at: String,
    /// When something of it was last accepted, RFC 3339.
    last_seen: Option<String>,
}

fn view(state: &ApiState, authority: &Authority, device: Device) -> DeviceView {
    let key = CameraKey { township: device.id.township.clone(), camera: device.id.camera.clone() };
    let row = state.cameras(authority).get(&key);
    let (name, place, last_seen_ms) =
        row.map_or_else(Default::default, |row| (row.camera.name, row.camera.place, row.last_seen_ms));
    DeviceView {
        id: device.id.to_string(),
        township: device.id.township.to_string(),
        camera: device.id.camera.to_string(),
        name,
        place,
        bridge: device.bridge,
        enabled: device.enabled,
        registered_at: rfc3339(device.registered_ms),
        last_seen: last_seen_ms.map(rfc3339),
    }
}

/// A device with its password, which is shown this once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RegisteredView {
    #[serde(flatten)]
    device: DeviceView,
    /// Its password; the hub keeps only a hash of it.
    password: String,
    /// How it connects.
    mqtt: MqttView,
}

/// How a device connects.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct MqttView {
    /// Address of the broker.
    #[schema(example = "mqtt://hub.example.cn:1883")]
    url: String,
    /// User name.
    user: String,
    /// What its topics begin with; it may publish nowhere else. A bridge publishes for its cameras below their own.
    #[schema(example = "xl/v1/371122102/gh-1/")]
    topic_prefix: String,
}

fn with_password(state: &ApiState, authority: &Authority, registered: Registered) -> RegisteredView {
    let Registered { device, password } = registered;
    let mqtt = MqttView {
        url: state.mqtt_url().to_owned(),
        user: device.id.to_string(),
        topic_prefix: format!("xl/v1/{}/{}/", device.id.township, device.id.camera),
    };
    RegisteredView { device: view(state, authority, device), password, mqtt }
}

/// Of which township.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DeviceQuery {
    /// Nine digits; all townships when nothing is said.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
}

/// Lists registered devices
#[utoipa::path(get, path = "/devices", tag = "devices", params(DeviceQuery),
    responses((status = 200, body = Vec<DeviceView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<DeviceQuery>,
) -> Result<axum::Json<Vec<DeviceView>>, Problem> {
    let authority = identity.anywhere(Action::ReadDevices)?.narrowed(query.township.as_ref().map(Reach::from));
    let devices = state.devices(&authority).list(query.township.as_ref());
    let own = devices.into_iter().filter(|device| authority.covers(&device.id.township));
    Ok(axum::Json(own.map(|device| view(&state, &authority, device)).collect()))
}

/// A device to register.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewDevice {
    /// Nine digits.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Id of its camera: a-z, 0-9, `-`, `_`.
    #[schema(value_type = String, example = "gh-1")]
    camera: CameraId,
    /// Name of its camera, needed where the camera is not registered yet; else the register's name stays.
    #[schema(example = "1 号大棚")]
    name: Option<String>,
    /// 12-digit division code of where it stands; the township itself when nothing is said. A registered camera stays
    /// where it is.
    place: Option<String>,
    /// Legal class of a new camera: `public-security`, `other-public-place` or `non-public`; nothing counts as the first.
    #[schema(example = "non-public")]
    class: Option<String>,
    /// What a new camera may be looked at for, by persons and modules; nothing: for nothing.
    #[schema(example = json!(["traceability"]))]
    #[serde(default)]
    purposes: Vec<String>,
    /// Since when the sign of a new camera hangs, `2026-03-05`: needed unless its class is `non-public`.
    signage_date: Option<String>,
    /// Whether it is a bridge: `camera` is then its own name, and no camera is registered.
    #[serde(default)]
    bridge: bool,
}

/// Registers a device, and its camera where that is not registered yet
///
/// The password is in this answer and nowhere else.
#[utoipa::path(post, path = "/devices", tag = "devices", request_body = NewDevice,
    responses((status = 201, body = RegisteredView), Problem))]
pub(super) async fn register(
    identity: Identity,
    State(state): State<ApiState>,
    Json(new): Json<NewDevice>,
) -> Result<(StatusCode, axum::Json<RegisteredView>), Problem> {
    let authority = identity.of_log(&state, Action::EditDevices, &new.township, None)?;
    let place = new.place.clone().unwrap_or_else(|| format!("{}000", new.township));
    let id = DeviceId { township: new.township.clone(), camera: new.camera.clone() };
    let devices = state.devices(&authority);
    let registered = match new.bridge {
        true => devices.register_bridge(id).await?,
        false => devices.register(id, camera(new, place)).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(with_password(&state, &authority, registered))))
}

/// The camera of a device, where it is new.
fn camera(new: NewDevice, place: String) -> Draft {
    let mut draft = Draft::default();
    draft.set(Field::Name, new.name.unwrap_or_default());
    draft.set(Field::Place, place);
    draft.set(Field::Class, new.class.unwrap_or_default());
    draft.set(Field::Purposes, new.purposes.join(";"));
    draft.set(Field::SignageDate, new.signage_date.unwrap_or_default());
    draft
}

/// Which device.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct DevicePath {
    /// `{township}.{camera}`.
    #[param(value_type = String, example = "371122102.gh-1")]
    id: DeviceId,
}

fn of_device(identity: &Identity, id: &DeviceId) -> Result<Authority, Problem> {
    let missing = || StoreError::NotFound { what: "device", id: id.to_string() }.into();
    identity.of_township(Action::EditDevices, &id.township, missing)
}

/// Gives a device a new password
///
/// The old one ends at once and its connections are cut.
#[utoipa::path(post, path = "/devices/{id}/password", tag = "devices", params(DevicePath),
    responses((status = 200, body = RegisteredView), Problem))]
pub(super) async fn renew(
    identity: Identity,
    State(state): State<ApiState>,
    Path(DevicePath { id }): Path<DevicePath>,
) -> Result<axum::Json<RegisteredView>, Problem> {
    let authority = of_device(&identity, &id)?;
    let registered = state.devices(&authority).renew(&id).await?;
    state.cut(&authority, &id).await;
    Ok(axum::Json(with_password(&state, &authority, registered)))
}

/// Forbids a device to connect
///
/// Its connections are cut at once.
#[utoipa::path(post, path = "/devices/{id}/disable", tag = "devices", params(DevicePath),
    responses((status = 204), Problem))]
pub(super) async fn disable(
    identity: Identity,
    State(state): State<ApiState>,
    Path(DevicePath { id }): Path<DevicePath>,
) -> Result<StatusCode, Problem> {
    let authority = of_device(&identity, &id)?;
    state.devices(&authority).enable(&id, false).await?;
    state.cut(&authority, &id).await;
    Ok(StatusCode::NO_CONTENT)
}

/// Allows a device to connect again
#[utoipa::path(post, path = "/devices/{id}/enable", tag = "devices", params(DevicePath),
    responses((status = 204), Problem))]
pub(super) async fn enable(
    identity: Identity,
    State(state): State<ApiState>,
    Path(DevicePath { id }): Path<DevicePath>,
) -> Result<StatusCode, Problem> {
    let authority = of_device(&identity, &id)?;
    state.devices(&authority).enable(&id, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which refusals somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RefusalQuery {
    /// Nine digits; all townships when nothing is said.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<u32>,
}

/// Something that was not accepted.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct RefusalView {
    /// When, RFC 3339.
    at: String,
    /// The township, where it is known.
    township: Option<String>,
    /// Who sent it: a device, a user name as claimed, or an address.
    source: String,
    /// Where it came in: an MQTT topic, `connect`, an API path.
    place: String,
    /// The stable code.
    #[schema(value_type = String, example = "XL0205")]
    code: Code,
    /// What exactly was wrong.
    detail: String,
    /// The first bytes of it as text, what is no text replaced.
    sample: String,
}

/// Lists what was refused, newest first
#[utoipa::path(get, path = "/refusals", tag = "devices", params(RefusalQuery),
    responses((status = 200, body = Vec<RefusalView>), Problem))]
pub(super) async fn refusals(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<RefusalQuery>,
) -> Result<axum::Json<Vec<RefusalView>>, Problem> {
    let authority = identity.anywhere(Action::ReadRefusals)?.narrowed(query.township.as_ref().map(Reach::from));
    let limit = query.limit.unwrap_or(100);
    if !(1..=1_000).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    let refusals = state.store(&authority).refusals(query.township.as_ref(), authority.within(), limit).await?;
    let views = refusals.into_iter().map(|refusal| RefusalView {
        at: rfc3339(refusal.at_ms),
        township: refusal.township.map(|township| township.to_string()),
        source: refusal.source,
        place: refusal.place,
        code: refusal.refused.code,
        detail: refusal.refused.detail,
        sample: String::from_utf8_lossy(&refusal.sample).chars().take(1_000).collect(),
    });
    Ok(axum::Json(views.collect()))
}
