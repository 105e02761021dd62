//! Which windows are accepted, and what they change.

use super::*;

fn key() -> CameraKey {
    CameraKey { township: "371122102".parse().unwrap(), camera: "gh-1".parse().unwrap() }
}

fn window(from_us: i64, until_us: i64) -> Window {
    Window { camera: key(), from_us, until_us, reason: Reason::new("lens"), person: "li".into(), second: None }
}

fn interval(level: Level, from_us: i64, to_us: Option<i64>) -> Interval {
    Interval { camera: key(), level, reason: Reason::new("x"), source: "probe".into(), from_us, to_us }
}

fn levels(laid: &[Interval]) -> Vec<(Level, i64, Option<i64>)> {
    laid.iter().map(|it| (it.level, it.from_us, it.to_us)).collect()
}

#[test]
fn a_window_needs_a_person_a_reason_and_an_end_within_thirty_days() {
    let now = 100 * HOUR_US;
    let good = window(now, now + HOUR_US);
    assert_eq!(good.check(now), Ok(()));
    assert_eq!(window(now, now + MOST_WINDOW_US).check(now), Ok(()));
    let code = |window: Window| window.check(now).unwrap_err().code().0;
    assert_eq!(code(window(now, now + MOST_WINDOW_US + 1)), 321);
    assert_eq!(code(window(now, now)), 321);
    assert_eq!(code(window(i64::MIN, i64::MAX)), 321);
    assert_eq!(code(Window { person: " ".into(), ..good.clone() }), 322);
    assert_eq!(code(Window { person: "x".repeat(129).into(), ..good.clone() }), 322);
    assert_eq!(code(Window { reason: Reason::new(""), ..good }), 322);
}

#[test]
fn a_window_that_begins_in_the_past_needs_a_second_person() {
    let now = 100 * HOUR_US;
    let past = window(now - HOUR_US, now + HOUR_US);
    assert_eq!(past.check(now), Err(WindowError::Alone));
    assert_eq!(WindowError::Alone.code().0, 323);
    let same = Window { second: Some("li".into()), ..past.clone() };
    assert_eq!(same.check(now), Err(WindowError::Alone));
    let agreed = Window { second: Some("wang".into()), ..past };
    assert_eq!(agreed.check(now), Ok(()));
    assert_eq!(window(now - BACK_DATE_US, now + 1).check(now), Ok(()));
    assert!(matches!(window(now - BACK_DATE_US, now).check(now), Err(WindowError::Times { .. })));
}

#[test]
fn a_window_covers_what_was_seen_and_nothing_else() {
    let seen =
        vec![interval(Level::Up, 0, Some(10)), interval(Level::Down, 10, Some(30)), interval(Level::Up, 30, None)];
    let laid = lay_over(seen.clone(), &[window(5, 20)]);
    assert_eq!(
        levels(&laid),
        [
            (Level::Up, 0, Some(5)),
            (Level::Maintenance, 5, Some(20)),
            (Level::Down, 20, Some(30)),
            (Level::Up, 30, None)
        ]
    );
    assert_eq!((laid[1].reason.as_str(), &*laid[1].source), ("lens", "li"));
    // Overlapping, empty of sense, of another camera, and reaching into the open end.
    let other = Window { camera: CameraKey { camera: "gh-2".parse().unwrap(), ..key() }, ..window(0, 99) };
    let laid = lay_over(seen.clone(), &[window(35, 40), window(25, 36), other]);
    assert_eq!(
        levels(&laid),
        [
            (Level::Up, 0, Some(10)),
            (Level::Down, 10, Some(25)),
            (Level::Maintenance, 25, Some(40)),
            (Level::Up, 40, None)
        ]
    );
    assert_eq!(lay_over(seen.clone(), &[]), seen);
}
