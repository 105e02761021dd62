//! A report on its way to a case: where it is, what it is called, under which key it is known.

use serde::Serialize;
use xl_plugin::Error;
use xl_plugin::cases::Draft;

use crate::cell::Cell;
use crate::ground::Point;
use crate::matter::Matter;
use crate::store;

/// Most characters of a description.
pub const MOST_TEXT: usize = 1_000;

/// Most pictures of a report.
pub const MOST_PICTURES: usize = 4;

/// What somebody or something reports.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The module's own name for it; a second one opens nothing.
    pub key: String,
    /// Where it came from, in the host's words.
    pub source: &'static str,
    /// What is said about it.
    pub description: String,
    /// Where, in words.
    pub address: Option<String>,
    /// Where it is.
    pub whereabouts: Whereabouts,
    /// The camera that found it.
    pub camera: Option<String>,
    /// Pictures of it.
    pub pictures: Vec<String>,
    /// What else is kept with the case.
    pub data: Data,
}

/// Where something is, as far as it is known.
#[derive(Debug, Clone, Default)]
pub struct Whereabouts {
    /// The grid cell with its id.
    pub cell: Option<(String, Cell)>,
    /// The division code.
    pub place: Option<String>,
    /// On the ground.
    pub point: Option<Point>,
}

/// What the module keeps with a case. No personal data.
#[derive(Debug, Clone, Default, PartialEq, Serialize, serde::Deserialize)]
pub struct Data {
    /// The hotline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The hotline's number for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What an edge device called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// How sure the device was, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

impl Whereabouts {
    /// Finds cell and place from what is known: the cell itself, else by position, else the only cell of the place.
    ///
    /// # Errors
    /// When the host refuses a question.
    pub fn find(cell: Option<(String, Cell)>, place: Option<String>, point: Option<Point>) -> Result<Self, Error> {
        let cell = match (cell, point, &place) {
            (Some(cell), _, _) => Some(cell),
            (None, Some(point), _) => store::cell_at(point)?,
            (None, None, Some(place)) => store::only_cell_of(place)?,
            (None, None, None) => None,
        };
        let place = place.or_else(|| cell.as_ref().map(|(_, cell)| cell.place.clone()));
        Ok(Self { cell, place, point })
    }
}

impl Report {
    /// The case that it opens.
    pub fn draft(&self, matter: &Matter) -> Draft {
        let here = &self.whereabouts;
        let title = match (&here.cell, &here.place) {
            (Some((_, cell)), _) => format!("{} · {}", matter.zh, cell.name),
            (None, Some(place)) => format!("{} · {place}", matter.zh),
            (None, None) => matter.zh.to_string(),
        };
        let mut draft = Draft::new(&self.key, &matter.set, &matter.code, &title)
            .description(&self.description)
            .source(self.source)
            .pictures(self.pictures.iter().cloned())
            .data(&self.data);
        if let Some(place) = &here.place {
            draft = draft.place(place);
        }
        if let Some(address) = &self.address {
            draft = draft.address(address);
        }
        if let Some(point) = here.point {
            draft = draft.position(point.latitude, point.longitude);
        }
        if let Some((id, _)) = &here.cell {
            draft = draft.grid(id);
        }
        if let Some(camera) = &self.camera {
            draft = draft.camera(camera);
        }
        draft
    }
}

/// The key of what a hotline transfers: the same reference opens one case.
pub fn hotline_key(line: &str, reference: &str) -> String {
    format!("hotline/{line}/{reference}")
}

/// Whether a text can be a hotline's number for a case.
pub fn is_reference(text: &str) -> bool {
    (1..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A name for what was sent, so that the same thing sent twice is one case: 128 bits of FNV-1a, as hex.
///
/// It keeps apart what differs by chance, not what somebody forges: who forges a second key only loses his own report.
pub fn receipt(parts: &[&str]) -> String {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = OFFSET;
    for part in parts {
        // A byte that no text has parts one from the next.
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_report_has_the_same_receipt_and_another_one_another() {
        // FNV-1a 128 of the empty text is the offset itself; of "a" as published with the algorithm.
        assert_eq!(receipt(&[]), "6c62272e07bb014262b821756295c58d");
        let one = receipt(&["1764150000000", "垃圾"]);
        assert_eq!(one, receipt(&["1764150000000", "垃圾"]));
        assert_ne!(one, receipt(&["1764150000001", "垃圾"]));
        assert_ne!(receipt(&["ab", "c"]), receipt(&["a", "bc"]));
        assert_eq!(one.len(), 32);
    }
}
