//! Records in memory: what modules read or wrote last.
//!
//! A module begins each batch with nothing and asks again for most of what it kept in the one before. Filled by reads and,
//! after each commit, by the writer, before anybody is told of it; so what is found here is what is committed. Nobody else
//! writes records, but for retention, which pauses it: the folder belongs to this process.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use xl_model::effect::Effect;
use xl_model::id::ModuleKey;

use crate::modules::Commit;

/// Most bytes of one module; with more it starts anew. A county's hundred modules stay below 100 MiB.
const MODULE_BYTES: usize = 1024 * 1024;

/// What a record takes beside its texts.
const RECORD_BYTES: usize = 128;

/// The records that modules dealt with last.
#[derive(Default)]
pub(crate) struct Recent(Mutex<HashMap<ModuleKey, Kept>>);

#[derive(Default)]
struct Kept {
    /// Commits so far: what was read before one may be old.
    commits: u64,
    /// Somebody removes records: nothing is kept meanwhile.
    paused: bool,
    bytes: usize,
    /// By collection and key; `None`: there is no such record.
    documents: HashMap<String, HashMap<String, Option<String>>>,
}

/// What is known of a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Its document, or that there is none.
    Known(Option<String>),
    /// Nothing; what is read now may be kept with this mark.
    Unknown(Mark),
}

/// When a read began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark(u64);

impl Recent {
    /// What is known of a record.
    pub(crate) fn find(&self, module: &ModuleKey, collection: &str, key: &str) -> Found {
        let modules = self.lock();
        let Some(kept) = modules.get(module) else { return Found::Unknown(Mark(0)) };
        match kept.documents.get(collection).and_then(|documents| documents.get(key)) {
            Some(document) => Found::Known(document.clone()),
            None => Found::Unknown(Mark(kept.commits)),
        }
    }

    /// Keeps what was read, unless the module committed since the read began.
    pub(crate) fn keep(&self, module: &ModuleKey, collection: &str, key: &str, document: Option<&str>, mark: Mark) {
        let mut modules = self.lock();
        let kept = modules.entry(module.clone()).or_default();
        if kept.commits == mark.0 && !kept.paused {
            kept.put(collection, key, document);
        }
    }

    /// Knows nothing of a module until the answer is dropped: its records are removed by somebody else than itself.
    pub(crate) fn pause(&self, module: &ModuleKey) -> Pause<'_> {
        self.change(module, |kept| kept.paused = true);
        Pause { recent: self, module: module.clone() }
    }

    fn change(&self, module: &ModuleKey, change: impl FnOnce(&mut Kept)) {
        let mut modules = self.lock();
        let kept = modules.entry(module.clone()).or_default();
        kept.commits += 1;
        kept.forget();
        change(kept);
    }

    /// Takes what a module committed.
    pub(crate) fn committed(&self, commit: &Commit) {
        let mut modules = self.lock();
        let kept = modules.entry(commit.module.clone()).or_default();
        kept.commits += 1;
        if kept.paused {
            return;
        }
        for effect in &commit.effects {
            match effect {
                Effect::Put { collection, key, document, .. } => kept.put(collection, key, Some(document)),
                Effect::Delete { collection, key } => kept.put(collection, key, None),
                Effect::Publish(_)
                | Effect::IssueLink { .. }
                | Effect::RevokeLink { .. }
                | Effect::MoveCase { .. }
                | Effect::ReportKpi(_) => {}
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ModuleKey, Kept>> {
        // A holder that panicked may have left out a change: better nothing than that.
        self.0.lock().unwrap_or_else(|poisoned: PoisonError<_>| {
            let mut modules = poisoned.into_inner();
            modules.values_mut().for_each(Kept::forget);
            modules
        })
    }
}

/// While it lives, what a module asks for is read from the store.
pub(crate) struct Pause<'a> {
    recent: &'a Recent,
    module: ModuleKey,
}

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        self.recent.change(&self.module, |kept| kept.paused = false);
    }
}

