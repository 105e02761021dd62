//! A complaint becomes a case. Who complains is not written down; by a public link he gets a link of his own to see how it goes on.

use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;
use xl_plugin::Done;
use xl_plugin::cases;
use xl_plugin::cases::Draft;
use xl_plugin::links;

use super::Pressed;
use super::Refused;
use super::step;
use crate::figures;
use crate::settings::Settings;
use crate::store;
use crate::text::trade;

/// Most pictures of a complaint.
const MOST_PICTURES: usize = 4;

/// What every key of a complaint's case begins with.
pub(crate) const KEYS: &str = "complaint/";

/// Staff write down what they were told.
pub(super) fn told(pressed: Pressed, key: &str) -> Result<Done, Refused> {
    open(pressed, key)?;
    Ok(step::done(key))
}

/// A buyer complains on the trace page.
pub(super) fn sent(pressed: Pressed, key: &str) -> Result<Done, Refused> {
    let case = open(pressed, key)?;
    // Without a link of his own he is thanked on the page where he is.
    let query = [("case", case.as_str())];
    let own = links::issue("complaint", query);
    Ok(if own.is_ok() { Done::to("complaint", query) } else { Done::to("trace", [("batch", key)]) })
}

fn open(mut pressed: Pressed, key: &str) -> Result<String, Refused> {
    let batch = store::batch(key)?.ok_or(Refused::NotFound)?;
    let matter = Settings::read()?.complaint_matter.ok_or(Refused::NotFound)?;
    let complaint = pressed.fields.lines("complaint", 1_000);
    let pictures = pressed.fields.pictures("pictures", MOST_PICTURES);
    // The page gave the form a number, so that a second press sends no second complaint.
    let token = pressed.fields.optional_text("token", 40).unwrap_or_else(|| pressed.now_ms.to_string());
    pressed.fields.checked()?;
    let name = format!("{KEYS}{key}/{}", fingerprint(&[&token, &complaint, &pictures.join(" ")]));
    if let Some(known) = cases::by_key(&name)? {
        return Ok(known.id);
    }
    let words = [("product", batch.name()), ("batch", key.to_owned())];
    let words = words.each_ref().map(|(name, value)| (*name, value.as_str()));
    let title = trade::COMPLAINT_TITLE.fill(pressed.locale, &words);
    let draft = Draft::new(&name, &matter.set, &matter.code, &title)
        .source("app")
        .description(&complaint)
        .pictures(pictures)
        .data(&json!({ "batch": key }));
    let case = cases::open(&draft)?;
    figures::add(pressed.now_ms, |month| month.complaints += 1)?;
    step::tell("trace.complaint.recorded", key, json!({ "case": case }))?;
    Ok(case)
}

fn fingerprint(parts: &[&str]) -> String {
    let mut whole = Sha256::new();
    for part in parts {
        whole.update((part.len() as u64).to_be_bytes());
        whole.update(part);
    }
    whole.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
