//! The whole road against Node-RED: the same broker, the same readings, the same work, in turn.
//!
//! Ours: Mosquitto → hub (durable log, sandboxed plugin, exactly-once effects) → Mosquitto. Theirs: Mosquitto → Node-RED
//! (parse, count per camera in memory, announce) → Mosquitto. The load comes from this process; its CPU is not counted,
//! nor is the broker's.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use std::time::Instant;
use std::time::SystemTime;

use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::EventLoop;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::Packet;
use serde_json::Value;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;

use crate::cpu;
use crate::hub::Running;
use crate::hub::Site;
use crate::hub::TOWNSHIP;
use crate::hub::free;
use crate::hub::packed;
use crate::hub::target;
use crate::results::Results;
use crate::results::Target;
use crate::results::median;
use crate::results::quantile;

const ROUNDS: usize = 3;
const CAMERAS: usize = 50;

/// Readings of a round as fast as they go.
const FLOOD: u64 = 60_000;

/// Readings per second, and seconds, of a round at a fixed rate.
const RATE: u64 = 3_000;
const SECONDS: u64 = 10;

/// One in so many readings is hot and is announced.
const HOT_EVERY: u64 = 10;

/// Who does the work.
enum Side {
    Hub { site: Site, cameras: bool },
    NodeRed,
}

/// What a round gave.
struct Round {
    per_cpu_second: f64,
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

/// Measures `pipeline_events_per_cpu_s_vs_node_red` and `pipeline_p99_ms_vs_node_red_at_3000`.
pub(crate) async fn measure(results: &mut Results) {
    let (_broker, address) = mosquitto().await;
    let url = format!("mqtt://{address}");
    let site = Site::new(&format!(
        "[mqtt]\nenabled = false\n[mqtt.external]\nurl = \"{url}\"\nreceive_maximum = 2048\n\
         session_expiry_s = 0\n\
         [[forward]]\nname = \"bench\"\nurl = \"{url}\"\nkinds = [\"bench.*\"]\n"
    ));
    let mut hub = Side::Hub { site, cameras: false };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        for (name, side, rounds) in [("hub", &mut hub, &mut ours), ("Node-RED", &mut Side::NodeRed, &mut theirs)] {
            let result = side.round(address).await;
            println!(
                "round {round} {name:8}: {:.0} events per CPU second, {:.0} events/s; at {RATE}/s p50 {:.1} ms p99 {:.1} ms",
                result.per_cpu_second, result.per_second, result.p50_ms, result.p99_ms
            );
            rounds.push(result);
        }
    }
    let ratios = |figure: fn(&Round) -> f64| -> Vec<f64> {
        ours.iter().zip(&theirs).map(|(ours, theirs)| figure(ours) / figure(theirs)).collect()
    };
    let peer = |figure: fn(&Round) -> f64| Some(median(&theirs.iter().map(figure).collect::<Vec<_>>()).0);
    let (ratio, spread) = median(&ratios(|round| round.per_cpu_second));
    let own = median(&ours.iter().map(|round| round.per_cpu_second).collect::<Vec<_>>()).0;
    let note = format!(
        "{own:.0} events per CPU second of ours, durable and sandboxed; peer without a log; spread {spread:.2}"
    );
    let name = "pipeline_events_per_cpu_s_vs_node_red";
    results.note(name, ratio, "ratio", Target::AtLeast(3.0), peer(|round| round.per_cpu_second), &note);
    let (ratio, spread) = median(&ratios(|round| round.p99_ms));
    let own = median(&ours.iter().map(|round| round.p99_ms).collect::<Vec<_>>()).0;
    let note = format!("p99 {own:.1} ms of ours, publish to announced, after two commits; spread {spread:.2}");
    let name = "pipeline_p99_ms_vs_node_red_at_3000";
    results.note(name, ratio, "ratio", Target::AtMost(1.0), peer(|round| round.p99_ms), &note);
}

impl Side {
    async fn round(&mut self, broker: SocketAddr) -> Round {
        let worker = self.start(broker).await;
        let pid = worker.0.id();
        let mut load = Load::new(broker).await;
        load.flood(2_000, u64::MAX).await; // Warms both sides up.
        let (started, before) = (Instant::now(), cpu::seconds(pid));
        load.flood(FLOOD, u64::MAX).await;
        let (wall, used) = (started.elapsed().as_secs_f64(), cpu::seconds(pid) - before);
        let latencies = load.flood(RATE * SECONDS, RATE).await;
        Round {
            per_cpu_second: FLOOD as f64 / used,
            per_second: FLOOD as f64 / wall,
            p50_ms: quantile(&latencies, 0.5),
            p99_ms: quantile(&latencies, 0.99),
        }
    }

    async fn start(&mut self, broker: SocketAddr) -> Running {
        match self {
            Self::Hub { site, cameras } => {
                let (hub, _) = site.start().await;
                if !std::mem::replace(cameras, true) {
                    for n in 0..CAMERAS {
                        let device = json!({"township": TOWNSHIP, "camera": format!("c{n}"), "name": "c", "place": "371122102999", "class": "non-public"});
                        site.post("devices", device).await;
                    }
                    let digest = site.install(packed("threshold")).await;
                    site.enable(TOWNSHIP, &digest).await;
                }
                hub
            }
            Self::NodeRed => node_red(broker).await,
        }
    }
}

async fn mosquitto() -> (Running, SocketAddr) {
    let address = free();
    let folder = target().join("bench");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("mosquitto.conf");
    let text = format!(
        "listener {} 127.0.0.1\nallow_anonymous true\nuser root\nmax_queued_messages 200000\nmax_inflight_messages 2048\n\
         set_tcp_nodelay true\n",
        address.port()
    );
    std::fs::write(&file, text).unwrap();
    let broker = Running::start(Command::new("mosquitto").arg("-c").arg(file));
    while std::net::TcpStream::connect(address).is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    (broker, address)
}

