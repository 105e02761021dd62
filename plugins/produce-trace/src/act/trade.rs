//! Tested, certified, packed, shipped, received, sold.

use serde_json::json;
use xl_plugin::Done;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use super::sale;
use super::step;
use super::step::Step;
use super::step::halted;
use crate::batch::trade::Receiver;
use crate::certificate::Basis;
use crate::certificate::Certificate;
use crate::entry::What;
use crate::figures;
use crate::gs1::check;
use crate::settings::Settings;
use crate::store;
use crate::text;

pub(super) fn test(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let mut step = Step::begin(key, pressed.locale)?;
    let fields = &mut pressed.fields;
    let day = fields.day("tested");
    let laboratory = fields.text("laboratory", 60);
    let report = fields.document("report");
    let passed = fields.choice("result", &[("pass", true), ("fail", false)]).unwrap_or(false);
    pressed.fields.checked()?;
    step.batch.test(passed).map_err(|halt| halted(halt, "result", pressed.locale))?;
    let what = What::Tested { laboratory, report: report.clone(), passed };
    step.end(day, pressed.now_ms, what, |maker, batch, at| maker.tested(key, batch, &report, passed, at))?;
    step::tell("trace.batch.tested", key, json!({ "passed": passed, "report": report }))?;
    Ok(step::done(key))
}

pub(super) fn certify(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let mut step = Step::begin(key, pressed.locale)?;
    let fields = &mut pressed.fields;
    let certificate = Certificate {
        batch: key.to_owned(),
        product: step.batch.name(),
        quantity_kg: step.batch.left_kg(),
        origin: origin(&step)?,
        party: fields.text("party", 60),
        contact: fields.text("contact", 40),
        basis: fields.choice("basis", &Basis::CHOICES).unwrap_or(Basis::Control),
        issued: fields.day("issued"),
    };
    pressed.fields.checked()?;
    let number = store::next_key(store::CERTIFICATES, 'c')?;
    step.batch.certify(&number).map_err(|halt| halted(halt, "basis", pressed.locale))?;
    records::put(store::CERTIFICATES, &number, &certificate)?;
    let (day, quantity) = (certificate.issued, certificate.quantity_kg);
    let what = What::Certified { certificate: number.clone() };
    step.end(day, pressed.now_ms, what, |maker, batch, at| maker.certified(key, batch, &number, quantity, at))?;
    step::tell("trace.cert.issued", key, json!({ "certificate": number, "quantity_kg": quantity, "issued": day }))?;
    Ok(Done::to("certificate", [("certificate", number.as_str())]))
}

/// The origin down to the township, in words where an admin gave them.
fn origin(step: &Step) -> Result<String, Refused> {
    let site = store::site(&step.batch.site)?.ok_or(Refused::NotFound)?;
    Ok(Settings::read()?.origin.unwrap_or_else(|| site.township().to_owned()))
}

pub(super) fn pack(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let mut step = Step::begin(key, pressed.locale)?;
    let fields = &mut pressed.fields;
    let day = fields.day("packed");
    let sscc = fields.text("sscc", 18);
    if !sscc.is_empty() && !check::is_sscc(&sscc) {
        fields.wrong("sscc", &text::trade::NO_SSCC);
    }
    pressed.fields.checked()?;
    step.batch.pack(&sscc).map_err(|halt| halted(halt, "sscc", pressed.locale))?;
    let seen = step.seen_on(day)?;
    figures::add(pressed.now_ms, |month| month.evidence(!seen.is_empty()))?;
    let what = What::Packed { sscc: sscc.clone() };
    step.end(day, pressed.now_ms, what, |maker, batch, at| maker.packed(key, batch, &sscc, &seen, at))?;
    step::tell("trace.batch.packed", key, json!({ "sscc": sscc }))?;
    Ok(step::done(key))
}

pub(super) fn ship(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let mut step = Step::begin(key, pressed.locale)?;
    let fields = &mut pressed.fields;
    let day = fields.day("shipped");
    let receiver = Receiver {
        name: fields.text("receiver", 60),
        gln: fields.optional_key("gln", check::is_gln, &text::trade::NO_GLN),
        document: fields.document("document"),
        quantity_kg: fields.amount("quantity_kg"),
    };
    pressed.fields.checked()?;
    step.batch.ship(receiver.clone()).map_err(|halt| halted(halt, "quantity_kg", pressed.locale))?;
    let seen = step.seen_on(day)?;
    let is_certified = step.batch.trade.certificate.is_some();
    figures::add(pressed.now_ms, |month| {
        month.evidence(!seen.is_empty());
        month.shipment(is_certified);
    })?;
    let what = What::Shipped {
        receiver: receiver.name.clone(),
        document: receiver.document.clone(),
        quantity_kg: receiver.quantity_kg,
    };
    step.end(day, pressed.now_ms, what, |maker, batch, at| maker.shipped(key, batch, &receiver, &seen, at))?;
    let data = json!({ "document": receiver.document, "quantity_kg": receiver.quantity_kg });
    step::tell("trace.batch.shipped", key, data)?;
    Ok(step::done(key))
}

pub(super) fn receive(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let mut step = Step::begin(key, pressed.locale)?;
    let day = pressed.fields.day("received");
    pressed.fields.checked()?;
    step.batch.receive().map_err(|halt| halted(halt, "received", pressed.locale))?;
    let receiver = step.batch.trade.receivers.last().cloned().ok_or(Refused::NotFound)?;
    step.end(day, pressed.now_ms, What::Received, |maker, batch, at| maker.received(key, batch, &receiver, at))?;
    step::tell("trace.batch.received", key, step::nothing_more())?;
    Ok(step::done(key))
}

pub(super) fn sell(mut pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let day = pressed.fields.day("sold");
    let order = pressed.fields.document("order");
    let quantity_kg = pressed.fields.amount("quantity_kg");
    pressed.fields.checked()?;
    sale::make(key, &order, quantity_kg, day, pressed.now_ms, pressed.locale)?;
    Ok(step::done(key))
}
