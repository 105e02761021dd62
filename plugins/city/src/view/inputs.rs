//! Fields that several forms have.

use xl_plugin::Locale;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;

use crate::matter::Book;
use crate::text::Phrase;
use crate::text::field;
use crate::unit;
use crate::unit::Unit;

/// A line of text.
pub(super) fn line(name: &str, label: &Phrase, locale: Locale) -> Field {
    Field::new(name, label.say(locale), Input::Text)
}

/// Several lines.
pub(super) fn lines(name: &str, label: &Phrase, locale: Locale) -> Field {
    Field::new(name, label.say(locale), Input::Lines)
}

/// Photos, up to four.
pub(super) fn pictures(label: &Phrase, locale: Locale) -> Field {
    Field::new("pictures", label.say(locale), Input::Picture { many: true })
}

/// A position that the telephone can fill in.
pub(super) fn position(locale: Locale) -> Field {
    Field::new("position", field::POSITION.say(locale), Input::Position)
        .optional()
        .hint(field::POSITION_HINT.say(locale))
}

/// A matter of the set in use.
pub(super) fn matter(book: &Book, locale: Locale) -> Field {
    let label = |matter: &crate::matter::Matter| format!("{} {}", matter.code, matter.name(locale));
    let options = book.matters().iter().map(|matter| Choice::new(matter.code.as_ref(), label(matter))).collect();
    Field::new("matter", field::MATTER.say(locale), Input::Choice { options })
}

/// A responsible unit; its id where there are none to choose from.
pub(super) fn unit(label: &Phrase, units: &[Unit], locale: Locale) -> Field {
    if units.is_empty() {
        return line("unit", label, locale).hint(field::UNIT_HINT.say(locale));
    }
    let options = units.iter().map(|unit| Choice::new(&unit.id, unit::name(units, &unit.id, locale))).collect();
    Field::new("unit", label.say(locale), Input::Choice { options })
}

/// One of several words that say themselves; a line of text where there are none to choose from.
pub(super) fn one_of(name: &str, label: &Phrase, words: &[String], locale: Locale) -> Field {
    if words.is_empty() {
        return line(name, label, locale);
    }
    let options = words.iter().map(|word| Choice::new(word, word)).collect();
    Field::new(name, label.say(locale), Input::Choice { options })
}
