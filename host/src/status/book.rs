//! The stage's side of the store: what is still to be written, what was before, and which days are summed up.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use tracing::info;
use xl_model::camera::CameraKey;
use xl_model::id::TownshipId;
use xl_model::ladder::Ladder;
use xl_model::ladder::Past;
use xl_model::ladder::output::Change;
use xl_model::ladder::output::Edge;
use xl_model::rate::Span;
use xl_model::rate::day::DAY_US;
use xl_model::rate::day::LocalDay;
use xl_model::status::TimestampUs;
use xl_model::status::evidence::Enrolment;
use xl_model::status::evidence::MOST_CADENCE_US;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::status::Scope;
use xl_store::status::Standing;

use crate::status::view::Statuses;

/// Changes that are written without waiting for the next tick.
const FULL: usize = 4_096;

/// How long raw edges are kept: as long as a maintenance window may be.
const EDGES_US: i64 = 30 * DAY_US;

/// Raw edges that are removed at once, so that nobody's commit waits for them.
const FORGET: u32 = 4_096;

/// When a day is settled: three of the longest intervals may still be dated back into it.
const SETTLED_US: i64 = 3 * MOST_CADENCE_US;

/// Name of the fact that holds the first day that is not summed up.
const NEXT_DAY: &str = "status.next_day";

/// What the stage has in and for the store.
pub(super) struct Book {
    store: Store,
    changes: Vec<Change>,
    edges: Vec<Edge>,
    /// Where cameras stood before the start that were not registered again yet.
    open: HashMap<CameraKey, Standing>,
    heartbeat_us: TimestampUs,
    now_us: TimestampUs,
    townships: BTreeSet<TownshipId>,
    next_day: LocalDay,
}

impl Book {
    /// Reads where everything stood.
    pub(super) async fn open(store: Store, now_us: TimestampUs) -> Result<Self, StoreError> {
        let heartbeat_us = store.heartbeat().await?.unwrap_or(now_us);
        let open: HashMap<_, _> =
            store.open_statuses().await?.into_iter().map(|standing| (standing.0.camera.clone(), standing)).collect();
        let townships = open.keys().map(|camera| camera.township.clone()).collect();
        let next_day = store.fact(NEXT_DAY).await?.and_then(|text| text.parse().ok()).map(LocalDay);
        let next_day = next_day.unwrap_or_else(|| LocalDay::of(now_us));
        let (changes, edges) = (Vec::new(), Vec::new());
        Ok(Self { store, changes, edges, open, heartbeat_us, now_us, townships, next_day })
    }

    /// Cameras of the ladder that `cameras` leaves out. What was open before the start and is left out ends there.
    pub(super) fn missing(&mut self, ladder: &Ladder, cameras: &[Enrolment]) -> Vec<CameraKey> {
        let there: HashSet<&CameraKey> = cameras.iter().map(|it| &it.camera).collect();
        let gone: Vec<CameraKey> =
            ladder.enrolments().map(|it| &it.camera).filter(|it| !there.contains(it)).cloned().collect();
        let heartbeat_us = self.heartbeat_us;
        let changes = &mut self.changes;
        self.open.retain(|camera, (last, _)| {
            let stays = there.contains(camera);
            if !stays {
                let from_us = heartbeat_us.max(last.from_us.saturating_add(1));
                changes.push(Change { camera: camera.clone(), from_us, intervals: Vec::new() });
            }
            stays
        });
        gone
    }

    /// Puts cameras on the ladder, each with its past and its windows.
    pub(super) async fn enrol(
        &mut self,
        ladder: &mut Ladder,
        statuses: &Statuses,
        cameras: Vec<Enrolment>,
    ) -> Result<(), StoreError> {
        // What was said of them so far must be found.
        self.write().await?;
        let townships: BTreeSet<TownshipId> = cameras.iter().map(|it| it.camera.township.clone()).collect();
        let known: HashSet<CameraKey> = ladder.enrolments().map(|it| it.camera.clone()).collect();
        let mut added = HashSet::new();
        for camera in cameras {
            let past = match self.open.remove(&camera.camera) {
                _ if known.contains(&camera.camera) => None,
                Some(standing) => Some(standing),
                None => self.store.last_status(&camera.camera).await?,
            };
            let heartbeat_us = self.heartbeat_us;
            let past = past.map(|(last, told)| Past { last, told, heartbeat_us });
            statuses.place(&camera);
            if !known.contains(&camera.camera) {
                added.insert(camera.camera.clone());
            }
            ladder.enrol(camera, past.as_ref());
        }
        let ahead = Span { from_us: self.now_us, to_us: TimestampUs::MAX };
        for township in &townships {
            let windows = self.store.maintenance_windows(Scope::Township(township), ahead).await?;
            for window in windows.into_iter().filter(|window| added.contains(&window.camera)) {
                ladder.maintain(window);
            }
        }
        self.townships.extend(townships);
        Ok(())
    }

    /// Notes what is to be written.
    pub(super) fn add(&mut self, changes: Vec<Change>, edges: Vec<Edge>) {
        self.changes.extend(changes);
        self.edges.extend(edges);
    }

    /// Whether it should be written now.
    pub(super) fn is_full(&self) -> bool {
        self.changes.len() + self.edges.len() >= FULL
    }

    /// Writes what was noted.
    pub(super) async fn write(&mut self) -> Result<(), StoreError> {
        let (changes, edges) = (std::mem::take(&mut self.changes), std::mem::take(&mut self.edges));
        self.store.write_statuses(changes, edges).await
    }

    /// Says that the hub runs.
    pub(super) async fn heartbeat(&mut self, utc_us: TimestampUs) -> Result<(), StoreError> {
        self.now_us = utc_us;
        self.store.write_heartbeat(utc_us).await
    }

    /// Sums up one day that is settled, if there is one; old raw edges go with it.
    pub(super) async fn sum_up(&mut self, utc_us: TimestampUs) -> Result<(), StoreError> {
        if self.next_day >= LocalDay::of(utc_us.saturating_sub(SETTLED_US)) {
            return Ok(());
        }
        let day = self.next_day;
        for township in &self.townships {
            self.store.build_status_day(township, day).await?;
        }
        self.next_day = day.next();
        self.store.set_fact(NEXT_DAY, &self.next_day.0.to_string()).await?;
        let mut edges = 0;
        loop {
            let removed = self.store.forget_edges(utc_us.saturating_sub(EDGES_US), FORGET).await?;
            edges += removed;
            if removed < u64::from(FORGET) {
                break;
            }
        }
        info!(day = day.0, edges, "summed up the statuses of a day");
        Ok(())
    }
}
