//! A place on the ground as people write it: latitude and longitude in degrees, WGS 84.

use std::fmt;
use std::str::FromStr;

/// Degrees are kept in millionths: 11 cm of latitude, finer than any phone measures.
const MILLIONTHS: u32 = 1_000_000;

/// Most decimals of a degree.
const MAX_DECIMALS: usize = 6;

/// A position; written and read as `35.581234,118.832345`.
///
/// ```
/// let position: xl_model::position::Position = "35.5810, 118.83".parse()?;
/// assert_eq!(position.to_string(), "35.581,118.83");
/// # Ok::<(), xl_model::position::PositionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Position {
    latitude_millionths: i32,
    longitude_millionths: i32,
}

/// Why a text is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PositionError {
    /// It is not written as one.
    #[error(
        "a position is latitude and longitude in degrees with a comma between, at most 6 decimals: 35.581234,118.832345"
    )]
    Form,
    /// There is no such place.
    #[error("a latitude is from -90 to 90, a longitude from -180 to 180")]
    Range,
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        // A Chinese keyboard types the wide comma.
        let (latitude, longitude) = text.split_once([',', '，']).ok_or(PositionError::Form)?;
        let (latitude, longitude) = (degrees(latitude, 90)?, degrees(longitude, 180)?);
        Ok(Self { latitude_millionths: latitude, longitude_millionths: longitude })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_degrees(f, self.latitude_millionths)?;
        f.write_str(",")?;
        write_degrees(f, self.longitude_millionths)
    }
}

/// Degrees in millionths, between `-most` and `most`.
fn degrees(text: &str, most: u32) -> Result<i32, PositionError> {
    let text = text.trim();
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || decimals.is_some_and(|digits| !is_number(digits) || digits.len() > MAX_DECIMALS) {
        return Err(PositionError::Form);
    }
    // More digits than a number holds are a place that does not exist.
    let whole: u32 = whole.parse().map_err(|_| PositionError::Range)?;
    let decimals = format!("{:0<MAX_DECIMALS$}", decimals.unwrap_or_default());
    let decimals: u32 = decimals.parse().map_err(|_| PositionError::Form)?;
    if whole > most || (whole == most && decimals > 0) {
        return Err(PositionError::Range);
    }
    i32::try_from(whole * MILLIONTHS + decimals).map(|millionths| sign * millionths).map_err(|_| PositionError::Range)
}

fn write_degrees(f: &mut fmt::Formatter<'_>, millionths: i32) -> fmt::Result {
    let sign = if millionths < 0 { "-" } else { "" };
    let (whole, decimals) = (millionths.unsigned_abs() / MILLIONTHS, millionths.unsigned_abs() % MILLIONTHS);
    let text = format!("{sign}{whole}.{decimals:06}");
    f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_read_as_people_write_it_and_written_in_one_form() {
        for (text, written) in [
            ("35.581234,118.832345", "35.581234,118.832345"),
            (" 35.58 , 118.830 ", "35.58,118.83"),
            ("35，118", "35,118"),
            ("-90,-180", "-90,-180"),
            ("90.000000,180.0", "90,180"),
            ("0.000001,-0.000001", "0.000001,-0.000001"),
            ("-0,0", "0,0"),
            ("100.5,0", "refused"),
            ("10,100", "10,100"),
        ] {
            let read = text.parse::<Position>().map_or_else(|_| "refused".to_owned(), |position| position.to_string());
            assert_eq!(read, written, "{text}");
        }
    }

    #[test]
    fn what_is_no_place_is_refused_with_its_reason() {
        for text in [
            "",
            "35.58",
            "35.58 118.83",
            "35.5812345,118.83",
            "35.,118",
            ".5,118",
            "+35,118",
            "1e1,2",
            "a,b",
            "1,2,3",
            "NaN,0",
            "٣٥,118",
        ] {
            assert_eq!(text.parse::<Position>(), Err(PositionError::Form), "{text}");
        }
        for text in ["90.000001,0", "0,180.000001", "-91,0", "0,-181", "99999999999999999999,0"] {
            assert_eq!(text.parse::<Position>(), Err(PositionError::Range), "{text}");
        }
    }
}
