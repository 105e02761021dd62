//! Which addresses are asked: all pages of the modules, with everything that they themselves link to on the same page, and a
//! part from the middle of each list that has further parts; the lists of cases of the host, its API and Open311.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use super::ask::Asker;
use crate::hub::TOWNSHIP;
use crate::hub::packed;

/// Pages that are no lists: forms, figures, one thing.
const NO_LISTS: [(&str, &[&str]); 4] = [
    ("produce-trace", &["site", "new-batch", "batch", "certificate", "graph", "trace"]),
    ("city", &["patrol", "hotline", "heat", "evaluation", "link", "cell", "case", "report"]),
    ("sanitation", &["figures", "task", "point", "finding", "camera", "complaint", "public", "public-complaint"]),
    (
        "poverty-relief",
        &[
            "register",
            "kpis",
            "household",
            "full",
            "visit",
            "clue",
            "draft",
            "warning",
            "project",
            "grievance",
            "notice",
        ],
    ),
];

/// Parts that are turned over to come to the middle of a list.
const TURNED: usize = 5;

/// Addresses of one page that differ in nothing but values: more say nothing new.
const ALIKE: usize = 20;

/// What an address shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    List,
    Other,
}

/// An address.
pub(crate) struct Asked {
    pub(crate) kind: Kind,
    pub(crate) path: String,
}

impl Asked {
    /// The address without what changes from run to run: where a part of a list begins.
    pub(crate) fn name(&self) -> String {
        let Some((page, query)) = self.path.split_once('?') else { return self.path.clone() };
        let pairs = query.split('&').filter(|pair| !pair.is_empty()).map(|pair| match pair.split_once('=') {
            Some((name, _)) if leads_on(name) => format!("{name}=…"),
            _ => pair.to_owned(),
        });
        format!("{page}?{}", pairs.collect::<Vec<_>>().join("&"))
    }
}

/// A page of a module with its query.
type At = (String, Vec<(String, String)>);

/// All of them.
pub(crate) async fn pages(asker: &Asker, plugins: &[&str]) -> Vec<Asked> {
    let mut asked = Vec::new();
    for plugin in plugins {
        of_module(asker, plugin, &mut asked).await;
    }
    of_cases(asker, &mut asked).await;
    asked
}

async fn of_module(asker: &Asker, plugin: &str, asked: &mut Vec<Asked>) {
    let manifest = xl_runtime::package::manifest(&packed(plugin)).unwrap();
    let no_lists = NO_LISTS.iter().find(|(id, _)| *id == plugin).map_or(&[][..], |(_, names)| names);
    let mut known: BTreeSet<At> = BTreeSet::new();
    let mut alike: BTreeMap<(String, Vec<String>), usize> = BTreeMap::new();
    let mut waiting: Vec<At> = Vec::new();
    for entry in manifest.pages.iter().filter(|entry| entry.menu) {
        waiting.push((entry.name.clone(), Vec::new()));
    }
    let mut shown: BTreeSet<String> = waiting.iter().map(|(page, _)| page.clone()).collect();
    while let Some((page, query)) = waiting.pop() {
        if !known.insert((page.clone(), query.clone())) {
            continue;
        }
        let names = query.iter().map(|(name, _)| name.clone()).collect();
        let alike = alike.entry((page.clone(), names)).or_default();
        *alike += 1;
        if *alike > ALIKE {
            continue;
        }
        let at = (page.clone(), query.clone());
        let kind = if no_lists.contains(&page.as_str()) { Kind::Other } else { Kind::List };
        for path in [console(plugin, &at), api(plugin, &at)] {
            asked.push(Asked { kind, path });
        }
        let targets = targets(&asker.json(&api(plugin, &at)).await);
        // What a page of the menu can be narrowed by; and once each page that nothing but a row leads to.
        if query.is_empty() && kind == Kind::List {
            waiting.extend(targets.iter().filter(|(to, query)| *to == page && !is_next(query)).cloned());
        }
        waiting.extend(targets.iter().filter(|(to, _)| shown.insert(to.clone())).cloned());
        if kind == Kind::List
            && let Some(middle) = middle(asker, plugin, at, &targets).await
        {
            asked.push(Asked { kind, path: console(plugin, &middle) });
        }
    }
    let missing: Vec<&str> =
        manifest.pages.iter().map(|it| it.name.as_str()).filter(|it| !shown.contains(*it)).collect();
    println!("lists: {plugin}: {} addresses; nothing leads to {missing:?}", known.len());
}

