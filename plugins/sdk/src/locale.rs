//! The two languages of the product.

/// A viewer's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Locale {
    /// Reads `zh` or `en`; anything else is Chinese.
    pub fn of(text: &str) -> Self {
        if text == "en" { Self::En } else { Self::Zh }
    }
}

/// The text in the viewer's language.
///
/// ```
/// assert_eq!(xl_plugin::zh_en(xl_plugin::Locale::En, "大棚", "greenhouse"), "greenhouse");
/// ```
pub fn zh_en<'a>(locale: Locale, zh: &'a str, en: &'a str) -> &'a str {
    match locale {
        Locale::Zh => zh,
        Locale::En => en,
    }
}
