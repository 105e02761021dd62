//! Finds events by kind, camera and time, along an index and never through the whole log where there is one.

use sqlx::Row;
use sqlx::SqlitePool;
use xl_model::event::Event;
use xl_model::id::Kind;
use xl_model::id::TownshipId;

use crate::log::EventFilter;
use crate::log::event_from;
use crate::sqlite::columns;

/// Most events of one answer.
const MOST_EVENTS: u32 = 1000;

/// Up to so many kinds are looked up one by one; more of them are common enough to be met on the way.
const FEW_KINDS: usize = 32;

/// Milliseconds of an hour, as in the table `log_hours`.
const HOUR_MS: i64 = 3_600_000;

/// Where in the log of a township to look, both ends included.
struct Range {
    first: i64,
    last: i64,
}

/// Events of `township` that pass `filter`.
pub(crate) async fn events(
    readers: &SqlitePool,
    township: &TownshipId,
    filter: EventFilter,
) -> Result<Vec<Event>, sqlx::Error> {
    let Some(range) = range(readers, township, &filter).await? else { return Ok(Vec::new()) };
    let kinds = match filter.kinds.iter().any(|pattern| pattern.as_str() == "*") || filter.kinds.is_empty() {
        true => None,
        false => Some(matching_kinds(readers, township, &filter).await?),
    };
    let ascending = filter.after.is_some();
    let limit = filter.limit.clamp(1, MOST_EVENTS);
    let rows = match (&filter.camera, &kinds) {
        (None, Some(kinds)) if kinds.len() <= FEW_KINDS => {
            let positions = positions_of_kinds(readers, township, kinds, &range, &filter, limit).await?;
            sqlx::query(match ascending {
                true => "SELECT * FROM events WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position",
                false => {
                    "SELECT * FROM events WHERE position IN (SELECT value FROM json_each(?)) ORDER BY position DESC"
                }
            })
            .bind(serde_json::Value::from(positions).to_string())
            .fetch_all(readers)
            .await?
        }
        (Some(camera), kinds) => {
            sqlx::query(match ascending {
                true => {
                    "SELECT * FROM events INDEXED BY events_by_camera \
                     WHERE position BETWEEN ? AND ? AND received_ms >= ? AND received_ms < ? \
                     AND (?5 IS NULL OR kind IN (SELECT value FROM json_each(?5))) \
                     AND township = ?6 AND camera = ?7 ORDER BY position LIMIT ?8"
                }
                false => {
                    "SELECT * FROM events INDEXED BY events_by_camera \
                     WHERE position BETWEEN ? AND ? AND received_ms >= ? AND received_ms < ? \
                     AND (?5 IS NULL OR kind IN (SELECT value FROM json_each(?5))) \
                     AND township = ?6 AND camera = ?7 ORDER BY position DESC LIMIT ?8"
                }
            })
            .bind(range.first)
            .bind(range.last)
            .bind(filter.from_ms.unwrap_or(i64::MIN))
            .bind(filter.to_ms.unwrap_or(i64::MAX))
            .bind(kinds.as_deref().map(kind_list))
            .bind(columns::township_number(township))
            .bind(camera.as_str())
            .bind(limit)
            .fetch_all(readers)
            .await?
        }
        (None, kinds) => {
            sqlx::query(match ascending {
                true => {
                    "SELECT * FROM events NOT INDEXED \
                     WHERE position BETWEEN ? AND ? AND received_ms >= ? AND received_ms < ? \
                     AND (?5 IS NULL OR kind IN (SELECT value FROM json_each(?5))) ORDER BY position LIMIT ?6"
                }
                false => {
                    "SELECT * FROM events NOT INDEXED \
                     WHERE position BETWEEN ? AND ? AND received_ms >= ? AND received_ms < ? \
                     AND (?5 IS NULL OR kind IN (SELECT value FROM json_each(?5))) ORDER BY position DESC LIMIT ?6"
                }
            })
            .bind(range.first)
            .bind(range.last)
            .bind(filter.from_ms.unwrap_or(i64::MIN))
            .bind(filter.to_ms.unwrap_or(i64::MAX))
            .bind(kinds.as_deref().map(kind_list))
            .bind(limit)
            .fetch_all(readers)
            .await?
        }
    };
    rows.iter().map(event_from).collect()
}

