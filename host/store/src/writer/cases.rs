//! Opened and moved cases: compared with what is there before anything is changed, and written with their steps.

use std::collections::BTreeMap;

use sqlx::SqliteConnection;
use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::Stage;
use xl_model::effect::Effect;
use xl_model::id::CaseId;

use crate::modules::Commit;
use crate::sqlite::columns;

/// A step of a case: the revision that it was made from, how the case stands then, and what was done.
pub(super) struct Step<'a> {
    /// `None`: the case is opened.
    pub(super) before: Option<u32>,
    pub(super) case: &'a Case,
    pub(super) past: &'a Past,
}

/// The steps of a commit, in order.
pub(super) fn steps(commit: &Commit) -> Vec<Step<'_>> {
    let step = |effect| match effect {
        &Effect::MoveCase { before, ref case, ref past, .. } => Some(Step { before, case, past }),
        _ => None,
    };
    commit.effects.iter().filter_map(step).collect()
}

/// Whether each case stands where its first step was made from, and each number and key of a new one is free.
pub(super) async fn fit(connection: &mut SqliteConnection, steps: &[Step<'_>]) -> Result<bool, sqlx::Error> {
    let mut stands: BTreeMap<&CaseId, u32> = BTreeMap::new();
    for step in steps {
        let revision = step.case.revision;
        let fits = match (stands.get(&step.case.id), step.before) {
            (Some(known), before) => Some(*known) == before,
            (None, None) => is_free(connection, step.case).await?,
            (None, Some(before)) => stands_at(connection, step.case).await? == Some(i64::from(before)),
        };
        if !fits {
            return Ok(false);
        }
        stands.insert(&step.case.id, revision);
    }
    Ok(true)
}

/// Writes cases as they stand after their last step, and all steps.
pub(super) async fn write(connection: &mut SqliteConnection, steps: &[Step<'_>]) -> Result<(), sqlx::Error> {
    let last: BTreeMap<&CaseId, &Case> = steps.iter().map(|step| (&step.case.id, step.case)).collect();
    for case in last.into_values() {
        put(connection, case).await?;
    }
    for step in steps {
        sqlx::query("INSERT INTO case_steps (township, id, n, at_ms, document) VALUES (?, ?, ?, ?, ?)")
            .bind(columns::township_number(&step.case.township))
            .bind(step.case.id.as_str())
            .bind(step.past.number)
            .bind(step.past.at_ms)
            .bind(serde_json::to_string(step.past).expect("a step is plain values"))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn is_free(connection: &mut SqliteConnection, case: &Case) -> Result<bool, sqlx::Error> {
    let taken = sqlx::query("SELECT 1 FROM cases WHERE township = ?1 AND (id = ?2 OR (plugin = ?3 AND key = ?4))")
        .bind(columns::township_number(&case.township))
        .bind(case.id.as_str())
        .bind(case.plugin.as_ref().map(|plugin| plugin.as_str()))
        .bind(&case.key)
        .fetch_optional(connection)
        .await?;
    Ok(taken.is_none())
}

async fn stands_at(connection: &mut SqliteConnection, case: &Case) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT revision FROM cases WHERE township = ? AND id = ?")
        .bind(columns::township_number(&case.township))
        .bind(case.id.as_str())
        .fetch_optional(connection)
        .await
}

async fn put(connection: &mut SqliteConnection, case: &Case) -> Result<(), sqlx::Error> {
    let mut parts = case.id.as_str().split('-').skip(1).map(|part| part.parse::<i64>().unwrap_or(0));
    let (year, serial) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    sqlx::query(
        "INSERT INTO cases (id, township, year, serial, plugin, key, stage, place, matter_set, code, source, unit, handler, \
         grid, overdue, opened_ms, filed_ms, closed_ms, final_due_ms, next_overdue_ms, done, on_time, reworks, extensions, \
         revision, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, unit = excluded.unit, handler = excluded.handler, \
         overdue = excluded.overdue, filed_ms = excluded.filed_ms, closed_ms = excluded.closed_ms, \
         final_due_ms = excluded.final_due_ms, next_overdue_ms = excluded.next_overdue_ms, done = excluded.done, \
         on_time = excluded.on_time, reworks = excluded.reworks, extensions = excluded.extensions, \
         revision = excluded.revision, document = excluded.document",
    )
    .bind(case.id.as_str())
    .bind(columns::township_number(&case.township))
    .bind(year)
    .bind(serial)
    .bind(case.plugin.as_ref().map(|plugin| plugin.as_str()))
    .bind(case.plugin.as_ref().map(|_| &case.key))
    .bind(case.stage.word())
    .bind(case.place.as_str())
    .bind(&case.matter.set)
    .bind(&case.matter.code)
    .bind(case.source.word())
    .bind(case.unit.as_ref().map(|unit| unit.as_str()))
    .bind(case.handler.as_ref().map(|handler| handler.as_str()))
    .bind(case.grid.as_deref())
    .bind(case.is_overdue())
    .bind(case.opened_ms)
    .bind(case.filed_ms)
    .bind(case.closed_ms)
    .bind(case.final_due_ms())
    .bind(case.next_overdue_ms())
    .bind(matches!(case.stage, Stage::Closed | Stage::Evaluated))
    .bind(case.is_closed_on_time())
    .bind(case.reworks)
    .bind(case.extensions)
    .bind(case.revision)
    .bind(serde_json::to_string(case).expect("a case is plain values"))
    .execute(connection)
    .await
    .map(drop)
}
