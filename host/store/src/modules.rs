//! What modules are and keep: installed plugins, modules, records, links, dead letters, module logs, schedules.
//!
//! The values, and what concerns modules and their records, stand here; the rest in files of their own.

mod history;
mod indexes;
mod links;
mod plugins;
mod schedules;
mod usage;
mod waiting;

pub use usage::DayUsage;
pub use usage::Used;
pub use waiting::WaitingUpgrade;

use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::effect::Answer;
use xl_model::effect::Effect;
use xl_model::effect::LogLine;
use xl_model::event::Appended;
use xl_model::event::NewEvent;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::manifest::Collection;
use xl_model::manifest::Manifest;
use xl_model::module::DeadLetter;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::record::RecordPage;
use xl_model::record::RecordQuery;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::recent::Found;
use crate::records;
use crate::sqlite::columns;
use crate::writer::Operation;
use crate::writer::change::Refused;
use crate::writer::work::Work;

/// All that one run changes: in one transaction, or not at all.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The module.
    pub module: ModuleKey,
    /// The revision that the run started from; when the module has moved on, nothing is changed.
    pub revision: u64,
    /// The new cursor; `None` leaves it (page actions, retried dead letters).
    pub cursor: Option<u64>,
    /// The event that led to this run and is not in the log yet (`page.action`); appended first.
    pub trigger: Option<NewEvent>,
    /// Records and links, in order. `Effect::Publish` is ignored here: see `events`.
    pub effects: Vec<Effect>,
    /// The module's own events, in order, after `trigger`. With a `trigger` their `cause` becomes its number.
    pub events: Vec<NewEvent>,
    /// Events that are given up.
    pub dead_letters: Vec<DeadLetter>,
    /// Dead letters that are handled now.
    pub settled: Vec<u64>,
    /// Recorded host answers, kept for replay under the run's first event.
    pub answers: Vec<(u64, Answer)>,
    /// What the run used; `None`: nothing ran.
    pub used: Option<Used>,
}

/// What a commit did.
#[derive(Debug, Clone, PartialEq)]
pub struct Committed {
    /// The module's revision now.
    pub revision: u64,
    /// Number of the trigger, if there was one.
    pub trigger: Option<u64>,
    /// One answer for each of `events`.
    pub events: Vec<Appended>,
}

/// An installed plugin build.
#[derive(Debug, Clone, PartialEq)]
pub struct Plugin {
    /// SHA-256 of the packed component.
    pub digest: Digest,
    /// Its manifest.
    pub manifest: Manifest,
    /// When it was installed.
    pub installed_ms: TimestampMs,
    /// Who vouches for it, as the file beside it said; not compared with anything here.
    pub signature: Option<String>,
}

/// A line of a module's log.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredLine {
    /// When.
    pub at_ms: TimestampMs,
    /// The line.
    pub line: LogLine,
}

/// A public link.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The random code.
    pub code: String,
    /// The module that issued it.
    pub module: ModuleKey,
    /// The page it opens.
    pub page: String,
    /// The page's query, JSON object text.
    pub query: String,
    /// Whether it was closed.
    pub revoked: bool,
    /// How often it was opened; never by whom.
    pub views: u64,
}

/// A schedule of a module with its next due time.
#[derive(Debug, Clone, PartialEq)]
pub struct ScheduleRow {
    /// The module.
    pub module: ModuleKey,
    /// Its name in the manifest.
    pub name: String,
    /// Cron text, zone and policy it was computed from.
    pub schedule: xl_model::manifest::Schedule,
    /// The next due time.
    pub next_ms: TimestampMs,
}

impl Store {
    /// Commits one run. [`StoreError::Conflict`]: the module moved on, nothing was changed.
    ///
    /// A trigger whose source and id are in the log already has had its effect: nothing is changed either.
    ///
    /// # Errors
    /// [`StoreError::Conflict`]; [`StoreError::Exists`] for such a trigger; [`StoreError::NotFound`] for an unknown
    /// module; [`StoreError::Failed`].
    pub async fn commit(&self, commit: Commit) -> Result<Committed, StoreError> {
        self.ask(|reply| Operation::Work(Work::commit(commit, reply))).await
    }

