//! Acts of commands that work in the data folder of a hub, also while it runs: only the hub writes the log, so a command leaves
//! a note of its act before it begins, and the hub makes a row of each note, within a minute or when it starts.
//!
//! Of a hub that is killed between the two a row may be there twice; none is missing.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::os::unix::fs::chown;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use tracing::error;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::Outcome;
use xl_model::clock::TimestampMs;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;

use crate::audit::Auditor;
use crate::audit::NotRecorded;

/// The folder of the notes, in the data folder.
const FOLDER: &str = "acts";

/// What the file of a whole note ends with.
const ENDING: &str = "json";

/// An act of a command, about to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// When it begins, by the clock of the machine.
    at_ms: TimestampMs,
    /// The command, such as `xueliang backup`.
    by: String,
    /// What is done: dotted words.
    action: String,
    /// To what.
    object: String,
    /// The code of why it did not come about.
    failed: Option<String>,
}

/// An act was not noted, and therefore not done. Code XL0941.
#[derive(Debug, thiserror::Error)]
#[error("`{action}` not noted for the audit log in `{path}`, so it was not done")]
pub struct NotNoted {
    action: String,
    path: PathBuf,
    source: io::Error,
}

impl NotNoted {
    /// The stable code.
    pub fn code(&self) -> Code {
        Code(941)
    }
}

impl Note {
    /// That `by` does something to `object` from `at_ms` on.
    pub fn new(at_ms: TimestampMs, by: &str, action: &str, object: &str) -> Self {
        Self { at_ms, by: by.to_owned(), action: action.to_owned(), object: object.to_owned(), failed: None }
    }

    /// Leaves the note in the data folder of a hub, and does what it is about; a second note when that fails, with its `code`.
    ///
    /// # Errors
    /// [`NotNoted`], and nothing is done; what the act says.
    pub async fn around<T, E: From<NotNoted>>(
        mut self,
        data: &Path,
        act: impl Future<Output = Result<T, E>>,
        code: fn(&E) -> Code,
    ) -> Result<T, E> {
        self.leave(data)?;
        let done = act.await;
        if let Err(fault) = &done {
            self.failed = Some(code(fault).to_string());
            // Why the act failed is what is told.
            drop(self.leave(data));
        }
        done
    }

    fn leave(&self, data: &Path) -> Result<(), NotNoted> {
        let path = data.join(FOLDER);
        self.write(data, &path).map_err(|source| NotNoted { action: self.action.clone(), path, source })
    }

    /// Durable when this returns.
    fn write(&self, data: &Path, folder: &Path) -> io::Result<()> {
        let owner = fs::metadata(data)?;
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        give(folder, &owner)?;
        let path = folder.join(format!("{:015}-{}.{ENDING}", self.at_ms, uuid::Uuid::now_v7()));
        let fresh = path.with_extension("new");
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        give(&fresh, &owner)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        fs::File::open(folder)?.sync_all()
    }

    fn row(&self, now_ms: TimestampMs) -> Entry {
        let begun = rfc3339(self.at_ms);
        let entry = Entry::new(now_ms, Actor::new(&self.by, ""), &self.action, &self.object);
        match &self.failed {
            None => entry.with_detail(&format!("begun {begun}")),
            Some(why) => entry.with_outcome(Outcome::Failed).with_detail(&format!("begun {begun}, {why}")),
        }
    }
}

/// Gives what root made to the user whose hub has to read it.
fn give(path: &Path, owner: &fs::Metadata) -> io::Result<()> {
    if fs::metadata(path)?.uid() == owner.uid() {
        return Ok(());
    }
    chown(path, Some(owner.uid()), Some(owner.gid()))
}

/// The notes in a data folder.
pub(super) struct Notes {
    folder: PathBuf,
    /// Those that have their row and could not be removed.
    left: BTreeSet<PathBuf>,
}

impl Notes {
    /// Those that commands leave in the folder `data`.
    pub(super) fn new(data: &Path) -> Self {
        Self { folder: data.join(FOLDER), left: BTreeSet::new() }
    }

    /// Makes rows of them, in the order in which the acts began.
    ///
    /// What cannot be read as a note stays where it is and is told in the hub's log.
    ///
    /// # Errors
    /// [`NotRecorded`]: the notes stay.
    pub(super) async fn record(&mut self, auditor: &Auditor) -> Result<(), NotRecorded> {
        for path in told(&self.folder, self.paths().await).unwrap_or_default() {
            if let Some(note) = told(&path, read(&path).await) {
                auditor.record(note.row(auditor.now_ms())).await?;
                if told(&path, tokio::fs::remove_file(&path).await).is_none() {
                    self.left.insert(path);
                }
            }
        }
        Ok(())
    }

    async fn paths(&self) -> io::Result<Vec<PathBuf>> {
        let mut files = match tokio::fs::read_dir(&self.folder).await {
            // No command has left any.
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            files => files?,
        };
        let mut paths = Vec::new();
        while let Some(file) = files.next_entry().await? {
            let path = file.path();
            if path.extension().is_some_and(|ending| ending == ENDING) && !self.left.contains(&path) {
                paths.push(path);
            }
        }
        paths.sort();
        Ok(paths)
    }
}

