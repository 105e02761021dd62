//! Pictures go when no event of any township names them any more, and none waits for a form to be accepted.

use std::collections::BTreeMap;
use std::collections::HashSet;

use xl_model::clock::TimestampMs;
use xl_model::id::Digest;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::objects;
use crate::sqlite::columns;

/// Pictures of one question.
const CHUNK: usize = 1000;

/// Milliseconds of an hour.
const HOUR_MS: TimestampMs = 3_600_000;

/// Removes those of `candidates` that no event of any township names; gives their number and their bytes.
pub(super) async fn remove(store: &Store, candidates: Vec<Digest>) -> Result<(u64, u64), StoreError> {
    let mut folders: BTreeMap<usize, Vec<Digest>> = BTreeMap::new();
    for sha256 in candidates {
        folders.entry(objects::first(&sha256)).or_default().push(sha256);
    }
    let (mut removed, mut bytes) = (0, 0);
    for candidates in folders.into_values() {
        // Nobody can put one of these until they are judged.
        let turn = store.shared.pictures.turn(&candidates[0]).await;
        let candidates = turn.settled(&candidates);
        let named = named(store, &candidates).await.map_err(not_read("pictures of events"))?;
        for sha256 in candidates.iter().filter(|it| !named.contains(*it)) {
            let gone = turn.remove(sha256).await.map_err(|source| not_removed(sha256.to_string(), source))?;
            removed += u64::from(gone.is_some());
            bytes += gone.unwrap_or_default();
        }
    }
    Ok((removed, bytes))
}

async fn named(store: &Store, candidates: &[Digest]) -> Result<HashSet<Digest>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT DISTINCT sha256 FROM event_pictures WHERE sha256 IN (SELECT unhex(value) FROM json_each(?1)) \
         UNION SELECT sha256 FROM uploads WHERE sha256 IN (SELECT unhex(value) FROM json_each(?1))",
    )
    .bind(digest_list(candidates))
    .fetch_all(&store.shared.readers)
    .await?;
    rows.iter().map(|row| columns::digest(row, "sha256")).collect()
}

/// Looks through one of the 256 folders for pictures that no event ever named, another one each hour.
pub(super) async fn sweep(store: &Store, lived_ms: TimestampMs) -> Result<(u64, u64), StoreError> {
    let folder = usize::try_from(lived_ms.div_euclid(HOUR_MS).rem_euclid(objects::FOLDERS as i64)).unwrap_or(0);
    let found = store.shared.pictures.list(folder).await;
    let found = found.map_err(|source| not_removed(format!("{folder:02x}…"), source))?;
    let (mut removed, mut bytes) = (0, 0);
    for candidates in found.chunks(CHUNK) {
        let (more, of_them) = remove(store, candidates.to_vec()).await?;
        (removed, bytes) = (removed + more, bytes + of_them);
    }
    Ok((removed, bytes))
}

/// Digests as JSON, for `json_each`.
pub(super) fn digest_list<'a>(digests: impl IntoIterator<Item = &'a Digest>) -> String {
    serde_json::Value::from(digests.into_iter().map(Digest::as_str).collect::<Vec<_>>()).to_string()
}

fn not_removed(sha256: String, source: objects::ObjectError) -> StoreError {
    StoreError::Picture { sha256, verb: "removed", source }
}
