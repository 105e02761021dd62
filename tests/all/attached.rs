//! Photos, positions and choices that people fill in on a module's page, from the browser to the log and back.

use serde_json::Value;
use serde_json::json;
use xl_model::id::Digest;

use crate::pictures::PNG;
use crate::pictures::jpeg;
use crate::programs::packed;
use crate::town::Answer;
use crate::town::TOWNSHIP;
use crate::town::Town;

const PLACE: &str = "modules/371122102/hostile";
const BOUNDARY: &str = "a-boundary-that-no-picture-has";

/// A photo as a phone takes it: with the place where it was taken.
const WITH_GPS: &[u8] = include_bytes!("../../host/media/testdata/baseline-exif-gps.jpg");

/// A part of a form: the name of its field, and a text or a file.
enum Part<'a> {
    Text(&'a str, &'a str),
    File(&'a str, &'a [u8]),
}

fn body(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        let (head, bytes) = match part {
            Part::Text(name, text) => (format!("name=\"{name}\""), text.as_bytes()),
            Part::File(name, bytes) => {
                (format!("name=\"{name}\"; filename=\"p.jpg\"\r\ncontent-type: image/jpeg"), *bytes)
            }
        };
        body.extend(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n").into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}

struct Round {
    town: Town,
}

impl Round {
    /// A town whose module may see no picture of any camera.
    async fn start() -> Self {
        Self::start_with("none").await
    }

    async fn start_with(level: &str) -> Self {
        let town = Town::start().await;
        let digest = town.install(packed("hostile")).await;
        let grants = json!({"cameras": "all", "picture_level": level, "links": true, "http": [],
            "purposes": ["sanitation"], "assessment": "PIA-2026-001"});
        town.post("modules", json!({"township": TOWNSHIP, "digest": digest, "settings": {}, "grants": grants})).await;
        Self { town }
    }

    async fn send(&self, path: &str, parts: &[Part<'_>]) -> (u16, String) {
        let call = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let call = call.post(format!("{}/{path}", self.town.url())).bearer_auth(&self.town.token);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let answer = call.header("content-type", kind).body(body(parts)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Reports as a program does.
    async fn report(&self, form: Value, pictures: &[(&str, &[u8])]) -> Answer {
        let press = json!({ "form": form }).to_string();
        let files = pictures.iter().map(|(name, bytes)| Part::File(name, bytes));
        let parts: Vec<_> = [Part::Text("press", &press)].into_iter().chain(files).collect();
        let (status, text) = self.send(&format!("api/v1/{PLACE}/pages/report/actions/report?lang=en"), &parts).await;
        Answer { status, json: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
    }

    /// Reports as a browser does.
    async fn browse(&self, parts: &[Part<'_>]) -> (u16, String) {
        self.send(&format!("{PLACE}/report/report?lang=en"), parts).await
    }

    async fn actions(&self) -> Vec<Value> {
        self.town.events("page.action").await
    }

    /// What was filled in, as the log keeps it; no program is told that.
    async fn filled(&self, action: &Value) -> Value {
        let seq = action["seq"].as_u64().unwrap();
        let event = self.town.hub.store().event(&TOWNSHIP.parse().unwrap(), seq).await.unwrap().unwrap();
        serde_json::from_str::<Value>(&event.data).unwrap()["form"].clone()
    }

    /// The picture of the last action.
    async fn attached(&self) -> String {
        self.actions().await.last().unwrap()["pictures"][0]["sha256"].as_str().unwrap().to_owned()
    }

    async fn status(&self, path: &str) -> u16 {
        self.town.page(path, true).await.0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_kept_without_its_place_and_named_by_the_action_and_by_what_the_module_publishes() {
    let round = Round::start().await;
    let form = json!({"place": " 35.5800，118.83", "cleaned": "yes", "found": "wall bin"});
    let answer = round.report(form, &[("photo", WITH_GPS)]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let sha256 = round.attached().await;
    let action = round.actions().await.remove(0);
    let filled = round.filled(&action).await;
    assert_eq!(filled["photo"], json!(sha256), "{action}");
    assert_eq!((&filled["place"], &filled["found"]), (&json!("35.58,118.83"), &json!("bin wall")), "{action}");
    let published = round.town.events("test.pressed").await.remove(0);
    assert_eq!(published["pictures"][0]["sha256"], json!(sha256), "without a grant for pictures: {published}");
    assert_eq!(published["data"]["place"], json!([35.58, 118.83]));

    let (store, digest) = (round.town.hub.store(), sha256.parse::<Digest>().unwrap());
    let kept = store.picture(&digest).await.unwrap().unwrap();
    let has = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
    assert!(has(WITH_GPS, b"Exif") && !has(&kept, b"Exif"), "where it was taken does not stay");
    let upload = store.upload(&TOWNSHIP.parse().unwrap(), &digest, None).await.unwrap().unwrap();
    assert_eq!((upload.account.as_str(), upload.module.plugin.as_str()), ("admin", "hostile"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_open_the_page_sees_the_photo_and_others_state_a_reason() {
    let round = Round::start().await;
    round.report(json!({}), &[("photo", &jpeg(640, 480, 1))]).await;
    let picture = format!("/pictures/{TOWNSHIP}/{}", round.attached().await);
    let (_, page) = round.town.page(&format!("/{PLACE}/report"), true).await;
    assert!(page.contains(&format!("{picture}?width=320&#38;module=hostile")), "{page}");
    assert_eq!(round.status(&format!("{picture}?width=320&module=hostile")).await, 200);
    assert_eq!(round.status(&format!("{picture}?module=produce-trace")).await, 404, "it is this module's");
    assert_eq!(round.status(&picture).await, 403);
    assert_eq!(round.status(&format!("{picture}?reason=a+complaint")).await, 200);
    let (_, stranger) = round.town.page(&picture, false).await;
    assert!(stranger.contains("name=\"password\""), "who is not signed in is led there: {stranger}");
    let other = picture.replace(TOWNSHIP, "371122103");
    assert_eq!(round.status(&format!("{other}?reason=a+complaint")).await, 404);
    let audit = round.town.audited("look.upload").await;
    assert!(audit.contains("a complaint") && audit.contains("page of hostile"), "{audit}");
    let looks = round.town.get("looks").await.to_string();
    assert!(!looks.contains("look.upload"), "no camera was looked at: {looks}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_keeps_the_photo_and_what_was_typed_for_the_next_try() {
    let round = Round::start().await;
    let photo = jpeg(320, 240, 2);
    let parts = [Part::Text("note", "no"), Part::Text("place", "35.5,118.8"), Part::File("photo", &photo)];
    let (status, page) = round.browse(&parts).await;
    assert_eq!(status, 422, "{page}");
    assert!(page.contains("not this") && page.contains("value=\"no\"") && page.contains("35.5,118.8"), "{page}");
    assert_eq!(round.actions().await.len(), 0);
    let sha256 = page.split("name=\"photo\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let small = format!("/pictures/{TOWNSHIP}/{sha256}?width=320&module=hostile");
    assert_eq!(round.status(&small).await, 200, "it is shown beside its field");

    let parts = [Part::Text("note", "yes"), Part::Text("photo", &sha256), Part::File("photo", PNG)];
    let (status, page) = round.browse(&parts).await;
    assert!(status == 422 && page.contains("no JPEG"), "{page}");
    assert!(page.contains(&format!("name=\"photo\" value=\"{sha256}\"")), "a bad one takes nobody's place: {page}");
    let parts = [Part::Text("note", "yes"), Part::Text("photo", &sha256), Part::File("photo", b"")];
    let (status, page) = round.browse(&parts).await;
    assert_eq!(status, 303, "{page}");
    assert_eq!(round.attached().await, sha256);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_photo_takes_the_place_of_the_one_before_and_four_more_are_enough() {
    let round = Round::start().await;
    let photos: Vec<Vec<u8>> = (10..16).map(|shade| jpeg(64, 48, shade)).collect();
    round.report(json!({}), &[("photo", &photos[0])]).await;
    let before = round.attached().await;
    let form = json!({"photo": before, "more": before});
    let more = photos[2..5].iter().map(|bytes| ("more", bytes.as_slice()));
    let pictures: Vec<_> = [("photo", photos[1].as_slice())].into_iter().chain(more).collect();
    let answer = round.report(form, &pictures).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let action = round.actions().await.pop().unwrap();
    let filled = round.filled(&action).await;
    assert_ne!(filled["photo"], json!(before));
    assert_eq!(filled["more"].as_str().unwrap().split(' ').count(), 4);
    assert_eq!(action["pictures"].as_array().unwrap().len(), 5, "{action}");
    let five: Vec<_> = photos[..5].iter().map(|bytes| ("more", bytes.as_slice())).collect();
    let answer = round.report(json!({"photo": before}), &five).await;
    assert!(
        answer.status == 422 && answer.json["fields"]["more"].as_str().unwrap().contains("At most 4"),
        "{answer:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_position_or_choice_is_refused_at_its_field() {
    let round = Round::start().await;
    let photo = jpeg(64, 48, 3);
    let large = [photo.as_slice(), &vec![0; 9 << 20]].concat();
    let cut = &photo[..photo.len() / 2];
    let good = ("photo", photo.as_slice());
    for (form, pictures, field, said) in [
        (json!({}), vec![("photo", PNG)], "photo", "no JPEG"),
        (json!({}), vec![("photo", cut)], "photo", "broken"),
        (json!({}), vec![("photo", large.as_slice())], "photo", "8 MiB"),
        (json!({}), vec![good, ("note", photo.as_slice())], "note", "No picture"),
        (json!({"photo": "a".repeat(64)}), vec![], "photo", "no longer there"),
        (json!({"photo": "<script>"}), vec![], "photo", "no longer there"),
        (json!({"place": "35.5"}), vec![good], "place", "comma"),
        (json!({"place": "118.83,35.58"}), vec![good], "place", "no such place"),
        (json!({"cleaned": "on"}), vec![good], "cleaned", "ticked"),
        (json!({"found": "bin sky"}), vec![good], "found", "offered"),
        (json!({}), vec![], "photo", "a photo is missing"),
    ] {
        let answer = round.report(form, &pictures).await;
        assert_eq!((answer.status, &answer.json["code"]), (422, &json!("XL0625")), "{field}: {answer:?}");
        assert!(answer.json["fields"][field].as_str().unwrap_or_default().contains(said), "{field}: {answer:?}");
    }
    assert_eq!(round.actions().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_of_one_township_cannot_be_attached_or_opened_in_another() {
    let round = Round::start_with("masked").await;
    let digest = round.town.get("modules").await[0]["digest"].as_str().unwrap().to_owned();
    let grants = json!({"cameras": "all", "picture_level": "masked", "purposes": ["sanitation"], "assessment": "P-1"});
    let module = json!({"township": "371122103", "digest": digest, "settings": {}, "grants": grants});
    round.town.post("modules", module).await;
    round.report(json!({}), &[("photo", &jpeg(64, 48, 4))]).await;
    let sha256 = round.attached().await;
    let press = json!({"form": {"photo": sha256}});
    let elsewhere = "modules/371122103/hostile/pages/report/actions/report";
    let answer = round.town.ask("POST", elsewhere, Some(press)).await;
    assert_eq!((answer.status, answer.json["fields"]["photo"].is_string()), (422, true), "{answer:?}");

    let opened = round.town.probe("hostile", &json!([{"open": sha256}, {"jpeg": [sha256, 32]}])).await;
    assert!(opened[0].contains("(\"\", 64, 48"), "it has no camera: {opened:?}");
    assert!(opened[1].starts_with("Ok"), "and no masks: {opened:?}");
    let script: String = json!([{"open": sha256}]).to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
    let page = round.town.get(&format!("modules/371122103/hostile/pages/home?script={script}")).await;
    assert!(page.to_string().to_lowercase().contains("notfound"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_page_shows_the_photo_that_the_module_chose_to_show() {
    let round = Round::start().await;
    let hidden = jpeg(64, 48, 5);
    let (status, page) = round.browse(&[Part::Text("note", "no"), Part::File("photo", &hidden)]).await;
    assert_eq!(status, 422, "{page}");
    let hidden = page.split("name=\"photo\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let answer = round.report(json!({"note": "link"}), &[("photo", WITH_GPS)]).await;
    let code = answer.json["query"]["link"].as_str().unwrap().to_owned();
    let (status, page) = round.town.page(&format!("/t/{code}"), false).await;
    assert!(status == 200 && page.contains("93.72 %") && page.contains("~token"), "{page}");
    let shown = round.attached().await;
    assert_eq!(round.town.page(&format!("/t/{code}/pictures/{shown}"), false).await.0, 200);
    assert_eq!(round.town.page(&format!("/t/{code}/pictures/{hidden}"), false).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_asks_where_one_stands_offers_our_script_and_no_other_page_does() {
    let round = Round::start().await;
    for (path, offers) in [(format!("/{PLACE}/report"), true), (format!("/{PLACE}/home"), false)] {
        let call = reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}{path}", round.town.url()));
        let answer = call.bearer_auth(&round.town.token).send().await.unwrap();
        let policy = answer.headers()["content-security-policy"].to_str().unwrap().to_owned();
        let page = answer.text().await.unwrap();
        assert_eq!((policy.contains("script-src 'self'"), page.contains("<script")), (offers, offers), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        if let Some(script) = page.split("<script src=\"").nth(1) {
            let (status, script) = round.town.page(script.split('"').next().unwrap(), false).await;
            assert!(status == 200 && script.contains("geolocation"), "{script}");
        }
    }
}
