//! The formula, its invariants, and a scripted day whose figures are worked out by hand.

mod day;

use proptest::prelude::*;

use super::*;
use crate::camera::CameraKey;
use crate::rate::area::Area;
use crate::rate::area::Recoded;
use crate::rate::connection::Connected;
use crate::rate::connection::connection;
use crate::rate::roll_up::RollUp;
use crate::status::Reason;

fn area(text: &str) -> Area {
    text.parse().unwrap()
}

/// Intervals at these levels, cut at these moments; the last one is open.
fn history(parts: &[(i64, Level)]) -> Vec<Interval> {
    let ends = parts.iter().skip(1).map(|(from, _)| Some(*from)).chain([None]);
    let interval = |((from_us, level), to_us): (&(i64, Level), Option<i64>)| Interval {
        camera: CameraKey { township: "371122102".parse().unwrap(), camera: "a".parse().unwrap() },
        level: *level,
        reason: Reason::new("x"),
        source: "test".into(),
        from_us: *from_us,
        to_us,
    };
    parts.iter().zip(ends).map(interval).collect()
}

fn span(from_us: i64, to_us: i64) -> Span {
    Span { from_us, to_us }
}

#[test]
fn a_rate_has_two_decimals_and_is_rounded_half_up() {
    for (num, den, text) in [
        (0, 1, "0.00 %"),
        (1, 1, "100.00 %"),
        (1, 3, "33.33 %"),
        (2, 3, "66.67 %"),
        (1, 20_000, "0.01 %"),
        (1, 20_001, "0.00 %"),
        (13_190, 14_656, "90.00 %"),
        (u64::MAX - 1, u64::MAX, "100.00 %"),
    ] {
        assert_eq!(Ratio { num, den }.to_string(), text, "{num} / {den}");
    }
}

#[test]
fn without_data_a_rate_is_neither_nothing_nor_everything() {
    assert_eq!(Ratio { num: 0, den: 0 }.hundredths(), None);
    assert_eq!(Ratio { num: 0, den: 0 }.to_string(), "–");
    let blind = tally(&history(&[(0, Level::Unknown)]), span(0, 10));
    assert_eq!((blind.online().hundredths(), blind.strict().hundredths()), (None, Some(0)));
}

#[test]
fn a_rate_of_which_more_than_a_tenth_was_excluded_is_weak() {
    let figures = |unknown| Figures { up: 900, unknown, ..Figures::default() };
    assert!(!figures(100).is_weak());
    assert!(figures(101).is_weak());
    assert!(!Figures::default().is_weak());
}

#[test]
fn time_without_an_interval_is_unknown() {
    let mut intervals = history(&[(10, Level::Up), (20, Level::Down)]);
    intervals[1].to_us = Some(30);
    let figures = tally(&intervals, span(0, 50));
    assert_eq!(figures, Figures { up: 10, down: 10, unknown: 30, ..Figures::default() });
    assert_eq!(tally(&[], span(0, 5)).unknown, 5);
    assert_eq!(tally(&intervals, span(5, 5)), Figures::default());
    assert_eq!(tally(&intervals, span(9, 3)), Figures::default());
}

#[test]
fn percentages_are_never_averaged() {
    let mut rolled = RollUp::new(Recoded::default());
    rolled.add(&area("371122102201"), None, Figures::of(Level::Down, 100));
    for _ in 0..9 {
        rolled.add(&area("371122102202"), None, Figures::of(Level::Up, 100));
    }
    let rate = |code: &str| rolled.area(&area(code)).online().to_string();
    assert_eq!((rate("371122102201"), rate("371122102202")), ("0.00 %".to_owned(), "100.00 %".to_owned()));
    assert_eq!(rate("371122102"), "90.00 %");
}

