//! The device of one greenhouse: its own connection, one message at a time, the next one when the last is stored.

mod line;
mod message;
mod pace;

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::line::Line;
use self::line::Receipt;
use self::message::Message;
use self::pace::Pace;
use crate::clock::SimClock;
use crate::say::Say;
use crate::world;
use crate::world::Greenhouse;
use crate::world::SimTime;
use crate::world::diary;
use crate::world::diary::Entry;

/// Between two signs of life.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(60);
/// The longest wait before the next attempt to connect.
const MOST_BACKOFF: Duration = Duration::from_secs(60);

/// How many messages of all devices were stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pictures.
    pub pictures: u64,
    /// Readings.
    pub readings: u64,
    /// Movements.
    pub motions: u64,
    /// What the broker did not take.
    pub refused: u64,
}

/// What a device needs.
#[derive(Debug, Clone)]
pub struct Device {
    /// Where it stands.
    pub greenhouse: Greenhouse,
    /// Its password at the broker.
    pub password: String,
    /// Host and port of the broker.
    pub broker: (String, u16),
    /// The number from which everything follows.
    pub seed: u64,
    /// The simulated time.
    pub clock: SimClock,
    /// Counts what was stored, together with all others.
    pub tally: watch::Sender<Tally>,
    /// Where it tells that its connection came and went.
    pub say: Say,
}

/// Why a connection ended.
enum Ended {
    Stopped,
    Lost(String),
}

/// What a device remembers from one connection to the next.
struct Memory {
    /// Everything before this is sent or was left out.
    sent_until: SimTime,
    /// Sent, but not known to be stored.
    unsettled: Option<(Entry, Message)>,
    pace: Pace,
    connected_before: bool,
}

impl Device {
    /// Publishes until it is told to stop; connects again when its connection is lost.
    pub async fn run(self, stop: CancellationToken) {
        // The newest picture and reading go out at once, so that there is something to see.
        let begin = self.clock.now().0 / diary::PICTURE_EVERY_MS * diary::PICTURE_EVERY_MS;
        let mut memory =
            Memory { sent_until: SimTime(begin), unsettled: None, pace: Pace::default(), connected_before: false };
        let mut backoff = Duration::from_secs(1);
        loop {
            let opened = tokio::select! {
                () = stop.cancelled() => return,
                opened = Line::open(&self.broker, &self.greenhouse, &self.password) => opened,
            };
            let why = match opened {
                Ok(line) => {
                    let since = Instant::now();
                    match self.serve(line, &mut memory, &stop).await {
                        Ended::Stopped => return,
                        Ended::Lost(why) => {
                            // A connection that held for a while was a good one.
                            if since.elapsed() > MOST_BACKOFF {
                                backoff = Duration::from_secs(1);
                            }
                            why
                        }
                    }
                }
                Err(why) => why,
            };
            self.say.line(&format!("{} 未连接：{why}", self.greenhouse.device()), "not connected, trying again");
            // With jitter: a hundred devices should not come back in the same second.
            let wait = backoff.mul_f64(rand::random_range(0.5..1.5));
            backoff = (backoff * 2).min(MOST_BACKOFF);
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    async fn serve(&self, mut line: Line, memory: &mut Memory, stop: &CancellationToken) -> Ended {
        let connected = Instant::now();
        match self.publish(&mut line, memory, stop, connected).await {
            Ok(()) => {
                // Nobody waits for the answer: the broker knows from the state that this was planned.
                let head = line.head();
                let up = connected.elapsed();
                let _ = line.send(message::state(&head, message::Presence::Shutdown, up, true)).await;
                line.close().await;
                Ended::Stopped
            }
            Err(why) => Ended::Lost(why),
        }
    }

    /// Publishes until it is told to stop.
    async fn publish(
        &self,
        line: &mut Line,
        memory: &mut Memory,
        stop: &CancellationToken,
        connected: Instant,
    ) -> Result<(), String> {
        let head = line.head();
        line.send(message::birth(&self.greenhouse, &head, self.clock.speed())).await?;
        let head = line.head();
        line.send(message::state(&head, message::Presence::Online, connected.elapsed(), true)).await?;
        if std::mem::replace(&mut memory.connected_before, true) {
            self.say.line(&format!("{} 已重新连接", self.greenhouse.device()), "connected again");
        }
        // With its old session, number and time, so that it is stored once even if only its acknowledgement was lost.
        if let Some((entry, message)) = memory.unsettled.clone() {
            self.deliver(line, memory, entry, message).await?;
        }

        let mut heartbeat = Instant::now() + HEARTBEAT_EVERY;
        while !stop.is_cancelled() {
            let now = self.clock.now();
            let after = SimTime(now.0 + 1);
            let due = diary::entries(self.seed, &self.greenhouse, memory.sent_until, after);
            memory.sent_until = after;
            for (time, entry) in memory.pace.admit(due, Instant::now()) {
                let message = self.message(line, time, entry).await?;
                self.deliver(line, memory, entry, message).await?;
                if stop.is_cancelled() {
                    return Ok(());
                }
            }
            let soon = SimTime(after.0 + diary::PICTURE_EVERY_MS);
            let next = diary::entries(self.seed, &self.greenhouse, after, soon).first().map_or(soon, |entry| entry.0);
            tokio::select! {
                () = stop.cancelled() => {}
                why = line.lost() => return Err(why),
                () = tokio::time::sleep_until(heartbeat) => {
                    heartbeat = Instant::now() + HEARTBEAT_EVERY;
                    let head = line.head();
                    line.send(message::state(&head, message::Presence::Online, connected.elapsed(), false)).await?;
                }
                () = tokio::time::sleep_until(self.clock.instant_of(next)) => {}
            }
        }
        Ok(())
    }

    async fn message(&self, line: &mut Line, time: SimTime, entry: Entry) -> Result<Message, String> {
        Ok(match entry {
            Entry::Reading => message::telemetry(&line.head(), &world::reading(self.seed, &self.greenhouse, time)),
            Entry::Motion => message::motion(&line.head()),
            Entry::Picture => {
                let (seed, greenhouse) = (self.seed, self.greenhouse.clone());
                // Drawing takes some 10 ms of computing: not on the threads that answer the network.
                let drawn = tokio::task::spawn_blocking(move || world::picture(seed, &greenhouse, time)).await;
                message::image(&line.head(), drawn.map_err(|error| error.to_string())?)
            }
        })
    }

    async fn deliver(
        &self,
        line: &mut Line,
        memory: &mut Memory,
        entry: Entry,
        message: Message,
    ) -> Result<(), String> {
        memory.unsettled = Some((entry, message.clone()));
        let receipt = line.send(message).await?;
        memory.unsettled = None;
        self.tally.send_modify(|tally| match (receipt, entry) {
            (Receipt::Refused, _) => tally.refused += 1,
            (Receipt::Stored, Entry::Picture) => tally.pictures += 1,
            (Receipt::Stored, Entry::Reading) => tally.readings += 1,
            (Receipt::Stored, Entry::Motion) => tally.motions += 1,
        });
        Ok(())
    }
}
