//! The tables of places that come with this program: those of `config/places`, by county.

const TABLES: [(&str, &str); 1] = [("371122", include_str!("../../../config/places/371122.csv"))];

/// The table of a county by its six digits; nothing where none comes with this program.
pub(super) fn table(county: &str) -> Option<&'static str> {
    TABLES.iter().find(|(code, _)| *code == county).map(|(_, table)| *table)
}
