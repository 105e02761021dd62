//! What was found and what was found wrongly, per condition.

use std::collections::BTreeMap;

use super::day::Condition;

/// Counts of one condition.
#[derive(Default)]
struct Row {
    days: u32,
    heaps: u32,
    found: u32,
    wrong: u32,
    minutes: Vec<f32>,
    usable: u32,
    pictures: u32,
}

/// Counts of all conditions.
#[derive(Default)]
pub(crate) struct Tally(BTreeMap<Condition, Row>);

/// What one day brought.
pub(crate) struct DayResult {
    pub(crate) condition: Condition,
    /// When it was worth a look, if ever.
    pub(crate) worth_a_look: Option<f32>,
    /// When a right candidate came.
    pub(crate) found: Option<f32>,
    /// Candidates with nothing there.
    pub(crate) wrong: u32,
    /// Pictures that could be judged.
    pub(crate) usable: u32,
    /// All pictures.
    pub(crate) pictures: u32,
}

impl Tally {
    /// Takes a day.
    pub(crate) fn add(&mut self, day: &DayResult) {
        let row = self.0.entry(day.condition).or_default();
        row.days += 1;
        row.wrong += day.wrong;
        row.usable += day.usable;
        row.pictures += day.pictures;
        if let Some(worth) = day.worth_a_look {
            row.heaps += 1;
            if let Some(found) = day.found {
                row.found += 1;
                row.minutes.push((found - worth) * 60.0);
            }
        }
    }

    /// Adds what others counted.
    pub(crate) fn join(&mut self, other: Self) {
        for (condition, row) in other.0 {
            let all = self.0.entry(condition).or_default();
            all.days += row.days;
            all.heaps += row.heaps;
            all.found += row.found;
            all.wrong += row.wrong;
            all.usable += row.usable;
            all.pictures += row.pictures;
            all.minutes.extend(row.minutes);
        }
    }

    /// Heaps found, heaps, wrong candidates, days.
    pub(crate) fn totals(&self) -> (u32, u32, u32, u32) {
        self.0.values().fold((0, 0, 0, 0), |(found, heaps, wrong, days), row| {
            (found + row.found, heaps + row.heaps, wrong + row.wrong, days + row.days)
        })
    }

    /// Prints the table.
    pub(crate) fn print(&self, method: &str) {
        println!(
            "scenes {method:10} {:12} {:>5} {:>7} {:>12} {:>9} {:>9}",
            "condition", "days", "found", "minutes", "wrong/day", "judged"
        );
        for (condition, row) in &self.0 {
            let name = format!("{condition:?}");
            let found = if row.heaps == 0 { "-".to_owned() } else { format!("{}/{}", row.found, row.heaps) };
            let mut minutes = row.minutes.clone();
            minutes.sort_by(f32::total_cmp);
            let late = minutes.get(minutes.len() / 2).map_or_else(|| "-".to_owned(), |late| format!("{late:.0}"));
            let (wrong, judged) = (f64::from(row.wrong) / f64::from(row.days), row.usable * 100 / row.pictures.max(1));
            println!("scenes {method:10} {name:12} {:>5} {found:>7} {late:>12} {wrong:>9.2} {judged:>8}%", row.days);
        }
    }
}
