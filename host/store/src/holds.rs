//! Holds: placed, lifted, listed. What they keep is read by retention in the transaction that removes, and by the writer in the
//! one in which a module deletes or replaces a record (`holds::versions`).

mod versions;

pub use versions::HeldVersion;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::hold::Hold;
use xl_model::hold::Lifted;
use xl_model::hold::MOST_IN_FORCE;
use xl_model::hold::NewHold;
use xl_model::hold::Scope;
use xl_model::hold::Standing;
use xl_model::id::TownshipId;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::retention::lived;
use crate::sqlite::columns;

/// Whether a hold of the row is in force at a lived time and a wall time, each said in SQL.
///
/// It ends by itself only when the clock says so and as much time has passed as it was meant to last: neither a clock that
/// jumps ahead nor one that stood wrong when it was placed ends it early.
macro_rules! holding {
    ($lived:literal, $wall:literal) => {
        concat!(
            "(lifted_by IS NULL AND (until_ms IS NULL OR until_ms > ",
            $wall,
            " OR ",
            $lived,
            " - placed_lived < until_ms - placed_ms))"
        )
    };
}

/// Which holds somebody looks for, the newest first.
#[derive(Debug, Clone, Default)]
pub struct HoldFilter {
    /// Only of this township.
    pub township: Option<TownshipId>,
    /// Only townships whose code begins with one of these digits.
    pub within: Option<Vec<String>>,
    /// Only those in force.
    pub in_force: bool,
    /// Only those before this number.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

impl Store {
    /// Places a hold: once this is answered nothing that it names is removed. Whether it is right was checked before.
    ///
    /// # Errors
    /// [`StoreError::TooManyHolds`], [`StoreError::Failed`].
    pub async fn place_hold(&self, new: NewHold, by: &str, now_ms: TimestampMs) -> Result<Hold, StoreError> {
        let by = by.to_owned();
        self.change(move |connection| {
            Box::pin(async move {
                let lived_ms = lived(connection).await?;
                let others = in_force(connection, &new.township, lived_ms, now_ms).await?;
                if others.len() >= MOST_IN_FORCE {
                    let township = new.township.to_string();
                    return Err(StoreError::TooManyHolds { township, most: MOST_IN_FORCE }.into());
                }
                let scope = serde_json::to_string(&new.scope).expect("texts and numbers always serialize");
                let number: i64 = sqlx::query_scalar(
                    "INSERT INTO holds (township, scope, document, reason, until_ms, placed_by, placed_ms, placed_lived) \
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
                )
                .bind(columns::township_number(&new.township))
                .bind(scope)
                .bind(&new.document)
                .bind(&new.reason)
                .bind(new.until_ms)
                .bind(&by)
                .bind(now_ms)
                .bind(lived_ms)
                .fetch_one(connection)
                .await?;
                let number = u64::try_from(number).unwrap_or_default();
                Ok(Hold { number, new, placed_by: by, placed_ms: now_ms, lifted: None, standing: Standing::InForce })
            })
        })
        .await
    }

    /// Lifts a hold; what it kept goes by its rules from the next run on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotInForce`], [`StoreError::Failed`].
    pub async fn lift_hold(&self, township: &TownshipId, number: u64, lifted: Lifted) -> Result<Hold, StoreError> {
        let township = township.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let hold = one(connection, &township, number, lifted.at_ms).await?;
                let hold = hold.ok_or_else(|| StoreError::NotFound { what: "hold", id: number.to_string() })?;
                if hold.standing != Standing::InForce {
                    return Err(StoreError::NotInForce { number }.into());
                }
                sqlx::query(
                    "UPDATE holds SET lifted_by = ?, lifted_ms = ?, lifted_why = ? WHERE number = ? AND township = ?",
                )
                .bind(&lifted.by)
                .bind(lifted.at_ms)
                .bind(&lifted.reason)
                .bind(columns::int(number))
                .bind(columns::township_number(&township))
                .execute(connection)
                .await?;
                Ok(Hold { lifted: Some(lifted), standing: Standing::Lifted, ..hold })
            })
        })
        .await
    }

    /// A hold of a township by its number.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn hold(
        &self,
        township: &TownshipId,
        number: u64,
        now_ms: TimestampMs,
    ) -> Result<Option<Hold>, StoreError> {
        self.flush().await;
        let mut connection = self.shared.readers.acquire().await.map_err(not_read("holds"))?;
        one(&mut connection, township, number, now_ms).await.map_err(not_read("holds"))
    }

    /// Holds that pass `filter`, the newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn holds(&self, filter: &HoldFilter, now_ms: TimestampMs) -> Result<Vec<Hold>, StoreError> {
        self.flush().await;
        let mut connection = self.shared.readers.acquire().await.map_err(not_read("holds"))?;
        let lived_ms = lived(&mut connection).await.map_err(not_read("holds"))?;
        let rows = sqlx::query(concat!(
            "SELECT *, ",
            holding!("?1", "?2"),
            " AS in_force FROM holds AS h WHERE (?3 IS NULL OR township = ?3) AND (?4 IS NULL OR EXISTS (SELECT 1 \
                 FROM json_each(?4) WHERE substr(printf('%09d', h.township), 1, length(value)) = value)) \
             AND (?5 IS NULL OR number < ?5) AND (NOT ?6 OR ",
            holding!("?1", "?2"),
            ") ORDER BY number DESC LIMIT ?7"
        ))
        .bind(lived_ms)
        .bind(now_ms)
        .bind(filter.township.as_ref().map(columns::township_number))
        .bind(filter.within.clone().map(columns::list))
        .bind(filter.before.map(columns::int))
        .bind(filter.in_force)
        .bind(filter.limit)
        .fetch_all(&mut *connection)
        .await;
        rows.and_then(|rows| rows.iter().map(hold_from).collect()).map_err(not_read("holds"))
    }
}

