//! The crowd: a county's cameras as one process, each with a connection of its own to the broker.
//!
//! `crowd HOST:PORT LOGINS EVENTS_PER_S` reads `user password` lines from the file LOGINS, connects them all, says of each every
//! 30 s that it is there, and lets them report `EVENTS_PER_S` motions together, `QoS` 1, each until it is acknowledged. Who loses
//! his connection comes back after 1 to 10 s. Takes lines on standard input:
//!
//! - `drop N`: breaks N connections for 45 s; answers `dropped USER`, once each, at that moment.
//! - `tell`: answers `connected N sent N acked N`.
//! - `end FILE`: writes the ids that were acknowledged, `USER SID:SEQ` a line, and ends.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::Context;
use rumqttc::Outgoing;
use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::LastWill;
use rumqttc::v5::mqttbytes::v5::Packet;
use tokio::io::AsyncBufReadExt;
use tokio::sync::mpsc;

/// How often a camera says that it is there.
const HEARTBEAT: Duration = Duration::from_secs(30);

#[derive(Default)]
struct Counts {
    connected: AtomicU64,
    sent: AtomicU64,
    acked: Mutex<Vec<String>>,
}

/// How long a camera stays away that was told to break: long enough to be missed.
const AWAY: Duration = Duration::from_secs(45);

/// What a camera is told to do.
enum Order {
    Report,
    Break,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &'static str| arguments.next().with_context(|| format!("{what} is missing"));
    let (address, logins, rate) = (next("HOST:PORT")?, next("LOGINS")?, next("EVENTS_PER_S")?.parse::<u64>()?);
    let counts = Arc::new(Counts::default());
    let mut cameras = Vec::new();
    for line in std::fs::read_to_string(logins)?.lines() {
        let (user, password) = line.split_once(' ').context("`user password`")?;
        let (order, orders) = mpsc::channel(64);
        let camera = Camera::new(&address, user, password)?;
        tokio::spawn(camera.live(orders, counts.clone()));
        cameras.push((user.to_owned(), order));
    }
    let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / rate.max(1)));
    let (mut input, mut line, mut at) = (tokio::io::BufReader::new(tokio::io::stdin()), String::new(), 0);
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                at = (at + 7_919) % cameras.len(); // A prime: all of them in turn, none twice in a row.
                let _ = cameras[at].1.try_send(Order::Report);
            }
            read = input.read_line(&mut line) => {
                if read? == 0 {
                    return Ok(());
                }
                let order = std::mem::take(&mut line);
                if obey(order.trim(), &cameras, &counts)? {
                    return Ok(());
                }
            }
        }
    }
}

/// Does what a line says; whether it was the last.
fn obey(line: &str, cameras: &[(String, mpsc::Sender<Order>)], counts: &Counts) -> anyhow::Result<bool> {
    let acked = || counts.acked.lock().expect("nobody panics while he holds it");
    let mut out = std::io::stdout().lock();
    match line.split_once(' ').unwrap_or((line, "")) {
        ("drop", count) => {
            let count: usize = count.parse()?;
            for (user, order) in cameras.iter().step_by((cameras.len() / count).max(1)).take(count) {
                order.try_send(Order::Break)?;
                writeln!(out, "dropped {user}")?;
            }
        }
        ("tell", _) => {
            let (connected, sent) = (counts.connected.load(Ordering::Relaxed), counts.sent.load(Ordering::Relaxed));
            writeln!(out, "connected {connected} sent {sent} acked {}", acked().len())?;
        }
        ("end", file) => {
            let mut text = String::new();
            for id in acked().iter() {
                writeln!(text, "{id}")?;
            }
            std::fs::write(file, text)?;
            return Ok(true);
        }
        _ => anyhow::bail!("`drop N`, `tell` or `end FILE`"),
    }
    Ok(false)
}

struct Camera {
    host: String,
    port: u16,
    user: String,
    password: String,
    prefix: String,
    /// Reports that nobody has acknowledged yet, by id.
    open: BTreeMap<String, String>,
}

