//! Who may connect, what was refused, and small facts about the hub itself.

use serde::Deserialize;
use serde::Serialize;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::camera::Camera;
use xl_model::clock::TimestampMs;
use xl_model::fault::Code;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::cameras;
use crate::modules::found;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::later::Later;
use crate::writer::later::REFUSALS;

/// A registered device: the login of one camera, or of a bridge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its identity: user name at the broker, township and camera.
    pub id: DeviceId,
    /// SHA-256 of its password, hex. The password is 256 random bits, so a fast hash is enough.
    pub password_sha256: String,
    /// Whether it speaks for the cameras that are attached through it, and is none itself.
    pub bridge: bool,
    /// Whether it may connect.
    pub enabled: bool,
    /// When it was registered.
    pub registered_ms: TimestampMs,
}

impl Store {
    /// Registers a device, and its camera where one is given: both in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Failed`].
    pub async fn add_device(&self, device: Device, camera: Option<Camera>) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                cameras::put(&mut *connection, camera.as_slice(), device.registered_ms).await?;
                let added = sqlx::query(
                    "INSERT INTO devices (township, camera, password_sha256, bridge, enabled, registered_ms) \
                     VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (township, camera) DO NOTHING",
                )
                .bind(columns::township_number(&device.id.township))
                .bind(device.id.camera.as_str())
                .bind(&device.password_sha256)
                .bind(device.bridge)
                .bind(device.enabled)
                .bind(device.registered_ms)
                .execute(connection)
                .await?;
                match added.rows_affected() {
                    0 => Err(StoreError::Exists { what: "device", id: device.id.to_string() }.into()),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    /// Devices of a township, or all.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn devices(&self, township: Option<&TownshipId>) -> Result<Vec<Device>, StoreError> {
        self.flush().await;
        let rows = match township {
            Some(township) => {
                sqlx::query("SELECT * FROM devices WHERE township = ? ORDER BY camera")
                    .bind(columns::township_number(township))
                    .fetch_all(&self.shared.readers)
                    .await
            }
            None => {
                sqlx::query("SELECT * FROM devices ORDER BY township, camera").fetch_all(&self.shared.readers).await
            }
        };
        rows.and_then(|rows| rows.iter().map(device_from).collect()).map_err(not_read("devices"))
    }

    /// Lets a device connect or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn enable_device(&self, id: &DeviceId, enabled: bool) -> Result<(), StoreError> {
        let id = id.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let changed = sqlx::query("UPDATE devices SET enabled = ? WHERE township = ? AND camera = ?")
                    .bind(enabled)
                    .bind(columns::township_number(&id.township))
                    .bind(id.camera.as_str())
                    .execute(connection)
                    .await?;
                found(changed.rows_affected() > 0, "device", id.to_string())
            })
        })
        .await
    }

    /// Gives a device a new password.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn set_device_password(&self, id: &DeviceId, password_sha256: &str) -> Result<(), StoreError> {
        let (id, password_sha256) = (id.clone(), password_sha256.to_owned());
        self.change(move |connection| {
            Box::pin(async move {
                let changed = sqlx::query("UPDATE devices SET password_sha256 = ? WHERE township = ? AND camera = ?")
                    .bind(password_sha256)
                    .bind(columns::township_number(&id.township))
                    .bind(id.camera.as_str())
                    .execute(connection)
                    .await?;
                found(changed.rows_affected() > 0, "device", id.to_string())
            })
        })
        .await
    }

    /// Keeps refusals; the newest 10,000 stay. Not durable: joins the next commit.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn add_refusals(&self, refusals: Vec<Refusal>) -> Result<(), StoreError> {
        if refusals.is_empty() {
            return Ok(());
        }
        self.later(Later { refusals, ..Later::default() }).await
    }

    /// The newest refusals first; `within` lets only townships pass whose code begins with one of these digits, and none
    /// that is not known.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn refusals(
        &self,
        township: Option<&TownshipId>,
        within: Option<Vec<String>>,
        limit: u32,
    ) -> Result<Vec<Refusal>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT * FROM refusals WHERE (?1 IS NULL OR township = ?1) AND (?2 IS NULL OR EXISTS (SELECT 1 \
                 FROM json_each(?2) WHERE substr(printf('%09d', refusals.township), 1, length(value)) = value \
                 AND refusals.township IS NOT NULL)) ORDER BY number DESC LIMIT ?3",
        )
        .bind(township.map(columns::township_number))
        .bind(within.map(columns::list))
        .bind(limit.min(REFUSALS))
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(refusal_from).collect()).map_err(not_read("refusals"))
    }

    /// A small fact about the hub, such as the hash of the admin token.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn fact(&self, name: &str) -> Result<Option<String>, StoreError> {
        sqlx::query_scalar("SELECT value FROM facts WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.shared.readers)
            .await
            .map_err(not_read("fact"))
    }

    /// Sets a small fact.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn set_fact(&self, name: &str, value: &str) -> Result<(), StoreError> {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)")
                    .bind(name)
                    .bind(value)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }
}

fn device_from(row: &SqliteRow) -> Result<Device, sqlx::Error> {
    Ok(Device {
        id: DeviceId {
            township: columns::township_id(row.try_get("township")?)?,
            camera: columns::parsed(row, "camera")?,
        },
        password_sha256: row.try_get("password_sha256")?,
        bridge: row.try_get("bridge")?,
        enabled: row.try_get("enabled")?,
        registered_ms: row.try_get("registered_ms")?,
    })
}

fn refusal_from(row: &SqliteRow) -> Result<Refusal, sqlx::Error> {
    Ok(Refusal {
        at_ms: row.try_get("at_ms")?,
        township: row.try_get::<Option<i64>, _>("township")?.map(columns::township_id).transpose()?,
        source: row.try_get("source")?,
        place: row.try_get("place")?,
        refused: Refused { code: Code(columns::small(row, "code")?), detail: row.try_get("detail")? },
        sample: row.try_get("sample")?,
    })
}
