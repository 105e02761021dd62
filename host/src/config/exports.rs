//! `[exports]`: pictures that leave the hub for an office outside.

use super::Section;

/// How pictures are given out.
#[derive(Debug, Clone, PartialEq)]
pub struct Exports {
    /// How long somebody else may agree, in hours.
    pub approve_within_hours: u16,
    /// How long a package can be fetched, in hours.
    pub keep_hours: u16,
    /// Most pictures of one package.
    pub most_pictures: u32,
    /// Most exports that one person asks for within 24 hours.
    pub most_a_day: u32,
}

impl Exports {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let approve_within_hours = section.number("approve_within_hours", 72, 1..=720);
        let keep_hours = section.number("keep_hours", 168, 1..=720);
        let most_pictures = section.number("most_pictures", 2_000, 1..=20_000);
        let most_a_day = section.number("most_a_day", 5, 1..=1_000);
        section.finish();
        Self { approve_within_hours, keep_hours, most_pictures, most_a_day }
    }
}
