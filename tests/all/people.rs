//! Accounts of a whole hub: made by command, signed in over HTTP, kept over a restart; and what people cost that devices must not.

use std::net::SocketAddr;
use std::net::TcpListener;

use futures::future::join_all;
use rumqttc::v5::AsyncClient;
use rumqttc::v5::ConnectionError;
use rumqttc::v5::Event;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::v5::ConnectReturnCode;
use rumqttc::v5::mqttbytes::v5::Packet;
use serde_json::Value;
use serde_json::json;

use crate::children::Running;
use crate::children::command;
use crate::children::spawn;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::Town;
use crate::town::until;

/// Runs `xueliang account …` at the town's hub: whether it succeeded, and what it said.
fn account(town: &Town, arguments: &[&str]) -> (bool, String) {
    let token = town.hub.token_file().to_owned();
    let mut command = command(programs::hub());
    let output =
        command.arg("account").args(arguments).args(["--hub", &town.url(), "--token-file"]).arg(token).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// A browser: keeps no cookie by itself.
struct Browser {
    client: reqwest::Client,
    url: String,
    cookie: String,
}

impl Browser {
    fn new(town: &Town) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { client, url: format!("{}/api/v1", town.url()), cookie: String::new() }
    }

    async fn ask(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let call = self.client.request(method.parse().unwrap(), format!("{}/{path}", self.url));
        let call = call.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin").json(&body);
        let answer = call.send().await.unwrap();
        if let Some(cookie) = answer.headers().get("set-cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }
}

fn one_time(said: &str) -> &str {
    said.lines().find_map(|line| line.split_once("one-time password: ")).unwrap().1.trim()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_made_by_command_signs_in_sees_its_township_and_outlives_a_restart() {
    const PASSWORD: &str = "seven geese at the gate";
    let town = Town::start().await;
    town.register("gh-1").await;
    let (done, said) =
        account(&town, &["add", "li", "--title", "李明", "--reach", "371122102", "--role", "operator@371122102"]);
    assert!(done, "{said}");
    let mut browser = Browser::new(&town);
    let first = json!({"name": "li", "password": one_time(&said)});
    assert_eq!(browser.ask("POST", "sessions", first).await.0, 204);
    assert_eq!(browser.ask("GET", "cameras", json!({})).await.1["code"], "XL0902");
    assert_eq!(browser.ask("PUT", "account/password", json!({"new": PASSWORD})).await.0, 204);
    assert_eq!(browser.ask("GET", "account", json!({})).await.0, 401, "the session has ended");
    let signs_in = json!({"name": "li", "password": PASSWORD});
    assert_eq!(browser.ask("POST", "sessions", signs_in).await.0, 204);
    assert_eq!(browser.ask("GET", "cameras", json!({})).await.1["total"], 1);
    let new = json!({"title": "大屏", "roles": [{"role": "viewer", "reach": "371122102"}], "days": 1});
    let (made, key) = browser.ask("POST", "keys", new).await;
    assert_eq!(made, 201, "{key}");

    let town = town.restart().await;
    browser.url = format!("{}/api/v1", town.url());
    assert_eq!(browser.ask("GET", "cameras/371122102/gh-1", json!({})).await.0, 200, "the session is kept");
    assert_eq!(browser.ask("DELETE", "cameras/371122102/gh-1", json!({})).await.1["code"], "XL0901");
    let (done, said) = account(&town, &["list"]);
    assert!(done && said.contains("li  operator@371122102  李明") && said.contains("admin  county-admin@*"), "{said}");

    let (done, said) = account(&town, &["roles", "li", "--role", "viewer@371122103"]);
    assert!(done && said.contains("li: viewer@371122103"), "{said}");
    assert_eq!(browser.ask("GET", "account", json!({})).await.0, 401, "other roles end sessions");
    let (done, said) = account(&town, &["roles", "li", "--role", "auditor@*", "--role", "county-admin@*"]);
    assert!(!done && said.contains("XL0906"), "{said}");
    let (done, said) = account(&town, &["disable", "li"]);
    assert!(done, "{said}");
    let (done, said) = account(&town, &["password", "li"]);
    assert!(done, "{said}");
    let fresh = json!({"name": "li", "password": one_time(&said)});
    assert_eq!(browser.ask("POST", "sessions", fresh.clone()).await.1["code"], "XL0903", "disabled");
    let (done, said) = account(&town, &["enable", "li"]);
    assert!(done, "{said}");
    assert_eq!(browser.ask("POST", "sessions", fresh).await.0, 204);
    assert_eq!(browser.ask("DELETE", "sessions/current", json!({})).await.0, 204);
    let (done, said) = account(&town, &["disable", "admin"]);
    assert!(!done && said.contains("XL0908"), "{said}");
}

/// A hub as a process of its own: whatever it counts, it did itself.
struct Counting {
    url: String,
    broker: SocketAddr,
    key: String,
    client: reqwest::Client,
    _hub: Running,
    _folder: tempfile::TempDir,
}

impl Counting {
    async fn start() -> Self {
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (folder, http, broker) = (tempfile::tempdir().unwrap(), free(), free());
        let text = format!("[http]\nlisten = \"{http}\"\n[mqtt]\nlisten = \"{broker}\"\n");
        std::fs::write(folder.path().join("hub.toml"), text).unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut hub = command(programs::hub());
        hub.arg("run").arg("--config").arg(folder.path().join("hub.toml"));
        let hub = spawn(hub.arg("--data").arg(folder.path().join("data")));
        let url = format!("http://{http}/api/v1");
        until("the hub serves", || async { client.get(format!("{url}/health")).send().await.ok() }).await;
        let key = std::fs::read_to_string(folder.path().join("data/admin-token")).unwrap().trim().to_owned();
        Self { url, broker, key, client, _hub: hub, _folder: folder }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let call = self.client.post(format!("{}/{path}", self.url)).bearer_auth(&self.key).json(&body);
        let answer = call.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap_or_default()
    }

    /// The line of the metrics that tells how many passwords were hashed.
    async fn hashes(&self) -> String {
        let metrics = self.client.get(format!("{}/metrics", self.url)).bearer_auth(&self.key).send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        let line = metrics.lines().find(|line| line.starts_with("xl_password_hashes_total"));
        line.unwrap_or_else(|| panic!("{metrics}")).to_owned()
    }

    /// Whether a device is let in.
    async fn lets_in(&self, client_id: String, user: String, password: String) -> bool {
        let mut options = MqttOptions::new(client_id, self.broker.ip().to_string(), self.broker.port());
        options.set_credentials(user, password);
        let (_client, mut line) = AsyncClient::new(options, 1);
        match line.poll().await {
            Ok(Event::Incoming(Packet::ConnAck(_))) => true,
            Err(ConnectionError::ConnectionRefused(ConnectReturnCode::BadUserNamePassword)) => false,
            other => panic!("{other:?}"),
        }
    }
}

/// ID-16: fifteen thousand cameras come back at once after a power cut; a slow hash for each would be the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_devices_hashes_no_password_and_one_person_who_signs_in_hashes_one() {
    let hub = Counting::start().await;
    let mut devices = Vec::new();
    for number in 0..10 {
        let camera = format!("gh-{number}");
        let device = json!({"township": TOWNSHIP, "camera": camera, "name": camera, "place": "371122102999",
                            "signage_date": "2026-11-01"});
        let password = hub.post("devices", device).await["password"].as_str().unwrap().to_owned();
        devices.push((format!("{TOWNSHIP}.{camera}"), password));
    }
    assert_eq!(hub.hashes().await, "xl_password_hashes_total 0");
    for round in 0..10 {
        let logins = devices.iter().enumerate().flat_map(|(number, (user, password))| {
            let login = |kind: &str, user: &str, password: &str| {
                hub.lets_in(format!("{kind}-{round}-{number}"), user.to_owned(), password.to_owned())
            };
            let unknown = format!("{TOWNSHIP}.none-{number}");
            [login("right", user, password), login("wrong", user, "wrong"), login("unknown", &unknown, password)]
        });
        let let_in = join_all(logins).await;
        assert_eq!(let_in, [true, false, false].repeat(devices.len()), "round {round}");
    }
    assert_eq!(hub.hashes().await, "xl_password_hashes_total 0");

    let li = json!({"name": "li", "title": "李明", "reach": TOWNSHIP});
    let password = hub.post("accounts", li).await["one_time_password"].clone();
    hub.post("sessions", json!({"name": "li", "password": password})).await;
    assert_eq!(hub.hashes().await, "xl_password_hashes_total 1");
}
