//! Keeps versions of records that their modules delete or replace while a hold covers them.
//!
//! Asked only while some hold is in force. What covers a record is what retention asks too ([`Scope::covers_record`]); when a
//! version goes at last is `retention::versions`. To its module it is gone, and is counted no more.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use sqlx::Row as _;
use sqlx::SqliteConnection;
use xl_model::hold::Scope;
use xl_model::id::Kind;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;

use crate::holds;
use crate::holds::Glance;
use crate::modules::Commit;
use crate::sqlite::rows::MultiRow;

/// Records that are looked at together: with 64 KiB each they stay below 16 MiB.
const CHUNK: usize = 250;

/// Holds of a township, by number.
type Holds = Vec<(u64, Scope)>;

static GOING: MultiRow = MultiRow::new(
    "SELECT r.number, r.module, r.collection, r.key, r.document FROM (VALUES ",
    "(?,?,?)",
    3,
    ") AS v CROSS JOIN records AS r WHERE r.module = v.column1 AND r.collection = v.column2 AND r.key = v.column3",
);

/// Keeps what is held of `going`: records by module, collection and key, with what is written in their place.
///
/// Before they are written. A module waits for the answer to its commit, so between two commits of one transaction there is
/// no version that anybody saw.
pub(super) async fn keep(
    connection: &mut SqliteConnection,
    commits: &[(i64, &Commit)],
    going: &BTreeMap<(i64, &str, &str), Option<&str>>,
    glance: Glance,
) -> Result<(), sqlx::Error> {
    let mut in_force: BTreeMap<&TownshipId, Holds> = BTreeMap::new();
    for (_, commit) in commits {
        let township = &commit.module.township;
        if let Entry::Vacant(entry) = in_force.entry(township) {
            entry.insert(holds::in_force(connection, township, glance.lived_ms, glance.wall_ms).await?);
        }
    }
    in_force.retain(|_, holds| !holds.is_empty());
    let mut asked: BTreeMap<i64, (&PluginId, &Holds)> = BTreeMap::new();
    for (module, commit) in commits {
        if let Some(holds) = in_force.get(&commit.module.township) {
            asked.insert(*module, (&commit.module.plugin, holds));
        }
    }
    let places: Vec<(i64, &str, &str)> =
        going.keys().filter(|(module, _, _)| asked.contains_key(module)).copied().collect();
    for part in places.chunks(CHUNK) {
        let rows = GOING
            .fetch(connection, part, |row, (module, collection, key)| {
                row.int(*module);
                row.text(collection);
                row.text(key);
            })
            .await?;
        let mut held: Vec<i64> = Vec::new();
        for row in &rows {
            let (module, collection): (i64, &str) = (row.try_get("module")?, row.try_get("collection")?);
            let (key, document): (&str, &str) = (row.try_get("key")?, row.try_get("document")?);
            let Some((plugin, holds)) = asked.get(&module) else { continue };
            // What is written again as it was does not go.
            if going.get(&(module, collection, key)) == Some(&Some(document)) {
                continue;
            }
            let kind = Kind::of_records(plugin, collection);
            if holds.iter().any(|(_, scope)| scope.covers_record(&kind, key, document)) {
                held.push(row.try_get("number")?);
            }
        }
        if !held.is_empty() {
            write(connection, held, glance).await?;
        }
    }
    Ok(())
}

/// Writes versions as they stand, by `records.number`.
async fn write(connection: &mut SqliteConnection, numbers: Vec<i64>, glance: Glance) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO held_versions (module, collection, key, document, written_lived, went_lived, went_ms) \
         SELECT r.module, r.collection, r.key, r.document, r.written_lived, ?2, ?3 \
         FROM json_each(?1) AS held CROSS JOIN records AS r ON r.number = held.value",
    )
    .bind(serde_json::Value::from(numbers).to_string())
    .bind(glance.lived_ms)
    .bind(glance.wall_ms)
    .execute(connection)
    .await
    .map(drop)
}
