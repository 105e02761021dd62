//! Topic filters: what to subscribe, and what the wildcards stood for.

use serde::Deserialize;
use serde::Serialize;

/// The longest filter or topic, in bytes.
pub(super) const BYTES_MOST: usize = 512;

/// Most levels of a filter or topic.
const LEVELS_MOST: usize = 16;

/// Why a text is not a filter that the hub subscribes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a topic filter: {rule}")]
pub struct FilterError {
    /// What was given, cut to 64 characters.
    pub text: String,
    /// The rule in words.
    pub rule: &'static str,
}

/// A topic filter with at least one level that is no wildcard: the hub never subscribes to everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Filter(String);

impl Filter {
    /// The filter as it is subscribed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many wildcards it has, and so how many captures a match gives.
    pub fn wildcards(&self) -> usize {
        self.0.split('/').filter(|level| is_wildcard(level)).count()
    }

    /// What the wildcards stand for in this topic, `#` for all that is left; `None`: the topic does not match.
    pub fn captures<'t>(&self, topic: &'t str) -> Option<Vec<&'t str>> {
        let (mut captures, mut at) = (Vec::new(), Some(0));
        for level in self.0.split('/') {
            if level == "#" {
                // `a/#` matches `a` too, and then captures nothing.
                captures.push(at.map_or("", |at| &topic[at..]));
                return Some(captures);
            }
            let rest = &topic[at?..];
            let here = rest.split('/').next().unwrap_or_default();
            if level == "+" {
                captures.push(here);
            } else if level != here {
                return None;
            }
            at = (here.len() < rest.len()).then_some(topic.len() - rest.len() + here.len() + 1);
        }
        at.is_none().then_some(captures)
    }
}

impl TryFrom<String> for Filter {
    type Error = FilterError;

    fn try_from(text: String) -> Result<Self, FilterError> {
        let wrong = |rule| Err(FilterError { text: text.chars().take(64).collect(), rule });
        if text.is_empty() || text.len() > BYTES_MOST || text.split('/').count() > LEVELS_MOST {
            return wrong("1 to 512 bytes in at most 16 levels");
        }
        if text.starts_with('$') || text.chars().any(char::is_control) {
            return wrong("no `$` at the beginning, no control characters");
        }
        let levels: Vec<&str> = text.split('/').collect();
        let is_misplaced = |(at, level): (usize, &&str)| {
            level.contains(['+', '#']) && (!is_wildcard(level) || (*level == "#" && at + 1 < levels.len()))
        };
        if levels.iter().enumerate().any(is_misplaced) {
            return wrong("`+` is a whole level, `#` the whole last one");
        }
        if levels.iter().all(|level| is_wildcard(level) || level.is_empty()) {
            return wrong("at least one level is no wildcard");
        }
        Ok(Self(text))
    }
}

impl From<Filter> for String {
    fn from(filter: Filter) -> Self {
        filter.0
    }
}

fn is_wildcard(level: &str) -> bool {
    matches!(level, "+" | "#")
}

/// Whether a text from outside is a topic that somebody may publish to.
pub(super) fn is_topic(text: &str) -> bool {
    (1..=BYTES_MOST).contains(&text.len())
        && text.split('/').count() <= LEVELS_MOST
        && !text.starts_with('$')
        && !text.chars().any(|c| matches!(c, '+' | '#') || c.is_control())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::any;
    use proptest::proptest;

    use super::*;

    fn filter(text: &str) -> Filter {
        text.to_owned().try_into().unwrap()
    }

    #[test]
    fn wildcards_capture_what_they_stand_for() {
        for (pattern, topic, captures) in [
            ("esp32/+/photo", "esp32/3/photo", Some(vec!["3"])),
            ("esp32/+/photo", "esp32//photo", Some(vec![""])),
            ("esp32/+/photo", "esp32/3/photo/x", None),
            ("esp32/+/photo", "esp32/3", None),
            ("farm/+/cam/+", "farm/a/cam/b", Some(vec!["a", "b"])),
            ("farm/#", "farm/a/b", Some(vec!["a/b"])),
            ("farm/#", "farm", Some(vec![""])),
            ("farm/#", "farmer/a", None),
            ("+/x", "a/x", Some(vec!["a"])),
            ("a/", "a/", Some(vec![])),
            ("a/", "a", None),
            ("大棚/+", "大棚/一", Some(vec!["一"])),
        ] {
            assert_eq!(filter(pattern).captures(topic), captures, "{pattern} {topic}");
        }
    }

    #[test]
    fn the_hub_never_subscribes_to_everything() {
        for text in [
            "",
            "#",
            "+",
            "+/#",
            "+/+",
            "/#",
            "$SYS/#",
            "$share/g/a",
            "a/#/b",
            "a/b#",
            "a+/b",
            "a\u{0}",
            &"a/".repeat(20),
        ] {
            assert!(Filter::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_topic_matches_or_does_not(pattern in "[a/+#]{1,12}", topic in any::<String>()) {
            if let Ok(filter) = Filter::try_from(pattern) {
                for topic in [topic.as_str(), filter.as_str()] {
                    if let Some(captures) = filter.captures(topic) {
                        assert_eq!(captures.len(), filter.wildcards());
                    }
                }
                assert!(filter.captures(filter.as_str()).is_some());
            }
        }
    }
}
