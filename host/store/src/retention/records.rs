//! Removes records of modules that are past their time, as their manifests and the rules say.
//!
//! To the module it is as if it had deleted them itself between two runs: its revision moves on, so a run that has read one of
//! them begins anew. A record is as old as the lived time since it was written last. Who is due is read beside the writer; the
//! transaction that removes looks again, at the build that runs too, and asks the holds. What a module itself deleted under a
//! hold is `versions`.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::id::Kind;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::keep::Rule;
use xl_model::keep::kept_record;
use xl_model::manifest::Collection;
use xl_model::manifest::Manifest;

use super::DAY_MS;
use super::Removed;
use super::policy::Policy;
use super::runs;
use super::runs::Tally;
use crate::Store;
use crate::StoreError;
use crate::holds;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::change::Refused;
use crate::writer::remove_records;

/// Records of one transaction: with 64 KiB each they stay below 16 MiB.
pub(super) const CHUNK: u32 = 250;

/// Between two transactions that removed something: a run that has to begin anew comes to its end meanwhile.
const PAUSE: Duration = Duration::from_millis(200);

/// What was looked through already: all records of a collection that go by such a term.
pub(super) type Judged = BTreeSet<Term>;

/// A collection whose records go after some days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    pub(super) module: i64,
    plugin: PluginId,
    /// The build whose manifest was read.
    pub(super) digest: String,
    pub(super) collection: String,
    /// What its records are called in rules, holds and rows of runs.
    pub(super) kind: Kind,
    /// Whose word it is: a rule, or the manifest of a version.
    pub(super) rule: String,
    pub(super) days: u32,
}

impl Term {
    /// What was written up to this lived time is due; nothing, as long as the hub has not lived for so long.
    pub(super) fn through(&self, lived_ms: TimestampMs) -> Option<TimestampMs> {
        let through = lived_ms.saturating_sub(DAY_MS.saturating_mul(self.days.into()));
        (through >= 0).then_some(through)
    }
}

/// Removes what is due in a township, of what is not judged yet.
///
/// Reads a collection from end to end, since an index by age would cost more with each record that is written; so it is done
/// once a day, and not each hour.
pub(super) async fn remove(
    store: &Store,
    policy: &Policy,
    judged: &mut Judged,
    removed: &mut Removed,
) -> Result<(), StoreError> {
    for term in terms(store, policy).await? {
        let Some(through) = term.through(policy.now().lived_ms).filter(|_| !judged.contains(&term)) else { continue };
        let module = ModuleKey { township: policy.township().clone(), plugin: term.plugin.clone() };
        let mut after = String::new();
        loop {
            let keys = due(store, &term, &after, through).await?;
            let Some(last) = keys.last() else { break };
            after.clone_from(last);
            let pause = store.shared.recent.pause(&module);
            let (policy, term) = (policy.clone(), term.clone());
            let step = store.change(move |connection| Box::pin(step(connection, policy, term, keys, through)));
            let (gone, held) = step.await?;
            drop(pause);
            removed.records += gone;
            removed.held += held;
            if gone > 0 {
                tokio::time::sleep(PAUSE).await;
            }
        }
        judged.insert(term);
    }
    Ok(())
}

/// The collections of a township's modules whose records go after some days, whether the modules run or not.
async fn terms(store: &Store, policy: &Policy) -> Result<Vec<Term>, StoreError> {
    let rows = sqlx::query(
        "SELECT m.number, m.plugin, m.digest, p.manifest FROM modules AS m JOIN plugins AS p ON p.digest = m.digest \
         WHERE m.township = ? ORDER BY m.number",
    )
    .bind(columns::township_number(policy.township()))
    .fetch_all(&store.shared.readers)
    .await
    .map_err(not_read("modules"))?;
    let mut terms = Vec::new();
    for row in &rows {
        let present = present(store, row.try_get("number").map_err(not_read("modules"))?).await?;
        terms.extend(terms_of(row, present, policy.rules(), None).map_err(not_read("modules"))?);
    }
    Ok(terms)
}

/// The collections that a module has records in, also such as an earlier version declared.
async fn present(store: &Store, module: i64) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(
        "WITH RECURSIVE c (name) AS (SELECT min(collection) FROM records WHERE module = ?1 UNION ALL \
         SELECT (SELECT min(collection) FROM records WHERE module = ?1 AND collection > c.name) FROM c \
         WHERE c.name IS NOT NULL) SELECT name FROM c WHERE name IS NOT NULL",
    )
    .bind(module)
    .fetch_all(&store.shared.readers)
    .await
    .map_err(not_read("collections"))
}

