//! The register of cameras: what is registered, found by filter page by page, changed many at once.
//!
//! Credentials come sealed and go sealed: no key is known here.

mod classes;
mod find;

pub use find::CameraFilter;
pub use find::CameraPage;

use serde::Deserialize;
use serde::Serialize;
use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::camera::Attachment;
use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::camera::Filing;
use xl_model::camera::Owner;
use xl_model::camera::Profile;
use xl_model::camera::SecretUnit;
use xl_model::camera::Signage;
use xl_model::clock::TimestampMs;
use xl_model::region::Masks;

use crate::Store;
use crate::StoreError;
use crate::modules::found;
use crate::not_read;
use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;
use crate::writer::later::Later;

/// Whether a camera of the row has credentials, as a column.
macro_rules! sealed {
    () => {
        "EXISTS (SELECT 1 FROM camera_credentials c WHERE c.township = cameras.township AND c.camera = cameras.camera) \
         AS sealed"
    };
}
use sealed;

static PUT: MultiRow = MultiRow::new(
    "INSERT INTO cameras (township, camera, name, place, owner_kind, owner_name, class, class_confirmed, attachment, \
     details, registered_ms, changed_ms) VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?)",
    12,
    " ON CONFLICT (township, camera) DO UPDATE SET name = excluded.name, place = excluded.place, \
     owner_kind = excluded.owner_kind, owner_name = excluded.owner_name, class = excluded.class, \
     class_confirmed = excluded.class_confirmed, attachment = excluded.attachment, details = excluded.details, \
     changed_ms = excluded.changed_ms",
);
static SEAL: MultiRow = MultiRow::new(
    "INSERT INTO camera_credentials (township, camera, sealed, changed_ms) VALUES ",
    "(?,?,?,?)",
    4,
    " ON CONFLICT (township, camera) DO UPDATE SET sealed = excluded.sealed, changed_ms = excluded.changed_ms",
);

/// A camera with what the hub knows beside its registration.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisteredCamera {
    /// The camera.
    pub camera: Camera,
    /// When it was registered.
    pub registered_ms: TimestampMs,
    /// When its registration was last changed.
    pub changed_ms: TimestampMs,
    /// When an event of it was last accepted; kept in memory and written now and then.
    pub last_seen_ms: Option<TimestampMs>,
    /// Whether sealed credentials are kept for it.
    pub has_credentials: bool,
}

/// Credentials as the hub sealed them; only who has the key can read them.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

/// What nobody searches by.
#[derive(Serialize, Deserialize)]
struct Details {
    purposes: Vec<String>,
    signage: Signage,
    filing: Filing,
    /// Cameras that were registered before there was such a word stand near none.
    #[serde(default)]
    secret_unit: SecretUnit,
    attachment: Attachment,
    profiles: Vec<Profile>,
    masks: Masks,
    retention_days: Option<u16>,
    heartbeat_s: Option<u16>,
    notes: String,
}

