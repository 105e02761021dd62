//! Cases, key figures, calls and the viewer of the test host: what the hub allows is allowed, what it refuses is refused.

use serde_json::json;
use xl_plugin::Batch;
use xl_plugin::CallsError;
use xl_plugin::Done;
use xl_plugin::Failure;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Plugin;
use xl_plugin::Press;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::Visit;
use xl_plugin::cases;
use xl_plugin::cases::CasesError;
use xl_plugin::cases::Draft;
use xl_plugin::cases::Grouping;
use xl_plugin::cases::Limit;
use xl_plugin::cases::Query;
use xl_plugin::cases::Step;
use xl_plugin::kpis;
use xl_plugin::kpis::Figure;
use xl_plugin::testing::Hub;
use xl_plugin::testing::event;
use xl_plugin::testing::visit;
use xl_plugin::viewer;

const MANIFEST: &str = r#"
pages = [{ name = "home" }]
kpis = [{ id = "rate" }]
calls = [{ name = "read" }, { name = "write", writes = true, content = ["application/json"] }]
[asks.cases.reason]
zh = "立案"
en = "To open cases"
"#;

const HOUR_MS: i64 = 3_600_000;

struct Sample;

impl Plugin for Sample {
    fn handle(batch: Batch) -> Result<(), Failure> {
        for event in &batch.events {
            let id = cases::open(&draft(&event.id).source("video"))?;
            if let Some(step) = event.kind.strip_prefix("t.") {
                cases::move_case(&id, &Step::new(step).note("n"))?;
            }
        }
        Ok(())
    }

    fn view(_visit: Visit) -> Result<Page, PagesError> {
        Ok(Page::new(viewer::person().map_or_else(|| "nobody".to_owned(), |person| person.account)))
    }

    fn act(press: Press) -> Result<Done, PagesError> {
        if press.action == "open" {
            cases::open(&draft("p"))?;
            return Ok(Done::to("home", []));
        }
        let id = cases::by_key("k")?.ok_or(PagesError::NotFound)?.id;
        cases::move_case(&id, &Step::new(&press.action))?;
        Ok(Done::to("home", []))
    }

    fn answer(call: Request) -> Result<Response, CallsError> {
        cases::open(&draft("called"))?;
        let status = call.query_value("status").and_then(|status| status.parse().ok()).unwrap_or(200);
        Ok(Response::json(&call.json::<serde_json::Value>()?)?.status(status))
    }
}

fn draft(key: &str) -> Draft {
    Draft::new(key, "gbt30428", "01-02", "暴露垃圾").place("371122102001")
}

/// A hub with the case `k`, signed in as `desk`.
fn hub() -> (Hub, String) {
    let hub = Hub::new(MANIFEST);
    hub.sign_in("desk", &["operator"]);
    let id = cases::open(&draft("k")).expect("a draft as it should be");
    (hub, id)
}

fn walk(hub: &Hub, id: &str, steps: &[(&str, Step)]) {
    for (account, step) in steps {
        hub.move_case(account, id, step).expect("a step that the table allows");
    }
}

#[test]
fn a_key_opens_one_case() {
    let (hub, id) = hub();
    assert_eq!(cases::open(&draft("k")).unwrap(), id);
    assert_eq!(id, "371122102-1970-000001");
    assert_eq!(hub.cases().len(), 1);
}

#[test]
fn a_module_by_itself_only_comments_and_escalates() {
    let (hub, _) = hub();
    hub.handle::<Sample>([event(1, "t.comment", None, 5, &json!({}))]).unwrap();
    let refused = hub.handle::<Sample>([event(2, "t.file", None, 6, &json!({}))]);
    assert!(matches!(refused, Err(Failure::Reject(why)) if why.contains("a person")));
    // The case that the failed batch opened is gone with it.
    assert_eq!(hub.cases().into_iter().map(|case| case.key).collect::<Vec<_>>(), ["k", "event-1"]);
}

