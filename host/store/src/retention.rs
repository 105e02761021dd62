//! Removes what is past its time: ids that need not be recognised, events, pictures that no event names, records of modules.
//!
//! How old an event is, says lived time (`time`), never a clock alone. How long it stays, say the rules
//! ([`xl_model::keep`]) and holds ([`crate::holds`]), read in the transaction that removes it (`chunk`). An event stays
//! while a running or suspended module, or a forwarding cursor, has still to pass it, and while its id is recognised.

mod chunk;
mod ids;
mod pictures;
mod policy;
mod records;
mod runs;
mod time;
mod versions;

pub use runs::RunFilter;
pub use runs::RunRow;
pub use runs::run_entry;
pub(crate) use time::lived;

use std::collections::BTreeMap;
use std::collections::HashMap;

use xl_model::clock::TimestampMs;
use xl_model::id::Kind;
use xl_model::id::TownshipId;
use xl_model::keep::Rule;

use crate::Store;
use crate::StoreError;
use crate::backup;
use crate::not_read;
use crate::search;
use crate::sqlite::connect;
use crate::uploads;
use crate::writer::change::Refused;
use policy::Policy;

/// Milliseconds of a day.
pub(crate) const DAY_MS: TimestampMs = 86_400_000;

/// After so much lived time everything is looked at again, not only what has come due since.
const AFRESH_MS: TimestampMs = DAY_MS;

/// How long events and records of modules are kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// The first that matches decides; an event that matches none is kept, a record as long as its manifest says.
    pub rules: Vec<Rule>,
    /// How long a repeated id is recognised, in days; at most the shortest rule. 7 by default.
    pub dedupe_days: u32,
}

/// What a retention run removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    /// The run, as in [`RunRow`]; one that left no row there has its number in common with the next. 0: none was begun.
    pub run: u64,
    /// Events.
    pub events: u64,
    /// Pictures that no event refers to any more.
    pub pictures: u64,
    /// Bytes of those pictures.
    pub bytes: u64,
    /// Records of modules, and versions of them that a hold had kept from their own modules.
    pub records: u64,
    /// Events and records that this run looked at, that were due and stay because of a hold.
    pub held: u64,
}

impl Removed {
    /// Whether nothing was removed and no hold kept anything.
    pub fn is_nothing(&self) -> bool {
        *self == Self { run: self.run, ..Self::default() }
    }
}

/// How far earlier runs have looked: a log of a year is not read every hour for what came due in one.
#[derive(Default)]
pub(crate) struct Looked {
    townships: HashMap<TownshipId, LookedAt>,
    /// Whether nothing that was removed lies in the WAL any more; nobody knows at the start.
    is_wal_empty: bool,
}

/// What was looked at in one township, while its policy stays the same.
struct LookedAt {
    policy: String,
    since_ms: TimestampMs,
    /// By kind and days: everything up to this number was judged.
    through: BTreeMap<(Kind, u32), u64>,
    /// Records of modules.
    records: records::Judged,
    /// Versions of records that only holds have kept.
    versions: records::Judged,
}

impl Looked {
    /// Where to go on in a township; from the beginning where its policy is another one now, and once a day.
    fn at(&mut self, township: &TownshipId, policy: &str, lived_ms: TimestampMs) -> &mut LookedAt {
        let fresh = || LookedAt {
            policy: policy.to_owned(),
            since_ms: lived_ms,
            through: BTreeMap::new(),
            records: records::Judged::new(),
            versions: records::Judged::new(),
        };
        let looked = self.townships.entry(township.clone()).or_insert_with(fresh);
        if looked.policy != policy || lived_ms.saturating_sub(looked.since_ms) >= AFRESH_MS {
            *looked = fresh();
        }
        looked
    }
}

