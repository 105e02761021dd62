//! An audit log that grows in stages, each with its checkpoint and a copy of its database.

use std::path::Path;
use std::path::PathBuf;

use sqlx::ConnectOptions as _;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::sqlite::SqliteJournalMode;
use sqlx::sqlite::SqliteSynchronous;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::LookedAt;
use xl_model::audit::checkpoint::Kind;
use xl_model::audit::checkpoint::Statement;
use xl_model::audit::text::Text;
use xl_model::clock::TimestampMs;
use xl_model::id::Digest;
use xl_store::Store;
use xl_store::StoreConfig;

use crate::fixture::NOON_MS;
use crate::fixture::town;

/// A log of many stages, and the databases as they were after each.
pub(super) struct Ledger {
    pub(super) statements: Vec<Statement>,
    pub(super) rows: u64,
    stages: Vec<(u64, PathBuf)>,
    _folder: tempfile::TempDir,
}

impl Ledger {
    /// A log of `stages` stages, 1 to 5 rows each; the hub is stopped after each.
    pub(super) async fn of(stages: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let (mut statements, mut copies, mut rows) = (Vec::new(), Vec::new(), 0);
        for number in 1..=stages {
            let store = open_store(&data).await;
            for _ in 0..number * 7 % 5 + 1 {
                store.append_audit(vec![entry(rows, time_of(rows))]).await.unwrap();
                rows += 1;
            }
            let head = store.audit_head().await.unwrap();
            store.close().await;
            statements.push(statement(number, Kind::Head, head.seq, &head.hash, head.at_ms, head.at_ms));
            let copy = folder.path().join(format!("{number}.db"));
            std::fs::copy(data.join("xueliang.db"), &copy).unwrap();
            copies.push((rows, copy));
        }
        Self { statements, rows, stages: copies, _folder: folder }
    }

    /// A data folder with the log as it is now.
    pub(super) fn copy(&self) -> tempfile::TempDir {
        self.stage(self.stages.len() - 1).1
    }

    /// A data folder with the log as it was after a stage, and how many rows it had.
    pub(super) fn stage(&self, index: usize) -> (u64, tempfile::TempDir) {
        let (rows, file) = &self.stages[index];
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(file, folder.path().join("xueliang.db")).unwrap();
        (*rows, folder)
    }
}

/// A store on a data folder.
pub(super) async fn open_store(folder: &Path) -> Store {
    let config = StoreConfig { folder: folder.to_owned(), commit_operations: 512, head_events: 16, readers: 1 };
    Store::open(config).await.unwrap()
}

/// The database itself, as somebody has it who may write the file.
pub(super) async fn open(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Delete)
        .synchronous(SqliteSynchronous::Off);
    options.disable_statement_logging().connect().await.unwrap()
}

/// When the entry `n` of a ledger was written.
pub(super) fn time_of(n: u64) -> TimestampMs {
    NOON_MS + i64::try_from(n).unwrap() * 1_000
}

/// An entry that differs from its neighbours; every third is a look.
pub(super) fn entry(n: u64, at_ms: TimestampMs) -> Entry {
    let actor = Actor::new(&format!("person {}", n % 5), "浮来山街道");
    let entry = Entry::new(at_ms, actor, &format!("test.act-{}", n % 7), &format!("object/{n}"));
    let entry = entry.in_township(Some(town())).with_detail(&format!("第 {n} 行"));
    if !n.is_multiple_of(3) {
        return entry;
    }
    let (camera, purpose) = ("gh-1".parse().unwrap(), Text::new("flood"));
    entry.with_look(LookedAt { camera, purpose, reason: Text::new("看水位") })
}

/// A statement about a log.
pub(super) fn statement(
    number: u64,
    kind: Kind,
    seq: u64,
    hash: &Digest,
    at_ms: TimestampMs,
    newest_ms: TimestampMs,
) -> Statement {
    Statement { number, kind, at_ms, seq, hash: hash.clone(), newest_ms }
}
