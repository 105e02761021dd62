//! Signs how far the audit log has come, every minute when there is something new and after every thousand rows.
//!
//! The file may lie on another disk or machine: whoever changes the database then still cannot change what was signed. Where a
//! receiver asks for them, checkpoints are also events of the county's log, and forwarded as such. The same stage
//! records what commands noted beside the hub, and removes rows that are past their time by the clock and by lived time, because it
//! has to sign that too.

use std::path::PathBuf;
use std::time::Duration;

use metrics::gauge;
use tokio::time::Instant;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::info;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::KEEP_DAYS_LEAST;
use xl_model::audit::Outcome;
use xl_model::audit::checkpoint::Kind;
use xl_model::audit::verify::Base;
use xl_model::clock::TimestampMs;
use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::id::Kind as KindOfEvent;
use xl_model::id::TownshipId;
use xl_store::Store;
use xl_store::StoreError;

use crate::audit::Auditor;
use crate::audit::NotRecorded;
use crate::audit::beside::Notes;
use crate::audit::file::CheckpointFile;
use crate::audit::file::CheckpointLine;
use crate::audit::file::FileFault;
use crate::config::Config;

/// The file in the data folder, where the configuration names no other.
pub const FILE: &str = "audit-checkpoints.jsonl";

/// Longest time between two checkpoints while rows are written.
const EVERY: Duration = Duration::from_secs(60);

/// Rows are removed once in so many of these.
const TICKS_A_REMOVAL: u32 = 60;

/// Milliseconds of a day.
const DAY_MS: TimestampMs = 86_400_000;

/// What the stage works with.
pub struct Checkpoints {
    /// Tells of rows, and records what was refused and what is removed.
    pub auditor: Auditor,
    /// Where the rows are.
    pub store: Store,
    /// The data folder, in which commands leave notes of their acts.
    pub data: PathBuf,
    /// The file of checkpoints.
    pub path: PathBuf,
    /// Signs them.
    pub secret: [u8; 32],
    /// How long rows are kept, in days of the clock and of lived time; six months at least, whatever is said.
    pub keep_days: u32,
    /// The log in which each checkpoint is an event too; nothing: nobody asks for them.
    pub told_in: Option<TownshipId>,
}

/// The log in which checkpoints are events: the county's own, where some receiver asks for their kind.
pub fn told_in(config: &Config) -> Option<TownshipId> {
    let asked = config.forward.iter().flat_map(|receiver| &receiver.kinds).any(|pattern| pattern.matches(&kind()));
    asked.then(|| format!("{}000", config.places.county).parse().expect("six digits of a county and three more"))
}

/// The kind of the events that checkpoints are.
fn kind() -> KindOfEvent {
    "audit.checkpoint".parse().expect("a kind")
}

