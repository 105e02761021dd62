//! Statements over many rows: prepared once per size, executed a few hundred rows at a time.
//!
//! Row by row, a statement costs 20 µs of CPU and more; its share of a multi-row statement is below 1 µs.

use std::sync::Arc;
use std::sync::OnceLock;

use sqlx::Arguments;
use sqlx::AssertSqlSafe;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteArguments;
use sqlx::sqlite::SqliteRow;

/// Sizes are powers of two up to this, so that few statements are prepared. 256 rows of 12 columns are far below
/// SQLite's 32,766 parameters; larger ones save nothing measurable.
///
const MOST_ROWS: usize = 256;

/// How many sizes there are: 1, 2, 4 … 256.
const SIZES: usize = 9;

/// A statement with a list of rows in its middle.
pub(crate) struct MultiRow {
    head: &'static str,
    row: &'static str,
    columns: usize,
    tail: &'static str,
    /// Whether a row may stand in it twice and means the same.
    is_idempotent: bool,
    texts: [OnceLock<Arc<str>>; SIZES],
}

impl MultiRow {
    /// A statement of `head`, one `row` with `columns` parameters for each row, and `tail`.
    pub(crate) const fn new(head: &'static str, row: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, row, columns, tail, is_idempotent: false, texts: [const { OnceLock::new() }; SIZES] }
    }

    /// As [`MultiRow::new`], for a statement that means the same when a row stands in it twice: what does not fill a size
    /// repeats its last row. Handing a statement to SQLite's thread and waiting for it costs 20 µs and more, a row 1 µs.
    pub(crate) const fn idempotent(head: &'static str, row: &'static str, columns: usize, tail: &'static str) -> Self {
        Self { head, row, columns, tail, is_idempotent: true, texts: [const { OnceLock::new() }; SIZES] }
    }

    /// Executes it over all `rows` in order and returns how many rows of the table changed.
    pub(crate) async fn execute<T>(
        &'static self,
        connection: &mut SqliteConnection,
        rows: &[T],
        bind: impl Fn(&mut Row, &T),
    ) -> Result<u64, sqlx::Error> {
        let mut changed = 0;
        for part in self.parts(rows) {
            let query = sqlx::query_with(AssertSqlSafe(self.text(part.len())), self.arguments(part, &bind)?);
            changed += query.execute(&mut *connection).await?.rows_affected();
        }
        Ok(changed)
    }

    /// Executes it over all `rows` and returns everything it selects.
    pub(crate) async fn fetch<T>(
        &'static self,
        connection: &mut SqliteConnection,
        rows: &[T],
        bind: impl Fn(&mut Row, &T),
    ) -> Result<Vec<SqliteRow>, sqlx::Error> {
        let mut found = Vec::new();
        for part in self.parts(rows) {
            let query = sqlx::query_with(AssertSqlSafe(self.text(part.len())), self.arguments(part, &bind)?);
            found.append(&mut query.fetch_all(&mut *connection).await?);
        }
        Ok(found)
    }

    /// Cuts `rows` into parts of 256; what is left over stays together, or is cut into powers of two.
    fn parts<'r, T>(&self, mut rows: &'r [T]) -> impl Iterator<Item = &'r [T]> {
        let is_idempotent = self.is_idempotent;
        std::iter::from_fn(move || {
            if rows.is_empty() {
                return None;
            }
            let size = if is_idempotent { rows.len() } else { 1 << rows.len().ilog2() };
            let (part, rest) = rows.split_at(size.min(MOST_ROWS));
            rows = rest;
            Some(part)
        })
    }

    fn arguments<T>(&self, rows: &[T], bind: &impl Fn(&mut Row, &T)) -> Result<SqliteArguments, sqlx::Error> {
        let mut arguments = SqliteArguments::default();
        // Without repetitions a part is of a size already.
        let size = rows.len().next_power_of_two();
        arguments.reserve(size * self.columns, 0);
        let mut row = Row { arguments, refused: None };
        let filler = rows.last().into_iter().cycle().take(size - rows.len());
        for item in rows.iter().chain(filler) {
            bind(&mut row, item);
        }
        debug_assert_eq!(row.arguments.len(), size * self.columns, "{}", self.head);
        match row.refused {
            None => Ok(row.arguments),
            Some(error) => Err(sqlx::Error::Encode(error)),
        }
    }

    // Safe to assert: made of literals of this crate and a count; every value is bound.
    fn text(&self, rows: usize) -> Arc<str> {
        let rows = rows.next_power_of_two();
        let text = self.texts[rows.trailing_zeros() as usize].get_or_init(|| {
            let mut text = String::with_capacity(self.head.len() + (self.row.len() + 1) * rows + self.tail.len());
            text.push_str(self.head);
            for index in 0..rows {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(self.row);
            }
            text.push_str(self.tail);
            text.into()
        });
        Arc::clone(text)
    }
}

