//! Public links as the pages and the console read them; issued and revoked by commits.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::id::ModuleKey;

use crate::Store;
use crate::StoreError;
use crate::modules::Link;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::later::Later;

impl Store {
    /// A public link.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn link(&self, code: &str) -> Result<Option<Link>, StoreError> {
        let row = sqlx::query(
            "SELECT l.*, m.township, m.plugin FROM links AS l JOIN modules AS m ON m.number = l.module WHERE l.code = ?",
        )
        .bind(code)
        .fetch_optional(&self.shared.readers)
        .await;
        row.and_then(|row| row.as_ref().map(link_from).transpose()).map_err(not_read("link"))
    }

    /// The links of a module.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn links(&self, module: &ModuleKey) -> Result<Vec<Link>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT l.*, m.township, m.plugin FROM modules AS m CROSS JOIN links AS l ON l.module = m.number \
             WHERE m.township = ? AND m.plugin = ? ORDER BY l.code",
        )
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(link_from).collect()).map_err(not_read("links"))
    }

    /// Counts a view of a link. Not durable: joins the next commit.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn count_view(&self, code: &str) -> Result<(), StoreError> {
        self.later(Later { views: [(code.to_owned(), 1)].into(), ..Later::default() }).await
    }
}

fn link_from(row: &SqliteRow) -> Result<Link, sqlx::Error> {
    Ok(Link {
        code: row.try_get("code")?,
        module: ModuleKey {
            township: columns::township_id(row.try_get("township")?)?,
            plugin: columns::parsed(row, "plugin")?,
        },
        page: row.try_get("page")?,
        query: row.try_get("query")?,
        revoked: row.try_get("revoked")?,
        views: columns::uint(row, "views")?,
    })
}
