//! A hub as a process of its own that says everything it can, and all that it answered.

use std::collections::BTreeSet;
use std::collections::VecDeque;
use std::fs;
use std::fs::File;
use std::net::TcpListener;
use std::path::Path;
use std::path::PathBuf;
use std::process::Output;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;

use super::search::Secrets;
use crate::children::Running;
use crate::children::command;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::until;

/// Most pages of the console that are opened.
const MOST_PAGES: usize = 400;

/// Where secrets are kept in files of their own, readable by the hub's user only.
const KEPT: [&str; 2] = ["admin-token", "keys"];

pub(super) struct Site {
    pub(super) folder: tempfile::TempDir,
    pub(super) http: String,
    pub(super) mqtt: String,
    client: reqwest::Client,
    hub: Option<Running>,
    /// Where an answer came from, and the whole of it.
    answers: Vec<(String, String)>,
    starts: usize,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(super) enum As<'a> {
    Nobody,
    Key(&'a str),
    Session(&'a str),
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) cookie: Option<String>,
    pub(super) text: String,
    pub(super) json: Value,
}

impl Site {
    pub(super) async fn start() -> Self {
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let (folder, http, mqtt) = (tempfile::tempdir().unwrap(), free(), free());
        let text = format!(
            "[http]\nlisten = \"{http}\"\n[mqtt]\nlisten = \"{mqtt}\"\n[onvif]\nallow_loopback = true\n\
             [plugins]\nunsigned = \"allow\"\n[log]\nlevel = \"debug\"\n"
        );
        fs::write(folder.path().join("hub.toml"), text).unwrap();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let redirect = reqwest::redirect::Policy::none();
        let client = reqwest::Client::builder().no_proxy().redirect(redirect).build().unwrap();
        let mut site = Self { folder, http, mqtt, client, hub: None, answers: Vec::new(), starts: 0 };
        site.go().await;
        site
    }

    /// Starts the hub.
    pub(super) async fn go(&mut self) {
        self.starts += 1;
        let out = |name: &str| File::create(self.folder.path().join(format!("{name}-{}", self.starts))).unwrap();
        let mut hub = command(programs::hub());
        hub.arg("run").arg("--config").arg(self.folder.path().join("hub.toml")).arg("--data").arg(self.data());
        hub.env_remove("RUST_LOG").env("RUST_BACKTRACE", "full");
        let hub = hub.stdin(Stdio::null()).stdout(out("stdout")).stderr(out("stderr")).spawn().unwrap();
        self.hub = Some(Running(hub));
        until("the hub serves", || async {
            self.client.get(format!("http://{}/api/v1/health", self.http)).send().await.ok()
        })
        .await;
        // Only the first start tells more than where it serves.
        let told = if self.starts == 1 { "    admin / " } else { "http://" };
        until("the hub said so", || async { self.said().contains(told).then_some(()) }).await;
    }

    /// Ends the hub by a signal.
    pub(super) fn crash(&mut self, signal: &str) {
        let mut hub = self.hub.take().unwrap();
        assert!(command("kill").args([signal, &hub.0.id().to_string()]).status().unwrap().success());
        assert!(!hub.0.wait().unwrap().success());
    }

