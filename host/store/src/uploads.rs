//! Pictures that people attached to forms: whose they are, and whether a form with them was accepted.
//!
//! Their bytes lie where all pictures do. An accepted form names them in its event, from where on retention and holds treat
//! them as pictures of that event; what is left over goes after a day of lived time.

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::event::Event;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::picture::PictureOrigin;
use xl_model::picture::PictureRef;
use xl_model::picture::Provenance;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::retention::DAY_MS;
use crate::sqlite::columns;

/// How long a picture waits for a form that is accepted, in lived time.
const LEFT_MS: TimestampMs = DAY_MS;

/// A picture that somebody attached to a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The module on whose page.
    pub module: ModuleKey,
    /// The picture.
    pub picture: PictureRef,
    /// Who attached it: name of the account.
    pub account: String,
    /// When.
    pub time_ms: TimestampMs,
}

impl Upload {
    /// Where the picture came from.
    pub fn provenance(self) -> Provenance {
        let Self { module, picture, time_ms, .. } = self;
        Provenance { picture, township: module.township, origin: PictureOrigin::Page(module.plugin), time_ms }
    }
}

impl Store {
    /// Notes who attached a picture; of the same picture on pages of the same module the first counts.
    ///
    /// Call after [`Store::put_picture`].
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn add_upload(&self, upload: Upload) -> Result<(), StoreError> {
        self.change(move |connection| Box::pin(async move { Ok(add(connection, &upload).await?) })).await
    }

    /// A picture that somebody attached before, to be used now: it waits for another day. `None`: there is none.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn renew_upload(&self, module: &ModuleKey, sha256: &Digest) -> Result<Option<Upload>, StoreError> {
        let (module, sha256) = (module.clone(), sha256.clone());
        self.change(move |connection| Box::pin(async move { Ok(renew(connection, &module, &sha256).await?) })).await
    }

    /// A picture that somebody attached in this township: on pages of `plugin`, or of any module.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn upload(
        &self,
        township: &TownshipId,
        sha256: &Digest,
        plugin: Option<&PluginId>,
    ) -> Result<Option<Upload>, StoreError> {
        let row = sqlx::query(
            "SELECT * FROM uploads WHERE township = ?1 AND sha256 = ?2 AND (?3 IS NULL OR plugin = ?3) LIMIT 1",
        )
        .bind(columns::township_number(township))
        .bind(columns::digest_bytes(sha256))
        .bind(plugin.map(PluginId::as_str))
        .fetch_optional(&self.shared.readers)
        .await;
        row.and_then(|row| row.as_ref().map(upload_from).transpose()).map_err(not_read("attached picture"))
    }
}

async fn add(connection: &mut SqliteConnection, upload: &Upload) -> Result<(), sqlx::Error> {
    let Upload { module, picture, account, time_ms } = upload;
    sqlx::query(
        "INSERT INTO uploads (township, sha256, plugin, account, time_ms, width, height, bytes, attached, lived_ms) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, (SELECT lived_ms FROM lived_time)) \
         ON CONFLICT (township, sha256, plugin) DO UPDATE SET lived_ms = excluded.lived_ms",
    )
    .bind(columns::township_number(&module.township))
    .bind(columns::digest_bytes(&picture.sha256))
    .bind(module.plugin.as_str())
    .bind(account)
    .bind(time_ms)
    .bind(picture.width)
    .bind(picture.height)
    .bind(picture.bytes)
    .execute(connection)
    .await
    .map(drop)
}

async fn renew(
    connection: &mut SqliteConnection,
    module: &ModuleKey,
    sha256: &Digest,
) -> Result<Option<Upload>, sqlx::Error> {
    let row = sqlx::query(
        "UPDATE uploads SET lived_ms = (SELECT lived_ms FROM lived_time) \
         WHERE township = ? AND sha256 = ? AND plugin = ? RETURNING *",
    )
    .bind(columns::township_number(&module.township))
    .bind(columns::digest_bytes(sha256))
    .bind(module.plugin.as_str())
    .fetch_all(connection)
    .await?;
    row.first().map(upload_from).transpose()
}

/// Notes that the form of this event was accepted with these pictures.
pub(crate) async fn attach(connection: &mut SqliteConnection, event: &Event) -> Result<(), sqlx::Error> {
    let Some(plugin) = event.source.strip_prefix("page:") else { return Ok(()) };
    for picture in &event.pictures {
        sqlx::query("UPDATE uploads SET attached = 1 WHERE township = ? AND sha256 = ? AND plugin = ?")
            .bind(columns::township_number(&event.township))
            .bind(columns::digest_bytes(&picture.sha256))
            .bind(plugin)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Forgets what no accepted form named for a day; gives the pictures, whose bytes are to be judged.
pub(crate) async fn forget_left(store: &Store, lived_ms: TimestampMs) -> Result<Vec<Digest>, StoreError> {
    let before_ms = lived_ms.saturating_sub(LEFT_MS);
    store
        .change(move |connection| {
            Box::pin(async move {
                let rows = sqlx::query("DELETE FROM uploads WHERE attached = 0 AND lived_ms <= ? RETURNING sha256")
                    .bind(before_ms)
                    .fetch_all(connection)
                    .await?;
                Ok(rows.iter().map(|row| columns::digest(row, "sha256")).collect::<Result<Vec<_>, _>>()?)
            })
        })
        .await
}

fn upload_from(row: &SqliteRow) -> Result<Upload, sqlx::Error> {
    Ok(Upload {
        module: ModuleKey {
            township: columns::township_id(row.try_get("township")?)?,
            plugin: columns::parsed(row, "plugin")?,
        },
        picture: PictureRef {
            sha256: columns::digest(row, "sha256")?,
            width: columns::small(row, "width")?,
            height: columns::small(row, "height")?,
            bytes: columns::small(row, "bytes")?,
        },
        account: row.try_get("account")?,
        time_ms: row.try_get("time_ms")?,
    })
}
