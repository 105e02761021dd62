//! Small things that nobody waits for: they join the next commit.

use std::collections::HashMap;

use sqlx::Row;
use sqlx::SqliteConnection;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::effect::LogLine;
use xl_model::fault::Refusal;
use xl_model::id::ModuleKey;

use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;
use crate::writer::Memory;

/// Lines that a module's log keeps.
pub(crate) const LOG_LINES: u32 = 10_000;

/// Refusals that are kept.
pub(crate) const REFUSALS: u32 = 10_000;

/// So many new rows are written before the oldest are removed.
const TRIM_ROWS: u32 = 1_000;

/// So many rows get a commit of their own rather than wait.
const WAITING_ROWS: usize = 4_096;

/// Longest line of a module's log, in bytes.
const LINE_BYTES: usize = 4_096;

/// Longest sample of a refusal, in bytes.
const SAMPLE_BYTES: usize = 4_096;

static LINES: MultiRow =
    MultiRow::new("INSERT INTO module_log (module, at_ms, level, message) VALUES ", "(?,?,?,?)", 4, "");
static SEEN: MultiRow = MultiRow::new(
    "UPDATE cameras SET last_seen_ms = max(coalesce(last_seen_ms, v.column3), v.column3) FROM (VALUES ",
    "(?,?,?)",
    3,
    ") AS v WHERE cameras.township = v.column1 AND cameras.camera = v.column2",
);
static VIEWS: MultiRow = MultiRow::new(
    "UPDATE links SET views = views + v.column2 FROM (VALUES ",
    "(?,?)",
    2,
    ") AS v WHERE links.code = v.column1",
);
static REFUSED: MultiRow = MultiRow::new(
    "INSERT INTO refusals (at_ms, township, source, place, code, detail, sample) VALUES ",
    "(?,?,?,?,?,?,?)",
    7,
    "",
);

/// What waits for the next commit.
#[derive(Default)]
pub(crate) struct Later {
    /// Lines of modules' logs, in order.
    pub(crate) lines: Vec<(ModuleKey, TimestampMs, LogLine)>,
    /// When cameras were last seen.
    pub(crate) seen: HashMap<CameraKey, TimestampMs>,
    /// How often links were opened.
    pub(crate) views: HashMap<String, i64>,
    /// Refusals, in order.
    pub(crate) refusals: Vec<Refusal>,
}

impl Later {
    /// Adds what came after it.
    pub(super) fn merge(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.refusals.extend(other.refusals);
        for (camera, at_ms) in other.seen {
            let seen = self.seen.entry(camera).or_insert(at_ms);
            *seen = at_ms.max(*seen);
        }
        for (code, views) in other.views {
            *self.views.entry(code).or_default() += views;
        }
    }

    /// How many rows it writes.
    pub(super) fn rows(&self) -> usize {
        self.lines.len() + self.seen.len() + self.views.len() + self.refusals.len()
    }

    /// Whether there is nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.rows() == 0
    }

    /// Whether it is little enough to wait.
    pub(super) fn can_wait(&self) -> bool {
        self.rows() < WAITING_ROWS
    }

    /// Writes everything.
    pub(super) async fn write(
        &self,
        connection: &mut SqliteConnection,
        memory: &mut Memory,
    ) -> Result<(), sqlx::Error> {
        self.write_lines(connection, memory).await?;
        let seen: Vec<_> = self.seen.iter().collect();
        SEEN.execute(connection, &seen, |row, (key, at_ms)| {
            row.int(columns::township_number(&key.township));
            row.text(key.camera.as_str());
            row.int(**at_ms);
        })
        .await?;
        let views: Vec<_> = self.views.iter().collect();
        VIEWS
            .execute(connection, &views, |row, (code, views)| {
                row.text(code);
                row.int(**views);
            })
            .await?;
        self.write_refusals(connection, memory).await
    }

    async fn write_lines(&self, connection: &mut SqliteConnection, memory: &mut Memory) -> Result<(), sqlx::Error> {
        let mut lines = Vec::with_capacity(self.lines.len());
        let mut full = Vec::new();
        for (module, at_ms, line) in &self.lines {
            // A module that does not exist has no log.
            let Some(number) = number(connection, memory, module).await? else { continue };
            lines.push((number, at_ms, line));
            // The first lines after a start trim too: nobody knows how many came before.
            let count = memory.lines.entry(number).or_insert(TRIM_ROWS);
            *count += 1;
            if *count > TRIM_ROWS {
                *count = 0;
                full.push(number);
            }
        }
        LINES
            .execute(connection, &lines, |row, (number, at_ms, line)| {
                row.int(*number);
                row.int(**at_ms);
                row.text(&columns::word(&line.level));
                row.text(cut(&line.message, LINE_BYTES));
            })
            .await?;
        for number in full {
            sqlx::query(
                "DELETE FROM module_log WHERE module = ?1 AND number <= \
                 (SELECT number FROM module_log WHERE module = ?1 ORDER BY number DESC LIMIT 1 OFFSET ?2)",
            )
            .bind(number)
            .bind(LOG_LINES)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }

    async fn write_refusals(&self, connection: &mut SqliteConnection, memory: &mut Memory) -> Result<(), sqlx::Error> {
        if self.refusals.is_empty() {
            return Ok(());
        }
        REFUSED
            .execute(connection, &self.refusals, |row, refusal| {
                row.int(refusal.at_ms);
                row.opt_int(refusal.township.as_ref().map(columns::township_number));
                row.text(&refusal.source);
                row.text(&refusal.place);
                row.int(refusal.refused.code.0.into());
                row.text(&refusal.refused.detail);
                row.blob(&refusal.sample[..refusal.sample.len().min(SAMPLE_BYTES)]);
            })
            .await?;
        let count = memory.refusals.get_or_insert(TRIM_ROWS);
        *count = count.saturating_add(u32::try_from(self.refusals.len()).unwrap_or(u32::MAX));
        if *count > TRIM_ROWS {
            *count = 0;
            sqlx::query("DELETE FROM refusals WHERE number <= (SELECT max(number) FROM refusals) - ?")
                .bind(REFUSALS)
                .execute(connection)
                .await?;
        }
        Ok(())
    }
}

async fn number(
    connection: &mut SqliteConnection,
    memory: &mut Memory,
    module: &ModuleKey,
) -> Result<Option<i64>, sqlx::Error> {
    if let Some(number) = memory.modules.get(module) {
        return Ok(Some(*number));
    }
    let row = sqlx::query("SELECT number FROM modules WHERE township = ? AND plugin = ?")
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_optional(connection)
        .await?;
    let number = row.map(|row| row.try_get("number")).transpose()?;
    if let Some(number) = number {
        memory.modules.insert(module.clone(), number);
    }
    Ok(number)
}

/// The longest beginning of `text` of at most `bytes` bytes.
fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}
