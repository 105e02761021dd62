//! A camera as an answer says it: everything but its password, which no type here can hold.

use serde::Serialize;
use xl_model::camera::Camera;
use xl_model::camera::Profile;
use xl_model::cloud_event::rfc3339;
use xl_store::cameras::RegisteredCamera;
use xl_store::register::Device;

use crate::api::places::NamesView;
use crate::api::places::standing;
use crate::places::Places;

/// A registered camera.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct CameraView {
    /// Nine digits.
    township: String,
    /// Its id there.
    camera: String,
    /// Its name.
    name: String,
    /// 12-digit division code of where it stands.
    place: String,
    /// What that is called today; nothing where nobody knows.
    place_name: Option<NamesView>,
    /// How it stands today: `valid`, `unlisted` (a village where none of its township is entered), `unknown`, `later` or
    /// `ended`.
    #[schema(example = "valid")]
    place_standing: &'static str,
    /// Who answers for it.
    owner: OwnerView,
    /// `public-security`, `other-public-place` or `non-public`.
    class: &'static str,
    /// Whether a person has said the class.
    class_confirmed: bool,
    /// What it may be looked at for.
    purposes: Vec<String>,
    /// The sign that tells people of it.
    signage: SignageView,
    /// Its filing with the police.
    filing: FilingView,
    /// Whether a unit that keeps state secrets is near, and what it said.
    secret_unit: SecretUnitView,
    /// How it is attached: `{"kind": "mqtt"}`, `{"kind": "onvif", "host", "port", "user"}`,
    /// `{"kind": "mapped", "publisher"}`, `{"kind": "none"}`.
    #[schema(value_type = Object)]
    attachment: serde_json::Value,
    /// Whether a password is kept for it.
    has_credentials: bool,
    /// Whether it has a login at the broker, and that may connect.
    login: bool,
    /// Its streams as a probe found them.
    profiles: Vec<ProfileView>,
    /// Polygons in fractions of the picture: `[[[x, y], …], …]`.
    #[schema(value_type = Vec<Vec<Vec<f64>>>)]
    masks: serde_json::Value,
    /// How long its pictures shall be kept, in days.
    retention_days: Option<u16>,
    /// How often it promises a sign of life, in seconds.
    heartbeat_s: Option<u16>,
    /// What else people should know.
    notes: String,
    /// When it was registered, RFC 3339.
    registered_at: String,
    /// When its registration was last changed, RFC 3339.
    changed_at: String,
    /// When something of it was last accepted, RFC 3339.
    last_seen: Option<String>,
}

/// Who answers for a camera.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct OwnerView {
    /// `enterprise` or `public-unit`.
    kind: &'static str,
    /// Its name; empty where it is not known yet.
    name: String,
}

/// The sign that tells people of a camera.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct SignageView {
    /// Whether it hangs.
    posted: bool,
    /// Since when.
    date: Option<String>,
    /// Where, and what it says.
    note: String,
}

/// The filing of a camera with the police.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct FilingView {
    /// The number that was given.
    number: Option<String>,
    /// When it was filed.
    date: Option<String>,
    /// Since when it is owed because the class or something that was filed became another; a filing entered anew ends it.
    owed_since: Option<String>,
}

/// A unit nearby that keeps state secrets.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct SecretUnitView {
    /// Whether there is one.
    near: bool,
    /// Where its consent stands; empty: it has not consented.
    consent: String,
}

/// A stream of a camera.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct ProfileView {
    /// What the camera calls it.
    token: String,
    /// Its name for people.
    name: String,
    /// `H264`, `H265`, `JPEG`.
    encoding: String,
    /// Width in pixels.
    width: u32,
    /// Height in pixels.
    height: u32,
}

impl From<Profile> for ProfileView {
    fn from(profile: Profile) -> Self {
        let Profile { token, name, encoding, width, height } = profile;
        Self { token, name, encoding, width, height }
    }
}

impl CameraView {
    /// A camera with its login, where it stands.
    pub(in crate::api) fn new(row: RegisteredCamera, login: Option<Device>, places: &Places) -> Self {
        let RegisteredCamera { camera, registered_ms, changed_ms, last_seen_ms, has_credentials } = row;
        let Camera { key, name, place, owner, signage, filing, .. } = camera;
        Self {
            township: key.township.to_string(),
            camera: key.camera.to_string(),
            name,
            place_name: places.names(&place).map(Into::into),
            place_standing: place.parse().map_or("unknown", |code| standing(&places.standing(&code))),
            place,
            owner: OwnerView { kind: owner.kind.word(), name: owner.name },
            class: camera.class.word(),
            class_confirmed: camera.class_confirmed,
            purposes: camera.purposes,
            signage: SignageView {
                posted: signage.posted,
                date: signage.date.map(|day| day.to_string()),
                note: signage.note,
            },
            filing: FilingView {
                number: filing.number,
                date: filing.date.map(|day| day.to_string()),
                owed_since: filing.owed_since.map(|day| day.to_string()),
            },
            secret_unit: SecretUnitView { near: camera.secret_unit.near, consent: camera.secret_unit.consent },
            // Strings and numbers always serialize.
            attachment: serde_json::to_value(&camera.attachment).unwrap_or_default(),
            has_credentials,
            login: login.is_some_and(|device| device.enabled),
            profiles: camera.profiles.into_iter().map(Into::into).collect(),
            masks: serde_json::to_value(&camera.masks).unwrap_or_default(),
            retention_days: camera.retention_days,
            heartbeat_s: camera.heartbeat_s,
            notes: camera.notes,
            registered_at: rfc3339(registered_ms),
            changed_at: rfc3339(changed_ms),
            last_seen: last_seen_ms.map(rfc3339),
        }
    }
}