impl Store {
    /// All cameras, by township and id.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn cameras(&self) -> Result<Vec<RegisteredCamera>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(concat!("SELECT *, ", sealed!(), " FROM cameras ORDER BY township, camera"))
            .fetch_all(&self.shared.readers)
            .await;
        rows.and_then(|rows| rows.iter().map(camera_from).collect()).map_err(not_read("cameras"))
    }

    /// Registers cameras or changes them, with their credentials where some are given: all in one transaction. What somebody
    /// wished for the class of one is over once it has another class than at the wish.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn put_cameras(
        &self,
        cameras: Vec<Camera>,
        credentials: Vec<(CameraKey, Sealed)>,
        at_ms: TimestampMs,
    ) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                put(connection, &cameras, at_ms).await?;
                SEAL.execute(connection, &credentials, |row, (key, sealed)| {
                    row.int(columns::township_number(&key.township));
                    row.text(key.camera.as_str());
                    row.blob(&sealed.0);
                    row.int(at_ms);
                })
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Takes a camera out of the register with its login and its credentials. Its events and pictures stay, and the class
    /// that a person has said is remembered.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn remove_camera(&self, key: &CameraKey, at_ms: TimestampMs) -> Result<(), StoreError> {
        let key = key.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let township = columns::township_number(&key.township);
                classes::remember(connection, &key, at_ms).await?;
                let mut removed = 0;
                for statement in [
                    "DELETE FROM class_wishes WHERE township = ? AND camera = ?",
                    "DELETE FROM camera_credentials WHERE township = ? AND camera = ?",
                    "DELETE FROM devices WHERE township = ? AND camera = ?",
                    "DELETE FROM cameras WHERE township = ? AND camera = ?",
                ] {
                    let done =
                        sqlx::query(statement).bind(township).bind(key.camera.as_str()).execute(&mut *connection);
                    removed = done.await?.rows_affected();
                }
                found(removed > 0, "camera", key.to_string())
            })
        })
        .await
    }

    /// The sealed credentials of a camera.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn camera_credentials(&self, key: &CameraKey) -> Result<Option<Sealed>, StoreError> {
        self.flush().await;
        let sealed = sqlx::query_scalar("SELECT sealed FROM camera_credentials WHERE township = ? AND camera = ?")
            .bind(columns::township_number(&key.township))
            .bind(key.camera.as_str())
            .fetch_optional(&self.shared.readers)
            .await
            .map_err(not_read("camera credentials"))?;
        Ok(sealed.map(Sealed))
    }

    /// The sealed credentials of all cameras, by township and id.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn all_camera_credentials(&self) -> Result<Vec<(CameraKey, Sealed)>, StoreError> {
        self.flush().await;
        let rows = sqlx::query("SELECT township, camera, sealed FROM camera_credentials ORDER BY township, camera")
            .fetch_all(&self.shared.readers)
            .await;
        let read = |row: &SqliteRow| -> Result<(CameraKey, Sealed), sqlx::Error> {
            let township = columns::township_id(row.try_get("township")?)?;
            let key = CameraKey { township, camera: columns::parsed(row, "camera")? };
            Ok((key, Sealed(row.try_get("sealed")?)))
        };
        rows.and_then(|rows| rows.iter().map(read).collect()).map_err(not_read("camera credentials"))
    }

    /// Forgets the credentials of a camera; no matter whether there were some.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn remove_camera_credentials(&self, key: &CameraKey) -> Result<(), StoreError> {
        let key = key.clone();
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM camera_credentials WHERE township = ? AND camera = ?")
                    .bind(columns::township_number(&key.township))
                    .bind(key.camera.as_str())
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Writes when cameras were last seen. Not durable: joins the next commit.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn seen(&self, seen: Vec<(CameraKey, TimestampMs)>) -> Result<(), StoreError> {
        if seen.is_empty() {
            return Ok(());
        }
        self.later(Later { seen: seen.into_iter().collect(), ..Later::default() }).await
    }
}

/// Registers or changes cameras inside somebody's transaction.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    cameras: &[Camera],
    at_ms: TimestampMs,
) -> Result<u64, sqlx::Error> {
    let put = PUT.execute(connection, cameras, |row, camera| {
        row.int(columns::township_number(&camera.key.township));
        row.text(camera.key.camera.as_str());
        row.text(&camera.name);
        row.text(&camera.place);
        row.text(camera.owner.kind.word());
        row.text(&camera.owner.name);
        row.text(camera.class.word());
        row.int(camera.class_confirmed.into());
        row.text(camera.attachment.kind());
        row.text(&details(camera));
        row.int(at_ms);
        row.int(at_ms);
    });
    let count = put.await?;
    classes::settle(connection, cameras).await?;
    Ok(count)
}

fn details(camera: &Camera) -> String {
    let details = Details {
        purposes: camera.purposes.clone(),
        signage: camera.signage.clone(),
        filing: camera.filing.clone(),
        secret_unit: camera.secret_unit.clone(),
        attachment: camera.attachment.clone(),
        profiles: camera.profiles.clone(),
        masks: camera.masks.clone(),
        retention_days: camera.retention_days,
        heartbeat_s: camera.heartbeat_s,
        notes: camera.notes.clone(),
    };
    serde_json::to_string(&details).expect("strings, numbers and lists of them always serialize")
}

fn camera_from(row: &SqliteRow) -> Result<RegisteredCamera, sqlx::Error> {
    let details: Details = columns::json(row, "details")?;
    let key = CameraKey {
        township: columns::township_id(row.try_get("township")?)?,
        camera: columns::parsed(row, "camera")?,
    };
    let camera = Camera {
        key,
        name: row.try_get("name")?,
        place: row.try_get("place")?,
        owner: Owner { kind: columns::from_word(row, "owner_kind")?, name: row.try_get("owner_name")? },
        class: columns::from_word(row, "class")?,
        class_confirmed: row.try_get("class_confirmed")?,
        purposes: details.purposes,
        signage: details.signage,
        filing: details.filing,
        secret_unit: details.secret_unit,
        attachment: details.attachment,
        profiles: details.profiles,
        masks: details.masks,
        retention_days: details.retention_days,
        heartbeat_s: details.heartbeat_s,
        notes: details.notes,
    };
    Ok(RegisteredCamera {
        camera,
        registered_ms: row.try_get("registered_ms")?,
        changed_ms: row.try_get("changed_ms")?,
        last_seen_ms: row.try_get("last_seen_ms")?,
        has_credentials: row.try_get("sealed")?,
    })
}