    /// Enables a module; its cursor starts after the newest event. [`StoreError::Exists`] when it is enabled already.
    ///
    /// # Errors
    /// [`StoreError::Exists`], [`StoreError::Failed`].
    pub async fn enable_module(&self, module: Module) -> Result<Module, StoreError> {
        self.change(move |connection| Box::pin(enable(connection, module))).await
    }

    /// All modules.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn modules(&self) -> Result<Vec<Module>, StoreError> {
        let rows = sqlx::query("SELECT * FROM modules ORDER BY township, plugin").fetch_all(&self.shared.readers).await;
        rows.and_then(|rows| rows.iter().map(module_from).collect()).map_err(not_read("modules"))
    }

    /// One module.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn module(&self, key: &ModuleKey) -> Result<Option<Module>, StoreError> {
        let row = sqlx::query("SELECT * FROM modules WHERE township = ? AND plugin = ?")
            .bind(columns::township_number(&key.township))
            .bind(key.plugin.as_str())
            .fetch_optional(&self.shared.readers)
            .await;
        row.and_then(|row| row.as_ref().map(module_from).transpose()).map_err(not_read("module"))
    }

    /// Changes settings and grants; raises the revision.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn configure_module(
        &self,
        key: &ModuleKey,
        settings: serde_json::Value,
        grants: Grants,
    ) -> Result<Module, StoreError> {
        let key = key.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let rows = sqlx::query(
                    "UPDATE modules SET settings = ?, grants = ?, revision = revision + 1 \
                     WHERE township = ? AND plugin = ? RETURNING *",
                )
                .bind(settings.to_string())
                .bind(serde_json::to_string(&grants).expect("grants are plain values"))
                .bind(columns::township_number(&key.township))
                .bind(key.plugin.as_str())
                .fetch_all(connection)
                .await?;
                changed(&rows, &key)
            })
        })
        .await
    }

    /// Changes the state; raises the revision.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn set_module_state(
        &self,
        key: &ModuleKey,
        state: ModuleState,
        reason: Option<String>,
    ) -> Result<Module, StoreError> {
        let key = key.clone();
        self.change(move |connection| {
            Box::pin(async move {
                let rows = sqlx::query(
                    "UPDATE modules SET state = ?, reason = ?, revision = revision + 1 \
                     WHERE township = ? AND plugin = ? RETURNING *",
                )
                .bind(columns::word(&state))
                .bind(reason)
                .bind(columns::township_number(&key.township))
                .bind(key.plugin.as_str())
                .fetch_all(connection)
                .await?;
                changed(&rows, &key)
            })
        })
        .await
    }

    /// Swaps the build, with settings and grants where others are given, and remembers the old one for rollback; raises
    /// the revision. An upgrade that waited waits no more. What the new build's collections index is filled from the
    /// records that are there, as [`Store::declare_indexes`] does.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::Failed`].
    pub async fn swap_module(
        &self,
        key: &ModuleKey,
        digest: &Digest,
        settings: Option<serde_json::Value>,
        grants: Option<Grants>,
        collections: Vec<Collection>,
    ) -> Result<Module, StoreError> {
        let (key, digest) = (key.clone(), digest.to_string());
        self.change(move |connection| {
            Box::pin(async move {
                let rows = sqlx::query(
                    "UPDATE modules SET previous = digest, digest = ?, settings = coalesce(?, settings), \
                     grants = coalesce(?, grants), revision = revision + 1 \
                     WHERE township = ? AND plugin = ? RETURNING *",
                )
                .bind(digest)
                .bind(settings.map(|settings| settings.to_string()))
                .bind(grants.map(|it| serde_json::to_string(&it).expect("grants are plain values")))
                .bind(columns::township_number(&key.township))
                .bind(key.plugin.as_str())
                .fetch_all(&mut *connection)
                .await?;
                sqlx::query(
                    "DELETE FROM waiting_upgrades \
                     WHERE module = (SELECT number FROM modules WHERE township = ? AND plugin = ?)",
                )
                .bind(columns::township_number(&key.township))
                .bind(key.plugin.as_str())
                .execute(&mut *connection)
                .await?;
                if let Some(row) = rows.first() {
                    indexes::fill(connection, row.try_get("number")?, &collections).await?;
                }
                changed(&rows, &key)
            })
        })
        .await
    }

    /// One record of a module.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn record(&self, module: &ModuleKey, collection: &str, key: &str) -> Result<Option<String>, StoreError> {
        let mark = match self.shared.recent.find(module, collection, key) {
            Found::Known(document) => return Ok(document),
            Found::Unknown(mark) => mark,
        };
        let document: Option<String> = sqlx::query_scalar(
            "SELECT document FROM records WHERE collection = ? AND key = ? \
             AND module = (SELECT number FROM modules WHERE township = ? AND plugin = ?)",
        )
        .bind(collection)
        .bind(key)
        .bind(columns::township_number(&module.township))
        .bind(module.plugin.as_str())
        .fetch_optional(&self.shared.readers)
        .await
        .map_err(not_read("record"))?;
        self.shared.recent.keep(module, collection, key, document.as_deref(), mark);
        Ok(document)
    }

    /// Records of a module by index.
    ///
    /// A query by an index finds the records that have a value under it; integers stand before texts.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for an `after` that was no `next`; [`StoreError::NotRead`].
    pub async fn find_records(&self, module: &ModuleKey, query: RecordQuery) -> Result<RecordPage, StoreError> {
        records::find(&self.shared.readers, module, query).await
    }
}

