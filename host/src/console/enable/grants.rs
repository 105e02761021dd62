//! What a module may see and do, as fields of a form beside the plugin's reasons; and back. Pure.

use std::collections::BTreeMap;

use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::grant::HttpGrant;
use xl_model::grant::Quotas;
use xl_model::id::CameraId;
use xl_model::manifest::Manifest;
use xl_model::picture::PictureLevel;

use crate::console::fields::FieldRow;
use crate::console::fields::Input;
use crate::console::frame::Frame;
use crate::console::module::quota;
use crate::console::module::said;
use crate::console::text::Words;

type Texts = BTreeMap<String, String>;

/// Something that a plugin asks for, with its reason and the fields that grant it.
pub(crate) struct GrantRow {
    pub(crate) title: &'static str,
    /// Why, in the plugin's words; nothing where only the hub limits it.
    pub(crate) reason: String,
    pub(crate) fields: Vec<FieldRow>,
}

const LEVELS: [PictureLevel; 4] = [PictureLevel::None, PictureLevel::Metric, PictureLevel::Masked, PictureLevel::Raw];

/// What the form holds at first: nothing is granted, what the plugin samples for is suggested.
pub(super) fn suggested(manifest: &Manifest) -> Texts {
    let mut purposes: Vec<String> = manifest.samples.iter().map(|sample| sample.purpose.clone()).collect();
    purposes.dedup();
    written(&Grants { purposes, ..Grants::default() })
}

/// What holds, as it is typed, by the name of its field.
pub(super) fn written(grants: &Grants) -> Texts {
    let (cameras, ids) = match &grants.cameras {
        CameraSelector::None => ("none", Vec::new()),
        CameraSelector::All => ("all", Vec::new()),
        CameraSelector::Only(cameras) => ("only", cameras.iter().map(CameraId::as_str).collect()),
    };
    let yes_or_no = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let texts = [
        ("cameras", cameras.to_owned()),
        ("camera_ids", ids.join("\n")),
        ("picture_level", word(grants.picture_level).to_owned()),
        ("purposes", grants.purposes.join("; ")),
        ("assessment", grants.assessment.clone().unwrap_or_default()),
        ("http", grants.http.iter().map(line).collect::<Vec<_>>().join("\n")),
        ("links", yes_or_no(grants.links)),
        ("cases", yes_or_no(grants.cases)),
    ];
    let number = |most: Option<u64>| most.map(|most| most.to_string()).unwrap_or_default();
    let quotas = grants.quotas.named().map(|(name, most)| (name, number(most)));
    texts.into_iter().chain(quotas).map(|(name, text)| (name.to_owned(), text)).collect()
}

/// The grants that a form says; or what is wrong, by field.
pub(super) fn read(manifest: &Manifest, words: &Words, typed: &Texts) -> Result<Grants, Texts> {
    let mut faults = Texts::new();
    let text = |name: &str| typed.get(name).map_or("", |text| text.trim());
    let mut wrong = |name: &str, rule: &str| drop(faults.insert(name.to_owned(), rule.to_owned()));
    let mut grants = Grants::default();
    if manifest.asks.cameras.is_some() {
        let ids = text("camera_ids").split([' ', ',', '，', '\n', '\r', ';', '；']).filter(|id| !id.is_empty());
        let ids: Result<Vec<CameraId>, _> = ids.map(str::parse).collect();
        grants.cameras = match (text("cameras"), ids) {
            ("none" | "", _) => CameraSelector::None,
            ("all", _) => CameraSelector::All,
            ("only", Ok(ids)) if !ids.is_empty() => CameraSelector::Only(ids),
            _ => {
                wrong("camera_ids", words.camera_ids_rule);
                CameraSelector::None
            }
        };
        match LEVELS.into_iter().find(|level| word(*level) == text("picture_level")) {
            Some(level) => grants.picture_level = level,
            None => wrong("picture_level", words.choose),
        }
        let purposes = text("purposes").split([';', '；', ',', '，', ' ']).filter(|word| !word.is_empty());
        grants.purposes = purposes.map(str::to_owned).collect();
        grants.assessment = Some(text("assessment").to_owned()).filter(|number| !number.is_empty());
    }
    if manifest.asks.http.is_some() {
        for line in text("http").lines().map(str::trim).filter(|line| !line.is_empty()) {
            match host(line) {
                Some(grant) => grants.http.push(grant),
                None => wrong("http", words.http_rule),
            }
        }
    }
    grants.links = manifest.asks.links.is_some() && text("links") == "yes";
    grants.cases = manifest.asks.cases.is_some() && text("cases") == "yes";
    let mut number = |name: &str, most: u64| {
        let text = text(name);
        let number = text.parse::<u64>().ok().filter(|number| *number <= most);
        if number.is_none() && !text.is_empty() {
            wrong(name, &format!("{}{most}", words.quota_rule));
        }
        number
    };
    let limits = &manifest.limits;
    grants.quotas = Quotas {
        pictures_per_minute: number("pictures_per_minute", limits.pictures_per_minute.into())
            .and_then(|number| u32::try_from(number).ok()),
        fetches_per_minute: number("fetches_per_minute", limits.fetches_per_minute.into())
            .and_then(|number| u32::try_from(number).ok()),
        cpu_ms: number("cpu_ms", limits.cpu_ms),
        records_mib: number("records_mib", limits.records_mib.into()).and_then(|number| u32::try_from(number).ok()),
        events_per_day: number("events_per_day", limits.events_per_day.into())
            .and_then(|number| u32::try_from(number).ok()),
    };
    if faults.is_empty() { Ok(grants) } else { Err(faults) }
}

