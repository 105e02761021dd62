//! Where a camera stood over a day, as a strip of SVG computed here: no script, no style attribute.

use xl_model::rate::Span;
use xl_model::rate::tally;
use xl_model::status::Interval;
use xl_model::status::TimestampUs;

use crate::console::rows;
use crate::console::text::Words;
use crate::console::time;

/// Units across; a minute of a day each.
const WIDTH: f64 = 1_440.0;

/// Intervals that are drawn, the newest; more could not be told apart.
const MOST_PIECES: usize = 1_440;

/// A strip, and what it amounts to.
pub(crate) struct Strip {
    /// Pieces from left to right.
    pub(crate) pieces: Vec<Piece>,
    /// `90.00 %`: online, of what is known and not worked on.
    pub(crate) online: String,
    /// The share that counts neither for nor against.
    pub(crate) excluded: String,
    /// Its first moment.
    pub(crate) from: String,
    /// The first moment after it.
    pub(crate) to: String,
}

/// One interval of a strip.
pub(crate) struct Piece {
    pub(crate) x: String,
    pub(crate) width: String,
    pub(crate) class: &'static str,
    /// What it was and since when, for whoever points at it.
    pub(crate) title: String,
}

/// Draws intervals, which are in order; nothing where none lies in `span`.
pub(crate) fn strip(words: &Words, intervals: &[Interval], span: Span) -> Option<Strip> {
    let (first, last) = (intervals.first()?, intervals.last()?);
    let enrolled = Span { from_us: first.from_us, to_us: last.to_us.unwrap_or(TimestampUs::MAX) }.meet(span);
    if enrolled.length_us() == 0 {
        return None;
    }
    let x = |at_us: TimestampUs| {
        let past_us = at_us.clamp(span.from_us, span.to_us) - span.from_us;
        past_us as f64 / span.length_us() as f64 * WIDTH
    };
    let newest = &intervals[intervals.len().saturating_sub(MOST_PIECES)..];
    let pieces = newest.iter().map(|interval| {
        let (from, to) = (x(interval.from_us), x(interval.to_us.unwrap_or(span.to_us)));
        let (label, class) = rows::level(words, interval.level);
        let since = time::second(interval.from_us.div_euclid(1_000));
        Piece {
            x: format!("{from:.1}"),
            // Whatever happened is seen.
            width: format!("{:.1}", (to - from).max(1.0).min(WIDTH - from)),
            class,
            title: format!("{label} · {} · {since}", interval.reason),
        }
    });
    let figures = tally(intervals, enrolled);
    Some(Strip {
        pieces: pieces.collect(),
        online: figures.online().to_string(),
        excluded: figures.excluded().to_string(),
        from: time::minute(span.from_us.div_euclid(1_000)),
        to: time::minute(span.to_us.div_euclid(1_000)),
    })
}

#[cfg(test)]
mod tests {
    use xl_model::status::Level;
    use xl_model::status::Reason;

    use super::*;
    use crate::api::language::Language;
    use crate::console::text::words;

    fn interval(level: Level, from_us: i64, to_us: Option<i64>) -> Interval {
        let camera = "371122102/gh-1".parse().unwrap();
        Interval { camera, level, reason: Reason::new("silent"), source: "hub".into(), from_us, to_us }
    }

    #[test]
    fn a_strip_stays_inside_its_frame_and_shows_what_is_short() {
        let span = Span { from_us: 0, to_us: 1_440_000 };
        let intervals = [
            interval(Level::Up, -500, Some(720_000)),
            interval(Level::Down, 720_000, Some(720_001)),
            interval(Level::Unknown, 720_001, Some(1_439_999)),
            interval(Level::Up, 1_439_999, None),
        ];
        let strip = strip(words(Language::English), &intervals, span).unwrap();
        let drawn: Vec<_> = strip.pieces.iter().map(|it| (it.x.as_str(), it.width.as_str(), it.class)).collect();
        let by_hand =
            [("0.0", "720.0", "good"), ("720.0", "1.0", "bad"), ("720.0", "720.0", "off"), ("1440.0", "0.0", "good")];
        assert_eq!(drawn, by_hand);
        assert_eq!((strip.online.as_str(), strip.excluded.as_str()), ("100.00 %", "50.00 %"));
        assert!(strip.pieces[1].title.starts_with("offline · silent · 1970-01-01"), "{}", strip.pieces[1].title);
    }

    #[test]
    fn nothing_is_drawn_where_nothing_is_known() {
        let words = words(Language::English);
        let span = Span { from_us: 0, to_us: 10 };
        assert!(strip(words, &[], span).is_none());
        assert!(strip(words, &[interval(Level::Up, -20, Some(-10))], span).is_none());
        let many: Vec<_> = (0..5_000).map(|n| interval(Level::Up, n, Some(n + 1))).collect();
        let drawn = strip(words, &many, Span { from_us: 0, to_us: 5_000 }).unwrap();
        assert_eq!(drawn.pieces.len(), MOST_PIECES);
    }
}
