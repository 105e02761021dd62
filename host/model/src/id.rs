//! Identifiers as types, so that a township and a camera cannot be swapped.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a valid {what}: {rule}")]
pub struct IdError {
    /// Which identifier was expected.
    pub what: &'static str,
    /// What was given, cut to 64 characters.
    pub text: String,
    /// The rule in words.
    pub rule: &'static str,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $rule:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(IdError { what: $what, text: text.chars().take(64).collect(), rule: $rule })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }
    };
}

text_id!(
    /// A township by the first nine digits of its division code (GB/T 2260 + GB/T 10114); the tenant.
    ///
    /// Cameras of the county itself use the six county digits followed by `000`.
    TownshipId,
    "township",
    "nine digits",
    |text| text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit())
);

text_id!(
    /// A camera inside its township, issued at registration; fits a 20-digit GB/T 28181 id.
    CameraId,
    "camera id",
    "1 to 64 of a-z, 0-9, `-`, `_`, starting with a letter or digit",
    |text| is_slug(text, 64)
);

text_id!(
    /// A plugin, in all its versions.
    PluginId,
    "plugin id",
    "1 to 64 of a-z, 0-9, `-`, `_`, starting with a letter or digit",
    |text| is_slug(text, 64)
);

text_id!(
    /// Who has an account: the name that he signs in with, given once.
    AccountName,
    "account name",
    "1 to 64 of a-z, 0-9, `-`, `_`, starting with a letter or digit",
    |text| is_slug(text, 64)
);

text_id!(
    /// A request of a person inside its township: drawn at random, so that it tells neither order nor number of others.
    RequestNumber,
    "request number",
    "10 of 0-9 and A-Z without I, L, O, U",
    |text| text.len() == 10 && text.bytes().all(|b| crate::rights::LETTERS.contains(&b))
);

text_id!(
    /// A case in its county: the township that it belongs to, the year in which it was opened, its number in both.
    CaseId,
    "case number",
    "a township, a year and a number, such as `371122102-2026-000017`",
    |text| {
        let mut parts = text.split('-');
        let mut digits = |least: usize, most: usize| {
            parts.next().is_some_and(|part| {
                (least..=most).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
            })
        };
        digits(9, 9) && digits(4, 4) && digits(6, 9) && parts.next().is_none()
    }
);

text_id!(
    /// A responsible unit (专业部门) of a township.
    UnitId,
    "unit",
    "1 to 64 of a-z, 0-9, `-`, `_`, starting with a letter or digit",
    |text| is_slug(text, 64)
);

text_id!(
    /// What happened: dotted lower-case words such as `camera.picture` or `trace.batch.harvested`.
    Kind,
    "kind",
    "1 to 96 of a-z, 0-9, `_`, in words joined by single dots",
    |text| {
        text.len() <= Kind::LONGEST
            && text.split('.').all(|word| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            })
    }
);

text_id!(
    /// SHA-256 of some bytes as 64 lower-case hex digits: a picture, a component.
    Digest,
    "digest",
    "64 lower-case hex digits",
    |text| text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
);

impl Kind {
    /// Most bytes of a kind.
    pub const LONGEST: usize = 96;

    /// What kinds of records begin with ([`Kind::of_records`]); no event's does.
    pub const RECORDS: &'static str = "record.";

    /// What records of a collection are called where kinds of events are, in rules of retention and in holds:
    /// `record.produce_trace.readings`. No event is of such a kind; what is too long for one is cut.
    pub fn of_records(plugin: &PluginId, collection: &str) -> Self {
        let mut text = format!("{}{plugin}.{collection}", Self::RECORDS).replace('-', "_");
        text.truncate(Self::LONGEST);
        Self(text.trim_end_matches('.').into())
    }
}

impl CaseId {
    /// The number `number` of a township's cases of a year; six digits, more when it has to be.
    pub fn of(township: &TownshipId, year: u16, number: u32) -> Self {
        Self(format!("{township}-{year:04}-{number:06}").into())
    }

    /// The township that it belongs to.
    pub fn township(&self) -> TownshipId {
        TownshipId(self.0.get(..9).unwrap_or_default().into())
    }
}

fn is_slug(text: &str, most: usize) -> bool {
    let bytes = text.as_bytes();
    !bytes.is_empty()
        && bytes.len() <= most
        && (bytes[0].is_ascii_lowercase() || bytes[0].is_ascii_digit())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

/// A plugin enabled in one township: the key of everything a module owns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ModuleKey {
    /// The township that enabled it.
    pub township: TownshipId,
    /// The plugin that runs.
    pub plugin: PluginId,
}

impl fmt::Display for ModuleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.township, self.plugin)
    }
}

/// Who logs in to the broker: `{township}.{camera}` (user name), one camera each.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceId {
    /// The township that registered the device.
    pub township: TownshipId,
    /// The camera it may publish for.
    pub camera: CameraId,
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.township, self.camera)
    }
}

impl FromStr for DeviceId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong =
            || IdError { what: "device id", text: text.chars().take(64).collect(), rule: "`{township}.{camera}`" };
        let (township, camera) = text.split_once('.').ok_or_else(wrong)?;
        Ok(Self { township: township.parse()?, camera: camera.parse()? })
    }
}

impl TryFrom<String> for DeviceId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<DeviceId> for String {
    fn from(id: DeviceId) -> String {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_township_is_nine_digits() {
        for (text, valid) in [("371122102", true), ("37112210", false), ("37112210a", false), ("3711221020", false)] {
            assert_eq!(text.parse::<TownshipId>().is_ok(), valid, "{text}");
        }
    }

    #[test]
    fn a_camera_id_cannot_carry_topic_wildcards_or_separators() {
        for text in ["", "a/b", "a+b", "#", "$SYS", "A", "-a", "a.b", "大棚", &"a".repeat(65)] {
            assert!(text.parse::<CameraId>().is_err(), "{text}");
        }
        assert!("37112210001320000001".parse::<CameraId>().is_ok());
    }

    #[test]
    fn a_device_id_reads_back_as_written() {
        let id: DeviceId = "371122102.gh-1".parse().unwrap();
        assert_eq!(id.to_string(), "371122102.gh-1");
        assert!("371122102/gh-1".parse::<DeviceId>().is_err());
    }

    #[test]
    fn a_case_number_tells_township_year_and_number() {
        let township: TownshipId = "371122102".parse().unwrap();
        for (number, text) in [(17, "371122102-2026-000017"), (1_234_567, "371122102-2026-1234567")] {
            let id = CaseId::of(&township, 2026, number);
            assert_eq!((id.as_str(), id.township(), text.parse().ok()), (text, township.clone(), Some(id.clone())));
        }
        for text in ["371122102-2026-17", "371122-2026-000017", "371122102-2026-00001x", "371122102-2026-000017-1", ""]
        {
            assert!(text.parse::<CaseId>().is_err(), "{text}");
        }
    }

    #[test]
    fn what_records_are_called_is_a_kind_however_long_their_names_are() {
        for (plugin, collection) in [("produce-trace", "point-days"), (&*"p".repeat(64), &*"c".repeat(64)), ("p", "-")]
        {
            let kind = Kind::of_records(&plugin.parse().unwrap(), collection);
            assert_eq!(kind.as_str().parse::<Kind>().unwrap(), kind);
        }
    }

    #[test]
    fn a_kind_is_dotted_words() {
        for (text, valid) in [("camera.line.cross", true), ("camera..x", false), ("Camera.x", false), ("", false)] {
            assert_eq!(text.parse::<Kind>().is_ok(), valid, "{text}");
        }
    }
}
