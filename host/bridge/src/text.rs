//! Text from outside: bounded, and without what would trick a reader's eye or terminal.

use std::borrow::Cow;

/// The text without control characters.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_control) {
        Cow::Owned(text.chars().filter(|c| !c.is_control()).collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// At most `chars_most` characters of the text, trimmed, without control characters and those that reorder or hide text.
pub(crate) fn short(text: &str, chars_most: usize) -> String {
    text.trim().chars().filter(|c| !c.is_control() && !is_invisible(*c)).take(chars_most).collect()
}

/// Zero-width characters and the bidirectional controls of UAX #9.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_text_is_cut_and_loses_what_cannot_be_seen() {
        assert_eq!(short("  gate\u{202e}\u{0}\u{1b}[31m \n", 64), "gate[31m");
        assert_eq!(short("大棚一号", 2), "大棚");
    }
}
