//! Exports: pictures that leave the hub for an office outside (视频图像调取), asked for by one person, approved by another.
//!
//! What was asked for never changes: an approval is for exactly that. Who wants other cameras or another time asks anew.

use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::fault::FieldFault;
use crate::fault::is_line;
use crate::grant::PUBLIC_SECURITY;
use crate::id::CameraId;
use crate::id::TownshipId;

/// Most cameras of one export.
pub const MOST_CAMERAS: usize = 50;

/// Longest time of one export: a day. An event lasts minutes; who needs more asks again.
pub const LONGEST_MS: i64 = 86_400_000;

/// Shortest and longest text of what has to be stated, in characters.
pub const STATED_CHARS: (usize, usize) = (4, 200);

/// How much of the pictures is given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Under the cameras' masks.
    #[default]
    Masked,
    /// As they came, for public security only.
    Raw,
}

impl Level {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Masked => "masked",
            Self::Raw => "raw",
        }
    }
}

/// An export as somebody asks for it: Order 799, articles 16 and 20, want basis, scope, reason and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewExport {
    /// The township.
    pub township: TownshipId,
    /// Of these cameras.
    pub cameras: Vec<CameraId>,
    /// Taken at or after this.
    pub from_ms: TimestampMs,
    /// Taken before this.
    pub to_ms: TimestampMs,
    /// How much of them.
    pub level: Level,
    /// What for: a purpose that each camera allows.
    pub purpose: String,
    /// The law that allows it.
    pub basis: String,
    /// Number of the case or document.
    pub document: String,
    /// The office that gets it.
    pub recipient: String,
    /// Why.
    pub reason: String,
}

impl NewExport {
    /// Everything that is wrong with it by itself.
    ///
    /// # Errors
    /// Each field that is wrong, in their order.
    pub fn check(&self) -> Result<(), Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut fault = |is_wrong: bool, field, wrong: &str, zh: &str| {
            if is_wrong {
                faults.push(FieldFault::new(field, wrong, zh));
            }
        };
        let cameras = (1..=MOST_CAMERAS).contains(&self.cameras.len());
        fault(!cameras, "cameras", "1 to 50 cameras, each once", "1 至 50 台摄像机");
        let span = self.to_ms.saturating_sub(self.from_ms);
        fault(
            !(1..=LONGEST_MS).contains(&span),
            "to",
            "later than from, by at most 24 hours",
            "须晚于起始时间，且不超过 24 小时",
        );
        fault(
            self.level == Level::Raw && self.purpose != PUBLIC_SECURITY,
            "level",
            "pictures without masks are given out for public-security only",
            "只有公共安全用途可以调取未遮挡的图像",
        );
        let (least, most) = STATED_CHARS;
        for (field, text) in [
            ("basis", &self.basis),
            ("document", &self.document),
            ("recipient", &self.recipient),
            ("reason", &self.reason),
        ] {
            fault(!is_line(text, least, most), field, "4 to 200 characters on one line", "须填写一行，4 至 200 个字符");
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// That somebody else agreed or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Whether he agreed.
    pub agreed: bool,
    /// Who.
    pub by: String,
    /// When.
    pub at_ms: TimestampMs,
    /// In which words; empty with an agreement.
    pub words: String,
}

/// What was made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// SHA-256 of the file, 64 hex digits.
    pub sha256: String,
    /// Size of the file.
    pub bytes: u64,
    /// Pictures in it.
    pub pictures: u64,
    /// Until when it can be fetched.
    pub until_ms: TimestampMs,
    /// How often it was.
    pub fetched: u64,
    /// When the hub deleted it.
    pub gone_ms: Option<TimestampMs>,
}

/// That whoever got it says that he destroyed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Who wrote it down.
    pub by: String,
    /// When.
    pub at_ms: TimestampMs,
    /// In which words.
    pub words: String,
}

/// An export that was asked for; never changed but by what becomes of it, and never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its number in the county.
    pub number: u64,
    /// What was asked for.
    pub new: NewExport,
    /// Who asked.
    pub asked_by: String,
    /// In which unit and role he was then, as the audit log says it; empty where that was not kept.
    pub asked_unit: String,
    /// When.
    pub asked_ms: TimestampMs,
    /// Until when somebody may agree.
    pub lapses_ms: TimestampMs,
    /// What somebody else said.
    pub decided: Option<Decided>,
    /// What was made of it.
    pub package: Option<Package>,
    /// That it was destroyed outside as well.
    pub receipt: Option<Receipt>,
}

