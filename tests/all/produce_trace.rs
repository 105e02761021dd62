//! A batch's life: recorded by people, captured by a camera, opened by a buyer.

use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering;

use serde_json::Value;
use serde_json::json;
use xl_media::PictureLimits;

use crate::children::publish_file;
use crate::pictures;
use crate::programs::packed;
use crate::stranger::Stranger;
use crate::town::Answer;
use crate::town::TOWNSHIP;
use crate::town::Town;

const MODULE: &str = "modules/371122102/produce-trace";

struct Farm {
    town: Town,
    password: String,
    pictures: AtomicU8,
}

impl Farm {
    async fn start() -> Self {
        let town = Town::start().await;
        let password = town.register("gh-1").await;
        town.serves("gh-1", "traceability").await;
        let digest = town.install(packed("produce-trace")).await;
        let grants = json!({"cameras": "all", "picture_level": "masked", "links": true, "cases": true, "purposes": ["traceability"],
            "assessment": "PIA-2026-007"});
        let module = json!({"township": TOWNSHIP, "digest": digest,
            "settings": {"picture_every_minutes": 1, "complaint_matter": {"set": "gbt30428", "code": "01-02"}},
            "grants": grants});
        town.post("modules", module).await;
        Self { town, password, pictures: AtomicU8::new(0) }
    }

    async fn press(&self, page: &str, action: &str, query: Value, form: Value) -> Answer {
        let press = json!({"query": query, "form": form});
        self.town.ask("POST", &format!("{MODULE}/pages/{page}/actions/{action}"), Some(press)).await
    }

    async fn pressed(&self, page: &str, action: &str, query: Value, form: Value) -> Value {
        let answer = self.press(page, action, query, form).await;
        assert_eq!(answer.status, 200, "{page}/{action}: {answer:?}");
        answer.json
    }

    /// A greenhouse with a growing batch; gives the batch.
    async fn planted(&self) -> String {
        let site = json!({"name": "1号大棚", "producer": "夏庄合作社", "camera": "gh-1"});
        let site = self.pressed("site", "register-site", json!({}), site).await;
        let batch = json!({"site": site["query"]["site"], "product": "番茄", "variety": "", "quantity": "1200",
            "unit": "plants", "planted": "2025-03-01"});
        let batch = self.pressed("new-batch", "create-batch", json!({}), batch).await;
        batch["query"]["batch"].as_str().unwrap().to_owned()
    }

    async fn sends(&self, what: &str, bytes: &[u8]) {
        let file = self.town.folder.path().join("message");
        std::fs::write(&file, bytes).unwrap();
        let (broker, password) = (self.town.hub.mqtt().unwrap(), self.password.clone());
        let (user, topic) = (format!("{TOWNSHIP}.gh-1"), format!("xl/v1/{TOWNSHIP}/gh-1/{what}"));
        let sent = tokio::task::spawn_blocking(move || publish_file(broker, &user, &password, &topic, &file));
        assert!(sent.await.unwrap().status.success());
    }

    async fn takes_a_picture(&self) {
        let shade = self.pictures.fetch_add(1, Ordering::Relaxed);
        self.sends("image", &pictures::jpeg(640, 360, shade)).await;
    }

