//! Facts may overtake each other on their way by up to an interval.

use proptest::prelude::*;

use super::*;

#[test]
fn evidence_that_was_late_takes_a_false_down_back() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.tick(180);
    assert_eq!(bench.shown("a"), (Level::Down, 60));
    bench.tick(185);
    bench.say("a", 130, Said::Up);
    assert_eq!(bench.history("a"), [(Level::Up, 0)]);
    bench.tick(130 + 180);
    assert_eq!(bench.history("a"), [(Level::Up, 0), (Level::Down, 190)]);
}

#[test]
fn a_will_that_was_overtaken_stands_where_it_happened() {
    let mut bench = Bench::new();
    bench.say("a", 0, Said::Up);
    bench.say("a", 30, Said::Up);
    bench.say("a", 20, Said::Offline);
    assert_eq!(bench.history("a"), [(Level::Up, 0), (Level::Down, 20), (Level::Up, 30)]);
}

#[test]
fn what_comes_much_too_late_changes_nothing() {
    let mut bench = Bench::new();
    for s in [0, 50, 100, 150, 200, 250] {
        bench.say("a", s, Said::Up);
    }
    bench.say("a", 20, Said::Offline);
    assert_eq!((bench.history("a"), bench.too_late), (vec![(Level::Up, 0)], 1));
}

#[test]
fn a_flood_of_facts_is_kept_only_as_far_as_it_is_needed() {
    let mut bench = Bench::new();
    for _ in 0..1_000 {
        bench.say("a", 1, Said::Up);
        bench.say("a", 1, Said::AuthFailed);
    }
    bench.tick(10);
    assert!(bench.histories[&key("a")].len() <= 3, "facts of one moment: what speaks for the camera wins");
    assert_eq!(bench.shown("a").0, Level::Up);
}

#[test]
fn what_is_taken_back_lets_the_interval_before_it_go_on() {
    let mut bench = Bench::new();
    for (s, said) in [(0, Said::Up), (1, Said::Blind), (1, Said::Up), (47, Said::Blind), (62, Said::Up), (64, Said::Up)]
    {
        bench.say("a", s, said);
    }
    assert_eq!(bench.history("a"), [(Level::Unknown, 0), (Level::Up, 62)]);
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        6 => Just(Said::Up),
        2 => Just(Said::AuthFailed),
        1 => Just(Said::Reachable),
        1 => Just(Said::Offline),
        1 => Just(Said::Miss),
        1 => Just(Said::Blind),
        1 => Just(Said::Sighted),
    ]
}

/// Facts at seconds of a quarter of an hour, each with its delay, below an interval.
fn facts() -> impl Strategy<Value = Vec<(i64, Said, i64)>> {
    let gaps = proptest::collection::vec((0..150_i64, said(), 0..60_i64), 1..30);
    gaps.prop_map(|gaps| {
        let mut at = 0;
        gaps.into_iter()
            .map(|(gap, said, delay)| {
                at += gap;
                (at, said, delay)
            })
            .collect()
    })
}

fn run(facts: &[(i64, Said, i64)], ticks: &[i64], end: i64) -> Vec<(Level, i64)> {
    let mut bench = Bench::new();
    let mut arrivals: Vec<_> = facts.iter().map(|(at, said, delay)| (at + delay, *at, Some(*said))).collect();
    arrivals.extend(ticks.iter().map(|at| (*at, *at, None)));
    arrivals.sort_by_key(|(arrival, ..)| *arrival);
    for (arrival, at, said) in arrivals {
        match said {
            Some(said) => {
                bench.tick(arrival);
                bench.say("a", at, said);
            }
            None => bench.tick(arrival),
        }
    }
    bench.tick(end);
    assert_eq!(bench.too_late, 0);
    bench.history("a")
}

proptest! {
    #[test]
    fn any_order_of_arrival_within_an_interval_gives_the_same_history(
        facts in facts(),
        ticks in proptest::collection::vec(0..3_000_i64, 0..20),
    ) {
        let end = facts.iter().map(|(at, _, delay)| at + delay).max().unwrap_or(0).max(3_000) + 200;
        let mut prompt = facts.clone();
        prompt.iter_mut().for_each(|(_, _, delay)| *delay = 0);
        // Facts of one moment have an order of their own.
        prompt.sort_by_key(|(at, said, _)| (*at, *said));
        prop_assert_eq!(run(&facts, &ticks, end), run(&prompt, &[], end));
    }
}
