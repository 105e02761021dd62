//! Writes what modules changed: all commits of a transaction together, a statement per table.

use std::collections::BTreeMap;

use sqlx::Row as _;
use sqlx::SqliteConnection;
use xl_model::clock::TimestampMs;
use xl_model::effect::Effect;
use xl_model::effect::IndexValue;

use crate::StoreError;
use crate::holds;
use crate::modules::Commit;
use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;
use crate::sqlite::rows::Row;
use crate::writer::cases;
use crate::writer::kpis;
use crate::writer::usage;
use crate::writer::versions;
use crate::writer::work::Gate;

static FORGET_INDEX: MultiRow = MultiRow::idempotent(
    "DELETE FROM record_index WHERE record IN (SELECT r.number FROM (VALUES ",
    "(?,?,?)",
    3,
    ") AS v CROSS JOIN records AS r ON r.module = v.column1 AND r.collection = v.column2 AND r.key = v.column3)",
);
static DELETE_RECORDS: MultiRow = MultiRow::idempotent(
    "DELETE FROM records WHERE number IN (SELECT r.number FROM (VALUES ",
    "(?,?,?)",
    3,
    ") AS v CROSS JOIN records AS r ON r.module = v.column1 AND r.collection = v.column2 AND r.key = v.column3)",
);
static PUT_RECORDS: MultiRow = MultiRow::idempotent(
    "INSERT INTO records (module, collection, key, document, written_lived) VALUES ",
    "(?,?,?,?,?)",
    5,
    " ON CONFLICT (module, collection, key) DO UPDATE SET document = excluded.document, \
     written_lived = excluded.written_lived",
);
static INDEX: MultiRow = MultiRow::idempotent(
    "INSERT OR REPLACE INTO record_index (record, name, value, module, collection, key) \
     SELECT r.number, v.column4, v.column5, r.module, r.collection, r.key FROM (VALUES ",
    "(?,?,?,?,?)",
    5,
    ") AS v CROSS JOIN records AS r ON r.module = v.column1 AND r.collection = v.column2 AND r.key = v.column3",
);
// A run that is repeated draws the same codes again; nobody gets another module's.
static ISSUE_LINKS: MultiRow = MultiRow::new(
    "INSERT INTO links (code, module, page, query, revoked, views) VALUES ",
    "(?,?,?,?,0,0)",
    4,
    " ON CONFLICT (code) DO UPDATE SET page = excluded.page, query = excluded.query WHERE module = excluded.module",
);
static REVOKE_LINKS: MultiRow = MultiRow::new(
    "UPDATE links SET revoked = 1 FROM (VALUES ",
    "(?,?)",
    2,
    ") AS v WHERE links.code = v.column1 AND links.module = v.column2",
);
static DEAD_LETTERS: MultiRow = MultiRow::new(
    "INSERT OR REPLACE INTO dead_letters (module, seq, at_ms, tries, code, error) VALUES ",
    "(?,?,?,?,?,?)",
    6,
    "",
);
static ANSWERS: MultiRow =
    MultiRow::new("INSERT INTO answers (module, first_seq, number, question, answer) VALUES ", "(?,?,?,?,?)", 5, "");

/// Takes the module from the revision that the run started from to the next one, and its cases with it.
pub(super) async fn gate(connection: &mut SqliteConnection, commit: &Commit) -> Result<Gate, sqlx::Error> {
    let steps = cases::steps(commit);
    if !cases::fit(connection, &steps).await? {
        // Somebody else moved a case, or took the number of a new one: the run is repeated over what there is now.
        let module = commit.module.to_string();
        return Ok(Gate::Shut(StoreError::Conflict { module, revision: commit.revision }));
    }
    let (township, plugin) = (columns::township_number(&commit.module.township), commit.module.plugin.as_str());
    let revision = commit.revision.saturating_add(1);
    let moved = sqlx::query(
        "UPDATE modules SET revision = ?, cursor = coalesce(?, cursor) \
         WHERE township = ? AND plugin = ? AND revision = ? RETURNING number",
    )
    .bind(columns::int(revision))
    .bind(commit.cursor.map(columns::int))
    .bind(township)
    .bind(plugin)
    .bind(columns::int(commit.revision))
    .fetch_all(&mut *connection)
    .await?;
    if let Some(row) = moved.first() {
        // At once: the next work of this transaction compares with it.
        cases::write(connection, &steps).await?;
        return Ok(Gate::Module { number: row.try_get("number")?, revision });
    }
    let exists = sqlx::query("SELECT 1 FROM modules WHERE township = ? AND plugin = ?")
        .bind(township)
        .bind(plugin)
        .fetch_optional(connection)
        .await?;
    let module = commit.module.to_string();
    Ok(Gate::Shut(match exists {
        Some(_) => StoreError::Conflict { module, revision: commit.revision },
        None => StoreError::NotFound { what: "module", id: module },
    }))
}

/// Where a record lies: module, collection, key.
pub(crate) type Place<'a> = (i64, &'a str, &'a str);

/// What a record becomes; `None`: it goes.
type Content<'a> = Option<(&'a str, &'a [(String, Option<IndexValue>)])>;

