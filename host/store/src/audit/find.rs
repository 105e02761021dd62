//! Finds rows of the audit log, newest first, along an index where there is one.

use sqlx::QueryBuilder;
use sqlx::Sqlite;
use sqlx::SqlitePool;
use xl_model::audit::Row;
use xl_model::clock::TimestampMs;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;

use crate::audit::rows;
use crate::sqlite::columns;

/// Most rows of one answer.
const MOST_ROWS: u32 = 1_000;

/// Which rows somebody looks for; what is not said does not matter.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    /// Only of this person, program, module or stage.
    pub who: Option<String>,
    /// Only this action, or those that begin with `camera.` where it is `camera.*`.
    pub action: Option<String>,
    /// Only in this township.
    pub township: Option<TownshipId>,
    /// Only in townships whose codes begin with one of these digits: no row of none or of all.
    pub within: Option<Vec<String>>,
    /// Only about a look at this camera.
    pub camera: Option<CameraId>,
    /// Only looks for this purpose.
    pub purpose: Option<String>,
    /// Only the call-up register.
    pub looks: bool,
    /// Only at or after this.
    pub from_ms: Option<TimestampMs>,
    /// Only before this.
    pub to_ms: Option<TimestampMs>,
    /// Only rows before this number.
    pub before: Option<u64>,
    /// At most so many, 1 to 1000.
    pub limit: u32,
}

/// Rows that pass `filter`.
pub(super) async fn rows(readers: &SqlitePool, filter: &AuditFilter) -> Result<Vec<Row>, sqlx::Error> {
    let mut query = QueryBuilder::<Sqlite>::new("SELECT * FROM audit WHERE seq < ");
    query.push_bind(filter.before.map_or(i64::MAX, columns::int));
    if filter.from_ms.is_some() || filter.to_ms.is_some() {
        // A clock that was set back makes the numbers only wider, never wrong: the times are compared as well.
        let bounds: (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT min(seq), max(seq) FROM audit WHERE at_ms >= ? AND at_ms < ?")
                .bind(filter.from_ms.unwrap_or(i64::MIN))
                .bind(filter.to_ms.unwrap_or(i64::MAX))
                .fetch_one(readers)
                .await?;
        let (Some(first), Some(last)) = bounds else { return Ok(Vec::new()) };
        query.push(" AND seq >= ").push_bind(first).push(" AND seq <= ").push_bind(last);
        query.push(" AND +at_ms >= ").push_bind(filter.from_ms.unwrap_or(i64::MIN));
        query.push(" AND +at_ms < ").push_bind(filter.to_ms.unwrap_or(i64::MAX));
    }
    if let Some(who) = &filter.who {
        query.push(" AND who = ").push_bind(who);
    }
    match filter.action.as_deref().map(|action| (action, action.strip_suffix('*'))) {
        Some((_, Some(prefix))) => {
            query.push(" AND action >= ").push_bind(prefix.to_owned());
            query.push(" AND action < ").push_bind(format!("{prefix}\u{10ffff}"));
        }
        Some((action, None)) => drop(query.push(" AND action = ").push_bind(action.to_owned())),
        None => {}
    }
    if let Some(township) = &filter.township {
        query.push(" AND township = ").push_bind(columns::township_number(township));
    }
    if let Some(within) = &filter.within {
        query.push(" AND audit.township IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(");
        query.push_bind(columns::list(within.clone()));
        query.push(") WHERE substr(printf('%09d', audit.township), 1, length(value)) = value)");
    }
    if let Some(camera) = &filter.camera {
        query.push(" AND camera = ").push_bind(camera.as_str().to_owned());
    }
    if let Some(purpose) = &filter.purpose {
        query.push(" AND purpose = ").push_bind(purpose);
    }
    if filter.looks {
        query.push(" AND camera IS NOT NULL");
    }
    query.push(" ORDER BY seq DESC LIMIT ").push_bind(filter.limit.clamp(1, MOST_ROWS));
    let found = query.build().fetch_all(readers).await?;
    found.iter().map(rows::from).collect()
}
