//! One day of five cameras in three villages of two towns, through the ladder, with figures worked out by hand.
//!
//! Each camera is heard at every full minute unless the script says otherwise; its interval is 60 s. In minutes:
//!
//! | camera | village      | owner | unknown | maintenance | down | auth-failed | up   |
//! |--------|--------------|-------|---------|-------------|------|-------------|------|
//! | a      | 371122102201 | jia   | 31      |             |      |             | 1409 |
//! | b      | 371122102201 | jia   | 31      |             | 119  |             | 1290 |
//! | c      | 371122102202 | yi    | 31      | 120         | 30   |             | 1259 |
//! | d      | 371122103201 | yi    | 31      |             | 15   |             | 1394 |
//! | e      | 371122103201 |       | 31      |             |      | 60          | 1349 |
//!
//! - all: the hub writes its last heartbeat at 02:00 and starts at 02:30; everybody is heard at 02:31.
//! - b: heard at 06:00, then at 08:00. Down from 06:01: 119 minutes.
//! - c: heard at 10:00, then at 12:30; down from 10:01, but under maintenance from 10:00 to 12:00. Down from 12:00 to 12:30.
//! - d: its Will comes at 15:00, 15:10 and 15:20, it is back after 5 minutes each: six changes, 15 minutes.
//! - e: refuses our password from 16:00 to 17:00. At 20:01 and 20:02 it misses, and is heard at 20:02:59: nothing.

use std::collections::HashMap;
use std::sync::Arc;

use super::*;
use crate::ladder::Ladder;
use crate::ladder::Past;
use crate::ladder::timeline::Steady;
use crate::status::SECOND_US;
use crate::status::evidence::Cadence;
use crate::status::evidence::Enrolment;
use crate::status::evidence::Evidence;
use crate::status::evidence::Said;
use crate::status::maintenance::Window;
use crate::status::maintenance::lay_over;

const MINUTE_US: i64 = 60 * SECOND_US;

/// 2026-11-23T00:00:00 in Shanghai.
const MIDNIGHT_US: i64 = 1_795_363_200_000_000;

const CAMERAS: [(&str, &str, Option<&str>); 5] = [
    ("a", "371122102201", Some("jia")),
    ("b", "371122102201", Some("jia")),
    ("c", "371122102202", Some("yi")),
    ("d", "371122103201", Some("yi")),
    ("e", "371122103201", None),
];

/// Minutes of `hour:minute`.
fn at(hour: i64, minute: i64) -> i64 {
    hour * 60 + minute
}

fn enrolment((camera, place, owner): (&str, &str, Option<&str>)) -> Enrolment {
    Enrolment {
        camera: CameraKey { township: place[..9].parse().unwrap(), camera: camera.parse().unwrap() },
        place: place.into(),
        owner: owner.map(Into::into),
        bridge: None,
        cadence: Cadence::default(),
        sleep: None,
        since_us: MIDNIGHT_US,
    }
}

/// What a camera says at a full minute of the day.
fn script(camera: &str, minute: i64) -> Option<Said> {
    let inside = |from: i64, to: i64| from < minute && minute < to;
    match camera {
        "b" if inside(at(6, 0), at(8, 0)) => None,
        "c" if inside(at(10, 0), at(12, 30)) => None,
        "d" if [at(15, 0), at(15, 10), at(15, 20)].contains(&minute) => Some(Said::Offline),
        "d" if [at(15, 0), at(15, 10), at(15, 20)].iter().any(|off| inside(*off, off + 5)) => None,
        "e" if (at(16, 0)..at(17, 0)).contains(&minute) => Some(Said::AuthFailed),
        "e" if inside(at(20, 0), at(20, 3)) => None,
        _ => Some(Said::Up),
    }
}

#[derive(Default)]
struct County {
    histories: HashMap<CameraKey, Vec<Interval>>,
    flapped: Vec<CameraKey>,
}

