//! The hub is killed; nothing that was acknowledged is lost, nothing happens twice.
//!
//! Three processes: the hub, the ledger that publishes and writes down what was acknowledged, and this judge.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use rand::Rng;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::Value;
use serde_json::json;

use crate::children::Running;
use crate::children::command;
use crate::children::spawn;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::until;

/// Longest time from start to serving, also after a kill.
const START: Duration = Duration::from_secs(5);

/// A hub as a process of its own, on ports that stay the same over restarts.
struct Site {
    folder: tempfile::TempDir,
    http: String,
    mqtt: String,
    client: reqwest::Client,
    password: String,
    next: u64,
}

impl Site {
    async fn new() -> Self {
        let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let folder = tempfile::tempdir().unwrap();
        let (http, mqtt) = (free(), free());
        let text = format!(
            "[http]\nlisten = \"{http}\"\n[mqtt]\nlisten = \"{mqtt}\"\n[events]\nper_minute_per_camera = 0\n\
             [plugins]\nunsigned = \"allow\"\n"
        );
        fs::write(folder.path().join("hub.toml"), text).unwrap();
        // Another test of this process may have installed it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut site = Self { folder, http, mqtt, client, password: String::new(), next: 1 };
        let hub = site.start(&mut site.hub()).await.unwrap();
        let device = json!({"township": TOWNSHIP, "camera": "gh-1", "name": "1", "place": "371122102999",
                            "signage_date": "2026-11-01"});
        site.password = site.post("devices", &device).await["password"].as_str().unwrap().to_owned();
        let call = site.client.post(site.url("plugins")).bearer_auth(site.token());
        let call = call.header("content-type", "application/wasm").body(programs::packed("hostile"));
        let installed: Value = call.send().await.unwrap().json().await.unwrap();
        let module = json!({"township": TOWNSHIP, "digest": installed["digest"],
            "settings": {"behaviour": "well-behaved"}, "grants": {"cameras": "all", "assessment": "PIA-2026-001"}});
        site.post("modules", &module).await;
        drop(hub);
        site
    }

    fn hub(&self) -> Command {
        let mut hub = command(programs::hub());
        self.arguments(&mut hub);
        hub
    }

    fn arguments(&self, command: &mut Command) {
        let folder = self.folder.path();
        command.arg("run").arg("--config").arg(folder.join("hub.toml")).arg("--data").arg(folder.join("data"));
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/api/v1/{path}", self.http)
    }

