//! What a module sees of cameras: only what its level shows, and what it asked to be shown every so often.

use serde_json::Value;
use serde_json::json;
use xl_media::Header;
use xl_media::PictureLimits;
use xl_model::camera::LegalClass;
use xl_model::camera::class_wish::ClassWish;
use xl_model::picture::PictureLevel;

use crate::children::publish_file;
use crate::pictures;
use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// A town with one camera that serves sanitation and has sent a picture; gives its password and the picture's hash.
async fn watched(masks: Value) -> (Town, String, String) {
    let town = Town::start().await;
    let password = town.register("gate").await;
    let camera = json!({"name": "gate", "place": "371122102999", "purposes": ["sanitation"], "masks": masks,
        "class": "other-public-place", "class_confirmed": false, "attachment": {"kind": "mqtt"},
        "signage": {"posted": true, "date": "2026-11-01"}});
    let answer = town.ask("PUT", &format!("cameras/{TOWNSHIP}/gate"), Some(camera)).await;
    assert!(answer.status < 300, "{answer:?}");
    send(&town, &password, &pictures::jpeg(320, 180, 40)).await;
    let pictures = town.events("camera.picture").await;
    let sha256 = pictures[0]["pictures"][0]["sha256"].as_str().unwrap().to_owned();
    (town, password, sha256)
}

/// The camera sends a picture.
async fn send(town: &Town, password: &str, jpeg: &[u8]) {
    let file = town.folder.path().join("gate.jpg");
    std::fs::write(&file, jpeg).unwrap();
    let (broker, user) = (town.hub.mqtt().unwrap(), format!("{TOWNSHIP}.gate"));
    let (password, topic) = (password.to_owned(), format!("xl/v1/{TOWNSHIP}/gate/image"));
    let sent =
        tokio::task::spawn_blocking(move || publish_file(broker, &user, &password, &topic, &file)).await.unwrap();
    assert!(sent.status.success(), "{sent:?}");
}

