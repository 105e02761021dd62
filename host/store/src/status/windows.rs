//! Maintenance windows, as people declared them. Whether one may be declared is decided by the model.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::camera::CameraKey;
use xl_model::rate::Span;
use xl_model::rate::day::LocalDay;
use xl_model::status::Reason;
use xl_model::status::TimestampUs;
use xl_model::status::maintenance::Window;

use crate::Store;
use crate::StoreError;
use crate::modules::found;
use crate::not_read;
use crate::sqlite::columns;
use crate::status::Scope;
use crate::status::camera_from;

impl Store {
    /// Keeps a window. Sums of days that are over and that it touches are worked out anew.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the camera has one that begins at the same moment, [`StoreError::Failed`],
    /// [`StoreError::NotRead`].
    pub async fn declare_maintenance(&self, window: Window, now_us: TimestampUs) -> Result<(), StoreError> {
        let township = window.camera.township.clone();
        let (first, end) = (LocalDay::of(window.from_us), LocalDay::of(window.until_us.min(now_us)));
        self.change(move |connection| {
            Box::pin(async move {
                let added = sqlx::query(
                    "INSERT INTO maintenance_windows (township, camera, from_us, until_us, reason, person, second) \
                     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                )
                .bind(columns::township_number(&window.camera.township))
                .bind(window.camera.camera.as_str())
                .bind(window.from_us)
                .bind(window.until_us)
                .bind(window.reason.as_str())
                .bind(&*window.person)
                .bind(window.second.as_deref())
                .execute(connection)
                .await?;
                match added.rows_affected() {
                    0 => Err(StoreError::Exists { what: "maintenance of", id: window.camera.to_string() }.into()),
                    _ => Ok(()),
                }
            })
        })
        .await?;
        let mut day = first;
        while day <= end {
            if self.has_status_day(&township, day).await? {
                self.build_status_day(&township, day).await?;
            }
            day = day.next();
        }
        Ok(())
    }

    /// Ends a window at `now_us`; one that has not begun is as if it had never been.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn withdraw_maintenance(
        &self,
        camera: &CameraKey,
        from_us: TimestampUs,
        now_us: TimestampUs,
    ) -> Result<(), StoreError> {
        let camera = camera.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let changed = sqlx::query(
                    "UPDATE maintenance_windows SET until_us = max(from_us, min(until_us, ?4)) WHERE township = ?1 AND \
                     camera = ?2 AND from_us = ?3",
                )
                .bind(columns::township_number(&camera.township))
                .bind(camera.camera.as_str())
                .bind(from_us)
                .bind(now_us)
                .execute(connection)
                .await?;
                found(changed.rows_affected() > 0, "maintenance of", camera.to_string())
            })
        })
        .await
    }

    /// Windows of a township, or of one of its cameras, that touch `span`, by camera and time.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn maintenance_windows(&self, of: Scope<'_>, span: Span) -> Result<Vec<Window>, StoreError> {
        let (township, camera) = of.columns();
        let rows = sqlx::query(
            "SELECT * FROM maintenance_windows WHERE township = ?1 AND (?2 IS NULL OR camera = ?2) AND until_us > ?3 \
             AND from_us < ?4 ORDER BY camera, from_us",
        )
        .bind(township)
        .bind(camera)
        .bind(span.from_us)
        .bind(span.to_us)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(window_from).collect()).map_err(not_read("maintenance windows"))
    }
}

fn window_from(row: &SqliteRow) -> Result<Window, sqlx::Error> {
    Ok(Window {
        camera: camera_from(row)?,
        from_us: row.try_get("from_us")?,
        until_us: row.try_get("until_us")?,
        reason: Reason::new(row.try_get::<&str, _>("reason")?),
        person: row.try_get::<&str, _>("person")?.into(),
        second: row.try_get::<Option<&str>, _>("second")?.map(Into::into),
    })
}