impl County {
    fn keep(&mut self, ladder: &mut Ladder) {
        let output = ladder.drain();
        for change in output.changes {
            change.apply(self.histories.entry(change.camera.clone()).or_default());
        }
        self.flapped.extend(output.shown.into_iter().filter(|it| it.is_flapping).map(|it| it.camera));
    }

    fn pass(&mut self, ladder: &mut Ladder, minutes: std::ops::RangeInclusive<i64>) {
        for minute in minutes {
            let us = minute * MINUTE_US;
            ladder.tick(Steady(us), MIDNIGHT_US + us);
            for camera in CAMERAS {
                let key = enrolment(camera).camera;
                let say = |said| Evidence {
                    camera: key.clone(),
                    said,
                    reason: Reason::new("x"),
                    source: "test".into(),
                    promised_us: None,
                    skew_ms: None,
                };
                if let Some(said) = script(camera.0, minute) {
                    ladder.take(say(said), Steady(us));
                }
                if camera.0 == "e" && minute == at(20, 2) {
                    ladder.take(say(Said::Up), Steady(us + 59 * SECOND_US));
                }
            }
            self.keep(ladder);
        }
    }

    /// The day as it was.
    fn live() -> Self {
        let mut county = Self::default();
        let mut ladder = Ladder::new(Steady(0), MIDNIGHT_US);
        CAMERAS.iter().for_each(|camera| ladder.enrol(enrolment(*camera), None));
        county.pass(&mut ladder, 0..=at(2, 0));
        // Killed. The next hub knows the store only.
        let start_us = at(2, 30) * MINUTE_US;
        let mut ladder = Ladder::new(Steady(start_us), MIDNIGHT_US + start_us);
        for camera in CAMERAS {
            let enrolment = enrolment(camera);
            let last = county.histories[&enrolment.camera].last().unwrap().clone();
            let heartbeat_us = MIDNIGHT_US + at(2, 0) * MINUTE_US;
            ladder.enrol(enrolment, Some(&Past { told: last.level, last, heartbeat_us }));
        }
        county.pass(&mut ladder, at(2, 31)..=at(24, 0));
        let window = Window {
            camera: enrolment(CAMERAS[2]).camera,
            from_us: MIDNIGHT_US + at(10, 0) * MINUTE_US,
            until_us: MIDNIGHT_US + at(12, 0) * MINUTE_US,
            reason: Reason::new("lens"),
            person: "li".into(),
            second: None,
        };
        for history in county.histories.values_mut() {
            *history = lay_over(std::mem::take(history), std::slice::from_ref(&window));
        }
        county
    }

    /// The figures of a span of the day, or of a moment.
    fn roll_up(&self, figures: impl Fn(&[Interval]) -> Figures) -> RollUp {
        let mut rolled = RollUp::new(Recoded::default());
        for camera in CAMERAS {
            let enrolment = enrolment(camera);
            let figures = figures(&self.histories[&enrolment.camera]);
            rolled.add(&area(camera.1), enrolment.owner, figures);
        }
        rolled
    }

    fn moment(&self, minute: i64) -> RollUp {
        let at_us = MIDNIGHT_US + minute * MINUTE_US;
        self.roll_up(|history| {
            let now = history.iter().rfind(|interval| interval.from_us <= at_us).unwrap();
            Figures::of(now.level, 1)
        })
    }
}