/// Takes the values of a row, in the order of its columns.
pub(crate) struct Row {
    arguments: SqliteArguments,
    refused: Option<sqlx::error::BoxDynError>,
}

impl Row {
    /// An integer.
    pub(crate) fn int(&mut self, value: i64) {
        self.add(value);
    }

    /// An integer, or nothing.
    pub(crate) fn opt_int(&mut self, value: Option<i64>) {
        self.add(value);
    }

    /// A text, copied.
    pub(crate) fn text(&mut self, value: &str) {
        self.add(value.to_owned());
    }

    /// A text, copied, or nothing.
    pub(crate) fn opt_text(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.text(value),
            None => self.add(None::<i64>),
        }
    }

    /// A text, shared.
    pub(crate) fn shared(&mut self, value: &Arc<str>) {
        self.add(Arc::clone(value));
    }

    /// A text, shared, or nothing.
    pub(crate) fn opt_shared(&mut self, value: Option<&Arc<str>>) {
        match value {
            Some(value) => self.shared(value),
            None => self.add(None::<i64>),
        }
    }

    /// Bytes, copied.
    pub(crate) fn blob(&mut self, value: &[u8]) {
        self.add(value.to_vec());
    }

    fn add<'t, T: sqlx::Encode<'t, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>>(&mut self, value: T) {
        if let Err(error) = self.arguments.add(value) {
            self.refused = Some(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use sqlx::Connection;
    use sqlx::Row as _;

    use super::*;

    static PUT: MultiRow = MultiRow::idempotent("INSERT OR IGNORE INTO n (n) VALUES ", "(?)", 1, "");
    static ADD: MultiRow = MultiRow::new("INSERT INTO n (n) VALUES ", "(?)", 1, "");
    static FIND: MultiRow = MultiRow::new("SELECT n FROM n WHERE n IN (", "?", 1, ")");

    #[test]
    fn rows_are_cut_into_powers_of_two_of_at_most_256_unless_they_may_be_repeated() {
        let rows = vec![(); 256 + 256 + 128 + 5];
        assert_eq!(ADD.parts(&rows).map(<[()]>::len).collect::<Vec<_>>(), [256, 256, 128, 4, 1]);
        assert_eq!(PUT.parts(&rows).map(<[()]>::len).collect::<Vec<_>>(), [256, 256, 133]);
        assert_eq!(ADD.parts(&[0; 0]).count(), 0);
    }

    #[tokio::test]
    async fn whatever_their_number_each_row_counts_once() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        sqlx::query("CREATE TABLE n (n INTEGER PRIMARY KEY)").execute(&mut connection).await.unwrap();
        let mut from = 0;
        for count in [0, 1, 2, 3, 5, 127, 128, 255, 256, 257, 700] {
            for statement in [&PUT, &ADD] {
                let rows: Vec<i64> = (from..from + count).collect();
                from += count;
                let changed = statement.execute(&mut connection, &rows, |row, n| row.int(*n)).await.unwrap();
                assert_eq!(changed, rows.len() as u64);
            }
            let rows: Vec<i64> = (from - count..from).collect();
            let found = FIND.fetch(&mut connection, &rows, |row, n| row.int(*n)).await.unwrap();
            assert_eq!(found.iter().map(|row| row.get::<i64, _>("n")).collect::<Vec<_>>(), rows);
        }
    }
}
