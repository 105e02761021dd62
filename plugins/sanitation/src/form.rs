//! Reads what somebody filled in, field by field, and collects every mistake before it answers.

use xl_plugin::Form;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::day::Day;
use xl_plugin::zh_en;

use crate::input;

/// A form on its way to values. A wrong field reads as some harmless value; [`Fields::checked`] then refuses the whole.
#[derive(Debug)]
pub(crate) struct Fields {
    form: Form,
    pub(crate) locale: Locale,
    errors: FormErrors,
}

impl Fields {
    pub(crate) fn new(form: Form, locale: Locale) -> Self {
        Self { form, locale, errors: FormErrors::default() }
    }

    /// A text of at most `most` characters that must not be empty.
    pub(crate) fn text(&mut self, name: &str, most: usize) -> String {
        let value = self.optional(name, most);
        if value.is_none() {
            self.wrong(name, "请填写此项。", "Please fill this in.");
        }
        value.unwrap_or_default()
    }

    /// A text of at most `most` characters, or nothing.
    pub(crate) fn optional(&mut self, name: &str, most: usize) -> Option<String> {
        let value = self.form.text(name).to_owned();
        if value.chars().count() > most {
            self.wrong(name, &format!("最多 {most} 个字符。"), &format!("At most {most} characters."));
        } else if value.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
            self.wrong(name, "不能含控制字符。", "Without control characters.");
        }
        (!value.is_empty()).then_some(value)
    }

    /// A whole number between two.
    pub(crate) fn number(&mut self, name: &str, low: u32, high: u32) -> u32 {
        match self.form.text(name).parse::<u32>() {
            Ok(number) if (low..=high).contains(&number) => number,
            _ => {
                self.wrong(
                    name,
                    &format!("请填写 {low} 到 {high} 的整数。"),
                    &format!("A whole number from {low} to {high}."),
                );
                low
            }
        }
    }

    /// One of `choices`.
    pub(crate) fn choice<T: Copy>(&mut self, name: &str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.form.text(name);
        let chosen = choices.iter().find(|(known, _)| *known == value).map(|(_, choice)| *choice);
        if chosen.is_none() {
            self.wrong(name, "请从列表中选择。", "Please choose one from the list.");
        }
        chosen
    }

    /// A day that is not in the future.
    pub(crate) fn day(&mut self, name: &str, today: Day) -> Day {
        match self.form.text(name).parse::<Day>() {
            Ok(day) if day <= today => return day,
            Ok(_) => self.wrong(name, "日期不能晚于今天。", "This day must not be later than today."),
            Err(_) => self.wrong(
                name,
                "不是有效日期，格式如 2026-11-23。",
                "This is not a day of the calendar, such as 2026-11-23.",
            ),
        }
        today
    }

    /// A photo; where it must be there.
    pub(crate) fn picture(&mut self, name: &str) -> String {
        match input::picture(&self.form, name) {
            Some(sha256) => sha256,
            None => {
                self.wrong(name, "请拍照或选择一张照片。", "Please take or choose a photo.");
                String::new()
            }
        }
    }

    /// Latitude and longitude, or nothing.
    pub(crate) fn position(&mut self, name: &str) -> Option<(f64, f64)> {
        if self.form.text(name).is_empty() {
            return None;
        }
        let position = input::position(&self.form, name);
        if position.is_none() {
            self.wrong(
                name,
                "请填写“纬度,经度”，如 35.581234,118.832345。",
                "Latitude and longitude, such as 35.581234,118.832345.",
            );
        }
        position
    }

    /// Says that a field is wrong.
    pub(crate) fn wrong(&mut self, name: &str, zh: &str, en: &str) {
        self.errors.field(name, zh_en(self.locale, zh, en));
    }

    /// Refuses when anything was wrong.
    pub(crate) fn checked(&self) -> Result<(), FormErrors> {
        if self.errors.is_empty() {
            return Ok(());
        }
        let mut errors = self.errors.clone();
        let summary =
            zh_en(self.locale, "没有保存，请检查标出的内容。", "Nothing was saved. Please look at what is marked.");
        errors.summary = Some(summary.to_owned());
        Err(errors)
    }
}