#[test]
fn a_case_goes_from_report_to_evaluation_and_who_did_the_work_does_not_check_it() {
    let (hub, id) = hub();
    walk(
        &hub,
        &id,
        &[
            ("desk", Step::verify()),
            ("desk", Step::file()),
            ("desk", Step::dispatch("sanitation").limit(Limit::work_hours(4))),
            ("crew", Step::accept()),
            ("crew", Step::start()),
            ("crew", Step::feedback(["ab"])),
        ],
    );
    for step in [Step::check(), Step::close()] {
        assert!(matches!(hub.move_case("crew", &id, &step), Err(CasesError::Refused(_))));
    }
    walk(&hub, &id, &[("desk", Step::check()), ("desk", Step::rework("没扫干净"))]);
    walk(&hub, &id, &[("crew", Step::start()), ("crew", Step::feedback(["cd"])), ("desk", Step::check())]);
    walk(&hub, &id, &[("desk", Step::close()), ("desk", Step::evaluate())]);
    let case = cases::get(&id).unwrap();
    assert_eq!((case.stage.as_str(), case.reworks, case.after.len()), ("evaluated", 1, 2));
    assert_eq!(hub.history(&id).len(), 14);
    assert!(matches!(hub.move_case("desk", &id, &Step::void("x")), Err(CasesError::Refused(_))));
    assert_eq!(hub.move_case("desk", &id, &Step::reopen("复发")).unwrap().stage, "filed");
}

#[test]
fn a_step_that_lacks_its_reason_or_its_place_in_the_table_is_refused() {
    let (hub, id) = hub();
    assert!(matches!(hub.move_case("desk", &id, &Step::new("void")), Err(CasesError::Invalid(_))));
    assert!(matches!(hub.move_case("desk", &id, &Step::close()), Err(CasesError::Refused(_))));
    assert!(matches!(hub.move_case("desk", &id, &Step::new("win")), Err(CasesError::Invalid(_))));
    assert!(matches!(hub.move_case("desk", "x", &Step::file()), Err(CasesError::NotFound)));
    assert!(matches!(cases::open(&draft("o").source("gossip")), Err(xl_plugin::Error::Cases(CasesError::Invalid(_)))));
    assert!(cases::open(&draft("o").place("371122103001")).is_err());
}

#[test]
fn a_suspended_case_has_as_much_time_left_as_before() {
    let (hub, id) = hub();
    let dispatch = Step::dispatch("sanitation").limit(Limit::work_hours(4));
    walk(
        &hub,
        &id,
        &[
            ("desk", Step::verify()),
            ("desk", Step::file()),
            ("desk", dispatch),
            ("crew", Step::accept()),
            ("crew", Step::start()),
        ],
    );
    hub.set_now(HOUR_MS);
    hub.move_case("crew", &id, &Step::suspend("等材料")).unwrap();
    hub.set_now(10 * HOUR_MS);
    assert_eq!(hub.move_case("crew", &id, &Step::resume()).unwrap().due_ms, Some(13 * HOUR_MS));
    let more = Step::request_extension(Limit::work_hours(2), "下雨");
    walk(&hub, &id, &[("crew", more), ("desk", Step::approve_extension())]);
    assert_eq!(cases::get(&id).unwrap().due_ms, Some(15 * HOUR_MS));
    hub.take_case_events(1);
    hub.set_now(15 * HOUR_MS + 1);
    let events = hub.take_case_events(7);
    assert_eq!(events.iter().map(|event| (event.seq, event.kind.as_str())).collect::<Vec<_>>(), [(7, "case.overdue")]);
    assert!(cases::get(&id).unwrap().overdue);
}

#[test]
fn cases_are_found_and_counted() {
    let (hub, id) = hub();
    cases::open(&draft("l").place("371122102002").source("video")).unwrap();
    let dispatch = Step::dispatch("sanitation").limit(Limit::work_hours(4));
    walk(&hub, &id, &[("desk", Step::verify()), ("desk", Step::file()), ("desk", dispatch)]);
    let keys = |query: &Query| {
        let page = cases::find(query).unwrap();
        (page.cases.into_iter().map(|case| case.key).collect::<Vec<_>>(), page.next.is_some())
    };
    assert_eq!(keys(&Query::open().limit(1)), (vec!["l".to_owned()], true));
    assert_eq!(keys(&Query::all().unit("sanitation")).0, ["k"]);
    assert_eq!(keys(&Query::all().place("371122102002")).0, ["l"]);
    let counts = cases::figures(0, 5 * HOUR_MS, Grouping::Source).unwrap();
    let told: Vec<_> = counts.iter().map(|row| (row.key.as_str(), row.reported, row.filed, row.due)).collect();
    assert_eq!(told, [("patrol", 1, 1, 1), ("video", 1, 0, 0)]);
}

