//! What goes beside events: ids that need not be recognised any more, and hours without events.

use sqlx::Row;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer;

/// Ids of one transaction.
const CHUNK: u64 = 1000;

/// Stops recognising the ids of events up to `through`, in the order of the log.
pub(super) async fn forget(store: &Store, township: &TownshipId, through: u64) -> Result<(), StoreError> {
    let number = columns::township_number(township);
    loop {
        let rows = sqlx::query(
            "SELECT e.seq, e.source, e.id FROM townships AS t \
             CROSS JOIN events AS e ON e.position > ?2 + t.dedupe_seq AND e.position <= ?3 \
             WHERE t.township = ?1 ORDER BY e.position LIMIT ?4",
        )
        .bind(number)
        .bind(columns::position(township, 0))
        .bind(columns::position(township, through))
        .bind(columns::int(CHUNK))
        .fetch_all(&store.shared.readers)
        .await
        .map_err(not_read("event ids"))?;
        let read = rows.iter().map(|row| Ok((row.try_get("seq")?, row.try_get("source")?, row.try_get("id")?)));
        let read = read.collect::<Result<Vec<(i64, String, String)>, sqlx::Error>>();
        let ids = read.map_err(not_read("event ids"))?;
        let Some((last, ..)) = ids.last() else { return Ok(()) };
        let (last, full) = (*last, ids.len() as u64 == CHUNK);
        let ids: Vec<_> = ids.into_iter().map(|(_, source, id)| (number, source, id)).collect();
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
        if !full {
            return Ok(());
        }
    }
}

/// Forgets the hours before the oldest event that is left.
pub(super) async fn forget_hours(store: &Store, township: &TownshipId) -> Result<(), StoreError> {
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
