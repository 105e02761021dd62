//! A module's pages: drawn at any time, acted on between two batches.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;
use xl_model::block::FormErrors;
use xl_model::block::Page;
use xl_model::clock::TimestampMs;
use xl_model::effect::Effect;
use xl_model::event::MAX_DATA_BYTES;
use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::id::ModuleKey;
use xl_model::link::LinkId;
use xl_model::manifest::PageEntry;
use xl_runtime::run::Done;
use xl_runtime::run::PageFault;
use xl_runtime::run::Press;
use xl_runtime::run::Viewer;
use xl_runtime::run::Visit;

use super::Current;
use super::ModuleError;

/// What the guest returned is not a page. Code XL0611.
const BAD_PAGE: Code = Code(611);

/// The guest refused, in its own words. Code XL0614.
pub(super) const REFUSED: Code = Code(614);

/// A visit to a page, as somebody asked for it.
#[derive(Debug, Clone)]
pub struct PageVisit {
    /// The module.
    pub module: ModuleKey,
    /// A page of its manifest.
    pub page: String,
    /// JSON object of strings.
    pub query: String,
    /// `zh` or `en`.
    pub locale: String,
    /// The public link that opens it; none: somebody who is signed in.
    pub link: Option<LinkId>,
    /// Who looks or presses; nobody known by a public link.
    pub viewer: Option<Viewer>,
}

/// Where to go after an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPage {
    /// A page of the manifest.
    pub page: String,
    /// JSON object of strings.
    pub query: String,
    /// Code of the public link that the action issued for just that page and query.
    pub link: Option<String>,
    /// Number of the `page.action` event.
    pub seq: u64,
}

/// The visit as the guest is told of it; a page that is not public does not exist for a public link.
pub(super) fn visit(current: &Current, visit: &PageVisit, now_ms: TimestampMs) -> Result<Visit, ModuleError> {
    let missing = || no_page(&visit.page);
    let entry: &PageEntry =
        current.plugin.manifest().pages.iter().find(|entry| entry.name == visit.page).ok_or_else(missing)?;
    if !current.plugin.has_pages() || (visit.link.is_some() && !entry.public) {
        return Err(missing());
    }
    strings(&visit.query).ok_or_else(missing)?;
    Ok(Visit {
        page: visit.page.clone(),
        query: visit.query.clone(),
        locale: if visit.locale == "en" { "en" } else { "zh" }.to_owned(),
        link: visit.link.clone(),
        viewer: visit.viewer.clone(),
        now_ms,
    })
}

/// The page that a run drew.
pub(super) fn drawn(page: Result<Page, PageFault>, name: &str) -> Result<Page, ModuleError> {
    page.map_err(|fault| fault_of(fault, name))
}

/// What came of a press.
pub(super) fn done(done: Result<Done, PageFault>, name: &str) -> Result<Done, ModuleError> {
    done.map_err(|fault| fault_of(fault, name))
}

/// The code of the link that an action issued for the page which it leads to.
///
/// By it somebody without an account finds again what came of his form: the page that he is led to has a link of his own.
pub(super) fn link_to(effects: &[Effect], done: &Done) -> Option<String> {
    effects.iter().find_map(|effect| match effect {
        Effect::IssueLink { code, page, query } if *page == done.page && strings(query) == strings(&done.query) => {
            Some(code.clone())
        }
        _ => None,
    })
}

/// The event `page.action` of a press, with what a replay needs.
///
/// By a public link no form is kept: what a stranger wrote is in the module's records as far as the module wants it, and
/// nowhere else. The event says which link and which fields.
///
/// # Errors
/// When the form is not an object of strings, or larger than an event may be.
pub(super) fn action(module: &ModuleKey, press: &Press) -> Result<NewEvent, ModuleError> {
    let refused =
        |summary: &str| ModuleError::Form(FormErrors { summary: Some(summary.to_owned()), fields: BTreeMap::new() });
    let form = strings(&press.form).ok_or_else(|| refused("the form is not a JSON object of strings"))?;
    let query = strings(&press.visit.query).ok_or_else(|| no_page(&press.visit.page))?;
    let mut data = json!({
        "page": press.visit.page,
        "query": query,
        "action": press.action,
        "locale": press.visit.locale,
        "by": press.visit.viewer.as_ref().map(|viewer| &viewer.account),
    });
    match &press.visit.link {
        Some(link) => {
            let filled = form.iter().filter(|(_, text)| !text.is_empty());
            let filled: Vec<&str> = filled.map(|(name, _)| name.as_str()).collect();
            (data["link"], data["fields"]) = (json!(link.as_str()), json!(filled));
        }
        None => {
            // As text: a JSON number keeps 53 bits only.
            (data["form"], data["seed"]) = (json!(form), json!(press.seed.to_string()));
        }
    }
    let data = data.to_string();
    if data.len() > MAX_DATA_BYTES {
        return Err(refused("the form is larger than 256 KiB"));
    }
    Ok(NewEvent {
        township: module.township.clone(),
        source: format!("page:{}", module.plugin).into(),
        id: Uuid::now_v7().to_string().into(),
        kind: "page.action".parse().expect("a valid kind"),
        camera: None,
        subject: None,
        time_ms: press.visit.now_ms,
        received_ms: press.visit.now_ms,
        data: data.into(),
        pictures: press.pictures.clone(),
        cause: None,
        depth: 0,
    })
}

