//! Edge mode: a bridge behind a line that breaks, killed meanwhile, and the hub above that ends with the same log.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::Value;
use serde_json::json;
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use xl_model::clock::Clock;
use xueliang::app::clock::SystemClock;
use xueliang::config;

use crate::children::Running;
use crate::children::command;
use crate::children::publish_file;
use crate::children::spawn;
use crate::pictures::jpeg;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::Town;
use crate::town::events;
use crate::town::until;

/// Readings of the hour in which the line is broken, one a second.
const HOUR: u64 = 3_600;

/// A line to the hub above that can be cut.
struct Line {
    address: SocketAddr,
    to: SocketAddr,
    cut: CancellationToken,
}

impl Line {
    fn free(to: SocketAddr) -> Self {
        Self { address: free(), to, cut: CancellationToken::new() }
    }

    /// Carries connections until it is cut.
    async fn mend(&mut self) {
        self.cut = CancellationToken::new();
        let listener = tokio::net::TcpListener::bind(self.address).await.unwrap();
        let (to, cut) = (self.to, self.cut.clone());
        tokio::spawn(async move {
            while let Some(Ok((mut near, _))) = cut.run_until_cancelled(listener.accept()).await {
                let cut = cut.clone();
                tokio::spawn(async move {
                    let mut far = TcpStream::connect(to).await.unwrap();
                    // It ends with either side, or is cut.
                    let _ = cut.run_until_cancelled(tokio::io::copy_bidirectional(&mut near, &mut far)).await;
                });
            }
        });
    }

    fn cut(&self) {
        self.cut.cancel();
    }
}

/// A bridge as a process of its own, on ports that stay the same over restarts.
struct Edge {
    folder: tempfile::TempDir,
    http: SocketAddr,
    mqtt: SocketAddr,
    client: reqwest::Client,
}

