//! A camera as a request says it. Texts are checked by the register, which tells all faults at once.

use serde::Deserialize;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;

/// A camera to register.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct CameraBody {
    /// Nine digits; in a `PUT` the address says it.
    #[schema(example = "371122102")]
    township: Option<String>,
    /// Its id: a-z, 0-9, `-`, `_`; a 20-digit GB/T 28181 id proposes class and purpose.
    #[schema(example = "gh-1")]
    camera: Option<String>,
    /// 1 to 100 characters.
    #[schema(example = "1 号大棚")]
    name: Option<String>,
    /// 12-digit division code of where it stands.
    #[schema(example = "371122102201")]
    place: Option<String>,
    /// Who answers for it.
    owner: Option<OwnerBody>,
    /// `public-security`, `other-public-place` or `non-public`.
    #[schema(example = "non-public")]
    class: Option<String>,
    /// Whether a person has said the class; yes where one is given.
    class_confirmed: Option<bool>,
    /// What it may be looked at for: `public-security`, `sanitation`, `traceability`, …
    purposes: Option<Vec<String>>,
    /// The sign that tells people of it.
    signage: Option<SignageBody>,
    /// Its filing with the police.
    filing: Option<FilingBody>,
    /// Whether a unit that keeps state secrets is near.
    secret_unit: Option<SecretUnitBody>,
    /// How it is attached; not yet when nothing is said.
    attachment: Option<AttachmentBody>,
    /// Polygons in fractions of the picture: `[[[x, y], …], …]`.
    #[schema(example = json!([[[0.0, 0.0], [0.5, 0.0], [0.5, 0.3]]]))]
    masks: Option<Vec<Vec<Vec<f64>>>>,
    /// 1 to 3650; at least 30 for public security.
    retention_days: Option<u32>,
    /// 10 to 3600.
    heartbeat_s: Option<u32>,
    /// At most 2000 characters.
    notes: Option<String>,
    /// Why its class becomes another one, where a person has said the class: kept until a second person says the same.
    reason: Option<String>,
}

/// Who answers for a camera.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct OwnerBody {
    /// `enterprise` or `public-unit`.
    kind: Option<String>,
    /// Its name.
    name: Option<String>,
}

/// The sign that tells people of a camera.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct SignageBody {
    /// Whether it hangs.
    posted: Option<bool>,
    /// Since when, `2026-03-05`.
    date: Option<String>,
    /// Where, and what it says.
    note: Option<String>,
}

/// The filing of a camera with the police.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct FilingBody {
    /// The number that was given.
    number: Option<String>,
    /// When it was filed, `2026-03-05`.
    date: Option<String>,
}

/// A unit nearby that keeps state secrets.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct SecretUnitBody {
    /// Whether there is one: then the camera is attached only with its consent.
    near: Option<bool>,
    /// Where its consent stands: document, number, day.
    consent: Option<String>,
}

/// How a camera is attached.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct AttachmentBody {
    /// `mqtt`, `onvif`, `mapped` or `none`.
    #[schema(example = "onvif")]
    kind: Option<String>,
    /// Name or IP address, with `onvif`.
    host: Option<String>,
    /// 1 to 65535, with `onvif`; 80 when nothing is said.
    port: Option<u32>,
    /// User name, with `onvif`; the password goes to `…/credentials`.
    user: Option<String>,
    /// Who publishes for it, with `mapped`.
    publisher: Option<String>,
}

impl CameraBody {
    /// Why its class becomes another one.
    pub(super) fn reason(&self) -> Option<String> {
        self.reason.clone()
    }

    /// As the register checks it.
    pub(super) fn draft(self) -> Draft {
        let (owner, signage) = (self.owner.unwrap_or_default(), self.signage.unwrap_or_default());
        let (filing, attachment) = (self.filing.unwrap_or_default(), self.attachment.unwrap_or_default());
        let secret_unit = self.secret_unit.unwrap_or_default();
        let yes_no = |yes: Option<bool>| yes.map(|yes| if yes { "yes" } else { "no" }.to_owned());
        // A list of lists of numbers always serializes.
        let masks = self.masks.filter(|masks| !masks.is_empty()).map(|m| serde_json::to_string(&m).unwrap_or_default());
        let said = [
            (Field::Township, self.township),
            (Field::Camera, self.camera),
            (Field::Name, self.name),
            (Field::Place, self.place),
            (Field::OwnerKind, owner.kind),
            (Field::OwnerName, owner.name),
            (Field::Class, self.class),
            (Field::ClassConfirmed, yes_no(self.class_confirmed)),
            (Field::Purposes, self.purposes.map(|purposes| purposes.join(";"))),
            (Field::SignagePosted, yes_no(signage.posted)),
            (Field::SignageDate, signage.date),
            (Field::SignageNote, signage.note),
            (Field::FilingNumber, filing.number),
            (Field::FilingDate, filing.date),
            (Field::SecretUnitNear, yes_no(secret_unit.near)),
            (Field::SecretUnitConsent, secret_unit.consent),
            (Field::Attachment, attachment.kind),
            (Field::Host, attachment.host),
            (Field::Port, attachment.port.map(|port| port.to_string())),
            (Field::User, attachment.user),
            (Field::Publisher, attachment.publisher),
            (Field::Masks, masks),
            (Field::RetentionDays, self.retention_days.map(|days| days.to_string())),
            (Field::HeartbeatS, self.heartbeat_s.map(|seconds| seconds.to_string())),
            (Field::Notes, self.notes),
        ];
        let mut draft = Draft::default();
        for (field, text) in said {
            if let Some(text) = text {
                draft.set(field, text);
            }
        }
        draft
    }
}