async fn read(path: &Path) -> io::Result<Note> {
    Ok(serde_json::from_slice(&tokio::fs::read(path).await?)?)
}

/// What was done; what went wrong is told in the hub's log.
fn told<T>(path: &Path, done: io::Result<T>) -> Option<T> {
    done.inspect_err(|fault| error!(code = %Code(104), path = %path.display(), "note of an act not taken: {fault}"))
        .ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use xl_model::clock::Clock;
    use xl_store::Store;
    use xl_store::StoreConfig;
    use xl_store::audit::AuditFilter;

    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now_ms(&self) -> TimestampMs {
            1_795_824_000_000
        }
    }

    async fn site() -> (tempfile::TempDir, Store, Auditor) {
        let data = tempfile::tempdir().unwrap();
        let config = StoreConfig { folder: data.path().to_owned(), commit_operations: 16, head_events: 16, readers: 1 };
        let store = Store::open(config).await.unwrap();
        let auditor = Auditor::new(store.clone(), Arc::new(Noon));
        (data, store, auditor)
    }

    /// Who did what to what, what became of it and the detail; the oldest first.
    async fn rows(store: &Store) -> Vec<String> {
        let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
        let rows = store.audit_rows(&filter).await.unwrap();
        let told = rows.iter().rev().map(|row| {
            let Entry { actor, action, object, outcome, detail, .. } = &row.entry;
            format!("{} {action} {object} {outcome:?} {detail}", actor.who)
        });
        told.collect()
    }

    /// What a command says that fails.
    #[derive(Debug)]
    struct Fault(Code);

    impl From<NotNoted> for Fault {
        fn from(fault: NotNoted) -> Self {
            Self(fault.code())
        }
    }

    /// A backup that ends so.
    async fn back_up(data: &Path, at_ms: TimestampMs, end: Result<(), Fault>) -> Result<(), u16> {
        let note = Note::new(at_ms, "xueliang backup", "data.back-up", "county.age");
        note.around(data, async { end }, |fault: &Fault| fault.0).await.map_err(|fault| fault.0.0)
    }

    #[tokio::test]
    async fn an_act_beside_the_hub_becomes_a_row_and_a_failed_one_a_second_row() {
        let (data, store, auditor) = site().await;
        let mut notes = Notes::new(data.path());
        let at_ms = 1_795_820_400_000;
        assert_eq!(back_up(data.path(), at_ms + 1, Err(Fault(Code(983)))).await, Err(983));
        assert_eq!(back_up(data.path(), at_ms, Ok(())).await, Ok(()));
        notes.record(&auditor).await.unwrap();
        notes.record(&auditor).await.unwrap();
        assert_eq!(
            rows(&store).await,
            [
                "xueliang backup data.back-up county.age Allowed begun 2026-11-27T23:00:00.000Z",
                "xueliang backup data.back-up county.age Allowed begun 2026-11-27T23:00:00.001Z",
                "xueliang backup data.back-up county.age Failed begun 2026-11-27T23:00:00.001Z, XL0983",
            ]
        );
    }

    #[tokio::test]
    async fn what_is_no_note_stays_and_keeps_no_other_away() {
        let (data, store, auditor) = site().await;
        let folder = data.path().join(FOLDER);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("0.json"), "{").unwrap();
        fs::write(folder.join("1.new"), "").unwrap();
        back_up(data.path(), 0, Ok(())).await.unwrap();
        Notes::new(data.path()).record(&auditor).await.unwrap();
        assert_eq!(
            rows(&store).await,
            ["xueliang backup data.back-up county.age Allowed begun 1970-01-01T00:00:00.000Z"]
        );
        let mut left: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["0.json", "1.new"]);
    }

    #[tokio::test]
    async fn a_note_that_cannot_be_removed_is_one_row() {
        let (data, store, auditor) = site().await;
        back_up(data.path(), 0, Ok(())).await.unwrap();
        let mut notes = Notes::new(data.path());
        let path = notes.paths().await.unwrap().remove(0);
        notes.left.insert(path);
        notes.record(&auditor).await.unwrap();
        assert!(rows(&store).await.is_empty());
    }

    #[tokio::test]
    async fn what_cannot_be_noted_is_not_done() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join(FOLDER), "").unwrap();
        let note = Note::new(0, "xueliang backup", "data.back-up", "x");
        let done = note.around(data.path(), async { panic!("it was done") }, |fault: &Fault| fault.0).await;
        let done: Result<(), Fault> = done;
        assert_eq!(done.unwrap_err().0, Code(941));
    }

    #[tokio::test]
    async fn what_root_notes_belongs_to_the_hubs_user() {
        let data = tempfile::tempdir().unwrap();
        // Only root can give a folder away; anybody else sees his own notes here.
        let given = chown(data.path(), Some(12_345), Some(12_345)).is_ok();
        back_up(data.path(), 0, Ok(())).await.unwrap();
        let path = Notes::new(data.path()).paths().await.unwrap().remove(0);
        let (owner, made) = (fs::metadata(data.path()).unwrap().uid(), fs::metadata(path).unwrap().uid());
        assert_eq!((made, given), (owner, owner == 12_345));
    }
}
