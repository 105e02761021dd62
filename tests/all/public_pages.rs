//! Forms on public pages, as strangers send them: what is taken, what is turned away, and that nothing of them is written down.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;

use crate::pictures::PNG;
use crate::programs::packed;
use crate::stranger::Shown;
use crate::stranger::Stranger;
use crate::stranger::hidden;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// A photo as a phone takes it: with the place where it was taken.
const WITH_GPS: &[u8] = include_bytes!("../../host/media/testdata/baseline-exif-gps.jpg");

/// A town whose module has a public page with every kind of field, in two townships; the links of both.
struct Street {
    town: Town,
    code: String,
    beside: String,
}

impl Street {
    async fn open() -> Self {
        let town = Town::start().await;
        let digest = town.install(packed("hostile")).await;
        let mut codes = Vec::new();
        for township in [TOWNSHIP, "371122103"] {
            let grants = json!({"cameras": "all", "picture_level": "none", "links": true,
                "purposes": ["sanitation"], "assessment": "PIA-2026-001"});
            let module = json!({"township": township, "digest": digest, "settings": {}, "grants": grants});
            town.post("modules", module).await;
            // The page of the module issues a link to itself.
            let script = json!([{"issue": ["report", "{}"]}]).to_string();
            let press = json!({"form": {"script": script}});
            town.post(&format!("modules/{township}/hostile/pages/home/actions/script"), press).await;
            let links = town.get(&format!("modules/{township}/hostile/links")).await;
            codes.push(links[0]["code"].as_str().unwrap().to_owned());
        }
        let beside = codes.pop().unwrap();
        Self { town, code: codes.pop().unwrap(), beside }
    }

    fn page(&self) -> String {
        format!("/t/{}", self.code)
    }

    async fn fields(&self, stranger: &Stranger) -> BTreeMap<String, String> {
        hidden(&stranger.open(&self.page()).await.html, "report")
    }

    async fn pressed(&self) -> Vec<Value> {
        self.town.events("test.pressed").await
    }

    /// What the log keeps of presses, as it is kept.
    async fn kept(&self) -> String {
        let mut kept = String::new();
        for event in self.town.events("page.action").await {
            let seq = event["seq"].as_u64().unwrap();
            kept += &self.town.hub.store().event(&TOWNSHIP.parse().unwrap(), seq).await.unwrap().unwrap().data;
        }
        kept
    }
}

