//! What retention removed, for people to read and for the audit log: written in the transaction that removes.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::clock::TimestampMs;
use xl_model::id::Kind;
use xl_model::id::TownshipId;

use super::DAY_MS;
use super::policy::Policy;
use crate::Store;
use crate::StoreError;
use crate::audit;
use crate::not_read;
use crate::sqlite::columns;

/// How long rows of runs are kept, in lived time: a little more than the six months that logs are (CSL, article 21).
const KEEP_MS: TimestampMs = 190 * DAY_MS;

/// So many of the oldest rows are looked at in a run, whether they may go.
const OLDEST: u32 = 2_000;

/// A run that goes on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) run: u64,
    pub(super) wall_ms: TimestampMs,
    pub(super) lived_ms: TimestampMs,
}

/// What came of one rule.
#[derive(Default)]
pub(super) struct Tally {
    events: u64,
    first_seq: Option<u64>,
    last_seq: Option<u64>,
    from_ms: Option<TimestampMs>,
    to_ms: Option<TimestampMs>,
    pub(super) held: u64,
}

impl Tally {
    /// Counts a removed record, which has no number in the log.
    pub(super) fn add_record(&mut self) {
        self.events += 1;
    }

    /// Counts a removed event; they come in the order of their numbers.
    pub(super) fn add(&mut self, seq: u64, received_ms: TimestampMs) {
        self.events += 1;
        self.first_seq.get_or_insert(seq);
        self.last_seq = Some(seq);
        self.from_ms = Some(self.from_ms.map_or(received_ms, |from_ms| from_ms.min(received_ms)));
        self.to_ms = Some(self.to_ms.map_or(received_ms, |to_ms| to_ms.max(received_ms)));
    }
}

/// What one run did in one township with one kind by one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// The run.
    pub run: u64,
    /// When it was, by the clock on the wall.
    pub at_ms: TimestampMs,
    /// Whose log.
    pub township: TownshipId,
    /// Kind of the events, or what the records are called ([`Kind::of_records`]).
    pub kind: Kind,
    /// The rule that they went by; of records also plugin and version whose manifest said it.
    pub rule: String,
    /// How long they were kept, in days.
    pub days: u32,
    /// Events or records removed.
    pub events: u64,
    /// Numbers of the first and the last of them.
    pub seqs: Option<(u64, u64)>,
    /// When the earliest and the latest of them were received.
    pub received_ms: Option<(TimestampMs, TimestampMs)>,
    /// Pictures removed with them.
    pub pictures: u64,
    /// Bytes of those pictures.
    pub bytes: u64,
    /// Events or records that were due and stayed because of a hold.
    pub held: u64,
}

/// Which rows somebody looks for, the newest runs first.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only of this township.
    pub township: Option<TownshipId>,
    /// Only townships whose code begins with one of these digits.
    pub within: Option<Vec<String>>,
    /// Only runs before this one.
    pub before: Option<u64>,
    /// At most so many runs, each with all its rows.
    pub limit: u32,
}

/// The row of the audit log that is about a run: its number, and what else there is to say.
pub fn run_entry(at_ms: TimestampMs, run: u64, more: &str) -> Entry {
    Entry::new(at_ms, Actor::hub(), "retention.run", "/retention/runs").with_detail(&format!("run={run}{more}"))
}

/// Begins a run, and forgets what the oldest ones did.
pub(super) async fn begin(store: &Store, wall_ms: TimestampMs) -> Result<Now, StoreError> {
    store
        .change(move |connection| {
            Box::pin(async move {
                let row = sqlx::query(
                    "SELECT lived_ms, (SELECT coalesce(max(run), 0) + 1 FROM retention_runs) AS run FROM lived_time",
                )
                .fetch_one(&mut *connection)
                .await?;
                let now = Now { run: columns::uint(&row, "run")?, wall_ms, lived_ms: row.try_get("lived_ms")? };
                sqlx::query(
                    "DELETE FROM retention_runs WHERE run IN (SELECT run FROM retention_runs ORDER BY run LIMIT ?) \
                     AND lived_ms < ? AND run < (SELECT max(run) FROM retention_runs)",
                )
                .bind(OLDEST)
                .bind(now.lived_ms - KEEP_MS)
                .execute(connection)
                .await?;
                Ok(now)
            })
        })
        .await
}

