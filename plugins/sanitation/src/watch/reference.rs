//! The clean views of one camera that its pictures are held against: some for each hour of the day.
//!
//! A person marks a picture as clean, or the first days give one an hour: those say nothing but "so it looked at first",
//! and a page must say which is which. A picture is compared with the views of its hour and the neighbouring ones that
//! are nearest in light; what differs from all of them differs.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::CHINA_OFFSET_MS;
use xl_plugin::day::Day;

use super::sample::Figures;

/// Views kept for one hour of the day: a sunny one, a cloudy one, one of another season.
pub const AN_HOUR: usize = 3;

/// Views that one picture is compared with: each costs the host two comparisons.
pub const COMPARED: usize = 3;

/// Hours of a day.
const HOURS: u32 = 24;

/// Who says that a view is clean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Nobody: it is how the place looked in the first days.
    Learnt,
    /// A person, by account.
    Marked(String),
}

/// One clean view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Clean {
    /// SHA-256 of the picture.
    pub sha256: String,
    /// When it was taken.
    pub time_ms: i64,
    /// Mean luma.
    pub brightness: f64,
    /// Standard deviation of luma.
    pub contrast: f64,
    /// Who says so.
    pub origin: Origin,
}

/// All clean views of one camera: at most 72.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct References {
    /// The views, in the order they came.
    pub views: Vec<Clean>,
}

/// The hour of the day in China, 0 to 23.
pub fn hour_of(time_ms: i64) -> u32 {
    (time_ms + CHINA_OFFSET_MS).div_euclid(3_600_000).rem_euclid(i64::from(HOURS)) as u32
}

impl Clean {
    /// A view with its figures.
    pub fn new(sha256: &str, time_ms: i64, figures: &Figures, origin: Origin) -> Self {
        Self { sha256: sha256.to_owned(), time_ms, brightness: figures.brightness, contrast: figures.contrast, origin }
    }

    /// How far it is from a picture in time of day and light; 1 is an hour, or light that is e times as strong.
    fn distance(&self, time_ms: i64, figures: &Figures) -> f64 {
        let day_ms = i64::from(HOURS) * 3_600_000;
        let apart_ms = (self.time_ms - time_ms).rem_euclid(day_ms);
        let hours = apart_ms.min(day_ms - apart_ms) as f64 / 3_600_000.0;
        let ratio = |one: f64, other: f64| (one.max(1.0) / other.max(1.0)).ln().abs();
        hours + ratio(self.brightness, figures.brightness) + ratio(self.contrast, figures.contrast)
    }
}

impl References {
    /// The views to compare a picture with, the nearest first: of its hour and the neighbouring ones.
    pub fn nearest(&self, time_ms: i64, figures: &Figures) -> Vec<&Clean> {
        let hour = hour_of(time_ms);
        let near = |view: &&Clean| {
            let apart = (hour_of(view.time_ms) + HOURS - hour) % HOURS;
            apart <= 1 || apart == HOURS - 1
        };
        let mut views: Vec<&Clean> = self.views.iter().filter(near).collect();
        views.sort_by(|one, other| one.distance(time_ms, figures).total_cmp(&other.distance(time_ms, figures)));
        views.truncate(COMPARED);
        views
    }

    /// Adds a view. Where its hour is full, the oldest learnt one goes, else the oldest of all.
    pub fn add(&mut self, view: Clean) {
        if self.views.iter().any(|known| known.sha256 == view.sha256) {
            return;
        }
        let hour = hour_of(view.time_ms);
        let same: Vec<usize> = (0..self.views.len())
            .filter(|at| self.views.get(*at).is_some_and(|v| hour_of(v.time_ms) == hour))
            .collect();
        if same.len() >= AN_HOUR {
            let learnt = same.iter().find(|at| self.views.get(**at).is_some_and(|v| v.origin == Origin::Learnt));
            if let Some(at) = learnt.or(same.first()) {
                self.views.remove(*at);
            }
        }
        self.views.push(view);
    }

    /// Whether the first days still want a view of this hour: fewer days than wanted gave one, and this day none.
    pub fn wants(&self, time_ms: i64, learn_days: u32) -> bool {
        let (hour, day) = (hour_of(time_ms), Day::at(time_ms));
        let same = || self.views.iter().filter(|view| hour_of(view.time_ms) == hour);
        same().count() < (learn_days as usize).min(AN_HOUR) && !same().any(|view| Day::at(view.time_ms) == day)
    }

    /// Forgets a view.
    pub fn drop(&mut self, sha256: &str) {
        self.views.retain(|view| view.sha256 != sha256);
    }

    /// How many views a person marked, and how many were learnt.
    pub fn counts(&self) -> (usize, usize) {
        let learnt = self.views.iter().filter(|view| view.origin == Origin::Learnt).count();
        (self.views.len() - learnt, learnt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: Figures = Figures { brightness: 100.0, contrast: 40.0, sharpness: 500.0, seen_share: 1.0 };

    fn at(day: &str, hour: i64) -> i64 {
        day.parse::<Day>().unwrap().start_ms() + hour * 3_600_000
    }

    fn view(name: &str, day: &str, hour: i64, brightness: f64) -> Clean {
        Clean::new(name, at(day, hour), &Figures { brightness, ..FIGURES }, Origin::Learnt)
    }

    #[test]
    fn a_picture_is_compared_with_views_of_its_hour_that_are_nearest_in_light() {
        let mut views = References::default();
        views.add(view("noon", "2026-11-20", 12, 100.0));
        views.add(view("sunny", "2026-11-20", 9, 160.0));
        views.add(view("cloudy", "2026-11-21", 9, 95.0));
        views.add(view("ten", "2026-11-21", 10, 100.0));
        let names: Vec<&str> =
            views.nearest(at("2026-11-25", 9), &FIGURES).iter().map(|view| view.sha256.as_str()).collect();
        assert_eq!(names, ["cloudy", "sunny", "ten"]);
    }

    #[test]
    fn the_hour_before_and_after_midnight_are_neighbours() {
        let mut views = References::default();
        views.add(view("late", "2026-11-20", 23, 100.0));
        assert_eq!(views.nearest(at("2026-11-25", 0), &FIGURES).len(), 1);
    }

    #[test]
    fn the_first_days_give_one_view_an_hour_and_day_and_then_no_more() {
        let mut views = References::default();
        for day in ["2026-11-20", "2026-11-21", "2026-11-22"] {
            assert!(views.wants(at(day, 9), 3));
            views.add(view(day, day, 9, 100.0));
            assert!(!views.wants(at(day, 9) + 1, 3), "one a day");
        }
        assert!(!views.wants(at("2026-11-23", 9), 3));
        assert!(views.wants(at("2026-11-23", 10), 3), "another hour");
    }

    #[test]
    fn what_a_person_marked_takes_the_place_of_what_was_learnt() {
        let mut views = References::default();
        for day in ["2026-11-20", "2026-11-21", "2026-11-22"] {
            views.add(view(day, day, 9, 100.0));
        }
        let marked = Clean { origin: Origin::Marked("li".to_owned()), ..view("m", "2026-11-23", 9, 90.0) };
        views.add(marked.clone());
        views.add(marked);
        assert_eq!(views.counts(), (1, 2));
        assert!(!views.views.iter().any(|view| view.sha256 == "2026-11-20"), "the oldest learnt one went");
    }
}
