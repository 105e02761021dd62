//! Classes of cameras that wait for a second person, and those that removed cameras had.

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::class_wish::ClassWish;
use xl_model::clock::TimestampMs;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

impl Store {
    /// All wishes for another class, lapsed ones too.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn class_wishes(&self) -> Result<Vec<ClassWish>, StoreError> {
        self.flush().await;
        let rows =
            sqlx::query("SELECT * FROM class_wishes ORDER BY township, camera").fetch_all(&self.shared.readers).await;
        rows.and_then(|rows| rows.iter().map(wish_from).collect()).map_err(not_read("wishes for a class"))
    }

    /// The classes that a person had said of cameras that were removed since.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn removed_classes(&self) -> Result<Vec<(CameraKey, LegalClass)>, StoreError> {
        self.flush().await;
        let rows =
            sqlx::query("SELECT township, camera, class FROM removed_classes").fetch_all(&self.shared.readers).await;
        let read = |row: &SqliteRow| Ok((key_from(row)?, columns::from_word(row, "class")?));
        rows.and_then(|rows| rows.iter().map(read).collect()).map_err(not_read("classes of removed cameras"))
    }

    /// Lets wishes wait, each in place of the one before for its camera: all in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn let_class_wishes_wait(&self, wishes: Vec<ClassWish>) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                for wish in wishes {
                    sqlx::query(
                        "INSERT OR REPLACE INTO class_wishes (township, camera, from_class, to_class, asked_by, asked_ms, \
                         reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(columns::township_number(&wish.key.township))
                    .bind(wish.key.camera.as_str())
                    .bind(wish.from.word())
                    .bind(wish.to.word())
                    .bind(wish.by.as_str())
                    .bind(wish.asked_ms)
                    .bind(&wish.reason)
                    .execute(&mut *connection)
                    .await?;
                }
                Ok(())
            })
        })
        .await
    }

    /// Forgets what somebody wished for the class of a camera; no matter whether somebody did.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn forget_class_wish(&self, key: &CameraKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM class_wishes WHERE township = ? AND camera = ?")
                    .bind(columns::township_number(&key.township))
                    .bind(key.camera.as_str())
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

/// Ends the wishes whose camera has another class now, and what was remembered of cameras that are registered again.
pub(super) async fn settle(connection: &mut SqliteConnection, cameras: &[Camera]) -> Result<(), sqlx::Error> {
    // Nearly always both are empty, and a table of a county has 15,000 lines.
    let (wishes, removed): (bool, bool) =
        sqlx::query_as("SELECT EXISTS (SELECT 1 FROM class_wishes), EXISTS (SELECT 1 FROM removed_classes)")
            .fetch_one(&mut *connection)
            .await?;
    for camera in cameras {
        let (township, id) = (columns::township_number(&camera.key.township), camera.key.camera.as_str());
        if wishes {
            sqlx::query("DELETE FROM class_wishes WHERE township = ? AND camera = ? AND from_class <> ?")
                .bind(township)
                .bind(id)
                .bind(camera.class.word())
                .execute(&mut *connection)
                .await?;
        }
        if removed {
            sqlx::query("DELETE FROM removed_classes WHERE township = ? AND camera = ?")
                .bind(township)
                .bind(id)
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

/// Remembers the class that a person has said of a camera that is about to be removed.
pub(super) async fn remember(
    connection: &mut SqliteConnection,
    key: &CameraKey,
    at_ms: TimestampMs,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT OR REPLACE INTO removed_classes (township, camera, class, removed_ms) \
         SELECT township, camera, class, ? FROM cameras WHERE township = ? AND camera = ? AND class_confirmed = 1",
    )
    .bind(at_ms)
    .bind(columns::township_number(&key.township))
    .bind(key.camera.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

fn wish_from(row: &SqliteRow) -> Result<ClassWish, sqlx::Error> {
    Ok(ClassWish {
        key: key_from(row)?,
        from: columns::from_word(row, "from_class")?,
        to: columns::from_word(row, "to_class")?,
        by: columns::parsed(row, "asked_by")?,
        asked_ms: row.try_get("asked_ms")?,
        reason: row.try_get("reason")?,
    })
}

fn key_from(row: &SqliteRow) -> Result<CameraKey, sqlx::Error> {
    Ok(CameraKey { township: columns::township_id(row.try_get("township")?)?, camera: columns::parsed(row, "camera")? })
}