/// Writes what a transaction removes, and with the first of a run in a township the row of the audit log: both, or nothing goes.
pub(super) async fn write(
    connection: &mut SqliteConnection,
    policy: &Policy,
    kind: &Kind,
    days: u32,
    tallies: &BTreeMap<String, Tally>,
) -> Result<(), sqlx::Error> {
    let now = policy.now();
    if tallies.values().any(|tally| tally.events > 0) && !has_removed(connection, policy).await? {
        // A run takes its time, and others have their rows meanwhile: none before is later, as if the clock had been set back.
        let at_ms = audit::head(connection).await?.at_ms.max(now.wall_ms);
        let began = run_entry(at_ms, now.run, "").in_township(Some(policy.township().clone()));
        audit::append(connection, vec![began]).await?;
    }
    for (rule, tally) in tallies {
        sqlx::query(
            "INSERT INTO retention_runs (run, township, kind, rule, days, at_ms, lived_ms, events, first_seq, last_seq, \
             from_ms, to_ms, pictures, bytes, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?) \
             ON CONFLICT (run, township, kind, rule, days) DO UPDATE SET events = events + excluded.events, \
             first_seq = coalesce(first_seq, excluded.first_seq), last_seq = coalesce(excluded.last_seq, last_seq), \
             from_ms = min(coalesce(from_ms, excluded.from_ms), coalesce(excluded.from_ms, from_ms)), \
             to_ms = max(coalesce(to_ms, excluded.to_ms), coalesce(excluded.to_ms, to_ms)), \
             held = held + excluded.held",
        )
        .bind(columns::int(now.run))
        .bind(columns::township_number(policy.township()))
        .bind(kind.as_str())
        .bind(rule)
        .bind(days)
        .bind(now.wall_ms)
        .bind(now.lived_ms)
        .bind(columns::int(tally.events))
        .bind(tally.first_seq.map(columns::int))
        .bind(tally.last_seq.map(columns::int))
        .bind(tally.from_ms)
        .bind(tally.to_ms)
        .bind(columns::int(tally.held))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Whether this run has removed something of the township before.
async fn has_removed(connection: &mut SqliteConnection, policy: &Policy) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM retention_runs WHERE run = ? AND township = ? AND events > 0)")
        .bind(columns::int(policy.now().run))
        .bind(columns::township_number(policy.township()))
        .fetch_one(connection)
        .await
}

/// Adds the pictures that went after their events.
pub(super) async fn note_pictures(
    store: &Store,
    policy: &Policy,
    kind: &Kind,
    (rule, days): (&str, u32),
    (pictures, bytes): (u64, u64),
) -> Result<(), StoreError> {
    if pictures == 0 {
        return Ok(());
    }
    let (run, township) = (columns::int(policy.now().run), columns::township_number(policy.township()));
    let (kind, rule) = (kind.clone(), rule.to_owned());
    store
        .change(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE retention_runs SET pictures = pictures + ?, bytes = bytes + ? \
                     WHERE run = ? AND township = ? AND kind = ? AND rule = ? AND days = ?",
                )
                .bind(columns::int(pictures))
                .bind(columns::int(bytes))
                .bind(run)
                .bind(township)
                .bind(kind.as_str())
                .bind(rule)
                .bind(days)
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
}

/// Whether a row passes a filter.
macro_rules! wanted {
    () => {
        "(?1 IS NULL OR township = ?1) AND (?3 IS NULL OR run < ?3) AND (?2 IS NULL OR EXISTS (SELECT 1 \
         FROM json_each(?2) WHERE substr(printf('%09d', r.township), 1, length(value)) = value))"
    };
}

impl Store {
    /// What runs did, the newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn retention_runs(&self, filter: &RunFilter) -> Result<Vec<RunRow>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(concat!(
            "SELECT * FROM retention_runs AS r WHERE ",
            wanted!(),
            " AND run IN (SELECT DISTINCT run FROM retention_runs AS r WHERE ",
            wanted!(),
            " ORDER BY run DESC LIMIT ?4) ORDER BY run DESC, township, kind, days, rule"
        ))
        .bind(filter.township.as_ref().map(columns::township_number))
        .bind(filter.within.clone().map(columns::list))
        .bind(filter.before.map(columns::int))
        .bind(filter.limit)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(row_from).collect()).map_err(not_read("runs of retention"))
    }
}

fn row_from(row: &SqliteRow) -> Result<RunRow, sqlx::Error> {
    let seq = |name: &str| -> Result<Option<u64>, sqlx::Error> {
        row.try_get::<Option<i64>, _>(name)?.map(u64::try_from).transpose().map_err(columns::decode)
    };
    Ok(RunRow {
        run: columns::uint(row, "run")?,
        at_ms: row.try_get("at_ms")?,
        township: columns::township_id(row.try_get("township")?)?,
        kind: columns::parsed(row, "kind")?,
        rule: row.try_get("rule")?,
        days: columns::small(row, "days")?,
        events: columns::uint(row, "events")?,
        seqs: seq("first_seq")?.zip(seq("last_seq")?),
        received_ms: row.try_get::<Option<i64>, _>("from_ms")?.zip(row.try_get::<Option<i64>, _>("to_ms")?),
        pictures: columns::uint(row, "pictures")?,
        bytes: columns::uint(row, "bytes")?,
        held: columns::uint(row, "held")?,
    })
}
