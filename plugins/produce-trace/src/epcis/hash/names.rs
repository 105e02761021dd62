//! Short names in full: prefixes of the context, and bare words of the vocabulary.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::epcis::words;
use crate::epcis::words::Vocabulary;

/// Prefixes that the standard's own context brings.
const STANDARD: [(&str, &str); 4] = [
    ("cbv", "https://ref.gs1.org/cbv/"),
    ("gs1", "https://gs1.org/voc/"),
    ("epcis", "https://ref.gs1.org/epcis/"),
    ("cbvmda", "urn:epcglobal:cbv:mda"),
];

/// Beginnings of the URIs that bare words stand for.
const VOCABULARIES: [&str; 2] = ["https://ref.gs1.org/cbv/", "https://gs1.org/voc/"];

/// What stands for what in one event.
#[derive(Debug)]
pub(super) struct Names {
    prefixes: BTreeMap<String, String>,
    words: BTreeMap<String, String>,
}

impl Names {
    /// Reads contexts, later ones over earlier ones, and the words that the event's standard fields use.
    pub(super) fn of<'v>(contexts: impl Iterator<Item = &'v Value>, event: &Value) -> Self {
        let mut prefixes: BTreeMap<String, String> =
            STANDARD.iter().map(|(prefix, uri)| ((*prefix).to_owned(), (*uri).to_owned())).collect();
        for context in contexts {
            collect(context, &mut prefixes);
        }
        Self { prefixes, words: words_of(event) }
    }

    /// A field's name: `{namespace}field` for one with a known prefix.
    pub(super) fn key(&self, key: &str) -> String {
        match self.split(key) {
            Some((namespace, local)) => format!("{{{namespace}}}{local}"),
            None => key.to_owned(),
        }
    }

    /// A text value: a word or a short name in full.
    pub(super) fn value(&self, text: &str) -> String {
        match (self.words.get(text), self.split(text)) {
            (Some(word), _) => word.clone(),
            (None, Some((namespace, local))) => format!("{namespace}{local}"),
            (None, None) => text.to_owned(),
        }
    }

    fn split<'t>(&self, text: &'t str) -> Option<(&str, &'t str)> {
        let (prefix, local) = text.split_once(':')?;
        Some((self.prefixes.get(prefix)?, local))
    }
}

fn collect(context: &Value, prefixes: &mut BTreeMap<String, String>) {
    match context {
        Value::Array(contexts) => contexts.iter().for_each(|context| collect(context, prefixes)),
        Value::Object(map) => {
            let texts = map.iter().filter_map(|(prefix, uri)| Some((prefix.clone(), uri.as_str()?.to_owned())));
            prefixes.extend(texts);
        }
        _ => {}
    }
}

/// Every word of the event with its full form. A word that could be two of them is left alone.
fn words_of(event: &Value) -> BTreeMap<String, String> {
    let mut full = BTreeSet::new();
    let mut note = |value: Option<&Value>, vocabulary: &Vocabulary, before: &str| {
        let Some(word) = value.and_then(Value::as_str) else { return };
        if vocabulary.has(word) {
            full.insert(format!("{before}{word}"));
        } else if VOCABULARIES.iter().any(|uri| word.starts_with(uri)) {
            full.insert(word.to_owned());
        }
    };
    let elements = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    note(event.get("bizStep"), &words::BIZ_STEPS, "https://ref.gs1.org/cbv/BizStep-");
    note(event.get("disposition"), &words::DISPOSITIONS, "https://ref.gs1.org/cbv/Disp-");
    for side in ["/persistentDisposition/set", "/persistentDisposition/unset"] {
        for word in elements(event.pointer(side)) {
            note(Some(&word), &words::DISPOSITIONS, "https://ref.gs1.org/cbv/Disp-");
        }
    }
    for transaction in elements(event.get("bizTransactionList")) {
        note(transaction.get("type"), &words::TRANSACTION_TYPES, "https://ref.gs1.org/cbv/BTT-");
    }
    for list in ["sourceList", "destinationList"] {
        for party in elements(event.get(list)) {
            note(party.get("type"), &words::PARTY_TYPES, "https://ref.gs1.org/cbv/SDT-");
        }
    }
    note(event.pointer("/errorDeclaration/reason"), &words::ERROR_REASONS, "https://ref.gs1.org/cbv/ER-");
    for report in
        elements(event.get("sensorElementList")).iter().flat_map(|element| elements(element.get("sensorReport")))
    {
        note(report.get("type"), &words::MEASUREMENTS, "https://gs1.org/voc/");
        note(report.get("exception"), &words::ALERTS, "https://gs1.org/voc/");
        note(report.get("component"), &words::COMPONENTS, "https://ref.gs1.org/cbv/Comp-");
    }
    let mut words = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for uri in full {
        let after = uri.rfind('/').map_or(uri.as_str(), |slash| uri.get(slash + 1..).unwrap_or_default());
        let bare = after.split_once('-').map_or(after, |(_, word)| word).to_owned();
        if words.insert(bare.clone(), uri).is_some() {
            twice.insert(bare);
        }
    }
    words.retain(|word, _| !twice.contains(word));
    words
}
