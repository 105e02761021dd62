//! Responsible units as pages name them. Which there are, and which stands above which, is the hub's to know.

use serde::Deserialize;
use xl_plugin::Locale;
use xl_plugin::zh_en;

/// A unit of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Unit {
    /// Its id at the hub.
    pub id: String,
    /// Its name in Chinese.
    pub zh: String,
    /// Its name in English; the Chinese one where there is none.
    #[serde(default)]
    pub en: String,
}

/// Whether a text can be a unit's id.
pub fn is_id(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=64).contains(&text.len())
        && text.bytes().next().is_some_and(inside)
        && text.bytes().all(|byte| inside(byte) || b"-_".contains(&byte))
}

/// What a unit is called; its id where the settings do not name it.
pub fn name(units: &[Unit], id: &str, locale: Locale) -> String {
    let unit = units.iter().find(|unit| unit.id == id);
    let name = unit.map(|unit| zh_en(locale, &unit.zh, if unit.en.is_empty() { &unit.zh } else { &unit.en }));
    name.unwrap_or(id).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_called_by_its_name_where_the_settings_know_it() {
        let units = [Unit { id: "env".to_owned(), zh: "环卫所".to_owned(), en: String::new() }];
        assert_eq!(name(&units, "env", Locale::En), "环卫所");
        assert_eq!(name(&units, "police", Locale::Zh), "police");
        assert!(is_id("env-2") && !is_id("Env") && !is_id("-env") && !is_id("") && !is_id("环卫"));
    }
}
