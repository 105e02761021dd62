//! A town: a whole hub on ports of its own, with a temporary data folder, driven over its public API.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures::Future;
use serde_json::Value;
use serde_json::json;
use xl_model::clock::Clock;
use xl_model::event::NewEvent;
use xl_model::id::TownshipId;
use xl_store::audit::AuditFilter;
use xueliang::app::Hub;
use xueliang::app::clock::SystemClock;
use xueliang::config::Config;

use crate::programs;

/// The township of most tests: 招贤镇.
pub(crate) const TOWNSHIP: &str = "371122102";

/// Longest wait for something that should happen at once; only a broken hub ever waits so long.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A running hub.
pub(crate) struct Town {
    pub(crate) hub: Hub,
    pub(crate) folder: Arc<tempfile::TempDir>,
    pub(crate) token: String,
    client: reqwest::Client,
}

/// An answer of the API.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) json: Value,
}

impl Town {
    /// A fresh hub on the embedded defaults.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A fresh hub with a changed configuration.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self::start_in(folder, Arc::new(SystemClock), change).await
    }

    /// A hub on a data folder that may have been used before.
    pub(crate) async fn start_in(
        folder: Arc<tempfile::TempDir>,
        clock: Arc<dyn Clock>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        // A second test in this process finds it installed.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = programs::config(folder.path());
        change(&mut config);
        let hub = xueliang::app::start_with(config, clock, programs::hub()).await.unwrap();
        let token = std::fs::read_to_string(hub.token_file()).unwrap().trim().to_owned();
        Self { hub, folder, token, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Stops the hub and starts it again on the same data.
    pub(crate) async fn restart(self) -> Self {
        let folder = self.folder.clone();
        self.hub.stop().await;
        Self::start_in(folder, Arc::new(SystemClock), |_| {}).await
    }

    /// The hub's address, `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.hub.http())
    }

    /// Asks the API with the admin's token.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.ask_as(&self.token, method, path, body).await
    }

    /// Asks the API with somebody's key.
    pub(crate) async fn ask_as(&self, key: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let method = method.parse().unwrap();
        let mut call = self.client.request(method, format!("{}/api/v1/{path}", self.url())).bearer_auth(key);
        if let Some(body) = body {
            call = call.json(&body);
        }
        answer(call).await
    }

    /// Posts a body of a kind with somebody's key.
    pub(crate) async fn send_as(&self, key: &str, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let call = self.client.post(format!("{}/api/v1/{path}", self.url())).bearer_auth(key);
        answer(call.header("content-type", kind).body(body)).await
    }

    /// Reads from the API; the test fails when it is refused.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path, None).await;
        assert!(answer.status < 300, "GET {path}: {answer:?}");
        answer.json
    }

    /// Posts to the API; the test fails when it is refused.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        let answer = self.ask("POST", path, Some(body)).await;
        assert!(answer.status < 300, "POST {path}: {answer:?}");
        answer.json
    }

    /// Any page as a stranger or with the admin's token.
    pub(crate) async fn page(&self, path: &str, signed_in: bool) -> (u16, String) {
        let mut call = self.client.get(format!("{}{path}", self.url()));
        if signed_in {
            call = call.bearer_auth(&self.token);
        }
        let answer = call.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// Installs a packed plugin and gives its digest.
    pub(crate) async fn install(&self, packed: Vec<u8>) -> String {
        let answer = self.install_answer(packed).await;
        assert!(answer.status < 300, "install: {answer:?}");
        answer.json["digest"].as_str().unwrap().to_owned()
    }

    /// Tries to install.
    pub(crate) async fn install_answer(&self, packed: Vec<u8>) -> Answer {
        self.install_signed(packed, None).await
    }

    /// Tries to install with a signature.
    pub(crate) async fn install_signed(&self, packed: Vec<u8>, signature: Option<&str>) -> Answer {
        let call = self.client.post(format!("{}/api/v1/plugins", self.url())).bearer_auth(&self.token);
        let call = signature.into_iter().fold(call, |call, line| call.header("plugin-signature", line));
        answer(call.header("content-type", "application/wasm").body(packed)).await
    }

    /// Enables a plugin in [`TOWNSHIP`] with all cameras granted.
    pub(crate) async fn enable(&self, digest: &str, settings: Value) {
        self.post(
            "modules",
            json!({"township": TOWNSHIP, "digest": digest, "settings": settings,
                   "grants": {"cameras": "all", "picture_level": "none", "links": false, "http": [],
                              "assessment": "PIA-2026-001"}}),
        )
        .await;
    }

    /// Registers a camera and gives its password.
    pub(crate) async fn register(&self, camera: &str) -> String {
        let device = json!({"township": TOWNSHIP, "camera": camera, "name": camera, "place": "371122102999",
                            "signage_date": "2026-11-01"});
        self.post("devices", device).await["password"].as_str().unwrap().to_owned()
    }

    /// Lets a camera be looked at for a purpose.
    pub(crate) async fn serves(&self, camera: &str, purpose: &str) {
        let serves = json!({"cameras": [format!("{TOWNSHIP}/{camera}")], "set": {"purposes": purpose}});
        let answer = self.ask("PATCH", "cameras", Some(serves)).await;
        assert!(answer.status < 300, "{answer:?}");
    }

    /// What the hostile plugin answers to a script on its page, one text a step.
    pub(crate) async fn probe(&self, plugin: &str, script: &Value) -> Vec<String> {
        let query: String = script.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect();
        let page = self.get(&format!("modules/{TOWNSHIP}/{plugin}/pages/home?script={query}")).await;
        let blocks = page["page"]["blocks"].as_array().or(page["blocks"].as_array()).unwrap();
        blocks[1..].iter().map(|block| block["text"].as_str().unwrap().to_owned()).collect()
    }

    /// All events of [`TOWNSHIP`] of a kind, oldest first, with the pages followed.
    pub(crate) async fn events(&self, kind: &str) -> Vec<Value> {
        self.events_of(TOWNSHIP, kind).await
    }

    /// All events of a township of a kind, oldest first, with the pages followed.
    pub(crate) async fn events_of(&self, township: &str, kind: &str) -> Vec<Value> {
        events(township, &format!("&kind={kind}"), |path| async move { self.get(&path).await }).await
    }

    /// Appends events to the log of a township, 500 at a time; their ids are the numbers.
    pub(crate) async fn pings(&self, township: &str, numbers: Range<usize>) {
        let township: TownshipId = township.parse().unwrap();
        let numbers: Vec<usize> = numbers.collect();
        for part in numbers.chunks(500) {
            let ping = |n: &usize| NewEvent {
                township: township.clone(),
                source: "test".into(),
                id: n.to_string().into(),
                kind: "test.ping".parse().unwrap(),
                camera: None,
                subject: None,
                time_ms: 1,
                received_ms: 1,
                data: format!(r#"{{"n":{n}}}"#).into(),
                pictures: Vec::new(),
                cause: None,
                depth: 0,
            };
            self.hub.store().append(part.iter().map(ping).collect()).await.unwrap();
        }
    }

    /// The rows of the audit log about an action, as they are kept: only an auditor reads them over the API.
    pub(crate) async fn audited(&self, action: &str) -> String {
        let rows = self.hub.store().audit_rows(&AuditFilter { limit: 1_000, ..AuditFilter::default() }).await.unwrap();
        rows.iter().filter(|row| row.entry.action.as_str() == action).map(|row| format!("{row:?}\n")).collect()
    }

    /// Waits until `ready` gives something.
    pub(crate) async fn until<T, F: Future<Output = Option<T>>>(&self, what: &str, ready: impl FnMut() -> F) -> T {
        until(what, ready).await
    }

    /// Waits until a module has handled everything.
    pub(crate) async fn caught_up(&self, plugin: &str) -> Value {
        self.until(&format!("module {plugin} caught up"), || async {
            let module = self.get(&format!("modules/{TOWNSHIP}/{plugin}")).await;
            (module["behind"] == 0 || module["state"] == "suspended").then_some(module)
        })
        .await
    }
}

/// All events of a township that a filter lets pass, oldest first, with the pages followed.
pub(crate) async fn events<F: Future<Output = Value>>(
    township: &str,
    filter: &str,
    get: impl Fn(String) -> F,
) -> Vec<Value> {
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let part = get(format!("events?township={township}&after={after}&limit=1000{filter}")).await;
        let part = part["events"].as_array().unwrap();
        let Some(last) = part.last() else { return events };
        after = last["seq"].as_u64().unwrap();
        events.extend(part.iter().cloned());
    }
}

async fn answer(call: reqwest::RequestBuilder) -> Answer {
    let answer = call.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    Answer { status, json: serde_json::from_str(&text).unwrap_or(Value::String(text)) }
}

/// Polls until `ready` gives something; a level, never an edge.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ready: impl FnMut() -> F) -> T {
    let mut pause = tokio::time::interval(Duration::from_millis(20));
    tokio::time::timeout(LIMIT, async {
        loop {
            pause.tick().await;
            if let Some(found) = ready().await {
                return found;
            }
        }
    })
    .await
    .unwrap_or_else(|_| panic!("waited {LIMIT:?} for: {what}"))
}

/// A folder of the repository.
pub(crate) fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
