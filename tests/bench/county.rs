//! The model county: 14,656 cameras, of which 200 are ONVIF; what the hub takes for them, how soon it says that one is lost,
//! and how soon all are back after its broker was killed.
//!
//! The cameras that publish are a process of their own (`crowd`); the ONVIF ones are simulated in this one. Only the hub's
//! memory and CPU count.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::process::Child;
use std::process::ChildStdin;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;
use std::time::Instant;

use futures::StreamExt;
use serde_json::Value;
use serde_json::json;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;

use crate::cpu;
use crate::hub::Site;
use crate::hub::free;
use crate::hub::target;
use crate::results::Results;
use crate::results::Target;

/// Cameras of the model county, by how they are attached.
const MQTT: usize = 14_456;
const ONVIF: usize = 200;

/// Townships of the model county.
const TOWNSHIPS: usize = 21;

/// Events per second: five of each hundred cameras.
const EVENTS: u64 = 733;

/// How long the county is watched, in seconds.
const WATCHED: u64 = 120;

/// Cameras whose line breaks at once.
const LOST: usize = 200;

/// Measures `county_rss_mib`, `county_cpu_core_share`, `county_status_p99_s` and `county_reconnect_s`.
pub(crate) async fn measure(results: &mut Results) {
    let broker = free();
    let site = Site::new(&format!("[mqtt]\nlisten = \"{broker}\"\n[onvif]\nallow_loopback = true\n"));
    let (hub, _) = site.start().await;
    let logins = target().join("bench/crowd.txt");
    std::fs::create_dir_all(target().join("bench")).unwrap();
    std::fs::write(&logins, register(&site).await).unwrap();
    let fleet = Fleet::start(FleetConfig { cameras: ONVIF, ..FleetConfig::default() }).await.unwrap();
    enrol(&site, &fleet).await;
    println!("county: {MQTT} cameras over MQTT and {ONVIF} over ONVIF are registered");

    let mut crowd = Crowd::start(&broker.to_string(), &logins);
    let began = Instant::now();
    all_up(&site).await;
    println!("county: all {} are up {:.0} s after the first connected", MQTT + ONVIF, began.elapsed().as_secs_f64());
    tokio::time::sleep(Duration::from_secs(30)).await; // Until the load is even.
    let (pid, before, started) = (hub.0.id(), cpu::seconds(hub.0.id()), Instant::now());
    let acked = crowd.acked();
    tokio::time::sleep(Duration::from_secs(WATCHED)).await;
    let watched = started.elapsed().as_secs_f64();
    let rate = (crowd.acked() - acked) as f64 / watched;
    let share = (cpu::seconds(pid) - before) / watched;
    let resident = cpu::resident_mib(pid);
    println!("county: {rate:.0} events/s are acknowledged, over {watched:.0} s; {share:.2} cores, {resident:.0} MiB");

    let late = lost(&site, &mut crowd).await;
    let p99 = late[(late.len() - 1) * 99 / 100];
    println!("county: {LOST} broken lines are seen after {:.1} s (median), {p99:.1} s (p99)", late[late.len() / 2]);
    all_up(&site).await;

    drop(hub); // SIGKILL
    let killed = Instant::now();
    let (hub, start) = site.start().await;
    all_up(&site).await;
    let back = killed.elapsed().as_secs_f64();
    println!("county: after SIGKILL the hub serves in {start:.1} s and all are up in {back:.1} s");
    let (acked, missing) = judge(&site, crowd).await;
    println!("county: {acked} events were acknowledged, {missing} of them are not in the log");
    drop(hub);

    let note = format!("{MQTT} MQTT + {ONVIF} ONVIF cameras, {rate:.0} events/s, heartbeats every 30 s");
    results.note("county_rss_mib", resident, "MiB", Target::AtMost(1_024.0), None, &note);
    results.note("county_cpu_core_share", share, "cores", Target::AtMost(0.6), None, &note);
    let note = format!("a broken line until the API says so, {LOST} at once");
    results.note("county_status_p99_s", p99, "s", Target::AtMost(5.0), None, &note);
    let note = format!("SIGKILL until all are up again; {acked} acknowledged, {missing} lost");
    results.note("county_reconnect_s", back, "s", Target::AtMost(60.0), None, &note);
    results.note("county_lost", missing as f64, "events", Target::AtMost(0.0), None, &note);
}

fn township(n: usize) -> String {
    format!("3711221{:02}", n % TOWNSHIPS)
}

