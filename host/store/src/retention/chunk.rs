//! One small transaction of retention: looks at some events, removes those that may go, and writes down that it did.
//!
//! Class, holds and cursors are read in the transaction that removes: a hold that was answered before keeps what it names.

use std::collections::BTreeMap;
use std::collections::HashSet;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_model::id::Kind;
use xl_model::id::TownshipId;
use xl_model::keep::About;
use xl_model::keep::kept;
use xl_model::picture::PictureRef;

use super::pictures::digest_list;
use super::policy::Policy;
use super::runs;
use super::runs::Tally;
use crate::holds;
use crate::sqlite::columns;
use crate::writer::change::Refused;

/// Events of one transaction: a few milliseconds of the writer's time.
const CHUNK: u64 = 1000;

/// What to look at.
pub(super) struct Wanted {
    pub(super) policy: Policy,
    pub(super) kind: Kind,
    /// Only what is kept for exactly so many days.
    pub(super) days: u32,
    pub(super) after: u64,
    /// Everything up to this number is at least so old.
    pub(super) through: u64,
}

/// What was found and removed.
#[derive(Default)]
pub(super) struct Found {
    /// Events removed.
    pub(super) events: u64,
    /// Events that a hold kept.
    pub(super) held: u64,
    /// The newest that was removed; 0: none.
    pub(super) newest: u64,
    /// Pictures that they named, by rule.
    pub(super) pictures: BTreeMap<String, HashSet<Digest>>,
    /// The last that was looked at.
    pub(super) reached: u64,
    /// Whether there are more.
    pub(super) more: bool,
}

/// An event, as far as its keeping depends on it.
struct Judged {
    position: i64,
    received_ms: TimestampMs,
    happened_ms: TimestampMs,
    camera: Option<String>,
    about: About,
    pictures: Vec<Digest>,
}

/// Looks at the oldest events that are wanted, and removes those that may go.
pub(super) async fn remove(connection: &mut SqliteConnection, wanted: Wanted) -> Result<Found, Refused> {
    let Wanted { policy, kind, days, after, through } = wanted;
    let (township, now) = (policy.township(), policy.now());
    let through = passed(connection, township).await?.min(through);
    let rows = sqlx::query(
        "SELECT e.position, e.received_ms, e.time_ms, e.camera, e.pictures, c.class, \
         json_extract(c.details, '$.retention_days') AS days, coalesce(o.last_seq >= e.seq, 0) AS was_public \
         FROM events AS e INDEXED BY events_by_kind \
         LEFT JOIN cameras AS c ON c.township = ?1 AND c.camera = e.camera \
         LEFT JOIN once_public AS o ON o.township = ?1 AND o.camera = e.camera \
         WHERE e.township = ?1 AND e.kind = ?2 AND e.position > ?3 AND e.position <= ?4 ORDER BY e.position LIMIT ?5",
    )
    .bind(columns::township_number(township))
    .bind(kind.as_str())
    .bind(columns::position(township, after))
    .bind(columns::position(township, through))
    .bind(columns::int(CHUNK))
    .fetch_all(&mut *connection)
    .await?;
    let holds = holds::in_force(connection, township, now.lived_ms, now.wall_ms).await?;
    let more = rows.len() as u64 == CHUNK;
    let mut found = Found { more, reached: through, ..Found::default() };
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut positions = Vec::new();
    for row in &rows {
        let event = judged(row)?;
        let seq = columns::seq_of(event.position);
        if more {
            found.reached = seq;
        }
        let Some(kept) = kept(policy.rules(), &kind, event.about, !event.pictures.is_empty()) else { continue };
        if kept.days != days {
            continue;
        }
        let tally = tallies.entry(kept.rule.name()).or_default();
        let (received_ms, happened_ms) = (event.received_ms, event.happened_ms);
        if holds.iter().any(|(_, scope)| scope.covers(&kind, event.camera.as_deref(), received_ms, happened_ms)) {
            tally.held += 1;
            found.held += 1;
            continue;
        }
        tally.add(seq, received_ms);
        found.events += 1;
        found.newest = seq;
        positions.push(event.position);
        found.pictures.entry(kept.rule.name()).or_default().extend(event.pictures);
    }
    found.pictures.retain(|_, pictures| !pictures.is_empty());
    if !positions.is_empty() {
        forget(connection, township, &positions, found.pictures.values().flatten()).await?;
    }
    runs::write(connection, &policy, &kind, days, &tallies).await?;
    Ok(found)
}

