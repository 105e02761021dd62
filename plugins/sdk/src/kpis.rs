//! Key figures: numerators and denominators, which the host adds up from villages to the county.
//!
//! A key figure is declared in the manifest:
//!
//! ```toml
//! [[kpis]]
//! id = "on-time-rate"
//! name = { zh = "按期结案率", en = "Closed on time" }
//! as = "percent"                     # percent, count, ratio, minutes, days
//! version = 1                        # raise it when the way of counting changes
//! ```

#[cfg(target_arch = "wasm32")]
use crate::bindings::xueliang::hub::kpis as host;
use crate::error::Error;
#[cfg(not(target_arch = "wasm32"))]
use crate::testing::kpis as host;

pub use crate::bindings::xueliang::hub::kpis::Figure;
pub use crate::bindings::xueliang::hub::kpis::KpisError;

/// Reports a figure; a later report for the same period and place replaces it, and the host keeps the old one.
///
/// ```
/// use xl_plugin::kpis::{self, Figure};
/// # let _hub = xl_plugin::testing::Hub::new(
/// #     r#"kpis = [{ id = "on-time-rate", name = { zh = "率", en = "Rate" }, as = "percent", version = 1 }]"#);
/// kpis::report(&Figure::new("on-time-rate", "2026-11", 737.0, 972.0).at("371122102000"))?;
/// # Ok::<(), xl_plugin::Error>(())
/// ```
///
/// # Errors
/// `Undeclared` when the manifest does not declare it; `Invalid` when the period is neither `2026`, `2026-11` nor
/// `2026-11-26`, the place lies outside the township, or a number is negative or not finite.
pub fn report(figure: &Figure) -> Result<(), Error> {
    host::report(figure).map_err(|answer| Error::Kpis { kpi: figure.kpi.clone(), answer })
}

impl Figure {
    /// A figure of the township: `numerator` out of `denominator`; a denominator of 0 says that there is no data.
    ///
    /// `period` is a year, a month or a day in China: [`crate::day::Day`] names all three.
    pub fn new(kpi: &str, period: &str, numerator: f64, denominator: f64) -> Self {
        Self { kpi: kpi.to_owned(), period: period.to_owned(), place: None, numerator, denominator }
    }

    /// A plain count of the township.
    pub fn count(kpi: &str, period: &str, count: f64) -> Self {
        Self::new(kpi, period, count, 1.0)
    }

    /// At a place inside the township, by its 12-digit code.
    #[must_use]
    pub fn at(mut self, place: &str) -> Self {
        self.place = Some(place.to_owned());
        self
    }
}
