//! Watches over the cameras: evidence becomes levels, levels become intervals, what changes becomes an observation.
//!
//! Takes what bridges and ingest saw, through a [`StatusSink`] that never holds them up; the rules are in
//! [`xl_model::ladder`]. Writes intervals and raw edges in batches, says every ten seconds that the hub runs, sums up days
//! that are over, and keeps a [`Statuses`] for whoever asks. Does not probe anybody, and writes nothing into the log: an
//! observation of a change goes to ingest like any other.

mod book;
mod follow;
mod news;
mod reckon;
mod sink;
mod view;

pub use follow::follow;
pub use reckon::By;
pub use reckon::Group;
pub use reckon::Reckoned;
pub use reckon::reckon;
pub use sink::Intake;
pub use sink::StatusSink;
pub use sink::channel;
pub use view::List;
pub use view::Sees;
pub use view::Status;
pub use view::Statuses;
pub use view::Wish;

use std::sync::Arc;
use std::time::Duration;

use metrics::counter;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::warn;
use xl_bridge::port::Inbox;
use xl_bridge::port::Submission;
use xl_model::clock::Clock;
use xl_model::fault::Code;
use xl_model::ladder::Ladder;
use xl_model::ladder::timeline::Steady;
use xl_model::status::SECOND_US;
use xl_model::status::TimestampUs;
use xl_store::Store;
use xl_store::StoreError;

use book::Book;
use news::News;
use sink::Message;

/// A device promised an interval that is taken for another.
const ODD_PROMISE: Code = Code(241);

/// Evidence came faster than it was taken.
const OVERFLOW: Code = Code(242);

/// The machine's clock jumped.
const CLOCK_JUMP: Code = Code(243);

/// How often due changes are looked for and written: a tenth of what a status may be late.
const TICK: Duration = Duration::from_millis(500);

/// How often the hub says durably that it runs; a crash makes at most so much time unknown beyond the truth.
const HEARTBEAT_US: i64 = 10 * SECOND_US;

/// Log lines about odd promises in one tick; the rest are only counted.
const ODD_LINES: usize = 20;

/// Runs until `stop`, or until the store takes no more.
pub async fn run(
    mut intake: Intake,
    statuses: Statuses,
    store: Store,
    clock: Arc<dyn Clock>,
    inbox: Inbox,
    stop: CancellationToken,
) {
    let started = Stage::start(&intake, statuses, store, clock.as_ref()).await;
    let mut stage = match started {
        Ok(stage) => stage,
        Err(failure) => return error!(code = %failure.code(), "statuses not read, none is watched: {failure}"),
    };
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let done = tokio::select! {
            biased;
            () = stop.cancelled() => break,
            _ = ticks.tick() => stage.pass(&mut intake, clock.as_ref()).await,
            permit = inbox.reserve(), if !stage.news.is_empty() => {
                if let (Ok(permit), Some(observation)) = (permit, stage.news.next()) {
                    // Nobody waits: the interval is on disk, the event follows it.
                    let (verdict, _) = tokio::sync::oneshot::channel();
                    permit.send(Submission { observation, verdict });
                }
                Ok(())
            }
            message = intake.next() => match message {
                Some(message) => stage.take(message).await,
                None => break,
            },
        };
        if let Err(failure) = done {
            return error!(code = %failure.code(), "statuses not written: {failure}");
        }
    }
    if let Err(failure) = stage.end(clock.as_ref(), intake.now()).await {
        warn!(code = %failure.code(), "last statuses not written: {failure}");
    }
}

struct Stage {
    ladder: Ladder,
    book: Book,
    news: News,
    statuses: Statuses,
    heartbeat_at: Steady,
}

impl Stage {
    async fn start(intake: &Intake, statuses: Statuses, store: Store, clock: &dyn Clock) -> Result<Self, StoreError> {
        Self::at(intake.now(), utc_us(clock), statuses, store).await
    }

    /// A stage that begins at this moment, by both clocks.
    async fn at(now: Steady, utc_us: TimestampUs, statuses: Statuses, store: Store) -> Result<Self, StoreError> {
        let book = Book::open(store, utc_us).await?;
        Ok(Self { ladder: Ladder::new(now, utc_us), book, news: News::default(), statuses, heartbeat_at: now })
    }