/// The number up to which everybody who follows the log has come, and up to which no id is recognised.
async fn passed(connection: &mut SqliteConnection, township: &TownshipId) -> Result<u64, sqlx::Error> {
    let passed: Option<i64> = sqlx::query_scalar(
        "SELECT min(seq) FROM (\
             SELECT cursor AS seq FROM modules WHERE township = ?1 AND state IN ('running', 'suspended') \
             UNION ALL SELECT seq FROM outbox_cursors WHERE township = ?1 \
             UNION ALL SELECT dedupe_seq FROM townships WHERE township = ?1)",
    )
    .bind(columns::township_number(township))
    .fetch_one(connection)
    .await?;
    Ok(passed.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0))
}

fn judged(row: &SqliteRow) -> Result<Judged, sqlx::Error> {
    let camera: Option<String> = row.try_get("camera")?;
    let class: Option<&str> = row.try_get("class")?;
    let about = match (&camera, class) {
        (None, _) => About::Nothing,
        (Some(_), None) => About::Stranger,
        (Some(_), Some(_)) => About::Camera {
            class: columns::from_word(row, "class")?,
            days: row.try_get::<Option<i64>, _>("days")?.and_then(|days| u16::try_from(days).ok()),
            was_public: row.try_get("was_public")?,
        },
    };
    let pictures = match row.try_get::<Option<&str>, _>("pictures")? {
        Some(_) => columns::json::<Vec<PictureRef>>(row, "pictures")?.into_iter().map(|it| it.sha256).collect(),
        None => Vec::new(),
    };
    Ok(Judged {
        position: row.try_get("position")?,
        received_ms: row.try_get("received_ms")?,
        happened_ms: row.try_get("time_ms")?,
        camera,
        about,
        pictures,
    })
}

/// Removes events with everything that goes with them.
async fn forget(
    connection: &mut SqliteConnection,
    township: &TownshipId,
    positions: &[i64],
    pictures: impl Iterator<Item = &Digest>,
) -> Result<(), sqlx::Error> {
    let number = columns::township_number(township);
    let seqs: Vec<u64> = positions.iter().map(|position| columns::seq_of(*position)).collect();
    let seqs = serde_json::Value::from(seqs).to_string();
    let positions = serde_json::Value::from(positions).to_string();
    for sql in [
        "DELETE FROM events WHERE position IN (SELECT value FROM json_each(?))",
        "DELETE FROM event_pictures WHERE position IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(sql).bind(&positions).execute(&mut *connection).await?;
    }
    for sql in [
        "DELETE FROM dead_letters WHERE module IN (SELECT number FROM modules WHERE township = ?) \
         AND seq IN (SELECT value FROM json_each(?))",
        "DELETE FROM answers WHERE module IN (SELECT number FROM modules WHERE township = ?) \
         AND first_seq IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(sql).bind(number).bind(&seqs).execute(&mut *connection).await?;
    }
    let digests = digest_list(pictures);
    for sql in [
        "DELETE FROM provenance WHERE township = ? AND sha256 IN (SELECT unhex(value) FROM json_each(?)) \
         AND NOT EXISTS (SELECT 1 FROM event_pictures AS e WHERE e.sha256 = provenance.sha256 \
         AND e.position BETWEEN ? AND ?)",
        "DELETE FROM latest_pictures WHERE township = ? AND sha256 IN (SELECT unhex(value) FROM json_each(?)) \
         AND NOT EXISTS (SELECT 1 FROM event_pictures AS e WHERE e.sha256 = latest_pictures.sha256 \
         AND e.position BETWEEN ? AND ?)",
        "DELETE FROM uploads WHERE township = ? AND sha256 IN (SELECT unhex(value) FROM json_each(?)) \
         AND attached = 1 AND NOT EXISTS (SELECT 1 FROM event_pictures AS e WHERE e.sha256 = uploads.sha256 \
         AND e.position BETWEEN ? AND ?)",
    ] {
        sqlx::query(sql)
            .bind(number)
            .bind(&digests)
            .bind(columns::position(township, 0))
            .bind(columns::position(township, columns::MAX_SEQ))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
