//! A plugin's texts by their keys, in both languages.

use crate::locale::Locale;
use crate::locale::zh_en;

/// A text in both languages; `{word}` in it is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phrase {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
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

    /// Whether both languages are there and fill in the same words: for a test over `ALL` of [`phrases!`].
    ///
    /// [`phrases!`]: crate::phrases
    pub fn is_whole(&self) -> bool {
        let words = |text: &'static str| {
            let mut words: Vec<&str> =
                text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default()).collect();
            words.sort_unstable();
            words
        };
        !self.zh.is_empty() && !self.en.is_empty() && words(self.zh) == words(self.en)
    }
}

/// Names texts: each becomes a [`Phrase`] of its own, and in tests all of them stand in `ALL`. Once in a module.
///
/// ```
/// xl_plugin::phrases! {
///     /// Said where a text is too long.
///     TOO_LONG = "最多 {most} 个字符。", "At most {most} characters.";
///     SAVE = "保存", "Save";
/// }
/// assert_eq!(TOO_LONG.fill(xl_plugin::Locale::En, &[("most", "40")]), "At most 40 characters.");
/// ```
#[macro_export]
macro_rules! phrases {
    (@one [] $key:ident $zh:literal $en:literal) => {
        #[doc = $en]
        pub const $key: $crate::Phrase = $crate::Phrase { zh: $zh, en: $en };
    };
    (@one [$(#[$doc:meta])+] $key:ident $zh:literal $en:literal) => {
        $(#[$doc])+
        pub const $key: $crate::Phrase = $crate::Phrase { zh: $zh, en: $en };
    };
    ($($(#[$doc:meta])* $key:ident = $zh:literal, $en:literal;)*) => {
        $($crate::phrases! { @one [$(#[$doc])*] $key $zh $en })*

        #[cfg(test)]
        pub(crate) const ALL: &[$crate::Phrase] = &[$($key),*];
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    const USED: Phrase = Phrase { zh: "使用{name}（{dose}）", en: "Used {name} ({dose})" };

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let words = [("name", "{dose}"), ("dose", "50 ml")];
        assert_eq!(USED.fill(Locale::En, &words), "Used {dose} (50 ml)");
        assert_eq!(USED.fill(Locale::Zh, &[]), "使用（）");
    }

    #[test]
    fn a_text_that_lacks_a_language_or_a_word_is_not_whole() {
        assert!(USED.is_whole());
        for (zh, en) in [("", "Save"), ("保存", ""), ("{a}", "{b}"), ("{a}", "a")] {
            assert!(!Phrase { zh, en }.is_whole(), "{zh} {en}");
        }
    }
}
