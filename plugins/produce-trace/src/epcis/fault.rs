//! What is wrong with a document, and where.

use serde::Serialize;
use xl_plugin::Locale;

use crate::text::Phrase;
use crate::text::epcis as text;

/// Most faults that are told: a document that is wrong everywhere fills no answer.
pub const MOST: usize = 20;

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901) of what is wrong, such as `/epcisBody/eventList/0/bizStep`.
    pub path: String,
    /// What is wrong there.
    pub why: Why,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It must be there and is not.
    Missing,
    /// It is no JSON object.
    NoObject,
    /// It is no JSON array.
    NoArray,
    /// It is no string.
    NoText,
    /// It is no number.
    NoNumber,
    /// It is neither true nor false.
    NoTruth,
    /// It is none of what an attribute may be.
    NoAttribute,
    /// It is no absolute URI.
    NoUri,
    /// It is no date-time.
    NoTime,
    /// It is no time zone offset.
    NoOffset,
    /// It is no version such as `2.0`.
    NoVersion,
    /// It is no unit of measure.
    NoUnit,
    /// It is not hexadecimal.
    NoHex,
    /// It is neither a word of the standard nor a URI.
    NoWord,
    /// It is the standard's own word as a URI: the bare word is wanted.
    BareWord,
    /// It is none of these words.
    NotOneOf(&'static [&'static str]),
    /// The standard does not know this field, and it has no namespace.
    Unknown,
    /// It must not stand there at all.
    NotHere,
    /// It is empty.
    Empty,
    /// It stands in the list twice.
    Twice,
    /// The event says about nothing: one of these is needed.
    NoSubject(&'static str),
    /// It is nothing that is read here.
    NotJson,
}

/// A fault as it is answered to a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// JSON pointer.
    pub path: String,
    /// What is wrong, in the reader's language.
    pub reason: String,
}

impl Fault {
    /// What is wrong, in words that name the remedy.
    pub fn say(&self, locale: Locale) -> String {
        let phrase: &Phrase = match &self.why {
            Why::Missing => &text::MISSING,
            Why::NoObject => &text::NO_OBJECT,
            Why::NoArray => &text::NO_ARRAY,
            Why::NoText => &text::NO_TEXT,
            Why::NoNumber => &text::NO_NUMBER,
            Why::NoTruth => &text::NO_TRUTH,
            Why::NoAttribute => &text::NO_ATTRIBUTE,
            Why::NoUri => &text::NO_URI,
            Why::NoTime => &text::NO_TIME,
            Why::NoOffset => &text::NO_OFFSET,
            Why::NoVersion => &text::NO_VERSION,
            Why::NoUnit => &text::NO_UNIT,
            Why::NoHex => &text::NO_HEX,
            Why::NoWord => &text::NO_WORD,
            Why::BareWord => &text::BARE_WORD,
            Why::NotOneOf(words) => return text::NOT_ONE_OF.fill(locale, &[("words", &words.join(", "))]),
            Why::Unknown => &text::UNKNOWN,
            Why::NotHere => &text::NOT_HERE,
            Why::Empty => &text::EMPTY,
            Why::Twice => &text::TWICE,
            Why::NoSubject(fields) => return text::NO_SUBJECT.fill(locale, &[("fields", fields)]),
            Why::NotJson => &text::NOT_JSON,
        };
        phrase.say(locale).to_owned()
    }

    /// It as it is answered to a program.
    pub fn tell(&self, locale: Locale) -> Told {
        let path = if self.path.is_empty() { "/".to_owned() } else { self.path.clone() };
        Told { path, reason: self.say(locale) }
    }
}