/// Registers the cameras that publish; gives their logins, one a line.
async fn register(site: &Site) -> String {
    let one = |n: usize| async move {
        let (township, camera) = (township(n), format!("c{n}"));
        let device = json!({"township": township, "camera": camera, "name": camera, "place": format!("{township}201"),
                            "class": "non-public"});
        let answer = site.post("devices", device).await;
        format!("{township}.{camera} {}\n", answer["password"].as_str().unwrap())
    };
    futures::stream::iter((0..MQTT).map(one)).buffer_unordered(64).collect::<Vec<_>>().await.concat()
}

async fn enrol(site: &Site, fleet: &Fleet) {
    let one = |n: usize| async move {
        let (township, address) = (township(n), fleet.device(n).unwrap().address());
        let attachment = json!({"kind": "onvif", "host": address.ip(), "port": address.port(), "user": "admin"});
        let camera = json!({"township": township, "camera": format!("o{n}"), "name": "o",
            "place": format!("{township}201"), "attachment": attachment, "class": "non-public"});
        site.post("cameras", camera).await;
        site.put(&format!("cameras/{township}/o{n}/credentials"), json!({"password": "simulated"})).await;
    };
    futures::stream::iter((0..ONVIF).map(one)).buffer_unordered(16).collect::<Vec<()>>().await;
}

/// Waits until every camera is up.
async fn all_up(site: &Site) {
    let limit = Instant::now() + Duration::from_secs(300);
    loop {
        let up = site.get("status/cameras?level=up&limit=1").await["total"].as_u64().unwrap();
        if up == (MQTT + ONVIF) as u64 {
            return;
        }
        assert!(Instant::now() < limit, "only {up} are up after five minutes");
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Breaks lines, and gives how many seconds later each was said to be lost, in order.
async fn lost(site: &Site, crowd: &mut Crowd) -> Vec<f64> {
    let waiting: BTreeMap<String, Instant> =
        crowd.drop(LOST).into_iter().map(|user| (user.replace('.', "/"), Instant::now())).collect();
    let (mut late, mut seen) = (Vec::new(), BTreeSet::new());
    let limit = Instant::now() + Duration::from_secs(60);
    while late.len() < LOST {
        assert!(Instant::now() < limit, "only {} of {LOST} are said to be lost", late.len());
        let down = site.get("status/cameras?level=down&limit=1000").await;
        for camera in down["cameras"].as_array().unwrap() {
            let key = format!("{}/{}", camera["township"].as_str().unwrap(), camera["camera"].as_str().unwrap());
            if let (Some(broken), true) = (waiting.get(&key), seen.insert(key.clone())) {
                late.push(broken.elapsed().as_secs_f64());
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    late.sort_by(f64::total_cmp);
    late
}

/// Ends the crowd and compares what was acknowledged with the log: how much, and how much of it is missing.
async fn judge(site: &Site, crowd: Crowd) -> (usize, usize) {
    let acked = crowd.end();
    let mut stored = BTreeSet::new();
    for n in 0..TOWNSHIPS {
        let (township, mut after) = (township(n), 0);
        loop {
            let path = format!("events?township={township}&kind=camera.motion&after={after}&limit=1000");
            let part = site.get(&path).await;
            let events = part["events"].as_array().unwrap();
            let Some(last) = events.last() else { break };
            after = last["seq"].as_u64().unwrap();
            let id = |event: &Value| {
                let source = event["source"].as_str().unwrap().rsplit_once('/').unwrap().1;
                format!("{source} {}", event["id"].as_str().unwrap())
            };
            stored.extend(events.iter().map(id));
        }
    }
    (acked.len(), acked.iter().filter(|id| !stored.contains(*id)).count())
}

/// The process of the cameras that publish.
struct Crowd {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Crowd {
    fn start(broker: &str, logins: &std::path::Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crowd"));
        command.arg(broker).arg(logins).arg(EVENTS.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (orders, answers) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, orders, answers }
    }

    fn order(&mut self, order: &str) {
        writeln!(self.orders, "{order}").unwrap();
        self.orders.flush().unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// How many events were acknowledged so far.
    fn acked(&mut self) -> u64 {
        self.order("tell");
        self.line().rsplit_once(' ').unwrap().1.parse().unwrap()
    }

    /// Breaks the lines of so many cameras, and names them.
    fn drop(&mut self, count: usize) -> Vec<String> {
        self.order(&format!("drop {count}"));
        (0..count).map(|_| self.line().strip_prefix("dropped ").unwrap().to_owned()).collect()
    }

    /// Ends it; gives the events that were acknowledged, `USER ID` each.
    fn end(mut self) -> BTreeSet<String> {
        let file = target().join("bench/acked.txt");
        self.order(&format!("end {}", file.display()));
        assert!(self.child.wait().unwrap().success());
        std::fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
    }
}
