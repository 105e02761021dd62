//! Finds requests: those of some places for who handles them, one for who has its secret.

use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::rights::RequestState;
use xl_model::rights::reference::Reference;

use super::Request;
use super::RequestStep;
use crate::Store;
use crate::StoreError;
use crate::cameras::Sealed;
use crate::not_read;
use crate::retention::DAY_MS;
use crate::sqlite::columns;

/// Most requests of one answer.
const MOST: u32 = 1_000;

/// Which requests somebody looks for; what is not said does not matter.
#[derive(Debug, Clone, Default)]
pub struct RequestFilter {
    /// Only of townships whose code begins with one of these digits.
    pub within: Option<Vec<String>>,
    /// Only open ones, or only closed ones.
    pub open: Option<bool>,
    /// Only those in this state.
    pub state: Option<RequestState>,
    /// Only open ones that were due before this.
    pub due_before_ms: Option<TimestampMs>,
    /// So many are left out at the beginning.
    pub skip: u32,
    /// At most so many, 1 to 1000.
    pub limit: u32,
}

impl Store {
    /// Requests that pass `filter`: the open ones by when they are due, then the closed ones, the newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn requests(&self, filter: RequestFilter) -> Result<Vec<Request>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT * FROM requests WHERE (?1 IS NULL OR EXISTS (SELECT 1 FROM json_each(?1) \
                 WHERE substr(printf('%09d', requests.township), 1, length(value)) = value)) \
             AND (?2 IS NULL OR ?2 = (closed_ms IS NULL)) AND (?3 IS NULL OR state = ?3) \
             AND (?4 IS NULL OR (closed_ms IS NULL AND due_ms < ?4)) \
             ORDER BY closed_ms IS NOT NULL, coalesce(-closed_ms, due_ms), township, number LIMIT ?5 OFFSET ?6",
        )
        .bind(filter.within.map(columns::list))
        .bind(filter.open)
        .bind(filter.state.map(RequestState::word))
        .bind(filter.due_before_ms)
        .bind(filter.limit.clamp(1, MOST))
        .bind(filter.skip)
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(request_from).collect()).map_err(not_read("requests"))
    }

    /// A request with everything that was done to it; with a secret only when it is that request's.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn request(
        &self,
        reference: &Reference,
        secret_sha256: Option<&str>,
    ) -> Result<Option<(Request, Vec<RequestStep>)>, StoreError> {
        self.flush().await;
        self.read_request(reference, secret_sha256).await.map_err(not_read("request"))
    }

    async fn read_request(
        &self,
        reference: &Reference,
        secret_sha256: Option<&str>,
    ) -> Result<Option<(Request, Vec<RequestStep>)>, sqlx::Error> {
        let township = columns::township_number(&reference.township);
        let row = sqlx::query(
            "SELECT * FROM requests WHERE township = ?1 AND number = ?2 AND (?3 IS NULL OR secret_sha256 = ?3)",
        )
        .bind(township)
        .bind(reference.number.as_str())
        .bind(secret_sha256)
        .fetch_optional(&self.shared.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let steps = sqlx::query("SELECT * FROM request_steps WHERE township = ? AND number = ? ORDER BY n")
            .bind(township)
            .bind(reference.number.as_str())
            .fetch_all(&self.shared.readers)
            .await?;
        Ok(Some((request_from(&row)?, steps.iter().map(step_from).collect::<Result<_, _>>()?)))
    }

    /// How many requests still say who asked, though they were closed more than `keep_days` before `now_ms` and so many days
    /// of lived time ago.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn requests_to_erase(&self, now_ms: TimestampMs, keep_days: u16) -> Result<u64, StoreError> {
        self.flush().await;
        let keep_ms = DAY_MS * TimestampMs::from(keep_days);
        let count: Result<i64, sqlx::Error> = sqlx::query_scalar(
            "SELECT count(*) FROM requests WHERE sealed IS NOT NULL AND closed_ms < ? \
             AND closed_lived <= (SELECT lived_ms FROM lived_time) - ?",
        )
        .bind(now_ms.saturating_sub(keep_ms))
        .bind(keep_ms)
        .fetch_one(&self.shared.readers)
        .await;
        count.map(|count| count.unsigned_abs()).map_err(not_read("requests"))
    }
}

fn request_from(row: &SqliteRow) -> Result<Request, sqlx::Error> {
    Ok(Request {
        reference: Reference {
            township: columns::township_id(row.try_get("township")?)?,
            number: columns::parsed(row, "number")?,
        },
        kind: columns::from_word(row, "kind")?,
        state: columns::from_word(row, "state")?,
        received_ms: row.try_get("received_ms")?,
        due_ms: row.try_get("due_ms")?,
        extended: row.try_get("extended")?,
        closed_ms: row.try_get("closed_ms")?,
        filed_by: row.try_get("filed_by")?,
        sealed: row.try_get::<Option<Vec<u8>>, _>("sealed")?.map(Sealed),
    })
}

fn step_from(row: &SqliteRow) -> Result<RequestStep, sqlx::Error> {
    Ok(RequestStep {
        at_ms: row.try_get("at_ms")?,
        who: row.try_get("who")?,
        step: columns::from_word(row, "step")?,
        state: columns::from_word(row, "state")?,
        sealed: row.try_get::<Option<Vec<u8>>, _>("sealed")?.map(Sealed),
    })
}
