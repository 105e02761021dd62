//! Schedules of modules with their next due times.

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::event::NewEvent;
use xl_model::id::ModuleKey;
use xl_model::manifest::Schedule;

use crate::Store;
use crate::StoreError;
use crate::modules::ScheduleRow;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::Operation;
use crate::writer::change::Refused;
use crate::writer::work::Task;
use crate::writer::work::Work;

impl Store {
    /// Brings a module's schedules in line with its manifest; keeps the due time of what did not change.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn set_schedules(&self, module: &ModuleKey, rows: Vec<ScheduleRow>) -> Result<(), StoreError> {
        let module = module.clone();
        self.change(move |connection| Box::pin(set(connection, module, rows))).await
    }

    /// All schedules of running modules.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn schedules(&self) -> Result<Vec<ScheduleRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT s.*, m.township, m.plugin FROM schedules AS s JOIN modules AS m ON m.number = s.module \
             WHERE m.state = 'running' ORDER BY s.next_ms, s.module, s.name",
        )
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(schedule_from).collect()).map_err(not_read("schedules"))
    }

    /// Appends the due events and moves the schedule on, in one transaction; nothing when it has moved already.
    ///
    /// A module that does not run counts as moved.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn schedule_due(
        &self,
        row: &ScheduleRow,
        events: Vec<NewEvent>,
        next_ms: TimestampMs,
    ) -> Result<bool, StoreError> {
        let row = Box::new(row.clone());
        self.ask(|reply| Operation::Work(Work { events, task: Task::Due { row, next_ms, reply } })).await
    }
}

async fn set(connection: &mut SqliteConnection, module: ModuleKey, rows: Vec<ScheduleRow>) -> Result<(), Refused> {
    let number: Option<i64> = sqlx::query_scalar("SELECT number FROM modules WHERE township = ? AND plugin = ?")
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(number) = number else {
        return Err(StoreError::NotFound { what: "module", id: module.to_string() }.into());
    };
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    sqlx::query("DELETE FROM schedules WHERE module = ? AND name NOT IN (SELECT value FROM json_each(?))")
        .bind(number)
        .bind(serde_json::Value::from(names).to_string())
        .execute(&mut *connection)
        .await?;
    // A handful of rows, and only when a module is enabled or upgraded.
    for row in rows {
        sqlx::query(
            "INSERT INTO schedules (module, name, cron, zone, missed, next_ms) VALUES (?, ?, ?, ?, ?, ?) \
             ON CONFLICT (module, name) DO UPDATE SET cron = excluded.cron, zone = excluded.zone, \
             missed = excluded.missed, next_ms = CASE WHEN cron = excluded.cron AND zone = excluded.zone \
             AND missed = excluded.missed THEN next_ms ELSE excluded.next_ms END",
        )
        .bind(number)
        .bind(row.name)
        .bind(row.schedule.cron)
        .bind(row.schedule.zone)
        .bind(columns::word(&row.schedule.missed))
        .bind(row.next_ms)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

fn schedule_from(row: &SqliteRow) -> Result<ScheduleRow, sqlx::Error> {
    let name: String = row.try_get("name")?;
    Ok(ScheduleRow {
        module: ModuleKey {
            township: columns::township_id(row.try_get("township")?)?,
            plugin: columns::parsed(row, "plugin")?,
        },
        schedule: Schedule {
            name: name.clone(),
            cron: row.try_get("cron")?,
            zone: row.try_get("zone")?,
            missed: columns::from_word(row, "missed")?,
        },
        name,
        next_ms: row.try_get("next_ms")?,
    })
}
