//! A request as somebody typed it, in a form or on the desk's behalf, and everything that is wrong with it.

use serde::Deserialize;
use xl_model::fault::FieldFault;
use xl_model::id::TownshipId;
use xl_model::rights::RequestKind;

use super::Applicant;

/// For whom somebody asks: himself, as guardian of a child or ward, for a relative, or with a power of attorney. Order 799
/// article 21 names the person, relatives and guardians.
pub const RELATIONS: [&str; 4] = ["self", "guardian", "relative", "representative"];

/// A request as it was typed.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// One of the words of [`RequestKind`].
    pub kind: String,
    /// Nine digits of the township whose desk shall handle it.
    pub township: String,
    /// One of [`RELATIONS`].
    pub relation: String,
    /// 1 to 50 characters; may be empty with a complaint.
    pub name: String,
    /// Telephone, address or mail, 5 to 100 characters; may be empty with a complaint.
    pub contact: String,
    /// Where and when, up to 300 characters.
    pub about: String,
    /// What is asked for, 10 to 2000 characters.
    pub text: String,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Draft(…)")
    }
}

/// A request that can be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// What is asked for.
    pub kind: RequestKind,
    /// Whose desk handles it.
    pub township: TownshipId,
    /// Who asks.
    pub applicant: Applicant,
}

/// What is wrong with what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// None of what is offered.
    Choose,
    /// Too short or too long, in characters.
    Length {
        /// The shortest.
        least: usize,
        /// The longest.
        most: usize,
    },
    /// A character that no keyboard types.
    Control,
}

impl Wrong {
    /// Says it of a field.
    pub(super) fn of(self, field: &'static str) -> FieldFault {
        FieldFault::new(field, self.en(), self.zh())
    }

    fn zh(self) -> String {
        match self {
            Self::Choose => "请选择其中一项。".to_owned(),
            Self::Length { least: 0, most } => format!("最多 {most} 个字。"),
            Self::Length { least, most } => format!("请填写 {least} 至 {most} 个字。"),
            Self::Control => "含有不可见的控制字符，请删除。".to_owned(),
        }
    }

    fn en(self) -> String {
        match self {
            Self::Choose => "Choose one of those offered.".to_owned(),
            Self::Length { least: 0, most } => format!("At most {most} characters."),
            Self::Length { least, most } => format!("{least} to {most} characters."),
            Self::Control => "It holds invisible control characters: take them out.".to_owned(),
        }
    }
}

impl Draft {
    /// Makes a request of it; `offered` are the townships whose desks take one.
    ///
    /// # Errors
    /// Everything that is wrong, field by field.
    pub fn check(&self, offered: &[TownshipId]) -> Result<NewRequest, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let kind = RequestKind::ALL.into_iter().find(|kind| kind.word() == self.kind);
        let township = offered.iter().find(|township| township.as_str() == self.township);
        for (field, right) in [
            ("kind", kind.is_some()),
            ("township", township.is_some()),
            ("relation", RELATIONS.contains(&self.relation.as_str())),
        ] {
            if !right {
                faults.push(Wrong::Choose.of(field));
            }
        }
        let named = kind.is_none_or(RequestKind::needs_identity);
        let least = |least: usize| if named { least } else { 0 };
        let mut text = |field, typed: &str, least, most| {
            // Browsers send line breaks as CR LF.
            let text = typed.replace("\r\n", "\n").trim().to_owned();
            let wrong = match text.chars().count() {
                _ if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) => Some(Wrong::Control),
                0 if least == 0 => None,
                chars if !(least..=most).contains(&chars) => Some(Wrong::Length { least, most }),
                _ => None,
            };
            faults.extend(wrong.map(|wrong| wrong.of(field)));
            text
        };
        let applicant = Applicant {
            name: text("name", &self.name, least(1), 50),
            contact: text("contact", &self.contact, least(5), 100),
            relation: self.relation.clone(),
            about: text("about", &self.about, 0, 300),
            text: text("text", &self.text, 10, 2_000),
        };
        match (kind, township) {
            (Some(kind), Some(township)) if faults.is_empty() => {
                Ok(NewRequest { kind, township: township.clone(), applicant })
            }
            _ => Err(faults),
        }
    }
}