    async fn page(&self, page: &str, batch: &str) -> String {
        self.town.caught_up("produce-trace").await;
        self.town.get(&format!("{MODULE}/pages/{page}?batch={batch}")).await.to_string()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_and_readings_attach_to_the_growing_batch_and_a_buyer_sees_its_life() {
    let farm = Farm::start().await;
    let batch = farm.planted().await;
    farm.takes_a_picture().await;
    farm.sends("telemetry", br#"{"v":1,"sid":"s","seq":1,"m":{"temp_c":23.5,"rh_pct":71}}"#).await;
    let page = farm.page("batch", &batch).await;
    let sha256 = farm.town.events("camera.picture").await[0]["pictures"][0]["sha256"].as_str().unwrap().to_owned();
    assert!(page.contains(&sha256), "the picture is on the timeline: {page}");
    assert!(page.contains("23.5"), "the reading is on the page: {page}");
    assert_eq!(farm.town.events("trace.evidence.attached").await[0]["pictures"][0]["sha256"], json!(sha256));

    let query = json!({"batch": batch});
    farm.pressed("batch", "issue-link", query.clone(), json!({})).await;
    let links = farm.town.get(&format!("{MODULE}/links")).await;
    let code = links[0]["code"].as_str().unwrap().to_owned();
    let (status, html) = farm.town.page(&format!("/t/{code}"), false).await;
    assert_eq!(status, 200, "{html}");
    assert!(html.contains("番茄") && html.contains(&sha256), "{html}");
    assert!(!html.contains("<script") && !html.contains("夏庄合作社"), "no script, no producer: {html}");
    assert!(html.contains("提交投诉"), "{html}");
    let shown = reqwest::get(format!("{}/t/{code}/pictures/{sha256}?width=640", farm.town.url())).await.unwrap();
    assert_eq!(shown.headers()["cache-control"], "private, max-age=300");
    let shown = xl_media::check(&shown.bytes().await.unwrap(), &PictureLimits::default()).unwrap();
    assert_eq!((shown.width, shown.height), (320, 180), "nobody has said that the camera is a greenhouse's");
    let other = "0".repeat(64);
    assert_eq!(farm.town.page(&format!("/t/{code}/pictures/{other}"), false).await.0, 404);

    farm.pressed("batch", "revoke-link", query, json!({})).await;
    assert_eq!(farm.town.page(&format!("/t/{code}"), false).await.0, 404, "a closed link opens nothing");
    assert_eq!(farm.town.page(&format!("/t/{code}/pictures/{sha256}"), false).await.0, 404);
    assert_eq!(farm.town.page(&format!("/m/{code}"), false).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_complains_by_the_code_on_the_product_and_sees_how_it_goes_on() {
    let farm = Farm::start().await;
    let batch = farm.planted().await;
    farm.pressed("batch", "issue-link", json!({"batch": batch}), json!({})).await;
    let code = farm.town.get(&format!("{MODULE}/links")).await[0]["code"].as_str().unwrap().to_owned();
    let buyer = Stranger::at(&farm.town);
    let page = format!("/t/{code}");
    let empty = buyer.fill(&page, "complain", &[("complaint", "")]).await;
    assert!(empty.status == 422 && empty.html.contains("aria-invalid"), "{}", empty.html);
    let sent = buyer.fill(&page, "complain", &[("complaint", "有异味\r\n发黑")]).await;
    assert_eq!((sent.status, sent.cookies), (303, 0), "{}", sent.html);
    assert!(!sent.location.contains(&code), "a link of its own: {}", sent.location);

    let opened = farm.town.events("case.opened").await.pop().unwrap();
    let case = opened["subject"].as_str().unwrap().to_owned();
    let told = farm.town.get(&format!("cases/{case}")).await;
    assert_eq!((&told["source"], &told["description"]), (&json!("link"), &json!("有异味\n发黑")));
    let history = farm.town.get(&format!("cases/{case}/history")).await.to_string();
    assert!(history.contains("link:"), "{history}");
    let own = buyer.open(&sent.location).await;
    assert!(own.html.contains(&case) && own.html.contains(&batch) && !own.html.contains("有异味"), "{}", own.html);
    assert!(own.html.contains("Keep the address"), "{}", own.html);

    for step in [json!({"name": "verify"}), json!({"name": "reject", "note": "样品合格"})] {
        let mut step = step;
        step["revision"] = farm.town.get(&format!("cases/{case}")).await["revision"].clone();
        farm.town.post(&format!("cases/{case}/steps"), step).await;
    }
    let later = farm.town.until("the answer", || async {
        let own = buyer.open(&sent.location).await.html;
        own.contains("样品合格").then_some(own)
    });
    assert!(!later.await.contains("admin"), "nobody is named");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_batch_with_a_gtin_is_a_digital_link_that_opens_its_page() {
    let farm = Farm::start().await;
    farm.planted().await;
    let batch = json!({"site": "g000001", "product": "草莓", "variety": "", "quantity": "1", "unit": "mu",
        "planted": "", "gtin": "9521234543213"});
    let batch = farm.pressed("new-batch", "create-batch", json!({}), batch).await;
    let batch = batch["query"]["batch"].as_str().unwrap().to_owned();
    farm.pressed("batch", "issue-link", json!({"batch": batch}), json!({})).await;
    let (_, html) = farm.town.page(&format!("/{MODULE}/batch?batch={batch}"), true).await;
    let link = html.split("class=\"address\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let (at, named) = link.split_once("/01/").unwrap();
    // TEN-8: the batch's number counts up, the code tells of no other one.
    let code = farm.town.get(&format!("{MODULE}/links")).await[0]["code"].as_str().unwrap().to_owned();
    assert_eq!(named, format!("09521234543213/10/{}", &code[..20]));
    assert!(!link.contains(&batch), "{link}");
    let path = &at[at.find("/t/").unwrap()..];
    let buyer = Stranger::at(&farm.town);
    for (named, status) in [
        (named.to_owned(), 200),
        (format!("{named}?17=271231&lang=en"), 200),
        ("09521234543213".to_owned(), 200),
        ("09521234543214".to_owned(), 404),
        (format!("{named}/10/x"), 404),
        ("09521234543213/10".to_owned(), 404),
        (String::new(), 404),
    ] {
        let page = buyer.open(&format!("{path}/01/{named}")).await;
        assert_eq!((page.status, page.html.contains("草莓")), (status, status == 200), "{named}");
    }
    let other = format!("/t/{}/01/09521234543213", "a".repeat(26));
    assert_eq!(buyer.open(&other).await.status, 404, "the code opens, the product does not");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_harvest_inside_the_pre_harvest_interval_is_refused_with_the_day_from_which_it_is_allowed() {
    let farm = Farm::start().await;
    let batch = farm.planted().await;
    let query = json!({"batch": batch});
    let used = json!({"name": "阿维菌素", "registration": "PD20150001", "source": "农资店", "purpose": "红蜘蛛",
        "dose": "20 ml/亩", "interval_days": "7", "used": "2025-04-10"});
    farm.pressed("batch", "use-input", query.clone(), used).await;
    let early =
        farm.press("batch", "harvest", query.clone(), json!({"harvested": "2025-04-16", "quantity_kg": "80"})).await;
    assert_eq!((early.status, &early.json["code"]), (422, &json!("XL0625")), "{early:?}");
    assert!(early.json["fields"]["harvested"].as_str().unwrap().contains("2025-04-17"), "{early:?}");
    assert_eq!(farm.town.events("trace.batch.harvested").await.len(), 0);
    farm.pressed("batch", "harvest", query, json!({"harvested": "2025-04-17", "quantity_kg": "80"})).await;
    let harvested = farm.town.events("trace.batch.harvested").await;
    assert_eq!(harvested[0]["data"]["quantity_kg"].to_string().trim_matches('"'), "80", "{harvested:?}");
    let actions = farm.town.events("page.action").await;
    assert_eq!(harvested[0]["cause"], actions.last().unwrap()["seq"], "the press caused it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_names_each_field_and_keeps_what_was_typed() {
    let farm = Farm::start().await;
    farm.planted().await;
    let form = json!({"site": "", "product": "", "variety": "", "quantity": "many", "unit": "plants", "planted": "2999-01-01"});
    let refused = farm.press("new-batch", "create-batch", json!({}), form).await;
    for field in ["site", "product", "quantity", "planted"] {
        assert!(refused.json["fields"][field].is_string(), "{field}: {refused:?}");
    }
    let town = &farm.town;
    let call = reqwest::Client::new().post(format!("{}/{MODULE}/new-batch/create-batch", town.url()));
    let call = call.header("content-type", "application/x-www-form-urlencoded").body("quantity=many&unit=plants");
    let html = call.bearer_auth(&town.token).send().await.unwrap().text().await.unwrap();
    assert!(html.contains(r#"value="many""#), "what was typed is still there: {html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_a_batch_survives_a_restart() {
    let farm = Farm::start().await;
    let batch = farm.planted().await;
    farm.takes_a_picture().await;
    let before = farm.page("batch", &batch).await;
    let Farm { town, password, pictures } = farm;
    let farm = Farm { town: town.restart().await, password, pictures };
    assert_eq!(farm.page("batch", &batch).await, before);
    farm.sends("telemetry", br#"{"v":1,"sid":"s","seq":9,"m":{"temp_c":19.25}}"#).await;
    assert!(farm.page("batch", &batch).await.contains("19.2"), "and goes on");
}
