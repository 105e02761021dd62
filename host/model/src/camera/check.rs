//! The rules that a camera must meet. Pure: a draft in, a camera or everything that is wrong with it out.

use std::net::IpAddr;

use crate::camera::Attachment;
use crate::camera::Camera;
use crate::camera::CameraKey;
use crate::camera::Filing;
use crate::camera::LegalClass;
use crate::camera::Owner;
use crate::camera::OwnerKind;
use crate::camera::SecretUnit;
use crate::camera::Signage;
use crate::camera::banned::banned;
use crate::camera::draft::Draft;
use crate::camera::draft::Field;
use crate::camera::fault::CameraFault;
use crate::camera::fault::Wrong;
use crate::day::Day;
use crate::gb28181::GbId;
use crate::gb28181::Proposal;
use crate::region::Masks;

/// Longest name of a camera, an owner, a filing, in characters.
pub const MAX_NAME: usize = 100;

/// Longest notes, in characters.
pub const MAX_NOTES: usize = 2_000;

/// Most purposes of one camera.
pub const MAX_PURPOSES: usize = 16;

/// Longest word of a purpose.
const MAX_PURPOSE: usize = 64;

/// Longest user name and name of a publisher, in characters.
const MAX_USER: usize = 128;

/// Longest time that a camera may ask for, in days: ten years.
const MAX_DAYS: u32 = 3_650;

/// Limits of a promised sign of life, in seconds; what devices ask for is clamped to the same.
const HEARTBEAT_S: (u32, u32) = (10, 3_600);

/// The ONVIF device service where no port is said.
const ONVIF_PORT: u16 = 80;

/// Makes a camera of what was typed. Profiles are found by a probe and stay empty here.
///
/// # Errors
/// Every field that is wrong, in the order of the fields.
pub fn camera(draft: &Draft) -> Result<Camera, Vec<CameraFault>> {
    let mut check = Check { draft, faults: Vec::new() };
    let township = check.township();
    let id = check.id();
    let name = check.name();
    let place = check.place();
    let owner = Owner { kind: check.owner_kind(), name: check.line(Field::OwnerName, MAX_NAME) };
    let proposal = proposal(draft.get(Field::Camera));
    let (class, class_confirmed) = check.class(proposal);
    let purposes = check.purposes(proposal);
    let signage = check.signage();
    let number = Some(check.line(Field::FilingNumber, MAX_NAME)).filter(|number| !number.is_empty());
    let filing = Filing { number, date: check.day(Field::FilingDate), owed_since: None };
    let attachment = check.attachment();
    let secret_unit = check.secret_unit(&attachment);
    let masks = check.masks();
    let retention_days = check.retention(class);
    let heartbeat_s = check.number(Field::HeartbeatS, HEARTBEAT_S.0, HEARTBEAT_S.1).and_then(|s| u16::try_from(s).ok());
    let notes = check.notes();
    let Check { mut faults, .. } = check;
    // What is missing was noted above: both are there unless there is a fault.
    match (township, id) {
        (Some(township), Some(camera)) if faults.is_empty() => Ok(Camera {
            key: CameraKey { township, camera },
            name,
            place,
            owner,
            class,
            class_confirmed,
            purposes,
            signage,
            filing,
            secret_unit,
            attachment,
            profiles: Vec::new(),
            masks,
            retention_days,
            heartbeat_s,
            notes,
        }),
        _ => {
            faults.sort_by_key(|fault| fault.field);
            Err(faults)
        }
    }
}

/// What the id of a camera suggests.
pub fn proposal(id: &str) -> Proposal {
    id.parse::<GbId>().map_or(Proposal::UNKNOWN, |id| id.proposal())
}

struct Check<'a> {
    draft: &'a Draft,
    faults: Vec<CameraFault>,
}

