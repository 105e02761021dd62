//! Which of two versions is the later one: the precedence of Semantic Versioning 2.0.0, item 11.

use std::cmp::Ordering;

/// Compares two versions of manifests; a text that is none is earlier than all.
pub fn order(one: &str, other: &str) -> Ordering {
    let (one, other) = (Parts::read(one), Parts::read(other));
    let by_number = one.numbers.cmp(&other.numbers);
    by_number.then_with(|| match (one.before, other.before) {
        (None, None) => Ordering::Equal,
        // What comes before a release is earlier than it.
        (None, Some(_)) => Ordering::Greater,
        (Some(_), None) => Ordering::Less,
        (Some(one), Some(other)) => before(one, other),
    })
}

struct Parts<'a> {
    numbers: Vec<u64>,
    /// The words behind the dash.
    before: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn read(text: &'a str) -> Self {
        let (numbers, before) = text.split_once('-').map_or((text, None), |(numbers, rest)| (numbers, Some(rest)));
        let numbers: Option<Vec<u64>> = numbers.split('.').map(|part| part.parse().ok()).collect();
        Self { numbers: numbers.unwrap_or_default(), before }
    }
}

fn before(one: &str, other: &str) -> Ordering {
    let (mut ones, mut others) = (one.split('.'), other.split('.'));
    loop {
        let order = match (ones.next(), others.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(one), Some(other)) => match (one.parse::<u64>(), other.parse::<u64>()) {
                (Ok(one), Ok(other)) => one.cmp(&other),
                // Numbers are earlier than words.
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => one.cmp(other),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_the_order_of_semver() {
        // The chain of the specification, with a text that is no version before it.
        let chain = [
            "nothing",
            "0.9.10",
            "0.10.0",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
        ];
        for (n, one) in chain.iter().enumerate() {
            for (m, other) in chain.iter().enumerate() {
                assert_eq!(order(one, other), n.cmp(&m), "{one} {other}");
            }
        }
    }
}
