//! What a manifest must be beyond its form. Cron texts are read by whoever schedules, schemas by whoever validates.

use std::collections::BTreeSet;

use xl_model::event::RESERVED;
use xl_model::id::Kind;
use xl_model::manifest::CallEntry;
use xl_model::manifest::Collection;
use xl_model::manifest::KpiEntry;
use xl_model::manifest::Manifest;
use xl_model::manifest::Sampling;
use xl_model::manifest::Text;

use super::ceilings;
use super::within;
use super::world::HUB;
use crate::RuntimeError;

/// Most entries of each list of a manifest.
const MAX_ENTRIES: usize = 64;

/// Most indexes of a collection: each is a row more for every record.
const MAX_INDEXES: usize = 16;

/// Most bytes of a text for people.
const MAX_TEXT_BYTES: usize = 1024;

/// Whether the manifest can be used by this hub.
pub(crate) fn valid(manifest: &Manifest) -> Result<(), RuntimeError> {
    if !is_version(&manifest.version) {
        return Err(wrong("version", "is not of the form `1.2.3`"));
    }
    if manifest.hub != HUB {
        return Err(wrong("hub", &format!("is `{}`, this hub offers {HUB}", cut(&manifest.hub))));
    }
    said("name", &manifest.name)?;
    said("description", &manifest.description)?;
    for (key, length) in [
        ("subscribe", manifest.subscribe.len()),
        ("publish", manifest.publish.len()),
        ("schedules", manifest.schedules.len()),
        ("samples", manifest.samples.len()),
        ("collections", manifest.collections.len()),
        ("pages", manifest.pages.len()),
        ("kpis", manifest.kpis.len()),
        ("calls", manifest.calls.len()),
    ] {
        if length > MAX_ENTRIES {
            return Err(wrong(key, &format!("has more than {MAX_ENTRIES} entries")));
        }
    }
    names("schedules", manifest.schedules.iter().map(|schedule| schedule.name.as_str()))?;
    names("samples", manifest.samples.iter().map(|sampling| sampling.name.as_str()))?;
    names("collections", manifest.collections.iter().map(|collection| collection.name.as_str()))?;
    names("pages", manifest.pages.iter().map(|page| page.name.as_str()))?;
    manifest.collections.iter().try_for_each(collection)?;
    manifest.pages.iter().try_for_each(|page| said(&format!("pages `{}`, title", page.name), &page.title))?;
    names("kpis", manifest.kpis.iter().map(|kpi| kpi.id.as_str()))?;
    names("calls", manifest.calls.iter().map(|call| call.name.as_str()))?;
    manifest.kpis.iter().try_for_each(kpi)?;
    manifest.calls.iter().try_for_each(call)?;
    let is_reserved = |kind: &Kind| RESERVED.iter().any(|reserved| kind.as_str().starts_with(reserved));
    if let Some(kind) = manifest.publish.iter().find(|kind| is_reserved(kind)) {
        let reserved = RESERVED.join("`, `");
        return Err(wrong("publish", &format!("has `{kind}`: what begins with `{reserved}` is the hub's to tell")));
    }
    names_of_records(manifest)?;
    manifest.samples.iter().try_for_each(sampling)?;
    asks(manifest)?;
    if manifest.settings_schema.as_ref().is_some_and(|schema| !schema.is_object()) {
        return Err(wrong("settings_schema", "is not a JSON object"));
    }
    within(manifest, &ceilings())
}

fn sampling(sampling: &Sampling) -> Result<(), RuntimeError> {
    let key = format!("samples `{}`", sampling.name);
    let (shortest, longest) = (Sampling::SHORTEST_S, Sampling::LONGEST_S);
    if !(shortest..=longest).contains(&sampling.every_s) {
        return Err(wrong(&format!("{key}, every_s"), &format!("is not {shortest} to {longest}")));
    }
    if !is_name(&sampling.purpose) {
        return Err(wrong(&format!("{key}, purpose"), "is no word of a-z, 0-9, `-`, `_`"));
    }
    let pointers = [&sampling.every_setting, &sampling.regions_setting];
    match pointers.into_iter().flatten().find(|pointer| !is_pointer(pointer)) {
        Some(pointer) => Err(wrong(&key, &format!("has `{}`, which is not a JSON pointer", cut(pointer)))),
        None => Ok(()),
    }
}

fn kpi(kpi: &KpiEntry) -> Result<(), RuntimeError> {
    said(&format!("kpis `{}`, name", kpi.id), &kpi.name)?;
    if kpi.version == 0 {
        return Err(wrong(&format!("kpis `{}`, version", kpi.id), "is 0; count from 1"));
    }
    Ok(())
}

fn call(call: &CallEntry) -> Result<(), RuntimeError> {
    let key = format!("calls `{}`, content", call.name);
    said(&format!("calls `{}`, title", call.name), &call.title)?;
    if call.content.len() > MAX_ENTRIES {
        return Err(wrong(&key, &format!("has more than {MAX_ENTRIES} entries")));
    }
    match call.content.iter().find(|content| !is_media_type(content)) {
        Some(content) => Err(wrong(&key, &format!("has `{}`, which is no media type in lower case", cut(content)))),
        None => Ok(()),
    }
}