    fn token(&self) -> String {
        fs::read_to_string(self.folder.path().join("data/admin-token")).unwrap().trim().to_owned()
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        let answer = self.client.post(self.url(path)).bearer_auth(self.token()).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// Starts a hub; `None` when it ended before it served.
    async fn start(&self, command: &mut Command) -> Option<Running> {
        let mut hub = spawn(command);
        let started = tokio::time::timeout(START, async {
            let mut pause = tokio::time::interval(Duration::from_millis(10));
            loop {
                pause.tick().await;
                if hub.0.try_wait().unwrap().is_some() {
                    return false;
                }
                if self.client.get(self.url("health")).send().await.is_ok() {
                    return true;
                }
            }
        });
        started.await.expect("the hub serves within 5 s").then_some(hub)
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("ledger")
    }

    fn ledger(&self) -> Running {
        let mut ledger = command(programs::ledger());
        ledger.args([&self.mqtt, &format!("{TOWNSHIP}.gh-1"), &self.password]);
        ledger.arg(self.file()).args([self.next.to_string(), "0".to_owned()]);
        spawn(&mut ledger)
    }

    /// What the ledger wrote down: numbers sent, numbers acknowledged.
    fn written(&self) -> (BTreeSet<u64>, BTreeSet<u64>) {
        let (mut sent, mut acked) = (BTreeSet::new(), BTreeSet::new());
        for line in fs::read_to_string(self.file()).unwrap_or_default().lines() {
            match line.split_once(' ') {
                Some(("sent", number)) => sent.insert(number.parse().unwrap()),
                Some(("acked", number)) => acked.insert(number.parse().unwrap()),
                other => panic!("{other:?}"),
            };
        }
        (sent, acked)
    }

    /// Compares the hub's log and the module's effects with the ledger.
    async fn judge(&self) {
        let hub = self.start(&mut self.hub()).await.expect("the hub starts");
        until("the module has handled everything", || async {
            let module = self.client.get(self.url(&format!("modules/{TOWNSHIP}/hostile"))).bearer_auth(self.token());
            let module: Value = module.send().await.unwrap().json().await.unwrap();
            assert_eq!(module["state"], "running", "{module}");
            (module["behind"] == 0).then_some(())
        })
        .await;
        let (mut stored, mut effects) = (BTreeMap::<u64, u64>::new(), BTreeMap::<u64, u64>::new());
        // What the hub says of the device itself is in the log as well, and the module is shown it.
        let (mut after, mut numbers, mut statuses) = (0, BTreeMap::<u64, u64>::new(), BTreeSet::<u64>::new());
        loop {
            let path = format!("events?township={TOWNSHIP}&after={after}&limit=1000");
            let call = self.client.get(self.url(&path)).bearer_auth(self.token());
            let part: Value = call.send().await.unwrap().json().await.unwrap();
            let events = part["events"].as_array().unwrap();
            let Some(last) = events.last() else { break };
            for event in events {
                let seq = event["seq"].as_u64().unwrap();
                assert_eq!(seq, after + 1, "numbers have no gap");
                after = seq;
                match event["type"].as_str().unwrap() {
                    "cn.xueliang.camera.telemetry" => {
                        let number = event["data"]["n"].as_u64().unwrap();
                        *stored.entry(number).or_default() += 1;
                        numbers.insert(seq, number);
                    }
                    "cn.xueliang.camera.status" => drop(statuses.insert(seq)),
                    "cn.xueliang.test.seen" => {
                        let cause = event["cause"].as_u64().unwrap();
                        if statuses.contains(&cause) {
                            continue;
                        }
                        let number = numbers[&cause];
                        *effects.entry(number).or_default() += 1;
                    }
                    other => panic!("{other}"),
                }
            }
            after = last["seq"].as_u64().unwrap();
        }
        let (sent, acked) = self.written();
        let lost: Vec<_> = acked.iter().filter(|number| !stored.contains_key(number)).collect();
        let phantoms: Vec<_> = stored.keys().filter(|number| !sent.contains(number)).collect();
        let doubled: Vec<_> = stored.iter().chain(&effects).filter(|(_, times)| **times != 1).collect();
        assert!(lost.is_empty(), "acknowledged and lost: {lost:?} of {}", acked.len());
        assert!(phantoms.is_empty(), "stored but never sent: {phantoms:?}");
        assert!(doubled.is_empty(), "stored or in effect more than once: {doubled:?}");
        assert_eq!(stored.len(), effects.len(), "every stored event had its effect");
        assert!(acked.len() > 100, "the load was real: {} acknowledged", acked.len());
        drop(hub);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_hub_is_killed_under_load() {
    let seed = rand::random();
    println!("seed {seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut site = Site::new().await;
    for _ in 0..20 {
        let hub = site.start(&mut site.hub()).await.expect("the hub starts after a kill");
        let before = site.written().1.len();
        let ledger = site.ledger();
        let enough = random.random_range(20..200);
        until("the ledger wrote enough", || async { (site.written().1.len() >= before + enough).then_some(()) }).await;
        drop(hub); // SIGKILL
        finish(ledger).await;
        site.next = site.written().0.last().unwrap() + 1;
    }
    site.judge().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_hub_dies_at_its_nth_sync() {
    let mut site = Site::new().await;
    for n in 1..=40 {
        let mut traced = command("strace");
        let inject = format!("inject=fsync,fdatasync:signal=SIGKILL:when={n}");
        traced.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", &inject]);
        traced.arg(programs::hub());
        site.arguments(&mut traced);
        let Some(hub) = site.start(&mut traced).await else { continue };
        println!("the hub dies at sync {n}");
        finish(site.ledger()).await;
        drop(hub);
        site.next = site.written().0.last().map_or(1, |last| last + 1);
    }
    site.judge().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_sync_ends_the_hub_and_loses_nothing_acknowledged() {
    let mut site = Site::new().await;
    for n in [12, 18, 25] {
        let mut traced = command("strace");
        let inject = format!("inject=fsync,fdatasync:error=EIO:when={n}");
        traced.args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", &inject]);
        traced.arg(programs::hub());
        site.arguments(&mut traced);
        let Some(mut hub) = site.start(&mut traced).await else { continue };
        finish(site.ledger()).await;
        let ended = until("the hub ended by itself", || {
            let ended = hub.0.try_wait().unwrap();
            async move { ended }
        });
        assert!(!ended.await.success(), "an I/O error of a commit is not a success");
        site.next = site.written().0.last().map_or(1, |last| last + 1);
    }
    // Enough for the judge, whichever sync the errors met.
    let hub = site.start(&mut site.hub()).await.expect("the hub starts after an I/O error");
    let ledger = site.ledger();
    until("the ledger wrote enough", || async { (site.written().1.len() > 200).then_some(()) }).await;
    drop(hub);
    finish(ledger).await;
    site.judge().await;
}

async fn finish(mut ledger: Running) {
    until("the ledger ended", || {
        let ended = ledger.0.try_wait().unwrap();
        async move { ended }
    })
    .await;
}
