//! Regions of a picture as somebody drew them: what a module looks at, and what nobody may see (masks).
//!
//! Coordinates are relative to the picture as the hub shows it, so a region stays right at every size. Which pixels a
//! region touches is decided where pixels are, in `xl-media`.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::fault::Code;

/// Corners of a region at most: several times what a hand draws; bounds the work of every picture.
pub const MAX_CORNERS: usize = 64;

/// Masks of one camera at most; bounds the work of every picture.
pub const MAX_MASKS: usize = 32;

/// The smallest region, as a share of the picture: two pixels of 1920 × 1080.
const MIN_AREA: f64 = 1e-6;

/// Why corners are not a region, or regions not the masks of a camera. Code XL0221.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// The text is something else.
    #[error("it is no list of polygons; write it as [[[0,0],[0.5,0],[0.5,0.3]]]")]
    Form,
    /// More than [`MAX_MASKS`] regions.
    #[error("it has {count} regions; join them to at most {MAX_MASKS}")]
    TooMany {
        /// How many.
        count: usize,
    },
    /// Fewer than 3 or more than [`MAX_CORNERS`] corners.
    #[error("region {region} has {corners} corners; draw it with 3 to {MAX_CORNERS}")]
    Corners {
        /// Which region, from 1.
        region: usize,
        /// How many corners it has.
        corners: usize,
    },
    /// A corner outside of the picture.
    #[error(
        "corner {corner} of region {region} lies outside the picture; give shares of width and height, 0 to 1, not pixels"
    )]
    Outside {
        /// Which region, from 1.
        region: usize,
        /// Which corner, from 1.
        corner: usize,
    },
    /// Two edges cross.
    #[error("edges {one} and {other} of region {region} cross; give the corners in order, or draw two regions")]
    Crossing {
        /// Which region, from 1.
        region: usize,
        /// The first edge, from 1.
        one: usize,
        /// The second edge.
        other: usize,
    },
    /// Nothing lies between the corners.
    #[error("region {region} covers nothing; its corners lie on one line or spot")]
    Flat {
        /// Which region, from 1.
        region: usize,
    },
}

impl RegionError {
    /// The stable code of this fault.
    pub const CODE: Code = Code(221);
}

/// A place in a picture, relative to its size: (0, 0) is its upper left corner, (1, 1) its lower right one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(from = "[f64; 2]", into = "[f64; 2]")]
pub struct Point {
    /// From the left edge, 0 to 1 of the width.
    pub x: f64,
    /// From the upper edge, 0 to 1 of the height.
    pub y: f64,
}

