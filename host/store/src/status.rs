//! Where cameras stood: intervals, raw edges, maintenance and sums of days. What they mean is decided by the ladder of
//! the model; nothing is judged here.

mod days;
mod windows;
mod write;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::camera::CameraKey;
use xl_model::id::TownshipId;
use xl_model::ladder::output::Change;
use xl_model::ladder::output::Edge;
use xl_model::rate::Span;
use xl_model::status::Interval;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::TimestampUs;
use xl_model::status::maintenance::lay_over;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// Name of the fact that holds the hub's last sign of life.
const HEARTBEAT: &str = "status.heartbeat_us";

/// A camera's newest interval, and the level that was told last, leaving out when the hub did not run.
pub type Standing = (Interval, Level);

impl Store {
    /// Writes what the ladder found, in one commit.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn write_statuses(&self, changes: Vec<Change>, edges: Vec<Edge>) -> Result<(), StoreError> {
        if changes.is_empty() && edges.is_empty() {
            return Ok(());
        }
        self.change(move |connection| {
            Box::pin(async move {
                write::changes(connection, &changes).await?;
                write::edges(connection, &edges).await?;
                Ok(())
            })
        })
        .await
    }

    /// Says durably that the hub runs. Nothing that was written before may be lost after it.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn write_heartbeat(&self, at_us: TimestampUs) -> Result<(), StoreError> {
        self.set_fact(HEARTBEAT, &at_us.to_string()).await
    }

    /// When the hub last said that it runs; nothing: never.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn heartbeat(&self) -> Result<Option<TimestampUs>, StoreError> {
        let fact = self.fact(HEARTBEAT).await?;
        fact.map(|text| text.parse().map_err(columns::decode)).transpose().map_err(not_read("heartbeat"))
    }

    /// The open interval of every camera that has one.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn open_statuses(&self) -> Result<Vec<Standing>, StoreError> {
        let rows = sqlx::query(
            "SELECT i.*, (SELECT t.level FROM status_intervals AS t WHERE t.township = i.township AND \
             t.camera = i.camera AND t.reason <> ?1 ORDER BY t.from_us DESC LIMIT 1) AS told \
             FROM status_intervals AS i INDEXED BY status_open WHERE i.to_us IS NULL",
        )
        .bind(Reason::HUB_DOWN)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(standing_from).collect()).map_err(not_read("open intervals"))
    }

    /// The newest interval of a camera, open or not.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn last_status(&self, camera: &CameraKey) -> Result<Option<Standing>, StoreError> {
        let row = sqlx::query(
            "SELECT i.*, (SELECT t.level FROM status_intervals AS t WHERE t.township = i.township AND \
             t.camera = i.camera AND t.reason <> ?1 ORDER BY t.from_us DESC LIMIT 1) AS told \
             FROM status_intervals AS i WHERE i.township = ?2 AND i.camera = ?3 ORDER BY i.from_us DESC LIMIT 1",
        )
        .bind(Reason::HUB_DOWN)
        .bind(columns::township_number(&camera.township))
        .bind(camera.camera.as_str())
        .fetch_optional(&self.shared.readers)
        .await;
        standing_of(row).map_err(not_read("last interval"))
    }

    /// The intervals of a township, or of one of its cameras, that touch `span`, by camera and time, with maintenance laid
    /// over them. They are not cut to the span.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn status_intervals(&self, of: Scope<'_>, span: Span) -> Result<Vec<Interval>, StoreError> {
        let (township, camera) = of.columns();
        let rows = sqlx::query(
            "SELECT * FROM status_intervals WHERE township = ?1 AND to_us > ?2 AND from_us < ?3 AND \
             (?4 IS NULL OR camera = ?4) UNION ALL SELECT * FROM status_intervals WHERE township = ?1 AND \
             to_us IS NULL AND from_us < ?3 AND (?4 IS NULL OR camera = ?4) ORDER BY camera, from_us",
        )
        .bind(township)
        .bind(span.from_us)
        .bind(span.to_us)
        .bind(camera)
        .fetch_all(&self.shared.readers)
        .await;
        let intervals: Vec<Interval> =
            rows.and_then(|rows| rows.iter().map(interval_from).collect()).map_err(not_read("intervals"))?;
        let windows = self.maintenance_windows(of, span).await?;
        let mut laid = Vec::with_capacity(intervals.len());
        let mut rest = windows.as_slice();
        for of_one in intervals.chunk_by(|a, b| a.camera == b.camera) {
            // Both are in the order of cameras.
            let start = rest.partition_point(|it| it.camera < of_one[0].camera);
            let end = rest.partition_point(|it| it.camera <= of_one[0].camera);
            laid.append(&mut lay_over(of_one.to_vec(), &rest[start..end]));
            rest = &rest[end..];
        }
        Ok(laid)
    }

    /// The newest raw edges of a camera inside `span`, the newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn status_edges(
        &self,
        camera: &CameraKey,
        span: Span,
        limit: u32,
    ) -> Result<Vec<(TimestampUs, String, Reason)>, StoreError> {
        let rows = sqlx::query(
            "SELECT at_us, kind, reason FROM status_edges WHERE township = ? AND camera = ? AND at_us >= ? AND \
             at_us < ? ORDER BY at_us DESC, kind LIMIT ?",
        )
        .bind(columns::township_number(&camera.township))
        .bind(camera.camera.as_str())
        .bind(span.from_us)
        .bind(span.to_us)
        .bind(limit)
        .fetch_all(&self.shared.readers)
        .await;
        let edge = |row: &SqliteRow| {
            Ok((row.try_get("at_us")?, row.try_get("kind")?, Reason::new(row.try_get::<&str, _>("reason")?)))
        };
        rows.and_then(|rows| rows.iter().map(edge).collect()).map_err(not_read("edges"))
    }

    /// Removes raw edges from before `before_us`, so many at most; how many there were.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn forget_edges(&self, before_us: TimestampUs, most: u32) -> Result<u64, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let removed = sqlx::query(
                    "DELETE FROM status_edges WHERE (township, camera, at_us, kind) IN (SELECT township, camera, at_us, \
                     kind FROM status_edges WHERE at_us < ? ORDER BY at_us LIMIT ?)",
                )
                .bind(before_us)
                .bind(most)
                .execute(connection)
                .await?;
                Ok(removed.rows_affected())
            })
        })
        .await
    }
}

