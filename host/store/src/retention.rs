//! Removes what is past its time: ids that need not be recognised, events, pictures that no event names.
//!
//! Works in small transactions between everybody else's. An event stays while a running or suspended module, or a
//! forwarding cursor, has still to pass it, and while its id is recognised.

use std::collections::BTreeMap;
use std::collections::HashSet;

use sqlx::Row;
use sqlx::SqliteConnection;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_model::id::Kind;
use xl_model::id::TownshipId;
use xl_model::picture::PictureRef;

use crate::Store;
use crate::StoreError;
use crate::log::Removed;
use crate::log::Retention;
use crate::not_read;
use crate::objects;
use crate::search;
use crate::sqlite::columns;
use crate::writer;
use crate::writer::change::Refused;

/// Events of one transaction: a few milliseconds of the writer's time.
const CHUNK: usize = 1000;

/// Milliseconds of a day.
const DAY_MS: TimestampMs = 86_400_000;

/// Milliseconds of an hour.
const HOUR_MS: TimestampMs = 3_600_000;

/// What one transaction found and removed.
struct Chunk {
    /// Events looked at.
    seen: usize,
    /// Events removed.
    removed: usize,
    /// The newest of them.
    newest: u64,
    /// Pictures that they named.
    pictures: HashSet<Digest>,
}

/// Applies the rules to every township, then looks through one folder of pictures for what nobody names.
pub(crate) async fn run(store: &Store, retention: &Retention, now_ms: TimestampMs) -> Result<Removed, StoreError> {
    let mut removed = Removed::default();
    store.shared.pictures.forget_unnamed(now_ms);
    let shortest = retention.rules.iter().map(|(_, days)| *days).min().unwrap_or(u32::MAX);
    let dedupe_before = before(now_ms, retention.dedupe_days.min(shortest));
    for (township, _) in store.shared.heads.townships() {
        forget_ids(store, &township, dedupe_before, now_ms).await?;
        for kind in search::kinds(&store.shared.readers, &township).await.map_err(not_read("kinds of events"))? {
            let rule = retention.rules.iter().find(|(pattern, _)| pattern.matches(&kind));
            let Some((_, days)) = rule else { continue };
            loop {
                let chunk = remove_events(store, &township, &kind, before(now_ms, *days)).await?;
                removed.events += chunk.removed as u64;
                store.shared.heads.forget(&township, chunk.newest);
                removed.pictures += remove_pictures(store, chunk.pictures.into_iter().collect()).await?;
                if chunk.seen < CHUNK || chunk.removed < chunk.seen {
                    break;
                }
            }
        }
        forget_hours(store, &township).await?;
    }
    removed.pictures += sweep(store, now_ms).await?;
    Ok(removed)
}

fn before(now_ms: TimestampMs, days: u32) -> TimestampMs {
    now_ms.saturating_sub(DAY_MS.saturating_mul(days.into()))
}

