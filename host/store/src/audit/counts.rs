//! How often cameras were looked at, by month: counted by the database while rows are written.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// Looks of one month for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookCount {
    /// The month in China, `2026-11`.
    pub month: String,
    /// Code of the purpose.
    pub purpose: String,
    /// Whether modules looked, not persons.
    pub by_module: bool,
    /// How many.
    pub looks: u64,
}

impl Store {
    /// Looks in the townships whose codes begin with one of `within`, from a month on; the newest month first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn look_counts(&self, within: Vec<String>, from_month: &str) -> Result<Vec<LookCount>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT month, purpose, by_module, sum(looks) AS looks FROM look_counts WHERE month >= ?2 AND EXISTS \
             (SELECT 1 FROM json_each(?1) WHERE substr(printf('%09d', look_counts.township), 1, length(value)) = value) \
             GROUP BY month, purpose, by_module ORDER BY month DESC, purpose, by_module",
        )
        .bind(columns::list(within))
        .bind(from_month)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(count_from).collect()).map_err(not_read("counts of looks"))
    }
}

fn count_from(row: &SqliteRow) -> Result<LookCount, sqlx::Error> {
    Ok(LookCount {
        month: row.try_get("month")?,
        purpose: row.try_get("purpose")?,
        by_module: row.try_get("by_module")?,
        looks: columns::uint(row, "looks")?,
    })
}