/// The fields, as far as the plugin asks for something.
pub(super) fn rows(frame: &Frame, manifest: &Manifest, typed: &Texts, faults: &mut Texts) -> Vec<GrantRow> {
    let words = frame.words;
    let mut field = |name: &str, label: &str, hint: &str, input: Input| FieldRow {
        input,
        required: false,
        optional: true,
        hint: hint.to_owned(),
        fault: faults.remove(name),
        ..FieldRow::new(name, label, typed.get(name).map_or("", String::as_str))
    };
    let choice = |offered: Vec<(&str, &str)>| Input::choice(Some(words.choose), offered);
    let yes_or_no = || choice(vec![("no", words.no), ("yes", words.yes)]);
    let mut rows = Vec::new();
    if let Some(ask) = &manifest.asks.cameras {
        let cameras = vec![("none", words.may_no_cameras), ("all", words.may_all_cameras), ("only", words.only_these)];
        let labels = [words.level_none, words.level_metric, words.level_masked, words.level_raw];
        let levels = LEVELS.into_iter().zip(labels).filter(|(level, _)| *level <= ask.level);
        let levels = levels.map(|(level, label)| (word(level), label)).collect();
        rows.push(GrantRow {
            title: words.cameras,
            reason: said(frame, &ask.reason),
            fields: vec![
                field("cameras", words.cameras, "", choice(cameras)),
                field("camera_ids", words.only_these, words.camera_ids_rule, Input::Lines(3)),
                field("picture_level", words.picture_level, "", choice(levels)),
                field("purposes", words.grant_purposes, words.grant_purposes_hint, Input::Line("text")),
                field("assessment", words.assessment, words.assessment_hint, Input::Line("text")),
            ],
        });
    }
    if let Some(ask) = &manifest.asks.http {
        let hint = format!("{} {}", words.http_rule, ask.hosts.join(" "));
        rows.push(GrantRow {
            title: words.http_hosts,
            reason: said(frame, &ask.reason),
            fields: vec![field("http", words.http_hosts, &hint, Input::Lines(3))],
        });
    }
    if let Some(ask) = &manifest.asks.links {
        rows.push(GrantRow {
            title: words.public_links,
            reason: said(frame, &ask.reason),
            fields: vec![field("links", words.may_links, "", yes_or_no())],
        });
    }
    if let Some(ask) = &manifest.asks.cases {
        rows.push(GrantRow {
            title: words.cases,
            reason: said(frame, &ask.reason),
            fields: vec![field("cases", words.may_cases, "", yes_or_no())],
        });
    }
    let limits: BTreeMap<&str, u64> = manifest.limits.named().into();
    let quotas = Quotas::default().named().map(|(name, _)| {
        let most = limits.get(name).copied().unwrap_or_default();
        field(name, quota(words, name), &format!("{}{most}", words.quota_rule), Input::Number)
    });
    rows.push(GrantRow { title: words.quotas, reason: words.quotas_hint.to_owned(), fields: quotas.into() });
    rows
}

/// A line such as `api.example.cn private credential=weather`.
fn host(line: &str) -> Option<HttpGrant> {
    let mut parts = line.split_whitespace();
    let mut grant = HttpGrant { host: parts.next()?.to_owned(), plain: false, private: false, credential: None };
    for part in parts {
        match part.split_once('=') {
            None if part == "plain" => grant.plain = true,
            None if part == "private" => grant.private = true,
            Some(("credential", name)) if !name.is_empty() => grant.credential = Some(name.to_owned()),
            _ => return None,
        }
    }
    Some(grant)
}

/// The line that [`host`] reads.
fn line(grant: &HttpGrant) -> String {
    let plain = if grant.plain { " plain" } else { "" };
    let private = if grant.private { " private" } else { "" };
    let credential = grant.credential.as_ref().map(|name| format!(" credential={name}")).unwrap_or_default();
    format!("{}{plain}{private}{credential}", grant.host)
}

fn word(level: PictureLevel) -> &'static str {
    match level {
        PictureLevel::None => "none",
        PictureLevel::Metric => "metric",
        PictureLevel::Masked => "masked",
        PictureLevel::Raw => "raw",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::language::Language;
    use crate::console::text::words;

    #[test]
    fn grants_come_back_from_the_form_as_they_were() {
        let (text, reason) = (json!({"zh": "x", "en": "x"}), json!({"reason": {"zh": "x", "en": "x"}}));
        let manifest: Manifest = serde_json::from_value(json!({
            "id": "p", "version": "1.0.0", "hub": "0.1.0", "name": text, "description": text,
            "asks": {"cameras": {"level": "raw", "reason": text}, "http": {"hosts": ["a.test"], "reason": text},
                     "links": reason, "cases": reason},
        }))
        .unwrap();
        let all = json!({
            "cameras": {"only": ["gh-1", "gh-2"]}, "picture_level": "masked", "links": true, "cases": true,
            "http": [{"host": "a.test"}, {"host": "b.test:80", "plain": true, "private": true, "credential": "lamps"}],
            "purposes": ["flood", "sanitation"], "assessment": "PIA-7",
            "quotas": {"pictures_per_minute": 0, "fetches_per_minute": 1, "cpu_ms": 2, "records_mib": 3,
                       "events_per_day": 4},
        });
        for grants in [json!({}), json!({"cameras": "all"}), all] {
            let grants: Grants = serde_json::from_value(grants).unwrap();
            assert_eq!(read(&manifest, words(Language::Chinese), &written(&grants)), Ok(grants));
        }
    }
}
