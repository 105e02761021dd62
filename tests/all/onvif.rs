//! ONVIF cameras at a real hub: from the registration to events, status and pictures. The cameras are simulated, on loopback.

use serde_json::Value;
use serde_json::json;
use simulated_onvif::device::Device;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// The password of every simulated camera.
const PASSWORD: &str = "simulated";

async fn town() -> Town {
    Town::start_with(|config| config.onvif.allow_loopback = true).await
}

async fn fleet(cameras: usize) -> Fleet {
    Fleet::start(FleetConfig { cameras, ..FleetConfig::default() }).await.unwrap()
}

/// Registers a simulated camera with its user, and sets the password that is said.
async fn add(town: &Town, camera: &str, device: &Device, password: &str) {
    let address = device.address();
    let attachment =
        json!({"kind": "onvif", "host": address.ip().to_string(), "port": address.port(), "user": "admin"});
    let body = json!({"township": TOWNSHIP, "camera": camera, "name": camera, "place": "371122102201",
                      "purposes": ["sanitation"], "attachment": attachment,
                          "signage": {"posted": true, "date": "2026-11-01"}});
    town.post("cameras", body).await;
    let secret = town.ask("PUT", &path(camera, "credentials"), Some(json!({"password": password}))).await;
    assert_eq!(secret.status, 204, "{secret:?}");
}

fn path(camera: &str, what: &str) -> String {
    format!("cameras/{TOWNSHIP}/{camera}/{what}")
}

/// Waits until a camera is found at a level.
async fn level(town: &Town, camera: &str, level: &str) -> Value {
    town.until(&format!("{camera} is {level}"), || async {
        let answer = town.ask("GET", &path(camera, "condition"), None).await;
        (answer.json["level"] == level).then_some(answer.json)
    })
    .await
}