/// The terms of some collections of the module in a row; `others`: the days of those of which nobody says how long.
pub(super) fn terms_of(
    row: &SqliteRow,
    present: Vec<String>,
    rules: &[Rule],
    others: Option<u32>,
) -> Result<Vec<Term>, sqlx::Error> {
    let (module, plugin): (i64, PluginId) = (row.try_get("number")?, columns::parsed(row, "plugin")?);
    let (digest, manifest): (String, Manifest) = (row.try_get("digest")?, columns::json(row, "manifest")?);
    let mut terms = Vec::new();
    for name in present {
        let declared = manifest.collections.iter().find(|collection| collection.name == name);
        let undeclared = Collection { name: name.clone(), ..Collection::default() };
        let kind = Kind::of_records(&plugin, &name);
        let kept = kept_record(rules, &kind, declared.unwrap_or(&undeclared));
        let Some(days) = kept.map(|kept| kept.days).or(others) else { continue };
        let rule = kept.and_then(|kept| kept.rule);
        let rule = rule.map_or_else(|| format!("{plugin} {}", manifest.version), Rule::name);
        let (plugin, digest) = (plugin.clone(), digest.clone());
        terms.push(Term { module, plugin, digest, collection: name, kind, rule, days });
    }
    Ok(terms)
}

/// The next keys of a collection that are due; none: that was all.
async fn due(store: &Store, term: &Term, after: &str, through: TimestampMs) -> Result<Vec<String>, StoreError> {
    sqlx::query_scalar(
        "SELECT key FROM records WHERE module = ? AND collection = ? AND key > ? AND written_lived <= ? \
         ORDER BY key LIMIT ?",
    )
    .bind(term.module)
    .bind(&term.collection)
    .bind(after)
    .bind(through)
    .bind(CHUNK)
    .fetch_all(&store.shared.readers)
    .await
    .map_err(not_read("records"))
}

/// Removes those of some records that may go, and writes down that it did; gives how many went, and how many a hold kept.
///
/// Holds are read here: one that was answered before keeps what it names. When another build runs by now, its word counts.
async fn step(
    connection: &mut SqliteConnection,
    policy: Policy,
    term: Term,
    keys: Vec<String>,
    through: TimestampMs,
) -> Result<(u64, u64), Refused> {
    let now = policy.now();
    let rows = sqlx::query(
        "SELECT r.key, r.document FROM json_each(?1) AS wanted CROSS JOIN records AS r \
         ON r.module = ?2 AND r.collection = ?3 AND r.key = wanted.value WHERE r.written_lived <= ?4 \
         AND EXISTS (SELECT 1 FROM modules AS m WHERE m.number = ?2 AND m.township = ?5 AND m.digest = ?6)",
    )
    .bind(serde_json::Value::from(keys).to_string())
    .bind(term.module)
    .bind(&term.collection)
    .bind(through)
    .bind(columns::township_number(policy.township()))
    .bind(&term.digest)
    .fetch_all(&mut *connection)
    .await?;
    let holds = holds::in_force(connection, policy.township(), now.lived_ms, now.wall_ms).await?;
    let (mut gone, mut tally) = (Vec::new(), Tally::default());
    for row in &rows {
        let (key, document): (&str, &str) = (row.try_get("key")?, row.try_get("document")?);
        if holds.iter().any(|(_, scope)| scope.covers_record(&term.kind, key, document)) {
            tally.held += 1;
        } else {
            tally.add_record();
            gone.push((term.module, term.collection.as_str(), key));
        }
    }
    if rows.is_empty() {
        return Ok((0, 0));
    }
    if !gone.is_empty() {
        remove_records(connection, &gone).await?;
        sqlx::query("UPDATE modules SET revision = revision + 1 WHERE number = ? AND township = ?")
            .bind(term.module)
            .bind(columns::township_number(policy.township()))
            .execute(&mut *connection)
            .await?;
    }
    let counts = (gone.len() as u64, tally.held);
    runs::write(connection, &policy, &term.kind, term.days, &BTreeMap::from([(term.rule.clone(), tally)])).await?;
    Ok(counts)
}
