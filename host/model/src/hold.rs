//! Holds: what must not be deleted while a case is open, whatever the rules of [`crate::keep`] say (依法留存).

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::clock::TimestampMs;
use crate::event::KindPattern;
use crate::fault::FieldFault;
use crate::fault::is_line;
use crate::id::CameraId;
use crate::id::Kind;
use crate::id::TownshipId;

/// Most cameras of one hold; who means more holds the township.
pub const MOST_CAMERAS: usize = 1_000;

/// Most kinds of one hold.
pub const MOST_KINDS: usize = 32;

/// Longest number of a case or document, in characters.
pub const MAX_DOCUMENT: usize = 100;

/// Shortest and longest reason, in characters.
pub const REASON_CHARS: (usize, usize) = (4, 500);

/// Most holds of one township that are in force: each is compared with every event that is due.
pub const MOST_IN_FORCE: usize = 200;

/// What of a township's log, and of what its modules recorded, is held; each part that says nothing lets everything pass.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// About these cameras; empty: whatever it is about.
    pub cameras: Vec<CameraId>,
    /// Of these kinds, or records of these collections ([`Kind::of_records`]); empty: all.
    pub kinds: Vec<KindPattern>,
    /// Happened or received at or after this.
    pub from_ms: Option<TimestampMs>,
    /// Happened or received before this.
    pub to_ms: Option<TimestampMs>,
}

impl Scope {
    /// Whether an event is in it.
    ///
    /// Where the camera's clock and the hub's differ, one of the two inside the time is enough.
    pub fn covers(
        &self,
        kind: &Kind,
        camera: Option<&str>,
        received_ms: TimestampMs,
        happened_ms: TimestampMs,
    ) -> bool {
        let inside = |at_ms: TimestampMs| {
            self.from_ms.is_none_or(|from_ms| at_ms >= from_ms) && self.to_ms.is_none_or(|to_ms| at_ms < to_ms)
        };
        (self.cameras.is_empty() || self.cameras.iter().any(|held| camera == Some(held.as_str())))
            && (self.kinds.is_empty() || self.kinds.iter().any(|pattern| pattern.matches(kind)))
            && (inside(received_ms) || inside(happened_ms))
    }

    /// Whether a record of a collection, called `kind`, is in it.
    ///
    /// A record is about every camera that its key or document names. It gathers what happened at many times, so the hold's
    /// times let all of it pass.
    pub fn covers_record(&self, kind: &Kind, key: &str, document: &str) -> bool {
        (self.kinds.is_empty() || self.kinds.iter().any(|pattern| pattern.matches(kind)))
            && (self.cameras.is_empty() || self.names(key, document))
    }

    /// Whether a key or a document names one of the cameras.
    fn names(&self, key: &str, document: &str) -> bool {
        let names = |text: &str| self.cameras.iter().any(|camera| is_named(camera, text));
        // What is no JSON was not written by a sandbox; its text is looked at as it is.
        names(key) || serde_json::from_str(document).map_or_else(|_| names(document), |value| any_text(&value, &names))
    }
}

/// Whether one of the texts in a document, its keys among them, passes.
fn any_text(value: &Value, passes: &impl Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => passes(text),
        Value::Array(values) => values.iter().any(|value| any_text(value, passes)),
        Value::Object(fields) => fields.iter().any(|(name, value)| passes(name) || any_text(value, passes)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text names a camera: its id stands there, and not as a part of a longer one.
fn is_named(camera: &CameraId, text: &str) -> bool {
    let is_of_id = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    let bytes = text.as_bytes();
    text.match_indices(camera.as_str()).any(|(at, id)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_of_id(before) && !is_of_id(bytes.get(at + id.len()))
    })
}

/// A hold as somebody asks for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    /// The township.
    pub township: TownshipId,
    /// What of it.
    pub scope: Scope,
    /// Number of the case or document that asks for it.
    pub document: String,
    /// Why.
    pub reason: String,
    /// The first moment at which it holds nothing any more; nothing: until somebody lifts it.
    pub until_ms: Option<TimestampMs>,
}

impl NewHold {
    /// Everything that is wrong with it at `now_ms`.
    ///
    /// # Errors
    /// Each field that is wrong, in their order.
    pub fn check(&self, now_ms: TimestampMs) -> Result<(), Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut fault = |field, wrong: String, zh: String| faults.push(FieldFault { field, wrong, zh });
        if self.scope.cameras.len() > MOST_CAMERAS {
            fault(
                "cameras",
                format!("at most {MOST_CAMERAS}; leave them out to hold the whole township"),
                format!("最多 {MOST_CAMERAS} 台；不填即留存全乡镇"),
            );
        }
        if self.scope.kinds.len() > MOST_KINDS {
            fault("kinds", format!("at most {MOST_KINDS}"), format!("最多 {MOST_KINDS} 类"));
        }
        if let (Some(from_ms), Some(to_ms)) = (self.scope.from_ms, self.scope.to_ms)
            && to_ms <= from_ms
        {
            fault("to", "must be later than from".to_owned(), "须晚于起始时间".to_owned());
        }
        if !is_line(&self.document, 1, MAX_DOCUMENT) {
            fault(
                "document",
                format!("the number of the case or document, 1 to {MAX_DOCUMENT} characters"),
                format!("案件或文书编号，1 至 {MAX_DOCUMENT} 个字符"),
            );
        }
        if let Some(wrong) = reason_fault(&self.reason) {
            faults.push(wrong);
        }
        if self.until_ms.is_some_and(|until_ms| until_ms <= now_ms) {
            faults.push(FieldFault {
                field: "until",
                wrong: "must lie ahead; leave it out to hold until somebody lifts it".to_owned(),
                zh: "须为将来的时间；不填则留存至人工解除".to_owned(),
            });
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

/// What is wrong with a reason to place or lift a hold.
pub fn reason_fault(reason: &str) -> Option<FieldFault> {
    let (least, most) = REASON_CHARS;
    (!is_line(reason, least, most)).then(|| FieldFault {
        field: "reason",
        wrong: format!("{least} to {most} characters in one's own words"),
        zh: format!("事由，{least} 至 {most} 个字符"),
    })
}

/// How a hold stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It holds.
    InForce,
    /// Its time is over.
    Ended,
    /// A person has lifted it.
    Lifted,
}

/// That a person has lifted a hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// Who.
    pub by: String,
    /// When.
    pub at_ms: TimestampMs,
    /// Why.
    pub reason: String,
}

