//! Refused requests, counted: a flood of them is one row a minute and neither fills the disk nor hides other rows.

use std::collections::BTreeMap;
use std::net::IpAddr;

use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::Outcome;
use xl_model::clock::TimestampMs;
use xl_model::fault::Code;

/// Most kinds of requests, and most addresses, that are told apart; the rest is counted together.
const MOST_TOLD_APART: usize = 256;

/// Most of them that a row names, the most frequent first.
const MOST_NAMED: usize = 5;

/// What was refused since the last row.
#[derive(Debug, Default)]
pub(super) struct Flood {
    requests: u64,
    kinds: BTreeMap<String, u64>,
    addresses: BTreeMap<String, u64>,
}

impl Flood {
    /// Counts a request; nothing for an address that nobody writes down.
    pub(super) fn add(&mut self, what: &str, code: Code, from: Option<IpAddr>) {
        self.requests = self.requests.saturating_add(1);
        count(&mut self.kinds, format!("{code} {what}"));
        count(&mut self.addresses, from.map_or_else(|| "strangers".to_owned(), |from| from.to_string()));
    }

    /// The row about them; nothing when there were none.
    pub(super) fn entry(&self, at_ms: TimestampMs) -> Option<Entry> {
        let detail = || format!("{}; from {}", named(&self.kinds), named(&self.addresses));
        (self.requests > 0).then(|| {
            Entry::new(at_ms, Actor::new("unknown", ""), "request.refused", &format!("{} requests", self.requests))
                .with_outcome(Outcome::Refused)
                .with_detail(&detail())
        })
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: String) {
    let name = if counts.len() < MOST_TOLD_APART || counts.contains_key(&name) { name } else { "others".to_owned() };
    let number = counts.entry(name).or_default();
    *number = number.saturating_add(1);
}

fn named(counts: &BTreeMap<String, u64>) -> String {
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort_by_key(|(_, number)| std::cmp::Reverse(**number));
    let mut names: Vec<String> =
        counts.iter().take(MOST_NAMED).map(|(name, number)| format!("{name} ×{number}")).collect();
    if counts.len() > MOST_NAMED {
        names.push(format!("and {} more", counts.len() - MOST_NAMED));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_becomes_one_row_that_names_the_most_frequent() {
        let mut flood = Flood::default();
        assert_eq!(flood.entry(1), None);
        for n in 0..100_000_u32 {
            let what = if n % 4 == 0 { "GET /api/v1/modules" } else { "POST /api/v1/devices" };
            flood.add(what, Code(701), Some(IpAddr::V4(n.into())));
        }
        let entry = flood.entry(1).unwrap();
        assert_eq!((entry.object.as_str(), entry.outcome), ("100000 requests", Outcome::Refused));
        let detail = entry.detail.as_str();
        let kinds = "XL0701 POST /api/v1/devices ×75000, XL0701 GET /api/v1/modules ×25000; from others ×99744, ";
        assert!(detail.starts_with(kinds) && detail.ends_with("and 252 more"), "{detail}");
    }

    #[test]
    fn who_comes_too_often_to_a_public_page_is_counted_without_his_address() {
        let mut flood = Flood::default();
        flood.add("POST /t/{code}", Code(709), None);
        flood.add("POST /t/{code}", Code(709), None);
        assert_eq!(flood.entry(1).unwrap().detail.as_str(), "XL0709 POST /t/{code} ×2; from strangers ×2");
    }
}