/// Writes the effects of commits, each under its `modules.number`.
pub(super) async fn write(connection: &mut SqliteConnection, commits: &[(i64, &Commit)]) -> Result<(), sqlx::Error> {
    if commits.is_empty() {
        return Ok(());
    }
    let mut records: BTreeMap<Place, Content> = BTreeMap::new();
    let mut issued = Vec::new();
    let mut revoked = Vec::new();
    for (module, commit) in commits {
        for effect in &commit.effects {
            match effect {
                Effect::Put { collection, key, document, indexed } => {
                    records.insert((*module, collection, key), Some((document, indexed)));
                }
                Effect::Delete { collection, key } => drop(records.insert((*module, collection, key), None)),
                Effect::IssueLink { code, page, query } => issued.push((*module, code, page, query)),
                Effect::RevokeLink { code } => revoked.push((*module, code)),
                // Is one of the commit's events, was written at the gate, is written below.
                Effect::Publish(_) | Effect::MoveCase { .. } | Effect::ReportKpi(_) => {}
            }
        }
    }
    if !records.is_empty() {
        let glance = holds::glance(connection).await?;
        if glance.any {
            let going: BTreeMap<_, _> =
                records.iter().map(|(place, content)| (*place, content.map(|(document, _)| document))).collect();
            versions::keep(connection, commits, &going, glance).await?;
        }
        write_records(connection, records, glance.lived_ms).await?;
    }
    ISSUE_LINKS
        .execute(connection, &issued, |row, (module, code, page, query)| {
            row.text(code);
            row.int(*module);
            row.text(page);
            row.text(query);
        })
        .await?;
    REVOKE_LINKS
        .execute(connection, &revoked, |row, (module, code)| {
            row.text(code);
            row.int(*module);
        })
        .await?;
    kpis::write(connection, commits).await?;
    write_dead_letters(connection, commits).await?;
    write_answers(connection, commits).await?;
    usage::used(connection, commits).await
}

async fn write_records(
    connection: &mut SqliteConnection,
    records: BTreeMap<Place<'_>, Content<'_>>,
    lived_ms: TimestampMs,
) -> Result<(), sqlx::Error> {
    let touched: Vec<Place> = records.keys().copied().collect();
    let deleted: Vec<Place> =
        records.iter().filter(|(_, content)| content.is_none()).map(|(place, _)| *place).collect();
    let put: Vec<_> = records.into_iter().filter_map(|(place, content)| Some((place, content?))).collect();
    let indexed: Vec<_> = put
        .iter()
        .flat_map(|(place, (_, indexed))| indexed.iter().map(move |(name, value)| (place, name, value)))
        .filter_map(|(place, name, value)| Some((place, name, value.as_ref()?)))
        .collect();
    usage::before(connection, &touched).await?;
    FORGET_INDEX.execute(connection, &touched, bind_place).await?;
    DELETE_RECORDS.execute(connection, &deleted, bind_place).await?;
    PUT_RECORDS
        .execute(connection, &put, |row, (place, (document, _))| {
            bind_place(row, place);
            row.text(document);
            row.int(lived_ms);
        })
        .await?;
    INDEX
        .execute(connection, &indexed, |row, (place, name, value)| {
            bind_place(row, place);
            row.text(name);
            match value {
                IndexValue::Integer(value) => row.int(*value),
                IndexValue::Text(value) => row.text(value),
            }
        })
        .await?;
    let written =
        put.iter().map(|((module, collection, key), (document, _))| (*module, usage::bytes(collection, key, document)));
    usage::after(connection, written).await
}

/// Removes records that nobody wants any more and no hold covers, each by module, collection and key.
pub(crate) async fn remove_records(connection: &mut SqliteConnection, places: &[Place<'_>]) -> Result<(), sqlx::Error> {
    write_records(connection, places.iter().map(|place| (*place, None)).collect(), 0).await
}

fn bind_place(row: &mut Row, (module, collection, key): &Place) {
    row.int(*module);
    row.text(collection);
    row.text(key);
}

async fn write_dead_letters(connection: &mut SqliteConnection, commits: &[(i64, &Commit)]) -> Result<(), sqlx::Error> {
    for (module, commit) in commits.iter().filter(|(_, commit)| !commit.settled.is_empty()) {
        sqlx::query("DELETE FROM dead_letters WHERE module = ? AND seq IN (SELECT value FROM json_each(?))")
            .bind(module)
            .bind(seq_list(commit.settled.iter().copied()))
            .execute(&mut *connection)
            .await?;
    }
    // After what is settled: an event may fail again.
    let letters: Vec<_> =
        commits.iter().flat_map(|(module, commit)| commit.dead_letters.iter().map(move |it| (*module, it))).collect();
    DEAD_LETTERS
        .execute(connection, &letters, |row, (module, letter)| {
            row.int(*module);
            row.int(columns::int(letter.seq));
            row.int(letter.at_ms);
            row.int(letter.tries.into());
            row.int(letter.code.0.into());
            row.text(&letter.error);
        })
        .await?;
    Ok(())
}

/// The answers of a run replace those of an earlier run that began with the same event.
async fn write_answers(connection: &mut SqliteConnection, commits: &[(i64, &Commit)]) -> Result<(), sqlx::Error> {
    let mut rows = Vec::new();
    for (module, commit) in commits.iter().filter(|(_, commit)| !commit.answers.is_empty()) {
        sqlx::query("DELETE FROM answers WHERE module = ? AND first_seq IN (SELECT value FROM json_each(?))")
            .bind(module)
            .bind(seq_list(commit.answers.iter().map(|(first_seq, _)| *first_seq)))
            .execute(&mut *connection)
            .await?;
        rows.extend(commit.answers.iter().zip(0..).map(|(answer, number)| (*module, number, answer)));
    }
    ANSWERS
        .execute(connection, &rows, |row, (module, number, (first_seq, answer))| {
            row.int(*module);
            row.int(columns::int(*first_seq));
            row.int(*number);
            row.text(&answer.question);
            row.text(&answer.answer);
        })
        .await?;
    Ok(())
}

fn seq_list(seqs: impl Iterator<Item = u64>) -> String {
    serde_json::Value::from(seqs.map(columns::int).collect::<Vec<_>>()).to_string()
}