impl Store {
    /// Removes what is past its retention and no module has still to handle; numbers are never used again.
    ///
    /// Nothing goes before as much time was let pass with [`Store::pass_time`], whatever clock stands at `wall_ms`. Dead
    /// letters and recorded answers go with their events. While a backup is taken nothing is removed: next time then.
    ///
    /// # Errors
    /// [`StoreError::NotOpened`], [`StoreError::Failed`], [`StoreError::NotRead`] or [`StoreError::Picture`]; what was removed stays removed.
    pub async fn retain(&self, retention: &Retention, wall_ms: TimestampMs) -> Result<Removed, StoreError> {
        let mut looked = self.shared.retaining.lock().await;
        let Some(_quiet) = backup::try_quiet(&self.shared.folder).await? else {
            tracing::info!("a backup is being taken: retention waits for its next turn");
            return Ok(Removed::default());
        };
        let removed = run(self, retention, wall_ms, &mut looked).await;
        // One that failed may have removed something before.
        looked.is_wal_empty &= removed.as_ref().is_ok_and(|removed| removed.events == 0 && removed.records == 0);
        if !looked.is_wal_empty {
            looked.is_wal_empty = self.empty_wal().await?;
        }
        removed
    }

    /// Empties the WAL; `false`: the next run does.
    async fn empty_wal(&self) -> Result<bool, StoreError> {
        let emptied = connect::empty_wal(&self.shared.folder.join(backup::DATABASE)).await;
        match emptied {
            Ok(is_empty) => Ok(is_empty),
            // A sync that failed ends the writer, whoever asked for it.
            Err(error) => self.change(move |_| Box::pin(async move { Err::<bool, _>(Refused::Failed(error)) })).await,
        }
    }
}

/// One run over every township, then through one folder of pictures for what nobody names.
async fn run(
    store: &Store,
    retention: &Retention,
    wall_ms: TimestampMs,
    looked: &mut Looked,
) -> Result<Removed, StoreError> {
    let now = runs::begin(store, wall_ms).await?;
    store.shared.pictures.forget_unnamed(now.lived_ms);
    let of_events = retention.rules.iter().filter(|rule| !rule.is_of_records());
    let shortest = of_events.map(|rule| rule.days).min().unwrap_or(u32::MAX);
    let mut removed = Removed { run: now.run, ..Removed::default() };
    for (township, _) in store.shared.heads.townships() {
        let forgotten = time::through(store, &township, now.lived_ms, retention.dedupe_days.min(shortest)).await?;
        ids::forget(store, &township, forgotten).await?;
        let policy = Policy::read(store, &township, retention, now).await?;
        let looked = looked.at(&township, policy.fingerprint(), now.lived_ms);
        for kind in search::kinds(&store.shared.readers, &township).await.map_err(not_read("kinds of events"))? {
            for (days, through) in policy.due(&kind) {
                let after = looked.through.get(&(kind.clone(), days)).copied().unwrap_or(0);
                let reached = remove(store, &policy, (&kind, days), (after, through), &mut removed).await?;
                looked.through.insert((kind.clone(), days), reached);
            }
        }
        records::remove(store, &policy, &mut looked.records, &mut removed).await?;
        versions::remove(store, &policy, &mut looked.versions, &mut removed).await?;
        ids::forget_hours(store, &township).await?;
    }
    let left = uploads::forget_left(store, now.lived_ms).await?;
    let (pictures, bytes) = pictures::remove(store, left).await?;
    (removed.pictures, removed.bytes) = (removed.pictures + pictures, removed.bytes + bytes);
    let (pictures, bytes) = pictures::sweep(store, now.lived_ms).await?;
    (removed.pictures, removed.bytes) = (removed.pictures + pictures, removed.bytes + bytes);
    store.forget_usage(wall_ms).await?;
    Ok(removed)
}

/// Removes events of one kind that are kept for so many days; gives the number up to which it looked.
async fn remove(
    store: &Store,
    policy: &Policy,
    (kind, days): (&Kind, u32),
    (mut after, through): (u64, u64),
    removed: &mut Removed,
) -> Result<u64, StoreError> {
    loop {
        let wanted = chunk::Wanted { policy: policy.clone(), kind: kind.clone(), days, after, through };
        let found = store.change(move |connection| Box::pin(chunk::remove(connection, wanted))).await?;
        removed.events += found.events;
        removed.held += found.held;
        store.shared.heads.forget(policy.township(), found.newest);
        for (rule, candidates) in found.pictures {
            let (pictures, bytes) = pictures::remove(store, candidates.into_iter().collect()).await?;
            (removed.pictures, removed.bytes) = (removed.pictures + pictures, removed.bytes + bytes);
            runs::note_pictures(store, policy, kind, (&rule, days), (pictures, bytes)).await?;
        }
        after = found.reached.max(after);
        if !found.more {
            return Ok(after);
        }
    }
}
