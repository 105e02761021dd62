//! Writes elements with texts inside them: all that the standard's answers need of XML 1.0.

use std::fmt::Write as _;

/// Something that is one element of an answer, with a flat list of elements inside it.
pub(super) trait Element {
    /// What the element is called.
    const NAME: &'static str;

    /// The elements inside it, in the order of the standard; nothing: an empty one.
    fn fields(&self) -> Vec<(&'static str, Option<String>)>;
}

/// A document of one root with these elements below it.
pub(super) fn document<T: Element>(root: &str, items: &[T]) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = write!(text, "<{root}>");
    for item in items {
        let _ = write!(text, "\n  <{}>", T::NAME);
        fields(&mut text, "\n    ", item);
        let _ = write!(text, "\n  </{}>", T::NAME);
    }
    let _ = writeln!(text, "\n</{root}>");
    text
}

/// A document whose root is the element itself.
pub(super) fn alone<T: Element>(item: &T) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let _ = write!(text, "<{}>", T::NAME);
    fields(&mut text, "\n  ", item);
    let _ = writeln!(text, "\n</{}>", T::NAME);
    text
}

fn fields<T: Element>(text: &mut String, before: &str, item: &T) {
    for (name, value) in item.fields() {
        let _ = match value {
            Some(value) => write!(text, "{before}<{name}>{}</{name}>", escaped(&value)),
            None => write!(text, "{before}<{name}/>"),
        };
    }
}

/// Text as it stands between two tags: nothing in it can end the element or begin another one.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            // Only `]]>` must not stand there; all of them are written so that nobody has to look for it.
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            // A reader makes a line feed of it otherwise (XML 1.0, section 2.11).
            '\r' => escaped.push_str("&#13;"),
            '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => escaped.push(character),
            // XML 1.0 has no way to write the others (section 2.2, `Char`).
            _ => escaped.push('\u{fffd}'),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Note(String);

    impl Element for Note {
        const NAME: &'static str = "note";

        fn fields(&self) -> Vec<(&'static str, Option<String>)> {
            vec![("text", Some(self.0.clone())), ("more", None)]
        }
    }

    #[test]
    fn whatever_a_text_holds_a_reader_gets_it_back_and_no_element_more() {
        for (text, read) in [
            ("<script>]]>&amp;\"'</text>", None),
            ("路面有垃圾 🙂\r\n\tzwei", None),
            ("\u{1}\u{b}\u{fffe}", Some("\u{fffd}\u{fffd}\u{fffd}")),
            ("", None),
        ] {
            for document in [document("notes", &[Note(text.to_owned())]), alone(&Note(text.to_owned()))] {
                let elements = crate::api::open311::tests::elements(&document);
                let notes: Vec<_> = elements.iter().filter(|(name, _)| name == "text" || name == "more").collect();
                let expected = ("text".to_owned(), read.unwrap_or(text).to_owned());
                assert_eq!(notes, [&expected, &("more".to_owned(), String::new())], "{document}");
            }
        }
    }
}