/// The hostile plugin with wishes of its own.
fn watching() -> Vec<u8> {
    let component = packed("hostile");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    let sampling = json!([{"name": "watch", "every_s": 10, "purpose": "sanitation"}]);
    manifest.samples = serde_json::from_value(sampling).unwrap();
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

async fn enable(town: &Town, plugin: Vec<u8>, level: &str) {
    let digest = town.install(plugin).await;
    let grants = json!({"cameras": "all", "picture_level": level, "links": false, "http": [],
        "purposes": ["sanitation"], "assessment": "PIA-2026-007"});
    town.post("modules", json!({"township": TOWNSHIP, "digest": digest, "settings": {}, "grants": grants})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_below_level_raw_sees_gray_where_the_camera_is_masked() {
    let (town, _, sha256) = watched(json!([[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]])).await;
    enable(&town, packed("hostile"), "masked").await;
    for (width, height) in [(32, 18), (64, 36), (320, 180), (7, 5), (640, 360)] {
        let told = town.probe("hostile", &json!([{"shades": [sha256, width, height]}])).await;
        assert!(told[0].starts_with("Ok([{128}, {"), "{width} × {height}: {told:?}");
        assert!(told[0].len() > 30, "the rest is to be seen: {told:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_look_names_a_purpose_that_the_camera_serves_and_takes_the_stored_picture_where_it_is_young() {
    let (town, _, sha256) = watched(json!([])).await;
    enable(&town, packed("hostile"), "metric").await;
    let script = json!([
        {"snapshot": ["gate", "sanitation", 3_600_000]}, {"snapshot": ["gate", "public-security", 3_600_000]},
        {"snapshot": ["gate", "sanitation", 0]}, {"metrics": sha256}, {"pixels": [sha256, 8, 8]},
    ]);
    let told = town.probe("hostile", &script).await;
    assert_eq!(told[0], format!("Ok(\"{sha256}\")"));
    assert_eq!(told[1], "Err(CamerasError::AccessDenied)");
    assert!(told[2].starts_with("Err(CamerasError::Unavailable(\"the camera sends pictures by itself"), "{told:?}");
    assert!(told[3].starts_with("Ok(Metrics { brightness: "), "{told:?}");
    assert_eq!(told[4], "Err(PicturesError::AccessDenied)");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_asked_for_samples_gets_them_as_events_with_figures() {
    let (town, password, _) = watched(json!([])).await;
    enable(&town, watching(), "metric").await;
    // The first may find the picture too old already; the one that is sent then is young at the next.
    town.until("a sample", || async { town.events("camera.sampled").await.into_iter().next() }).await;
    send(&town, &password, &pictures::jpeg(320, 180, 41)).await;
    let sent = town.events("camera.picture").await;
    let sample = town.until("a sample with the new picture", || async {
        let samples = town.events("camera.sampled").await;
        samples.into_iter().find(|sample| sample["pictures"] == sent[1]["pictures"])
    });
    let sample = sample.await;
    assert_eq!((&sample["camera"], &sample["source"]), (&json!("gate"), &json!(format!("/{TOWNSHIP}/sampling"))));
    let data = &sample["data"];
    assert_eq!(data["plans"], json!([{"module": "hostile", "name": "watch"}]));
    assert_eq!((&data["from"], &data["faults"]["frozen"]), (&json!("sent"), &json!(false)));
    assert!(data["metrics"]["brightness"].as_f64() > Some(0.0) && data["age_ms"].as_i64() >= Some(0), "{data}");
    let seen = town.until("the module saw it", || async {
        let seen = town.events("test.seen").await;
        seen.into_iter().find(|event| event["cause"] == sample["seq"])
    });
    assert_eq!(seen.await["data"]["kind"], "camera.sampled");
}

/// The hostile plugin asking for pictures as they are.
fn nosy() -> Vec<u8> {
    let component = packed("hostile");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    manifest.asks.cameras.as_mut().unwrap().level = PictureLevel::Raw;
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

async fn classify(town: &Town, class: &str) {
    let change = json!({"cameras": [format!("{TOWNSHIP}/gate")], "set": {"class": class}});
    let answer = town.ask("PATCH", "cameras", Some(change)).await;
    assert!(answer.status < 300, "{answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_public_place_is_shown_raw_neither_by_grants_nor_when_a_camera_becomes_public_and_looks_are_registered() {
    let (town, _, sha256) = watched(json!([])).await;
    let digest = town.install(nosy()).await;
    let enable = |level: &str, assessment: Value| {
        let grants =
            json!({"cameras": "all", "picture_level": level, "purposes": ["sanitation"], "assessment": assessment});
        town.ask(
            "POST",
            "modules",
            Some(json!({"township": TOWNSHIP, "digest": digest, "settings": {}, "grants": grants})),
        )
    };
    assert_eq!(enable("raw", json!("PIA-2026-007")).await.json["code"], "XL0947");
    assert_eq!(enable("masked", Value::Null).await.json["code"], "XL0948");
    classify(&town, "non-public").await;
    assert_eq!(enable("raw", Value::Null).await.status, 201);
    let script = json!([{"pixels": [sha256, 8, 8]}]);
    assert!(town.probe("hostile", &script).await[0].starts_with("Ok("));
    // Another administrator wanted it before; the one who asks now is the second person.
    let wish = ClassWish {
        key: format!("{TOWNSHIP}/gate").parse().unwrap(),
        from: LegalClass::NonPublic,
        to: LegalClass::OtherPublicPlace,
        by: "zhang".parse().unwrap(),
        asked_ms: i64::MAX,
        reason: "the gate stands at a road".to_owned(),
    };
    town.hub.store().let_class_wishes_wait(vec![wish]).await.unwrap();
    let town = town.restart().await;
    classify(&town, "other-public-place").await;
    assert_eq!(town.probe("hostile", &script).await[0], "Err(PicturesError::AccessDenied)");

    let looks = town.get("looks?who=module%20hostile&camera=gate").await;
    let told: Vec<_> = looks["rows"].as_array().unwrap().iter().map(|row| (&row["outcome"], &row["purpose"])).collect();
    assert!(told.contains(&(&json!("allowed"), &json!("sanitation"))), "{looks}");
    assert!(told.contains(&(&json!("refused"), &json!("sanitation"))), "{looks}");
}

/// Width and height of a picture as a person gets it who looks for this purpose.
async fn size(town: &Town, sha256: &str, purpose: &str) -> (u32, u32) {
    let stated = format!("purpose={purpose}&reason=look+at+the+gate");
    let call = reqwest::Client::new().get(format!("{}/api/v1/pictures/{TOWNSHIP}/{sha256}?{stated}", town.url()));
    let jpeg = call.bearer_auth(&town.token).send().await.unwrap().bytes().await.unwrap();
    let Header { width, height } = xl_media::check(&jpeg, &PictureLimits::default()).unwrap();
    (width, height)
}

/// Whether a module tells black columns from white ones at the size of the picture, and whether it gets a JPEG of it that is wider
/// than 320 pixels, or than what is left of a high one.
async fn module_sees(town: &Town, sha256: &str, (width, height): (u16, u16)) -> (bool, bool) {
    let script = json!([{"shades": [sha256, width, height]}, {"jpeg": [sha256, width]}, {"jpeg": [sha256, 320]}]);
    let told = town.probe("hostile", &script).await;
    let shades = told[0].split(|c: char| !c.is_ascii_digit()).filter_map(|shade| shade.parse::<u8>().ok());
    let shades: Vec<u8> = shades.collect();
    assert!(shades.len() > 1 && told[1].starts_with("Ok("), "{told:?}");
    let has_columns = shades.iter().any(|shade| *shade < 64) && shades.iter().any(|shade| *shade > 192);
    (has_columns, told[1] != told[2])
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_public_place_320_pixels_a_side_are_seen_at_most_unless_for_public_security() {
    let (town, password, _) = watched(json!([])).await;
    town.serves("gate", "sanitation;public-security").await;
    enable(&town, packed("hostile"), "masked").await;
    let sizes = [((640, 360), (320, 180)), ((360, 640), (180, 320))];
    for ((width, height), _) in sizes {
        send(&town, &password, &pictures::stripes(width, height)).await;
    }
    let sent = town.events("camera.picture").await;
    let sent: Vec<&str> = sent[1..].iter().map(|event| event["pictures"][0]["sha256"].as_str().unwrap()).collect();
    let full = |(width, height): (u16, u16)| (u32::from(width), u32::from(height));
    for (sha256, (whole, most)) in sent.iter().zip(sizes) {
        assert_eq!(module_sees(&town, sha256, whole).await, (false, false), "{whole:?}");
        assert_eq!(size(&town, sha256, "sanitation").await, most);
        assert_eq!(size(&town, sha256, "public-security").await, full(whole));
    }
    classify(&town, "non-public").await;
    for (sha256, (whole, _)) in sent.iter().zip(sizes) {
        assert_eq!(module_sees(&town, sha256, whole).await, (true, true), "{whole:?}");
        assert_eq!(size(&town, sha256, "sanitation").await, full(whole));
    }
}
