//! How pages ask for photos and places, and how key figures are shown.

use xl_plugin::Form;
use xl_plugin::Page;
use xl_plugin::page::Input;
use xl_plugin::page::Kpi;
use xl_plugin::page::Measure;

/// What a field for a photo takes.
pub(crate) fn photo() -> Input {
    Input::Picture { many: false }
}

/// What a field for a place takes.
pub(crate) fn place() -> Input {
    Input::Position
}

/// SHA-256 of the photo in a field.
pub(crate) fn picture(form: &Form, name: &str) -> Option<String> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    form.pictures(name).next().filter(|sha256| sha256.len() == 64 && sha256.bytes().all(is_hex)).map(str::to_owned)
}

/// Latitude and longitude in a field.
pub(crate) fn position(form: &Form, name: &str) -> Option<(f64, f64)> {
    form.position(name).map(|position| (position.latitude, position.longitude))
}

/// Figures that the host computes from what they are made of.
pub(crate) fn figures<'a>(page: Page, figures: impl Iterator<Item = (&'a str, &'a str, (u64, u64))>) -> Page {
    page.kpis(figures.map(|(name, kind, (numerator, denominator))| {
        let measure = match kind {
            "percent" => Measure::Percent,
            "minutes" => Measure::Minutes,
            "ratio" => Measure::Ratio,
            _ => Measure::Count,
        };
        Kpi::new(name, numerator, denominator, measure)
    }))
}
