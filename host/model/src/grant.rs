//! Grants: what a module may see and do in its township, approved by an admin.

use serde::Deserialize;
use serde::Serialize;

use crate::camera::LegalClass;
use crate::id::CameraId;
use crate::manifest::Limits;
use crate::picture::PictureLevel;

/// Everything a module was granted; empty by default, so forgetting is safe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Grants {
    /// Which cameras of the township it may know of.
    pub cameras: CameraSelector,
    /// The highest picture level.
    pub picture_level: PictureLevel,
    /// The hosts it may fetch from, with the credential that the hub attaches.
    pub http: Vec<HttpGrant>,
    /// Whether it may open its pages to the public by link.
    pub links: bool,
    /// Whether it may open cases.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cases: bool,
    /// What it may look at cameras for; the first is what its pages are looked at for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<String>,
    /// Number of the impact assessment (影响评估编号) under which it uses cameras of public places.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assessment: Option<String>,
    /// Less than the limits of its plugin.
    #[serde(skip_serializing_if = "Quotas::is_empty")]
    pub quotas: Quotas,
}

/// Less than the limits that a plugin's manifest asks for ([`Limits`]); what is not said holds as the manifest says it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Quotas {
    /// Pictures opened per minute; 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pictures_per_minute: Option<u32>,
    /// HTTP fetches per minute; 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetches_per_minute: Option<u32>,
    /// CPU time of one run, in milliseconds, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u64>,
    /// All records together, in MiB; 0: none. What is there stays, and may be deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records_mib: Option<u32>,
    /// Events published on a day in China; 0: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events_per_day: Option<u32>,
}

impl Quotas {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Each quota by its name in grants; the name is that of the limit which it lowers.
    pub fn named(&self) -> [(&'static str, Option<u64>); 5] {
        [
            ("pictures_per_minute", self.pictures_per_minute.map(u64::from)),
            ("fetches_per_minute", self.fetches_per_minute.map(u64::from)),
            ("cpu_ms", self.cpu_ms),
            ("records_mib", self.records_mib.map(u64::from)),
            ("events_per_day", self.events_per_day.map(u64::from)),
        ]
    }

    /// The lower of both in each.
    #[must_use]
    pub fn narrowed_to(self, other: Self) -> Self {
        Self {
            records_mib: lower(self.records_mib, other.records_mib),
            events_per_day: lower(self.events_per_day, other.events_per_day),
            pictures_per_minute: lower(self.pictures_per_minute, other.pictures_per_minute),
            fetches_per_minute: lower(self.fetches_per_minute, other.fetches_per_minute),
            cpu_ms: lower(self.cpu_ms, other.cpu_ms),
        }
    }

    /// The limits that hold: what is said where it is lower.
    pub fn within(self, limits: &Limits) -> Limits {
        let Limits { pictures_per_minute, fetches_per_minute, cpu_ms, records_mib, events_per_day, .. } = *limits;
        Limits {
            records_mib: self.records_mib.unwrap_or(records_mib).min(records_mib),
            events_per_day: self.events_per_day.unwrap_or(events_per_day).min(events_per_day),
            pictures_per_minute: self.pictures_per_minute.unwrap_or(pictures_per_minute).min(pictures_per_minute),
            fetches_per_minute: self.fetches_per_minute.unwrap_or(fetches_per_minute).min(fetches_per_minute),
            cpu_ms: self.cpu_ms.unwrap_or(cpu_ms).min(cpu_ms),
            ..limits.clone()
        }
    }
}

/// The lower of two, where one is said.
fn lower<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Which cameras of the module's own township; never of another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CameraSelector {
    /// No camera.
    #[default]
    None,
    /// Every camera of the township.
    All,
    /// Exactly these.
    Only(Vec<CameraId>),
}

/// The one purpose for which a module may be shown public places as they are, and a person any picture as it was received: PIPL
/// article 26, Order 799 article 7.
pub const PUBLIC_SECURITY: &str = "public-security";

impl Grants {
    /// What is in both: these grants while others, perhaps narrower, are about to take their place.
    pub fn narrowed_to(self, other: &Self) -> Self {
        Self {
            cameras: self.cameras.narrowed_to(&other.cameras),
            picture_level: self.picture_level.min(other.picture_level),
            http: self.http.into_iter().filter(|grant| other.http.contains(grant)).collect(),
            links: self.links && other.links,
            cases: self.cases && other.cases,
            purposes: self.purposes.into_iter().filter(|purpose| other.purposes.contains(purpose)).collect(),
            assessment: self.assessment,
            quotas: self.quotas.narrowed_to(other.quotas),
        }
    }

    /// Whether a camera of this class may be shown to the module as it is, above all masks.
    pub fn shows_raw(&self, class: LegalClass) -> bool {
        class == LegalClass::NonPublic || self.purposes.iter().any(|purpose| purpose == PUBLIC_SECURITY)
    }
}

/// For what a camera with these purposes is looked at by who was granted those: the first of his that it serves; nothing: he is
/// shown no picture of it.
pub fn purpose_at<'a>(granted: &'a [String], served: &[String]) -> Option<&'a str> {
    granted.iter().find(|purpose| served.contains(purpose)).map(String::as_str)
}

impl CameraSelector {
    /// The cameras that are in both.
    fn narrowed_to(self, other: &Self) -> Self {
        match (self, other) {
            (Self::None, _) | (_, Self::None) => Self::None,
            (all, Self::All) => all,
            (Self::All, only) => only.clone(),
            (Self::Only(cameras), other) => {
                Self::Only(cameras.into_iter().filter(|camera| other.allows(camera)).collect())
            }
        }
    }

