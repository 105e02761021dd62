//! Applies one drain in one transaction, up to its COMMIT.

use std::collections::HashSet;
use std::sync::Arc;

use sqlx::SqliteConnection;
use xl_model::event::Appended;
use xl_model::event::Event;

use crate::StoreError;
use crate::sqlite::columns;
use crate::writer::Memory;
use crate::writer::append;
use crate::writer::cases;
use crate::writer::cases::Step;
use crate::writer::dedupe;
use crate::writer::drain::Drain;
use crate::writer::effects;
use crate::writer::work::Gate;
use crate::writer::work::Outcome;
use crate::writer::work::Task;
use crate::writer::work::Work;

/// What a transaction did.
#[derive(Default)]
pub(super) struct Applied {
    /// The events that it stored, in order.
    pub(super) stored: Vec<Arc<Event>>,
    /// What became of each work.
    pub(super) outcomes: Vec<Outcome>,
}

/// Which works may go on, and which of their events are there already.
struct Admission {
    gates: Vec<Gate>,
    repeated: Vec<Vec<bool>>,
}

/// The dedupe keys of each work's events.
type Keys = Vec<Vec<Vec<u8>>>;

/// Begins a transaction and does everything in it.
pub(super) async fn apply(
    connection: &mut SqliteConnection,
    memory: &mut Memory,
    drain: &mut Drain,
) -> Result<Applied, sqlx::Error> {
    begin(connection).await?;
    let keys: Keys = drain.works.iter().map(|work| work.events.iter().map(dedupe::key).collect()).collect();
    let admission = match admit_new(connection, &drain.works, &keys).await? {
        Some(admission) => admission,
        None => {
            sqlx::query("ROLLBACK").execute(&mut *connection).await?;
            begin(connection).await?;
            admit_known(connection, &drain.works, &keys).await?
        }
    };
    let (stored, outcomes) = number(memory, &mut drain.works, admission)?;
    append::write(connection, &stored).await?;
    let commits = drain.works.iter().zip(&outcomes).filter_map(|(work, outcome)| match (&work.task, &outcome.gate) {
        (Task::Commit { commit, .. }, Gate::Module { number, .. }) => Some((*number, commit.as_ref())),
        _ => None,
    });
    effects::write(connection, &commits.collect::<Vec<_>>()).await?;
    drain.later.write(connection, memory).await?;
    for change in &mut drain.changes {
        change.make(connection).await?;
    }
    Ok(Applied { stored, outcomes })
}

async fn begin(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    sqlx::query("BEGIN IMMEDIATE").execute(connection).await.map(drop)
}

/// Takes all events for new, which they nearly always are; `None` when one of them is not.
async fn admit_new(
    connection: &mut SqliteConnection,
    works: &[Work],
    keys: &Keys,
) -> Result<Option<Admission>, sqlx::Error> {
    let mut gates = Vec::with_capacity(works.len());
    for work in works {
        gates.push(gate(connection, work).await?);
    }
    let new: Vec<&[u8]> = keys
        .iter()
        .zip(&gates)
        .filter(|(_, gate)| gate.is_open())
        .flat_map(|(keys, _)| keys)
        .map(Vec::as_slice)
        .collect();
    let all_new = dedupe::insert(connection, &new).await?;
    Ok(all_new.then(|| Admission { gates, repeated: keys.iter().map(|keys| vec![false; keys.len()]).collect() }))
}