async fn enable(connection: &mut SqliteConnection, mut module: Module) -> Result<Module, Refused> {
    let township = columns::township_number(&module.key.township);
    // All appends of this transaction are in: this is the newest number that anybody was told.
    let last_seq: Option<i64> = sqlx::query_scalar("SELECT last_seq FROM townships WHERE township = ?")
        .bind(township)
        .fetch_optional(&mut *connection)
        .await?;
    module.cursor = last_seq.map_or(0, |seq| u64::try_from(seq).unwrap_or(0));
    let enabled = sqlx::query(
        "INSERT INTO modules (township, plugin, digest, previous, settings, grants, state, reason, cursor, revision, \
         enabled_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (township, plugin) DO NOTHING",
    )
    .bind(township)
    .bind(module.key.plugin.as_str())
    .bind(module.digest.as_str())
    .bind(module.previous.as_ref().map(Digest::as_str))
    .bind(module.settings.to_string())
    .bind(serde_json::to_string(&module.grants).expect("grants are plain values"))
    .bind(columns::word(&module.state))
    .bind(module.reason.as_deref())
    .bind(columns::int(module.cursor))
    .bind(columns::int(module.revision))
    .bind(module.enabled_ms)
    .execute(connection)
    .await?;
    match enabled.rows_affected() {
        0 => Err(StoreError::Exists { what: "module", id: module.key.to_string() }.into()),
        _ => Ok(module),
    }
}

fn changed(rows: &[SqliteRow], key: &ModuleKey) -> Result<Module, Refused> {
    match rows.first() {
        Some(row) => Ok(module_from(row)?),
        None => Err(StoreError::NotFound { what: "module", id: key.to_string() }.into()),
    }
}

/// Says that a thing does not exist when it was not found.
pub(crate) fn found(found: bool, what: &'static str, id: String) -> Result<(), Refused> {
    if found { Ok(()) } else { Err(StoreError::NotFound { what, id }.into()) }
}

fn module_from(row: &SqliteRow) -> Result<Module, sqlx::Error> {
    Ok(Module {
        key: ModuleKey {
            township: columns::township_id(row.try_get("township")?)?,
            plugin: columns::parsed(row, "plugin")?,
        },
        digest: columns::parsed(row, "digest")?,
        previous: columns::opt_parsed(row, "previous")?,
        settings: columns::json(row, "settings")?,
        grants: columns::json(row, "grants")?,
        state: columns::from_word(row, "state")?,
        reason: row.try_get("reason")?,
        cursor: columns::uint(row, "cursor")?,
        revision: columns::uint(row, "revision")?,
        enabled_ms: row.try_get("enabled_ms")?,
    })
}
