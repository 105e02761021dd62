//! What became of a module's runs: dead letters, log lines, recorded answers.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::effect::Answer;
use xl_model::effect::LogLine;
use xl_model::fault::Code;
use xl_model::id::ModuleKey;
use xl_model::module::DeadLetter;

use crate::Store;
use crate::StoreError;
use crate::modules::StoredLine;
use crate::not_read;
use crate::sqlite::columns;
use crate::writer::later::LOG_LINES;
use crate::writer::later::Later;

impl Store {
    /// The dead letters of a module, oldest first; at most 10,000.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn dead_letters(&self, module: &ModuleKey) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = sqlx::query(
            "SELECT seq, at_ms, tries, code, error FROM dead_letters \
             WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) ORDER BY seq LIMIT 10000",
        )
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(dead_letter_from).collect()).map_err(not_read("dead letters"))
    }

    /// Appends to a module's log; the newest 10,000 lines of a module are kept. Not durable: joins the next commit.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn write_module_log(
        &self,
        module: &ModuleKey,
        at_ms: TimestampMs,
        lines: Vec<LogLine>,
    ) -> Result<(), StoreError> {
        if lines.is_empty() {
            return Ok(());
        }
        let lines = lines.into_iter().map(|line| (module.clone(), at_ms, line)).collect();
        self.later(Later { lines, ..Later::default() }).await
    }

    /// The newest lines of a module's log that contain `text`, newest first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn module_log(
        &self,
        module: &ModuleKey,
        text: Option<&str>,
        limit: u32,
    ) -> Result<Vec<StoredLine>, StoreError> {
        self.flush().await;
        let rows = sqlx::query(
            "SELECT at_ms, level, message FROM module_log \
             WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) \
             AND instr(message, ?) > 0 ORDER BY number DESC LIMIT ?",
        )
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .bind(text.unwrap_or_default())
        .bind(limit.min(LOG_LINES))
        .fetch_all(&self.shared.readers)
        .await;
        rows.and_then(|rows| rows.iter().map(line_from).collect()).map_err(not_read("module log"))
    }

    /// The recorded answers of a run that began with the event `first_seq`.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn answers(&self, module: &ModuleKey, first_seq: u64) -> Result<Vec<Answer>, StoreError> {
        let rows = sqlx::query(
            "SELECT question, answer FROM answers WHERE first_seq = ? \
             AND module = (SELECT number FROM modules WHERE township = ? AND plugin = ?) ORDER BY number",
        )
        .bind(columns::int(first_seq))
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_all(&self.shared.readers)
        .await;
        let answer =
            |row: &SqliteRow| Ok(Answer { question: row.try_get("question")?, answer: row.try_get("answer")? });
        rows.and_then(|rows| rows.iter().map(answer).collect()).map_err(not_read("answers"))
    }
}

fn dead_letter_from(row: &SqliteRow) -> Result<DeadLetter, sqlx::Error> {
    Ok(DeadLetter {
        seq: columns::uint(row, "seq")?,
        at_ms: row.try_get("at_ms")?,
        tries: columns::small(row, "tries")?,
        code: Code(columns::small(row, "code")?),
        error: row.try_get("error")?,
    })
}

fn line_from(row: &SqliteRow) -> Result<StoredLine, sqlx::Error> {
    let line = LogLine { level: columns::from_word(row, "level")?, message: row.try_get("message")? };
    Ok(StoredLine { at_ms: row.try_get("at_ms")?, line })
}
