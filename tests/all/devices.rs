//! What devices send: accepted once, or refused with its own reason.

use std::path::PathBuf;

use futures::StreamExt;
use serde_json::Value;
use serde_json::json;

use crate::children::publish_file;
use crate::pictures;
use crate::town::LIMIT;
use crate::town::TOWNSHIP;
use crate::town::Town;

struct Greenhouse {
    town: Town,
    user: String,
    password: String,
}

impl Greenhouse {
    async fn start() -> Self {
        let town = Town::start().await;
        let password = town.register("gh-1").await;
        Self { town, user: format!("{TOWNSHIP}.gh-1"), password }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let file = self.town.folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// Publishes with a third-party client; gives whether it was acknowledged without error.
    async fn publish(&self, password: &str, topic: &str, name: &str, bytes: &[u8]) -> bool {
        let (broker, user, file) = (self.town.hub.mqtt().unwrap(), self.user.clone(), self.file(name, bytes));
        let (password, topic) = (password.to_owned(), topic.to_owned());
        let output =
            tokio::task::spawn_blocking(move || publish_file(broker, &user, &password, &topic, &file)).await.unwrap();
        output.status.success() && output.stderr.is_empty()
    }

    async fn send(&self, what: &str, name: &str, bytes: &[u8]) -> bool {
        self.publish(&self.password, &format!("xl/v1/{TOWNSHIP}/gh-1/{what}"), name, bytes).await
    }

    /// What became events of the device's own messages; that it is up now is the hub's.
    async fn said(&self) -> Vec<Value> {
        let mut events = self.town.events("*").await;
        events.retain(|event| event["type"] != "cn.xueliang.camera.status");
        events
    }

    async fn refused(&self, code: &str) -> Value {
        self.town
            .until(&format!("a refusal {code}"), || async {
                let refusals = self.town.get("refusals?limit=100").await;
                let list = refusals.as_array().unwrap();
                list.iter().find(|refusal| refusal["code"] == code).cloned()
            })
            .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_and_a_reading_appear_on_the_feed_and_a_repeated_message_changes_nothing() {
    let greenhouse = Greenhouse::start().await;
    let town = &greenhouse.town;
    let feed = format!("{}/api/v1/events/feed?township={TOWNSHIP}", town.url());
    let feed = reqwest::Client::new().get(feed).bearer_auth(&town.token).send().await.unwrap();
    assert_eq!(feed.headers()["content-type"], "text/event-stream");
    let mut feed = feed.bytes_stream();

    let jpeg = pictures::jpeg(320, 180, 7);
    let reading = br#"{"v":1,"sid":"s1","seq":4,"m":{"temp_c":23.5,"rh_pct":71}}"#;
    assert!(greenhouse.send("image", "a.jpg", &jpeg).await);
    assert!(greenhouse.send("telemetry", "r.json", reading).await);

    let mut seen = String::new();
    tokio::time::timeout(LIMIT, async {
        while !seen.contains("camera.telemetry") {
            seen.push_str(&String::from_utf8_lossy(&feed.next().await.unwrap().unwrap()));
        }
    })
    .await
    .unwrap();
    assert!(seen.contains("camera.picture") && seen.contains("id: 2"), "{seen}");

    assert!(greenhouse.send("image", "a.jpg", &jpeg).await, "a repeated message is acknowledged");
    assert!(greenhouse.send("telemetry", "r.json", reading).await, "a repeated message is acknowledged");
    assert!(greenhouse.send("telemetry", "r2.json", br#"{"v":1,"sid":"s1","seq":5,"m":{"temp_c":24}}"#).await);
    let events = greenhouse.said().await;
    let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["cn.xueliang.camera.picture", "cn.xueliang.camera.telemetry", "cn.xueliang.camera.telemetry"]);
    assert_eq!(events[1]["data"]["temp_c"], 23.5, "{}", events[1]);
    assert_eq!(events[0]["pictures"][0]["width"], 320);

    let sha256 = events[0]["pictures"][0]["sha256"].as_str().unwrap();
    town.serves("gh-1", "public-security").await;
    let stated = "purpose=public-security&reason=an+alarm";
    let call = reqwest::Client::new().get(format!("{}/api/v1/pictures/{TOWNSHIP}/{sha256}?{stated}", town.url()));
    assert_eq!(call.bearer_auth(&town.token).send().await.unwrap().bytes().await.unwrap(), jpeg);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_says_why_and_nothing_else_is_lost() {
    let greenhouse = Greenhouse::start().await;
    let town = &greenhouse.town;
    let whole = pictures::jpeg(320, 180, 9);

    let own = format!("xl/v1/{TOWNSHIP}/gh-1/telemetry");
    let reading = br#"{"v":1,"sid":"s1","seq":1,"m":{"temp_c":20}}"#;
    assert!(!greenhouse.publish("wrong", &own, "r.json", reading).await, "a wrong password");
    greenhouse.refused("XL0401").await;
    let foreign = format!("xl/v1/{TOWNSHIP}/gh-2/telemetry");
    assert!(!greenhouse.publish(&greenhouse.password, &foreign, "r.json", reading).await, "a foreign topic");
    greenhouse.refused("XL0402").await;
    assert!(!greenhouse.send("image", "huge.jpg", &vec![0xff; 50 * 1024 * 1024]).await, "50 MB");
    greenhouse.refused("XL0403").await;

    assert!(greenhouse.send("telemetry", "broken.json", br#"{"v":1,"sid":"#).await);
    greenhouse.refused("XL0201").await;
    assert!(greenhouse.send("image", "png.jpg", pictures::PNG).await);
    assert!(greenhouse.refused("XL0205").await["detail"].as_str().unwrap().contains("PNG"));
    assert!(greenhouse.send("image", "cut.jpg", &whole[..whole.len() / 2]).await);
    greenhouse.refused("XL0206").await;

    assert!(greenhouse.send("image", "whole.jpg", &whole).await, "the hub is alive");
    let events = greenhouse.said().await;
    assert_eq!(events.len(), 1, "only the whole picture became an event: {events:?}");
    let metrics = town.ask("GET", "metrics", None).await.json;
    for code in ["XL0201", "XL0205", "XL0206", "XL0401", "XL0402", "XL0403"] {
        assert!(metrics.as_str().unwrap().contains(code), "{code} is counted: {metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_device_is_cut_off_and_may_come_back() {
    let greenhouse = Greenhouse::start().await;
    let reading = |seq: u8| format!(r#"{{"v":1,"sid":"s1","seq":{seq},"m":{{"temp_c":20}}}}"#).into_bytes();
    assert!(greenhouse.send("telemetry", "1.json", &reading(1)).await);
    greenhouse.town.post(&format!("devices/{}/disable", greenhouse.user), json!({})).await;
    assert!(!greenhouse.send("telemetry", "2.json", &reading(2)).await);
    greenhouse.refused("XL0405").await;
    greenhouse.town.post(&format!("devices/{}/enable", greenhouse.user), json!({})).await;
    assert!(greenhouse.send("telemetry", "2.json", &reading(2)).await);
    assert_eq!(greenhouse.town.events("camera.telemetry").await.len(), 2);
}