/// The times that holds are asked with where a clock is not at hand, and whether any hold is in force.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Glance {
    /// The lived time by now.
    pub(crate) lived_ms: TimestampMs,
    /// What the clock on the wall said when time was let pass last, once a minute; 0: never yet, and no hold ends till then.
    pub(crate) wall_ms: TimestampMs,
    /// Whether a hold of some township is in force.
    pub(crate) any: bool,
}

/// Whether anything is held at all: one small look for all commits of a transaction, whatever there is.
pub(crate) async fn glance(connection: &mut SqliteConnection) -> Result<Glance, sqlx::Error> {
    let row = sqlx::query(concat!(
        "SELECT t.lived_ms, coalesce(t.wall_ms, 0) AS wall_ms, EXISTS (SELECT 1 FROM holds WHERE ",
        holding!("t.lived_ms", "coalesce(t.wall_ms, 0)"),
        ") AS any_hold FROM lived_time AS t"
    ))
    .fetch_one(connection)
    .await?;
    Ok(Glance { lived_ms: row.try_get("lived_ms")?, wall_ms: row.try_get("wall_ms")?, any: row.try_get("any_hold")? })
}

/// Number and scope of the holds of a township that are in force.
pub(crate) async fn in_force(
    connection: &mut SqliteConnection,
    township: &TownshipId,
    lived_ms: TimestampMs,
    wall_ms: TimestampMs,
) -> Result<Vec<(u64, Scope)>, sqlx::Error> {
    let rows = sqlx::query(concat!(
        "SELECT number, scope FROM holds WHERE township = ?3 AND ",
        holding!("?1", "?2"),
        " ORDER BY number"
    ))
    .bind(lived_ms)
    .bind(wall_ms)
    .bind(columns::township_number(township))
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((columns::uint(row, "number")?, columns::json(row, "scope")?))).collect()
}

async fn one(
    connection: &mut SqliteConnection,
    township: &TownshipId,
    number: u64,
    now_ms: TimestampMs,
) -> Result<Option<Hold>, sqlx::Error> {
    let lived_ms = lived(connection).await?;
    let row = sqlx::query(concat!(
        "SELECT *, ",
        holding!("?1", "?2"),
        " AS in_force FROM holds WHERE number = ?3 AND township = ?4"
    ))
    .bind(lived_ms)
    .bind(now_ms)
    .bind(columns::int(number))
    .bind(columns::township_number(township))
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(hold_from).transpose()
}

fn hold_from(row: &SqliteRow) -> Result<Hold, sqlx::Error> {
    let lifted = match row.try_get::<Option<String>, _>("lifted_by")? {
        Some(by) => Some(Lifted { by, at_ms: row.try_get("lifted_ms")?, reason: row.try_get("lifted_why")? }),
        None => None,
    };
    let standing = match (&lifted, row.try_get::<bool, _>("in_force")?) {
        (Some(_), _) => Standing::Lifted,
        (None, true) => Standing::InForce,
        (None, false) => Standing::Ended,
    };
    let new = NewHold {
        township: columns::township_id(row.try_get("township")?)?,
        scope: columns::json(row, "scope")?,
        document: row.try_get("document")?,
        reason: row.try_get("reason")?,
        until_ms: row.try_get("until_ms")?,
    };
    Ok(Hold {
        number: columns::uint(row, "number")?,
        new,
        placed_by: row.try_get("placed_by")?,
        placed_ms: row.try_get("placed_ms")?,
        lifted,
        standing,
    })
}
