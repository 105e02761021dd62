//! The test host keeps the host's word: what fails changes nothing, what is not declared is refused.

use serde_json::json;
use xl_plugin::Batch;
use xl_plugin::Done;
use xl_plugin::Failure;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Plugin;
use xl_plugin::Press;
use xl_plugin::Visit;
use xl_plugin::events::Publish;
use xl_plugin::page::PageLink;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::IndexValue;
use xl_plugin::records::Query;
use xl_plugin::testing::Hub;
use xl_plugin::testing::event;
use xl_plugin::testing::visit;

const MANIFEST: &str = r#"
publish = ["t.seen"]
collections = [{ name = "c", indexes = [{ name = "size", pointer = "/size" }] }]
pages = [{ name = "home" }, { name = "open", public = true }]
[asks.links]
"#;

struct Sample;

impl Plugin for Sample {
    fn handle(batch: Batch) -> Result<(), Failure> {
        for event in &batch.events {
            records::put("c", &event.id, &json!({ "size": event.seq }))?;
            Publish::new(&event.kind).cause(event.seq).send()?;
        }
        Ok(())
    }

    fn view(visit: Visit) -> Result<Page, PagesError> {
        if visit.query_value("write").is_some() {
            records::delete("c", "x")?;
        }
        let page = visit.query_value("to").unwrap_or_else(|| "home".to_owned());
        Ok(Page::new("t").actions([PageLink::new("x", Target::new(page, []))]))
    }

    fn act(press: Press) -> Result<Done, PagesError> {
        xl_plugin::links::issue(press.fields().text("page"), [])?;
        Ok(Done::to("home", [("a", "b")]))
    }
}

#[test]
fn a_failed_call_changes_nothing() {
    let hub = Hub::new(MANIFEST);
    let bad = [event(1, "t.seen", None, 0, &json!({})), event(2, "t.unknown", None, 0, &json!({}))];
    assert!(matches!(hub.handle::<Sample>(bad), Err(Failure::Reject(reason)) if reason.contains("t.unknown")));
    assert_eq!((hub.records("c").len(), hub.published().len()), (0, 0));
    hub.handle::<Sample>([event(1, "t.seen", None, 0, &json!({}))]).unwrap();
    assert_eq!((hub.records("c").len(), hub.published().len()), (1, 1));
}

#[test]
fn a_page_is_read_only_and_leads_only_to_pages_of_the_manifest() {
    let hub = Hub::new(MANIFEST);
    assert!(hub.view::<Sample>(visit("home", &[], 0)).is_ok());
    assert!(matches!(hub.view::<Sample>(visit("home", &[("write", "1")], 0)), Err(PagesError::Other(_))));
    assert!(matches!(hub.view::<Sample>(visit("home", &[("to", "gone")], 0)), Err(PagesError::Other(_))));
}

#[test]
fn a_link_opens_public_pages_only() {
    let hub = Hub::new(MANIFEST);
    assert!(hub.act::<Sample>(visit("home", &[], 0), "issue", &[("page", "home")]).is_err());
    let done = hub.act::<Sample>(visit("home", &[], 0), "issue", &[("page", " open ")]).unwrap();
    assert_eq!((done.page.as_str(), done.query.as_str()), ("home", r#"{"a":"b"}"#));
    assert_eq!(hub.links().len(), 1);
}

#[test]
fn a_question_goes_by_index_range_and_page() {
    let _hub = Hub::new(MANIFEST);
    for size in 1..=5 {
        records::put("c", &format!("k{size}"), &json!({ "size": size })).unwrap();
    }
    records::put("c", "without", &json!({})).unwrap();
    let keys = |query: &Query| {
        let found = records::find::<serde_json::Value>(query).unwrap();
        (found.entries.into_iter().map(|(key, _)| key).collect::<Vec<_>>(), found.next)
    };
    let middle = Query::by("c", "size").from(2).to(4).descending().limit(2);
    let (first, next) = keys(&middle);
    assert_eq!(first, ["k4", "k3"]);
    assert_eq!(keys(&middle.after(next.unwrap())), (vec!["k2".to_owned()], None));
    assert_eq!(keys(&Query::keys("c").prefix("wi")).0, ["without"]);
    assert_eq!(keys(&Query::by("c", "size").equals(IndexValue::Integer(5))).0, ["k5"]);
    assert!(records::find::<serde_json::Value>(&Query::by("c", "colour")).is_err());
    assert!(records::get::<serde_json::Value>("d", "k").is_err());
}

#[test]
fn a_value_of_another_shape_is_told_with_its_key() {
    let _hub = Hub::new(MANIFEST);
    records::put("c", "k", &json!({ "size": "large" })).unwrap();
    #[derive(Debug, serde::Deserialize)]
    struct Sized {
        #[expect(dead_code, reason = "only its type matters")]
        size: u32,
    }
    let error = records::get::<Sized>("c", "k").unwrap_err();
    assert!(error.chain().starts_with("document `k` of `c` does not fit: invalid type"), "{}", error.chain());
    assert!(!error.is_passing());
}
