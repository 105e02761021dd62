//! What happened, in words, as a timeline shows it.

use xl_plugin::Locale;
use xl_plugin::day::Day;
use xl_plugin::page::Origin;
use xl_plugin::page::TimelineEntry;

use super::unit_name;
use crate::batch::Batch;
use crate::entry;
use crate::entry::Entry;
use crate::entry::Fault;
use crate::entry::Input;
use crate::entry::What;
use crate::evidence::Why;
use crate::text;

/// An entry as the timeline shows it, with the batch's records around it: one of them may declare it wrong.
///
/// `public` leaves out where an input was bought and who received or ordered: those may be persons.
pub(super) fn draw(entry: &Entry, all: &[Entry], batch: &Batch, public: bool, locale: Locale) -> TimelineEntry {
    let (mut title, mut texts) = say(entry, batch, public, locale);
    if let Some(fault) = entry::fault_of(entry, all) {
        title.push_str(&text::trade::CORRECTED.fill(locale, &[("reason", fault_name(fault).say(locale))]));
    }
    if entry.origin() == Origin::Recorded && entry.noted_late() {
        texts.push(text::NOTED_LATE.fill(locale, &[("day", &Day::at(entry.noted_ms).to_string())]));
    }
    TimelineEntry {
        time_ms: entry.time_ms,
        title,
        text: (!texts.is_empty()).then(|| texts.join("\n")),
        origin: entry.origin(),
        pictures: Vec::new(),
    }
}

/// Why a record is wrong, in words.
pub(super) fn fault_name(fault: Fault) -> text::Phrase {
    match fault {
        Fault::IncorrectData => text::trade::INCORRECT_DATA,
        Fault::DidNotOccur => text::trade::DID_NOT_OCCUR,
    }
}

/// What an entry is, in a word or two.
pub(super) fn short(entry: &Entry, locale: Locale) -> String {
    let phrase = match &entry.what {
        What::Planted => text::PLANT,
        What::InputUsed(input) => return text::DID_USE.fill(locale, &[("name", &input.name)]),
        What::Harvested { .. } => text::HARVEST,
        What::Tested { .. } => text::trade::DO_TEST,
        What::Certified { .. } => text::trade::CERTIFICATE,
        What::Packed { .. } => text::trade::DO_PACK,
        What::Shipped { .. } => text::trade::DO_SHIP,
        What::Received => text::trade::DO_RECEIVE,
        What::Sold { .. } => text::trade::DO_SELL,
        What::Formed { .. } => text::trade::BACK,
        What::Parted { .. } => text::trade::FORWARD,
        What::Recalled { .. } => text::trade::RECALLS,
        What::Corrected { .. } => text::trade::DO_CORRECT,
        What::Picture { .. } => text::DID_CAPTURE,
    };
    phrase.say(locale).to_owned()
}

/// Title and further lines.
fn say(entry: &Entry, batch: &Batch, public: bool, locale: Locale) -> (String, Vec<String>) {
    let trade = |phrase: &text::Phrase, words: &[(&str, &str)]| phrase.fill(locale, words);
    let unless_public = |line: String| if public { Vec::new() } else { vec![line] };
    match &entry.what {
        What::Planted => {
            let words = [("quantity", &*batch.quantity.to_string()), ("unit", unit_name(batch.unit, locale))];
            (text::DID_PLANT.fill(locale, &words), Vec::new())
        }
        What::InputUsed(input) => (text::DID_USE.fill(locale, &[("name", &input.name)]), use_of(input, public, locale)),
        What::Harvested { quantity_kg } => {
            (text::DID_HARVEST.fill(locale, &[("quantity", &quantity_kg.to_string())]), Vec::new())
        }
        What::Tested { laboratory, report, passed } => {
            let result = if *passed { text::trade::PASS } else { text::trade::FAIL };
            let words = [("laboratory", laboratory.as_str()), ("report", report)];
            (
                trade(&text::trade::DID_TEST, &[("result", result.say(locale))]),
                vec![trade(&text::trade::DID_TEST_TEXT, &words)],
            )
        }
        What::Certified { certificate } => {
            (trade(&text::trade::DID_CERTIFY, &[("certificate", certificate)]), Vec::new())
        }
        What::Packed { sscc } => (trade(&text::trade::DID_PACK, &[("sscc", sscc)]), Vec::new()),
        What::Shipped { receiver, document, quantity_kg } => {
            let words = [("receiver", receiver.as_str()), ("document", document)];
            let title = trade(&text::trade::DID_SHIP, &[("quantity", &quantity_kg.to_string())]);
            (title, unless_public(trade(&text::trade::DID_SHIP_TO, &words)))
        }
        What::Received => (text::trade::DID_RECEIVE.say(locale).to_owned(), Vec::new()),
        What::Sold { order, quantity_kg } => {
            let title = trade(&text::trade::DID_SELL, &[("quantity", &quantity_kg.to_string())]);
            (title, unless_public(trade(&text::trade::DID_SELL_ORDER, &[("order", order)])))
        }
        What::Formed { parents, quantity_kg } => {
            let words = [("parents", parents.join(", ")), ("quantity", quantity_kg.to_string())];
            (trade(&text::trade::DID_FORM, &words.each_ref().map(|(name, value)| (*name, value.as_str()))), Vec::new())
        }
        What::Parted { child, quantity_kg } => {
            let words = [("child", child.as_str()), ("quantity", &*quantity_kg.to_string())];
            (trade(&text::trade::DID_PART, &words), Vec::new())
        }
        What::Recalled { reason } => (trade(&text::trade::DID_RECALL, &[("reason", reason)]), Vec::new()),
        What::Corrected { reason, .. } => {
            let line = fault_name(*reason).say(locale).to_owned();
            (text::trade::DO_CORRECT.say(locale).to_owned(), vec![line])
        }
        What::Picture { why, .. } => {
            let title = match why {
                Why::First => text::DID_CAPTURE_FIRST,
                Why::Interval => text::DID_CAPTURE,
                Why::Last => text::DID_CAPTURE_LAST,
            };
            (title.say(locale).to_owned(), Vec::new())
        }
    }
}

fn use_of(input: &Input, public: bool, locale: Locale) -> Vec<String> {
    let (days, from) = (input.interval_days.to_string(), input.as_use().harvest_from().to_string());
    let words = [
        ("registration", input.registration.as_str()),
        ("purpose", &input.purpose),
        ("dose", &input.dose),
        ("days", &days),
        ("from", &from),
    ];
    let mut lines = vec![text::DID_USE_TEXT.fill(locale, &words)];
    if !public {
        lines.push(text::DID_USE_SOURCE.fill(locale, &[("source", &input.source)]));
    }
    lines
}