/// Looks every event up.
async fn admit_known(connection: &mut SqliteConnection, works: &[Work], keys: &Keys) -> Result<Admission, sqlx::Error> {
    let all: Vec<&[u8]> = keys.iter().flatten().map(Vec::as_slice).collect();
    let known = dedupe::known(connection, &all).await?;
    let mut gates = Vec::with_capacity(works.len());
    let mut earlier = HashSet::new();
    for (work, keys) in works.iter().zip(keys) {
        gates.push(match (&work.task, keys.first()) {
            // What somebody did is done once, however often he sends it.
            (Task::Commit { .. }, Some(key)) if work.is_triggered() && known.contains(key) => {
                Gate::Shut(StoreError::Exists { what: "event", id: work.events[0].id.to_string() })
            }
            // Its twin is in this very commit and may yet be refused: whoever asks again learns the truth.
            (Task::Commit { commit, .. }, Some(key)) if work.is_triggered() && earlier.contains(key) => {
                Gate::Shut(StoreError::Conflict { module: commit.module.to_string(), revision: commit.revision })
            }
            _ => gate(connection, work).await?,
        });
        earlier.extend(keys);
    }
    let mut new: HashSet<&[u8]> = HashSet::new();
    let repeated = keys.iter().zip(&gates).map(|(keys, gate)| {
        keys.iter().map(|key| gate.is_open() && (known.contains(key) || !new.insert(key))).collect()
    });
    let repeated = repeated.collect();
    if dedupe::insert(connection, &new.into_iter().collect::<Vec<_>>()).await? {
        Ok(Admission { gates, repeated })
    } else {
        Err(sqlx::Error::Protocol("an event is known and unknown at once".to_owned()))
    }
}

/// Checks and moves what must not have moved since the work was made.
async fn gate(connection: &mut SqliteConnection, work: &Work) -> Result<Gate, sqlx::Error> {
    match &work.task {
        Task::Append(_) => Ok(Gate::Open),
        Task::Commit { commit, .. } => effects::gate(connection, commit).await,
        Task::Move { moved, .. } => {
            let (case, past) = (&moved.case, &moved.past);
            let before = case.revision.checked_sub(1).filter(|before| *before > 0);
            let steps = [Step { before, case, past }];
            if !cases::fit(connection, &steps).await? {
                let (module, revision) = (case.id.to_string(), before.unwrap_or(0).into());
                return Ok(Gate::Shut(StoreError::Conflict { module, revision }));
            }
            cases::write(connection, &steps).await?;
            Ok(Gate::Open)
        }
        Task::Due { row, next_ms, .. } => {
            let moved = sqlx::query(
                "UPDATE schedules SET next_ms = ? WHERE name = ? AND next_ms = ? AND module = \
                 (SELECT number FROM modules WHERE township = ? AND plugin = ? AND state = 'running')",
            )
            .bind(next_ms)
            .bind(&row.name)
            .bind(row.next_ms)
            .bind(columns::township_number(&row.module.township))
            .bind(row.module.plugin.as_str())
            .execute(connection)
            .await?;
            Ok(if moved.rows_affected() == 1 { Gate::Open } else { Gate::Done })
        }
    }
}

/// Gives every new event its number.
fn number(
    memory: &mut Memory,
    works: &mut [Work],
    admission: Admission,
) -> Result<(Vec<Arc<Event>>, Vec<Outcome>), sqlx::Error> {
    let mut stored = Vec::new();
    let mut outcomes = Vec::with_capacity(works.len());
    for ((work, gate), repeated) in works.iter_mut().zip(admission.gates).zip(admission.repeated) {
        let events = if gate.is_open() { std::mem::take(&mut work.events) } else { Vec::new() };
        let mut appended = Vec::with_capacity(events.len());
        let mut cause = None;
        for (index, (mut fact, repeated)) in events.into_iter().zip(repeated).enumerate() {
            if repeated {
                appended.push(Appended::Repeated);
                continue;
            }
            let last = match memory.last_seq.get_mut(&fact.township) {
                Some(last) => last,
                None => memory.last_seq.entry(fact.township.clone()).or_insert(0),
            };
            *last += 1;
            let seq = *last;
            if seq > columns::MAX_SEQ {
                return Err(sqlx::Error::Protocol(format!("the log of township {} is full", fact.township)));
            }
            if index == 0 && work.is_triggered() {
                cause = Some(seq);
            } else if cause.is_some() {
                fact.cause = cause;
            }
            appended.push(Appended::Stored(seq));
            stored.push(Arc::new(Event { seq, fact }));
        }
        outcomes.push(Outcome { gate, appended });
    }
    Ok((stored, outcomes))
}
