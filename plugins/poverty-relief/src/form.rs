//! Reads what somebody filled in, field by field, and collects every mistake before it answers.

use xl_plugin::Form;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::day::Day;

use crate::scan;
use crate::text;
use crate::text::Phrase;

/// Most characters of a note.
pub const NOTE: usize = 500;

/// A form on its way to values.
///
/// A wrong field reads as some harmless value; [`Fields::checked`] then refuses the whole.
#[derive(Debug)]
pub struct Fields {
    form: Form,
    locale: Locale,
    today: Day,
    errors: FormErrors,
}

impl Fields {
    /// Starts reading; `today` is the last day that may be filled in.
    pub fn new(form: Form, locale: Locale, today: Day) -> Self {
        Self { form, locale, today, errors: FormErrors::default() }
    }

    /// A text of at most `most` characters that must not be empty. Numbers of persons are refused.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        let value = self.optional_text(name, most);
        if value.is_none() {
            self.wrong(name, &text::REQUIRED);
        }
        value.unwrap_or_default()
    }

    /// A text of at most `most` characters, or nothing. Numbers of persons are refused.
    pub fn optional_text(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.form.text(name).to_owned();
        if value.chars().any(char::is_control) {
            self.wrong(name, &text::ONE_LINE);
        }
        self.free(name, value, most)
    }

    /// Lines of at most [`NOTE`] characters that must not be empty. Numbers of persons are refused.
    pub fn note(&mut self, name: &str) -> String {
        let value = self.optional_note(name);
        if value.is_none() {
            self.wrong(name, &text::REQUIRED);
        }
        value.unwrap_or_default()
    }

    /// Lines of at most [`NOTE`] characters, or nothing. Numbers of persons are refused.
    pub fn optional_note(&mut self, name: &str) -> Option<String> {
        let value = self.form.text(name).to_owned();
        if value.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t')) {
            self.wrong(name, &text::NO_CONTROL);
        }
        self.free(name, value, NOTE)
    }

    fn free(&mut self, name: &str, value: String, most: usize) -> Option<String> {
        if value.chars().count() > most {
            self.wrong_with(name, &text::TOO_LONG, &[("most", &most.to_string())]);
        }
        if let Some(leak) = scan::numbers_of_persons(&value).first() {
            let what = text::leak(*leak).say(self.locale);
            self.wrong_with(name, &text::NO_NUMBERS, &[("what", what)]);
        }
        (!value.is_empty()).then_some(value)
    }

    /// A sealed number: digits, blanks and `+`, `-`, of `least` to `most` digits, or nothing. No id number.
    pub fn sealed_number(&mut self, name: &str, least: usize, most: usize) -> Option<String> {
        let value = self.form.text(name).to_owned();
        let digits = value.chars().filter(char::is_ascii_digit).count();
        let plain = value.chars().all(|character| character.is_ascii_digit() || matches!(character, ' ' | '-' | '+'));
        if value.is_empty() {
            return None;
        }
        if !plain || !(least..=most).contains(&digits) {
            let (least, most) = (least.to_string(), most.to_string());
            self.wrong_with(name, &text::NO_SEALED, &[("least", &least), ("most", &most)]);
        } else if digits == 18 || digits == 15 {
            self.wrong(name, &text::NO_ID_NUMBER);
        }
        Some(value)
    }

    /// A day that is not in the future.
    pub fn day(&mut self, name: &str) -> Day {
        let value = self.form.text(name).to_owned();
        match value.parse::<Day>() {
            _ if value.is_empty() => self.wrong(name, &text::REQUIRED),
            Err(_) => self.wrong(name, &text::NO_DAY),
            Ok(day) if day > self.today => {
                self.wrong_with(name, &text::FUTURE, &[("today", &self.today.to_string())]);
            }
            Ok(day) => return day,
        }
        self.today
    }

    /// A whole number between two others.
    pub fn whole(&mut self, name: &str, least: i64, most: i64) -> i64 {
        let value = self.form.text(name).to_owned();
        let plain = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse::<i64>() {
            Ok(number) if plain && (least..=most).contains(&number) => number,
            _ => {
                let (low, high) = (least.to_string(), most.to_string());
                self.wrong_with(name, &text::NO_WHOLE, &[("least", &low), ("most", &high)]);
                least
            }
        }
    }

    /// One of `choices`; the first of them where it is none.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[(&'static str, T)]) -> Option<T> {
        let value = self.form.text(name);
        let chosen = choices.iter().find(|(known, _)| *known == value).map(|(_, choice)| *choice);
        if chosen.is_none() {
            self.wrong(name, if self.form.text(name).is_empty() { &text::REQUIRED } else { &text::NO_CHOICE });
        }
        chosen
    }

    /// Yes or no, which must be said.
    pub fn yes_or_no(&mut self, name: &str) -> bool {
        self.choice(name, &[("yes", true), ("no", false)]).unwrap_or(false)
    }

    /// Whether a box was ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.form.is_checked(name)
    }

    /// Pictures that were attached, which the host has checked; at most four.
    pub fn pictures(&self, name: &str) -> Vec<String> {
        self.form.pictures(name).take(4).map(str::to_owned).collect()
    }

    /// The 12-digit code of a village or community of this township.
    pub fn village(&mut self, name: &str, township: &str) -> String {
        let value = self.form.text(name).to_owned();
        let fits = value.len() == 12
            && value.bytes().all(|byte| byte.is_ascii_digit())
            && value.starts_with(township)
            && !value.ends_with("000");
        if !fits {
            self.wrong_with(name, &text::NO_VILLAGE, &[("township", township)]);
        }
        value
    }

    /// The name of an account: letters, digits, `.`, `-`, `_`, `@`, at most 64.
    pub fn account(&mut self, name: &str) -> String {
        let value = self.form.text(name).to_owned();
        let plain = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '@');
        if value.is_empty() || value.chars().count() > 64 || !value.chars().all(plain) {
            self.wrong(name, &text::NO_ACCOUNT);
        } else if let Some(leak) = scan::numbers_of_persons(&value).first() {
            self.wrong_with(name, &text::NO_NUMBERS, &[("what", text::leak(*leak).say(self.locale))]);
        }
        value
    }

    /// The key of a record.
    pub fn key(&mut self, name: &str) -> String {
        let value = self.form.text(name).to_owned();
        if value.is_empty() || value.len() > 16 || !value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            self.wrong(name, &text::NO_RECORD);
        }
        value
    }

    /// Says that a field is wrong.
    pub fn wrong(&mut self, name: &str, phrase: &Phrase) {
        self.errors.field(name, phrase.say(self.locale));
    }

    /// Says that a field is wrong, with words filled in.
    pub fn wrong_with(&mut self, name: &str, phrase: &Phrase, words: &[(&str, &str)]) {
        self.errors.field(name, phrase.fill(self.locale, words));
    }

    /// Refuses when anything was wrong.
    ///
    /// # Errors
    /// All that was wrong.
    pub fn checked(&mut self) -> Result<(), FormErrors> {
        std::mem::take(&mut self.errors).or_else_ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(values: &[(&str, &str)], locale: Locale) -> Fields {
        Fields::new(values.iter().copied().collect(), locale, "2026-11-26".parse().unwrap())
    }

    #[test]
    fn each_wrong_field_is_refused_with_its_own_reason_in_both_languages() {
        let filled = [
            ("name", "  "),
            ("note", "他的身份证是 371122199001011230"),
            ("bank", "371122199001011230"),
            ("day", "2026-11-27"),
            ("other-day", "2026-02-30"),
            ("yuan", "-5"),
            ("kind", "acres"),
            ("place", "371199102001"),
            ("helper", "zhang san"),
            ("key", "../x"),
            ("phone", "abc"),
        ];
        let reasons = |locale| {
            let mut fields = fields(&filled, locale);
            fields.text("name", 40);
            fields.note("note");
            fields.sealed_number("bank", 10, 30);
            fields.day("day");
            fields.day("other-day");
            fields.whole("yuan", 0, 10);
            fields.choice("kind", &[("a", 1)]);
            fields.village("place", "371122102");
            fields.account("helper");
            fields.key("key");
            fields.sealed_number("phone", 7, 15);
            fields.checked().unwrap_err().fields
        };
        let (zh, en) = (reasons(Locale::Zh), reasons(Locale::En));
        assert_eq!(zh.len(), filled.len());
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        assert!(zh.iter().all(|(name, reason)| !reason.is_empty() && *reason != en[name]));
        assert!(en["note"].contains("id number"), "{}", en["note"]);
    }
}
