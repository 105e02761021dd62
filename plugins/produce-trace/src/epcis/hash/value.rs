//! Values in their one form: times in UTC, numbers without superfluous digits, GS1 keys as canonical links.

use serde_json::Value;

use super::names::Names;
use crate::epcis::time;
use crate::gs1::canonical;

/// The CBV's old URNs and what is written now.
const URNS: [(&str, &str); 5] = [
    ("urn:epcglobal:cbv:bizstep:", "https://ref.gs1.org/cbv/BizStep-"),
    ("urn:epcglobal:cbv:disp:", "https://ref.gs1.org/cbv/Disp-"),
    ("urn:epcglobal:cbv:btt:", "https://ref.gs1.org/cbv/BTT-"),
    ("urn:epcglobal:cbv:sdt:", "https://ref.gs1.org/cbv/SDT-"),
    ("urn:epcglobal:cbv:er:", "https://ref.gs1.org/cbv/ER-"),
];

/// A simple JSON value as text, with short names in full.
pub(super) fn plain(value: &Value, names: &Names) -> String {
    match value {
        Value::String(text) => names.value(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => "None".to_owned(),
        Value::Array(_) | Value::Object(_) => String::new(),
    }
}

/// A value of a field with this name.
pub(super) fn of_field(name: &str, text: &str) -> String {
    let lower = name.to_lowercase();
    if lower.contains("time") && !lower.contains("offset") {
        time::read(text.trim()).map_or_else(|| text.trim().to_owned(), |at| time::write_utc(at.ms))
    } else {
        other(text)
    }
}

/// Any other value.
pub(super) fn other(text: &str) -> String {
    let text = URNS.iter().fold(text.trim().to_owned(), |text, (urn, uri)| text.replace(urn, uri));
    number(&text).or_else(|| canonical::of(&text)).unwrap_or(text)
}

/// A decimal number without leading and trailing zeros, sign of plus or exponent; `None` when it is none.
fn number(text: &str) -> Option<String> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|value| value.abs() <= 400)?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let are_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()? + i64::from(exponent);
    let digit = |place: i64| {
        usize::try_from(place).ok().and_then(|place| digits.as_bytes().get(place)).map_or('0', |byte| char::from(*byte))
    };
    let whole: String = (0..point.max(1)).map(|place| if point > 0 { digit(place) } else { '0' }).collect();
    let fraction: String = (point..i64::try_from(digits.len()).ok()?).map(digit).collect();
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
    Some(if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_form() {
        for (text, form) in [
            ("200.0", "200"),
            ("0.50", "0.5"),
            ("007", "7"),
            ("+12", "12"),
            ("-0", "0"),
            ("-1.50", "-1.5"),
            ("1e3", "1000"),
            ("1.25E-2", "0.0125"),
            (".5", "0.5"),
            ("5.", "5"),
            ("061414100000102534", "61414100000102534"),
            ("0.0", "0"),
        ] {
            assert_eq!(number(text).as_deref(), Some(form), "{text}");
        }
        for text in ["", ".", "-", "1.2.3", "0x1f", "f0f0", "2025-05-20", "1e", "nan"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn only_fields_of_time_are_brought_to_utc() {
        assert_eq!(of_field("eventTime", "2025-03-01T06:30:00+08:00"), "2025-02-28T22:30:00.000Z");
        assert_eq!(of_field("eventTimeZoneOffset", "+08:00"), "+08:00");
        assert_eq!(other("2025-03-01T06:30:00+08:00"), "2025-03-01T06:30:00+08:00");
    }
}