async fn node_red(broker: SocketAddr) -> Running {
    let installed = target().join("bench/node-red");
    let flow = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/node-red");
    let http = free();
    let mut command = Command::new("node");
    command.arg(installed.join("node_modules/node-red/red.js"));
    command
        .arg("--userDir")
        .arg(&installed)
        .arg("--settings")
        .arg(flow.join("settings.js"))
        .arg(flow.join("flow.json"));
    command.env("BENCH_MQTT_PORT", broker.port().to_string()).env("BENCH_HTTP_PORT", http.port().to_string());
    Running::start(&mut command)
}

/// Publishes readings and collects what is announced of them.
struct Load {
    client: AsyncClient,
    _connections: [AbortOnDropHandle<()>; 2],
    acked: mpsc::Receiver<()>,
    hot: mpsc::Receiver<f64>,
    /// Another in each round: the hub knows what it has stored.
    sid: u64,
    sent: u64,
}

impl Load {
    /// Connects; waits until the other side announces, so that nothing is measured before it listens.
    async fn new(broker: SocketAddr) -> Self {
        let (acks, acked) = mpsc::channel(100_000);
        let (heats, hot) = mpsc::channel(100_000);
        let (client, loading) = connect(options(broker, "bench-load"), acks, None);
        let (listener, listening) = connect(options(broker, "bench-listen"), mpsc::channel(1).0, Some(heats));
        for filter in [format!("xl/v1/{TOWNSHIP}/+/out/#"), "out/#".to_owned()] {
            listener.subscribe(filter, QoS::AtLeastOnce).await.unwrap();
        }
        let mut load = Self { client, _connections: [loading, listening], acked, hot, sid: now_ms() as u64, sent: 0 };
        loop {
            load.publish(40.0).await;
            load.acked.recv().await.unwrap();
            if tokio::time::timeout(Duration::from_millis(500), load.hot.recv()).await.is_ok() {
                break;
            }
        }
        while tokio::time::timeout(Duration::from_secs(2), load.hot.recv()).await.is_ok() {}
        load
    }

    async fn publish(&mut self, temperature: f64) {
        let (sid, seq, camera) = (self.sid, self.sent, self.sent as usize % CAMERAS);
        self.sent += 1;
        let now = now_ms();
        let payload = format!(
            r#"{{"v":1,"sid":"b{sid}","seq":{seq},"m":{{"temp_c":{temperature},"rh_pct":71.5,"lux":18250,"soil_pct":33.1,"sent_ms":{now}}}}}"#
        );
        let topic = format!("xl/v1/{TOWNSHIP}/c{camera}/telemetry");
        self.client.publish(topic, QoS::AtLeastOnce, false, payload).await.unwrap();
    }

    /// Publishes `count` readings, at most `rate` a second; gives the latency of each announcement in milliseconds.
    async fn flood(&mut self, count: u64, rate: u64) -> Vec<f64> {
        let started = tokio::time::Instant::now();
        let (mut unacked, mut latencies) = (0, Vec::new());
        for n in 0..count {
            if rate != u64::MAX && n % 30 == 0 {
                tokio::time::sleep_until(started + Duration::from_micros(n * 1_000_000 / rate)).await;
            }
            self.publish(if n % HOT_EVERY == 0 { 38.5 } else { 21.5 }).await;
            unacked += 1;
            while unacked > 1_000 || unacked > 0 && !self.acked.is_empty() {
                self.acked.recv().await.unwrap();
                unacked -= 1;
            }
            while let Ok(latency) = self.hot.try_recv() {
                latencies.push(latency);
            }
        }
        while unacked > 0 {
            self.acked.recv().await.unwrap();
            unacked -= 1;
        }
        while latencies.len() < (count / HOT_EVERY) as usize {
            let latency = tokio::time::timeout(Duration::from_secs(60), self.hot.recv()).await;
            latencies.push(latency.expect("every hot reading is announced").unwrap());
        }
        latencies
    }
}

/// How a client of the benches connects.
pub(crate) fn options(broker: SocketAddr, name: &str) -> MqttOptions {
    let mut options = MqttOptions::new(name, broker.ip().to_string(), broker.port());
    options.set_keep_alive(Duration::from_secs(60)).set_receive_maximum(Some(2_048));
    options.set_outgoing_inflight_upper_limit(2_000);
    options
}

/// A client and its connection, which lasts as long as its handle; each acknowledgement goes to `acks`.
pub(crate) fn connect(
    options: MqttOptions,
    acks: mpsc::Sender<()>,
    heats: Option<mpsc::Sender<f64>>,
) -> (AsyncClient, AbortOnDropHandle<()>) {
    let (client, connection) = AsyncClient::new(options, 4_096);
    (client, AbortOnDropHandle::new(tokio::spawn(receive(connection, acks, heats))))
}

async fn receive(mut connection: EventLoop, acks: mpsc::Sender<()>, heats: Option<mpsc::Sender<f64>>) {
    loop {
        match connection.poll().await.unwrap() {
            Event::Incoming(Packet::PubAck(_)) => acks.send(()).await.unwrap_or_default(),
            Event::Incoming(Packet::Publish(message)) => {
                let Some(heats) = &heats else { continue };
                let json: Value = serde_json::from_slice(&message.payload).unwrap();
                let data = json.get("data").unwrap_or(&json);
                let sent = data["sent_ms"].as_f64().unwrap();
                heats.send(now_ms() - sent).await.unwrap();
            }
            _ => {}
        }
    }
}

/// The time in milliseconds, to the microsecond.
fn now_ms() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_micros() as f64 / 1e3
}
