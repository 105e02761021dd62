//! Reads what somebody filled in, field by field, and collects every mistake before it answers.

use xl_plugin::Form;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::day::Day;

use crate::gs1::check;
use crate::number::Thousandths;
use crate::text;
use crate::text::Phrase;

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

    /// A text of at most `most` characters that must not be empty.
    pub fn text(&mut self, name: &str, most: usize) -> String {
        let value = self.optional_text(name, most);
        if value.is_none() {
            self.wrong(name, &text::REQUIRED);
        }
        value.unwrap_or_default()
    }

    /// A text of at most `most` characters, or nothing.
    pub fn optional_text(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.form.text(name).to_owned();
        if value.chars().count() > most {
            self.wrong_with(name, &text::TOO_LONG, &[("most", &most.to_string())]);
        } else if value.chars().any(char::is_control) {
            self.wrong(name, &text::ONE_LINE);
        }
        (!value.is_empty()).then_some(value)
    }

    /// A text of at most `most` characters over several lines that must not be empty.
    pub fn lines(&mut self, name: &str, most: usize) -> String {
        let value = self.form.text(name).replace("\r\n", "\n");
        if value.is_empty() {
            self.wrong(name, &text::REQUIRED);
        } else if value.chars().count() > most {
            self.wrong_with(name, &text::TOO_LONG, &[("most", &most.to_string())]);
        } else if value.chars().any(|c| c.is_control() && c != '\n') {
            self.wrong(name, &text::NO_CONTROL);
        }
        value
    }

    /// SHA-256 of pictures, at most `most`.
    pub fn pictures(&mut self, name: &str, most: usize) -> Vec<String> {
        let pictures: Vec<String> = self.form.pictures(name).map(str::to_owned).collect();
        if pictures.len() > most {
            self.wrong_with(name, &text::TOO_MANY_PICTURES, &[("most", &most.to_string())]);
        }
        pictures
    }

    /// A day that is not in the future.
    pub fn day(&mut self, name: &str) -> Day {
        let day = self.optional_day(name);
        if day.is_none() {
            self.wrong(name, &text::REQUIRED);
        }
        day.unwrap_or(self.today)
    }

    /// A day that is not in the future, or nothing.
    pub fn optional_day(&mut self, name: &str) -> Option<Day> {
        let value = self.form.text(name);
        if value.is_empty() {
            return None;
        }
        match value.parse::<Day>() {
            Err(_) => self.wrong(name, &text::NO_DAY),
            Ok(day) if day > self.today => {
                self.wrong_with(name, &text::FUTURE, &[("today", &self.today.to_string())]);
            }
            Ok(day) => return Some(day),
        }
        // Wrong, and told so: the caller must not take it for empty.
        Some(self.today)
    }

    /// A number larger than zero.
    pub fn amount(&mut self, name: &str) -> Thousandths {
        let value = self.text(name, 20);
        match value.parse::<Thousandths>() {
            Ok(number) if number.is_positive() => number,
            _ => {
                self.wrong(name, &text::NO_AMOUNT);
                Thousandths::default()
            }
        }
    }

    /// A number of whole days, at most `most`.
    pub fn days(&mut self, name: &str, most: u32) -> u32 {
        let value = self.text(name, 20);
        match value.parse::<u32>() {
            Ok(days) if days <= most && value.bytes().all(|byte| byte.is_ascii_digit()) => days,
            _ => {
                self.wrong_with(name, &text::NO_DAYS, &[("most", &most.to_string())]);
                0
            }
        }
    }

    /// A GTIN as 14 digits, or nothing.
    pub fn optional_gtin(&mut self, name: &str) -> Option<String> {
        let value = self.optional_text(name, 14)?;
        let gtin = check::gtin(&value);
        if gtin.is_none() {
            self.wrong(name, &text::trade::NO_GTIN);
        }
        gtin
    }

    /// A text that `fits`, or nothing; `wrong` says what is wanted.
    pub fn optional_key(&mut self, name: &str, fits: fn(&str) -> bool, wrong: &Phrase) -> Option<String> {
        let value = self.optional_text(name, 64)?;
        if !fits(&value) {
            self.wrong(name, wrong);
        }
        Some(value)
    }

    /// Number of a document or an order: letters, digits, `.`, `-` and `_`, at most 64.
    pub fn document(&mut self, name: &str) -> String {
        let value = self.text(name, 64);
        if !value.is_empty() && !is_document(&value) {
            self.wrong(name, &text::trade::NO_NUMBER);
        }
        value
    }

    /// One of `choices`.
    pub fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.text(name, 64);
        let chosen = choices.iter().find(|(known, _)| *known == value).map(|(_, choice)| *choice);
        if chosen.is_none() {
            self.wrong(name, &text::NO_CHOICE);
        }
        chosen
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
}

/// Whether it can be the number of a document or an order.
pub fn is_document(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(values: &[(&str, &str)], locale: Locale) -> Fields {
        Fields::new(values.iter().copied().collect(), locale, "2025-04-17".parse().unwrap())
    }

    #[test]
    fn each_wrong_field_is_refused_with_its_own_reason_in_the_viewers_language() {
        let filled = [
            ("name", "  "),
            ("used", "2025-02-30"),
            ("harvested", "2025-04-18"),
            ("quantity_kg", "0"),
            ("interval_days", "+7"),
            ("unit", "acres"),
            ("dose", "50 ml\u{7}"),
        ];
        let reasons = |locale| {
            let mut fields = fields(&filled, locale);
            fields.text("name", 40);
            fields.day("used");
            fields.day("harvested");
            fields.amount("quantity_kg");
            fields.days("interval_days", 365);
            fields.choice("unit", &[("mu", 1)]);
            fields.text("dose", 40);
            fields.optional_text("variety", 40);
            fields.checked().unwrap_err().fields
        };
        let zh = reasons(Locale::Zh);
        let en = reasons(Locale::En);
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        assert_eq!(zh.len(), filled.len());
        assert_eq!(zh["harvested"], "日期不能晚于今天（2025-04-17）。");
        assert_eq!(en["harvested"], "This day must not be later than today (2025-04-17).");
        assert_eq!(en["name"], "Please fill this in.");
        assert_eq!(en["used"], "This is not a day of the calendar, such as 2026-11-23.");
    }

    #[test]
    fn what_is_filled_in_rightly_is_read() {
        let mut fields = fields(&[("name", " 草莓 "), ("used", "2025-04-17"), ("kg", "12.5")], Locale::Zh);
        assert_eq!(fields.text("name", 2), "草莓");
        assert_eq!(fields.day("used").to_string(), "2025-04-17");
        assert_eq!(fields.amount("kg").to_string(), "12.5");
        assert_eq!(fields.optional_day("planted"), None);
        assert_eq!(fields.checked(), Ok(()));
    }
}
