//! The ledger: publishes readings at `QoS` 1 and writes down which were acknowledged.
//!
//! `ledger HOST:PORT USER PASSWORD FILE FIRST COUNT [ZERO]` publishes messages number FIRST to FIRST + COUNT - 1 (0: without
//! end) and appends one line `acked N` a PUBACK to FILE, and `sent N` before each publish; both before going on. Ends when
//! all are acknowledged, or when the connection breaks: what is in FILE then is the evidence. With ZERO, in milliseconds since
//! 1970, message N says that it was made N seconds after that.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::fs::File;
use std::fs::OpenOptions;
use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use anyhow::ensure;
use rumqttc::Outgoing;
use rumqttc::v5::AsyncClient;
use rumqttc::v5::Event;
use rumqttc::v5::MqttOptions;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::Packet;
use rumqttc::v5::mqttbytes::v5::PubAckReason;
use xl_model::cloud_event::rfc3339;

/// Unacknowledged messages at once.
const WINDOW: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut next = |what: &'static str| arguments.next().with_context(|| format!("{what} is missing"));
    let (address, user, password, file) = (next("HOST:PORT")?, next("USER")?, next("PASSWORD")?, next("FILE")?);
    let (first, count): (u64, u64) = (next("FIRST")?.parse()?, next("COUNT")?.parse()?);
    let zero: Option<i64> = next("ZERO").ok().map(|zero| zero.parse()).transpose()?;
    let (host, port) = address.rsplit_once(':').context("HOST:PORT")?;
    let (township, camera) = user.split_once('.').context("USER is TOWNSHIP.CAMERA")?;

    let mut options = MqttOptions::new(format!("xl-{township}-{camera}"), host, port.parse()?);
    options.set_credentials(&user, &password).set_keep_alive(Duration::from_secs(30)).set_clean_start(true);
    let (client, mut connection) = AsyncClient::new(options, 2 * WINDOW);
    let mut ledger = OpenOptions::new().create(true).append(true).open(file)?;
    let topic = format!("xl/v1/{township}/{camera}/telemetry");

    let (mut number, mut left) = (first, if count == 0 { u64::MAX } else { count });
    let (mut queued, mut in_flight) = (VecDeque::new(), HashMap::new());
    let mut connected = false;
    while left > 0 || !in_flight.is_empty() || !queued.is_empty() {
        while connected && left > 0 && queued.len() + in_flight.len() < WINDOW {
            note(&mut ledger, "sent", number)?;
            let made = match zero {
                Some(zero) => format!(r#""ts":"{}","#, rfc3339(zero + 1_000 * i64::try_from(number)?)),
                None => String::new(),
            };
            let payload = format!(r#"{{"v":1,"sid":"ledger","seq":{number},{made}"m":{{"n":{number}}}}}"#);
            client.try_publish(&topic, QoS::AtLeastOnce, false, payload)?;
            queued.push_back(number);
            number += 1;
            left -= 1;
        }
        match connection.poll().await? {
            Event::Incoming(Packet::ConnAck(_)) => connected = true,
            Event::Outgoing(Outgoing::Publish(packet)) => {
                in_flight.insert(packet, queued.pop_front().context("a publish that was not queued")?);
            }
            Event::Incoming(Packet::PubAck(ack)) => {
                let number = in_flight.remove(&ack.pkid).context("a PUBACK that nothing asked for")?;
                ensure!(ack.reason == PubAckReason::Success, "number {number} was refused: {:?}", ack.reason);
                note(&mut ledger, "acked", number)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn note(ledger: &mut File, what: &str, number: u64) -> std::io::Result<()> {
    ledger.write_all(format!("{what} {number}\n").as_bytes())
}