/// A hold that was placed; it is never changed but by lifting it, and never removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Its number in the county.
    pub number: u64,
    /// What was asked for.
    pub new: NewHold,
    /// Who placed it.
    pub placed_by: String,
    /// When.
    pub placed_ms: TimestampMs,
    /// Who lifted it.
    pub lifted: Option<Lifted>,
    /// How it stands.
    pub standing: Standing,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hold() -> NewHold {
        NewHold {
            township: "371122102".parse().unwrap(),
            scope: Scope::default(),
            document: "莒公（治）调证字〔2026〕18号".to_owned(),
            reason: "盗窃案调查".to_owned(),
            until_ms: None,
        }
    }

    fn wrong(hold: &NewHold) -> Vec<&'static str> {
        hold.check(100).err().unwrap_or_default().into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn a_hold_names_its_document_and_reason_and_every_fault_is_told() {
        assert_eq!(wrong(&hold()), [] as [&str; 0]);
        let scope = Scope {
            cameras: vec!["gh-1".parse().unwrap(); MOST_CAMERAS + 1],
            kinds: vec!["*".parse().unwrap(); MOST_KINDS + 1],
            from_ms: Some(5),
            to_ms: Some(5),
        };
        let bad = NewHold { scope, document: " ".into(), reason: "x\ny z".into(), until_ms: Some(100), ..hold() };
        assert_eq!(wrong(&bad), ["cameras", "kinds", "to", "document", "reason", "until"]);
        assert_eq!(wrong(&NewHold { document: "字".repeat(101), ..hold() }), ["document"]);
        assert_eq!(wrong(&NewHold { reason: "字".repeat(501), ..hold() }), ["reason"]);
        for fault in bad.check(100).unwrap_err() {
            let chinese = fault.zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert!(chinese && fault.wrong.is_ascii(), "{fault:?}");
        }
    }

    #[test]
    fn a_scope_covers_what_every_part_of_it_lets_pass() {
        let covers =
            |scope: &Scope, camera, at_ms| scope.covers(&"camera.picture".parse().unwrap(), camera, at_ms, at_ms);
        let scope = Scope {
            cameras: vec!["gh-1".parse().unwrap()],
            kinds: vec!["camera.*".parse().unwrap()],
            from_ms: Some(10),
            to_ms: Some(20),
        };
        assert!(covers(&scope, Some("gh-1"), 10) && covers(&scope, Some("gh-1"), 19));
        assert!(!covers(&scope, Some("gh-1"), 9) && !covers(&scope, Some("gh-1"), 20));
        assert!(!covers(&scope, Some("gh-2"), 15) && !covers(&scope, None, 15));
        let other = Scope { kinds: vec!["trace.*".parse().unwrap()], ..scope.clone() };
        assert!(!covers(&other, Some("gh-1"), 15));
        assert!(covers(&Scope::default(), None, i64::MIN));
        // One of two clocks is enough.
        assert!(scope.covers(&"camera.picture".parse().unwrap(), Some("gh-1"), 0, 15));
        assert!(scope.covers(&"camera.picture".parse().unwrap(), Some("gh-1"), 15, 0));
    }

    #[test]
    fn a_scope_covers_records_by_their_collection_and_the_cameras_that_they_name() {
        let kind = Kind::of_records(&"sanitation".parse().unwrap(), "eyes");
        let covers = |scope: &Scope| scope.covers_record(&kind, "p1", r#"{"camera":"gh-1"}"#);
        let of = |cameras: &[&str], kinds: &[&str]| Scope {
            cameras: cameras.iter().map(|it| it.parse().unwrap()).collect(),
            kinds: kinds.iter().map(|it| it.parse().unwrap()).collect(),
            from_ms: Some(10),
            to_ms: Some(20),
        };
        for held in [of(&[], &[]), of(&["gh-2", "gh-1"], &[]), of(&[], &["*"]), of(&["gh-1"], &["record.sanitation.*"])]
        {
            assert!(covers(&held), "{held:?}");
        }
        assert!(of(&["p1"], &[]).covers_record(&kind, "p1/2026-11-27", "{}"), "the key names it");
        for document in
            [r#"{"by":"371122102/gh-1"}"#, r#"{"a":[{"gh-1":1}]}"#, r#"{"n":"at\ngh-1"}"#, r#"{"n":"\u673agh-1"}"#]
        {
            assert!(of(&["gh-1"], &[]).covers_record(&kind, "k", document), "{document}");
        }
        for other in ["gh-11", "a-gh-1", "gh-1_b"] {
            let document = format!(r#"{{"camera":"{other}"}}"#);
            assert!(!of(&["gh-1"], &[]).covers_record(&kind, "k", &document), "{other}");
        }
        for free in [of(&["gh-2"], &[]), of(&[], &["camera.*"]), of(&["gh-1"], &["record.city.*"])] {
            assert!(!covers(&free), "{free:?}");
        }
    }
}
