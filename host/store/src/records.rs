//! Pages of records by key or by a declared index, ordered by (value, key).

use sqlx::Row;
use sqlx::SqlitePool;
use sqlx::TypeInfo;
use sqlx::ValueRef;
use sqlx::sqlite::SqliteRow;
use xl_model::effect::IndexValue;
use xl_model::id::ModuleKey;
use xl_model::record::MAX_PAGE;
use xl_model::record::Record;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;

use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

/// A value to compare with. SQLite orders integers before texts before bytes.
#[derive(Debug, Clone)]
enum Bound {
    Value(IndexValue),
    /// Before every value.
    Lowest,
    /// After every value.
    Highest,
}

/// Where a page ended: the index value, where the query goes by one, and the key.
type Mark = (Option<IndexValue>, String);

/// Answers a query of a module.
pub(crate) async fn find(
    readers: &SqlitePool,
    module: &ModuleKey,
    query: RecordQuery,
) -> Result<RecordPage, StoreError> {
    let after = query.after.as_deref().map(read_mark).transpose()?;
    let limit = query.limit.clamp(1, MAX_PAGE);
    let rows = match &query.index {
        Some(index) => by_index(readers, module, &query, index, after, limit).await,
        None => by_key(readers, module, &query, after, limit).await,
    };
    rows.and_then(|rows| page(&rows, query.index.is_some(), limit as usize)).map_err(not_read("records"))
}

async fn by_index(
    readers: &SqlitePool,
    module: &ModuleKey,
    query: &RecordQuery,
    index: &str,
    after: Option<Mark>,
    limit: u32,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let from = query.from.clone().map_or(Bound::Lowest, Bound::Value);
    let to = query.to.clone().map_or(Bound::Highest, Bound::Value);
    // The page begins at (value, key); a key followed by a zero byte is the next larger one.
    let (start, start_key, end) = match (query.descending, after) {
        (false, None) => (from, Bound::Lowest, to),
        (false, Some((value, key))) => {
            (value.map_or(Bound::Lowest, Bound::Value), Bound::Value(IndexValue::Text(key + "\0")), to)
        }
        (true, None) => (to, Bound::Highest, from),
        (true, Some((value, key))) => {
            (value.map_or(Bound::Highest, Bound::Value), Bound::Value(IndexValue::Text(key)), from)
        }
    };
    let sql = match query.descending {
        false => {
            "SELECT i.value, i.key, r.document FROM record_index AS i INDEXED BY record_index_by_value \
             CROSS JOIN records AS r ON r.number = i.record \
             WHERE i.module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) \
             AND i.collection = ? AND i.name = ? AND (i.value, i.key) >= (?, ?) AND i.value <= ? \
             ORDER BY i.value, i.key LIMIT ?"
        }
        true => {
            "SELECT i.value, i.key, r.document FROM record_index AS i INDEXED BY record_index_by_value \
             CROSS JOIN records AS r ON r.number = i.record \
             WHERE i.module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) \
             AND i.collection = ? AND i.name = ? AND (i.value, i.key) < (?, ?) AND i.value >= ? \
             ORDER BY i.value DESC, i.key DESC LIMIT ?"
        }
    };
    let sql = sqlx::query(sql)
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .bind(&query.collection)
        .bind(index);
    bind(bind(bind(sql, start), key(start_key)), end).bind(limit + 1).fetch_all(readers).await
}

async fn by_key(
    readers: &SqlitePool,
    module: &ModuleKey,
    query: &RecordQuery,
    after: Option<Mark>,
    limit: u32,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    // A key is a text, and every integer stands before every text.
    let from = match &query.from {
        Some(IndexValue::Text(from)) => Bound::Value(IndexValue::Text(from.clone())),
        Some(IndexValue::Integer(_)) | None => Bound::Lowest,
    };
    let to = match &query.to {
        Some(IndexValue::Text(to)) => Bound::Value(IndexValue::Text(to.clone())),
        Some(IndexValue::Integer(_)) => return Ok(Vec::new()),
        None => Bound::Highest,
    };
    let mark = after.map(|(_, key)| key);
    let (start, end) = match (query.descending, mark) {
        (false, None) => (from, to),
        (false, Some(key)) => (Bound::Value(IndexValue::Text(key + "\0")), to),
        // Keys up to and including `to` are those before its successor.
        (true, None) => match to {
            Bound::Value(IndexValue::Text(to)) => (Bound::Value(IndexValue::Text(to + "\0")), from),
            to => (to, from),
        },
        (true, Some(key)) => (Bound::Value(IndexValue::Text(key)), from),
    };
    let sql = match query.descending {
        false => {
            "SELECT key, document FROM records \
             WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) \
             AND collection = ? AND key >= ? AND key <= ? ORDER BY key LIMIT ?"
        }
        true => {
            "SELECT key, document FROM records \
             WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) \
             AND collection = ? AND key < ? AND key >= ? ORDER BY key DESC LIMIT ?"
        }
    };
    let sql = sqlx::query(sql)
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .bind(&query.collection);
    bind(bind(sql, key(start)), key(end)).bind(limit + 1).fetch_all(readers).await
}

type Query = sqlx::query::Query<'static, sqlx::Sqlite, sqlx::sqlite::SqliteArguments>;

fn bind(query: Query, bound: Bound) -> Query {
    match bound {
        Bound::Value(IndexValue::Integer(value)) => query.bind(value),
        Bound::Value(IndexValue::Text(value)) => query.bind(value),
        Bound::Lowest => query.bind(i64::MIN),
        Bound::Highest => query.bind(Vec::<u8>::new()),
    }
}

/// A bound of a column of texts, which would turn an integer into a text before it compares.
fn key(bound: Bound) -> Bound {
    match bound {
        Bound::Lowest => Bound::Value(IndexValue::Text(String::new())),
        bound => bound,
    }
}

fn page(rows: &[SqliteRow], indexed: bool, limit: usize) -> Result<RecordPage, sqlx::Error> {
    let mut page = RecordPage::default();
    for row in rows.iter().take(limit) {
        page.records.push(Record { key: row.try_get("key")?, document: row.try_get("document")? });
    }
    if rows.len() > limit
        && let Some(last) = rows[..limit].last()
    {
        let value = if indexed { Some(index_value(last)?) } else { None };
        page.next = Some(write_mark(&(value, last.try_get("key")?)));
    }
    Ok(page)
}

fn index_value(row: &SqliteRow) -> Result<IndexValue, sqlx::Error> {
    // The column takes both, so sqlx cannot check it.
    match row.try_get_raw("value")?.type_info().name() {
        "INTEGER" => Ok(IndexValue::Integer(row.try_get_unchecked("value")?)),
        _ => Ok(IndexValue::Text(row.try_get_unchecked("value")?)),
    }
}

fn write_mark(mark: &Mark) -> String {
    hex::encode(serde_json::to_vec(mark).expect("a mark is plain values"))
}

fn read_mark(text: &str) -> Result<Mark, StoreError> {
    let unknown = || StoreError::NotFound { what: "page of records", id: text.chars().take(64).collect() };
    let bytes = hex::decode(text).map_err(|_| unknown())?;
    serde_json::from_slice(&bytes).map_err(|_| unknown())
}
