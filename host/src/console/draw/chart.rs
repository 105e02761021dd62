//! A line chart over time as SVG, computed here: no script, no style attribute.

use askama::Template;
use xl_model::block::Point;

use super::Draw;
use crate::console::text::Words;
use crate::console::time;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 240.0;
const LEFT: f64 = 80.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 34.0;

// The vocabulary allows so many; a page cannot make the hub draw more.
const MOST_POINTS: usize = 500;

#[derive(Template)]
#[template(path = "blocks/chart.html")]
struct ChartHtml<'a> {
    words: &'static Words,
    title: &'a str,
    unit: &'a str,
    plot: Option<Plot>,
}

struct Plot {
    width: f64,
    height: f64,
    left: f64,
    left_label: f64,
    right: f64,
    foot: f64,
    rows: Vec<RowTick>,
    columns: Vec<ColumnTick>,
    line: String,
    area: String,
    last_x: String,
    last_y: String,
    least: String,
    most: String,
    latest: String,
}

struct RowTick {
    at: String,
    text_at: String,
    label: String,
}

struct ColumnTick {
    at: String,
    anchor: &'static str,
    label: String,
}

/// Draws a chart.
pub(super) fn html(draw: &Draw<'_>, title: &str, unit: &str, points: &[Point]) -> askama::Result<String> {
    ChartHtml { words: draw.words, title, unit, plot: plot(points) }.render()
}

fn plot(points: &[Point]) -> Option<Plot> {
    // Values beyond this are no reading of a sensor, and their differences would overflow.
    let drawable = |point: &&Point| point.value.abs() < 1e15 && point.time_ms.unsigned_abs() < 1 << 52;
    let points: Vec<&Point> = points.iter().filter(drawable).take(MOST_POINTS).collect();
    let last = points.last()?;
    let values = || points.iter().map(|point| point.value);
    let (least, most) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let from_ms = points.iter().map(|point| point.time_ms).min()?;
    let span_ms = points.iter().map(|point| point.time_ms).max()? - from_ms;

    let size = most.abs().max(least.abs());
    // A level line gets rows about its value; finer ones would say more digits than the reading has.
    let spread = if most - least > size * 1e-4 { most - least } else { (size * 0.02).max(1e-9) };
    let step = nice_step(spread / 4.0);
    let (low, high) =
        ((least / step).floor() * step, ((most / step).ceil() * step).max((least / step).floor() * step + step));
    let x = |time_ms: i64| {
        let share = if span_ms == 0 { 1.0 } else { (time_ms - from_ms) as f64 / span_ms as f64 };
        LEFT + share * (WIDTH - LEFT - RIGHT)
    };
    let y = |value: f64| TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM);

    let mut line = String::new();
    for (n, point) in points.iter().enumerate() {
        line.push_str(&format!("{}{:.1} {:.1}", if n == 0 { "M" } else { "L" }, x(point.time_ms), y(point.value)));
    }
    let floor = HEIGHT - BOTTOM;
    let first_x = points.first().map_or(LEFT, |point| x(point.time_ms));
    let area = format!("{line}L{:.1} {floor:.1}L{first_x:.1} {floor:.1}Z", x(last.time_ms));

    let row_count = ((high - low) / step).round() as usize;
    let rows = (0..=row_count.min(8)).map(|n| {
        let value = low + step * n as f64;
        RowTick {
            at: format!("{:.1}", y(value)),
            text_at: format!("{:.1}", y(value) + 4.0),
            label: figure(value, step),
        }
    });
    let column_count: i64 = if span_ms == 0 { 0 } else { 2 };
    let columns = (0..=column_count).map(|n| {
        let time_ms = from_ms + if column_count == 0 { 0 } else { span_ms * n / column_count };
        let anchor = match n {
            _ if n == column_count => "end",
            0 => "start",
            _ => "middle",
        };
        ColumnTick { at: format!("{:.1}", x(time_ms)), anchor, label: time::axis(time_ms, span_ms) }
    });
    let finest = step / 10.0;
    Some(Plot {
        width: WIDTH,
        height: HEIGHT,
        left: LEFT,
        left_label: LEFT - 8.0,
        right: WIDTH - RIGHT,
        foot: HEIGHT - 8.0,
        rows: rows.collect(),
        columns: columns.collect(),
        last_x: format!("{:.1}", x(last.time_ms)),
        last_y: format!("{:.1}", y(last.value)),
        least: figure(least, finest),
        most: figure(most, finest),
        latest: figure(last.value, finest),
        line,
        area,
    })
}

// The next of 1, 2, 5 times a power of ten.
fn nice_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= rough * 0.999).unwrap_or(10.0);
    factor * power
}

// As many decimals as the step has.
fn figure(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
    let text = format!("{value:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[f64]) -> Vec<Point> {
        (0..).zip(values).map(|(n, value)| Point { time_ms: n * 3_600_000, value: *value }).collect()
    }

    #[test]
    fn a_chart_stays_inside_its_frame_whatever_the_values() {
        let cases: [&[f64]; 8] = [
            &[21.5, 22.0, 19.25],
            &[5.0],
            &[3.0, 3.0, 3.0],
            &[0.0, 0.0],
            &[-40.0, 40.0],
            &[1e14, -1e14],
            &[1e-12, 2e-12],
            &[123_456_789.0, 123_456_789.5],
        ];
        for values in cases {
            let plot = plot(&points(values)).unwrap();
            let numbers = plot.area.split(['M', 'L', 'Z', ' ']).filter(|text| !text.is_empty());
            for number in numbers {
                let number: f64 = number.parse().unwrap();
                assert!((-0.1..=WIDTH + 0.1).contains(&number), "{values:?}: {number} in {}", plot.area);
            }
            assert!((2..=9).contains(&plot.rows.len()), "{values:?}: {} rows", plot.rows.len());
        }
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        assert!(plot(&[]).is_none());
        assert!(plot(&points(&[1e300, f64::NAN, f64::INFINITY])).is_none());
        let mut late = points(&[1.0, 2.0]);
        late[1].time_ms = i64::MIN;
        assert_eq!(plot(&late).unwrap().latest, "1");
    }

    #[test]
    fn a_level_line_has_no_more_digits_than_a_reading() {
        let plot = plot(&points(&[21.161])).unwrap();
        let labels: Vec<&str> = plot.rows.iter().map(|row| row.label.as_str()).collect();
        assert_eq!(labels, ["21", "21.2"]);
    }

    #[test]
    fn figures_have_the_decimals_of_their_step() {
        assert_eq!(figure(21.500_000_1, 0.05), "21.5");
        assert_eq!(figure(-0.000_1, 0.5), "0");
        assert_eq!(figure(1_200.0, 500.0), "1200");
        assert_eq!(nice_step(0.7), 1.0);
        assert_eq!(nice_step(13.0), 20.0);
    }
}