/// Stops recognising the ids of events received before `before_ms`, in the order of the log.
///
/// An event from the future came while the clock was wrong; it must not hold back those behind it.
async fn forget_ids(
    store: &Store,
    township: &TownshipId,
    before_ms: TimestampMs,
    now_ms: TimestampMs,
) -> Result<(), StoreError> {
    let number = columns::township_number(township);
    loop {
        let rows = sqlx::query(
            "SELECT e.seq, e.source, e.id, e.received_ms FROM townships AS t \
             CROSS JOIN events AS e ON e.position > ?2 + t.dedupe_seq AND e.position <= ?3 \
             WHERE t.township = ?1 ORDER BY e.position LIMIT ?4",
        )
        .bind(number)
        .bind(columns::position(township, 0))
        .bind(columns::position(township, columns::MAX_SEQ))
        .bind(columns::int(CHUNK as u64))
        .fetch_all(&store.shared.readers)
        .await
        .map_err(not_read("event ids"))?;
        let mut ids = Vec::with_capacity(rows.len());
        let mut last = None;
        for row in &rows {
            let read = || -> Result<(i64, TimestampMs, String, String), sqlx::Error> {
                Ok((row.try_get("seq")?, row.try_get("received_ms")?, row.try_get("source")?, row.try_get("id")?))
            };
            let (seq, received_ms, source, id) = read().map_err(not_read("event ids"))?;
            if received_ms >= before_ms && received_ms <= now_ms.saturating_add(DAY_MS) {
                break;
            }
            last = Some(seq);
            ids.push((number, source, id));
        }
        let Some(last) = last else { return Ok(()) };
        let all = ids.len() == CHUNK;
        store
            .change(move |connection| {
                Box::pin(async move {
                    writer::forget(connection, &ids).await?;
                    sqlx::query("UPDATE townships SET dedupe_seq = ? WHERE township = ?")
                        .bind(last)
                        .bind(number)
                        .execute(connection)
                        .await?;
                    Ok(())
                })
            })
            .await?;
        if !all {
            return Ok(());
        }
    }
}

/// Removes the oldest events of one kind that were received before `before_ms`.
async fn remove_events(
    store: &Store,
    township: &TownshipId,
    kind: &Kind,
    before_ms: TimestampMs,
) -> Result<Chunk, StoreError> {
    let (township, kind) = (township.clone(), kind.clone());
    store.change(move |connection| Box::pin(remove_chunk(connection, township, kind, before_ms))).await
}

async fn remove_chunk(
    connection: &mut SqliteConnection,
    township: TownshipId,
    kind: Kind,
    before_ms: TimestampMs,
) -> Result<Chunk, Refused> {
    let number = columns::township_number(&township);
    let passed: Option<i64> = sqlx::query_scalar(
        "SELECT min(seq) FROM (\
             SELECT cursor AS seq FROM modules WHERE township = ?1 AND state IN ('running', 'suspended') \
             UNION ALL SELECT seq FROM outbox_cursors WHERE township = ?1 \
             UNION ALL SELECT dedupe_seq FROM townships WHERE township = ?1)",
    )
    .bind(number)
    .fetch_one(&mut *connection)
    .await?;
    let passed = u64::try_from(passed.unwrap_or(0)).unwrap_or(0);
    let rows = sqlx::query(
        "SELECT position, received_ms, pictures FROM events INDEXED BY events_by_kind \
         WHERE township = ? AND kind = ? AND position <= ? ORDER BY position LIMIT ?",
    )
    .bind(number)
    .bind(kind.as_str())
    .bind(columns::position(&township, passed))
    .bind(columns::int(CHUNK as u64))
    .fetch_all(&mut *connection)
    .await?;
    let mut positions: Vec<i64> = Vec::new();
    let mut pictures = HashSet::new();
    for row in &rows {
        if row.try_get::<TimestampMs, _>("received_ms")? < before_ms {
            positions.push(row.try_get("position")?);
            if row.try_get::<Option<&str>, _>("pictures")?.is_some() {
                pictures.extend(columns::json::<Vec<PictureRef>>(row, "pictures")?.into_iter().map(|it| it.sha256));
            }
        }
    }
    if !positions.is_empty() {
        forget_events(connection, &township, &positions, &pictures).await?;
    }
    let newest = positions.last().map_or(0, |position| columns::seq_of(*position));
    Ok(Chunk { seen: rows.len(), removed: positions.len(), newest, pictures })
}

