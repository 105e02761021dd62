//! An external broker: the hub is its client, acknowledges after the commit, and forwards through the log.

use std::path::Path;

use serde_json::Value;
use serde_json::json;

use crate::children::Mosquitto;
use crate::children::listen;
use crate::children::publish_file;
use crate::pictures::jpeg;
use crate::town::TOWNSHIP;
use crate::town::Town;
use crate::town::until;

async fn town_at(broker: &Mosquitto) -> Town {
    let url = format!("mqtt://{}", broker.address);
    Town::start_with(|config| {
        let text = format!(
            "[mqtt]\nenabled = false\n[mqtt.external]\nurl = \"{url}\"\nclient_id = \"hub\"\n\
             [[forward]]\nname = \"county\"\nurl = \"{url}\"\nkinds = [\"camera.telemetry\"]\n"
        );
        let parsed = xueliang::config::Config::parse("test", &text).unwrap();
        config.mqtt = parsed.mqtt;
        config.forward = parsed.forward;
    })
    .await
}

async fn send(broker: &Mosquitto, folder: &Path, n: u64) {
    let file = folder.join(format!("reading-{n}.json"));
    std::fs::write(&file, format!(r#"{{"v":1,"sid":"s","seq":{n},"m":{{"n":{n}}}}}"#)).unwrap();
    let address = broker.address;
    let sent = tokio::task::spawn_blocking(move || {
        let topic = format!("xl/v1/{TOWNSHIP}/gh-1/telemetry");
        publish_file(address, &format!("{TOWNSHIP}.gh-1"), "", &topic, &file).status.success()
    });
    assert!(sent.await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_over_a_restarted_broker_arrive_and_are_forwarded() {
    let mut broker = Mosquitto::start().await;
    let town = town_at(&broker).await;
    town.register("gh-1").await;
    let out = town.folder.path().join("out.json");
    let listener = listen(&broker, &out);
    until("the hub is subscribed", || async {
        (town.get("health").await["external_broker"] == "connected").then_some(())
    })
    .await;
    for n in 0..20 {
        send(&broker, town.folder.path(), n).await;
    }
    town.until("20 readings", || async { (town.events("camera.telemetry").await.len() == 20).then_some(()) }).await;

    broker.stop();
    until("the hub saw it go", || async { (town.get("health").await["external_broker"] == "down").then_some(()) })
        .await;
    drop(listener);
    broker.go().await;
    let _listener = listen(&broker, &town.folder.path().join("out2.json"));
    until("the hub is back", || async { (town.get("health").await["external_broker"] == "connected").then_some(()) })
        .await;
    for n in 20..40 {
        send(&broker, town.folder.path(), n).await;
    }
    let events = town
        .until("40 readings", || async {
            let events = town.events("camera.telemetry").await;
            (events.len() == 40).then_some(events)
        })
        .await;
    let numbers: Vec<_> = events.iter().map(|event| event["data"]["n"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (0..40).collect::<Vec<_>>());

    let forwarded = until("40 forwarded", || async {
        let mut seen = std::collections::BTreeSet::new();
        for file in ["out.json", "out2.json"] {
            let text = std::fs::read_to_string(town.folder.path().join(file)).unwrap_or_default();
            for line in text.lines() {
                let event: Value = serde_json::from_str(line).ok()?;
                seen.insert(event["data"]["n"].as_u64().unwrap());
            }
        }
        (seen.len() == 40).then_some(seen)
    })
    .await;
    assert_eq!(forwarded, (0..40).collect());
    assert_eq!(town.get("refusals").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_camera_waits_is_adopted_and_its_picture_becomes_an_event() {
    let broker = Mosquitto::start().await;
    let town = Town::start_with(|config| {
        let text = format!(
            "[mqtt]\nenabled = false\n[mqtt.external]\nurl = \"mqtt://{}\"\n[mqtt.external.dialects]\n\
             [[mqtt.external.dialects.image_map]]\nfilter = \"esp32/+/photo\"\ndivision = \"{TOWNSHIP}\"\ncamera = \"$1\"\n",
            broker.address
        );
        config.mqtt = xueliang::config::Config::parse("test", &text).unwrap().mqtt;
    })
    .await;
    until("the hub is subscribed", || async {
        (town.get("health").await["external_broker"] == "connected").then_some(())
    })
    .await;
    let file = town.folder.path().join("photo.jpg");
    std::fs::write(&file, jpeg(320, 240, 7)).unwrap();
    let send = || {
        let (address, file) = (broker.address, file.clone());
        tokio::task::spawn_blocking(move || publish_file(address, "esp", "", "esp32/yard-cam/photo", &file))
    };
    assert!(send().await.unwrap().status.success());
    let stranger = town.until("it waits", || async { town.get("waiting").await["waiting"].get(0).cloned() }).await;
    assert_eq!((&stranger["dialect"], &stranger["topic"]), (&json!("image"), &json!("esp32/yard-cam/photo")));
    let adopt = format!("waiting/image/{}/adopt", stranger["publisher"].as_str().unwrap());
    let camera = json!({"township": TOWNSHIP, "camera": "gh-7", "name": "大棚", "place": "371122102999",
                        "class": "non-public"});
    assert_eq!(town.post(&adopt, camera).await["attachment"]["kind"], "mapped");
    assert!(send().await.unwrap().status.success());
    town.until("what it sends is of its camera", || async {
        let events = town.events("camera.picture").await;
        (events.len() == 1 && events[0]["camera"] == "gh-7").then_some(())
    })
    .await;
}