impl Kept {
    fn put(&mut self, collection: &str, key: &str, document: Option<&str>) {
        let size = RECORD_BYTES + key.len() + document.map_or(0, str::len);
        if self.bytes + size > MODULE_BYTES {
            self.forget();
        }
        if !self.documents.contains_key(collection) {
            self.documents.insert(collection.to_owned(), HashMap::new());
        }
        let Some(documents) = self.documents.get_mut(collection) else { return };
        let document = document.map(str::to_owned);
        match documents.get_mut(key) {
            // Counted as one more: a module that writes the same again and again starts anew now and then.
            Some(known) => *known = document,
            None => drop(documents.insert(key.to_owned(), document)),
        }
        self.bytes += size;
    }

    fn forget(&mut self) {
        self.documents.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module() -> ModuleKey {
        ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() }
    }

    fn put(key: &str, document: &str) -> Commit {
        let effect = Effect::Put {
            collection: "c".to_owned(),
            key: key.to_owned(),
            document: document.to_owned(),
            indexed: Vec::new(),
        };
        commit(effect)
    }

    fn commit(effect: Effect) -> Commit {
        Commit {
            module: module(),
            revision: 0,
            cursor: None,
            trigger: None,
            effects: vec![effect],
            events: Vec::new(),
            dead_letters: Vec::new(),
            settled: Vec::new(),
            answers: Vec::new(),
            used: None,
        }
    }

    fn found(recent: &Recent, key: &str) -> Option<Option<String>> {
        match recent.find(&module(), "c", key) {
            Found::Known(document) => Some(document),
            Found::Unknown(_) => None,
        }
    }

    fn mark(recent: &Recent) -> Mark {
        match recent.find(&module(), "c", "nothing") {
            Found::Unknown(mark) => mark,
            Found::Known(_) => unreachable!("it was never kept"),
        }
    }

    #[test]
    fn what_was_read_or_committed_is_known_also_that_there_is_none() {
        let recent = Recent::default();
        assert_eq!(found(&recent, "a"), None);
        recent.keep(&module(), "c", "a", None, mark(&recent));
        assert_eq!(found(&recent, "a"), Some(None));
        recent.committed(&put("a", "1"));
        assert_eq!(found(&recent, "a"), Some(Some("1".to_owned())));
        recent.committed(&commit(Effect::Delete { collection: "c".to_owned(), key: "a".to_owned() }));
        assert_eq!(found(&recent, "a"), Some(None));
        let other = ModuleKey { plugin: "other".parse().unwrap(), ..module() };
        assert!(matches!(recent.find(&other, "c", "a"), Found::Unknown(_)));
    }

    #[test]
    fn what_was_read_before_a_commit_is_not_kept_after_it() {
        let recent = Recent::default();
        let before = mark(&recent);
        recent.committed(&put("b", "new"));
        recent.keep(&module(), "c", "a", Some("old"), before);
        recent.keep(&module(), "c", "b", Some("old"), before);
        assert_eq!((found(&recent, "a"), found(&recent, "b")), (None, Some(Some("new".to_owned()))));
    }

    #[test]
    fn nothing_is_kept_while_records_are_removed_nor_what_was_read_before_or_meanwhile() {
        let recent = Recent::default();
        recent.committed(&put("a", "1"));
        let before = mark(&recent);
        let pause = recent.pause(&module());
        assert_eq!(found(&recent, "a"), None);
        let meanwhile = mark(&recent);
        recent.keep(&module(), "c", "a", Some("1"), before);
        recent.keep(&module(), "c", "a", Some("1"), meanwhile);
        recent.committed(&put("b", "2"));
        assert_eq!((found(&recent, "a"), found(&recent, "b")), (None, None));
        drop(pause);
        recent.keep(&module(), "c", "a", Some("1"), meanwhile);
        assert_eq!(found(&recent, "a"), None);
        recent.keep(&module(), "c", "a", None, mark(&recent));
        assert_eq!(found(&recent, "a"), Some(None));
    }

    #[test]
    fn a_module_keeps_so_many_bytes_and_then_starts_anew() {
        let recent = Recent::default();
        let document = "x".repeat(MODULE_BYTES / 4);
        for key in ["1", "2", "3"] {
            recent.committed(&put(key, &document));
        }
        assert!(found(&recent, "1").is_some());
        recent.committed(&put("4", &document));
        assert_eq!((found(&recent, "1"), found(&recent, "4").is_some()), (None, true));
    }
}