#[test]
fn a_person_who_may_not_is_told_why_at_the_form() {
    let (hub, _) = hub();
    let refused = hub.act::<Sample>(visit("home", &[], 0), "close", &[]);
    assert!(matches!(refused, Err(PagesError::Invalid(why)) if why.contains("close")));
    hub.act::<Sample>(visit("home", &[], 0), "verify", &[]).unwrap();
    assert_eq!(hub.cases()[0].stage, "verifying");
    assert_eq!(hub.history(&hub.cases()[0].id)[1].actor, "account:desk");
    hub.sign_out();
    assert!(matches!(hub.act::<Sample>(visit("home", &[], 0), "file", &[]), Err(PagesError::Invalid(_))));
}

#[test]
fn a_stranger_opens_a_case_and_makes_no_step() {
    let (hub, _) = hub();
    let open = Visit { public: true, ..visit("home", &[], 0) };
    hub.act::<Sample>(open.clone(), "open", &[]).unwrap();
    let case = hub.cases().into_iter().find(|case| case.key == "p").unwrap();
    assert_eq!(case.source, "link");
    assert_eq!(hub.history(&case.id)[0].actor, "link:0123456789abcdef");
    assert!(hub.act::<Sample>(open, "verify", &[]).is_err());
}

#[test]
fn a_page_knows_its_viewer_unless_it_is_public() {
    let (hub, _) = hub();
    assert_eq!(hub.view::<Sample>(visit("home", &[], 0)).unwrap().title, "desk");
    let public = Visit { public: true, ..visit("home", &[], 0) };
    assert_eq!(hub.view::<Sample>(public).unwrap().title, "nobody");
}

#[test]
fn a_call_takes_what_its_manifest_declares_and_keeps_nothing_when_it_fails() {
    let (hub, _) = hub();
    let call = |name, query: &[(&str, &str)], content, body: &[u8]| hub.call::<Sample>(name, query, content, body);
    assert!(matches!(call("gone", &[], "", b""), Err(CallsError::NotFound)));
    assert!(matches!(call("write", &[], "text/csv", b"1"), Err(CallsError::Invalid(_))));
    assert!(matches!(call("write", &[], "application/json", b"{"), Err(CallsError::Invalid(_))));
    assert!(matches!(call("read", &[], "", b""), Err(CallsError::Other(why)) if why.contains("read only")));
    let failed = call("write", &[("status", "409")], "application/json", b"{}").unwrap();
    assert_eq!((failed.status, hub.cases().len()), (409, 1));
    let done = call("write", &[], "application/json", br#"{"a":1}"#).unwrap();
    assert_eq!((done.status, done.body.as_slice(), hub.cases().len()), (200, &br#"{"a":1}"#[..], 2));
}

#[test]
fn a_key_figure_is_declared_of_a_period_and_replaced() {
    let (hub, _) = hub();
    for numerator in [1.0, 2.0] {
        kpis::report(&Figure::new("rate", "2026-11", numerator, 3.0).at("371122102001")).unwrap();
    }
    assert_eq!(hub.kpis().into_iter().map(|figure| figure.numerator).collect::<Vec<_>>(), [2.0]);
    for wrong in [
        Figure::count("other", "2026", 1.0),
        Figure::count("rate", "2026-13", 1.0),
        Figure::count("rate", "26", 1.0),
        Figure::count("rate", "2026", f64::NAN),
        Figure::count("rate", "2026", -1.0),
        Figure::count("rate", "2026", 1.0).at("371122103000"),
    ] {
        assert!(kpis::report(&wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn without_the_grant_there_are_no_cases() {
    let _hub = Hub::new("");
    let denied = cases::open(&draft("k"));
    assert!(matches!(denied, Err(xl_plugin::Error::Cases(CasesError::AccessDenied))));
}
