//! Pictures: bytes under their SHA-256 in an object store, with where they came from in the database.

use std::ops::RangeInclusive;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::id::CameraId;
use xl_model::id::Digest;
use xl_model::id::TownshipId;
use xl_model::picture::PictureOrigin;
use xl_model::picture::PictureRef;
use xl_model::picture::Provenance;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

impl Store {
    /// Stores picture bytes durably under their hash; the same bytes twice are stored once.
    ///
    /// Call before the event that names it is appended. Bytes that no event names within an hour may be removed.
    ///
    /// # Errors
    /// [`StoreError::Picture`].
    pub async fn put_picture(&self, sha256: &Digest, bytes: bytes::Bytes) -> Result<(), StoreError> {
        let stored = self.shared.pictures.turn(sha256).await.put(sha256, bytes).await;
        stored.map_err(|source| StoreError::Picture { sha256: sha256.to_string(), verb: "stored", source })
    }

    /// Bytes of a picture, checked against their hash; `None` when there are none.
    ///
    /// # Errors
    /// [`StoreError::Picture`] when they cannot be read, [`StoreError::DamagedBytes`].
    pub async fn picture(&self, sha256: &Digest) -> Result<Option<bytes::Bytes>, StoreError> {
        self.shared.pictures.get(sha256).await
    }

    /// Which camera of this township a picture came from; `None`: no event of a camera brought it. See [`Store::upload`].
    ///
    /// Rows are written with the observations that carry pictures and a camera; the first of them counts. An event of
    /// a module that names a picture says nothing about its origin.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn provenance(&self, township: &TownshipId, sha256: &Digest) -> Result<Option<Provenance>, StoreError> {
        let row = sqlx::query("SELECT * FROM provenance WHERE township = ? AND sha256 = ?")
            .bind(columns::township_number(township))
            .bind(columns::digest_bytes(sha256))
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(provenance_from).transpose()).map_err(not_read("provenance"))
    }

    /// The picture that a camera sent last.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn latest_picture(
        &self,
        township: &TownshipId,
        camera: &CameraId,
    ) -> Result<Option<Provenance>, StoreError> {
        let row = sqlx::query("SELECT * FROM latest_pictures WHERE township = ? AND camera = ?")
            .bind(columns::township_number(township))
            .bind(camera.as_str())
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(provenance_from).transpose()).map_err(not_read("latest picture"))
    }

    /// The picture of a camera whose time is nearest to `around_ms`, among those taken within `span`.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn picture_near(
        &self,
        township: &TownshipId,
        camera: &CameraId,
        around_ms: TimestampMs,
        span: RangeInclusive<TimestampMs>,
    ) -> Result<Option<Provenance>, StoreError> {
        let row = sqlx::query(
            "SELECT * FROM provenance WHERE township = ? AND camera = ? AND time_ms BETWEEN ? AND ? \
             ORDER BY abs(time_ms - ?) LIMIT 1",
        )
        .bind(columns::township_number(township))
        .bind(camera.as_str())
        .bind(span.start())
        .bind(span.end())
        .bind(around_ms)
        .fetch_optional(&self.shared.readers)
        .await;
        row.and_then(|row| row.as_ref().map(provenance_from).transpose()).map_err(not_read("picture of a time"))
    }

    /// The pictures of a camera taken from `from_ms` to before `to_ms`, by time and hash, at most `most`.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn pictures_between(
        &self,
        township: &TownshipId,
        camera: &CameraId,
        from_ms: TimestampMs,
        to_ms: TimestampMs,
        most: u32,
    ) -> Result<Vec<Provenance>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM provenance WHERE township = ? AND camera = ? AND time_ms >= ? AND time_ms < ? \
             ORDER BY time_ms, sha256 LIMIT ?",
        )
        .bind(columns::township_number(township))
        .bind(camera.as_str())
        .bind(from_ms)
        .bind(to_ms)
        .bind(most)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(provenance_from).collect()).map_err(not_read("pictures of a time"))
    }
}

fn provenance_from(row: &SqliteRow) -> Result<Provenance, sqlx::Error> {
    Ok(Provenance {
        picture: PictureRef {
            sha256: columns::digest(row, "sha256")?,
            width: columns::small(row, "width")?,
            height: columns::small(row, "height")?,
            bytes: columns::small(row, "bytes")?,
        },
        township: columns::township_id(row.try_get("township")?)?,
        origin: PictureOrigin::Camera(columns::parsed(row, "camera")?),
        time_ms: row.try_get("time_ms")?,
    })
}
