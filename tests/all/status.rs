//! Where cameras stand, over a whole hub: what they send, what they leave out, a restart, maintenance.

use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::EventLoop;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::LastWill;
use rumqttc::v5::mqttbytes::v5::Packet;
use serde_json::Value;
use serde_json::json;

use crate::children::command;
use crate::children::publish_file;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// Registers a camera that is heard every ten seconds, and gives its password once the hub watches over it.
async fn register(town: &Town, camera: &str) -> String {
    let password = town.register(camera).await;
    let change = json!({"cameras": [format!("{TOWNSHIP}/{camera}")], "set": {"heartbeat_s": "10"}});
    assert_eq!(town.ask("PATCH", "cameras", Some(change)).await.status, 200);
    until_at(town, camera, "unknown").await;
    password
}

async fn publish(town: &Town, camera: &str, password: &str, seq: u64) {
    let readings = format!(r#"{{"v":1,"sid":"s1","seq":{seq},"m":{{"temp_c":20}}}}"#);
    publish_on(town, camera, password, "telemetry", &readings).await;
}

async fn publish_on(town: &Town, camera: &str, password: &str, channel: &str, payload: &str) {
    let file = town.folder.path().join(format!("{camera}-{channel}.json"));
    std::fs::write(&file, payload).unwrap();
    let (broker, user) = (town.hub.mqtt().unwrap(), format!("{TOWNSHIP}.{camera}"));
    let (password, topic) = (password.to_owned(), format!("xl/v1/{TOWNSHIP}/{camera}/{channel}"));
    let publishing = move || publish_file(broker, &user, &password, &topic, &file);
    let output = tokio::task::spawn_blocking(publishing).await.unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}

/// A device's line that stands, with its Last Will in session `s1`; it breaks when this is dropped.
async fn hold(town: &Town, camera: &str, password: &str) -> EventLoop {
    let broker = town.hub.mqtt().unwrap();
    let mut options = MqttOptions::new("held", broker.ip().to_string(), broker.port());
    options.set_credentials(format!("{TOWNSHIP}.{camera}"), password);
    let (topic, will) = (format!("xl/v1/{TOWNSHIP}/{camera}/state"), r#"{"v":1,"sid":"s1","s":"offline","why":"lwt"}"#);
    options.set_last_will(LastWill::new(topic, will, QoS::AtLeastOnce, false, None));
    let (_client, mut line) = AsyncClient::new(options, 1);
    let connected = line.poll().await.unwrap();
    assert!(matches!(connected, Event::Incoming(Packet::ConnAck(_))), "{connected:?}");
    line
}

async fn until_at(town: &Town, camera: &str, level: &str) -> Value {
    let path = format!("cameras/{TOWNSHIP}/{camera}/status");
    town.until(&format!("{camera} is {level}"), || async {
        let status = town.get(&path).await;
        (status["now"]["level"] == level).then_some(status)
    })
    .await
}

/// The level of each interval, in order.
fn levels(status: &Value) -> Vec<&str> {
    status["intervals"].as_array().unwrap().iter().map(|it| it["level"].as_str().unwrap()).collect()
}

fn ms(time: &Value) -> i64 {
    xl_model::cloud_event::parse_rfc3339(time.as_str().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_up_when_it_speaks_and_down_from_its_first_missed_interval_on() {
    let town = Town::start().await;
    let password = register(&town, "gh-1").await;
    register(&town, "mute").await;
    let mute = town.get(&format!("cameras/{TOWNSHIP}/mute/status")).await;
    assert_eq!(mute["now"]["reason"], "never_seen");
    publish(&town, "gh-1", &password, 1).await;
    let up = until_at(&town, "gh-1", "up").await;
    let list = town.get("status/cameras?level=up").await;
    assert_eq!((&list["total"], &list["cameras"][0]["camera"]), (&json!(1), &json!("gh-1")));

    until_at(&town, "gh-1", "down").await;
    // The interval is written within half a second of being shown.
    let down = town
        .until("the interval is kept", || async {
            let status = town.get(&format!("cameras/{TOWNSHIP}/gh-1/status")).await;
            levels(&status).ends_with(&["up", "down"]).then_some(status)
        })
        .await;
    let spoke_ms = ms(&up["now"]["since"]);
    assert_eq!((ms(&down["now"]["since"]) - spoke_ms + 500) / 1_000, 10, "{down}");
    assert_eq!(down["now"]["reason"], "silent");

    // Each change is an event of the camera, and what the hub says of a camera proves nothing of it.
    let events = town
        .until("both changes are told", || async {
            let events = town.events("camera.status").await;
            let own: Vec<_> = events.into_iter().filter(|event| event["camera"] == "gh-1").collect();
            (own.len() == 2).then_some(own)
        })
        .await;
    assert_eq!((&events[0]["data"]["level"], &events[1]["data"]["level"]), (&json!("up"), &json!("down")));
    assert_eq!(ms(&down["now"]["since"]), events[1]["data"]["from_ms"].as_i64().unwrap());
    assert_eq!(town.get("status/cameras?level=down").await["total"], 1);
    until_at(&town, "mute", "unknown").await; // Nobody can say that what was never heard has gone.

    // Ten seconds up, then five down; the one that never spoke is enrolled all the while.
    let (from_ms, to_ms) = (spoke_ms, ms(&down["now"]["since"]) + 5_000);
    let rate = town.get(&format!("online-rate?place={TOWNSHIP}&from={from_ms}&to={to_ms}&by=town")).await;
    let seconds = |figure: &str| (rate["total"]["strict"][figure].as_f64().unwrap() / 1e6).round();
    assert_eq!((seconds("num"), seconds("den")), (10.0, 30.0), "{rate}");
    assert_eq!(rate["parts"][0]["key"], TOWNSHIP);
    assert_eq!(rate["now"]["online"], json!({"num": 0, "den": 1, "percent": 0.0}));

    let token = town.hub.token_file().to_owned();
    let output = command(programs::hub())
        .args(["camera", "status", "--township", TOWNSHIP, "--level", "down", "--hub", &town.url(), "--token-file"])
        .arg(token)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    for text in ["摄像机 · camera", "371122102/gh-1", "离线 · down", "silent", "在线率 · online 0.00 % (0/1)"]
    {
        assert!(said.contains(text), "{text}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_line_is_down_and_its_last_will_in_the_log_is_no_sign_of_life() {
    let town = Town::start().await;
    let password = register(&town, "gh-1").await;
    let other = register(&town, "gh-2").await;
    let line = hold(&town, "gh-1", &password).await;
    publish_on(&town, "gh-1", &password, "state", r#"{"v":1,"sid":"s1","seq":1,"s":"online"}"#).await;
    until_at(&town, "gh-1", "up").await;
    drop(line);
    let will = town
        .until("the Will is in the log", || async {
            town.events("camera.state").await.into_iter().find(|event| event["data"]["s"] == "offline")
        })
        .await;
    // Evidence keeps its order: what the Will's own event could have said of its camera was said before this.
    publish(&town, "gh-2", &other, 1).await;
    until_at(&town, "gh-2", "up").await;
    let down = until_at(&town, "gh-1", "down").await;
    assert_eq!((&down["now"]["reason"], &will["camera"]), (&json!("lwt"), &json!("gh-1")), "{down}");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_the_time_without_the_hub_is_unknown_and_maintenance_holds() {
    let town = Town::start().await;
    let password = register(&town, "gh-1").await;
    publish(&town, "gh-1", &password, 1).await;
    until_at(&town, "gh-1", "up").await;
    let other = register(&town, "gh-2").await;
    publish(&town, "gh-2", &other, 1).await;
    until_at(&town, "gh-2", "up").await;
    let until_ms = ms(&town.get(&format!("cameras/{TOWNSHIP}/gh-2/status")).await["now"]["since"]) + 3_600_000;
    let window = json!({"until": until_ms.to_string(), "reason": "lens"});
    town.post(&format!("cameras/{TOWNSHIP}/gh-2/maintenance"), window).await;
    until_at(&town, "gh-2", "maintenance").await;

    let town = town.restart().await;
    let blind = until_at(&town, "gh-1", "unknown").await;
    assert_eq!(blind["now"]["reason"], "hub_down");
    publish(&town, "gh-1", &password, 2).await;
    until_at(&town, "gh-1", "up").await;
    town.until("the history is kept", || async {
        let status = town.get(&format!("cameras/{TOWNSHIP}/gh-1/status")).await;
        levels(&status).ends_with(&["up", "unknown", "up"]).then_some(())
    })
    .await;
    let worked_on = until_at(&town, "gh-2", "maintenance").await;
    assert_eq!(worked_on["maintenance"][0]["reason"], "lens");
    let rate = town.get("online-rate").await;
    assert_eq!(rate["now"]["online"], json!({"num": 1, "den": 1, "percent": 100.0}), "worked on does not count");
    assert_eq!(rate["now"]["excluded"]["num"], 1);
}