    pub(super) fn pid(&self) -> u32 {
        self.hub.as_ref().unwrap().0.id()
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(super) fn first_key(&self) -> String {
        fs::read_to_string(self.data().join("admin-token")).unwrap().trim().to_owned()
    }

    /// Runs a command of the program; what it said is looked through.
    pub(super) fn run(&mut self, arguments: &[&str]) -> Output {
        let output = command(programs::hub()).current_dir(self.folder.path()).args(arguments).output().unwrap();
        self.heard(arguments, output)
    }

    fn heard(&mut self, arguments: &[&str], output: Output) -> Output {
        let said = [output.stdout.as_slice(), &output.stderr].concat();
        self.answers.push((format!("{arguments:?}"), String::from_utf8_lossy(&said).into_owned()));
        output
    }

    /// As [`Site::run`], with `input` on its standard input.
    pub(super) fn run_with(&mut self, arguments: &[&str], input: &str) -> Output {
        let file = self.folder.path().join("input");
        fs::write(&file, input).unwrap();
        let mut program = command(programs::hub());
        program.current_dir(self.folder.path()).args(arguments).stdin(File::open(&file).unwrap());
        self.heard(arguments, program.output().unwrap())
    }

    /// Asks; the answer is looked through.
    pub(super) async fn ask(&mut self, who: As<'_>, method: &str, path: &str, body: &str) -> Answer {
        let (answer, whole) = self.call(who, method, path, body).await;
        self.answers.push((format!("{method} {path}"), whole));
        answer
    }

    /// Asks for something that shows a secret once: this answer is not looked through.
    pub(super) async fn once(&mut self, who: As<'_>, method: &str, path: &str, body: &str) -> Answer {
        let (answer, whole) = self.call(who, method, path, body).await;
        assert!(answer.status < 400, "{method} {path}: {whole}");
        answer
    }

    /// Sends a form that comes back with what was typed into it: this answer is not looked through.
    pub(super) async fn typed(&self, path: &str, form: &str) -> Answer {
        self.call(As::Nobody, "POST", path, form).await.0
    }

    /// Only so many sign-ins are taken at a time: who comes too often comes again.
    async fn call(&self, who: As<'_>, method: &str, path: &str, body: &str) -> (Answer, String) {
        let taken = || async {
            let (answer, whole) = self.call_once(who, method, path, body).await;
            (answer.status != 429).then_some((answer, whole))
        };
        until("its turn at the door", taken).await
    }

    async fn call_once(&self, who: As<'_>, method: &str, path: &str, body: &str) -> (Answer, String) {
        let address = format!("http://{}{path}", self.http);
        let kind = match body.as_bytes().first() {
            Some(b'{' | b'"' | b'[') => "application/json",
            _ => "application/x-www-form-urlencoded",
        };
        let mut call = self.client.request(method.parse().unwrap(), &address).header("content-type", kind);
        call = match who {
            As::Nobody => call,
            As::Key(key) => call.bearer_auth(key),
            As::Session(cookie) => call.header("cookie", cookie),
        };
        let call = call.header("sec-fetch-site", "same-origin").body(body.to_owned());
        let answer = call.send().await.unwrap();
        let status = answer.status().as_u16();
        let cookie = answer.headers().get("set-cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.map(|cookie| cookie.split(';').next().unwrap().to_owned());
        let headers = format!("{:?}", answer.headers());
        let text = answer.text().await.unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        let whole = format!("{headers}\n{text}");
        (Answer { status, cookie, text, json }, whole)
    }

    /// Installs a packed plugin and gives its digest.
    pub(super) async fn install(&self, key: &str, packed: Vec<u8>) -> String {
        let call = self.client.post(format!("http://{}/api/v1/plugins", self.http)).bearer_auth(key);
        let answer = call.header("content-type", "application/wasm").body(packed).send().await.unwrap();
        let installed: Value = answer.json().await.unwrap();
        installed["digest"].as_str().unwrap_or_else(|| panic!("{installed}")).to_owned()
    }

    /// Waits until the module has handled everything.
    pub(super) async fn caught_up(&self, key: &str) {
        until("the module caught up", || async {
            let path = format!("/api/v1/modules/{TOWNSHIP}/hostile");
            let (module, _) = self.call(As::Key(key), "GET", &path, "").await;
            (module.json["behind"] == 0 || module.json["state"] == "suspended").then_some(())
        })
        .await;
    }

    /// Reads everything that the description names; `ids` fill its paths.
    pub(super) async fn read_api(&mut self, key: &str, ids: &[(&str, &str)]) -> usize {
        let description = self.ask(As::Key(key), "GET", "/api/v1/openapi.json", "").await.json;
        let mut read = 0;
        for (path, item) in description["paths"].as_object().unwrap() {
            // The feed does not end; what it says, `/events` says too.
            if item["get"].is_null() || path == "/events/feed" {
                continue;
            }
            let filled = ids.iter().fold(path.clone(), |path, (name, id)| path.replace(name, id));
            let wanted = item["get"]["parameters"].as_array().into_iter().flatten();
            let wants_township = wanted.clone().any(|one| one["in"] == "query" && one["name"] == "township");
            let query = if wants_township { format!("?township={TOWNSHIP}") } else { String::new() };
            self.ask(As::Key(key), "GET", &format!("/api/v1{filled}{query}"), "").await;
            self.ask(As::Nobody, "GET", &format!("/api/v1{filled}{query}"), "").await;
            read += 1;
        }
        read
    }

    /// Opens every page of the console that a link leads to, in both languages.
    pub(super) async fn read_console(&mut self, cookie: &str) -> usize {
        let mut known: BTreeSet<String> = ["/".to_owned(), "/account".to_owned()].into();
        let mut open: VecDeque<String> = known.iter().cloned().collect();
        let mut read = 0;
        while let Some(path) = open.pop_front().filter(|_| read < MOST_PAGES) {
            let page = self.ask(As::Session(cookie), "GET", &path, "").await;
            read += 1;
            let links = page.text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            for link in links.filter(|link| link.starts_with('/') && !link.starts_with("/assets")) {
                let link = link.replace("&amp;", "&").replace("&#38;", "&");
                if known.insert(link.clone()) {
                    open.push_back(link);
                }
            }
        }
        read
    }

    /// What of the secrets stands in answers, in what the hub said, and in files that are not made for them.
    pub(super) fn hits(&self, secrets: &Secrets, told_once: &[&str]) -> Vec<String> {
        let mut hits = Vec::new();
        for (place, answer) in &self.answers {
            hits.extend(secrets.found(place, answer.as_bytes()));
        }
        for start in 1..=self.starts {
            let read = |name: &str| {
                let bytes = fs::read(self.folder.path().join(format!("{name}-{start}"))).unwrap();
                String::from_utf8_lossy(&bytes).into_owned()
            };
            // The first key and password are told at the first start, there and nowhere else.
            let stdout = told_once.iter().fold(read("stdout"), |text, once| text.replacen(once, "", 1));
            hits.extend(secrets.found("standard output", stdout.as_bytes()));
            hits.extend(secrets.found("standard error", read("stderr").as_bytes()));
        }
        for file in files(&self.data()) {
            let place = file.strip_prefix(self.data()).unwrap().display().to_string();
            // A running hub may have removed it meanwhile.
            let Ok(bytes) = fs::read(&file) else { continue };
            if !KEPT.iter().any(|kept| place.starts_with(kept)) {
                hits.extend(secrets.found(&place, &bytes));
            }
        }
        hits
    }

    /// The keys of the hub, as they lie in its folder.
    pub(super) fn keys(&self) -> Vec<(String, Vec<u8>)> {
        let secret = |file: &PathBuf| file.extension().is_some_and(|extension| extension == "key");
        let keys = files(&self.data().join("keys")).into_iter().filter(secret);
        keys.map(|file| (file.display().to_string(), fs::read(&file).unwrap())).collect()
    }

    pub(super) fn said(&self) -> String {
        fs::read_to_string(self.folder.path().join(format!("stdout-{}", self.starts))).unwrap()
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path))
        } else if path.is_file() {
            files.push(path)
        }
    }
    files
}

/// A body of one field.
pub(super) fn one(name: &str, value: &str) -> String {
    json!({ name: value }).to_string()
}
