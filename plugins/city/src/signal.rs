//! What an event of an edge device may say about the town: which matter, how surely.
//!
//! A device says that something is there; that it is a matter is decided by rows: the township's first, then a default.
//! Persons are never a matter, whatever a row says. What opens is a candidate that a person looks at.

use serde::Deserialize;
use serde_json::Value;

use crate::matter::Book;

/// Kinds and labels that are about a person: such an event opens nothing.
const PERSONS: [&str; 7] = ["object.person", "visitor", "person", "people", "human", "face", "pedestrian"];

/// A row of the settings.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Row {
    /// The event's kind without `camera.`; `object.*` is every kind of object.
    pub kind: String,
    /// The device's label; none: every one.
    #[serde(default)]
    pub label: Option<String>,
    /// Only these cameras; empty: all.
    #[serde(default)]
    pub cameras: Vec<String>,
    /// Only where somebody drew a zone or rule at the device.
    #[serde(default)]
    pub drawn: bool,
    /// The matter's code in the set in use; empty: it opens nothing.
    #[serde(default)]
    pub code: String,
    /// The least score that counts; none: the township's.
    #[serde(default)]
    pub least_score: Option<f64>,
}

/// Labels as devices give them, with the code in each of [`crate::matter::SETS`]; our mapping. A label that is a matter's
/// own name or code needs no line here.
const LABELS: [(&[&str], [&str; 3]); 11] = [
    (&["garbage", "litter", "trash", "rubbish", "waste"], ["01-02", "01-10", "06010"]),
    (&["garbage_overflow", "bin_overflow", "overflow", "full_bin"], ["01-02", "01-98", "06042"]),
    (&["rubble", "construction_waste"], ["01-03", "01-11", "06011"]),
    (&["fire", "smoke", "open_burning"], ["01-15", "", ""]),
    (&["small_ad", "illegal_poster", "graffiti"], ["02-01", "02-01", ""]),
    (&["street_vendor", "vendor", "stall"], ["05-01", "04-01", ""]),
    (&["store_occupation", "outside_shop"], ["05-04", "04-05", "09005"]),
    (&["illegal_parking", "parked_vehicle"], ["05-05", "04-09", ""]),
    (&["bicycle_parking", "parked_bicycle"], ["05-06", "04-10", ""]),
    (&["pile", "piled_goods", "material_pile"], ["05-07", "01-36", "06036"]),
    (&["hanging", "clothesline"], ["05-11", "01-07", ""]),
];

/// Kinds that say enough without a label, whether only in a drawn zone, and the code in each set; our mapping.
const KINDS: [(&str, bool, [&str; 3]); 2] = [
    ("object.package", false, ["05-07", "01-36", "06036"]),
    // Every road has vehicles: one counts where somebody told the device to watch a place for them.
    ("object.vehicle", true, ["05-05", "04-09", ""]),
];

/// What an event says, in one form for all devices.
#[derive(Debug, Clone, PartialEq)]
pub struct Sign {
    /// The kind without `camera.`.
    pub kind: String,
    /// What the device calls it; several in a review of Frigate.
    pub labels: Vec<String>,
    /// How sure the device is, 0 to 1; ONVIF says nothing about it.
    pub score: Option<f64>,
    /// Whether a zone or rule was drawn at the device for it.
    pub drawn: bool,
}

/// What becomes of a sign.
#[derive(Debug, Clone, PartialEq)]
pub enum Meaning {
    /// Nothing that concerns the town.
    Nothing,
    /// This matter, by code, but below the least score.
    Weak(String),
    /// This matter, by code.
    Matter(String),
}

#[derive(Deserialize)]
struct Sent {
    state: Option<String>,
    label: Option<String>,
    score: Option<f64>,
    #[serde(default)]
    source: Value,
    #[serde(default)]
    data: Value,
}

impl Sign {
    /// Reads the event of a camera; none where something ended, or where the event has no such form.
    pub fn read(kind: &str, data: &str) -> Option<Self> {
        let kind = kind.strip_prefix("camera.")?;
        let sent: Sent = serde_json::from_str(data).ok()?;
        if sent.state.as_deref() == Some("inactive") {
            return None;
        }
        let list = |name: &str| sent.data.get(name).and_then(Value::as_array).into_iter().flatten();
        let texts = |name: &str| list(name).filter_map(Value::as_str).map(plain);
        let labels: Vec<String> = sent.label.iter().map(|label| plain(label)).chain(texts("objects")).collect();
        let zones = ["current_zones", "entered_zones", "zones"].iter().any(|name| list(name).next().is_some());
        let rule = sent.source.get("rule").and_then(Value::as_str).is_some_and(|rule| !rule.trim().is_empty());
        let by_nature = kind.starts_with("area.") || kind.starts_with("line.");
        Some(Self { kind: kind.to_owned(), labels, score: sent.score, drawn: zones || rule || by_nature })
    }