impl Check<'_> {
    fn wrong(&mut self, field: Field, wrong: Wrong) {
        self.faults.push(CameraFault { field, wrong });
    }

    fn township(&mut self) -> Option<crate::id::TownshipId> {
        let text = self.digits(Field::Township, 9)?;
        text.parse().ok()
    }

    fn id(&mut self) -> Option<crate::id::CameraId> {
        let text = self.draft.get(Field::Camera);
        match text.parse() {
            Ok(id) => return Some(id),
            Err(_) if text.is_empty() => self.wrong(Field::Camera, Wrong::Missing),
            Err(_) if is_spoiled(text) => self.wrong(Field::Camera, Wrong::Spoiled),
            Err(_) => self.wrong(Field::Camera, Wrong::Id),
        }
        None
    }

    fn place(&mut self) -> String {
        self.digits(Field::Place, 12).unwrap_or_default()
    }

    fn digits(&mut self, field: Field, count: usize) -> Option<String> {
        let text = self.draft.get(field);
        if text.len() == count && text.bytes().all(|b| b.is_ascii_digit()) {
            return Some(text.to_owned());
        }
        self.wrong(
            field,
            match text {
                "" => Wrong::Missing,
                text if is_spoiled(text) => Wrong::Spoiled,
                _ => Wrong::Digits(count),
            },
        );
        None
    }

    fn name(&mut self) -> String {
        let name = self.needed_line(Field::Name, MAX_NAME);
        if let Some((word, en)) = banned(&name) {
            self.wrong(Field::Name, Wrong::Banned { word, en });
        }
        name
    }

    fn needed_line(&mut self, field: Field, most: usize) -> String {
        let text = self.line(field, most);
        if self.draft.get(field).is_empty() {
            self.wrong(field, Wrong::Missing);
        }
        text
    }

    fn line(&mut self, field: Field, most: usize) -> String {
        let text = self.draft.get(field);
        if text.chars().count() > most {
            self.wrong(field, Wrong::TooLong(most));
        } else if text.chars().any(char::is_control) {
            self.wrong(field, Wrong::Control);
        } else {
            return text.to_owned();
        }
        String::new()
    }

    fn notes(&mut self) -> String {
        let text = self.draft.get(Field::Notes).replace("\r\n", "\n");
        if text.chars().count() > MAX_NOTES {
            self.wrong(Field::Notes, Wrong::TooLong(MAX_NOTES));
        } else if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.wrong(Field::Notes, Wrong::Control);
        }
        text
    }

    fn owner_kind(&mut self) -> OwnerKind {
        match self.draft.get(Field::OwnerKind) {
            "" => OwnerKind::default(),
            text => OwnerKind::read(text).unwrap_or_else(|| {
                self.wrong(Field::OwnerKind, Wrong::Words("enterprise, public-unit"));
                OwnerKind::default()
            }),
        }
    }

    fn class(&mut self, proposal: Proposal) -> (LegalClass, bool) {
        let confirmed = self.yes_no(Field::ClassConfirmed);
        let text = self.draft.get(Field::Class);
        if text.is_empty() {
            // Nobody can have confirmed what nobody has said.
            if confirmed == Some(true) {
                self.wrong(Field::ClassConfirmed, Wrong::Against(Field::Class));
            }
            return (proposal.class, false);
        }
        match LegalClass::read(text) {
            Some(class) => (class, confirmed.unwrap_or(true)),
            None => {
                self.wrong(Field::Class, Wrong::Words("public-security, other-public-place, non-public"));
                (proposal.class, false)
            }
        }
    }

    fn purposes(&mut self, proposal: Proposal) -> Vec<String> {
        let text = self.draft.get(Field::Purposes);
        if text.is_empty() {
            // A proposed purpose stands with a proposed class only; with a class of a person, nothing means nothing.
            let proposed = proposal.purpose.filter(|_| self.draft.get(Field::Class).is_empty());
            return proposed.map(str::to_owned).into_iter().collect();
        }
        let mut purposes: Vec<String> = Vec::new();
        for word in text.split([';', '；', '、', ',', '，']).map(str::trim).filter(|word| !word.is_empty()) {
            if !is_purpose(word) {
                self.wrong(Field::Purposes, Wrong::Words("public-security, sanitation, … (a-z, 0-9, -)"));
                break;
            }
            if !purposes.iter().any(|known| known == word) {
                purposes.push(word.to_owned());
            }
        }
        if purposes.len() > MAX_PURPOSES {
            self.wrong(Field::Purposes, Wrong::TooMany(MAX_PURPOSES));
        }
        purposes
    }

    fn signage(&mut self) -> Signage {
        let posted = self.yes_no(Field::SignagePosted);
        let date = self.day(Field::SignageDate);
        if date.is_some() && posted == Some(false) {
            self.wrong(Field::SignagePosted, Wrong::Against(Field::SignageDate));
        }
        Signage { posted: posted.unwrap_or(date.is_some()), date, note: self.line(Field::SignageNote, MAX_NAME) }
    }

    /// Without consent such a camera is registered, and attached once there is one.
    fn secret_unit(&mut self, attachment: &Attachment) -> SecretUnit {
        let near = self.yes_no(Field::SecretUnitNear).unwrap_or(false);
        let consent = self.line(Field::SecretUnitConsent, MAX_NAME);
        if near && self.draft.get(Field::SecretUnitConsent).is_empty() && *attachment != Attachment::None {
            self.wrong(Field::SecretUnitConsent, Wrong::NoConsent);
        }
        SecretUnit { near, consent }
    }

    fn attachment(&mut self) -> Attachment {
        let kind = self.draft.get(Field::Attachment);
        let (attachment, foreign): (Attachment, &[Field]) = match kind {
            "mqtt" => (Attachment::Mqtt, &[Field::Host, Field::Port, Field::User, Field::Publisher]),
            "" | "none" => (Attachment::None, &[Field::Host, Field::Port, Field::User, Field::Publisher]),
            "onvif" => {
                let port = self.number(Field::Port, 1, 65_535).and_then(|port| u16::try_from(port).ok());
                let user = Some(self.line(Field::User, MAX_USER)).filter(|user| !user.is_empty());
                (Attachment::Onvif { host: self.host(), port: port.unwrap_or(ONVIF_PORT), user }, &[Field::Publisher])
            }
            "mapped" => {
                let publisher = self.needed_line(Field::Publisher, MAX_USER);
                (Attachment::Mapped { publisher }, &[Field::Host, Field::Port, Field::User])
            }
            _ => {
                self.wrong(Field::Attachment, Wrong::Words("mqtt, onvif, mapped, none"));
                return Attachment::None;
            }
        };
        for field in foreign {
            if !self.draft.get(*field).is_empty() {
                self.wrong(*field, Wrong::NotWith(attachment.kind()));
            }
        }
        attachment
    }

    fn host(&mut self) -> String {
        let text = self.draft.get(Field::Host);
        if text.is_empty() {
            self.wrong(Field::Host, Wrong::Missing);
        } else if !is_host(text) {
            self.wrong(Field::Host, Wrong::Host);
        }
        text.to_owned()
    }

    fn masks(&mut self) -> Masks {
        Masks::read(self.draft.get(Field::Masks)).unwrap_or_else(|error| {
            self.wrong(Field::Masks, Wrong::Masks(error));
            Masks::default()
        })
    }

    fn retention(&mut self, class: LegalClass) -> Option<u16> {
        let days = self.number(Field::RetentionDays, 1, MAX_DAYS).and_then(|days| u16::try_from(days).ok());
        let least = class.days_at_least();
        if days.is_some_and(|days| days < least) {
            self.wrong(Field::RetentionDays, Wrong::TooShort(least));
        }
        days
    }

    fn number(&mut self, field: Field, least: u32, most: u32) -> Option<u32> {
        let text = self.draft.get(field);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.wrong(field, Wrong::Range(least, most));
        }
        number
    }

    fn day(&mut self, field: Field) -> Option<Day> {
        let text = self.draft.get(field);
        if text.is_empty() {
            return None;
        }
        let day = text.parse().ok();
        if day.is_none() {
            self.wrong(field, Wrong::Day);
        }
        day
    }

    fn yes_no(&mut self, field: Field) -> Option<bool> {
        match self.draft.get(field).to_ascii_lowercase().as_str() {
            "" => None,
            "yes" | "true" | "1" | "是" => Some(true),
            "no" | "false" | "0" | "否" => Some(false),
            _ => {
                self.wrong(field, Wrong::Words("yes, no"));
                None
            }
        }
    }
}

/// Whether a spreadsheet has rounded a long number: `3.71122E+11`.
fn is_spoiled(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.split_once(['E', 'e']).is_some_and(|(digits, rest)| plain(digits) && rest.strip_prefix('+').is_some_and(plain))
}

/// Whether this can be the code of a purpose: `a-z`, `0-9` and `-`.
pub fn is_purpose(text: &str) -> bool {
    (1..=MAX_PURPOSE).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// An IP address or a name of RFC 1123, at most 253 characters; an underscore is allowed as devices have it.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    // Four numbers that are no address are a mistyped one.
    let numbers_only = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    text.parse::<IpAddr>().is_ok() || (!numbers_only && text.len() <= 253 && text.split('.').all(is_label))
}

#[cfg(test)]
mod tests;