impl Edge {
    fn new(uplink: SocketAddr, password: &str, authority: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (http, mqtt, secret) = (free(), free(), folder.path().join("password"));
        fs::write(&secret, password).unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o600)).unwrap();
        let text = format!(
            "[http]\nlisten = \"{http}\"\n[mqtt]\nlisten = \"{mqtt}\"\n[events]\nper_minute_per_camera = 0\n[uplink]\n\
             url = \"mqtts://localhost:{}\"\nbridge = \"{TOWNSHIP}.edge-1\"\npassword_file = \"{}\"\n\
             ca_file = \"{}\"\nmax_messages_per_second = 1000\n",
            uplink.port(),
            secret.display(),
            authority.display(),
        );
        fs::write(folder.path().join("edge.toml"), text).unwrap();
        Self { folder, http, mqtt, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    async fn start(&self) -> Running {
        let folder = self.folder.path();
        let mut bridge = command(programs::hub());
        bridge.arg("--config").arg(folder.join("edge.toml")).arg("--data").arg(folder.join("data")).arg("bridge");
        let running = spawn(&mut bridge);
        until("the bridge serves", || async { self.client.get(self.url("health")).send().await.ok() }).await;
        running
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1/{path}", self.http)
    }

    fn token(&self) -> String {
        fs::read_to_string(self.folder.path().join("data/admin-token")).unwrap().trim().to_owned()
    }

    async fn get(&self, path: &str) -> Value {
        let call = self.client.get(self.url(path)).bearer_auth(self.token());
        call.send().await.unwrap().json().await.unwrap()
    }

    /// Registers a camera here and gives its password.
    async fn register(&self, camera: &str) -> String {
        let device = json!({"township": TOWNSHIP, "camera": camera, "name": camera, "place": "371122102999",
                            "signage_date": "2026-11-01"});
        let call = self.client.post(self.url("devices")).bearer_auth(self.token()).json(&device);
        let answer: Value = call.send().await.unwrap().json().await.unwrap();
        answer["password"].as_str().unwrap().to_owned()
    }

    fn ledger(&self, password: &str, first: u64, count: u64, zero_ms: i64) -> Running {
        let mut ledger = command(programs::ledger());
        ledger.args([&self.mqtt.to_string(), &format!("{TOWNSHIP}.gh-1"), password]);
        ledger.arg(self.folder.path().join("ledger")).args([first.to_string(), count.to_string(), zero_ms.to_string()]);
        spawn(&mut ledger)
    }

    /// Numbers that were sent, and those that were acknowledged.
    fn written(&self) -> (BTreeSet<u64>, BTreeSet<u64>) {
        let text = fs::read_to_string(self.folder.path().join("ledger")).unwrap_or_default();
        let numbers = |what: &str| {
            let lines = text.lines().filter_map(|line| line.strip_prefix(what));
            lines.map(|number| number.trim().parse().unwrap()).collect()
        };
        (numbers("sent "), numbers("acked "))
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A certificate for `localhost` that is its own authority, made by Debian's `openssl`.
fn certificate(folder: &Path) -> config::Tls {
    let (certificate_file, key_file) = (folder.join("mqtt.pem"), folder.join("mqtt.key"));
    let mut openssl = command("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    openssl.args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout"]).arg(&key_file);
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE", "-out"]).arg(&certificate_file);
    let output = openssl.output().expect("`apt-get install openssl`");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    config::Tls { listen: "127.0.0.1:0".parse().unwrap(), certificate_file, key_file }
}

/// A hub that takes bridges with TLS, and the password of one.
async fn above(folder: &Path) -> (Town, String) {
    let tls = certificate(folder);
    let town = Town::start_with(|config| config.mqtt.tls = Some(tls)).await;
    let bridge = json!({"township": TOWNSHIP, "camera": "edge-1", "bridge": true});
    let password = town.post("devices", bridge).await["password"].as_str().unwrap().to_owned();
    for camera in ["gh-1", "gh-2"] {
        let behind = json!({"township": TOWNSHIP, "camera": camera, "name": camera, "place": "371122102999",
            "attachment": {"kind": "mapped", "publisher": "bridge:edge-1"},
            "signage": {"posted": true, "date": "2026-11-01"}});
        town.post("cameras", behind).await;
    }
    (town, password)
}

/// What a camera said, as both hubs must have it: everything but when it was received and where it stands in the log.
fn said(events: &[Value]) -> Vec<Value> {
    let own = |event: &&Value| event["type"] != "cn.xueliang.camera.status";
    events
        .iter()
        .filter(own)
        .map(|event| {
            json!([
                event["source"],
                event["id"],
                event["type"],
                event["camera"],
                event["time"],
                event["pictures"],
                event["data"]
            ])
        })
        .collect()
}

async fn level(town: &Town, camera: &str, level: &str) {
    until(&format!("{camera} is {level} above"), || async {
        let status = town.get(&format!("cameras/{TOWNSHIP}/{camera}/status")).await;
        (status["now"]["level"] == level).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_a_line_and_two_kills_leave_the_hub_above_with_the_same_log() {
    let folder = tempfile::tempdir().unwrap();
    let (town, password) = above(folder.path()).await;
    let mut line = Line::free(town.hub.mqtts().unwrap());
    let edge = Edge::new(line.address, &password, &folder.path().join("mqtt.pem"));
    line.mend().await;
    let mut bridge = edge.start().await;
    let (one, two, stray) = (edge.register("gh-1").await, edge.register("gh-2").await, edge.register("stray").await);
    let zero_ms = SystemClock.now_ms() - 1_000 * i64::try_from(HOUR).unwrap() - 60_000;

    // While the line holds: a reading, a picture, and a camera that nobody registered above.
    wait(edge.ledger(&one, 0, 60, zero_ms)).await;
    level(&town, "gh-1", "up").await;
    let picture = folder.path().join("picture.jpg");
    fs::write(&picture, jpeg(320, 180, 7)).unwrap();
    publish(edge.mqtt, "gh-2", &two, "image", &picture).await;
    let reading = folder.path().join("reading.json");
    fs::write(&reading, r#"{"v":1,"sid":"s","seq":1,"m":{"n":1}}"#).unwrap();
    publish(edge.mqtt, "stray", &stray, "telemetry", &reading).await;
    until("the picture is above", || async { (town.events("camera.picture").await.len() == 1).then_some(()) }).await;
    until("the stray is told", || async {
        let refused = town.get("refusals").await;
        refused.as_array().unwrap().iter().find(|refusal| refusal["code"] == "XL0440").cloned()
    })
    .await;

    line.cut();
    level(&town, "gh-1", "unknown").await;
    let mut next = 60;
    for enough in [900, 1_800] {
        let ledger = edge.ledger(&one, next, 0, zero_ms);
        until("the ledger wrote enough", || async { (edge.written().1.len() >= enough).then_some(()) }).await;
        drop(bridge); // SIGKILL
        wait(ledger).await;
        next = edge.written().0.last().unwrap() + 1;
        bridge = edge.start().await;
    }
    wait(edge.ledger(&one, next, HOUR - next, zero_ms)).await;
    assert_eq!(town.events("camera.telemetry").await.len(), 60, "nothing passes while the line is cut");

    line.mend().await;
    let (here, there) = (&edge, &town);
    let mut kept = said(&events(TOWNSHIP, "", |path| async move { here.get(&path).await }).await);
    kept.retain(|event| event[3] != "stray");
    until("the hub above has it all", || async {
        (town.events("camera.telemetry").await.len() + 1 >= kept.len()).then_some(())
    })
    .await;
    let arrived = said(&events(TOWNSHIP, "", |path| async move { there.get(&path).await }).await);
    assert_eq!(arrived, kept);
    let stored: BTreeSet<u64> = arrived.iter().filter_map(|event| event[6]["n"].as_u64()).collect();
    let (sent, acked) = edge.written();
    assert!(
        acked.is_subset(&stored) && stored.is_subset(&sent),
        "{} acknowledged, {} stored",
        acked.len(),
        stored.len()
    );
    assert!(arrived.iter().any(|event| event[4] == *xl_model::cloud_event::rfc3339(zero_ms + 1_000_000)));
    level(&town, "gh-1", "up").await;
    let sha256 = arrived.iter().find_map(|event| event[5][0]["sha256"].as_str()).unwrap();
    town.serves("gh-2", "traceability").await;
    let stated = "purpose=traceability&reason=check+the+batch";
    assert_eq!(town.ask("GET", &format!("pictures/{TOWNSHIP}/{sha256}?{stated}"), None).await.status, 200);
    drop(bridge);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_encrypted_address_plain_mqtt_and_a_wrong_password_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (town, _) = above(folder.path()).await;
    let address = town.hub.mqtts().unwrap();
    let mut plain = std::net::TcpStream::connect(address).unwrap();
    plain.write_all(b"\x10\x10\0\x04MQTT\x05\x02\0\x3c\0\0\x03abc").unwrap();
    let refused = |code: &'static str| {
        let town = &town;
        async move {
            until(code, || async {
                let refusals = town.get("refusals").await;
                refusals.as_array().unwrap().iter().find(|refusal| refusal["code"] == code).cloned()
            })
            .await
        }
    };
    assert!(refused("XL0407").await["detail"].as_str().unwrap().contains("no TLS connection"));
    let edge = Edge::new(address, "wrong", &folder.path().join("mqtt.pem"));
    let bridge = edge.start().await;
    refused("XL0401").await;
    until("the bridge says so", || async { (edge.get("health").await["uplink"] == "down").then_some(()) }).await;
    drop(bridge);
}

async fn publish(broker: SocketAddr, camera: &str, password: &str, channel: &str, file: &Path) {
    let (user, topic) = (format!("{TOWNSHIP}.{camera}"), format!("xl/v1/{TOWNSHIP}/{camera}/{channel}"));
    let (password, file) = (password.to_owned(), file.to_owned());
    let output = tokio::task::spawn_blocking(move || publish_file(broker, &user, &password, &topic, &file)).await;
    assert!(output.unwrap().status.success());
}

async fn wait(mut running: Running) {
    until("the ledger ended", || {
        let ended = running.0.try_wait().unwrap();
        async move { ended }
    })
    .await;
}