impl From<[f64; 2]> for Point {
    fn from([x, y]: [f64; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f64; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// A simple polygon of 3 to 64 corners inside the picture, as `[[x, y], …]`; its last corner joins its first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Point>", into = "Vec<Point>")]
pub struct Region(Arc<[Point]>);

// No corner is a NaN, so equality is one.
impl Eq for Region {}

impl Region {
    /// Checks the corners.
    ///
    /// # Errors
    /// When there are too few or too many, one lies outside the picture, edges cross, or nothing lies between them.
    pub fn new(corners: Vec<Point>) -> Result<Self, RegionError> {
        Self::numbered(1, corners)
    }

    fn numbered(region: usize, corners: Vec<Point>) -> Result<Self, RegionError> {
        if !(3..=MAX_CORNERS).contains(&corners.len()) {
            return Err(RegionError::Corners { region, corners: corners.len() });
        }
        let inside = |value: f64| (0.0..=1.0).contains(&value);
        if let Some(at) = corners.iter().position(|corner| !inside(corner.x) || !inside(corner.y)) {
            return Err(RegionError::Outside { region, corner: at + 1 });
        }
        if let Some((one, other)) = crossing(&corners) {
            return Err(RegionError::Crossing { region, one, other });
        }
        if area(&corners) < MIN_AREA {
            return Err(RegionError::Flat { region });
        }
        Ok(Self(corners.into()))
    }

    /// Its corners, in order.
    pub fn corners(&self) -> &[Point] {
        &self.0
    }
}

impl TryFrom<Vec<Point>> for Region {
    type Error = RegionError;

    fn try_from(corners: Vec<Point>) -> Result<Self, RegionError> {
        Self::new(corners)
    }
}

impl From<Region> for Vec<Point> {
    fn from(region: Region) -> Self {
        region.0.to_vec()
    }
}

/// What nobody below level `raw` may see of a camera's pictures: up to 32 regions, none by default.
///
/// A clone shares them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Region>", into = "Vec<Region>")]
pub struct Masks(Arc<[Region]>);

impl Masks {
    /// Checks their number.
    ///
    /// # Errors
    /// When there are more than 32.
    pub fn new(regions: Vec<Region>) -> Result<Self, RegionError> {
        if regions.len() > MAX_MASKS {
            return Err(RegionError::TooMany { count: regions.len() });
        }
        Ok(Self(regions.into()))
    }

    /// Reads `[[[x, y], …], …]` as people write it; nothing is no mask.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(text: &str) -> Result<Self, RegionError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let drawn: Vec<Vec<Point>> = serde_json::from_str(text).map_err(|_| RegionError::Form)?;
        let region = |(at, corners)| Region::numbered(at + 1, corners);
        Self::new(drawn.into_iter().enumerate().map(region).collect::<Result<_, _>>()?)
    }

    /// As [`Masks::read`] reads it; empty for no mask.
    pub fn text(&self) -> String {
        // Finite numbers in lists always serialize.
        if self.is_empty() { String::new() } else { serde_json::to_string(self).unwrap_or_default() }
    }

    /// The masked regions.
    pub fn regions(&self) -> &[Region] {
        &self.0
    }

    /// Whether nothing is masked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Masks {
    fn default() -> Self {
        Self(Arc::new([]))
    }
}

impl TryFrom<Vec<Region>> for Masks {
    type Error = RegionError;

    fn try_from(regions: Vec<Region>) -> Result<Self, RegionError> {
        Self::new(regions)
    }
}

impl From<Masks> for Vec<Region> {
    fn from(masks: Masks) -> Self {
        masks.0.to_vec()
    }
}

/// The first two edges that cross, counted from 1; edges that only touch do not. At most 2,016 pairs.
fn crossing(corners: &[Point]) -> Option<(usize, usize)> {
    let edge = |at: usize| (corners[at], corners[(at + 1) % corners.len()]);
    let side = |a: Point, b: Point, p: Point| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x);
    let parts = |(a, b): (Point, Point), (c, d): (Point, Point)| side(a, b, c) * side(a, b, d) < 0.0;
    (0..corners.len())
        .flat_map(|one| (one + 1..corners.len()).map(move |other| (one, other)))
        .find(|&(one, other)| parts(edge(one), edge(other)) && parts(edge(other), edge(one)))
        .map(|(one, other)| (one + 1, other + 1))
}

/// The area as a share of the picture (the surveyor's formula; right because edges do not cross).
fn area(corners: &[Point]) -> f64 {
    let next = corners.iter().cycle().skip(1);
    let twice: f64 = corners.iter().zip(next).map(|(a, b)| a.x * b.y - b.x * a.y).sum();
    twice.abs() / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> String {
        serde_json::from_str::<Region>(json).map_or_else(|error| error.to_string(), |region| format!("{region:?}"))
    }

    #[test]
    fn a_region_reads_back_as_written() {
        let json = "[[0.0,0.25],[1.0,0.25],[0.5,1.0]]";
        let region: Region = serde_json::from_str(json).unwrap();
        assert_eq!(region.corners()[1], Point { x: 1.0, y: 0.25 });
        assert_eq!(serde_json::to_string(&region).unwrap(), json);
        let masks: Masks = serde_json::from_str(&format!("[{json},{json}]")).unwrap();
        assert_eq!(masks.regions(), [region.clone(), region]);
        assert!(serde_json::from_str::<Masks>("[]").unwrap().is_empty());
    }

    #[test]
    fn a_region_outside_its_rules_says_what_to_do() {
        let many: Vec<[f64; 2]> = (0..65).map(|at| [f64::from(at) / 65.0, f64::from(at % 2)]).collect();
        for (json, words) in [
            ("[]", "has 0 corners; draw it with 3 to 64"),
            ("[[0,0],[1,1]]", "has 2 corners"),
            (serde_json::to_string(&many).unwrap().as_str(), "has 65 corners"),
            ("[[0,0],[640,0],[640,360]]", "corner 2 of region 1 lies outside the picture; give shares"),
            ("[[0,0],[1,0],[0.5,-0.01]]", "corner 3 of region 1 lies outside"),
            ("[[0,0],[0.5,0.5],[1,1]]", "covers nothing; its corners lie on one line or spot"),
            ("[[0.3,0.3],[0.3,0.3],[0.3,0.3]]", "covers nothing"),
            ("[[0,0],[1,1],[1,0],[0,1]]", "edges 1 and 3 of region 1 cross; give the corners in order"),
            ("[[0,0],[1,0],[1]]", "invalid length 1"),
            ("[[0,0],[1,0],[1,1,1]]", "trailing characters"),
            ("[[0,0],[1,0],[1e999,1]]", "number out of range"),
            ("{\"x\":0}", "invalid type: map"),
        ] {
            let found = fault(json);
            assert!(found.contains(words), "{json}: {found}");
        }
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let corners = [[0.0, 0.0], [x, 0.5], [1.0, 1.0]].map(Point::from).to_vec();
            assert!(Region::new(corners).is_err(), "{x}");
        }
    }

    #[test]
    fn corners_may_bend_inwards_and_lie_on_the_edge_of_the_picture() {
        for json in [
            "[[0,0],[1,0],[1,1],[0,1]]",
            "[[0,0],[1,0],[1,1],[0.5,0.1],[0,1]]",
            "[[0,0],[1,0],[1,0],[1,1],[0,1],[0,0]]",
        ] {
            assert!(serde_json::from_str::<Region>(json).is_ok(), "{json}");
        }
    }

    #[test]
    fn masks_are_read_as_people_write_them_and_written_back() {
        let text = "[[[0.0,0.0],[0.5,0.0],[0.5,0.3]]]";
        assert_eq!(Masks::read(text).unwrap().text(), text);
        assert_eq!(Masks::read(" ").unwrap().text(), "");
        for (text, words) in [
            ("{}", "it is no list of polygons; write it as"),
            ("[[[0,0],[1,0],[1]]]", "it is no list of polygons"),
            ("[[[0,0],[1,0],[1,1]],[[0,0],[1,1]]]", "region 2 has 2 corners; draw it with 3 to 64"),
        ] {
            let wrong = Masks::read(text).unwrap_err().to_string();
            assert!(wrong.contains(words), "{text}: {wrong}");
        }
    }

    #[test]
    fn a_camera_has_at_most_32_masks() {
        let one = "[[0,0],[1,0],[1,1]]";
        for (count, taken) in [(32, true), (33, false)] {
            let json = format!("[{}]", vec![one; count].join(","));
            let read = serde_json::from_str::<Masks>(&json);
            assert_eq!(read.is_ok(), taken, "{count}: {read:?}");
        }
        let error = Masks::new(vec![serde_json::from_str(one).unwrap(); 40]).unwrap_err();
        assert_eq!(error.to_string(), "it has 40 regions; join them to at most 32");
    }
}
