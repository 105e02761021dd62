//! Places as a sketch: where they lie to each other, without tiles of anybody's map.

use askama::Template;
use xl_model::block::Mark;

use super::Draw;
use crate::console::text::Words;

const WIDTH: f64 = 640.0;
const LEAST_HEIGHT: f64 = 200.0;
const MOST_HEIGHT: f64 = 360.0;
const MARGIN: f64 = 44.0;
const METRES_A_DEGREE: f64 = 111_320.0;

// So many numbers can be told apart.
const MOST_MARKS: usize = 200;

#[derive(Template)]
#[template(path = "blocks/map.html")]
struct MapHtml<'a> {
    words: &'static Words,
    sketch: Option<Sketch<'a>>,
}

struct Sketch<'a> {
    width: f64,
    height: String,
    lines: Vec<String>,
    marks: Vec<Spot<'a>>,
    bar: String,
    bar_label: String,
    bar_label_x: f64,
    bar_label_y: String,
    north_x: f64,
}

struct Spot<'a> {
    number: usize,
    x: String,
    y: String,
    label: &'a str,
    coordinates: String,
}

/// Draws a map.
pub(super) fn html(draw: &Draw<'_>, marks: &[Mark]) -> askama::Result<String> {
    MapHtml { words: draw.words, sketch: sketch(marks) }.render()
}

fn sketch(marks: &[Mark]) -> Option<Sketch<'_>> {
    // Mercator's trouble near the poles does not concern a county; what is no coordinate is left out.
    let on_earth = |mark: &&Mark| mark.latitude.abs() <= 85.0 && mark.longitude.abs() <= 180.0;
    let marks: Vec<&Mark> = marks.iter().filter(on_earth).take(MOST_MARKS).collect();
    let bounds = |value: fn(&Mark) -> f64| {
        let values = marks.iter().map(|mark| value(mark));
        values.fold(None, |bounds: Option<(f64, f64)>, value| {
            let (low, high) = bounds.unwrap_or((value, value));
            Some((low.min(value), high.max(value)))
        })
    };
    let (south, north) = bounds(|mark| mark.latitude)?;
    let (west, east) = bounds(|mark| mark.longitude)?;

    // Equirectangular around the middle: true to a thousandth within a county.
    let squeeze = ((south + north) / 2.0).to_radians().cos();
    let metres_wide = ((east - west) * squeeze * METRES_A_DEGREE).max(1.0);
    let metres_high = ((north - south) * METRES_A_DEGREE).max(1.0);
    let inner_width = WIDTH - 2.0 * MARGIN;
    let height = (inner_width * metres_high / metres_wide + 2.0 * MARGIN).clamp(LEAST_HEIGHT, MOST_HEIGHT);
    // A single place, or places a few steps apart, lie in a kilometre of land.
    let pixels_a_metre =
        (inner_width / metres_wide).min((height - 2.0 * MARGIN) / metres_high).min(inner_width / 1_000.0);
    let (middle_x, middle_y) = ((west + east) / 2.0, (south + north) / 2.0);

    let spots = marks.iter().enumerate().map(|(n, mark)| {
        let x = WIDTH / 2.0 + (mark.longitude - middle_x) * squeeze * METRES_A_DEGREE * pixels_a_metre;
        let y = height / 2.0 - (mark.latitude - middle_y) * METRES_A_DEGREE * pixels_a_metre;
        Spot {
            number: n + 1,
            x: format!("{x:.1}"),
            y: format!("{y:.1}"),
            label: &mark.label,
            coordinates: format!("{:.5}, {:.5}", mark.latitude, mark.longitude),
        }
    });
    let (bar_metres, bar_label) = scale(120.0 / pixels_a_metre);
    let bar_end = 16.0 + bar_metres * pixels_a_metre;
    let bar_y = height - 16.0;
    let vertical = (1..8).map(|n| format!("M{:.1} 0V{height:.1}", WIDTH / 8.0 * f64::from(n)));
    let horizontal = (1..4).map(|n| format!("M0 {:.1}H{WIDTH:.1}", height / 4.0 * f64::from(n)));
    Some(Sketch {
        width: WIDTH,
        height: format!("{height:.1}"),
        lines: vertical.chain(horizontal).collect(),
        marks: spots.collect(),
        bar: format!("M16 {:.1}V{bar_y:.1}H{bar_end:.1}V{:.1}", bar_y - 5.0, bar_y - 5.0),
        bar_label,
        bar_label_x: 16.0,
        bar_label_y: format!("{:.1}", bar_y - 9.0),
        north_x: WIDTH - 32.0,
    })
}

// The largest round distance that is not longer than `most`.
fn scale(most_metres: f64) -> (f64, String) {
    let power = 10_f64.powf(most_metres.max(1.0).log10().floor());
    let factor = [5.0, 2.0, 1.0].into_iter().find(|factor| factor * power <= most_metres).unwrap_or(1.0);
    let metres = factor * power;
    let label = if metres >= 1_000.0 { format!("{} km", metres / 1_000.0) } else { format!("{metres} m") };
    (metres, label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(latitude: f64, longitude: f64) -> Mark {
        Mark { label: "m".to_owned(), latitude, longitude }
    }

    #[test]
    fn every_place_lies_inside_the_sketch() {
        for marks in [
            vec![mark(35.58, 118.83)],
            vec![mark(35.58, 118.83), mark(35.58, 118.83)],
            vec![mark(35.1, 118.5), mark(36.0, 119.2), mark(35.5, 118.9)],
            vec![mark(-85.0, -180.0), mark(85.0, 180.0)],
            vec![mark(35.0, 118.0), mark(35.0, 119.0)],
        ] {
            let sketch = sketch(&marks).unwrap();
            let height: f64 = sketch.height.parse().unwrap();
            for spot in &sketch.marks {
                let (x, y): (f64, f64) = (spot.x.parse().unwrap(), spot.y.parse().unwrap());
                assert!((0.0..=WIDTH).contains(&x) && (0.0..=height).contains(&y), "{marks:?}: {x} {y}");
            }
        }
    }

    #[test]
    fn what_is_no_coordinate_is_left_out() {
        assert!(sketch(&[]).is_none());
        assert!(sketch(&[mark(f64::NAN, 0.0), mark(200.0, 0.0)]).is_none());
    }

    #[test]
    fn the_scale_is_a_round_distance() {
        assert_eq!(scale(730.0), (500.0, "500 m".to_owned()));
        assert_eq!(scale(2_400.0), (2_000.0, "2 km".to_owned()));
    }
}
