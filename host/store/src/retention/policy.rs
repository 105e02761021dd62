//! What of one township may go in a run: which numbers of days there are, and up to where each has passed.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use sqlx::Row;
use xl_model::id::Kind;
use xl_model::id::TownshipId;
use xl_model::keep::About;
use xl_model::keep::Rule;
use xl_model::keep::kept;

use super::Retention;
use super::runs::Now;
use super::time;
use crate::Store;
use crate::StoreError;
use crate::holds;
use crate::not_read;
use crate::sqlite::columns;

/// The rules, with what of a township has come to their days; clones share it.
#[derive(Clone)]
pub(super) struct Policy(Arc<Inner>);

struct Inner {
    now: Now,
    township: TownshipId,
    rules: Vec<Rule>,
    /// Everything that events of the township can be about.
    abouts: BTreeSet<About>,
    /// By days: the number up to which the log is at least so old.
    through: BTreeMap<u32, u64>,
    fingerprint: String,
}

impl Policy {
    /// Reads what holds in a township.
    pub(super) async fn read(
        store: &Store,
        township: &TownshipId,
        retention: &Retention,
        now: Now,
    ) -> Result<Self, StoreError> {
        let number = columns::township_number(township);
        let registered = sqlx::query(
            "SELECT DISTINCT class, json_extract(details, '$.retention_days') AS days FROM cameras WHERE township = ?",
        )
        .bind(number)
        .fetch_all(&store.shared.readers)
        .await
        .map_err(not_read("classes of cameras"))?;
        let mut abouts = BTreeSet::from([About::Nothing, About::Stranger]);
        for row in &registered {
            let class = columns::from_word(row, "class").map_err(not_read("classes of cameras"))?;
            let days: Option<i64> = row.try_get("days").map_err(not_read("classes of cameras"))?;
            let days = days.and_then(|days| u16::try_from(days).ok());
            abouts.extend([false, true].map(|was_public| About::Camera { class, days, was_public }));
        }
        let mut through = BTreeMap::new();
        let kinds = retention.rules.iter().map(|rule| rule.days).chain(abouts.iter().map(|about| about.least()));
        let own = abouts.iter().filter_map(|about| match about {
            About::Camera { days, .. } => days.map(u32::from),
            About::Nothing | About::Stranger => None,
        });
        for days in kinds.chain(own) {
            if let std::collections::btree_map::Entry::Vacant(entry) = through.entry(days) {
                entry.insert(time::through(store, township, now.lived_ms, days).await?);
            }
        }
        let register =
            sqlx::query("SELECT count(*) AS cameras, sum(changed_ms) AS changes FROM cameras WHERE township = ?")
                .bind(number)
                .fetch_one(&store.shared.readers)
                .await
                .and_then(|row| Ok((row.try_get::<i64, _>("cameras")?, row.try_get::<Option<i64>, _>("changes")?)));
        let register = register.map_err(not_read("register of cameras"))?;
        let mut connection = store.shared.readers.acquire().await.map_err(not_read("holds"))?;
        let held = holds::in_force(&mut connection, township, now.lived_ms, now.wall_ms);
        let held = held.await.map_err(not_read("holds"))?;
        let numbers: Vec<u64> = held.iter().map(|(number, _)| *number).collect();
        let fingerprint = format!("{:?} {register:?} {numbers:?}", retention.rules);
        let (township, rules) = (township.clone(), retention.rules.clone());
        Ok(Self(Arc::new(Inner { now, township, rules, abouts, through, fingerprint })))
    }

    /// The township.
    pub(super) fn township(&self) -> &TownshipId {
        &self.0.township
    }

    /// The run.
    pub(super) fn now(&self) -> Now {
        self.0.now
    }

    /// The rules.
    pub(super) fn rules(&self) -> &[Rule] {
        &self.0.rules
    }

    /// Another text when something has changed that decides what stays.
    pub(super) fn fingerprint(&self) -> &str {
        &self.0.fingerprint
    }

    /// Each number of days that events of a kind may be kept for, with the number up to which that has passed.
    pub(super) fn due(&self, kind: &Kind) -> BTreeMap<u32, u64> {
        let kinds = self.0.abouts.iter().flat_map(|about| {
            [false, true].map(|with_pictures| kept(&self.0.rules, kind, *about, with_pictures).map(|kept| kept.days))
        });
        let through = |days: u32| self.0.through.get(&days).copied().unwrap_or(0);
        kinds.flatten().map(|days| (days, through(days))).filter(|(_, through)| *through > 0).collect()
    }
}
