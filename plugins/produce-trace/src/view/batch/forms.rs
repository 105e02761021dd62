//! What can be recorded about a batch as it stands.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::day::Day;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;

use super::super::happening;
use crate::batch::Batch;
use crate::batch::State;
use crate::certificate::Basis;
use crate::entry;
use crate::entry::Entry;
use crate::settings::Settings;
use crate::text;
use crate::text::Phrase;
use crate::text::trade;

/// A page under construction.
struct Desk {
    page: Page,
    today: Day,
    locale: Locale,
}

/// Adds the forms that fit the batch's state.
pub(super) fn add(
    page: Page,
    batch: &Batch,
    recorded: &[Entry],
    settings: &Settings,
    today: Day,
    locale: Locale,
) -> Page {
    let mut desk = Desk { page, today, locale };
    if batch.trade.recall.is_none() {
        desk = match batch.state {
            State::Planned => desk.planned(),
            State::Growing => desk.growing(),
            _ => desk.harvested(batch),
        };
        if batch.state.is_harvested() {
            let reason = desk.text("reason", &trade::REASON);
            desk = desk.form("recall", &trade::DO_RECALL, vec![reason]);
        }
    }
    if settings.complaint_matter.is_some() {
        let complaint = Field::new("complaint", trade::COMPLAINT.say(locale), Input::Lines);
        desk = desk.form("complain", &trade::DO_COMPLAIN, vec![complaint]);
    }
    desk.correct(recorded).page
}

impl Desk {
    fn form(mut self, action: &str, title: &Phrase, fields: Vec<Field>) -> Self {
        self.page = self.page.heading(title.say(self.locale)).form(action, text::SAVE.say(self.locale), fields);
        self
    }

    fn text(&self, name: &str, label: &Phrase) -> Field {
        Field::new(name, label.say(self.locale), Input::Text)
    }

    fn number(&self, name: &str, label: &Phrase) -> Field {
        Field::new(name, label.say(self.locale), Input::Number)
    }

    fn day(&self, name: &str, label: &Phrase) -> Field {
        Field::new(name, label.say(self.locale), Input::Date).starts_with(self.today.to_string())
    }

    fn choice<'c>(&self, name: &str, label: &Phrase, options: impl IntoIterator<Item = (&'c str, Phrase)>) -> Field {
        let options = options.into_iter().map(|(value, phrase)| Choice::new(value, phrase.say(self.locale))).collect();
        Field::new(name, label.say(self.locale), Input::Choice { options })
    }

    fn planned(self) -> Self {
        let planted = self.day("planted", &text::PLANTED_ON);
        self.form("plant", &text::PLANT, vec![planted])
    }

    fn growing(self) -> Self {
        let interval = self.number("interval_days", &text::INTERVAL_DAYS).hint(text::INTERVAL_HINT.say(self.locale));
        let used = vec![
            self.text("name", &text::INPUT_NAME),
            self.text("registration", &text::REGISTRATION),
            self.text("source", &text::SOURCE),
            self.text("purpose", &text::PURPOSE),
            self.text("dose", &text::DOSE),
            interval,
            self.day("used", &text::USED_ON),
        ];
        let harvested =
            vec![self.day("harvested", &text::HARVESTED_ON), self.number("quantity_kg", &text::QUANTITY_KG)];
        self.form("use-input", &text::USE_INPUT, used).form("harvest", &text::HARVEST, harvested)
    }

    /// After the harvest: only what the state allows.
    fn harvested(mut self, batch: &Batch) -> Self {
        let state = batch.state;
        let is_certified = batch.trade.certificate.is_some();
        if matches!(state, State::Harvested | State::Tested | State::Certified | State::Packed) {
            self = self.test();
            if batch.trade.passed != Some(false) {
                self = self.certify();
            }
        }
        if is_certified && state == State::Certified {
            let fields = vec![self.day("packed", &trade::DAY), self.text("sscc", &trade::SSCC)];
            self = self.form("pack", &trade::DO_PACK, fields);
        }
        if is_certified && state != State::Sold {
            self = self.leave();
        }
        if state == State::Shipped {
            let day = self.day("received", &trade::DAY);
            self = self.form("receive", &trade::DO_RECEIVE, vec![day]);
        }
        let may_part = matches!(state, State::Harvested | State::Tested | State::Certified | State::Packed);
        if may_part && batch.trade.passed != Some(false) { self.part() } else { self }
    }

    fn test(self) -> Self {
        let fields = vec![
            self.day("tested", &trade::TESTED_ON),
            self.text("laboratory", &trade::LABORATORY),
            self.text("report", &trade::REPORT),
            self.choice("result", &trade::RESULT, [("pass", trade::PASS), ("fail", trade::FAIL)]),
        ];
        self.form("test", &trade::DO_TEST, fields)
    }

    fn certify(self) -> Self {
        let fields = vec![
            self.text("party", &trade::PARTY),
            self.text("contact", &trade::CONTACT).hint(trade::CONTACT_HINT.say(self.locale)),
            self.choice("basis", &trade::BASIS, Basis::CHOICES.map(|(value, basis)| (value, basis.phrase()))),
            self.day("issued", &trade::ISSUED_ON),
        ];
        self.form("certify", &trade::DO_CERTIFY, fields)
    }

    fn leave(self) -> Self {
        let shipped = vec![
            self.day("shipped", &trade::DAY),
            self.text("receiver", &trade::RECEIVER),
            self.text("gln", &trade::GLN).optional(),
            self.text("document", &trade::DOCUMENT),
            self.number("quantity_kg", &trade::AMOUNT_KG),
        ];
        let sold = vec![
            self.day("sold", &trade::DAY),
            self.text("order", &trade::ORDER),
            self.number("quantity_kg", &trade::AMOUNT_KG),
        ];
        self.form("ship", &trade::DO_SHIP, shipped).form("sell", &trade::DO_SELL, sold)
    }

    fn part(self) -> Self {
        let split = vec![self.day("split", &trade::DAY), self.number("quantity_kg", &trade::AMOUNT_KG)];
        let mixed = vec![
            self.day("mixed", &trade::DAY),
            self.number("quantity_kg", &trade::AMOUNT_KG),
            self.text("other", &trade::OTHER_BATCH),
            self.number("other_kg", &trade::OTHER_KG),
        ];
        self.form("split", &trade::DO_SPLIT, split).form("mix", &trade::DO_MIX, mixed)
    }

    /// The records that may be declared wrong.
    fn correct(mut self, recorded: &[Entry]) -> Self {
        let standing = recorded.iter().filter(|entry| entry::fault_of(entry, recorded).is_none());
        let options: Vec<Choice> = standing
            .filter(|entry| !matches!(entry.what, entry::What::Corrected { .. } | entry::What::Recalled { .. }))
            .filter_map(|entry| {
                let label = format!("{} {}", Day::at(entry.time_ms), happening::short(entry, self.locale));
                Some(Choice::new(entry.event.as_ref()?, label))
            })
            .collect();
        if options.is_empty() {
            return self;
        }
        let record = Field::new("record", trade::ENTRY.say(self.locale), Input::Choice { options });
        let reasons = [("incorrect_data", trade::INCORRECT_DATA), ("did_not_occur", trade::DID_NOT_OCCUR)];
        let reason = self.choice("reason", &trade::REASON, reasons);
        let why = trade::CORRECT_WHY.say(self.locale);
        self.page = self.page.heading(trade::DO_CORRECT.say(self.locale)).text(why);
        self.page = self.page.form("correct", text::SAVE.say(self.locale), [record, reason]);
        self
    }
}