#[test]
fn a_scripted_day_gives_the_figures_that_were_worked_out_by_hand() {
    let county = County::live();
    let day = Span { from_us: MIDNIGHT_US, to_us: MIDNIGHT_US + 1_440 * MINUTE_US };
    assert_eq!(crate::rate::day::LocalDay::of(MIDNIGHT_US).span(), day);
    let rolled = county.roll_up(|history| tally(history, day));
    let minutes = |figures: Figures| {
        Level::ALL.map(|level| {
            let us = i64::try_from(figures.amount(level)).unwrap();
            assert_eq!(us % MINUTE_US, 0, "exact to the microsecond");
            us / MINUTE_US
        })
    };
    let rates = |figures: Figures| {
        [figures.online(), figures.strict(), figures.reachability(), figures.excluded()].map(|it| it.to_string())
    };
    let place = |code: &str| rolled.area(&area(code));

    // Villages. up, auth-failed, reachable, down, unknown, maintenance.
    assert_eq!(minutes(place("371122102201")), [1_409 + 1_290, 0, 0, 119, 62, 0]);
    // 2699 / 2818, 2699 / 2880, 2699 / 2818, 62 / 2880
    assert_eq!(rates(place("371122102201")), ["95.78 %", "93.72 %", "95.78 %", "2.15 %"]);
    assert_eq!(minutes(place("371122102202")), [1_259, 0, 0, 30, 31, 120]);
    // 1259 / 1289, 1259 / 1440, 1259 / 1289, 151 / 1440: more than a tenth
    assert_eq!(rates(place("371122102202")), ["97.67 %", "87.43 %", "97.67 %", "10.49 %"]);
    assert!(place("371122102202").is_weak() && !place("371122102").is_weak());
    assert_eq!(minutes(place("371122103201")), [1_394 + 1_349, 60, 0, 15, 62, 0]);
    // 2743 / 2818, 2743 / 2880, 2803 / 2818, 62 / 2880
    assert_eq!(rates(place("371122103201")), ["97.34 %", "95.24 %", "99.47 %", "2.15 %"]);

    // Towns: 2699 + 1259 of 2818 + 1289; the other has one village.
    assert_eq!(minutes(place("371122102")), [3_958, 0, 0, 149, 93, 120]);
    assert_eq!(rates(place("371122102")), ["96.37 %", "91.62 %", "96.37 %", "4.93 %"]);
    assert_eq!(place("371122103"), place("371122103201"));

    // The county: 3958 + 2743 of 4107 + 2818; 5 × 1440 = 7200 enrolled.
    assert_eq!(minutes(place("371122")), [6_701, 60, 0, 164, 155, 120]);
    // 6701 / 6925, 6701 / 7200, 6761 / 6925, 275 / 7200
    assert_eq!(rates(place("371122")), ["96.77 %", "93.07 %", "97.63 %", "3.82 %"]);

    // Owners: nobody 1349 / 1409, jia 2699 / 2818, yi 1259 + 1394 of 1289 + 1409.
    let owners: Vec<_> = rolled.owners().map(|(owner, it)| (owner.map(Arc::as_ref), it.online().to_string())).collect();
    let owners: Vec<_> = owners.iter().map(|(owner, rate)| (*owner, rate.as_str())).collect();
    assert_eq!(owners, [(None, "95.74 %"), (Some("jia"), "95.78 %"), (Some("yi"), "98.33 %")]);
}

#[test]
fn moments_of_the_scripted_day_give_instant_and_connection_rates() {
    let county = County::live();
    let villages = CAMERAS.iter().map(|(_, place, _)| area(place)).collect();
    let moment = |hour, minute| {
        let now = county.moment(at(hour, minute));
        let connected = connection(&now, &villages, &area("371122"), Connected::default());
        (now.area(&area("371122")).online().to_string(), connected.to_string())
    };
    // The hub was blind: nothing is known, and no village is connected as far as anybody knows.
    assert_eq!(moment(2, 15), ("–".to_owned(), "0.00 %".to_owned()));
    // b is down: 4 of 5; a keeps its village connected.
    assert_eq!(moment(7, 0), ("80.00 %".to_owned(), "100.00 %".to_owned()));
    // c is worked on: 4 of 4, but its village has nothing else.
    assert_eq!(moment(11, 0), ("100.00 %".to_owned(), "66.67 %".to_owned()));
    // Work is over, c is still off.
    assert_eq!(moment(12, 15), ("80.00 %".to_owned(), "66.67 %".to_owned()));
    assert_eq!(moment(15, 2), ("80.00 %".to_owned(), "100.00 %".to_owned()));
    assert_eq!(county.flapped.first().map(|it| it.camera.as_str()), Some("d"));
    assert!(county.flapped.iter().all(|it| it.camera.as_str() == "d"));
}
