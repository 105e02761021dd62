//! A hub connects to what is configured and to nothing else: PRIV-18. No look for updates, no statistics, no stranger's name resolved.
//!
//! The hub runs under `strace`, which writes down each system call by which a process says where it listens, connects or sends, and
//! each file that a look-up of a name begins with. So also an attempt counts that leads nowhere. Its cameras, its broker and the host
//! of its module listen in this test, on addresses of their own. Listeners that are counted in a network namespace would show less:
//! there an attempt at any other address fails without a trace. What no call would show is a ring of requests to the kernel, so none
//! may be made.

pub(crate) mod trace;

use std::fs;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::Value;
use serde_json::json;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use tokio::io::AsyncReadExt as _;
use tokio::io::AsyncWriteExt as _;

use crate::children::Mosquitto;
use crate::children::Running;
use crate::children::command;
use crate::children::publish_file;
use crate::children::spawn;
use crate::pictures::jpeg;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::until;
use trace::Trace;

/// A hub as a process of its own, watched.
struct Watched {
    folder: tempfile::TempDir,
    http: SocketAddr,
    mqtt: SocketAddr,
    client: reqwest::Client,
    hub: Option<Running>,
}

impl Watched {
    async fn start(broker: SocketAddr) -> Self {
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let (folder, http, mqtt) = (tempfile::tempdir().unwrap(), free(), free());
        let text = format!(
            "[http]\nlisten = \"{http}\"\n[mqtt]\nlisten = \"{mqtt}\"\n[onvif]\nallow_loopback = true\n\
             [plugins]\nunsigned = \"allow\"\n\
             [[forward]]\nname = \"county\"\nurl = \"mqtt://{broker}\"\nkinds = [\"camera.telemetry\"]\n"
        );
        fs::write(folder.path().join("hub.toml"), text).unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut watched = Self { folder, http, mqtt, client, hub: None };
        watched.go().await;
        watched
    }

    async fn go(&mut self) {
        let mut traced = command("strace");
        traced.args(["-f", "--seccomp-bpf", "-qq", "-s", "64", "-e", trace::CALLS, "-o"]).arg(self.file());
        traced.arg(programs::hub()).arg("run").arg("--config").arg(self.folder.path().join("hub.toml"));
        self.hub = Some(spawn(traced.arg("--data").arg(self.folder.path().join("data"))));
        until("the hub serves", || async { self.client.get(self.url("health")).send().await.ok() }).await;
    }

    /// Stops the hub in order; what it did.
    async fn stop(&mut self) -> Trace {
        let mut traced = self.hub.take().unwrap();
        let file = fs::read_to_string(self.file()).unwrap();
        let hub = file.split(' ').next().unwrap();
        assert!(command("kill").args(["-TERM", hub]).status().unwrap().success());
        until("the hub ended", || {
            let ended = traced.0.try_wait().unwrap();
            async move { ended }
        })
        .await;
        Trace::read(&fs::read_to_string(self.file()).unwrap())
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("trace")
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1/{path}", self.http)
    }