fn fault_of(fault: PageFault, page: &str) -> ModuleError {
    match fault {
        PageFault::NotFound => no_page(page),
        PageFault::Invalid(errors) => ModuleError::Form(errors),
        PageFault::Other(detail) => ModuleError::Failed { code: REFUSED, detail },
        PageFault::BadPage(detail) => ModuleError::Failed { code: BAD_PAGE, detail },
        PageFault::Stopped(stop) => ModuleError::Failed { code: stop.code(), detail: stop.to_string() },
    }
}

fn no_page(page: &str) -> ModuleError {
    ModuleError::NotFound { what: "page", id: page.chars().take(64).collect() }
}

/// A JSON object of strings.
pub(super) fn strings(json: &str) -> Option<BTreeMap<String, String>> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use xl_model::case::Powers;
    use xl_model::people::member::ActsFor;

    use super::*;

    fn viewer() -> Viewer {
        Viewer {
            account: "li".parse().unwrap(),
            name: "李".to_owned(),
            roles: Vec::new(),
            powers: Powers::NONE,
            acts_for: ActsFor::All,
        }
    }

    fn press(form: &str) -> Press {
        let visit = Visit {
            page: "batch".to_owned(),
            query: r#"{"id":"b1"}"#.to_owned(),
            locale: "zh".to_owned(),
            link: None,
            viewer: Some(viewer()),
            now_ms: 7,
        };
        Press { visit, action: "harvest".to_owned(), form: form.to_owned(), pictures: Vec::new(), seed: u64::MAX }
    }

    #[test]
    fn an_action_is_recorded_with_all_that_a_replay_needs() {
        let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() };
        let event = action(&module, &press(r#"{"kg":"12.5"}"#)).unwrap();
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        assert_eq!(
            data,
            json!({"page": "batch", "query": {"id": "b1"}, "action": "harvest", "form": {"kg": "12.5"},
                   "locale": "zh", "by": "li", "seed": "18446744073709551615"})
        );
        assert_eq!((&*event.source, event.kind.as_str(), event.time_ms), ("page:trace", "page.action", 7));
    }

    #[test]
    fn by_a_public_link_the_event_names_the_link_and_the_fields_and_keeps_nothing_that_was_typed() {
        let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() };
        let mut press = press(r#"{"words":"王小明","contact":""}"#);
        (press.visit.link, press.visit.viewer) = (Some(LinkId::of("abcdefghijklmnopqrstuvwxyz")), None);
        let event = action(&module, &press).unwrap();
        let data: serde_json::Value = serde_json::from_str(&event.data).unwrap();
        assert_eq!(
            data,
            json!({"page": "batch", "query": {"id": "b1"}, "action": "harvest", "locale": "zh", "by": null,
                   "link": "71c480df93d6ae2f", "fields": ["words"]})
        );
    }

    #[test]
    fn a_link_leads_to_what_came_of_a_form_when_it_opens_just_that() {
        let issue = |code: &str, query: &str| Effect::IssueLink {
            code: code.to_owned(),
            page: "receipt".to_owned(),
            query: query.to_owned(),
        };
        let effects = [issue("one", r#"{"a":"1"}"#), issue("two", r#"{"b": "2", "a": "1"}"#)];
        let to = |page: &str, query: &str| link_to(&effects, &Done { page: page.to_owned(), query: query.to_owned() });
        assert_eq!(to("receipt", r#"{"a":"1","b":"2"}"#).as_deref(), Some("two"));
        assert_eq!((to("receipt", "{}"), to("report", r#"{"a":"1"}"#)), (None, None));
    }

    #[test]
    fn a_form_that_is_no_object_of_strings_or_too_large_is_refused() {
        let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() };
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(300_000));
        for form in ["[]", "{", r#"{"a":1}"#, &large] {
            assert!(matches!(action(&module, &press(form)), Err(ModuleError::Form(_))));
        }
    }
}