    /// What it means at `camera`; `rows` count before the default, the first that fits decides.
    pub fn meaning(&self, camera: &str, rows: &[Row], with_default: bool, least_score: f64, book: &Book) -> Meaning {
        let is_person = |word: &str| PERSONS.contains(&word);
        let labels: Vec<&str> = self.labels.iter().map(String::as_str).filter(|label| !is_person(label)).collect();
        if is_person(&self.kind) || (labels.is_empty() && !self.labels.is_empty()) {
            return Meaning::Nothing;
        }
        let (code, least) = match rows.iter().find(|row| self.fits(row, &labels, camera)) {
            Some(row) => (book.get(&row.code).map(|matter| matter.code.to_string()), row.least_score),
            None if with_default => (self.by_default(&labels, book), None),
            None => (None, None),
        };
        let is_weak = self.score.is_some_and(|score| score < least.unwrap_or(least_score));
        match code {
            None => Meaning::Nothing,
            Some(code) if is_weak => Meaning::Weak(code),
            Some(code) => Meaning::Matter(code),
        }
    }

    fn fits(&self, row: &Row, labels: &[&str], camera: &str) -> bool {
        let kind = match row.kind.strip_suffix('*') {
            Some(prefix) => self.kind.starts_with(prefix),
            None => self.kind == row.kind,
        };
        let label = row.label.as_deref().filter(|label| !label.trim().is_empty()).map(plain);
        kind && label.is_none_or(|label| labels.contains(&label.as_str()))
            && (row.cameras.is_empty() || row.cameras.iter().any(|known| known == camera))
            && (self.drawn || !row.drawn)
    }

    fn by_default(&self, labels: &[&str], book: &Book) -> Option<String> {
        let column = crate::matter::SETS.iter().position(|set| *set == book.set())?;
        let named = labels.iter().find_map(|label| {
            let own = |matter: &&crate::matter::Matter| {
                plain(&matter.zh) == *label || plain(&matter.en) == *label || plain(&matter.code) == *label
            };
            book.matters().iter().find(own).map(|matter| matter.code.to_string()).or_else(|| {
                let line = LABELS.iter().find(|(words, _)| words.contains(label))?;
                Some(line.1[column].to_owned())
            })
        });
        let by_kind = || {
            let line = KINDS.iter().find(|(kind, drawn, _)| *kind == self.kind && (self.drawn || !drawn))?;
            Some(line.2[column].to_owned())
        };
        named.or_else(by_kind).filter(|code| !code.is_empty())
    }
}

