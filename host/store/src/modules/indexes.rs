//! The declared indexes of a module's records. What a record has under them is written with it, so an index that a later
//! build declares is filled once from the records that are there; which ones are whole is kept beside them.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;
use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::effect::IndexValue;
use xl_model::id::ModuleKey;
use xl_model::manifest::Collection;
use xl_model::manifest::Index;

use crate::Store;
use crate::StoreError;
use crate::modules::found;
use crate::not_read;
use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;

/// Records that are read at once: with 64 KiB each they stay below 16 MiB.
const PART: u32 = 250;

static FILL: MultiRow = MultiRow::idempotent(
    "INSERT OR REPLACE INTO record_index (record, name, value, module, collection, key) VALUES ",
    "(?,?,?,?,?,?)",
    6,
    "",
);

/// An index: its collection, its name, where its value lies.
type Declared = BTreeSet<(String, String, String)>;

impl Store {
    /// Fills the indexes that `collections` declare and that do not hold every record yet; what is declared no more goes.
    ///
    /// Costs nothing but a look when all is as it was. Otherwise it is one transaction, during which nothing else is
    /// written: about a second for 50,000 records.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotRead`], [`StoreError::Failed`].
    pub async fn declare_indexes(&self, module: &ModuleKey, collections: Vec<Collection>) -> Result<(), StoreError> {
        let rows = sqlx::query(
            "SELECT collection, name, pointer FROM filled_indexes \
             WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?)",
        )
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_all(&self.shared.readers)
        .await;
        let filled = rows.and_then(|rows| rows.iter().map(declared_from).collect::<Result<Declared, _>>());
        if filled.map_err(not_read("indexes"))? == declared(&collections) {
            return Ok(());
        }
        let key = module.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let number: Option<i64> =
                    sqlx::query_scalar("SELECT number FROM modules WHERE township = ? AND plugin = ?")
                        .bind(columns::township_number(&key.township))
                        .bind(key.plugin.as_str())
                        .fetch_optional(&mut *connection)
                        .await?;
                found(number.is_some(), "module", key.to_string())?;
                Ok(fill(connection, number.unwrap_or_default(), &collections).await?)
            })
        })
        .await
    }
}

/// Brings the indexes of a module in line with its collections.
pub(super) async fn fill(
    connection: &mut SqliteConnection,
    module: i64,
    collections: &[Collection],
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query("SELECT collection, name, pointer FROM filled_indexes WHERE module = ?")
        .bind(module)
        .fetch_all(&mut *connection)
        .await?;
    let filled = rows.iter().map(declared_from).collect::<Result<Declared, _>>()?;
    let wanted = declared(collections);
    // One whose value lies elsewhere now is as good as none.
    for (collection, name, _) in filled.symmetric_difference(&wanted) {
        for forget in [
            "DELETE FROM record_index WHERE module = ? AND collection = ? AND name = ?",
            "DELETE FROM filled_indexes WHERE module = ? AND collection = ? AND name = ?",
        ] {
            sqlx::query(forget).bind(module).bind(collection).bind(name).execute(&mut *connection).await?;
        }
    }
    let mut fresh: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (collection, name, pointer) in wanted.difference(&filled) {
        fresh.entry(collection).or_default().push((name, pointer));
        sqlx::query("INSERT INTO filled_indexes (module, collection, name, pointer) VALUES (?, ?, ?, ?)")
            .bind(module)
            .bind(collection)
            .bind(name)
            .bind(pointer)
            .execute(&mut *connection)
            .await?;
    }
    for (collection, indexes) in fresh {
        fill_collection(connection, module, collection, &indexes).await?;
    }
    Ok(())
}

async fn fill_collection(
    connection: &mut SqliteConnection,
    module: i64,
    collection: &str,
    indexes: &[(&str, &str)],
) -> Result<(), sqlx::Error> {
    let mut after = String::new();
    loop {
        let rows = sqlx::query(
            "SELECT number, key, document FROM records WHERE module = ? AND collection = ? AND key > ? \
             ORDER BY key LIMIT ?",
        )
        .bind(module)
        .bind(collection)
        .bind(&after)
        .bind(PART)
        .fetch_all(&mut *connection)
        .await?;
        let mut entries = Vec::with_capacity(rows.len() * indexes.len());
        for row in &rows {
            let (number, key): (i64, &str) = (row.try_get("number")?, row.try_get("key")?);
            let document: Value = columns::json(row, "document")?;
            let values = indexes.iter().filter_map(|(name, at)| Some((*name, IndexValue::in_document(&document, at)?)));
            // A record from before the index was held to no length there; it stays out until it is written anew.
            let values = values.filter(|(_, value)| value.fits());
            entries.extend(values.map(|(name, value)| (number, name, value, key)));
        }
        FILL.execute(connection, &entries, |row, (number, name, value, key)| {
            row.int(*number);
            row.text(name);
            match value {
                IndexValue::Integer(value) => row.int(*value),
                IndexValue::Text(value) => row.text(value),
            }
            row.int(module);
            row.text(collection);
            row.text(key);
        })
        .await?;
        match rows.last() {
            Some(last) if rows.len() == PART as usize => after = last.try_get("key")?,
            _ => return Ok(()),
        }
    }
}

fn declared(collections: &[Collection]) -> Declared {
    let all = collections.iter().flat_map(|it| it.indexes.iter().map(|index| (&it.name, index)));
    all.map(|(collection, Index { name, pointer })| (collection.clone(), name.clone(), pointer.clone())).collect()
}

fn declared_from(row: &SqliteRow) -> Result<(String, String, String), sqlx::Error> {
    Ok((row.try_get("collection")?, row.try_get("name")?, row.try_get("pointer")?))
}
