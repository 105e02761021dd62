//! The life of a batch through the plugin's own functions, over the native test host with the real manifest.

#![expect(clippy::unwrap_used, reason = "the lint knows #[test] functions, not their helpers")]

use produce_trace::ProduceTrace;
use serde_json::Value;
use serde_json::json;
use xl_plugin::Event;
use xl_plugin::PagesError;
use xl_plugin::day::Day;
use xl_plugin::page::Block;
use xl_plugin::page::Page;
use xl_plugin::testing::Hub;
use xl_plugin::testing::event;
use xl_plugin::testing::picture_event;
use xl_plugin::testing::visit;

const MINUTE: i64 = 60_000;
const CAMERA: &str = "gh-1";
const B1: &[(&str, &str)] = &[("batch", "b000001")];

/// So many hours after midnight of a day in China.
fn at(day: &str, hours: i64) -> i64 {
    day.parse::<Day>().unwrap().start_ms() + hours * 60 * MINUTE
}

fn hub() -> Hub {
    let hub = Hub::new(include_str!("../plugin.toml"));
    hub.grant_camera(CAMERA, "一号棚", "371122102001");
    hub.grant_camera("gh-2", "二号棚", "371122102001");
    hub
}

fn act(
    hub: &Hub,
    now_ms: i64,
    page: &str,
    query: &[(&str, &str)],
    action: &str,
    form: &[(&str, &str)],
) -> Result<(), Value> {
    match hub.act::<ProduceTrace>(visit(page, query, now_ms), action, form) {
        Ok(_) => Ok(()),
        Err(PagesError::Invalid(json)) => Err(serde_json::from_str(&json).unwrap()),
        Err(other) => Err(json!(format!("{other:?}"))),
    }
}

fn register(hub: &Hub, camera: &str) -> Result<(), Value> {
    let form = [("name", "1 号大棚"), ("producer", "某某合作社"), ("camera", camera)];
    act(hub, at("2025-03-01", 8), "site", &[], "register-site", &form)
}

fn plant(hub: &Hub, site: &str) -> Result<(), Value> {
    let form =
        [("site", site), ("product", "草莓"), ("quantity", "3000"), ("unit", "plants"), ("planted", "2025-03-01")];
    act(hub, at("2025-03-01", 9), "new-batch", &[], "create-batch", &form)
}

fn spray(hub: &Hub, used: &str, days: &str, now_ms: i64) -> Result<(), Value> {
    let form = [
        ("name", "某杀菌剂"),
        ("registration", "PD20250001"),
        ("source", "镇农资店"),
        ("purpose", "白粉病"),
        ("dose", "每亩 50 毫升"),
        ("interval_days", days),
        ("used", used),
    ];
    act(hub, now_ms, "batch", B1, "use-input", &form)
}

fn harvest(hub: &Hub, day: &str, now_ms: i64) -> Result<(), Value> {
    act(hub, now_ms, "batch", B1, "harvest", &[("harvested", day), ("quantity_kg", "125.5")])
}

/// A hub with one greenhouse and one growing batch.
fn growing() -> Hub {
    let hub = hub();
    register(&hub, CAMERA).unwrap();
    plant(&hub, "g000001").unwrap();
    hub
}

fn kinds(hub: &Hub) -> Vec<String> {
    hub.published().into_iter().map(|published| published.kind).collect()
}

fn telemetry(seq: u64, time_ms: i64, temperature: f64) -> Event {
    event(seq, "camera.telemetry", Some(CAMERA), time_ms, &json!({ "temp_c": temperature, "rh_pct": 60 }))
}

fn text_of(page: &Page) -> String {
    serde_json::to_string(page).unwrap()
}

