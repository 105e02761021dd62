//! A sale, by a person or by a shop's order.

use serde_json::json;
use xl_plugin::Locale;
use xl_plugin::day::Day;

use super::Refused;
use super::step;
use super::step::Step;
use super::step::halted;
use crate::entry::What;
use crate::figures;
use crate::number::Thousandths;

/// Sells some of a batch.
///
/// # Errors
/// When the batch may not be sold, or not so much of it.
pub(crate) fn make(
    key: &str,
    order: &str,
    quantity_kg: Thousandths,
    day: Day,
    now_ms: i64,
    locale: Locale,
) -> Result<(), Refused> {
    let mut step = Step::begin(key, locale)?;
    step.batch.sell(quantity_kg).map_err(|halt| halted(halt, "quantity_kg", locale))?;
    let what = What::Sold { order: order.to_owned(), quantity_kg };
    figures::add(now_ms, |month| month.sales += 1)?;
    step.end(day, now_ms, what, |maker, batch, at| maker.sold(key, batch, order, quantity_kg, at))?;
    step::tell("trace.batch.sold", key, json!({ "order": order, "quantity_kg": quantity_kg }))
}
