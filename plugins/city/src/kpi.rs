//! The key figures of the evaluation, from the host's counts.

use xl_plugin::cases::Counts;

use crate::matter::Book;
use crate::matter::Kind;
use crate::rate::Rate;

/// The rates of a row, with the manifest's names.
///
/// Rework counts against what was closed, extensions against what was filed.
pub fn rates(figures: &Counts) -> [(&'static str, Rate); 4] {
    [
        ("closing-rate", Rate::new(figures.closed, figures.due)),
        ("on-time-rate", Rate::new(figures.closed_on_time, figures.due)),
        ("rework-rate", Rate::new(figures.reworked, figures.closed)),
        ("extension-rate", Rate::new(figures.extended, figures.filed)),
    ]
}

/// The plain counts of a row, with the manifest's names.
pub fn counts(figures: &Counts) -> [(&'static str, u64); 2] {
    [("filed", figures.filed), ("overdue", figures.overdue_open)]
}

/// The closing rates of events and of components, from rows by matter code. A code that is not in the book any more
/// counts as an event, as nearly all codes are.
pub fn by_kind(rows: &[Counts], book: &Book) -> [(&'static str, Rate); 2] {
    let (mut events, mut components) = (Rate::default(), Rate::default());
    for row in rows {
        let rate = Rate::new(row.closed, row.due);
        match book.get(&row.key).map(|matter| matter.kind) {
            Some(Kind::Component) => components = components + rate,
            Some(Kind::Event) | None => events = events + rate,
        }
    }
    [("event-closing-rate", events), ("component-closing-rate", components)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, closed: u64, due: u64) -> Counts {
        Counts {
            key: key.to_owned(),
            reported: 0,
            filed: 1_000,
            due,
            closed,
            closed_on_time: 737,
            reworked: 1,
            extended: 2,
            overdue_open: 61,
        }
    }

    #[test]
    fn the_rates_of_a_row_are_those_of_the_published_formulas() {
        let row = row("", 911, 972);
        let percent: Vec<_> =
            rates(&row).into_iter().map(|(name, rate)| (name, rate.percent().unwrap_or_default())).collect();
        assert_eq!(
            percent,
            [
                ("closing-rate", "93.72 %".to_owned()),
                ("on-time-rate", "75.82 %".to_owned()),
                ("rework-rate", "0.11 %".to_owned()),
                ("extension-rate", "0.20 %".to_owned()),
            ]
        );
        assert_eq!(counts(&row), [("filed", 1_000), ("overdue", 61)]);
    }

    #[test]
    fn events_and_components_are_counted_apart_and_add_up_to_all() {
        let book = Book::new("platform", &[]);
        let rows = [row("01-10", 900, 950), row("04-09", 2, 6), row("06-06", 9, 16)];
        let [(_, events), (_, components)] = by_kind(&rows, &book);
        assert_eq!((events.percent().as_deref(), components.percent().as_deref()), (Some("94.35 %"), Some("56.25 %")));
        assert_eq!(events + components, Rate::new(911, 972));
    }
}
