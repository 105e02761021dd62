//! Points and areas on the ground, WGS 84, and the tiles by which an area is found again.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;

/// Tiles of a degree in each direction: a tile is about 1.1 km high, and 0.9 km wide in Shandong.
const TILES_OF_A_DEGREE: f64 = 100.0;

/// Most corners of an area.
const MOST_CORNERS: usize = 100;

/// Most tiles of an area: some 20 km by 20 km, more than a township.
const MOST_TILES: usize = 400;

/// A point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// The text is no point: `35.58,118.83` is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoPoint;

/// Why a text is no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoArea {
    /// This corner, counted from 1, is no point.
    Corner(usize),
    /// Fewer than 3 corners, or more than 100.
    Corners,
    /// Larger than a township.
    TooLarge,
}

/// An area with straight sides; its last corner joins the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Area(Vec<Point>);

impl Point {
    /// The tile that it lies in.
    pub fn tile(self) -> String {
        tile_key(tile_of(self))
    }
}

impl FromStr for Point {
    type Err = NoPoint;

    fn from_str(text: &str) -> Result<Self, NoPoint> {
        let (latitude, longitude) = text.split_once(',').ok_or(NoPoint)?;
        let degrees = |text: &str, most: f64| {
            let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-');
            text.parse::<f64>().ok().filter(|degrees| plain && degrees.abs() <= most).ok_or(NoPoint)
        };
        Ok(Self { latitude: degrees(latitude.trim(), 90.0)?, longitude: degrees(longitude.trim(), 180.0)? })
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.latitude, self.longitude)
    }
}

impl Area {
    /// Whether the point lies in it. Of two areas that share a side, a point on it lies in exactly one.
    pub fn contains(&self, point: Point) -> bool {
        let mut inside = false;
        for (from, to) in self.sides() {
            if (from.latitude > point.latitude) != (to.latitude > point.latitude) {
                let share = (point.latitude - from.latitude) / (to.latitude - from.latitude);
                if point.longitude < from.longitude + share * (to.longitude - from.longitude) {
                    inside = !inside;
                }
            }
        }
        inside
    }

    /// The middle of its corners: where a map puts its mark.
    pub fn middle(&self) -> Point {
        let count = self.0.len() as f64;
        let sum = |of: fn(&Point) -> f64| self.0.iter().map(of).sum::<f64>();
        // Five decimals are a metre.
        let mean = |sum: f64| (sum / count * 100_000.0).round() / 100_000.0;
        Point { latitude: mean(sum(|corner| corner.latitude)), longitude: mean(sum(|corner| corner.longitude)) }
    }

    /// The tiles that it may reach into: those of the rectangle around it.
    pub fn tiles(&self) -> BTreeSet<String> {
        let (low, high) = self.reach();
        (low.0..=high.0).flat_map(|y| (low.1..=high.1).map(move |x| tile_key((y, x)))).collect()
    }

    fn reach(&self) -> ((i64, i64), (i64, i64)) {
        let tiles = || self.0.iter().copied().map(tile_of);
        let low = tiles().reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))).unwrap_or_default();
        let high = tiles().reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or_default();
        (low, high)
    }

    fn sides(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.0.iter().copied().zip(self.0.iter().copied().cycle().skip(1))
    }
}

impl FromStr for Area {
    type Err = NoArea;

    /// Reads `35.58,118.83; 35.59,118.83; …`; a line break parts corners as well.
    fn from_str(text: &str) -> Result<Self, NoArea> {
        let texts = text.split([';', '；', '\n']).map(str::trim).filter(|text| !text.is_empty());
        let corner = |(at, text): (usize, &str)| text.parse().map_err(|NoPoint| NoArea::Corner(at + 1));
        let mut corners = texts.enumerate().map(corner).collect::<Result<Vec<Point>, _>>()?;
        if corners.len() > 1 && corners.first() == corners.last() {
            corners.pop(); // A ring that was closed by repeating its first corner.
        }
        if !(3..=MOST_CORNERS).contains(&corners.len()) {
            return Err(NoArea::Corners);
        }
        let area = Self(corners);
        let (low, high) = area.reach();
        let tiles = usize::try_from((high.0 - low.0 + 1) * (high.1 - low.1 + 1)).unwrap_or(usize::MAX);
        if tiles > MOST_TILES { Err(NoArea::TooLarge) } else { Ok(area) }
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let corners: Vec<String> = self.0.iter().map(Point::to_string).collect();
        f.write_str(&corners.join("; "))
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|why| serde::de::Error::custom(format_args!("no area: {why:?}")))
    }
}

