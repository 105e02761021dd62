//! Identifiers of GB/T 28181: 20 digits, of which some say what kind of place a camera watches.
//!
//! Read leniently, kept as text. The centre's digits are no place: digits 7 and 8 are not the township's three digits, so
//! where a camera stands is never cut out of its id.

use std::fmt;
use std::str::FromStr;

use crate::camera::LegalClass;
use crate::id::IdError;

/// A 20-digit identifier by the longer rule: 8 centre, 2 industry, 3 type, 1 network, 6 serial.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct GbId([u8; 20]);

/// What an identifier suggests; a person confirms it or says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal {
    /// The legal class; the strictest where the industry does not tell.
    pub class: LegalClass,
    /// What the camera may be looked at for; nothing where the industry does not tell.
    pub purpose: Option<&'static str>,
}

impl Proposal {
    /// Where nothing is known: the strictest class, no purpose.
    pub const UNKNOWN: Self = Self { class: LegalClass::PublicSecurity, purpose: None };
}

/// What kind of thing an identifier names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GbKind {
    /// 111, 118, 130: DVR, NVR, hybrid recorder.
    Recorder,
    /// 131, 132: camera, network camera.
    Camera,
    /// 134, 135: alarm input, alarm output.
    Alarm,
    /// Everything else: servers, groups, users, platforms.
    Other,
}

impl GbId {
    /// Division code of the centre that gave the id, padded with zeros; not where the camera stands.
    pub fn centre(&self) -> &str {
        self.digits(0, 8)
    }

    /// Industry code, `00` to `99`.
    pub fn industry(&self) -> &str {
        self.digits(8, 10)
    }

    /// Type code, `000` to `999`.
    pub fn kind_code(&self) -> &str {
        self.digits(10, 13)
    }

    /// Network digit.
    pub fn network(&self) -> &str {
        self.digits(13, 14)
    }

    /// Serial number, 6 digits.
    pub fn serial(&self) -> &str {
        self.digits(14, 20)
    }

    /// What it names.
    pub fn kind(&self) -> GbKind {
        match self.kind_code() {
            "111" | "118" | "130" => GbKind::Recorder,
            "131" | "132" => GbKind::Camera,
            "134" | "135" => GbKind::Alarm,
            _ => GbKind::Other,
        }
    }

    /// What the industry suggests for a camera. Source of the classes: the county's reading of Order 799, articles 7, 9
    /// and 33; where it is in doubt, the strictest.
    pub fn proposal(&self) -> Proposal {
        let (class, purpose) = match self.industry() {
            "00" | "01" | "02" | "03" | "04" | "05" | "06" | "07" => {
                (LegalClass::PublicSecurity, Some("public-security"))
            }
            "08" => (LegalClass::PublicSecurity, Some("city-management")),
            "09" => (LegalClass::PublicSecurity, Some("sanitation")),
            "40" => (LegalClass::NonPublic, Some("traceability")),
            "41" | "42" | "43" | "44" | "45" => (LegalClass::NonPublic, None),
            _ => return Proposal::UNKNOWN,
        };
        Proposal { class, purpose }
    }

    fn digits(&self, from: usize, to: usize) -> &str {
        std::str::from_utf8(&self.0[from..to]).expect("digits are UTF-8")
    }
}

impl FromStr for GbId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError { what: "GB/T 28181 id", text: text.chars().take(64).collect(), rule: "20 digits" };
        let digits: [u8; 20] = text.as_bytes().try_into().map_err(|_| wrong())?;
        if digits.iter().all(u8::is_ascii_digit) { Ok(Self(digits)) } else { Err(wrong()) }
    }
}

impl fmt::Display for GbId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.digits(0, 20))
    }
}

impl fmt::Debug for GbId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_falls_into_its_parts() {
        let id: GbId = "37112200401320000001".parse().unwrap();
        let parts = (id.centre(), id.industry(), id.kind_code(), id.network(), id.serial());
        assert_eq!(parts, ("37112200", "40", "132", "0", "000001"));
        assert_eq!((id.kind(), id.to_string().as_str()), (GbKind::Camera, "37112200401320000001"));
    }

    #[test]
    fn the_industry_proposes_class_and_purpose_and_doubt_is_strict() {
        for (industry, class, purpose) in [
            ("00", LegalClass::PublicSecurity, Some("public-security")),
            ("04", LegalClass::PublicSecurity, Some("public-security")),
            ("08", LegalClass::PublicSecurity, Some("city-management")),
            ("09", LegalClass::PublicSecurity, Some("sanitation")),
            ("11", LegalClass::PublicSecurity, None),
            ("40", LegalClass::NonPublic, Some("traceability")),
            ("44", LegalClass::NonPublic, None),
            ("99", LegalClass::PublicSecurity, None),
        ] {
            let id: GbId = format!("37112200{industry}1320000001").parse().unwrap();
            assert_eq!(id.proposal(), Proposal { class, purpose }, "{industry}");
        }
    }

    #[test]
    fn what_is_not_20_digits_is_no_id_and_what_is_no_camera_is_told() {
        for text in ["", "3711220040132000000", "371122004013200000011", "3711220040132000000a", "３7112200401320000"]
        {
            assert!(text.parse::<GbId>().is_err(), "{text}");
        }
        for (kind, expected) in [("118", GbKind::Recorder), ("134", GbKind::Alarm), ("200", GbKind::Other)] {
            assert_eq!(format!("3711220000{kind}0000001").parse::<GbId>().unwrap().kind(), expected);
        }
    }
}
