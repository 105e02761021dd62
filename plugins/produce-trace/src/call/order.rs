//! Takes a shop's order: each line is a sale of a lot. A repeated order number changes nothing.

use serde::Deserialize;
use serde_json::json;
use xl_plugin::CallsError;
use xl_plugin::Error;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::day::Day;
use xl_plugin::records;

use super::refused;
use crate::act;
use crate::form;
use crate::gs1::check;
use crate::order::Line;
use crate::order::Order;
use crate::store;
use crate::text;

/// Most lines of an order.
const MOST_LINES: usize = 100;

/// What a shop sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    order: String,
    lines: Vec<Line>,
}

pub(super) fn take(request: &Request) -> Result<Response, CallsError> {
    let locale = request.language();
    let asked: Asked = request.json()?;
    let mut errors = FormErrors::default();
    if !form::is_document(&asked.order) {
        errors.field("/order", text::trade::NO_NUMBER.say(locale));
    }
    if asked.lines.is_empty() || asked.lines.len() > MOST_LINES {
        errors.field("/lines", text::calls::LINES.fill(locale, &[("most", &MOST_LINES.to_string())]));
    }
    if !errors.is_empty() {
        return Err(refused(errors, locale));
    }
    if records::get::<Order>(store::ORDERS, &asked.order)?.is_some() {
        return Response::json(&json!({ "order": asked.order, "known": true }));
    }
    let mut batches = Vec::new();
    for (number, line) in asked.lines.iter().enumerate() {
        match sell(&asked.order, line, request.now_ms, locale) {
            Ok(batch) => batches.push(batch),
            Err(Unsold::Host(error)) => return Err(error.into()),
            Err(Unsold::Line(field, reason)) => errors.field(&format!("/lines/{number}/{field}"), reason),
        }
    }
    if !errors.is_empty() {
        return Err(refused(errors, locale));
    }
    let order = Order { time: format!("{:013}", request.now_ms.max(0)), lines: asked.lines, batches };
    records::put(store::ORDERS, &asked.order, &order)?;
    store::count(|totals| totals.orders += 1)?;
    Response::json(&json!({ "order": asked.order, "known": false, "batches": order.batches }))
}

/// Why a line is not sold.
enum Unsold {
    /// What is wrong with which field.
    Line(&'static str, String),
    /// The host refused.
    Host(Error),
}

impl From<Error> for Unsold {
    fn from(error: Error) -> Self {
        Self::Host(error)
    }
}

fn sell(order: &str, line: &Line, now_ms: i64, locale: Locale) -> Result<String, Unsold> {
    let wrong = |field, phrase: &text::Phrase| Unsold::Line(field, phrase.say(locale).to_owned());
    let gtin = check::gtin(&line.gtin).ok_or_else(|| wrong("gtin", &text::trade::NO_GTIN))?;
    if !line.quantity_kg.is_positive() {
        return Err(wrong("quantity_kg", &text::NO_AMOUNT));
    }
    let found = match store::batch_named(&format!("{gtin}/{}", line.lot))? {
        // A till that read the code on the product knows the lot of its address.
        None => store::batch_labelled(&gtin, &line.lot)?,
        named => named,
    };
    let (key, _) = found.ok_or_else(|| wrong("lot", &text::trade::NO_BATCH))?;
    act::sale::make(&key, order, line.quantity_kg, Day::at(now_ms), now_ms, locale).map_err(|refused| {
        refused.of_line().map_or_else(Unsold::Host, |(field, reason)| Unsold::Line(field, reason))
    })?;
    Ok(key)
}
