//! The village notice (村级公示): redacted by construction.
//!
//! What may stand in it is a closed list ([`Shown`]); everything else of the file is left out because nobody put it in.
//! Then the values are scanned all the same, since a name field may hold anything: see [`prove`].

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

use crate::clock;
use crate::household::Household;
use crate::household::Kind;
use crate::household::SealedData;
use crate::scan;
use crate::scan::Leak;

/// All that a notice says about a household. A field that is not here cannot be published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shown {
    /// 12-digit code of the village.
    pub place: String,
    /// Name of the head.
    pub head: String,
    /// How many people.
    pub size: u32,
    /// Its type.
    pub kind: Kind,
}

impl Shown {
    /// Takes from the file what a notice may show, field by field.
    pub fn of(household: &Household, sealed: &SealedData) -> Self {
        Self { place: household.place.clone(), head: sealed.head.clone(), size: household.size(), kind: household.kind }
    }
}

/// What of a household's file was left out of its notice, by name.
pub const LEFT_OUT: [&str; 12] = [
    "contact",
    "bank",
    "members",
    "income",
    "expense",
    "risk",
    "source",
    "step-notes",
    "visits",
    "measures",
    "consents",
    "helper",
];

/// The proof that a notice is redacted, kept with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Version of the scan; raise it when [`scan`] learns something.
    pub scan: u32,
    /// When it ran.
    pub at_ms: i64,
    /// What stands in the notice.
    pub shown: Vec<String>,
    /// What was left out.
    pub left_out: Vec<String>,
}

/// Version of the scan.
pub const SCAN_VERSION: u32 = 1;

/// Scans what would be published.
///
/// `words` are the texts beside the household's own: who posts it, where objections go.
///
/// # Errors
/// Every field with what was found in it: nothing is published then (PRIV-13).
pub fn prove(shown: &Shown, words: &[(&str, &str)], now_ms: i64) -> Result<Proof, Vec<(String, Leak)>> {
    let mut found = Vec::new();
    let mut look = |field: &str, text: &str| {
        found.extend(scan::leaks(text).into_iter().map(|leak| (field.to_owned(), leak)));
        // No name has digits, whatever they may mean.
        if field == "head" && text.chars().any(char::is_numeric) && scan::leaks(text).is_empty() {
            found.push((field.to_owned(), Leak::Phone));
        }
    };
    look("head", &shown.head);
    for (field, text) in words {
        look(field, text);
    }
    if !found.is_empty() {
        return Err(found);
    }
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Ok(Proof {
        scan: SCAN_VERSION,
        at_ms: now_ms,
        shown: named(&["place", "head", "size", "kind"]),
        left_out: named(&LEFT_OUT),
    })
}

/// Why a notice came down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DownWhy {
    /// It stood its days.
    Ended,
    /// Somebody took it down, and may have said why.
    Taken,
    /// The household withdrew its consent.
    Withdrawn,
    /// Its clue was rejected.
    Rejected,
}

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Its clue.
    pub clue: String,
    /// Its household.
    pub household: String,
    /// What it shows.
    pub shown: Shown,
    /// Who posts it, as the settings say.
    pub posted_by: String,
    /// Where objections go, as the settings say.
    pub objections_to: String,
    /// The day it went up.
    pub posted: Day,
    /// The first day on which it may come down.
    pub until: Day,
    /// The same while it is up; what the schedule finds it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up: Option<Day>,
    /// The day it came down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down: Option<Day>,
    /// Why it came down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_why: Option<DownWhy>,
    /// The same in somebody's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_words: Option<String>,
    /// Account of who took it down; none: its time was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub down_by: Option<String>,
    /// Code of its public link while it is up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The proof.
    pub proof: Option<Proof>,
}

impl Notice {
    /// Whether it stood long enough, in its village alone, with its proof.
    pub fn is_compliant(&self, days: u32) -> bool {
        self.proof.is_some() && self.down.is_some_and(|down| clock::stood(self.posted, down, days))
    }

    /// Whether strangers may see it on this day: while it is up and until its end, whatever the schedule does.
    pub fn is_open_on(&self, today: Day) -> bool {
        self.down.is_none() && today >= self.posted && today <= self.until
    }

    /// A notice for tests of other files.
    #[cfg(test)]
    pub(crate) fn test(posted: Day) -> Self {
        let shown =
            Shown { place: "371122102001".to_owned(), head: "王小明".to_owned(), size: 4, kind: Kind::Marginal };
        let proof = prove(&shown, &[], 0).ok();
        Self {
            clue: "c000001".to_owned(),
            household: "h000001".to_owned(),
            shown,
            posted_by: String::new(),
            objections_to: String::new(),
            posted,
            until: clock::notice_until(posted, 5),
            up: None,
            down: None,
            down_why: None,
            down_words: None,
            down_by: None,
            link: None,
            proof,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(head: &str) -> Shown {
        Shown { place: "371122102001".to_owned(), head: head.to_owned(), size: 4, kind: Kind::Sudden }
    }

    #[test]
    fn a_notice_holds_four_fields_and_says_what_it_left_out() {
        let fields = serde_json::to_value(shown("王小明")).unwrap();
        let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
        assert_eq!(names, ["head", "kind", "place", "size"]);
        let proof = prove(&shown("王小明"), &[("objections_to", "村务监督委员会")], 7).unwrap();
        assert_eq!(proof.shown, ["place", "head", "size", "kind"]);
        assert_eq!(proof.left_out, LEFT_OUT);
    }

    #[test]
    fn a_notice_with_a_number_of_a_person_or_a_word_about_health_is_refused_by_field() {
        for (head, leak) in [
            ("王小明 13800001234", Leak::Phone),
            ("王小明371122199001011230", Leak::IdNumber),
            ("王小明6222020000000000", Leak::BankCard),
            ("王小明（癌症）", Leak::Health),
            ("王小明12", Leak::Phone),
        ] {
            assert_eq!(prove(&shown(head), &[], 0), Err(vec![("head".to_owned(), leak)]), "{head}");
        }
        let words = [("objections_to", "找李四 13800001234")];
        assert_eq!(prove(&shown("王小明"), &words, 0), Err(vec![("objections_to".to_owned(), Leak::Phone)]));
    }

    #[test]
    fn a_notice_without_proof_or_before_its_time_does_not_comply() {
        let posted: Day = "2026-11-01".parse().unwrap();
        let down = |text: &str| Notice { down: text.parse().ok(), ..Notice::test(posted) };
        assert!(!down("2026-11-05").is_compliant(5));
        assert!(down("2026-11-06").is_compliant(5));
        assert!(!Notice { proof: None, ..down("2026-11-06") }.is_compliant(5));
    }

    #[test]
    fn strangers_see_a_notice_until_its_end_even_when_nobody_took_it_down() {
        let notice = Notice::test("2026-11-01".parse().unwrap());
        assert!(notice.is_open_on("2026-11-06".parse().unwrap()));
        assert!(!notice.is_open_on("2026-11-07".parse().unwrap()));
        let down = Notice { down: "2026-11-03".parse().ok(), ..notice };
        assert!(!down.is_open_on("2026-11-03".parse().unwrap()));
    }
}
