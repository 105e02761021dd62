//! What all steps of the trade have in common: look the batch up, make the step, keep everything, or say why not.

use serde_json::Value;
use serde_json::json;
use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;

use super::MOST_RECORDED;
use super::Refused;
use super::life;
use crate::batch::Batch;
use crate::batch::State;
use crate::batch::trade::Halt;
use crate::batch::trade::MOST;
use crate::entry::Entry;
use crate::entry::What;
use crate::evidence::Seen;
use crate::journal::make::Maker;
use crate::store;
use crate::text;

/// A batch about to go on.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) key: String,
    pub(super) batch: Batch,
    before: State,
    recorded: usize,
}

impl Step {
    /// Looks the batch up and finds room for one more record.
    pub(super) fn begin(key: &str, locale: Locale) -> Result<Self, Refused> {
        let batch = store::batch(key)?.ok_or(Refused::NotFound)?;
        let recorded = store::recorded(key)?.len();
        if recorded >= MOST_RECORDED {
            let most = MOST_RECORDED.to_string();
            return Err(FormErrors::whole(text::TOO_MANY.fill(locale, &[("most", &most)])).into());
        }
        Ok(Self { key: key.to_owned(), before: batch.state, batch, recorded })
    }

    /// Keeps the batch, its record and its EPCIS event.
    pub(super) fn end(
        self,
        day: Day,
        now_ms: i64,
        what: What,
        make: impl FnOnce(&Maker<'_>, &Batch, i64) -> Value,
    ) -> Result<(), Refused> {
        records::put(store::BATCHES, &self.key, &self.batch)?;
        if self.before != self.batch.state {
            store::count(|totals| totals.moved(self.before, self.batch.state))?;
        }
        let name = format!("step-{:03}", self.recorded);
        let entry = Entry::recorded(&self.key, day, now_ms, what);
        let event = life::with_maker(|maker| make(maker, &self.batch, entry.time_ms))?;
        life::keep(&self.key, &name, entry, event)
    }

    /// The newest picture of that day, if there is one.
    pub(super) fn seen_on(&self, day: Day) -> Result<Vec<Seen>, Refused> {
        let newest = store::newest_captured(&self.key, 1)?;
        Ok(newest.into_iter().filter(|entry| Day::at(entry.time_ms) == day).filter_map(seen).collect())
    }
}

fn seen(entry: Entry) -> Option<Seen> {
    match entry.what {
        What::Picture { sha256, camera, seq, .. } => Some(Seen { sha256, camera, time_ms: entry.time_ms, seq }),
        _ => None,
    }
}

/// Tells the township, by ids and quantities only.
pub(super) fn tell(kind: &str, key: &str, mut data: Value) -> Result<(), Refused> {
    data["batch"] = key.into();
    Ok(Publish::new(kind).subject(key).data(&data).send()?)
}

/// Nothing but the batch.
pub(super) fn nothing_more() -> Value {
    json!({})
}

/// Where a step leads.
pub(super) fn done(key: &str) -> Done {
    Done::to("batch", [("batch", key)])
}

/// Why a step is not made, in words; `field` is where too large a quantity stands.
pub(super) fn halted(halt: Halt, field: &str, locale: Locale) -> FormErrors {
    let whole = |phrase: &text::Phrase| FormErrors::whole(phrase.say(locale));
    match halt {
        Halt::State(state) => {
            let name = text::state(state).say(locale);
            FormErrors::whole(text::WRONG_STATE.fill(locale, &[("state", name)]))
        }
        Halt::Failed => whole(&text::trade::FAILED),
        Halt::NoCertificate => whole(&text::trade::NO_CERTIFICATE),
        Halt::Recalled => whole(&text::trade::IS_RECALLED),
        Halt::TooMany => FormErrors::whole(text::trade::TOO_MANY_PARTS.fill(locale, &[("most", &MOST.to_string())])),
        Halt::TooMuch(left) => {
            let mut errors = FormErrors::default();
            errors.field(field, text::trade::TOO_MUCH.fill(locale, &[("left", &left.to_string())]));
            errors
        }
    }
}
