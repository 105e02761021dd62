//! Requests of people about their information. Who asks, for what, and what he was told comes here only sealed.

mod find;

pub use find::RequestFilter;

use sqlx::SqliteConnection;
use xl_model::clock::TimestampMs;
use xl_model::rights::RequestKind;
use xl_model::rights::RequestState;
use xl_model::rights::Step;
use xl_model::rights::reference::Reference;

use crate::Store;
use crate::StoreError;
use crate::cameras::Sealed;
use crate::retention::DAY_MS;
use crate::sqlite::columns;

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which one.
    pub reference: Reference,
    /// What is asked for.
    pub kind: RequestKind,
    /// How far it is.
    pub state: RequestState,
    /// When it came.
    pub received_ms: TimestampMs,
    /// Until when it has to be answered.
    pub due_ms: TimestampMs,
    /// Whether that was put off.
    pub extended: bool,
    /// When it was answered, refused or withdrawn.
    pub closed_ms: Option<TimestampMs>,
    /// The account that filed it for who came with paper; empty: he himself.
    pub filed_by: String,
    /// Name, contact and wish; nothing: erased.
    pub sealed: Option<Sealed>,
}

/// What was done to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestStep {
    /// When.
    pub at_ms: TimestampMs,
    /// By which account; empty: by who asked.
    pub who: String,
    /// What.
    pub step: Step,
    /// The state after it.
    pub state: RequestState,
    /// What was put in writing; nothing: nothing was, or it is erased.
    pub sealed: Option<Sealed>,
}

impl Store {
    /// Keeps a new request; false, and nothing is kept, when `most_open` are open already.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Failed`].
    pub async fn add_request(
        &self,
        request: Request,
        secret_sha256: String,
        most_open: u64,
    ) -> Result<bool, StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                let open: i64 = sqlx::query_scalar("SELECT count(*) FROM requests WHERE closed_ms IS NULL")
                    .fetch_one(&mut *connection)
                    .await?;
                if open >= columns::int(most_open) {
                    return Ok(false);
                }
                let added = sqlx::query(
                    "INSERT INTO requests (township, number, secret_sha256, kind, state, received_ms, due_ms, \
                     extended, closed_ms, filed_by, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
                     ON CONFLICT (township, number) DO NOTHING",
                )
                .bind(columns::township_number(&request.reference.township))
                .bind(request.reference.number.as_str())
                .bind(secret_sha256)
                .bind(request.kind.word())
                .bind(request.state.word())
                .bind(request.received_ms)
                .bind(request.due_ms)
                .bind(request.extended)
                .bind(request.closed_ms)
                .bind(&request.filed_by)
                .bind(request.sealed.map(|sealed| sealed.0))
                .execute(connection)
                .await?;
                match added.rows_affected() {
                    0 => Err(StoreError::Exists { what: "request", id: request.reference.to_string() }.into()),
                    _ => Ok(true),
                }
            })
        })
        .await
    }

    /// Writes what was done to a request as its step number `n`; `before` is how it was then. False, and nothing is
    /// written, when it has moved on since.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn step_request(
        &self,
        before: &Request,
        after: Request,
        n: u64,
        step: RequestStep,
    ) -> Result<bool, StoreError> {
        let was = before.state;
        self.change(move |connection| {
            Box::pin(async move {
                let moved = moved(connection, was, &after, n).await?;
                if moved {
                    sqlx::query(
                        "INSERT INTO request_steps (township, number, n, at_ms, who, step, state, sealed) \
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    )
                    .bind(columns::township_number(&after.reference.township))
                    .bind(after.reference.number.as_str())
                    .bind(columns::int(n))
                    .bind(step.at_ms)
                    .bind(&step.who)
                    .bind(step.step.word())
                    .bind(step.state.word())
                    .bind(step.sealed.map(|sealed| sealed.0))
                    .execute(connection)
                    .await?;
                }
                Ok(moved)
            })
        })
        .await
    }

    /// Forgets who asked, for what, and what he was told, of all requests that were closed more than `keep_days` before
    /// `now_ms` and so many days of lived time ago; how many.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn erase_requests(&self, now_ms: TimestampMs, keep_days: u16) -> Result<u64, StoreError> {
        let keep_ms = DAY_MS * TimestampMs::from(keep_days);
        let before_ms = now_ms.saturating_sub(keep_ms);
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query(
                    "UPDATE request_steps SET sealed = NULL WHERE sealed IS NOT NULL AND (township, number) IN \
                     (SELECT township, number FROM requests WHERE closed_ms < ? \
                     AND closed_lived <= (SELECT lived_ms FROM lived_time) - ?)",
                )
                .bind(before_ms)
                .bind(keep_ms)
                .execute(&mut *connection)
                .await?;
                let erased = sqlx::query(
                    "UPDATE requests SET sealed = NULL WHERE sealed IS NOT NULL AND closed_ms < ? \
                     AND closed_lived <= (SELECT lived_ms FROM lived_time) - ?",
                )
                .bind(before_ms)
                .bind(keep_ms)
                .execute(connection)
                .await?;
                Ok(erased.rows_affected())
            })
        })
        .await
    }
}

async fn moved(
    connection: &mut SqliteConnection,
    was: RequestState,
    after: &Request,
    n: u64,
) -> Result<bool, sqlx::Error> {
    let moved = sqlx::query(
        "UPDATE requests SET state = ?1, due_ms = ?2, extended = ?3, closed_ms = ?4, \
         closed_lived = CASE WHEN ?4 IS NOT NULL THEN (SELECT lived_ms FROM lived_time) END \
         WHERE township = ?5 AND number = ?6 AND state = ?7 \
         AND ?8 = 1 + (SELECT count(*) FROM request_steps WHERE township = ?5 AND number = ?6)",
    )
    .bind(after.state.word())
    .bind(after.due_ms)
    .bind(after.extended)
    .bind(after.closed_ms)
    .bind(columns::township_number(&after.reference.township))
    .bind(after.reference.number.as_str())
    .bind(was.word())
    .bind(columns::int(n))
    .execute(connection)
    .await?;
    Ok(moved.rows_affected() > 0)
}
