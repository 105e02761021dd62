//! Upgrades that wait for an approval: at most one a module, gone with whatever else is swapped in.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;

use crate::Store;
use crate::StoreError;
use crate::modules::found;
use crate::not_read;
use crate::sqlite::columns;

/// An upgrade that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingUpgrade {
    /// The build that asks for more than the one that runs.
    pub digest: Digest,
    /// The settings that were asked for with it; `None`: those that hold.
    pub settings: Option<serde_json::Value>,
    /// The grants that were asked for with it; `None`: those that hold.
    pub grants: Option<Grants>,
    /// Who wanted to upgrade.
    pub asked_by: String,
    /// When.
    pub asked_ms: TimestampMs,
}

impl Store {
    /// Lets an upgrade wait, in place of another one that waited.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an unknown module, [`StoreError::Failed`].
    pub async fn let_upgrade_wait(&self, module: &ModuleKey, upgrade: WaitingUpgrade) -> Result<(), StoreError> {
        let module = module.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let written = sqlx::query(
                    "INSERT INTO waiting_upgrades (module, digest, settings, grants, asked_by, asked_ms) \
                     SELECT number, ?, ?, ?, ?, ? FROM modules WHERE township = ? AND plugin = ? \
                     ON CONFLICT (module) DO UPDATE SET digest = excluded.digest, settings = excluded.settings, \
                     grants = excluded.grants, asked_by = excluded.asked_by, asked_ms = excluded.asked_ms",
                )
                .bind(upgrade.digest.to_string())
                .bind(upgrade.settings.map(|settings| settings.to_string()))
                .bind(upgrade.grants.map(|it| serde_json::to_string(&it).expect("grants are plain values")))
                .bind(upgrade.asked_by)
                .bind(upgrade.asked_ms)
                .bind(columns::township_number(&module.township))
                .bind(module.plugin.as_str())
                .execute(connection)
                .await?;
                found(written.rows_affected() > 0, "module", module.to_string())
            })
        })
        .await
    }

    /// The upgrade of a module that waits, if one does.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn waiting_upgrade(&self, module: &ModuleKey) -> Result<Option<WaitingUpgrade>, StoreError> {
        let row = sqlx::query(
            "SELECT digest, settings, grants, asked_by, asked_ms FROM waiting_upgrades \
             WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?)",
        )
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_optional(&self.shared.readers)
        .await;
        row.and_then(|row| row.as_ref().map(waiting_from).transpose()).map_err(not_read("waiting upgrade"))
    }

    /// Forgets an upgrade that waits.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when this build does not wait, [`StoreError::Failed`].
    pub async fn forget_upgrade(&self, module: &ModuleKey, digest: &Digest) -> Result<(), StoreError> {
        let (module, digest) = (module.clone(), digest.to_string());
        self.change(move |connection| {
            Box::pin(async move {
                let removed = sqlx::query(
                    "DELETE FROM waiting_upgrades WHERE digest = ? \
                     AND module = (SELECT number FROM modules WHERE township = ? AND plugin = ?)",
                )
                .bind(digest.clone())
                .bind(columns::township_number(&module.township))
                .bind(module.plugin.as_str())
                .execute(connection)
                .await?;
                found(removed.rows_affected() > 0, "waiting upgrade", digest)
            })
        })
        .await
    }
}

fn waiting_from(row: &SqliteRow) -> Result<WaitingUpgrade, sqlx::Error> {
    let json = |column: &str| row.try_get::<Option<&str>, _>(column);
    Ok(WaitingUpgrade {
        digest: columns::parsed(row, "digest")?,
        settings: json("settings")?.map(serde_json::from_str).transpose().map_err(columns::decode)?,
        grants: json("grants")?.map(serde_json::from_str).transpose().map_err(columns::decode)?,
        asked_by: row.try_get("asked_by")?,
        asked_ms: row.try_get("asked_ms")?,
    })
}
