//! Reads what somebody filled in, field by field, and collects every mistake before it answers.

use xl_plugin::Form;
use xl_plugin::FormErrors;
use xl_plugin::Locale;

use crate::ground::Point;
use crate::text::Phrase;
use crate::text::wrong;

/// A form on its way to values.
///
/// A wrong field reads as some harmless value; [`Fields::checked`] then refuses the whole.
#[derive(Debug)]
pub struct Fields {
    form: Form,
    locale: Locale,
    errors: FormErrors,
}

impl Fields {
    /// Starts reading.
    pub fn new(form: Form, locale: Locale) -> Self {
        Self { form, locale, errors: FormErrors::default() }
    }

    /// The viewer's language.
    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// A line of at most `most` characters that must not be empty.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        let value = self.optional_text(name, most);
        self.required(name, value)
    }

    /// A line of at most `most` characters, or nothing.
    pub fn optional_text(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.optional_lines(name, most)?;
        if value.chars().any(char::is_control) {
            self.wrong(name, &wrong::ONE_LINE);
        }
        Some(value)
    }

    /// Lines of at most `most` characters together that must not be empty.
    pub fn lines(&mut self, name: &str, most: usize) -> String {
        let value = self.optional_lines(name, most);
        self.required(name, value)
    }

    /// Lines of at most `most` characters together, or nothing.
    pub fn optional_lines(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.form.text(name).to_owned();
        if value.chars().count() > most {
            self.wrong_with(name, &wrong::TOO_LONG, &[("most", &most.to_string())]);
        }
        (!value.is_empty()).then_some(value)
    }

    /// A whole number from 1 to `most`, or nothing.
    pub fn optional_number(&mut self, name: &str, most: u32) -> Option<u32> {
        let value = self.optional_text(name, 20)?;
        match value.parse::<u32>() {
            Ok(number) if (1..=most).contains(&number) => Some(number),
            _ => {
                self.wrong_with(name, &wrong::NO_NUMBER, &[("least", "1"), ("most", &most.to_string())]);
                Some(1)
            }
        }
    }

    /// One of `choices`, or nothing.
    pub fn optional_choice(&mut self, name: &str, choices: &[&str]) -> Option<String> {
        let value = self.optional_text(name, 64)?;
        if !choices.contains(&value.as_str()) {
            self.wrong(name, &wrong::NO_CHOICE);
        }
        Some(value)
    }

    /// SHA-256 of pictures, at most `most`.
    pub fn pictures(&mut self, name: &str, most: usize) -> Vec<String> {
        let pictures: Vec<String> = self.form.text(name).split_whitespace().map(str::to_owned).collect();
        let is_hash = |text: &String| {
            text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        };
        if pictures.len() > most || !pictures.iter().all(is_hash) {
            self.wrong_with(name, &wrong::NO_PICTURE, &[("most", &most.to_string())]);
        }
        pictures
    }

    /// A position, or nothing.
    pub fn position(&mut self, name: &str) -> Option<Point> {
        let value = self.optional_text(name, 60)?;
        let point = value.parse().ok();
        if point.is_none() {
            self.wrong(name, &wrong::NO_POSITION);
        }
        point
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
    pub fn checked(self) -> Result<(), FormErrors> {
        self.errors.or_else_ok(())
    }

    fn required(&mut self, name: &str, value: Option<String>) -> String {
        if value.is_none() {
            self.wrong(name, &wrong::REQUIRED);
        }
        value.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(values: &[(&str, &str)], locale: Locale) -> Fields {
        Fields::new(values.iter().copied().collect(), locale)
    }

    #[test]
    fn each_wrong_field_is_refused_with_its_own_reason_in_the_viewers_language() {
        let filled = [
            ("title", "  "),
            ("note", "four"),
            ("address", "a\u{7}"),
            ("amount", "0"),
            ("unit", "minutes"),
            ("pictures", "nothing"),
            ("position", "here"),
        ];
        let reasons = |locale| {
            let mut fields = fields(&filled, locale);
            fields.text("title", 40);
            fields.lines("note", 3);
            fields.optional_text("address", 40);
            fields.optional_number("amount", 9);
            fields.optional_choice("unit", &["work-hour"]);
            fields.pictures("pictures", 4);
            fields.position("position");
            fields.optional_text("place", 12);
            fields.checked().unwrap_err().fields
        };
        let (zh, en) = (reasons(Locale::Zh), reasons(Locale::En));
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        assert_eq!(zh.len(), filled.len());
        assert_eq!(zh["amount"], "请填写 1 到 9 的整数。");
        assert_eq!(en["note"], "At most 3 characters.");
        assert_eq!(en["position"], "A position is “latitude,longitude”, such as 35.58,118.83.");
    }

    #[test]
    fn what_is_filled_in_rightly_is_read() {
        let hash = "0".repeat(64);
        let two = format!("{hash} {hash}");
        let mut fields = fields(&[("amount", "4"), ("pictures", &two), ("position", "35.58, 118.83")], Locale::Zh);
        assert_eq!(fields.optional_number("amount", 9), Some(4));
        assert_eq!(fields.pictures("pictures", 4).len(), 2);
        assert_eq!(fields.position("position").map(|point| point.to_string()).as_deref(), Some("35.58,118.83"));
        assert_eq!(fields.optional_choice("unit", &[]), None);
        assert_eq!(fields.checked(), Ok(()));
    }
}
