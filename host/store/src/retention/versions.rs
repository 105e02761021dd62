//! Removes versions of records that only a hold has kept, once no hold covers them and the time of their collection is over.
//!
//! Their modules deleted or replaced them (`writer::versions`). Of a collection of which nobody says how long its records stay,
//! they go with the hold. No module sees that they go, so no revision moves.

use std::collections::BTreeMap;

use sqlx::Row;
use sqlx::SqliteConnection;
use xl_model::clock::TimestampMs;

use super::Removed;
use super::policy::Policy;
use super::records::CHUNK;
use super::records::Judged;
use super::records::Term;
use super::records::terms_of;
use super::runs;
use super::runs::Tally;
use crate::Store;
use crate::StoreError;
use crate::holds;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::change::Refused;

/// Removes what is due of a township, of what is not judged yet.
pub(super) async fn remove(
    store: &Store,
    policy: &Policy,
    judged: &mut Judged,
    removed: &mut Removed,
) -> Result<(), StoreError> {
    for term in terms(store, policy).await? {
        let Some(through) = term.through(policy.now().lived_ms).filter(|_| !judged.contains(&term)) else { continue };
        let mut after = 0;
        loop {
            let numbers = due(store, &term, after, through).await?;
            let Some(last) = numbers.last() else { break };
            after = *last;
            let (policy, term) = (policy.clone(), term.clone());
            let step = store.change(move |connection| Box::pin(step(connection, policy, term, numbers, through)));
            let (gone, held) = step.await?;
            removed.records += gone;
            removed.held += held;
        }
        judged.insert(term);
    }
    Ok(())
}

/// The collections of a township that there are versions of.
async fn terms(store: &Store, policy: &Policy) -> Result<Vec<Term>, StoreError> {
    let rows = sqlx::query(
        "SELECT m.number, m.plugin, m.digest, p.manifest, v.collection FROM (SELECT DISTINCT module, collection \
         FROM held_versions WHERE module IN (SELECT number FROM modules WHERE township = ?)) AS v \
         JOIN modules AS m ON m.number = v.module JOIN plugins AS p ON p.digest = m.digest ORDER BY m.number, v.collection",
    )
    .bind(columns::township_number(policy.township()))
    .fetch_all(&store.shared.readers)
    .await
    .map_err(not_read("held versions of records"))?;
    let mut terms = Vec::new();
    for row in &rows {
        let collection: String = row.try_get("collection").map_err(not_read("held versions of records"))?;
        terms.extend(terms_of(row, vec![collection], policy.rules(), Some(0)).map_err(not_read("modules"))?);
    }
    Ok(terms)
}

/// The next versions of a collection that are due; none: that was all.
async fn due(store: &Store, term: &Term, after: i64, through: TimestampMs) -> Result<Vec<i64>, StoreError> {
    sqlx::query_scalar(
        "SELECT number FROM held_versions WHERE module = ? AND collection = ? AND number > ? AND written_lived <= ? \
         ORDER BY number LIMIT ?",
    )
    .bind(term.module)
    .bind(&term.collection)
    .bind(after)
    .bind(through)
    .bind(CHUNK)
    .fetch_all(&store.shared.readers)
    .await
    .map_err(not_read("held versions of records"))
}

/// Removes those of some versions that no hold covers, and writes down that it did; gives how many went, and how many stay.
///
/// Holds are read here: one that was answered before keeps what it names. When another build runs by now, its word counts.
async fn step(
    connection: &mut SqliteConnection,
    policy: Policy,
    term: Term,
    numbers: Vec<i64>,
    through: TimestampMs,
) -> Result<(u64, u64), Refused> {
    let now = policy.now();
    let rows = sqlx::query(
        "SELECT v.number, v.key, v.document FROM json_each(?1) AS wanted CROSS JOIN held_versions AS v \
         ON v.number = wanted.value WHERE v.module = ?2 AND v.written_lived <= ?3 \
         AND EXISTS (SELECT 1 FROM modules AS m WHERE m.number = ?2 AND m.township = ?4 AND m.digest = ?5)",
    )
    .bind(serde_json::Value::from(numbers).to_string())
    .bind(term.module)
    .bind(through)
    .bind(columns::township_number(policy.township()))
    .bind(&term.digest)
    .fetch_all(&mut *connection)
    .await?;
    if rows.is_empty() {
        return Ok((0, 0));
    }
    let holds = holds::in_force(connection, policy.township(), now.lived_ms, now.wall_ms).await?;
    let (mut gone, mut tally) = (Vec::<i64>::new(), Tally::default());
    for row in &rows {
        let (key, document): (&str, &str) = (row.try_get("key")?, row.try_get("document")?);
        if holds.iter().any(|(_, scope)| scope.covers_record(&term.kind, key, document)) {
            tally.held += 1;
        } else {
            tally.add_record();
            gone.push(row.try_get("number")?);
        }
    }
    let counts = (gone.len() as u64, tally.held);
    if !gone.is_empty() {
        sqlx::query("DELETE FROM held_versions WHERE module = ? AND number IN (SELECT value FROM json_each(?))")
            .bind(term.module)
            .bind(serde_json::Value::from(gone).to_string())
            .execute(&mut *connection)
            .await?;
    }
    runs::write(connection, &policy, &term.kind, term.days, &BTreeMap::from([(term.rule.clone(), tally)])).await?;
    Ok(counts)
}
