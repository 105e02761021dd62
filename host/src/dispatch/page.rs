//! A module's pages: drawn at any time, acted on between two batches.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;
use xl_model::block::FormErrors;
use xl_model::block::Page;
use xl_model::clock::TimestampMs;
use xl_model::event::MAX_DATA_BYTES;
use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::id::ModuleKey;
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
    /// Whether by a public link.
    pub public: bool,
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
    /// Number of the `page.action` event.
    pub seq: u64,
}

/// The visit as the guest is told of it; a page that is not public does not exist for a public link.
pub(super) fn visit(current: &Current, visit: &PageVisit, now_ms: TimestampMs) -> Result<Visit, ModuleError> {
    let missing = || no_page(&visit.page);
    let entry: &PageEntry =
        current.plugin.manifest().pages.iter().find(|entry| entry.name == visit.page).ok_or_else(missing)?;
    if !current.plugin.has_pages() || (visit.public && !entry.public) {
        return Err(missing());
    }
    strings(&visit.query).ok_or_else(missing)?;
    Ok(Visit {
        page: visit.page.clone(),
        query: visit.query.clone(),
        locale: if visit.locale == "en" { "en" } else { "zh" }.to_owned(),
        public: visit.public,
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

/// The event `page.action` of a press, with all that a replay needs.
///
/// # Errors
/// When the form is not an object of strings, or larger than an event may be.
pub(super) fn action(module: &ModuleKey, press: &Press) -> Result<NewEvent, ModuleError> {
    let refused =
        |summary: &str| ModuleError::Form(FormErrors { summary: Some(summary.to_owned()), fields: BTreeMap::new() });
    let form = strings(&press.form).ok_or_else(|| refused("the form is not a JSON object of strings"))?;
    let query = strings(&press.visit.query).ok_or_else(|| no_page(&press.visit.page))?;
    let data = json!({
        "page": press.visit.page,
        "query": query,
        "action": press.action,
        "form": form,
        "locale": press.visit.locale,
        "by": press.visit.viewer.as_ref().map(|viewer| &viewer.account),
        // As text: a JSON number keeps 53 bits only.
        "seed": press.seed.to_string(),
    });
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
            public: false,
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
    fn a_form_that_is_no_object_of_strings_or_too_large_is_refused() {
        let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() };
        let large = format!(r#"{{"a":"{}"}}"#, "x".repeat(300_000));
        for form in ["[]", "{", r#"{"a":1}"#, &large] {
            assert!(matches!(action(&module, &press(form)), Err(ModuleError::Form(_))));
        }
    }
}