fn with(fields: &BTreeMap<String, String>, typed: &[(&str, &str)]) -> BTreeMap<String, String> {
    let typed = typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    fields.clone().into_iter().chain(typed).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_sends_a_photo_without_a_cookie_and_nobody_is_written_down() {
    let street = Street::open().await;
    let stranger = Stranger::behind(&street.town, "203.0.113.7");
    let page = stranger.open(&street.page()).await;
    assert_eq!((page.status, page.cookies), (200, 0), "{}", page.html);
    let fields = with(&hidden(&page.html, "report"), &[("note", "王小明看见的"), ("found", "wall"), ("stray", "x")]);
    let sent = stranger.send(&street.page(), &fields, &[("photo", WITH_GPS)]).await;
    assert_eq!((sent.status, sent.cookies), (303, 0), "{}", sent.html);
    let thanks = stranger.open(&sent.location).await;
    assert!(thanks.status == 200 && thanks.html.contains("Thank you"), "{thanks:?}");

    let pressed = street.pressed().await;
    assert_eq!((pressed.len(), &pressed[0]["data"]["found"]), (1, &json!(["wall"])));
    let action = street.town.events("page.action").await.pop().unwrap();
    assert_eq!(action["data"]["by"], Value::Null);
    assert_eq!(action["data"]["fields"], json!(["found", "note", "photo"]), "{action}");
    let link = action["data"]["link"].as_str().unwrap().to_owned();
    let kept = street.kept().await;
    let audited = street.town.audited("module.act").await;
    assert!(audited.contains(&format!("link:{link}")), "{audited}");
    for hidden in ["王小明", "203.0.113.7", &street.code] {
        assert!(!kept.contains(hidden) && !audited.contains(hidden), "{hidden}: {kept} {audited}");
    }
    let sha256 = action["pictures"][0]["sha256"].as_str().unwrap();
    let jpeg = street.town.hub.store().picture(&sha256.parse().unwrap()).await.unwrap().unwrap();
    assert!(!jpeg.windows(4).any(|window| window == b"Exif"), "the place where it was taken is not kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_form_keeps_what_a_stranger_typed_and_shows_his_photo_to_nobody() {
    let street = Street::open().await;
    let stranger = Stranger::at(&street.town);
    let fields = with(&street.fields(&stranger).await, &[("note", "no"), ("place", "35.58,118.83")]);
    let refused = stranger.send(&street.page(), &fields, &[("photo", WITH_GPS)]).await;
    assert!(refused.status == 422 && refused.html.contains("not this"), "{}", refused.html);
    assert!(refused.html.contains("value=\"no\"") && refused.html.contains("35.58"), "{}", refused.html);
    let sha256 = refused.html.split("name=\"photo\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for path in [format!("{}/pictures/{sha256}", street.page()), format!("/t/{}/pictures/{sha256}", street.beside)] {
        assert_eq!(stranger.open(&path).await.status, 404, "{path}");
    }
    // Whose link it was uses it again; by another link nobody does.
    let beside = format!("/t/{}", street.beside);
    let stolen = with(&hidden(&stranger.open(&beside).await.html, "report"), &[("photo", &sha256)]);
    assert_eq!(stranger.send(&beside, &stolen, &[]).await.status, 422);
    let again = with(&hidden(&refused.html, "report"), &[("note", "yes"), ("photo", &sha256)]);
    assert_eq!(stranger.send(&street.page(), &again, &[]).await.status, 303);
    let bad = with(&street.fields(&stranger).await, &[]);
    let bad = stranger.send(&street.page(), &bad, &[("photo", PNG)]).await;
    assert!(bad.status == 422 && bad.html.contains("no JPEG"), "{}", bad.html);
    assert_eq!(street.pressed().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_thousand_forms_from_one_address_ten_are_taken_and_everybody_else_is_served() {
    let street = Street::open().await;
    let flooder = Stranger::behind(&street.town, "203.0.113.7");
    // Forms that are not even theirs: what is counted is the attempt.
    let forged = BTreeMap::from([("~form".to_owned(), "report".to_owned()), ("note".to_owned(), "x".to_owned())]);
    let (mut let_in, mut turned_away) = (0, 0);
    for _ in 0..1_000 {
        match flooder.send(&street.page(), &forged, &[]).await {
            Shown { status: 422, .. } => let_in += 1,
            Shown { status: 429, .. } => turned_away += 1,
            other => panic!("{other:?}"),
        }
    }
    // One more for each half minute that the test took.
    assert!((10..30).contains(&let_in) && let_in + turned_away == 1_000, "{let_in} {turned_away}");
    let other = Stranger::behind(&street.town, "203.0.113.8");
    let fields = street.fields(&other).await;
    let sent = other.send(&street.page(), &fields, &[("photo", WITH_GPS)]).await;
    assert_eq!(sent.status, 303, "{}", sent.html);
    assert_eq!(street.pressed().await.len(), 1);
    assert!(!street.town.audited("module.act").await.contains("203.0.113"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_stored_of_a_form_that_this_page_did_not_show() {
    let street = Street::open().await;
    let stranger = |n: u8| Stranger::behind(&street.town, &format!("203.0.113.{n}"));
    let fields = street.fields(&stranger(1)).await;
    let beside = hidden(&stranger(1).open(&format!("/t/{}", street.beside)).await.html, "report");
    let send = async |n: u8, path: &str, fields: &BTreeMap<String, String>| {
        let sent = stranger(n).send(path, fields, &[("photo", WITH_GPS)]).await;
        (sent.status, sent.html.contains("nothing was sent"))
    };
    let page = street.page();
    assert_eq!(send(2, &page, &with(&fields, &[("~token", "1.00")])).await, (422, true), "a forged token");
    assert_eq!(send(3, &page, &with(&fields, &[("~token", "")])).await, (422, true), "no token");
    assert_eq!(send(4, &page, &beside).await, (422, true), "the token of another township's link");
    assert_eq!(send(5, &page, &with(&fields, &[("~form", "script")])).await.0, 404, "a form of another page");
    let mut none = fields.clone();
    none.remove("~form");
    assert_eq!(send(6, &page, &none).await.0, 404, "no form");
    assert_eq!(send(7, &format!("/t/{}", "a".repeat(26)), &fields).await.0, 404, "a link that never was");
    for origin in ["https://evil.example", "null"] {
        assert_eq!(stranger(8).send_from(origin, &page, &fields).await.status, 403, "{origin}");
    }
    let large = vec![0; 17 << 20];
    let sent = stranger(9).send(&page, &fields, &[("photo", &large)]).await;
    assert!(sent.status == 413 && sent.html.contains("16 MB"), "{sent:?}");
    let long = with(&fields, &[("note", &"x".repeat(70_000))]);
    assert_eq!(stranger(10).send(&page, &long, &[]).await.status, 413);
    let script = json!([{"revoke": street.code}]).to_string();
    let press = json!({"form": {"script": script}});
    street.town.post(&format!("modules/{TOWNSHIP}/hostile/pages/home/actions/script"), press).await;
    assert_eq!(send(11, &page, &fields).await.0, 404, "a link that was closed");
    assert_eq!(street.pressed().await.len(), 0);
    assert_eq!(street.town.audited("module.act").await.matches("link:").count(), 0, "nothing was let through");
    let store = street.town.hub.store();
    let sha256 = hex::encode(sha2::Sha256::digest(xl_media::bare(WITH_GPS).unwrap()));
    assert!(store.picture(&sha256.parse().unwrap()).await.unwrap().is_none(), "no photo was kept");
}
