//! Sums of whole days, so that a month is not read interval by interval. They hold nothing that the intervals do not.

use sqlx::sqlite::SqliteRow;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::rate::Figures;
use xl_model::rate::Span;
use xl_model::rate::day::LocalDay;
use xl_model::rate::tally;
use xl_model::status::Interval;
use xl_model::status::Level;
use xl_model::status::TimestampUs;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;
use crate::status::Scope;

static INSERT: MultiRow = MultiRow::new(
    "INSERT INTO status_days (township, day, camera, up_us, auth_failed_us, reachable_us, down_us, unknown_us, \
     maintenance_us) VALUES ",
    "(?,?,?,?,?,?,?,?,?)",
    9,
    "",
);

/// Columns of the sums, in the order of [`Level::ALL`].
const SUMS: [&str; 6] = ["up_us", "auth_failed_us", "reachable_us", "down_us", "unknown_us", "maintenance_us"];

impl Store {
    /// Works out the sums of a day that is over, anew when they are there.
    ///
    /// # Errors
    /// [`StoreError::NotRead`], [`StoreError::Failed`].
    pub async fn build_status_day(&self, township: &TownshipId, day: LocalDay) -> Result<(), StoreError> {
        let intervals = self.status_intervals(Scope::Township(township), day.span()).await?;
        let sums: Vec<(CameraId, Figures)> = intervals
            .chunk_by(|a, b| a.camera == b.camera)
            .map(|of_one| (of_one[0].camera.camera.clone(), tally(of_one, covered(of_one).meet(day.span()))))
            .collect();
        let township = columns::township_number(township);
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM status_days WHERE township = ? AND day = ?")
                    .bind(township)
                    .bind(day.0)
                    .execute(&mut *connection)
                    .await?;
                INSERT
                    .execute(connection, &sums, |row, (camera, figures)| {
                        row.int(township);
                        row.int(day.0.into());
                        row.text(camera.as_str());
                        for level in Level::ALL {
                            row.int(columns::int(figures.amount(level)));
                        }
                    })
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// The sums of the days from `first` to before `end`, by day and camera. Days that were not worked out are missing.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn status_days(
        &self,
        township: &TownshipId,
        first: LocalDay,
        end: LocalDay,
    ) -> Result<Vec<(LocalDay, CameraId, Figures)>, StoreError> {
        let rows =
            sqlx::query("SELECT * FROM status_days WHERE township = ? AND day >= ? AND day < ? ORDER BY day, camera")
                .bind(columns::township_number(township))
                .bind(first.0)
                .bind(end.0)
                .fetch_all(&self.shared.readers)
                .await;
        rows.and_then(|rows| rows.iter().map(sum_from).collect()).map_err(not_read("sums of days"))
    }

    /// Whether the sums of a day are there.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn has_status_day(&self, township: &TownshipId, day: LocalDay) -> Result<bool, StoreError> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM status_days WHERE township = ? AND day = ?)")
            .bind(columns::township_number(township))
            .bind(day.0)
            .fetch_one(&self.shared.readers)
            .await
            .map_err(not_read("sums of days"))
    }
}

/// From the first moment of these intervals, which are in order, to their last: when the camera was enrolled.
fn covered(intervals: &[Interval]) -> Span {
    let from_us = intervals.first().map_or(0, |it| it.from_us);
    Span { from_us, to_us: intervals.last().map_or(0, |it| it.to_us.unwrap_or(TimestampUs::MAX)) }
}

fn sum_from(row: &SqliteRow) -> Result<(LocalDay, CameraId, Figures), sqlx::Error> {
    let mut figures = Figures::default();
    for (level, column) in Level::ALL.into_iter().zip(SUMS) {
        figures.add(level, columns::uint(row, column)?);
    }
    Ok((LocalDay(columns::small(row, "day")?), columns::parsed(row, "camera")?, figures))
}