fn tile_of(point: Point) -> (i64, i64) {
    let step = |degrees: f64| (degrees * TILES_OF_A_DEGREE).floor() as i64;
    (step(point.latitude), step(point.longitude))
}

fn tile_key((y, x): (i64, i64)) -> String {
    format!("{y}/{x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(text: &str) -> Point {
        text.parse().unwrap()
    }

    fn area(text: &str) -> Area {
        text.parse().unwrap()
    }

    #[test]
    fn a_point_lies_in_the_area_around_it_and_not_in_the_notch_of_it() {
        // A U that is open to the north.
        let shape =
            area("35.0,118.0; 35.0,118.3; 35.1,118.3; 35.1,118.2; 35.02,118.2; 35.02,118.1; 35.1,118.1; 35.1,118.0");
        for inside in ["35.01,118.15", "35.09,118.05", "35.09,118.25"] {
            assert!(shape.contains(point(inside)), "{inside}");
        }
        for outside in ["35.09,118.15", "34.99,118.15", "35.05,118.31", "35.2,118.05"] {
            assert!(!shape.contains(point(outside)), "{outside}");
        }
    }

    #[test]
    fn a_point_on_a_shared_side_lies_in_exactly_one_of_the_two() {
        let west = area("35.0,118.0; 35.0,118.1; 35.1,118.1; 35.1,118.0");
        let east = area("35.0,118.1; 35.0,118.2; 35.1,118.2; 35.1,118.1");
        let north = area("35.1,118.0; 35.1,118.1; 35.2,118.1; 35.2,118.0");
        for shared in ["35.05,118.1", "35.0,118.1"] {
            assert_eq!([&west, &east].iter().filter(|area| area.contains(point(shared))).count(), 1, "{shared}");
        }
        assert_eq!([&west, &north].iter().filter(|area| area.contains(point("35.1,118.05"))).count(), 1);
    }

    #[test]
    fn every_point_of_an_area_lies_in_one_of_its_tiles() {
        let shape = area("35.573,118.821; 35.601,118.834; 35.585,118.855");
        let tiles = shape.tiles();
        for step in 0..=100 {
            for across in 0..=100 {
                let here = Point {
                    latitude: 35.57 + f64::from(step) * 0.0004,
                    longitude: 118.82 + f64::from(across) * 0.0004,
                };
                assert!(!shape.contains(here) || tiles.contains(&here.tile()), "{here}");
            }
        }
    }

    #[test]
    fn an_area_reads_back_as_written_and_a_closed_ring_is_opened() {
        let shape = area("35.58,118.83\n35.59,118.83；35.59,118.84; 35.58,118.83");
        assert_eq!(shape.to_string(), "35.58,118.83; 35.59,118.83; 35.59,118.84");
        assert_eq!(area(&shape.to_string()), shape);
        assert_eq!(shape.middle().to_string(), "35.58667,118.83333");
    }

    #[test]
    fn what_is_no_point_or_area_is_refused_with_the_corner() {
        for text in ["", "35", "35,", "91,118", "35,181", "NaN,118", "35,1e2", "35,118,7", "北,东"] {
            assert_eq!(text.parse::<Point>(), Err(NoPoint), "{text}");
        }
        assert_eq!("35,118; 35,x; 36,118".parse::<Area>(), Err(NoArea::Corner(2)));
        assert_eq!("35,118; 35,119".parse::<Area>(), Err(NoArea::Corners));
        assert_eq!("35,118; 35,119; 36,119".parse::<Area>(), Err(NoArea::TooLarge));
    }
}
