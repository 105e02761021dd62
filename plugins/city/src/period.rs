//! Days and months that figures are about.

use xl_plugin::day::Day;

/// A span of whole days in China.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// How key figures name it: `2026-11` or `2026-11-26`.
    pub name: String,
    /// The first day.
    pub from: Day,
    /// The first day after it.
    pub to: Day,
}

impl Period {
    /// One day.
    pub fn day(day: Day) -> Self {
        Self { name: day.to_string(), from: day, to: day.plus(1) }
    }

    /// The month of a day.
    pub fn month_of(day: Day) -> Self {
        Self::month(&day.month()).unwrap_or_else(|| Self::day(day))
    }

    /// A month such as `2026-11`; none where the text is no month.
    pub fn month(name: &str) -> Option<Self> {
        let from: Day = format!("{name}-01").parse().ok()?;
        // The 1st and 31 days are always in the next month, before its 5th.
        let to: Day = format!("{}-01", from.plus(31).month()).parse().ok()?;
        Some(Self { name: name.to_owned(), from, to })
    }

    /// The month before the one that this begins in.
    pub fn month_before(&self) -> Self {
        Self::month_of(Day::at(self.month_start().start_ms() - 1))
    }

    /// The month after the one that this begins in.
    pub fn month_after(&self) -> Self {
        Self::month_of(self.month_start().plus(31))
    }

    /// Its first millisecond.
    pub fn from_ms(&self) -> i64 {
        self.from.start_ms()
    }

    /// The first millisecond after it.
    pub fn to_ms(&self) -> i64 {
        self.to.start_ms()
    }

    fn month_start(&self) -> Day {
        format!("{}-01", self.from.month()).parse().unwrap_or(self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(name: &str) -> Period {
        Period::month(name).unwrap()
    }

    #[test]
    fn a_month_ends_where_the_next_begins() {
        for (name, days) in [("2026-11", 30), ("2026-12", 31), ("2028-02", 29), ("2026-02", 28)] {
            let month = month(name);
            assert_eq!(month.from.until(month.to), days, "{name}");
            assert_eq!(month.month_after().from, month.to);
            assert_eq!(month.month_after().month_before(), month);
        }
        assert_eq!(month("2027-01").month_before().name, "2026-12");
        for text in ["", "2026", "2026-13", "2026-1", "2026-11-01", "x"] {
            assert_eq!(Period::month(text), None, "{text}");
        }
    }
}