    /// Whether `camera` is one of them.
    pub fn allows(&self, camera: &CameraId) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Only(cameras) => cameras.contains(camera),
        }
    }
}

/// One host that a module may fetch from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpGrant {
    /// `host` or `host:port`, compared exactly; port 443 where none is given.
    pub host: String,
    /// Allows plain `http://` (for a machine on the county's own network).
    #[serde(default)]
    pub plain: bool,
    /// Allows that the host resolves to a private address. Loopback, link-local and metadata addresses stay refused.
    #[serde(default)]
    pub private: bool,
    /// Name of a credential that the hub keeps sealed (`xueliang credential`), sent as the `Authorization` header. The
    /// module never sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

/// Whether a credential can be called this: 1 to 64 of A-Z, a-z, 0-9, `-`, `_`. It becomes the name of a file.
pub fn is_credential_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=64).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_security_is_shown_public_places_as_they_are() {
        let granted = |purposes: &[&str]| Grants {
            purposes: purposes.iter().map(|purpose| (*purpose).to_owned()).collect(),
            ..Grants::default()
        };
        for (purposes, public) in [(&[][..], false), (&["sanitation"], false), (&["sanitation", PUBLIC_SECURITY], true)]
        {
            assert_eq!(granted(purposes).shows_raw(LegalClass::PublicSecurity), public, "{purposes:?}");
            assert_eq!(granted(purposes).shows_raw(LegalClass::OtherPublicPlace), public, "{purposes:?}");
            assert!(granted(purposes).shows_raw(LegalClass::NonPublic), "{purposes:?}");
        }
    }

    #[test]
    fn the_name_of_a_credential_leads_to_no_other_file() {
        for (name, good) in [
            ("weather", true),
            ("Weather_2-b", true),
            (&*"a".repeat(64), true),
            (&*"a".repeat(65), false),
            ("", false),
            (".", false),
            ("../keys/people", false),
            ("weather.sealed", false),
            ("天气", false),
        ] {
            assert_eq!(is_credential_name(name), good, "{name}");
        }
    }

    #[test]
    fn two_grants_together_give_only_what_both_give() {
        let only = |ids: &[&str]| CameraSelector::Only(ids.iter().map(|id| id.parse().unwrap()).collect());
        for (one, other, both) in [
            (CameraSelector::All, CameraSelector::None, CameraSelector::None),
            (CameraSelector::None, CameraSelector::All, CameraSelector::None),
            (CameraSelector::All, CameraSelector::All, CameraSelector::All),
            (CameraSelector::All, only(&["a"]), only(&["a"])),
            (only(&["a"]), CameraSelector::All, only(&["a"])),
            (only(&["a", "b"]), only(&["b", "c"]), only(&["b"])),
        ] {
            assert_eq!(one.clone().narrowed_to(&other), both, "{one:?} {other:?}");
        }
        let host = |host: &str| HttpGrant { host: host.to_owned(), plain: false, private: false, credential: None };
        let wide = Grants {
            cameras: CameraSelector::All,
            picture_level: PictureLevel::Masked,
            http: vec![host("a.test"), host("b.test")],
            links: true,
            cases: true,
            purposes: vec!["flood".to_owned(), "sanitation".to_owned()],
            assessment: None,
            quotas: Quotas { pictures_per_minute: Some(60), ..Quotas::default() },
        };
        assert_eq!(wide.clone().narrowed_to(&wide), wide);
        let nothing = Grants { quotas: wide.quotas, ..Grants::default() };
        assert_eq!(wide.clone().narrowed_to(&Grants::default()), nothing, "a quota takes away");
        let other = Grants {
            picture_level: PictureLevel::Raw,
            http: vec![host("b.test"), host("c.test")],
            purposes: vec!["sanitation".to_owned()],
            quotas: Quotas { pictures_per_minute: Some(90), cpu_ms: Some(100), ..Quotas::default() },
            ..wide.clone()
        };
        let both = wide.narrowed_to(&other);
        let lower = Quotas { pictures_per_minute: Some(60), cpu_ms: Some(100), ..Quotas::default() };
        assert_eq!(both.quotas, lower);
        assert_eq!(
            (both.picture_level, both.http, both.purposes.len()),
            (PictureLevel::Masked, vec![host("b.test")], 1)
        );
    }

    #[test]
    fn a_quota_holds_where_it_is_lower_than_the_limit() {
        let limits = Limits { pictures_per_minute: 600, fetches_per_minute: 60, cpu_ms: 500, ..Limits::default() };
        assert_eq!(Quotas::default().within(&limits), limits);
        let quotas = Quotas {
            pictures_per_minute: Some(0),
            fetches_per_minute: Some(100),
            cpu_ms: Some(50),
            records_mib: Some(2_000),
            events_per_day: Some(9),
        };
        let held = Limits { pictures_per_minute: 0, cpu_ms: 50, events_per_day: 9, ..limits.clone() };
        assert_eq!(quotas.within(&limits), held);
        let limits: Vec<&str> = limits.named().map(|(name, _)| name).into();
        assert!(quotas.named().iter().all(|(name, quota)| limits.contains(name) && quota.is_some()), "{quotas:?}");
    }

    #[test]
    fn grants_as_they_were_stored_before_still_read_and_write_the_same() {
        let stored = r#"{"cameras":"all","picture_level":"masked","http":[],"links":true}"#;
        let grants: Grants = serde_json::from_str(stored).unwrap();
        assert_eq!(serde_json::to_string(&grants).unwrap(), stored);
    }
}
