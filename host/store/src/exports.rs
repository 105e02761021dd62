//! Exports: asked for, decided, made, fetched, ended. What may follow what is decided here in one statement each.

use sqlx::Row;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteRow;
use xl_model::audit::Actor;
use xl_model::clock::TimestampMs;
use xl_model::export::Decided;
use xl_model::export::Export;
use xl_model::export::NewExport;
use xl_model::export::Package;
use xl_model::export::Receipt;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// How long a person's exports count against his daily number.
const DAY_MS: i64 = 86_400_000;

/// Which exports somebody looks for, the newest first.
#[derive(Debug, Clone, Default)]
pub struct ExportFilter {
    /// Only of this township.
    pub township: Option<TownshipId>,
    /// Only townships whose code begins with one of these digits.
    pub within: Option<Vec<String>>,
    /// Only those before this number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

impl Store {
    /// Keeps what somebody asks for; nothing when he asked for `most_a_day` within the last 24 hours already.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn ask_export(
        &self,
        new: NewExport,
        by: &Actor,
        now_ms: TimestampMs,
        lapses_ms: TimestampMs,
        most_a_day: u32,
    ) -> Result<Option<Export>, StoreError> {
        let (by, unit) = (by.who.to_string(), by.unit.to_string());
        self.change(move |connection| {
            Box::pin(async move {
                let wish = serde_json::to_string(&new).expect("texts and numbers always serialize");
                let number: Option<i64> = sqlx::query_scalar(
                    "INSERT INTO exports (township, wish, asked_by, asked_ms, lapses_ms, fetched, asked_unit) \
                     SELECT ?1, ?2, ?3, ?4, ?5, 0, ?8 WHERE (SELECT count(*) FROM exports \
                     WHERE asked_by = ?3 AND asked_ms > ?4 - ?6) < ?7 RETURNING number",
                )
                .bind(columns::township_number(&new.township))
                .bind(wish)
                .bind(&by)
                .bind(now_ms)
                .bind(lapses_ms)
                .bind(DAY_MS)
                .bind(most_a_day)
                .bind(&unit)
                .fetch_optional(connection)
                .await?;
                Ok(number.map(|number| Export {
                    number: u64::try_from(number).unwrap_or_default(),
                    new,
                    asked_by: by,
                    asked_unit: unit,
                    asked_ms: now_ms,
                    lapses_ms,
                    decided: None,
                    package: None,
                    receipt: None,
                }))
            })
        })
        .await
    }