    /// Takes one message.
    async fn take(&mut self, message: Message) -> Result<(), StoreError> {
        match message {
            Message::Evidence(evidence, at) => {
                if let Some(skew_ms) = evidence.skew_ms {
                    self.statuses.note_skew(&evidence.camera, skew_ms);
                }
                if !self.ladder.take(evidence, at) {
                    counter!("xl_status_strangers_total").increment(1);
                }
            }
            Message::Register(cameras, _turn) => {
                for gone in self.book.missing(&self.ladder, &cameras) {
                    self.ladder.retire(&gone);
                }
                self.book.enrol(&mut self.ladder, &self.statuses, cameras).await?;
            }
            Message::Enrol(camera) => self.book.enrol(&mut self.ladder, &self.statuses, vec![*camera]).await?,
            Message::Retire(camera) => self.ladder.retire(&camera),
            Message::Blind(bridge, at) => self.ladder.blind(&bridge, at),
            Message::Sighted(bridge, at) => self.ladder.sighted(&bridge, at),
            Message::Maintain(window) => {
                self.ladder.maintain(*window);
            }
            Message::Withdraw(camera, from_us) => self.ladder.withdraw(&camera, from_us),
        }
        self.absorb();
        if self.book.is_full() { self.book.write().await } else { Ok(()) }
    }

    /// Takes what has queued, then lets the time pass: what was seen in time must not count as silence.
    async fn pass(&mut self, intake: &mut Intake, clock: &dyn Clock) -> Result<(), StoreError> {
        let now = intake.now();
        for message in intake.waiting() {
            self.take(message).await?;
        }
        let lost = intake.lost();
        if lost > 0 {
            counter!("xl_status_evidence_lost_total").increment(lost);
            warn!(code = %OVERFLOW, lost, "{lost} facts about cameras were lost: they came faster than they were taken");
        }
        self.tick(now, utc_us(clock)).await
    }

    async fn tick(&mut self, now: Steady, utc_us: TimestampUs) -> Result<(), StoreError> {
        if let Some(jump_us) = self.ladder.tick(now, utc_us) {
            let jump_ms = jump_us / 1_000;
            warn!(code = %CLOCK_JUMP, jump_ms, "the machine's clock jumped by {jump_ms} ms; no camera changes for it");
        }
        self.absorb();
        self.book.write().await?;
        if now >= self.heartbeat_at {
            // After the intervals: what was before the heartbeat is on disk.
            self.book.heartbeat(utc_us).await?;
            self.heartbeat_at = now.plus(HEARTBEAT_US);
        }
        self.book.sum_up(utc_us).await
    }

    /// Everything that is known is written, and from now on nothing is.
    async fn end(&mut self, clock: &dyn Clock, now: Steady) -> Result<(), StoreError> {
        self.ladder.tick(now, utc_us(clock));
        self.absorb();
        self.book.write().await?;
        self.book.heartbeat(utc_us(clock)).await
    }

    fn absorb(&mut self) {
        let output = self.ladder.drain();
        counter!("xl_status_changes_total").increment(output.changes.len() as u64);
        counter!("xl_status_too_late_total").increment(output.too_late);
        counter!("xl_status_odd_promises_total").increment(output.odd.len() as u64);
        for odd in output.odd.iter().take(ODD_LINES) {
            let (promised_s, kept_s) = (odd.promised_us / SECOND_US, odd.kept_us / SECOND_US);
            warn!(
                code = %ODD_PROMISE,
                camera = %odd.camera,
                "camera `{}` promises to be heard every {promised_s} s, which is taken for {kept_s} s",
                odd.camera,
            );
        }
        self.book.add(output.changes, output.edges);
        for shown in &output.shown {
            self.news.tell(shown);
        }
        self.statuses.publish(output.shown);
    }
}

fn utc_us(clock: &dyn Clock) -> TimestampUs {
    clock.now_ms().saturating_mul(1_000)
}

#[cfg(test)]
mod tests;