#[test]
fn a_village_is_connected_by_one_camera_that_is_up() {
    let mut now = RollUp::new(Recoded::default());
    now.add(&area("371122102201"), None, Figures::of(Level::Up, 1));
    now.add(&area("371122102201"), None, Figures::of(Level::Down, 1));
    now.add(&area("371122102202"), None, Figures::of(Level::AuthFailed, 1));
    now.add(&area("371122102000"), None, Figures::of(Level::Up, 1));
    // The third has no camera at all; the town's own place is no village; the last lies elsewhere.
    let villages = ["371122102201", "371122102202", "371122102203", "371122102000", "371122103201"];
    let villages = villages.iter().map(|code| area(code)).collect();
    let rate = |place: &str, rule| connection(&now, &villages, &area(place), rule);
    assert_eq!(rate("371122102", Connected::default()), Ratio { num: 1, den: 3 });
    assert_eq!(rate("371122", Connected::default()), Ratio { num: 1, den: 4 });
    assert_eq!(rate("371122102", Connected { least_up: 2 }), Ratio { num: 0, den: 3 });
    assert_eq!(rate("371122102", Connected { least_up: 0 }), Ratio { num: 1, den: 3 });
}

fn levels() -> impl Strategy<Value = Level> {
    (0..Level::ALL.len()).prop_map(|index| Level::ALL[index])
}

/// A history that begins at 0.
fn histories() -> impl Strategy<Value = Vec<Interval>> {
    (levels(), proptest::collection::btree_map(1..1_000_i64, levels(), 0..12)).prop_map(|(first, rest)| {
        let parts: Vec<_> = std::iter::once((0, first)).chain(rest).collect();
        history(&parts)
    })
}

/// One of six villages of two towns.
fn places() -> impl Strategy<Value = Area> {
    (2..4_u8, 1..4_u8).prop_map(|(town, village)| area(&format!("37112210{town}20{village}")))
}

proptest! {
    #[test]
    fn all_levels_together_are_the_window(intervals in histories(), from in 0..1_000_i64, length in 0..1_000_i64) {
        let window = span(from, from + length);
        prop_assert_eq!(tally(&intervals, window).enrolled(), window.length_us());
    }

    #[test]
    fn a_window_that_is_split_adds_up(intervals in histories(), cuts in proptest::array::uniform3(0..1_500_i64)) {
        let mut cuts = cuts;
        cuts.sort_unstable();
        let mut sum = tally(&intervals, span(cuts[0], cuts[1]));
        sum += tally(&intervals, span(cuts[1], cuts[2]));
        prop_assert_eq!(sum, tally(&intervals, span(cuts[0], cuts[2])));
    }

    #[test]
    fn what_was_down_and_becomes_unknown_lowers_the_whole_and_not_the_part(intervals in histories(), pick in 0..12_usize) {
        let window = span(0, 1_500);
        let before = tally(&intervals, window);
        let mut changed = intervals.clone();
        let downs: Vec<_> = changed.iter_mut().filter(|it| it.level == Level::Down).collect();
        let count = downs.len();
        if let Some(down) = downs.into_iter().nth(pick % count.max(1)) {
            let length = span(down.from_us, down.to_us.unwrap_or(1_500)).length_us();
            down.level = Level::Unknown;
            let after = tally(&changed, window);
            prop_assert_eq!(after.online().num, before.online().num);
            prop_assert_eq!(after.online().den, before.online().den - length);
            prop_assert_eq!(after.strict(), before.strict());
        }
    }

    #[test]
    fn an_area_is_the_sum_of_the_areas_below_it(
        cameras in proptest::collection::vec((places(), proptest::option::of(0..3_u8), histories()), 0..20),
    ) {
        let mut rolled = RollUp::new(Recoded::default());
        let mut all = Figures::default();
        for (place, owner, intervals) in &cameras {
            let figures = tally(intervals, span(0, 1_200));
            all += figures;
            rolled.add(place, owner.map(|owner| owner.to_string().into()), figures);
        }
        let county = area("371122");
        prop_assert_eq!(rolled.area(&county), all);
        for (parent, figures) in rolled.areas().filter(|(it, _)| it.as_str().len() < 12) {
            let mut sum = Figures::default();
            rolled.below(parent).for_each(|(_, below)| sum += below);
            prop_assert_eq!(sum, figures, "{}", parent);
        }
        let mut owners = Figures::default();
        rolled.owners().for_each(|(_, figures)| owners += figures);
        prop_assert_eq!(owners, all);
    }
}