    /// Writes down what somebody else said; false when it was decided or has lapsed, or it is his own.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn decide_export(
        &self,
        township: &TownshipId,
        number: u64,
        decided: Decided,
    ) -> Result<bool, StoreError> {
        let statement = sqlx::query(
            "UPDATE exports SET agreed = ?1, decided_by = ?2, decided_ms = ?3, decided_words = ?4 \
             WHERE township = ?5 AND number = ?6 AND agreed IS NULL AND lapses_ms > ?3 AND asked_by <> ?2",
        )
        .bind(decided.agreed)
        .bind(&decided.by)
        .bind(decided.at_ms)
        .bind(&decided.words)
        .bind(columns::township_number(township))
        .bind(columns::int(number));
        self.changes_one(statement).await
    }

    /// Writes down what was made. What was made before stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn export_made(&self, export: &Export, package: Package) -> Result<(), StoreError> {
        let (township, number) = (columns::township_number(&export.new.township), columns::int(export.number));
        let statement = sqlx::query(
            "UPDATE exports SET sha256 = ?, bytes = ?, pictures = ?, until_ms = ? \
             WHERE township = ? AND number = ? AND agreed = 1 AND sha256 IS NULL",
        )
        .bind(&package.sha256)
        .bind(columns::int(package.bytes))
        .bind(columns::int(package.pictures))
        .bind(package.until_ms)
        .bind(township)
        .bind(number);
        self.changes_one(statement).await.map(drop)
    }

    /// Counts that somebody fetched it; false when it cannot be fetched at `now_ms`.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn export_fetched(
        &self,
        township: &TownshipId,
        number: u64,
        now_ms: TimestampMs,
    ) -> Result<bool, StoreError> {
        let statement = sqlx::query(
            "UPDATE exports SET fetched = fetched + 1 \
             WHERE township = ? AND number = ? AND gone_ms IS NULL AND until_ms > ?",
        )
        .bind(columns::township_number(township))
        .bind(columns::int(number))
        .bind(now_ms);
        self.changes_one(statement).await
    }

    /// Writes down that the hub's own file is deleted.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn export_gone(&self, export: &Export, now_ms: TimestampMs) -> Result<(), StoreError> {
        let (township, number) = (columns::township_number(&export.new.township), columns::int(export.number));
        let statement =
            sqlx::query("UPDATE exports SET gone_ms = ? WHERE township = ? AND number = ? AND gone_ms IS NULL")
                .bind(now_ms)
                .bind(township)
                .bind(number);
        self.changes_one(statement).await.map(drop)
    }

    /// Writes down that it was destroyed outside; false when that stands there, nothing was fetched, or it can still be fetched.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn export_receipt(
        &self,
        township: &TownshipId,
        number: u64,
        receipt: Receipt,
    ) -> Result<bool, StoreError> {
        let statement = sqlx::query(
            "UPDATE exports SET receipt_by = ?, receipt_ms = ?, receipt_words = ? \
             WHERE township = ? AND number = ? AND fetched > 0 AND receipt_by IS NULL AND until_ms <= ?",
        )
        .bind(&receipt.by)
        .bind(receipt.at_ms)
        .bind(&receipt.words)
        .bind(columns::township_number(township))
        .bind(columns::int(number))
        .bind(receipt.at_ms);
        self.changes_one(statement).await
    }

    /// Whether the statement changed a row, in the next commit.
    async fn changes_one(&self, statement: Query<'static, Sqlite, SqliteArguments>) -> Result<bool, StoreError> {
        self.change(move |connection| {
            Box::pin(async move { Ok(statement.execute(connection).await?.rows_affected() == 1) })
        })
        .await
    }

    /// An export of a township by its number.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn export(&self, township: &TownshipId, number: u64) -> Result<Option<Export>, StoreError> {
        self.flush().await;
        let row = sqlx::query("SELECT * FROM exports WHERE township = ? AND number = ?")
            .bind(columns::township_number(township))
            .bind(columns::int(number))
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(export_from).transpose()).map_err(not_read("exports"))
    }

    /// Exports that pass `filter`, the newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn exports(&self, filter: &ExportFilter) -> Result<Vec<Export>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT * FROM exports AS e WHERE (?1 IS NULL OR township = ?1) AND (?2 IS NULL OR EXISTS (SELECT 1 \
             FROM json_each(?2) WHERE substr(printf('%09d', e.township), 1, length(value)) = value)) \
             AND (?3 IS NULL OR number < ?3) ORDER BY number DESC LIMIT ?4",
        )
        .bind(filter.township.as_ref().map(columns::township_number))
        .bind(filter.within.clone().map(columns::list))
        .bind(filter.before.map(columns::int))
        .bind(filter.limit)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(export_from).collect()).map_err(not_read("exports"))
    }

    /// What is to be made, and what is past its time and still lies here.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn exports_in_work(&self, now_ms: TimestampMs) -> Result<Vec<Export>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT * FROM exports WHERE agreed = 1 AND (sha256 IS NULL OR (gone_ms IS NULL AND until_ms <= ?)) \
             ORDER BY number",
        )
        .bind(now_ms)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(export_from).collect()).map_err(not_read("exports"))
    }

    /// What was fetched and is over at `now_ms`, while nobody confirmed that it was destroyed outside; what is over longest first.
    ///
    /// Only in townships whose codes begin with one of these digits; nothing said: in all.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn exports_owed(
        &self,
        within: Option<Vec<String>>,
        now_ms: TimestampMs,
    ) -> Result<Vec<Export>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT * FROM exports AS e WHERE fetched > 0 AND receipt_by IS NULL AND until_ms <= ?1 AND (?2 IS NULL OR \
             EXISTS (SELECT 1 FROM json_each(?2) WHERE substr(printf('%09d', e.township), 1, length(value)) = value)) \
             ORDER BY until_ms, number",
        )
        .bind(now_ms)
        .bind(within.map(columns::list))
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(export_from).collect()).map_err(not_read("exports"))
    }

    /// The same in the whole hub for what was over at `over_ms`, as far as no row of the audit log told that it is overdue.
    ///
    /// Such a row, `export.receipt-overdue` about the export, marks it in its own commit.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn exports_untold(&self, over_ms: TimestampMs) -> Result<Vec<Export>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT * FROM exports WHERE fetched > 0 AND receipt_by IS NULL AND until_ms <= ? AND overdue_ms IS NULL \
             ORDER BY until_ms",
        )
        .bind(over_ms)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(export_from).collect()).map_err(not_read("exports"))
    }
}

fn export_from(row: &SqliteRow) -> Result<Export, sqlx::Error> {
    let decided = match row.try_get::<Option<bool>, _>("agreed")? {
        Some(agreed) => Some(Decided {
            agreed,
            by: row.try_get("decided_by")?,
            at_ms: row.try_get("decided_ms")?,
            words: row.try_get("decided_words")?,
        }),
        None => None,
    };
    let package = match row.try_get::<Option<String>, _>("sha256")? {
        Some(sha256) => Some(Package {
            sha256,
            bytes: columns::uint(row, "bytes")?,
            pictures: columns::uint(row, "pictures")?,
            until_ms: row.try_get("until_ms")?,
            fetched: columns::uint(row, "fetched")?,
            gone_ms: row.try_get("gone_ms")?,
        }),
        None => None,
    };
    let receipt = match row.try_get::<Option<String>, _>("receipt_by")? {
        Some(by) => Some(Receipt { by, at_ms: row.try_get("receipt_ms")?, words: row.try_get("receipt_words")? }),
        None => None,
    };
    Ok(Export {
        number: columns::uint(row, "number")?,
        new: columns::json(row, "wish")?,
        asked_by: row.try_get("asked_by")?,
        asked_unit: row.try_get("asked_unit")?,
        asked_ms: row.try_get("asked_ms")?,
        lapses_ms: row.try_get("lapses_ms")?,
        decided,
        package,
        receipt,
    })
}