/// Why a checkpoint is missing.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("checkpoint file not usable")]
    File(#[from] FileFault),
    #[error("audit log not read, or a checkpoint not told")]
    Store(#[from] StoreError),
    #[error("not recorded")]
    NotRecorded(#[from] NotRecorded),
    #[error("the audit log is not the one that checkpoint {number} signed: see `xueliang audit verify`")]
    Broken { number: u64 },
}

impl Fault {
    fn code(&self) -> Code {
        match self {
            Self::File(FileFault::Io(_)) => Code(943),
            Self::File(FileFault::Content(_)) => Code(944),
            Self::Store(fault) => fault.code(),
            Self::NotRecorded(fault) => fault.code(),
            Self::Broken { .. } => Code(942),
        }
    }
}

/// Writes checkpoints until `stop`, and a last one then.
pub async fn run(checkpoints: Checkpoints, stop: CancellationToken) {
    run_every(EVERY, checkpoints, stop).await;
}

async fn run_every(every: Duration, checkpoints: Checkpoints, stop: CancellationToken) {
    let auditor = checkpoints.auditor.clone();
    let mut signer = Signer::new(checkpoints);
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut ticks = 0_u32;
    loop {
        let stopping = tokio::select! {
            biased;
            () = stop.cancelled() => true,
            _ = interval.tick() => false,
            () = auditor.due() => false,
        };
        let signed = signer.record_and_sign(stopping).await;
        signer.tell(signed);
        if stopping {
            return;
        }
        if ticks.is_multiple_of(TICKS_A_REMOVAL) {
            let removed = signer.remove_old().await;
            signer.tell(removed);
        }
        ticks = ticks.wrapping_add(1);
    }
}

struct Signer {
    checkpoints: Checkpoints,
    file: Option<CheckpointFile>,
    notes: Notes,
    /// When it began, by a clock that nobody sets and by the one that somebody may.
    started: (Instant, TimestampMs),
}

impl Signer {
    fn new(checkpoints: Checkpoints) -> Self {
        let notes = Notes::new(&checkpoints.data);
        Self { started: (Instant::now(), checkpoints.auditor.now_ms()), checkpoints, file: None, notes }
    }

    /// Records what commands noted and what was counted, and signs it with everything else.
    async fn record_and_sign(&mut self, everything: bool) -> Result<(), Fault> {
        self.notes.record(&self.checkpoints.auditor).await?;
        self.checkpoints.auditor.record_counted(everything).await?;
        self.checkpoints.auditor.record_refused().await?;
        self.sign().await
    }

    /// Signs the last row, unless it is signed.
    async fn sign(&mut self) -> Result<(), Fault> {
        let head = self.checkpoints.store.audit_head().await?;
        let now_ms = self.checkpoints.auditor.now_ms();
        let file = self.opened().await?;
        if head.seq > 0 && file.last().is_none_or(|last| last.kind == Kind::Cut || last.seq < head.seq) {
            let line = file.add(Kind::Head, Base { seq: head.seq, hash: head.hash }, head.at_ms, now_ms).await?;
            self.publish(line).await?;
            self.checkpoints.auditor.signed();
        }
        Ok(())
    }

    /// The file, opened again after a fault: its disk may have been away.
    async fn opened(&mut self) -> Result<&mut CheckpointFile, Fault> {
        if let Some(file) = self.file.take() {
            return Ok(self.file.insert(file));
        }
        let file = CheckpointFile::open(&self.checkpoints.path, &self.checkpoints.secret).await?;
        if let Some(last) = file.last().filter(|last| last.kind == Kind::Head) {
            let row = self.checkpoints.store.audit_row(last.seq).await?;
            if row.is_none_or(|row| row.hash != last.hash) {
                return Err(Fault::Broken { number: last.number });
            }
        }
        if let Some(line) = file.last_line() {
            // A crash may have come between the file and the log, which knows it by its id.
            self.publish(line).await?;
        }
        Ok(self.file.insert(file))
    }

    /// Appends a checkpoint to the log from which it is forwarded.
    async fn publish(&self, line: CheckpointLine) -> Result<(), Fault> {
        let Some(township) = self.checkpoints.told_in.clone() else { return Ok(()) };
        let event = NewEvent {
            township,
            source: "audit".into(),
            id: format!("checkpoint-{}", line.number).into(),
            kind: kind(),
            camera: None,
            subject: None,
            time_ms: line.at_ms,
            received_ms: self.checkpoints.auditor.now_ms(),
            data: line.text.into(),
            pictures: Vec::new(),
            cause: None,
            depth: 0,
        };
        self.checkpoints.store.append(vec![event]).await?;
        Ok(())
    }

    /// Tells metrics and log whether everything is signed. A file that failed is opened anew.
    fn tell(&mut self, signed: Result<(), Fault>) {
        let missing = match &signed {
            Ok(()) => 0.0,
            Err(fault) => {
                error!(code = %fault.code(), error = fault as &dyn std::error::Error, "the audit log is not signed");
                self.file = None;
                1.0
            }
        };
        gauge!("xl_audit_checkpoint_missing").set(missing);
        if let Some(last) = self.file.as_ref().and_then(CheckpointFile::last) {
            gauge!("xl_audit_checkpoint_row").set(last.seq as f64);
            gauge!("xl_audit_checkpoint_time_seconds").set(last.at_ms as f64 / 1_000.0);
        }
    }

    /// Removes rows that are past their time: first recorded, then signed, then done.
    async fn remove_old(&mut self) -> Result<(), Fault> {
        if self.clock_jumped() {
            info!("the clock was set: nothing of the audit log is removed until the next start");
            return Ok(());
        }
        let now_ms = self.checkpoints.auditor.now_ms();
        let keep_days = self.checkpoints.keep_days.max(KEEP_DAYS_LEAST);
        while let Some(old) = self.checkpoints.store.old_audit_rows(now_ms, keep_days).await? {
            let object = format!("rows up to {}", old.through.seq);
            let entry = Entry::new(now_ms, Actor::hub(), "audit.cut", &object).with_outcome(Outcome::Noted);
            self.checkpoints.auditor.record(entry).await?;
            let file = self.opened().await?;
            let line = file.add(Kind::Cut, old.through.clone(), old.newest_ms, now_ms).await?;
            self.publish(line).await?;
            let removed = self.checkpoints.store.cut_audit_rows(old, now_ms).await?;
            info!(rows = removed, "{removed} rows of the audit log were past their time");
        }
        self.sign().await
    }

    /// Whether somebody set the clock by more than a day since the start: what it calls old may be of today.
    fn clock_jumped(&self) -> bool {
        let (instant, began_ms) = self.started;
        let passed_ms = TimestampMs::try_from(instant.elapsed().as_millis()).unwrap_or(TimestampMs::MAX);
        let clock_ms = self.checkpoints.auditor.now_ms().saturating_sub(began_ms);
        clock_ms.saturating_sub(passed_ms).saturating_abs() > DAY_MS
    }
}

#[cfg(test)]
mod tests;
