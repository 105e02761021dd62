//! The hub as its users run it: the release program, in a process of its own.

use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

/// The township of the benches.
pub(crate) const TOWNSHIP: &str = "371122102";

/// The release program.
pub(crate) fn program() -> PathBuf {
    existing(target().join("release/xueliang"))
}

/// A plugin as `make plugins` packed it.
pub(crate) fn packed(name: &str) -> Vec<u8> {
    std::fs::read(existing(target().join(format!("plugins/{name}.wasm")))).unwrap()
}

/// The folder of everything built.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target")
}

fn existing(file: PathBuf) -> PathBuf {
    assert!(file.exists(), "`{}` is missing: run `make bench`", file.display());
    file
}

/// A free port of this machine.
pub(crate) fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A child that ends with the bench.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    /// Starts it quietly.
    pub(crate) fn start(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|error| panic!("{command:?}: {error}; `make bench` installs what it needs")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A data folder with its configuration.
pub(crate) struct Site {
    folder: PathBuf,
    /// Gone with the site; none where it is kept.
    _temporary: Option<tempfile::TempDir>,
    http: SocketAddr,
    client: reqwest::Client,
}

impl Site {
    /// A fresh one; `more` is added to its configuration.
    pub(crate) fn new(more: &str) -> Self {
        Self::within(&target(), more)
    }

    /// A fresh one in memory, where no stall of a disk that others use too decides what is measured.
    pub(crate) fn in_memory(more: &str) -> Self {
        Self::within(Path::new("/dev/shm"), more)
    }

    fn within(parent: &Path, more: &str) -> Self {
        let folder = tempfile::tempdir_in(parent).unwrap();
        let site = Self::at(folder.path().to_owned(), more);
        Self { _temporary: Some(folder), ..site }
    }

    /// One in a folder that stays, with what an earlier run left in it.
    pub(crate) fn at(folder: PathBuf, more: &str) -> Self {
        std::fs::create_dir_all(&folder).unwrap();
        let http = free();
        // Only who measures the limit itself has one.
        let events = if more.contains("[events]") { "" } else { "[events]\nper_minute_per_camera = 0\n" };
        let text = format!("[http]\nlisten = \"{http}\"\n{events}[plugins]\nunsigned = \"allow\"\n{more}");
        std::fs::write(folder.join("hub.toml"), text).unwrap();
        Self { folder, _temporary: None, http, client: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Where everything of it lies.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where it is reached.
    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.http)
    }

    /// Starts the hub; gives it with the seconds until it served.
    pub(crate) async fn start(&self) -> (Running, f64) {
        let folder = &self.folder;
        let mut command = Command::new(program());
        command.arg("run").arg("--config").arg(folder.join("hub.toml")).arg("--data").arg(folder.join("data"));
        let started = Instant::now();
        let mut hub = Running::start(&mut command);
        while self.client.get(self.url("health")).send().await.is_err() {
            assert!(hub.0.try_wait().unwrap().is_none(), "the hub ended");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        (hub, started.elapsed().as_secs_f64())
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1/{path}", self.http)
    }

    /// The key of the first start.
    pub(crate) fn token(&self) -> String {
        std::fs::read_to_string(self.folder.join("data/admin-token")).unwrap().trim().to_owned()
    }

    /// Posts JSON.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
        answer(self.client.post(self.url(path)).bearer_auth(self.token()).json(&body)).await
    }

    /// Puts JSON.
    pub(crate) async fn put(&self, path: &str, body: Value) {
        answer(self.client.put(self.url(path)).bearer_auth(self.token()).json(&body)).await;
    }

    /// Reads JSON.
    pub(crate) async fn get(&self, path: &str) -> Value {
        answer(self.client.get(self.url(path)).bearer_auth(self.token())).await
    }

    /// Reads what is no JSON.
    pub(crate) async fn text(&self, path: &str) -> String {
        text(self.client.get(self.url(path)).bearer_auth(self.token())).await
    }

    /// Installs a plugin and gives its digest.
    pub(crate) async fn install(&self, packed: Vec<u8>) -> String {
        let call = self.client.post(self.url("plugins")).bearer_auth(self.token());
        let answer = answer(call.header("content-type", "application/wasm").body(packed)).await;
        answer["digest"].as_str().unwrap().to_owned()
    }

    /// Enables a plugin in a township with all cameras granted.
    pub(crate) async fn enable(&self, township: &str, digest: &str) {
        self.enable_at(township, digest, "none").await;
    }

    /// As [`Site::enable`], with this level of pictures.
    pub(crate) async fn enable_at(&self, township: &str, digest: &str, level: &str) {
        let grants = json!({"cameras": "all", "picture_level": level, "links": false, "http": [],
            "assessment": "bench"});
        let module = json!({"township": township, "digest": digest, "settings": {}, "grants": grants});
        self.post("modules", module).await;
    }
}

async fn answer(call: reqwest::RequestBuilder) -> Value {
    serde_json::from_str(&text(call).await).unwrap_or_default()
}

async fn text(call: reqwest::RequestBuilder) -> String {
    let answer = call.send().await.unwrap();
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    text
}
