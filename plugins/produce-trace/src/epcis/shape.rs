//! What a checker is made of: objects with known fields, lists, and simple values.

use serde_json::Map;
use serde_json::Value;

use super::fault::Fault;
use super::fault::MOST;
use super::fault::Why;
use super::time;
use super::uri;
use super::words::Vocabulary;

/// Where the check stands, and what it has found.
#[derive(Debug, Default)]
pub(super) struct At {
    path: String,
    pub(super) faults: Vec<Fault>,
}

/// Checks one value.
pub(super) type Rule = fn(&mut At, &Value);

/// Fields by name.
pub(super) type Fields = &'static [(&'static str, Rule)];

/// What an object may hold besides its known fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// Anything.
    Any,
    /// Fields with a namespace, such as `example:field`.
    Named,
    /// Nothing.
    Nothing,
}

impl At {
    /// Notes a fault here.
    pub(super) fn fault(&mut self, why: Why) {
        if self.faults.len() < MOST {
            self.faults.push(Fault { path: self.path.clone(), why });
        }
    }

    /// Notes a fault of a field of this object.
    pub(super) fn fault_of(&mut self, key: &str, why: Why) {
        self.inside(key, |at| at.fault(why));
    }

    /// Goes into a field or an element.
    pub(super) fn inside(&mut self, key: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(&key.replace('~', "~0").replace('/', "~1"));
        check(self);
        self.path.truncate(length);
    }
}

/// An object whose known fields stand in `fields`.
pub(super) fn object<'v>(
    at: &mut At,
    value: &'v Value,
    fields: &[Fields],
    required: &[&str],
    others: Others,
) -> Option<&'v Map<String, Value>> {
    let Value::Object(map) = value else {
        at.fault(Why::NoObject);
        return None;
    };
    for name in required.iter().filter(|name| !map.contains_key(**name)) {
        at.fault_of(name, Why::Missing);
    }
    for (name, value) in map {
        match fields.iter().copied().flatten().find(|(known, _)| known == name) {
            Some((_, rule)) => at.inside(name, |at| rule(at, value)),
            None if others == Others::Any || others == Others::Named && uri::is_uri(name) => {}
            None => at.fault_of(name, Why::Unknown),
        }
    }
    Some(map)
}

/// A list with at least `least` elements.
pub(super) fn list(at: &mut At, value: &Value, least: usize, rule: Rule) {
    let Value::Array(elements) = value else {
        at.fault(Why::NoArray);
        return;
    };
    if elements.len() < least {
        at.fault(Why::Empty);
    }
    for (number, element) in elements.iter().enumerate() {
        at.inside(&number.to_string(), |at| rule(at, element));
    }
}

/// A list in which nothing stands twice.
pub(super) fn set(at: &mut At, value: &Value, least: usize, rule: Rule) {
    list(at, value, least, rule);
    let Value::Array(elements) = value else { return };
    // Texts first: a list of thousands of codes is compared in one pass.
    let mut texts: Vec<(&str, usize)> =
        elements.iter().enumerate().filter_map(|(number, element)| Some((element.as_str()?, number))).collect();
    texts.sort_unstable();
    let twice = texts.windows(2).find_map(|pair| match pair {
        [(first, _), (second, number)] if first == second => Some(*number),
        _ => None,
    });
    let others: Vec<(usize, &Value)> =
        elements.iter().enumerate().filter(|(_, element)| !element.is_string()).take(MOST_COMPARED).collect();
    let twice = twice.or_else(|| {
        others.iter().enumerate().find_map(|(place, (number, element))| {
            others.iter().take(place).any(|(_, before)| same(before, element)).then_some(*number)
        })
    });
    if let Some(number) = twice {
        at.fault_of(&number.to_string(), Why::Twice);
    }
}

/// Most objects of one list that are compared with each other.
const MOST_COMPARED: usize = 1_000;

/// Whether two values are the same by JSON Schema: 1 and 1.0 are.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|found| same(value, found)))
        }
        _ => one == other,
    }
}

fn string<'v>(at: &mut At, value: &'v Value) -> Option<&'v str> {
    let text = value.as_str();
    if text.is_none() {
        at.fault(Why::NoText);
    }
    text
}

fn string_that(at: &mut At, value: &Value, fits: fn(&str) -> bool, why: Why) {
    if string(at, value).is_some_and(|text| !fits(text)) {
        at.fault(why);
    }
}

pub(super) fn text(at: &mut At, value: &Value) {
    string(at, value);
}

pub(super) fn number(at: &mut At, value: &Value) {
    if !value.is_number() {
        at.fault(Why::NoNumber);
    }
}

pub(super) fn truth(at: &mut At, value: &Value) {
    if !value.is_boolean() {
        at.fault(Why::NoTruth);
    }
}

pub(super) fn uri(at: &mut At, value: &Value) {
    string_that(at, value, uri::is_uri, Why::NoUri);
}

pub(super) fn date_time(at: &mut At, value: &Value) {
    string_that(at, value, |text| time::read(text).is_some(), Why::NoTime);
}

pub(super) fn offset(at: &mut At, value: &Value) {
    string_that(at, value, time::is_offset, Why::NoOffset);
}

pub(super) fn hex(at: &mut At, value: &Value) {
    let fits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    string_that(at, value, fits, Why::NoHex);
}

pub(super) fn unit(at: &mut At, value: &Value) {
    let fits = |text: &str| {
        (2..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    string_that(at, value, fits, Why::NoUnit);
}

pub(super) fn version(at: &mut At, value: &Value) {
    let fits =
        |text: &str| text.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    string_that(at, value, fits, Why::NoVersion);
}

/// One of a closed list of words.
pub(super) fn one_of(at: &mut At, value: &Value, words: &'static [&'static str]) {
    if string(at, value).is_some_and(|text| !words.contains(&text)) {
        at.fault(Why::NotOneOf(words));
    }
}

/// A word of the standard, or a URI of one's own.
pub(super) fn word(at: &mut At, value: &Value, vocabulary: &Vocabulary) {
    let Some(text) = string(at, value) else { return };
    if vocabulary.has(text) {
        return;
    }
    if !uri::is_uri(text) {
        at.fault(Why::NoWord);
    } else if vocabulary.reserves(text) {
        at.fault(Why::BareWord);
    }
}
