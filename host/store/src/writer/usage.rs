//! Adds what commits used to the days of their modules, and keeps the size of what each module stores.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use xl_model::day::Day;

use crate::modules::Commit;
use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;

// Each record stands in it once: nothing is taken away twice.
static TAKE_AWAY: MultiRow = MultiRow::new(
    "UPDATE modules SET stored_bytes = stored_bytes - gone.bytes FROM (SELECT r.module AS module, \
     sum(octet_length(r.collection) + octet_length(r.key) + octet_length(r.document)) AS bytes FROM (VALUES ",
    "(?,?,?)",
    3,
    ") AS v CROSS JOIN records AS r ON r.module = v.column1 AND r.collection = v.column2 AND r.key = v.column3 \
     GROUP BY r.module) AS gone WHERE modules.number = gone.module",
);
static ADD: MultiRow = MultiRow::new(
    "UPDATE modules SET stored_bytes = stored_bytes + v.column2 FROM (VALUES ",
    "(?,?)",
    2,
    ") AS v WHERE modules.number = v.column1",
);
static USED: MultiRow = MultiRow::new(
    "INSERT INTO module_usage (module, day, events, published, pictures, cpu_us, stored_bytes) \
     SELECT v.column1, v.column2, v.column3, v.column4, v.column5, v.column6, m.stored_bytes FROM (VALUES ",
    "(?,?,?,?,?,?)",
    6,
    ") AS v CROSS JOIN modules AS m WHERE m.number = v.column1 \
     ON CONFLICT (module, day) DO UPDATE SET events = events + excluded.events, \
     published = published + excluded.published, pictures = pictures + excluded.pictures, cpu_us = cpu_us + excluded.cpu_us, stored_bytes = excluded.stored_bytes",
);

/// Takes the size of records away that are about to be replaced or deleted, each by module, collection and key.
pub(super) async fn before(
    connection: &mut SqliteConnection,
    touched: &[(i64, &str, &str)],
) -> Result<(), sqlx::Error> {
    TAKE_AWAY
        .execute(connection, touched, |row, (module, collection, key)| {
            row.int(*module);
            row.text(collection);
            row.text(key);
        })
        .await
        .map(drop)
}

/// Adds the size of records that were written, by module.
pub(super) async fn after(
    connection: &mut SqliteConnection,
    written: impl Iterator<Item = (i64, usize)>,
) -> Result<(), sqlx::Error> {
    let mut sums: BTreeMap<i64, u64> = BTreeMap::new();
    for (module, bytes) in written {
        *sums.entry(module).or_default() += bytes as u64;
    }
    let sums: Vec<(i64, u64)> = sums.into_iter().collect();
    ADD.execute(connection, &sums, |row, (module, bytes)| {
        row.int(*module);
        row.int(columns::int(*bytes));
    })
    .await
    .map(drop)
}

/// Adds what commits used to the days of their modules; after their records.
pub(super) async fn used(connection: &mut SqliteConnection, commits: &[(i64, &Commit)]) -> Result<(), sqlx::Error> {
    let mut sums: BTreeMap<(i64, Day), [u64; 4]> = BTreeMap::new();
    for (module, commit) in commits {
        if let Some(used) = &commit.used {
            let sum = sums.entry((*module, used.day)).or_default();
            for (sum, more) in sum.iter_mut().zip([used.events, used.published, used.pictures, used.cpu_us]) {
                *sum = sum.saturating_add(more);
            }
        }
    }
    let sums: Vec<_> = sums.into_iter().collect();
    USED.execute(connection, &sums, |row, ((module, day), sums)| {
        row.int(*module);
        row.text(&day.to_string());
        for sum in sums {
            row.int(columns::int(*sum));
        }
    })
    .await
    .map(drop)
}

/// Bytes of a record as they are counted.
pub(super) fn bytes(collection: &str, key: &str, document: &str) -> usize {
    collection.len() + key.len() + document.len()
}