    fn key(&self) -> String {
        fs::read_to_string(self.folder.path().join("data/admin-token")).unwrap().trim().to_owned()
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let call = self.client.request(method.parse().unwrap(), self.url(path)).bearer_auth(self.key());
        let answer = call.json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{method} {path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap_or_default()
    }

    /// Waits until the hub has connected to somebody.
    async fn reached(&self, somebody: SocketAddr) {
        let trace = || Trace::read(&fs::read_to_string(self.file()).unwrap());
        until("it was reached", || async { trace().connects().contains(&somebody).then_some(()) }).await;
    }

    /// Waits for an event of a kind.
    async fn event(&self, kind: &str) {
        until(kind, || async {
            let events = self.ask("GET", &format!("events?township={TOWNSHIP}&kind={kind}"), &Value::Null).await;
            (!events["events"].as_array().unwrap().is_empty()).then_some(())
        })
        .await;
    }

    /// The module fetches; what it logged of the answers.
    async fn fetches(&self, urls: &[String]) -> String {
        let script: Vec<Value> = urls.iter().map(|url| json!({"fetch": ["GET", url]})).collect();
        let event = json!({"township": TOWNSHIP, "kind": "test.ping", "data": {"script": script}});
        self.ask("POST", "events", &event).await;
        let path = format!("modules/{TOWNSHIP}/hostile");
        until("the module caught up", || async {
            (self.ask("GET", &path, &Value::Null).await["behind"] == 0).then_some(())
        })
        .await;
        self.ask("GET", &format!("{path}/log"), &Value::Null).await.to_string()
    }
}

/// A host that answers each request; it ends with the test.
async fn host() -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_connects_to_what_is_configured_and_to_nothing_else() {
    let (broker, host) = (Mosquitto::start().await, host().await);
    let fleet = Fleet::start(FleetConfig { cameras: 1, ..FleetConfig::default() }).await.unwrap();
    let camera = fleet.device(0).unwrap().address();
    let mut hub = Watched::start(broker.address).await;

    // With nothing but a broker configured: started, stopped, and asked in between.
    hub.reached(broker.address).await;
    let idle = hub.stop().await;
    assert_eq!(idle.listens(), [hub.http, hub.mqtt].into());
    assert_eq!(idle.connects(), [broker.address].into());
    assert_eq!((idle.lookups(), idle.other()), (&[][..], &[][..]), "{idle:?}");

    hub.go().await;
    attach(&hub, camera).await;
    publish(&hub).await;
    let name = format!("localhost:{}", host.port());
    enable(&hub, &[&host.to_string(), &name]).await;
    // Neither was granted, so neither is even looked up.
    let log =
        hub.fetches(&[format!("http://{host}/"), "http://stranger.example/".into(), format!("http://{camera}/")]).await;
    assert_eq!((log.matches("Ok((200").count(), log.matches("Err(HttpError::").count()), (1, 2), "{log}");
    hub.event("camera.telemetry").await;
    hub.event("camera.picture").await;
    hub.reached(broker.address).await;
    let loaded = hub.stop().await;
    assert_eq!(loaded.listens(), [hub.http, hub.mqtt].into());
    assert_eq!(loaded.connects(), [broker.address, host, camera].into(), "each was reached, and no other");
    assert_eq!((loaded.lookups(), loaded.other()), (&[][..], &[][..]), "{loaded:?}");

    // And this watch sees a name that is looked up, as this one may be.
    hub.go().await;
    hub.fetches(&[format!("http://{name}/")]).await;
    assert!(!hub.stop().await.lookups().is_empty());
}

/// A camera that is asked for its state and a picture.
async fn attach(hub: &Watched, camera: SocketAddr) {
    let attachment = json!({"kind": "onvif", "host": camera.ip().to_string(), "port": camera.port(), "user": "admin"});
    let body = json!({"township": TOWNSHIP, "camera": "yard", "name": "yard", "place": "371122102201",
                      "purposes": ["sanitation"], "attachment": attachment,
                      "signage": {"posted": true, "date": "2026-11-01"}});
    hub.ask("POST", "cameras", &body).await;
    let path = format!("cameras/{TOWNSHIP}/yard");
    hub.ask("PUT", &format!("{path}/credentials"), &json!({"password": "simulated"})).await;
    // It tries the password anew once it has been told.
    let look = json!({"purpose": "sanitation", "reason": "to see"});
    until("the camera gives a picture", || async {
        let call = hub.client.post(hub.url(&format!("{path}/snapshot"))).bearer_auth(hub.key());
        call.json(&look).send().await.unwrap().status().is_success().then_some(())
    })
    .await;
}

/// A device that sends a reading, which is forwarded, and a picture.
async fn publish(hub: &Watched) {
    let device = json!({"township": TOWNSHIP, "camera": "gh-1", "name": "gh-1", "place": "371122102999",
                        "signage_date": "2026-11-01"});
    let password = hub.ask("POST", "devices", &device).await["password"].as_str().unwrap().to_owned();
    let reading = br#"{"v":1,"sid":"s1","seq":5,"m":{"temp_c":24}}"#.to_vec();
    for (what, bytes) in [("telemetry", reading), ("image", jpeg(64, 48, 7))] {
        let (file, broker, password) = (hub.folder.path().join(what), hub.mqtt, password.clone());
        fs::write(&file, bytes).unwrap();
        let sent = tokio::task::spawn_blocking(move || {
            let topic = format!("xl/v1/{TOWNSHIP}/gh-1/{what}");
            publish_file(broker, &format!("{TOWNSHIP}.gh-1"), &password, &topic, &file).status.success()
        });
        assert!(sent.await.unwrap(), "{what}");
    }
}

/// The module that does what a test asks, with two hosts granted.
async fn enable(hub: &Watched, hosts: &[&str]) {
    let call = hub.client.post(hub.url("plugins")).bearer_auth(hub.key()).header("content-type", "application/wasm");
    let installed: Value = call.body(programs::packed("hostile")).send().await.unwrap().json().await.unwrap();
    let hosts: Vec<Value> = hosts.iter().map(|host| json!({"host": host, "plain": true, "private": true})).collect();
    let module = json!({"township": TOWNSHIP, "digest": installed["digest"], "settings": {"behaviour": "probe"},
                        "grants": {"cameras": "all", "http": hosts, "assessment": "PIA-2026-001"}});
    hub.ask("POST", "modules", &module).await;
}
