//! Every text of the plugin by its key, in Chinese and English.

use xl_plugin::Locale;
use xl_plugin::zh_en;

/// A text in both languages; `{word}` in it is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    zh: &'static str,
    en: &'static str,
}

impl Phrase {
    /// The text in the viewer's language.
    pub fn say(&self, locale: Locale) -> &'static str {
        zh_en(locale, self.zh, self.en)
    }

    /// The text in the viewer's language, with words filled in. What is filled in is not searched again.
    pub fn fill(&self, locale: Locale, words: &[(&str, &str)]) -> String {
        let mut rest = self.say(locale);
        let mut filled = String::new();
        while let Some((before, behind)) = rest.split_once('{') {
            let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
            filled.push_str(before);
            filled.push_str(words.iter().find(|(word, _)| *word == name).map_or("", |(_, value)| value));
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

macro_rules! phrases {
    ($($(#[$doc:meta])* $key:ident = $zh:literal, $en:literal;)*) => {
        $($(#[$doc])* pub const $key: super::Phrase = super::Phrase { zh: $zh, en: $en };)*

        #[cfg(test)]
        pub(super) const ALL: &[super::Phrase] = &[$($key),*];
    };
}

pub mod field;
pub mod page;
pub mod step;
pub mod wrong;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_of_a_text_fill_in_the_same_words() {
        let words = |text: &str| {
            let mut words: Vec<String> =
                text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
            words.sort();
            words
        };
        for phrase in [field::ALL, page::ALL, step::ALL, wrong::ALL].concat() {
            assert_eq!(words(phrase.zh), words(phrase.en), "{}", phrase.en);
            assert!(!phrase.zh.is_empty() && !phrase.en.is_empty());
        }
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(wrong::TOO_LONG.fill(Locale::En, &[("most", "{most}")]), "At most {most} characters.");
    }
}
