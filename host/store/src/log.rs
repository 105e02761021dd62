//! The event log: append, read after a number, wait for more, find.

use std::sync::Arc;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::event::Appended;
use xl_model::event::Event;
use xl_model::event::KindPattern;
use xl_model::event::NewEvent;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::head::Newest;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::Operation;
use crate::writer::work::Task;
use crate::writer::work::Work;

/// Most events of one answer of [`Store::events_after`].
const MOST_EVENTS: usize = 4096;

/// Which events somebody looks for; newest first unless `after` is given.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    /// Only of these kinds; empty: all.
    pub kinds: Vec<KindPattern>,
    /// Only about this camera.
    pub camera: Option<CameraId>,
    /// Only received at or after this.
    pub from_ms: Option<TimestampMs>,
    /// Only received before this.
    pub to_ms: Option<TimestampMs>,
    /// Oldest first, from the one after this number on.
    pub after: Option<u64>,
    /// Newest first, from the one before this number on.
    pub before: Option<u64>,
    /// At most so many, 1 to 1000.
    pub limit: u32,
}

impl Store {
    /// Appends events in the order given, each once; answers after the commit, one answer an event.
    ///
    /// Joins whatever else is queued in one commit. Numbers are gap-free inside a township.
    ///
    /// # Errors
    /// [`StoreError::Failed`]: nothing is acknowledged any more.
    pub async fn append(&self, events: Vec<NewEvent>) -> Result<Vec<Appended>, StoreError> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        self.ask(|reply| Operation::Work(Work { events, task: Task::Append(reply) })).await
    }

    /// Up to `limit` events of `township` after `seq`, in order; from memory when they are at the head.
    ///
    /// At most 4096 at once.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn events_after(
        &self,
        township: &TownshipId,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Event>>, StoreError> {
        let limit = limit.min(MOST_EVENTS);
        match self.shared.heads.after(township, seq, limit) {
            Newest::Events(events) => Ok(events),
            Newest::Older => self.stored_after(township, seq, limit).await.map_err(not_read("events")),
        }
    }

    async fn stored_after(
        &self,
        township: &TownshipId,
        seq: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Event>>, sqlx::Error> {
        let rows = sqlx::query("SELECT * FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ?")
            .bind(columns::position(township, seq))
            .bind(columns::position(township, columns::MAX_SEQ))
            .bind(columns::int(limit as u64))
            .fetch_all(&self.shared.readers)
            .await?;
        rows.iter().map(|row| event_from(row).map(Arc::new)).collect()
    }

    /// Resolves when the log of `township` holds an event after `seq`.
    pub async fn event_after(&self, township: &TownshipId, seq: u64) {
        self.shared.heads.wait(township, seq).await;
    }

    /// The number of the newest event of `township`; 0 when it has none.
    ///
    /// # Errors
    /// None today; the number is kept in memory.
    pub async fn last_seq(&self, township: &TownshipId) -> Result<u64, StoreError> {
        Ok(self.shared.heads.last(township))
    }

    /// Every township that has a log, with the number of its newest event.
    ///
    /// # Errors
    /// None today; the numbers are kept in memory.
    pub async fn townships(&self) -> Result<Vec<(TownshipId, u64)>, StoreError> {
        Ok(self.shared.heads.townships())
    }

    /// One event.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn event(&self, township: &TownshipId, seq: u64) -> Result<Option<Event>, StoreError> {
        if seq > columns::MAX_SEQ {
            return Ok(None);
        }
        let row = sqlx::query("SELECT * FROM events WHERE position = ?")
            .bind(columns::position(township, seq))
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(event_from).transpose()).map_err(not_read("event"))
    }

    /// Events of one township that pass `filter`.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn find_events(&self, township: &TownshipId, filter: EventFilter) -> Result<Vec<Event>, StoreError> {
        crate::search::events(&self.shared.readers, township, filter).await.map_err(not_read("events"))
    }

    /// The forwarding cursor `name` of `township`; 0 when there is none.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn outbox_cursor(&self, name: &str, township: &TownshipId) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT seq FROM outbox_cursors WHERE name = ? AND township = ?")
            .bind(name)
            .bind(columns::township_number(township))
            .fetch_optional(&self.shared.readers)
            .await;
        let seq = row.and_then(|row| row.map_or(Ok(0), |row| columns::uint(&row, "seq")));
        seq.map_err(not_read("forwarding cursor"))
    }

    /// Moves a forwarding cursor; retention waits for it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn set_outbox_cursor(&self, name: &str, township: &TownshipId, seq: u64) -> Result<(), StoreError> {
        let (name, township) = (name.to_owned(), columns::township_number(township));
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT OR REPLACE INTO outbox_cursors (name, township, seq) VALUES (?, ?, ?)")
                    .bind(name)
                    .bind(township)
                    .bind(columns::int(seq))
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

/// A row of the table of events, with all its columns.
pub(crate) fn event_from(row: &SqliteRow) -> Result<Event, sqlx::Error> {
    let pictures = match row.try_get::<Option<&str>, _>("pictures")? {
        Some(json) => serde_json::from_str(json).map_err(columns::decode)?,
        None => Vec::new(),
    };
    Ok(Event {
        seq: columns::uint(row, "seq")?,
        fact: NewEvent {
            township: columns::township_id(row.try_get("township")?)?,
            source: row.try_get::<&str, _>("source")?.into(),
            id: row.try_get::<&str, _>("id")?.into(),
            kind: columns::parsed(row, "kind")?,
            camera: columns::opt_parsed(row, "camera")?,
            subject: row.try_get::<Option<&str>, _>("subject")?.map(Into::into),
            time_ms: row.try_get("time_ms")?,
            received_ms: row.try_get("received_ms")?,
            data: row.try_get::<&str, _>("data")?.into(),
            pictures,
            cause: row.try_get::<Option<i64>, _>("cause")?.map(u64::try_from).transpose().map_err(columns::decode)?,
            depth: columns::small(row, "depth")?,
        },
    })
}