/// `type/subtype` (RFC 6838) in lower case, without parameters.
fn is_media_type(text: &str) -> bool {
    let is_word = |word: &str| {
        (1..=64).contains(&word.len())
            && word.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'_')
            })
    };
    text.split_once('/').is_some_and(|(one, other)| is_word(one) && is_word(other))
}

fn asks(manifest: &Manifest) -> Result<(), RuntimeError> {
    let asks = &manifest.asks;
    if !manifest.samples.is_empty() && asks.cameras.is_none() {
        return Err(wrong("samples", "asks for looks at cameras; add [asks.cameras] with a level and a reason"));
    }
    asks.cameras.iter().try_for_each(|ask| said("asks.cameras.reason", &ask.reason))?;
    asks.links.iter().try_for_each(|ask| said("asks.links.reason", &ask.reason))?;
    asks.cases.iter().try_for_each(|ask| said("asks.cases.reason", &ask.reason))?;
    let Some(http) = &asks.http else { return Ok(()) };
    said("asks.http.reason", &http.reason)?;
    if http.hosts.len() > MAX_ENTRIES {
        return Err(wrong("asks.http.hosts", &format!("has more than {MAX_ENTRIES} entries")));
    }
    if http.hosts.iter().any(|host| host.is_empty() || host.len() > MAX_TEXT_BYTES || host.contains(['/', '@', ' '])) {
        return Err(wrong("asks.http.hosts", "holds what is not `host` or `host:port`"));
    }
    Ok(())
}

fn collection(collection: &Collection) -> Result<(), RuntimeError> {
    let key = format!("collections `{}`, indexes", collection.name);
    if collection.indexes.len() > MAX_INDEXES {
        return Err(wrong(&key, &format!("has more than {MAX_INDEXES} entries")));
    }
    names(&key, collection.indexes.iter().map(|index| index.name.as_str()))?;
    let (longest, least) = (Collection::LONGEST_DAYS, collection.keep_days_least.unwrap_or(1));
    for (name, days) in [("keep_days", collection.keep_days), ("keep_days_least", collection.keep_days_least)] {
        if days.is_some_and(|days| !(1..=longest).contains(&days)) {
            let key = format!("collections `{}`, {name}", collection.name);
            return Err(wrong(&key, &format!("is not 1 to {longest}")));
        }
    }
    if collection.keep_days.is_some_and(|days| days < least) {
        let key = format!("collections `{}`, keep_days", collection.name);
        return Err(wrong(&key, "is shorter than keep_days_least"));
    }
    match collection.indexes.iter().find(|index| !is_pointer(&index.pointer)) {
        Some(index) => Err(wrong(&key, &format!("has `{}`, which is not a JSON pointer", cut(&index.pointer)))),
        None => Ok(()),
    }
}

/// Whether rules and holds can tell the collections apart.
fn names_of_records(manifest: &Manifest) -> Result<(), RuntimeError> {
    let mut seen = BTreeSet::new();
    for Collection { name, .. } in &manifest.collections {
        let kind = Kind::of_records(&manifest.id, name);
        if kind.as_str().len() == Kind::LONGEST || !seen.insert(kind.clone()) {
            let detail = format!("has `{name}`, whose records would be called `{kind}`: too long, or as others are");
            return Err(wrong("collections", &detail));
        }
    }
    Ok(())
}

/// Whether all names are slugs and no two are equal.
fn names<'a>(key: &str, names: impl Iterator<Item = &'a str>) -> Result<(), RuntimeError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !is_name(name) {
            let detail = format!("has the name `{}`, allowed are 1 to 64 of a-z, 0-9, `-`, `_`", cut(name));
            return Err(wrong(key, &detail));
        }
        if !seen.insert(name) {
            return Err(wrong(key, &format!("has the name `{name}` twice")));
        }
    }
    Ok(())
}

fn said(key: &str, text: &Text) -> Result<(), RuntimeError> {
    for (language, words) in [("zh", &text.zh), ("en", &text.en)] {
        if words.trim().is_empty() || words.len() > MAX_TEXT_BYTES || words.contains(char::is_control) {
            return Err(wrong(
                &format!("{key}.{language}"),
                &format!("is not one line of 1 to {MAX_TEXT_BYTES} bytes"),
            ));
        }
    }
    Ok(())
}

fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

/// A JSON pointer to a field (RFC 6901): `~` stands only before `0` or `1`.
fn is_pointer(pointer: &str) -> bool {
    let escaped = |part: &str| part.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    pointer.len() <= 256 && pointer.starts_with('/') && escaped(pointer)
}

/// `1.2.3`, with an optional `-rc.1` behind it.
fn is_version(version: &str) -> bool {
    let (numbers, rest) = version.split_once('-').map_or((version, None), |(numbers, rest)| (numbers, Some(rest)));
    let number = |part: &str| {
        (1..=9).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    let word = |part: &str| {
        (1..=32).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    numbers.split('.').count() == 3
        && numbers.split('.').all(number)
        && rest.is_none_or(|rest| rest.len() <= 64 && rest.split('.').all(word))
}

fn cut(text: &str) -> String {
    text.chars().take(64).collect()
}

fn wrong(key: &str, detail: &str) -> RuntimeError {
    RuntimeError::Manifest { detail: format!("{key} {detail}") }
}
