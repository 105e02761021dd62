//! Every text of the plugin by its key, in Chinese and English.

pub use xl_plugin::Phrase;

pub mod field;
pub mod page;
pub mod step;
pub mod wrong;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_with_the_same_words() {
        for phrase in [field::ALL, page::ALL, step::ALL, wrong::ALL].concat() {
            assert!(phrase.is_whole(), "{phrase:?}");
        }
    }
}