/// A later part of a list.
async fn middle(asker: &Asker, plugin: &str, at: At, targets: &[At]) -> Option<At> {
    let next = |targets: &[At]| targets.iter().find(|(page, query)| *page == at.0 && is_next(query)).cloned();
    let mut found = next(targets)?;
    for _ in 1..TURNED {
        match next(&self::targets(&asker.json(&api(plugin, &found)).await)) {
            Some(further) => found = further,
            None => break,
        }
    }
    Some(found)
}

fn is_next(query: &[(String, String)]) -> bool {
    query.iter().any(|(name, _)| leads_on(name))
}

/// Whether a query's name says where a part of a list begins.
fn leads_on(name: &str) -> bool {
    name.starts_with("after") || ["from", "vehicles", "routes", "plans", "rosters"].contains(&name)
}

/// Where a page leads, in its order.
fn targets(page: &Value) -> Vec<At> {
    let mut found = Vec::new();
    walk(page, &mut found);
    found
}

fn walk(value: &Value, found: &mut Vec<At>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, found)),
        Value::Object(map) => {
            if let (Some(Value::String(page)), Some(Value::Object(query))) = (map.get("page"), map.get("query")) {
                let pairs =
                    query.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
                found.push((page.clone(), pairs.collect()));
            }
            map.values().for_each(|value| walk(value, found));
        }
        _ => {}
    }
}

fn api(plugin: &str, at: &At) -> String {
    format!("/api/v1/modules/{TOWNSHIP}/{plugin}/pages/{}", written(at))
}

fn console(plugin: &str, at: &At) -> String {
    format!("/modules/{TOWNSHIP}/{plugin}/{}", written(at))
}

fn written((page, query): &At) -> String {
    let pairs: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", coded(value))).collect();
    if pairs.is_empty() { page.clone() } else { format!("{page}?{}", pairs.join("&")) }
}

fn coded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The host's own lists.
async fn of_cases(asker: &Asker, asked: &mut Vec<Asked>) {
    let narrowed = [
        String::new(),
        format!("place={TOWNSHIP}"),
        format!("place={TOWNSHIP}217"),
        "unit=order".to_owned(),
        "code=01-02".to_owned(),
        format!("place={TOWNSHIP}217&unit=works&code=03-01"),
        "unit=nobody".to_owned(),
    ];
    for show in ["", "dispatch", "overdue", "mine", "closed"] {
        for narrowed in &narrowed {
            asked.push(Asked { kind: Kind::List, path: format!("/cases?show={show}&{narrowed}") });
        }
    }
    let mut after = String::new();
    for _ in 0..TURNED {
        let page = asker.json(&format!("/api/v1/cases?open=false{after}")).await;
        after = format!("&after={}", coded(page["next"].as_str().unwrap()));
    }
    for query in [
        "",
        "limit=200",
        "open=true",
        "open=false",
        "open=true&overdue=true",
        "overdue=true",
        "stage=filed,returned",
        "stage=suspended,rejected",
        "stage=voided&unit=nobody",
        "unit=order",
        "handler=lists-head",
        "handler=nobody",
        "grid=g001",
        "grid=nowhere",
        "code=99-99",
        "to=2026-02-01T00:00:00Z&overdue=true",
        &format!("open=false{after}"),
    ] {
        asked.push(Asked { kind: Kind::List, path: format!("/api/v1/cases?{query}") });
    }
    for query in ["", "status=open", "status=closed", "service_code=gbt30428:01-02"] {
        asked.push(Asked {
            kind: Kind::List,
            path: format!("/open311/v2/requests.json?jurisdiction_id={TOWNSHIP}&{query}"),
        });
    }
    let one = asker.json("/api/v1/cases?limit=1").await["cases"][0]["id"].as_str().unwrap().to_owned();
    let (from, to) = ("from=2026-11-01T00:00:00Z", "to=2026-12-01T00:00:00Z");
    for path in [
        format!("/cases/{one}"),
        format!("/api/v1/cases/{one}/history"),
        format!("/api/v1/cases/figures?{from}&{to}"),
        format!("/api/v1/cases/figures?{from}&{to}&by=grid"),
        "/api/v1/cases/figures?from=2023-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&by=place".to_owned(),
        "/figures".to_owned(),
    ] {
        asked.push(Asked { kind: Kind::Other, path });
    }
}
