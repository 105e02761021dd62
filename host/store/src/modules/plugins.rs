//! Installed plugin builds: a row each, and the component's bytes in a folder of their own.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_model::id::PluginId;

use crate::Store;
use crate::StoreError;
use crate::modules::Plugin;
use crate::modules::found;
use crate::not_read;
use crate::sqlite::columns;

impl Store {
    /// Keeps a plugin's bytes and manifest; the same digest twice changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Picture`] when the bytes are not stored, [`StoreError::Failed`].
    pub async fn install_plugin(&self, plugin: Plugin, component: bytes::Bytes) -> Result<(), StoreError> {
        // Held until the row is there, so that a removal cannot come in between.
        let turn = self.shared.plugins.turn(&plugin.digest).await;
        let stored = turn.put(&plugin.digest, component).await;
        stored.map_err(|source| StoreError::Picture { sha256: plugin.digest.to_string(), verb: "stored", source })?;
        let manifest = serde_json::to_string(&plugin.manifest).expect("a manifest is plain values");
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT OR IGNORE INTO plugins (digest, id, manifest, installed_ms, signature) VALUES (?, ?, ?, ?, ?)",
                )
                .bind(plugin.digest.as_str().to_owned())
                .bind(plugin.manifest.id.as_str().to_owned())
                .bind(manifest)
                .bind(plugin.installed_ms)
                .bind(plugin.signature)
                .execute(connection)
                .await?;
                Ok(())
            })
        })
        .await
    }

    /// Puts another signature to an installed build, as of `at_ms`.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn sign_plugin(&self, digest: &Digest, signature: String, at_ms: TimestampMs) -> Result<(), StoreError> {
        let id = digest.to_string();
        self.change(move |connection| {
            Box::pin(async move {
                let signed = sqlx::query("UPDATE plugins SET signature = ?, installed_ms = ? WHERE digest = ?")
                    .bind(signature)
                    .bind(at_ms)
                    .bind(id.clone())
                    .execute(connection)
                    .await?;
                found(signed.rows_affected() > 0, "plugin build", id)
            })
        })
        .await
    }

    /// All installed builds, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn plugins(&self) -> Result<Vec<Plugin>, StoreError> {
        let rows = sqlx::query("SELECT * FROM plugins ORDER BY installed_ms DESC, digest")
            .fetch_all(&self.shared.readers)
            .await;
        rows.and_then(|rows| rows.iter().map(plugin_from).collect()).map_err(not_read("plugins"))
    }

    /// One installed build and its bytes, checked against its digest.
    ///
    /// # Errors
    /// [`StoreError::NotRead`]; [`StoreError::Picture`] when the bytes are not there, [`StoreError::DamagedBytes`].
    pub async fn plugin(&self, digest: &Digest) -> Result<Option<(Plugin, bytes::Bytes)>, StoreError> {
        let row = sqlx::query("SELECT * FROM plugins WHERE digest = ?")
            .bind(digest.as_str())
            .fetch_optional(&self.shared.readers)
            .await;
        let plugin = row.and_then(|row| row.as_ref().map(plugin_from).transpose()).map_err(not_read("plugin"))?;
        let Some(plugin) = plugin else { return Ok(None) };
        match self.shared.plugins.get(digest).await? {
            Some(component) => Ok(Some((plugin, component))),
            None => {
                let source = "its bytes are gone".into();
                Err(StoreError::Picture { sha256: digest.to_string(), verb: "read", source })
            }
        }
    }

    /// Removes a plugin build that no module uses.
    ///
    /// # Errors
    /// [`StoreError::NotFound`]; [`StoreError::Exists`] when a module runs it, can roll back to it or waits for it;
    /// [`StoreError::Failed`]; [`StoreError::Picture`] when only its bytes remain.
    pub async fn remove_plugin(&self, digest: &Digest) -> Result<(), StoreError> {
        let turn = self.shared.plugins.turn(digest).await;
        let id = digest.to_string();
        self.change(move |connection| {
            Box::pin(async move {
                let used = sqlx::query(
                    "SELECT 1 FROM modules WHERE digest = ?1 OR previous = ?1 \
                     UNION ALL SELECT 1 FROM waiting_upgrades WHERE digest = ?1 LIMIT 1",
                )
                .bind(id.clone())
                .fetch_optional(&mut *connection)
                .await?;
                if used.is_some() {
                    return Err(StoreError::Exists { what: "a module of plugin build", id }.into());
                }
                let removed =
                    sqlx::query("DELETE FROM plugins WHERE digest = ?").bind(id.clone()).execute(connection).await?;
                found(removed.rows_affected() > 0, "plugin build", id)
            })
        })
        .await?;
        let removed = turn.remove(digest).await;
        removed.map_err(|source| StoreError::Picture { sha256: digest.to_string(), verb: "removed", source })?;
        Ok(())
    }

    /// Whether any build of this plugin is installed.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn has_plugin(&self, id: &PluginId) -> Result<bool, StoreError> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM plugins WHERE id = ?)")
            .bind(id.as_str())
            .fetch_one(&self.shared.readers)
            .await
            .map_err(not_read("plugin"))
    }
}

fn plugin_from(row: &SqliteRow) -> Result<Plugin, sqlx::Error> {
    Ok(Plugin {
        digest: columns::parsed(row, "digest")?,
        manifest: columns::json(row, "manifest")?,
        installed_ms: row.try_get("installed_ms")?,
        signature: row.try_get("signature")?,
    })
}
