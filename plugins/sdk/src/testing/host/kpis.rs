//! Key figures: declared, of a period, inside the township.

use super::with;
use crate::bindings::xueliang::hub::kpis::Figure;
use crate::bindings::xueliang::hub::kpis::KpisError;
use crate::day::Day;

pub(crate) fn report(figure: &Figure) -> Result<(), KpisError> {
    with(|state| {
        state.host_calls += 1;
        super::may_write(state).map_err(KpisError::Other)?;
        if !state.manifest.kpis.iter().any(|known| known.id == figure.kpi) {
            return Err(KpisError::Undeclared(figure.kpi.clone()));
        }
        fits(figure).map_err(|why| KpisError::Invalid(why.to_owned()))?;
        let same = |known: &&mut Figure| {
            (&known.kpi, &known.period, &known.place) == (&figure.kpi, &figure.period, &figure.place)
        };
        match state.kept.kpis.iter_mut().find(same) {
            Some(known) => *known = figure.clone(),
            None => state.kept.kpis.push(figure.clone()),
        }
        Ok(())
    })
}

fn fits(figure: &Figure) -> Result<(), &'static str> {
    let first = match figure.period.len() {
        4 => format!("{}-01-01", figure.period),
        7 => format!("{}-01", figure.period),
        _ => figure.period.clone(),
    };
    if first.parse::<Day>().is_err() {
        return Err("the period is not 2026, 2026-11 or 2026-11-26");
    }
    if figure.place.as_ref().is_some_and(|place| !super::is_inside(place)) {
        return Err("the place lies outside the township");
    }
    let counts = [figure.numerator, figure.denominator];
    if counts.iter().any(|count| !count.is_finite() || *count < 0.0) {
        return Err("a number is negative or not finite");
    }
    Ok(())
}