#[test]
fn a_batch_lives_from_planting_to_harvest_and_tells_the_township() {
    let hub = growing();
    hub.handle::<ProduceTrace>([picture_event(10, CAMERA, at("2025-03-02", 8))]).unwrap();
    spray(&hub, "2025-04-10", "7", at("2025-04-10", 10)).unwrap();
    hub.handle::<ProduceTrace>([
        picture_event(11, CAMERA, at("2025-04-17", 6)),
        picture_event(12, CAMERA, at("2025-04-17", 6) + MINUTE),
    ])
    .unwrap();
    harvest(&hub, "2025-04-17", at("2025-04-17", 9)).unwrap();
    assert_eq!(
        kinds(&hub),
        [
            "trace.site.registered",
            "trace.batch.planned",
            "trace.batch.planted",
            "trace.evidence.attached",
            "trace.input.used",
            "trace.phi.blocked",
            "trace.evidence.attached",
            "trace.evidence.attached",
            "trace.batch.harvested",
        ]
    );
    let last = hub.published().remove(7);
    assert_eq!((last.cause, last.pictures.len()), (None, 0), "the harvest caused it");
    assert_eq!(serde_json::from_str::<Value>(&last.data).unwrap()["why"], "last");
    assert_eq!(hub.record("totals", "all").unwrap(), json!({"sites": 1, "planned": 0, "growing": 0, "harvested": 1}));
    assert_eq!(hub.record("sites", "g000001").unwrap().get("growing"), None);
    // What comes after the harvest belongs to no batch.
    hub.handle::<ProduceTrace>([
        picture_event(13, CAMERA, at("2025-04-18", 8)),
        telemetry(14, at("2025-04-18", 8), 20.0),
    ])
    .unwrap();
    assert_eq!(hub.records("entries").len(), 6);
    assert_eq!(hub.records("readings").len(), 0);
}

#[test]
fn a_harvest_inside_the_pre_harvest_interval_is_refused_with_the_first_day_allowed() {
    let hub = growing();
    spray(&hub, "2025-04-10", "7", at("2025-04-10", 10)).unwrap();
    let before = hub.records("batches");
    let refused = harvest(&hub, "2025-04-16", at("2025-04-16", 9)).unwrap_err();
    assert_eq!(
        refused,
        json!({
            "summary": "没有保存，请检查标出的内容。",
            "fields": {"harvested": "安全间隔期未满：“某杀菌剂”于 2025-04-10 使用，须间隔 7 天，最早可在 2025-04-17 采收。"},
        })
    );
    assert_eq!(hub.records("batches"), before);
    // 23:59 of the 16th in China is still the 16th, one minute later is the 17th.
    let midnight = at("2025-04-17", 0);
    assert!(harvest(&hub, "2025-04-17", midnight - MINUTE).is_err(), "the 17th is in the future");
    harvest(&hub, "2025-04-17", midnight).unwrap();
    assert!(spray(&hub, "2025-04-17", "7", midnight).is_err(), "nothing is used after the harvest");
}

#[test]
fn a_use_that_closes_the_batch_to_harvest_for_longer_is_told_by_ids_and_day_only() {
    let hub = growing();
    let closed = || -> Vec<Value> {
        let published = hub.published().into_iter().filter(|published| published.kind == "trace.phi.blocked");
        published.map(|published| serde_json::from_str(&published.data).unwrap()).collect()
    };
    spray(&hub, "2025-03-20", "3", at("2025-04-10", 9)).unwrap();
    assert_eq!(closed(), [] as [Value; 0], "its interval is over");
    spray(&hub, "2025-04-10", "7", at("2025-04-10", 10)).unwrap();
    let first = json!({ "batch": "b000001", "site": "g000001", "harvest_from": "2025-04-17" });
    assert_eq!(closed(), [first]);
    spray(&hub, "2025-04-10", "5", at("2025-04-10", 11)).unwrap();
    assert_eq!(closed().len(), 1, "the batch was closed for longer already");
    spray(&hub, "2025-04-11", "7", at("2025-04-11", 9)).unwrap();
    assert_eq!(closed()[1]["harvest_from"], "2025-04-18");
    assert!(harvest(&hub, "2025-04-17", at("2025-04-17", 9)).is_err());
    assert_eq!(hub.record("months", "2025-04").unwrap()["closed"], 2, "what is refused leaves nothing");
}

#[test]
fn a_greenhouse_has_one_growing_batch_and_a_camera_one_greenhouse() {
    let hub = growing();
    assert!(plant(&hub, "g000001").unwrap_err()["fields"]["site"].as_str().unwrap().contains("还有批次在生长"));
    assert!(register(&hub, CAMERA).unwrap_err()["fields"]["camera"].as_str().unwrap().contains("1 号大棚"));
    assert!(register(&hub, "not-granted").unwrap_err()["fields"]["camera"].as_str().unwrap().contains("没有获准"));
    // A planned one may wait beside it, and grows after the harvest.
    let form = [("site", "g000001"), ("product", "番茄"), ("quantity", "2.5"), ("unit", "mu")];
    act(&hub, at("2025-03-02", 9), "new-batch", &[], "create-batch", &form).unwrap();
    let second = [("batch", "b000002")];
    let planted = [("planted", "2025-03-20")];
    assert!(act(&hub, at("2025-03-20", 9), "batch", &second, "plant", &planted).is_err());
    harvest(&hub, "2025-03-20", at("2025-03-20", 9)).unwrap();
    act(&hub, at("2025-03-20", 10), "batch", &second, "plant", &planted).unwrap();
    assert_eq!(hub.record("sites", "g000001").unwrap()["growing"], "b000002");
}