/// Of whom something is read.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// All cameras of a township.
    Township(&'a TownshipId),
    /// One camera.
    Camera(&'a CameraKey),
}

impl<'a> Scope<'a> {
    fn columns(self) -> (i64, Option<&'a str>) {
        match self {
            Self::Township(township) => (columns::township_number(township), None),
            Self::Camera(camera) => (columns::township_number(&camera.township), Some(camera.camera.as_str())),
        }
    }
}

fn standing_of(row: Result<Option<SqliteRow>, sqlx::Error>) -> Result<Option<Standing>, sqlx::Error> {
    row?.as_ref().map(standing_from).transpose()
}

fn standing_from(row: &SqliteRow) -> Result<Standing, sqlx::Error> {
    let told = match row.try_get::<Option<&str>, _>("told")? {
        Some(_) => columns::from_word(row, "told")?,
        None => Level::Unknown,
    };
    Ok((interval_from(row)?, told))
}

fn camera_from(row: &SqliteRow) -> Result<CameraKey, sqlx::Error> {
    Ok(CameraKey { township: columns::township_id(row.try_get("township")?)?, camera: columns::parsed(row, "camera")? })
}

fn interval_from(row: &SqliteRow) -> Result<Interval, sqlx::Error> {
    Ok(Interval {
        camera: camera_from(row)?,
        level: columns::from_word(row, "level")?,
        reason: Reason::new(row.try_get::<&str, _>("reason")?),
        source: row.try_get::<&str, _>("source")?.into(),
        from_us: row.try_get("from_us")?,
        to_us: row.try_get("to_us")?,
    })
}
