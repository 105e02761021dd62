//! Drawn days before drawn cameras, watched as the sanitation plugin watches: how many heaps become candidates, and how many
//! candidates are none. The pictures are invented, the measuring is the hub's own (`xl_media`), the judging the plugin's own
//! (`sanitation::watch`).

mod camera;
mod day;
mod dice;
mod light;
mod street;
mod tally;

use crate::results::Results;
use crate::results::Target;

use camera::Camera;
use camera::Method;
use tally::Tally;

/// The thresholds were tuned on the days of this seed; none of its days count.
const TUNED_ON: u64 = 1;

/// The seeds whose days count.
const SEEDS: [u64; 3] = [2, 3, 4];

/// Cameras of each seed; each sees three days of learning and one of every condition.
const CAMERAS: u64 = 5;

/// Measures recall and false candidates a camera-day, per condition. `SCENES_TUNE=1` shows the days of the tuning seed.
pub(crate) fn measure(results: &mut Results) {
    let tuning = std::env::var_os("SCENES_TUNE").is_some();
    let seeds: &[u64] = if tuning { &[TUNED_ON] } else { &SEEDS };
    let methods: &[Method] = if tuning { &[Method::Clean] } else { &[Method::Clean, Method::Yesterday] };
    for method in methods {
        let mut tally = Tally::default();
        std::thread::scope(|scope| {
            let watched = |seed: u64| {
                let mut tally = Tally::default();
                (0..CAMERAS).for_each(|number| Camera::new(seed, number).watch(*method, &mut tally));
                tally
            };
            let running: Vec<_> = seeds.iter().map(|seed| scope.spawn(move || watched(*seed))).collect();
            running.into_iter().for_each(|one| tally.join(one.join().unwrap()));
        });
        tally.print(method.name());
        if tuning {
            continue;
        }
        let (found, heaps, wrong, days) = tally.totals();
        let name = method.name();
        let note = format!("{found} of {heaps} drawn heaps; {days} camera-days, seeds {SEEDS:?}");
        results.note(
            &format!("scenes_recall_{name}"),
            found as f64 / heaps as f64,
            "share",
            method.recall(),
            None,
            &note,
        );
        let note = format!("{wrong} wrong candidates in {days} drawn camera-days");
        let each = wrong as f64 / days as f64;
        results.note(&format!("scenes_false_a_day_{name}"), each, "a day", Target::AtMost(method.wrong()), None, &note);
    }
}