impl Camera {
    fn new(address: &str, user: &str, password: &str) -> anyhow::Result<Self> {
        let (host, port) = address.rsplit_once(':').context("HOST:PORT")?;
        let (township, camera) = user.split_once('.').context("a user is TOWNSHIP.CAMERA")?;
        Ok(Self {
            host: host.to_owned(),
            port: port.parse()?,
            user: user.to_owned(),
            password: password.to_owned(),
            prefix: format!("xl/v1/{township}/{camera}"),
            open: BTreeMap::new(),
        })
    }

    async fn live(mut self, mut orders: mpsc::Receiver<Order>, counts: Arc<Counts>) {
        loop {
            let is_told = self.connection(&mut orders, &counts).await;
            let away = if is_told { AWAY } else { Duration::from_millis(rand::random_range(1_000..10_000)) };
            tokio::time::sleep(away).await;
        }
    }

    /// One connection, until it breaks; whether it was told to.
    async fn connection(&mut self, orders: &mut mpsc::Receiver<Order>, counts: &Counts) -> bool {
        let mut options = MqttOptions::new(format!("xl-{}", self.user), &self.host, self.port);
        options.set_credentials(&self.user, &self.password).set_keep_alive(Duration::from_secs(60));
        options.set_clean_start(true).set_connection_timeout(20);
        options.set_outgoing_inflight_upper_limit(16); // Room is made for all of them: a county's would be gigabytes.
        let (sid, mut seq) = (format!("{:08x}", rand::random::<u32>()), 0);
        let will = format!(r#"{{"v":1,"s":"offline","sid":"{sid}","why":"lwt"}}"#);
        options.set_last_will(LastWill::new(format!("{}/state", self.prefix), will, QoS::AtLeastOnce, false, None));
        let (client, mut events) = AsyncClient::new(options, 256);
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        let (mut is_connected, mut queued, mut flying) = (false, std::collections::VecDeque::new(), BTreeMap::new());
        let is_told = loop {
            tokio::select! {
                event = events.poll() => match event {
                    Err(_) => break false,
                    Ok(Event::Incoming(Packet::ConnAck(_))) => {
                        is_connected = true;
                        counts.connected.fetch_add(1, Ordering::Relaxed);
                        for (id, payload) in &self.open {
                            queued.push_back(id.clone());
                            let _ = client.try_publish(self.topic("event"), QoS::AtLeastOnce, false, payload.clone());
                        }
                    }
                    Ok(Event::Outgoing(Outgoing::Publish(packet))) if packet > 0 => {
                        flying.insert(packet, queued.pop_front());
                    }
                    Ok(Event::Incoming(Packet::PubAck(ack))) => {
                        if let Some(Some(id)) = flying.remove(&ack.pkid) {
                            self.open.remove(&id);
                            let line = format!("{} {id}", self.user);
                            counts.acked.lock().expect("nobody panics while he holds it").push(line);
                        }
                    }
                    Ok(_) => {}
                },
                _ = heartbeat.tick(), if is_connected => {
                    seq += 1;
                    let state = format!(r#"{{"v":1,"s":"online","sid":"{sid}","seq":{seq}}}"#);
                    let _ = client.try_publish(self.topic("state"), QoS::AtMostOnce, false, state);
                }
                order = orders.recv(), if is_connected => match order {
                    Some(Order::Report) => {
                        seq += 1;
                        let payload = format!(r#"{{"v":1,"sid":"{sid}","seq":{seq},"kind":"motion","state":"pulse"}}"#);
                        let id = format!("{sid}:{seq}");
                        self.open.insert(id.clone(), payload.clone());
                        queued.push_back(id);
                        counts.sent.fetch_add(1, Ordering::Relaxed);
                        let _ = client.try_publish(self.topic("event"), QoS::AtLeastOnce, false, payload);
                    }
                    Some(Order::Break) | None => break true,
                },
            }
        };
        if is_connected {
            counts.connected.fetch_sub(1, Ordering::Relaxed);
        }
        is_told
    }

    fn topic(&self, channel: &str) -> String {
        format!("{}/{channel}", self.prefix)
    }
}
