//! Texts of the audit log: bounded, and with everything encoded that could make a reader see another text.

use std::fmt;
use std::fmt::Write as _;

/// Longest text of a row, in characters as they came; the rest is cut and `…` says so.
pub const MOST_CHARS: usize = 1_000;

/// A text of the audit log. Whatever it was made of, it is one line of plain characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text(String);

impl Text {
    /// Encodes a text: control characters (CR, LF, ESC of ANSI sequences), the marks that turn the direction of writing,
    /// characters without width, and the backslash that all these are written with become `\u{…}`.
    pub fn new(text: &str) -> Self {
        let mut encoded = String::with_capacity(text.len());
        for (n, character) in text.chars().enumerate() {
            if n == MOST_CHARS {
                encoded.push('…');
                break;
            }
            if misleads(character) {
                // Writing to a string cannot fail.
                let _ = write!(encoded, "\\u{{{:x}}}", u32::from(character));
            } else {
                encoded.push(character);
            }
        }
        Self(encoded)
    }

    /// A text as it was stored, unchanged: a changed one must not verify.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// Unicode 16: Bidi_Control, the line and paragraph separators, Default_Ignorable without width, tags.
fn misleads(character: char) -> bool {
    character.is_control()
        || matches!(character, '\\' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mislead_a_reader_is_encoded() {
        for (text, encoded) in [
            ("浮来山街道 gate 1", "浮来山街道 gate 1"),
            ("a\r\nb", r"a\u{d}\u{a}b"),
            ("\u{1b}[31mred", r"\u{1b}[31mred"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("abc\u{202e}cba", r"abc\u{202e}cba"),
            ("\u{2066}\u{200f}\u{61c}", r"\u{2066}\u{200f}\u{61c}"),
            ("\u{2028}\u{200b}\u{feff}", r"\u{2028}\u{200b}\u{feff}"),
            (r"\u{a}", r"\u{5c}u{a}"),
        ] {
            assert_eq!(Text::new(text).as_str(), encoded, "{text:?}");
        }
    }

    #[test]
    fn a_text_is_cut_where_it_is_too_long() {
        let text = Text::new(&"字".repeat(MOST_CHARS + 1));
        assert_eq!(text.as_str().chars().count(), MOST_CHARS + 1);
        assert!(text.as_str().ends_with('…'));
        assert_eq!(Text::new(&"字".repeat(MOST_CHARS)).as_str().chars().count(), MOST_CHARS);
    }
}