#[test]
fn every_wrong_field_of_an_action_has_its_reason() {
    let hub = growing();
    let refused =
        act(&hub, at("2025-04-10", 9), "batch", B1, "use-input", &[("used", "2025-02-01"), ("interval_days", "x")]);
    let fields = refused.unwrap_err()["fields"].clone();
    let names: Vec<_> = fields.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["dose", "interval_days", "name", "purpose", "registration", "source", "used"]);
    assert_eq!(fields["used"], "日期不能早于定植日期（2025-03-01）。");
    let missing = act(&hub, 0, "batch", &[("batch", "b000009")], "harvest", &[]);
    assert_eq!(missing, Err(json!("PagesError::NotFound")));
}

#[test]
fn a_second_of_readings_or_pictures_does_not_drown_a_batch() {
    let hub = growing();
    let start = at("2025-03-05", 8);
    hub.take_host_calls();
    hub.handle::<ProduceTrace>((0..64).map(|n| telemetry(100 + n, start + n as i64 * MINUTE, 20.0 + n as f64 / 10.0)))
        .unwrap();
    assert!(hub.take_host_calls() <= 6, "two look-ups, two hours read and written");
    let hour = hub.record("readings", &format!("b000001/{start:013}")).unwrap();
    assert_eq!(hour["measures"]["temp_c"]["count"], 60);
    assert_eq!((&hour["measures"]["temp_c"]["min"], &hour["measures"]["temp_c"]["max"]), (&json!(20), &json!(25.9)));

    hub.handle::<ProduceTrace>((0..64).map(|n| picture_event(200 + n, CAMERA, start + n as i64 * MINUTE))).unwrap();
    assert!(hub.take_host_calls() <= 8, "two attached");
    let attached: Vec<u64> = hub.published().iter().filter_map(|published| published.cause).collect();
    assert_eq!(attached, [200, 260]);
}

#[test]
fn one_batch_or_many_give_the_same_records() {
    let events: Vec<Event> = (0..200)
        .map(|n: u64| {
            let time_ms = at("2025-03-05", 8) + n as i64 * 7 * MINUTE;
            if n.is_multiple_of(3) {
                picture_event(n + 1, CAMERA, time_ms)
            } else {
                telemetry(n + 1, time_ms, 20.0 + n as f64 * 0.1)
            }
        })
        .collect();
    let run = |size: usize| {
        let hub = growing();
        for batch in events.chunks(size) {
            hub.handle::<ProduceTrace>(batch.to_vec()).unwrap();
        }
        (hub.records("readings"), hub.records("entries"), hub.records("progress"), kinds(&hub))
    };
    assert_eq!(run(64), run(1));
}

#[test]
fn what_is_older_than_the_planting_or_of_another_camera_stays_out() {
    let hub = growing();
    hub.handle::<ProduceTrace>([
        picture_event(1, CAMERA, at("2025-02-28", 23)),
        telemetry(2, at("2025-02-28", 23), 5.0),
        picture_event(3, "gh-2", at("2025-03-02", 8)),
        event(4, "schedule.due", None, at("2025-03-02", 20), &json!({ "schedule": "another" })),
    ])
    .unwrap();
    assert_eq!((hub.records("entries").len(), hub.records("readings").len()), (1, 0), "only the planting");
}