/// Waits until a camera is subscribed to, lets something move, and waits until the log has it.
async fn motion(town: &Town, camera: &str, device: &Device) -> Value {
    town.until("a subscription", || async { (device.record().subscriptions_alive > 0).then_some(()) }).await;
    let before = town.events("camera.motion").await.len();
    device.motion(true);
    let event = town
        .until("a motion event", || async {
            let events = town.events("camera.motion").await;
            events[before..]
                .iter()
                .find(|event| event["camera"] == camera && event["data"]["state"] == "active")
                .cloned()
        })
        .await;
    device.motion(false);
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_registered_tells_its_motion_is_up_and_gives_a_picture() {
    let (town, fleet) = (town().await, fleet(1).await);
    let device = fleet.device(0).unwrap();
    add(&town, "on-1", device, PASSWORD).await;
    let condition = level(&town, "on-1", "up").await;
    assert_eq!(condition["code"], Value::Null);
    let event = motion(&town, "on-1", device).await;
    assert_eq!(event["source"], format!("/{TOWNSHIP}/{TOWNSHIP}.on-1"));
    town.until("the end of the motion", || async {
        let events = town.events("camera.motion").await;
        events.iter().any(|event| event["data"]["state"] == "inactive").then_some(())
    })
    .await;
    let camera = town.get(&format!("cameras/{TOWNSHIP}/on-1")).await;
    assert!(!camera["profiles"].as_array().unwrap().is_empty(), "its streams are registered: {camera}");

    let wanted = json!({"purpose": "sanitation", "reason": "路口积水"});
    let picture = town.post(&path("on-1", "snapshot"), wanted).await;
    assert!(picture["age_ms"].as_i64().unwrap() < 60_000, "{picture}");
    let [kept] = town.events("camera.picture").await.try_into().unwrap();
    // Modules and feeds read the event: who looked, and in which words, is for the register alone.
    assert_eq!(kept["data"], json!({"stream": "main", "asked_for": "sanitation"}));
    assert!(!kept.to_string().contains("路口积水") && !kept.to_string().contains("admin"), "{kept}");
    let looks = town.get(&format!("looks?township={TOWNSHIP}&camera=on-1")).await;
    let row = &looks["rows"][0];
    assert_eq!((&row["action"], &row["who"]), (&json!("look.snapshot"), &json!("admin")), "{looks}");
    assert_eq!((&row["purpose"], &row["reason"]), (&json!("sanitation"), &json!("路口积水")), "{looks}");
    assert_eq!(kept["pictures"][0]["sha256"], picture["sha256"]);
    let other = json!({"purpose": "forest-fire", "reason": "检查路口"});
    let refused = town.ask("POST", &path("on-1", "snapshot"), Some(other)).await;
    assert_eq!((refused.status, &refused.json["code"]), (403, &json!("XL0731")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_tried_twice_at_most_and_a_new_one_at_once() {
    let (town, fleet) = (town().await, fleet(1).await);
    let device = fleet.device(0).unwrap();
    device.set(Fault::LockOut);
    add(&town, "on-1", device, "canary-4711").await;
    let condition = level(&town, "on-1", "auth_failed").await;
    assert_eq!(condition["code"], "XL0427");
    assert!(device.record().auth_failures <= 2, "{:?}", device.record());
    let secret = town.ask("PUT", &path("on-1", "credentials"), Some(json!({"password": PASSWORD}))).await;
    assert_eq!(secret.status, 204);
    level(&town, "on-1", "up").await;
    assert!(device.record().auth_failures <= 2 && device.record().locked_out == 0, "{:?}", device.record());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_camera_is_asked_no_more_and_one_that_moved_is_asked_where_it_is() {
    let (town, fleet) = (town().await, fleet(2).await);
    let (first, second) = (fleet.device(0).unwrap(), fleet.device(1).unwrap());
    add(&town, "on-1", first, PASSWORD).await;
    motion(&town, "on-1", first).await;
    let port = second.address().port().to_string();
    let bulk = json!({"cameras": [format!("{TOWNSHIP}/on-1")], "set": {"attachment.port": port}});
    let moved = town.ask("PATCH", "cameras", Some(bulk)).await;
    assert!(moved.status < 300, "{moved:?}");
    motion(&town, "on-1", second).await;
    let removed = town.ask("DELETE", &format!("cameras/{TOWNSHIP}/on-1"), None).await;
    assert_eq!(removed.status, 204);
    assert_eq!(town.ask("GET", &path("on-1", "condition"), None).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_a_module_is_asked_of_the_camera_and_kept() {
    let (town, fleet) = (town().await, fleet(1).await);
    add(&town, "on-1", fleet.device(0).unwrap(), PASSWORD).await;
    level(&town, "on-1", "up").await;
    town.until("its streams", || async {
        let camera = town.get(&format!("cameras/{TOWNSHIP}/on-1")).await;
        camera["profiles"].as_array().is_some_and(|profiles| !profiles.is_empty()).then_some(())
    })
    .await;
    let digest = town.install(packed("hostile")).await;
    let grants = json!({"cameras": "all", "picture_level": "metric", "links": false, "http": [],
        "purposes": ["sanitation"], "assessment": "PIA-2026-007"});
    let module = json!({"township": TOWNSHIP, "digest": digest, "settings": {"behaviour": "probe"}, "grants": grants});
    town.post("modules", module).await;
    let script = json!({"script": [{"snapshot": ["on-1", "sanitation", 0]}, {"snapshot": ["on-1", "flood", 0]}]});
    town.post("events", json!({"township": TOWNSHIP, "kind": "test.ping", "data": script})).await;
    town.caught_up("hostile").await;
    let [kept] = town.events("camera.picture").await.try_into().unwrap();
    assert_eq!(kept["data"]["asked_for"], "sanitation");
    let log = town.get(&format!("modules/{TOWNSHIP}/hostile/log?limit=100")).await.to_string();
    let sha256 = kept["pictures"][0]["sha256"].as_str().unwrap();
    assert!(log.contains(sha256), "the module holds the picture: {log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_hangs_delays_no_picture_of_another() {
    let (town, fleet) = (town().await, fleet(4).await);
    for (number, device) in fleet.devices().iter().enumerate() {
        add(&town, &format!("on-{number}"), device, PASSWORD).await;
    }
    for number in 0..4 {
        town.until("its streams", || async {
            let camera = town.get(&format!("cameras/{TOWNSHIP}/on-{number}")).await;
            camera["profiles"].as_array().is_some_and(|profiles| !profiles.is_empty()).then_some(())
        })
        .await;
    }
    fleet.device(0).unwrap().set(Fault::SlowBody);
    let wanted = json!({"purpose": "sanitation", "reason": "检查路口"});
    let looks = (0..4).map(|number| {
        let (town, wanted) = (&town, wanted.clone());
        async move { (number, town.ask("POST", &path(&format!("on-{number}"), "snapshot"), Some(wanted)).await) }
    });
    // In the order in which they end: the hanging one ends last, whatever the others took.
    let mut looks: futures::stream::FuturesUnordered<_> = looks.collect();
    let mut ended = Vec::new();
    while let Some((number, answer)) = futures::StreamExt::next(&mut looks).await {
        ended.push((number, answer.status));
    }
    assert_eq!(ended.pop(), Some((0, 502)), "it gives none in time");
    assert!(ended.iter().all(|(_, status)| *status == 200), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_probe_tells_each_stage_and_a_search_enrols_nobody() {
    let (town, fleet) = (town().await, fleet(1).await);
    let device = fleet.device(0).unwrap();
    let (host, port) = (device.address().ip().to_string(), device.address().port());
    let body = json!({"host": host, "port": port, "user": "admin", "password": PASSWORD});
    let probed = town.post("probe", body).await;
    let stages = probed["stages"].as_array().unwrap();
    let names: Vec<&str> = stages.iter().map(|stage| stage["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["reach", "clock", "auth", "services", "profiles", "snapshot", "events"]);
    assert!(stages.iter().all(|stage| stage["ok"] == true), "{probed}");
    add(&town, "on-1", device, "wrong").await;
    let probed = town.post(&path("on-1", "probe"), json!({})).await;
    let last = probed["stages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["name"], &last["code"]), (&json!("auth"), &json!("XL0427")), "{probed}");
    assert!(!last["remedy_zh"].as_str().unwrap().is_empty() && !last["remedy_en"].as_str().unwrap().is_empty());

    let outside = town.ask("POST", "discovery", Some(json!({"cidrs": ["203.0.113.0/24"]}))).await;
    assert_eq!((outside.status, &outside.json["code"]), (422, &json!("XL0434")));
    let found = town.post("discovery", json!({"cidrs": ["127.0.0.0/30"], "ports": [1]})).await;
    assert_eq!(found["candidates"], json!([]));
    assert_eq!(town.get("cameras").await["total"], 1, "nothing is enrolled by looking");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_at_loopback_is_not_asked_unless_that_is_allowed() {
    let (town, fleet) = (Town::start().await, fleet(1).await);
    let device = fleet.device(0).unwrap();
    add(&town, "on-1", device, PASSWORD).await;
    let condition = level(&town, "on-1", "miss").await;
    assert_eq!(condition["code"], "XL0422");
    assert_eq!(device.record().connections, 0);
}

/// CAM-15: moving has an action of its own (`host/model/src/people/table.rs`), and each movement one row.
#[tokio::test(flavor = "multi_thread")]
async fn a_moved_camera_is_stopped_although_nobody_waits() {
    let (town, fleet) = (town().await, fleet(1).await);
    let device = fleet.device(0).unwrap();
    add(&town, "on-1", device, PASSWORD).await;
    level(&town, "on-1", "up").await;
    let moved = town
        .until("a movement", || async {
            let answer = town
                .ask(
                    "POST",
                    &path("on-1", "ptz"),
                    Some(json!({"pan": 0.5, "ms": 300, "purpose": "sanitation", "reason": "检查路口"})),
                )
                .await;
            (answer.json["code"] != "XL0437").then_some(answer)
        })
        .await;
    assert_eq!(moved.status, 204, "{moved:?}");
    town.until("the stop", || async { (device.record().count("Stop") > 0).then_some(()) }).await;
    let looks = town.get(&format!("looks?township={TOWNSHIP}&camera=on-1")).await;
    let rows = looks["rows"].as_array().unwrap().iter().filter(|row| row["action"] == "look.move");
    let (failed, let_through): (Vec<_>, Vec<_>) = rows.partition(|row| row["outcome"] == "failed");
    assert_eq!(let_through.len(), failed.len() + 1, "{looks}");
    let too_long = town.ask("POST", &path("on-1", "ptz"), Some(json!({"pan": 0.5, "ms": 10_001}))).await;
    assert_eq!(too_long.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_s_password_is_in_no_answer_of_the_hub() {
    let (town, fleet) = (town().await, fleet(1).await);
    let device = fleet.device(0).unwrap();
    device.set_password("canary-4711");
    add(&town, "on-1", device, "canary-4711").await;
    level(&town, "on-1", "up").await;
    motion(&town, "on-1", device).await;
    let mut said = town.post(&path("on-1", "probe"), json!({})).await.to_string();
    for read in [format!("cameras/{TOWNSHIP}/on-1"), path("on-1", "condition"), "cameras".to_owned()] {
        said.push_str(&town.get(&read).await.to_string());
    }
    said.push_str(&town.get(&format!("events?township={TOWNSHIP}&limit=1000")).await.to_string());
    said.push_str(&town.page(&format!("/cameras/{TOWNSHIP}/on-1"), true).await.1);
    assert!(said.contains("on-1") && !said.contains("canary-4711"), "{said}");
}
