//! `kpis`: key figures of the manifest, taken into the run's effects.

use xl_model::effect::Effect;
use xl_model::kpi::Report;
use xl_model::place::code::PlaceCode;

use crate::bindings::xueliang::hub::kpis as wit;
use crate::guest::Guest;
use crate::host::READ_ONLY;

/// About how many bytes a report takes beside its texts.
const ROW_BYTES: usize = 64;

type Answer<T> = Result<T, wit::KpisError>;

impl wit::Host for Guest {
    fn report(&mut self, figure: wit::Figure) -> wasmtime::Result<Answer<()>> {
        self.enter()?;
        let report = match self.reported(figure) {
            Ok(report) => report,
            Err(error) => return Ok(Err(error)),
        };
        let bytes = report.kpi.len() + report.period.as_str().len() + ROW_BYTES;
        self.want(Effect::ReportKpi(report), bytes)?;
        Ok(Ok(()))
    }
}

impl Guest {
    fn reported(&self, figure: wit::Figure) -> Answer<Report> {
        if self.is_read_only() {
            return Err(wit::KpisError::Other(READ_ONLY.to_owned()));
        }
        let Some(entry) = self.manifest.kpis.iter().find(|entry| entry.id == figure.kpi) else {
            return Err(wit::KpisError::Undeclared(figure.kpi.chars().take(64).collect()));
        };
        let period = figure.period.parse().map_err(|error: xl_model::id::IdError| invalid(&error.to_string()))?;
        let township = self.context.module.township.as_str();
        let place = figure.place.as_deref().unwrap_or(township).parse::<PlaceCode>().ok();
        let place = place.filter(|place| place.as_str().starts_with(township));
        let place =
            place.ok_or_else(|| invalid(&format!("place: 12 digits of the township {township} or a village of it")))?;
        let counts = [figure.numerator, figure.denominator];
        if counts.iter().any(|count| !count.is_finite() || *count < 0.0) {
            return Err(invalid("numerator, denominator: finite and not negative"));
        }
        let [numerator, denominator] = counts;
        Ok(Report {
            kpi: figure.kpi,
            version: entry.version,
            period,
            place,
            numerator,
            denominator,
            at_ms: self.now_ms,
        })
    }
}

fn invalid(detail: &str) -> wit::KpisError {
    wit::KpisError::Invalid(detail.to_owned())
}