#[test]
fn the_evening_summary_counts_the_days_pictures_and_readings() {
    let hub = growing();
    let day = "2025-03-05";
    hub.handle::<ProduceTrace>([
        picture_event(1, CAMERA, at("2025-03-04", 12)),
        telemetry(2, at("2025-03-04", 23), 5.0),
        picture_event(3, CAMERA, at(day, 8)),
        telemetry(4, at(day, 0), 18.0),
        telemetry(5, at(day, 14), 26.0),
        // The hub was down at eight: what came before the due event may be of the next day.
        telemetry(6, at("2025-03-06", 0), 40.0),
        event(7, "schedule.due", None, at(day, 20), &json!({ "schedule": "daily-summary" })),
    ])
    .unwrap();
    let summary = hub.published().into_iter().find(|published| published.kind == "trace.day.summarised").unwrap();
    assert_eq!(summary.cause, Some(7));
    assert_eq!(
        serde_json::from_str::<Value>(&summary.data).unwrap(),
        json!({"day": day, "part": 1, "batches": [{
            "batch": "b000001", "site": "g000001", "product": "草莓", "days_growing": 4, "pictures": 1,
            "measures": {
                "rh_pct": {"min": 60, "max": 60, "mean": 60},
                "temp_c": {"min": 18, "max": 26, "mean": 22},
            },
        }]})
    );
}

#[test]
fn the_page_for_buyers_opens_by_link_and_names_no_person() {
    let hub = growing();
    hub.handle::<ProduceTrace>([
        picture_event(10, CAMERA, at("2025-03-02", 8)),
        telemetry(11, at("2025-03-02", 8), 21.5),
    ])
    .unwrap();
    spray(&hub, "2025-04-10", "7", at("2025-04-11", 10)).unwrap();
    act(&hub, at("2025-04-11", 10), "batch", B1, "issue-link", &[]).unwrap();
    let (code, page, query) = hub.links().remove(0);
    assert_eq!((page.as_str(), query.as_str()), ("trace", r#"{"batch":"b000001"}"#));
    let desk = hub.view::<ProduceTrace>(visit("batch", B1, at("2025-04-12", 9))).unwrap();
    assert!(desk.blocks.contains(&Block::Qr {
        link: code,
        caption: "扫码查看溯源信息".to_owned(),
        digital_link: None
    }));

    let mut public = visit("trace", B1, at("2025-04-12", 9));
    public.public = true;
    let page = hub.view::<ProduceTrace>(public.clone()).unwrap();
    let shown = text_of(&page);
    for kept in
        ["草莓", "371122102", "PD20250001", "最早可在 2025-04-17 采收", &format!("{:064x}", 10), "21.5 °C", "补记"]
    {
        assert!(shown.contains(kept), "{kept} in {shown}");
    }
    for hidden in ["某某合作社", "镇农资店", "371122102001"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
    public.page = "batch".to_owned();
    assert_eq!(hub.view::<ProduceTrace>(public.clone()).unwrap_err(), PagesError::NotFound);
    assert_eq!(hub.act::<ProduceTrace>(public, "revoke-link", &[]).unwrap_err(), PagesError::NotFound);

    hub.set_settings(&json!({ "show_producer": true, "origin": "某县某镇" }));
    let named = text_of(&hub.view::<ProduceTrace>(visit("trace", B1, at("2025-04-12", 9))).unwrap());
    assert!(named.contains("某某合作社") && named.contains("某县某镇"));
    act(&hub, at("2025-04-12", 10), "batch", B1, "revoke-link", &[]).unwrap();
    assert_eq!(hub.links(), []);
}

#[test]
fn every_page_is_drawn_in_both_languages_and_in_every_state() {
    let hub = hub();
    let draw = |page: &str, query: &[(&str, &str)]| {
        for locale in ["zh", "en"] {
            let visit = xl_plugin::Visit { locale: locale.to_owned(), ..visit(page, query, at("2025-04-20", 9)) };
            let drawn = hub.view::<ProduceTrace>(visit).unwrap();
            assert!(!drawn.title.is_empty() && !drawn.blocks.is_empty(), "{page} in {locale}");
        }
    };
    let menu = || ["home", "site", "new-batch"].map(|page| draw(page, &[]));
    menu();
    register(&hub, CAMERA).unwrap();
    menu();
    plant(&hub, "g000001").unwrap();
    menu();
    draw("site", &[("site", "g000001")]);
    draw("new-batch", &[("site", "g000001")]);
    draw("batch", B1);
    draw("trace", B1);
    harvest(&hub, "2025-04-17", at("2025-04-17", 9)).unwrap();
    draw("batch", B1);
    draw("trace", B1);
    for (page, query) in
        [("batch", &[][..]), ("batch", &[("batch", "b9")]), ("site", &[("site", "g9")]), ("nothing", &[])]
    {
        let refused = hub.view::<ProduceTrace>(visit(page, query, 0)).unwrap_err();
        assert_eq!(refused, PagesError::NotFound, "{page}");
    }
}