/// How an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Somebody else has to agree.
    Waiting,
    /// Nobody agreed in time.
    Lapsed,
    /// Somebody refused it.
    Refused,
    /// It was agreed to and is being made.
    Approved,
    /// It can be fetched.
    Ready,
    /// It is over; whoever got it still has to say that he destroyed it.
    Owed,
    /// It is over.
    Closed,
}

impl Export {
    /// How it stands at `now_ms`.
    pub fn standing(&self, now_ms: TimestampMs) -> Standing {
        match (&self.decided, &self.package) {
            (None, _) if now_ms >= self.lapses_ms => Standing::Lapsed,
            (None, _) => Standing::Waiting,
            (Some(decided), _) if !decided.agreed => Standing::Refused,
            (Some(_), None) => Standing::Approved,
            (Some(_), Some(package)) if package.gone_ms.is_none() && now_ms < package.until_ms => Standing::Ready,
            // What nobody fetched is nowhere else.
            (Some(_), Some(package)) if package.fetched > 0 && self.receipt.is_none() => Standing::Owed,
            (Some(_), Some(_)) => Standing::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> NewExport {
        NewExport {
            township: "371122102".parse().unwrap(),
            cameras: vec!["gate-1".parse().unwrap()],
            from_ms: 0,
            to_ms: LONGEST_MS,
            level: Level::Masked,
            purpose: "sanitation".to_owned(),
            basis: "公共安全视频图像信息系统管理条例第二十条".to_owned(),
            document: "莒公（治）调证字〔2026〕18号".to_owned(),
            recipient: "莒县公安局".to_owned(),
            reason: "盗窃案调查".to_owned(),
        }
    }

    fn wrong(export: &NewExport) -> Vec<&'static str> {
        export.check().err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn an_export_states_its_scope_basis_document_recipient_and_reason() {
        assert_eq!(wrong(&new()), [] as [&str; 0]);
        let nothing = String::new;
        let empty = NewExport {
            cameras: Vec::new(),
            to_ms: 0,
            basis: nothing(),
            document: nothing(),
            recipient: nothing(),
            reason: "a\nb c".to_owned(),
            ..new()
        };
        assert_eq!(wrong(&empty), ["cameras", "to", "basis", "document", "recipient", "reason"]);
        assert_eq!(wrong(&NewExport { to_ms: LONGEST_MS + 1, ..new() }), ["to"]);
        assert_eq!(wrong(&NewExport { cameras: vec!["a".parse().unwrap(); MOST_CAMERAS + 1], ..new() }), ["cameras"]);
    }

    #[test]
    fn only_public_security_gets_pictures_without_masks() {
        let raw = NewExport { level: Level::Raw, ..new() };
        assert_eq!(wrong(&raw), ["level"]);
        assert_eq!(wrong(&NewExport { purpose: PUBLIC_SECURITY.to_owned(), ..raw }), [] as [&str; 0]);
    }

    #[test]
    fn an_export_waits_lapses_is_made_ends_and_is_owed_a_receipt() {
        let decided = |agreed| Some(Decided { agreed, by: "wang".into(), at_ms: 5, words: String::new() });
        let package = |fetched, gone_ms| {
            Some(Package { sha256: String::new(), bytes: 1, pictures: 1, until_ms: 20, fetched, gone_ms })
        };
        let receipt = Some(Receipt { by: "li".into(), at_ms: 30, words: "已销毁".into() });
        let asked = Export {
            number: 1,
            new: new(),
            asked_by: "li".into(),
            asked_unit: String::new(),
            asked_ms: 0,
            lapses_ms: 10,
            decided: None,
            package: None,
            receipt: None,
        };
        for (export, now_ms, standing) in [
            (asked.clone(), 9, Standing::Waiting),
            (asked.clone(), 10, Standing::Lapsed),
            (Export { decided: decided(false), ..asked.clone() }, 9, Standing::Refused),
            (Export { decided: decided(true), ..asked.clone() }, 11, Standing::Approved),
            (Export { decided: decided(true), package: package(1, None), ..asked.clone() }, 19, Standing::Ready),
            (Export { decided: decided(true), package: package(1, None), ..asked.clone() }, 20, Standing::Owed),
            (Export { decided: decided(true), package: package(0, Some(20)), ..asked.clone() }, 21, Standing::Closed),
            (Export { decided: decided(true), package: package(1, Some(20)), receipt, ..asked }, 31, Standing::Closed),
        ] {
            assert_eq!(export.standing(now_ms), standing, "{export:?} at {now_ms}");
        }
    }
}