/// A label in one spelling: `Illegal Parking` and `illegal-parking` are the same.
fn plain(label: &str) -> String {
    label.trim().to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(kind: &str, data: &str, rows: &[&str]) -> Meaning {
        let rows: Vec<Row> = rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
        let book = Book::new("gbt30428", &[]);
        Sign::read(kind, data).map_or(Meaning::Nothing, |sign| sign.meaning("gate-1", &rows, true, 0.6, &book))
    }

    fn matter(code: &str) -> Meaning {
        Meaning::Matter(code.to_owned())
    }

    #[test]
    fn a_label_of_an_edge_device_names_the_matter() {
        let native = r#"{"kind":"object.other","state":"active","label":"Illegal Parking","score":0.91}"#;
        assert_eq!(meaning("camera.object.other", native, &[]), matter("05-05"));
        let in_chinese = r#"{"kind":"object.other","label":"暴露垃圾","score":0.7}"#;
        assert_eq!(meaning("camera.object.other", in_chinese, &[]), matter("01-02"));
        assert_eq!(meaning("camera.object.other", r#"{"label":"umbrella","score":0.99}"#, &[]), Meaning::Nothing);
    }

    #[test]
    fn frigate_and_onvif_say_the_same_in_their_own_forms() {
        let frigate = r#"{"kind":"object.vehicle","state":"active","label":"car","score":0.84,
            "data":{"box_px":[1,2,3,4],"current_zones":["no_parking"],"entered_zones":["no_parking"]}}"#;
        assert_eq!(meaning("camera.object.vehicle", frigate, &[]), matter("05-05"));
        let review =
            r#"{"kind":"review","state":"active","data":{"severity":"alert","objects":["litter"],"zones":["w"]}}"#;
        assert_eq!(meaning("camera.review", review, &[]), matter("01-02"));
        let onvif = r#"{"kind":"object.vehicle","state":"active","source":{"token":"v0","rule":"NoParking"}}"#;
        assert_eq!(meaning("camera.object.vehicle", onvif, &[]), matter("05-05"));
        let package = r#"{"kind":"object.package","state":"active","source":{"token":"v0"}}"#;
        assert_eq!(meaning("camera.object.package", package, &[]), matter("05-07"));
    }

    #[test]
    fn a_vehicle_counts_only_where_somebody_drew_a_zone_or_rule() {
        let passing = r#"{"kind":"object.vehicle","state":"active","label":"car","score":0.9}"#;
        assert_eq!(meaning("camera.object.vehicle", passing, &[]), Meaning::Nothing);
        let row = r#"{"kind":"object.vehicle","code":"05-05","cameras":["gate-1"]}"#;
        assert_eq!(meaning("camera.object.vehicle", passing, &[row]), matter("05-05"));
        let elsewhere = r#"{"kind":"object.vehicle","code":"05-05","cameras":["gate-2"]}"#;
        assert_eq!(meaning("camera.object.vehicle", passing, &[elsewhere]), Meaning::Nothing);
    }

    #[test]
    fn a_person_is_never_a_matter_whatever_a_row_says() {
        let row = r#"{"kind":"object.*","code":"05-01"}"#;
        for (kind, data) in [
            ("camera.object.person", r#"{"kind":"object.person","state":"active","score":0.99}"#),
            ("camera.object.other", r#"{"label":"Person","score":0.99}"#),
            ("camera.review", r#"{"kind":"review","data":{"objects":["person"]}}"#),
        ] {
            assert_eq!(meaning(kind, data, &[row]), Meaning::Nothing, "{kind}");
        }
        let both = r#"{"kind":"review","data":{"objects":["person","litter"]}}"#;
        assert_eq!(meaning("camera.review", both, &[]), matter("01-02"));
    }

    #[test]
    fn what_is_below_the_least_score_is_weak_and_what_has_ended_is_nothing() {
        let at = |score: f64| format!(r#"{{"label":"litter","score":{score}}}"#);
        assert_eq!(meaning("camera.object.other", &at(0.59), &[]), Meaning::Weak("01-02".to_owned()));
        assert_eq!(meaning("camera.object.other", &at(0.6), &[]), matter("01-02"));
        let strict = r#"{"kind":"object.other","label":"litter","code":"01-02","least_score":0.9}"#;
        assert_eq!(meaning("camera.object.other", &at(0.8), &[strict]), Meaning::Weak("01-02".to_owned()));
        let ended = r#"{"label":"litter","score":0.9,"state":"inactive"}"#;
        assert_eq!(meaning("camera.object.other", ended, &[]), Meaning::Nothing);
        assert_eq!(meaning("camera.object.other", "[]", &[]), Meaning::Nothing);
    }

    #[test]
    fn a_row_of_the_township_counts_before_the_default_and_may_silence_it() {
        let silent = r#"{"kind":"object.package","code":""}"#;
        let package = r#"{"kind":"object.package","state":"active"}"#;
        assert_eq!(meaning("camera.object.package", package, &[silent]), Meaning::Nothing);
        let intrusion = r#"{"kind":"area.intrusion","code":"05-07","drawn":true}"#;
        assert_eq!(meaning("camera.area.intrusion", r#"{"state":"active"}"#, &[intrusion]), matter("05-07"));
        let unknown = r#"{"kind":"object.package","code":"99-99"}"#;
        assert_eq!(meaning("camera.object.package", package, &[unknown]), Meaning::Nothing);
    }

    #[test]
    fn every_code_of_the_default_is_one_of_its_set() {
        for (column, set) in crate::matter::SETS.iter().enumerate() {
            let book = Book::new(set, &[]);
            let codes = LABELS.iter().map(|line| line.1[column]).chain(KINDS.iter().map(|line| line.2[column]));
            for code in codes.filter(|code| !code.is_empty()) {
                assert!(book.get(code).is_some(), "{set} {code}");
            }
        }
    }
}