/// Between which positions everything that can pass must lie; `None`: nothing can.
///
/// The hours give the bounds in time. A clock that was set back only makes them wider, never wrong.
async fn range(
    readers: &SqlitePool,
    township: &TownshipId,
    filter: &EventFilter,
) -> Result<Option<Range>, sqlx::Error> {
    let mut first = match filter.after {
        Some(after) if after >= columns::MAX_SEQ => return Ok(None),
        Some(after) => after + 1,
        None => 1,
    };
    let mut last = match filter.before {
        Some(0) => return Ok(None),
        Some(before) => (before - 1).min(columns::MAX_SEQ),
        None => columns::MAX_SEQ,
    };
    if filter.from_ms.is_some() || filter.to_ms.is_some() {
        let row = sqlx::query(
            "SELECT min(first_seq) AS first, max(last_seq) AS last FROM log_hours \
             WHERE township = ? AND hour BETWEEN ? AND ?",
        )
        .bind(columns::township_number(township))
        .bind(filter.from_ms.unwrap_or(i64::MIN).div_euclid(HOUR_MS))
        .bind(filter.to_ms.unwrap_or(i64::MAX).div_euclid(HOUR_MS))
        .fetch_one(readers)
        .await?;
        let (Some(earliest), Some(latest)) =
            (row.try_get::<Option<i64>, _>("first")?, row.try_get::<Option<i64>, _>("last")?)
        else {
            return Ok(None);
        };
        first = first.max(columns::seq_of(earliest));
        last = last.min(columns::seq_of(latest));
    }
    Ok((first <= last)
        .then(|| Range { first: columns::position(township, first), last: columns::position(township, last) }))
}

/// The kinds in the log of `township` that one of the patterns matches, by jumping along the index from kind to kind.
async fn matching_kinds(
    readers: &SqlitePool,
    township: &TownshipId,
    filter: &EventFilter,
) -> Result<Vec<Kind>, sqlx::Error> {
    let mut kinds = kinds(readers, township).await?;
    kinds.retain(|kind| filter.kinds.iter().any(|pattern| pattern.matches(kind)));
    Ok(kinds)
}

/// The kinds of events in the log of `township`.
pub(crate) async fn kinds(readers: &SqlitePool, township: &TownshipId) -> Result<Vec<Kind>, sqlx::Error> {
    let rows = sqlx::query(
        "WITH RECURSIVE found (kind) AS (\
             SELECT min(kind) FROM events INDEXED BY events_by_kind WHERE township = ?1 \
             UNION ALL \
             SELECT (SELECT min(kind) FROM events INDEXED BY events_by_kind WHERE township = ?1 AND kind > found.kind) \
             FROM found WHERE found.kind IS NOT NULL\
         ) SELECT kind FROM found WHERE kind IS NOT NULL",
    )
    .bind(columns::township_number(township))
    .fetch_all(readers)
    .await?;
    rows.iter().map(|row| columns::parsed(row, "kind")).collect()
}

/// The first `limit` positions of all `kinds` together.
async fn positions_of_kinds(
    readers: &SqlitePool,
    township: &TownshipId,
    kinds: &[Kind],
    range: &Range,
    filter: &EventFilter,
    limit: u32,
) -> Result<Vec<i64>, sqlx::Error> {
    let ascending = filter.after.is_some();
    let mut positions = Vec::new();
    for kind in kinds {
        let found: Vec<i64> = sqlx::query_scalar(match ascending {
            true => {
                "SELECT position FROM events INDEXED BY events_by_kind \
                 WHERE township = ? AND kind = ? AND position BETWEEN ? AND ? \
                 AND received_ms >= ? AND received_ms < ? ORDER BY position LIMIT ?"
            }
            false => {
                "SELECT position FROM events INDEXED BY events_by_kind \
                 WHERE township = ? AND kind = ? AND position BETWEEN ? AND ? \
                 AND received_ms >= ? AND received_ms < ? ORDER BY position DESC LIMIT ?"
            }
        })
        .bind(columns::township_number(township))
        .bind(kind.as_str())
        .bind(range.first)
        .bind(range.last)
        .bind(filter.from_ms.unwrap_or(i64::MIN))
        .bind(filter.to_ms.unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(readers)
        .await?;
        positions.extend(found);
    }
    positions.sort_unstable();
    if !ascending {
        positions.reverse();
    }
    positions.truncate(limit as usize);
    Ok(positions)
}

fn kind_list(kinds: &[Kind]) -> String {
    serde_json::Value::from(kinds.iter().map(Kind::as_str).collect::<Vec<_>>()).to_string()
}