async fn forget_events(
    connection: &mut SqliteConnection,
    township: &TownshipId,
    positions: &[i64],
    pictures: &HashSet<Digest>,
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
    if pictures.is_empty() {
        return Ok(());
    }
    for sql in [
        "DELETE FROM provenance WHERE township = ? AND sha256 IN (SELECT unhex(value) FROM json_each(?)) \
         AND NOT EXISTS (SELECT 1 FROM event_pictures AS e WHERE e.sha256 = provenance.sha256 \
         AND e.position BETWEEN ? AND ?)",
        "DELETE FROM latest_pictures WHERE township = ? AND sha256 IN (SELECT unhex(value) FROM json_each(?)) \
         AND NOT EXISTS (SELECT 1 FROM event_pictures AS e WHERE e.sha256 = latest_pictures.sha256 \
         AND e.position BETWEEN ? AND ?)",
    ] {
        sqlx::query(sql)
            .bind(number)
            .bind(digest_list(pictures))
            .bind(columns::position(township, 0))
            .bind(columns::position(township, columns::MAX_SEQ))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Forgets the hours before the oldest event that is left.
async fn forget_hours(store: &Store, township: &TownshipId) -> Result<(), StoreError> {
    let number = columns::township_number(township);
    let (first, last) = (columns::position(township, 0), columns::position(township, columns::MAX_SEQ));
    store
        .change(move |connection| {
            Box::pin(async move {
                let oldest: Option<i64> = sqlx::query_scalar(
                    "SELECT position FROM events WHERE position BETWEEN ? AND ? ORDER BY position LIMIT 1",
                )
                .bind(first)
                .bind(last)
                .fetch_optional(&mut *connection)
                .await?;
                sqlx::query("DELETE FROM log_hours WHERE township = ? AND last_seq < ?")
                    .bind(number)
                    .bind(oldest.map_or(i64::MAX, |position| columns::int(columns::seq_of(position))))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
}

/// Removes those of `candidates` that no event of any township names.
async fn remove_pictures(store: &Store, candidates: Vec<Digest>) -> Result<u64, StoreError> {
    let mut folders: BTreeMap<usize, Vec<Digest>> = BTreeMap::new();
    for sha256 in candidates {
        folders.entry(objects::first(&sha256)).or_default().push(sha256);
    }
    let mut removed = 0;
    for candidates in folders.into_values() {
        // Nobody can put one of these until they are judged.
        let turn = store.shared.pictures.turn(&candidates[0]).await;
        let candidates = turn.settled(&candidates);
        let named = named(store, &candidates).await.map_err(not_read("pictures of events"))?;
        for sha256 in candidates.iter().filter(|it| !named.contains(*it)) {
            let gone = turn.remove(sha256).await;
            removed += u64::from(gone.map_err(|source| not_removed(sha256.to_string(), source))?);
        }
    }
    Ok(removed)
}

async fn named(store: &Store, candidates: &[Digest]) -> Result<HashSet<Digest>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT DISTINCT sha256 FROM event_pictures WHERE sha256 IN (SELECT unhex(value) FROM json_each(?))",
    )
    .bind(digest_list(candidates))
    .fetch_all(&store.shared.readers)
    .await?;
    rows.iter().map(|row| columns::digest(row, "sha256")).collect()
}

/// Looks through one of the 256 folders for pictures that no event ever named, another one each hour.
async fn sweep(store: &Store, now_ms: TimestampMs) -> Result<u64, StoreError> {
    let folder = usize::try_from(now_ms.div_euclid(HOUR_MS).rem_euclid(objects::FOLDERS as i64)).unwrap_or(0);
    let found = store.shared.pictures.list(folder).await;
    let found = found.map_err(|source| not_removed(format!("{folder:02x}…"), source))?;
    let mut removed = 0;
    for candidates in found.chunks(CHUNK) {
        removed += remove_pictures(store, candidates.to_vec()).await?;
    }
    Ok(removed)
}

fn digest_list<'a>(digests: impl IntoIterator<Item = &'a Digest>) -> String {
    serde_json::Value::from(digests.into_iter().map(Digest::as_str).collect::<Vec<_>>()).to_string()
}

fn not_removed(sha256: String, source: objects::ObjectError) -> StoreError {
    StoreError::Picture { sha256, verb: "removed", source }
}
