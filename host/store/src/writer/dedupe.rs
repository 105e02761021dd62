//! Recognises events that come again.
//!
//! One key per event in a table of its own, so that the log needs no unique index over long texts. A key begins with a
//! hash of township and source and goes on with the id as it is where it is short: ids count up, so the keys of one
//! source that lie together in time lie together in the table, and a commit touches few pages.

use std::collections::HashSet;

use sha2::Digest;
use sha2::Sha256;
use sqlx::Row;
use sqlx::SqliteConnection;
use uuid::Uuid;
use xl_model::event::NewEvent;

use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;

/// Bytes of the hash of township and source. Sources are registered, so nobody can search for two that collide.
const SOURCE_BYTES: usize = 8;

/// Longest id that stands in the key as it is.
const PLAIN_BYTES: usize = 24;

/// How much of a longer id stands before its hash, to keep neighbours together.
const PREFIX_BYTES: usize = 8;

/// Bytes of the hash of a longer id. A source that made two of its own ids collide would only lose its own event.
const ID_BYTES: usize = 16;

static INSERT: MultiRow = MultiRow::idempotent("INSERT OR IGNORE INTO dedupe (key) VALUES ", "(?)", 1, "");
static KNOWN: MultiRow = MultiRow::idempotent("SELECT key FROM dedupe WHERE key IN (", "?", 1, ")");
static FORGET: MultiRow = MultiRow::idempotent("DELETE FROM dedupe WHERE key IN (", "?", 1, ")");

/// Under what an event is recognised.
pub(super) fn key(event: &NewEvent) -> Vec<u8> {
    key_of(event.township.as_str(), &event.source, &event.id)
}

fn key_of(township: &str, source: &str, id: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(SOURCE_BYTES + 1 + PLAIN_BYTES);
    let owner = Sha256::new().chain_update(township).chain_update(source).finalize();
    key.extend_from_slice(&owner[..SOURCE_BYTES]);
    if let Some(uuid) = plain_uuid(id) {
        key.push(b'u');
        key.extend_from_slice(uuid.as_bytes());
    } else if id.len() <= PLAIN_BYTES {
        key.push(b'p');
        key.extend_from_slice(id.as_bytes());
    } else {
        key.push(b'h');
        key.extend_from_slice(&id.as_bytes()[..PREFIX_BYTES]);
        key.extend_from_slice(&Sha256::digest(id)[..ID_BYTES]);
    }
    key
}

/// A UUID in its usual form; any other spelling of it is another id.
fn plain_uuid(id: &str) -> Option<Uuid> {
    let uuid = if id.len() == 36 { Uuid::try_parse(id).ok()? } else { return None };
    (uuid.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == id).then_some(uuid)
}

/// Writes keys and says whether all of them were new. When not, the transaction must be rolled back.
pub(super) async fn insert(connection: &mut SqliteConnection, keys: &[&[u8]]) -> Result<bool, sqlx::Error> {
    let inserted = INSERT.execute(connection, keys, |row, key| row.blob(key)).await?;
    Ok(inserted == keys.len() as u64)
}

/// Which of `keys` are there.
pub(super) async fn known(connection: &mut SqliteConnection, keys: &[&[u8]]) -> Result<HashSet<Vec<u8>>, sqlx::Error> {
    let rows = KNOWN.fetch(connection, keys, |row, key| row.blob(key)).await?;
    rows.iter().map(|row| row.try_get("key")).collect()
}

/// Forgets events that were stored under these townships, sources and ids.
pub(crate) async fn forget(
    connection: &mut SqliteConnection,
    events: &[(i64, String, String)],
) -> Result<(), sqlx::Error> {
    let keys =
        events.iter().map(|(township, source, id)| Ok(key_of(columns::township_id(*township)?.as_str(), source, id)));
    let keys = keys.collect::<Result<Vec<_>, sqlx::Error>>()?;
    FORGET.execute(connection, &keys, |row, key| row.blob(key)).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn different_ids_never_share_a_key() {
        let uuid = "0193f1c2-7b3d-7abc-8def-0123456789ab";
        let ids = [
            uuid,
            &uuid.to_uppercase(),
            &uuid.replace('-', ""),
            "a",
            "",
            "123456789012345678901234",
            "1234567890123456789012345",
            "1234567890123456789012346",
        ];
        let mut keys = HashSet::new();
        for (township, source) in [("371122102", "a"), ("371122103", "a"), ("371122102", "b")] {
            for id in ids {
                assert!(keys.insert(key_of(township, source, id)), "{township} {source} {id}");
            }
        }
    }

    #[test]
    fn ids_that_count_up_have_keys_that_count_up() {
        let keys: Vec<_> = (100..200).map(|n| key_of("371122102", "a", &format!("gh-1-{n}"))).collect();
        assert!(keys.is_sorted());
    }
}
