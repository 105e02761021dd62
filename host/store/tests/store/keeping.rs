//! Random rules, holds, classes, clocks, crashes and restored backups: nothing that is protected is ever removed.

use std::collections::BTreeMap;
use std::path::Path;

use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::event::NewEvent;
use xl_model::hold::Lifted;
use xl_model::hold::NewHold;
use xl_model::hold::Scope;
use xl_model::id::Kind;
use xl_model::keep::About;
use xl_model::keep::Rule;
use xl_model::keep::kept;
use xl_model::module::ModuleState;
use xl_store::retention::Retention;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::fact;
use crate::fixture::key;
use crate::fixture::picture;
use crate::fixture::town;

/// Worlds that are tried, each with so many steps.
const WORLDS: u64 = 12;
const STEPS: u64 = 120;

const CAMERAS: [&str; 4] = ["a", "b", "c", "d"];
const KINDS: [&str; 4] = ["camera.picture", "camera.motion", "trace.batch", "sensor.reading"];
const YEARS_MS: i64 = 3_650 * DAY_MS;

/// Numbers that are the same in every run (`SplitMix64`, Steele and others 2014).
struct Draw(u64);

impl Draw {
    /// A number below `most`.
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()].clone()
    }

    fn maybe<T>(&mut self, some: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| some(self))
    }
}

/// An event with what is true of it, whatever the hub believes.
#[derive(Clone)]
struct Witnessed {
    fact: NewEvent,
    true_ms: i64,
    was_public: bool,
}

#[derive(Clone)]
struct HeldTruth {
    number: u64,
    scope: Scope,
    /// Until this moment of true time at least; nothing: until it is lifted.
    until_true_ms: Option<i64>,
}

/// What is true.
#[derive(Clone, Default)]
struct Truth {
    events: BTreeMap<String, Witnessed>,
    holds: Vec<HeldTruth>,
    /// When each record was written last.
    records: BTreeMap<String, i64>,
    /// Class and own days of the registered cameras.
    cameras: BTreeMap<String, (LegalClass, Option<u16>)>,
}

struct World {
    seed: u64,
    draw: Draw,
    lived: Town,
    truth: Truth,
    true_ms: i64,
    /// By how much the clock on the wall is wrong.
    wrong_ms: i64,
    events: u64,
    backup: Option<(tempfile::TempDir, Truth)>,
    removed: usize,
    removed_records: usize,
}

impl World {
    async fn new(seed: u64) -> Self {
        let (draw, lived) = (Draw(seed), Town::new().await);
        let mut world = Self {
            seed,
            draw,
            lived,
            truth: Truth::default(),
            true_ms: NOON_MS,
            wrong_ms: 0,
            events: 0,
            backup: None,
            removed: 0,
            removed_records: 0,
        };
        world.pass(0).await;
        // Disabled: it handles no event, and no event waits for it.
        world.lived.enable_keeping("care", Some(31), Some(8)).await;
        world.lived.store.set_module_state(&key("care"), ModuleState::Disabled, None).await.unwrap();
        world
    }

    fn wall_ms(&self) -> i64 {
        self.true_ms + self.wrong_ms
    }

    /// Time passes while the hub runs.
    async fn pass(&mut self, ms: i64) {
        self.true_ms += ms;
        self.lived.store.pass_time(self.wall_ms(), ms).await.unwrap();
    }

    async fn step(&mut self) {
        match self.draw.below(23) {
            0..=4 => self.append().await,
            5..=8 => {
                let hours = self.draw.of(&[1, 7, 24, 24 * 9, 24 * 31]);
                self.pass(hours * 3_600_000).await;
            }
            9 => {
                let jumps = [3_600_000, -3_600_000, YEARS_MS, -YEARS_MS, -self.wall_ms(), -self.wrong_ms];
                self.wrong_ms += self.draw.of(&jumps);
            }
            10 => {
                // The hub is off, and its clock may be another one afterwards.
                self.lived.reopen().await;
                self.true_ms += self.draw.of(&[0, 3_600_000, 40 * DAY_MS]);
                self.wrong_ms += self.draw.of(&[0, 0, 3_600_000, YEARS_MS]);
                self.pass(0).await;
            }
            11 => self.class().await,
            12 => self.hold().await,
            13 => self.lift().await,
            14 => self.back_up().await,
            15 => self.restore().await,
            16..=18 => self.record().await,
            _ => self.retain().await,
        }
    }

    async fn append(&mut self) {
        for _ in 0..self.draw.below(4) + 1 {
            self.events += 1;
            let id = self.events.to_string();
            let kind: Kind = self.draw.of(&KINDS).parse().unwrap();
            let camera = self.draw.maybe(|draw| draw.of(&CAMERAS));
            let happened_ms = self.draw.of(&[self.wall_ms(), self.true_ms, 0]);
            let pictures = self.draw.maybe(|_| picture(id.as_bytes())).into_iter().collect();
            let fact = NewEvent {
                kind,
                camera: camera.map(|camera| camera.parse().unwrap()),
                received_ms: self.wall_ms(),
                time_ms: happened_ms,
                pictures,
                ..fact(id.clone())
            };
            let class = camera.and_then(|camera| self.truth.cameras.get(camera));
            let was_public = class.is_some_and(|(class, _)| *class == LegalClass::PublicSecurity);
            self.lived.append(vec![fact.clone()]).await;
            self.truth.events.insert(id, Witnessed { fact, true_ms: self.true_ms, was_public });
        }
    }

    /// A camera is registered, classed anew or removed.
    async fn class(&mut self) {
        let camera = self.draw.of(&CAMERAS);
        if self.draw.below(4) == 0 && self.truth.cameras.remove(camera).is_some() {
            let key = CameraKey { township: town(), camera: camera.parse().unwrap() };
            self.lived.store.remove_camera(&key, 5).await.unwrap();
            return;
        }
        let class = self.draw.of(LegalClass::ALL);
        let days = self.draw.maybe(|draw| draw.of(&[1, 31, 90])).map(|days: u16| days.max(class.days_at_least()));
        self.lived.register(camera, class.word(), days).await;
        self.truth.cameras.insert(camera.to_owned(), (class, days));
    }

    async fn hold(&mut self) {
        let scope = Scope {
            cameras: self.draw.maybe(|draw| draw.of(&CAMERAS).parse().unwrap()).into_iter().collect(),
            kinds: self
                .draw
                .maybe(|draw| draw.of(&["camera.*", "trace.batch", "*"]).parse().unwrap())
                .into_iter()
                .collect(),
            from_ms: self.draw.maybe(|_| self.true_ms - 20 * DAY_MS),
            to_ms: None,
        };
        let lasts_ms = self.draw.maybe(|draw| draw.of(&[DAY_MS, 60 * DAY_MS]));
        let (township, wall_ms) = (town(), self.wall_ms());
        let until_ms = lasts_ms.map(|lasts_ms| wall_ms + lasts_ms);
        let new = NewHold { township, scope: scope.clone(), document: "18".into(), reason: "a theft".into(), until_ms };
        let Ok(hold) = self.lived.store.place_hold(new, "li", wall_ms).await else { return };
        let until_true_ms = lasts_ms.map(|lasts_ms| self.true_ms + lasts_ms);
        self.truth.holds.push(HeldTruth { number: hold.number, scope, until_true_ms });
    }

    /// A module writes a record, whose key names a camera.
    async fn record(&mut self) {
        let key = format!("{}/{}", self.draw.of(&CAMERAS), self.draw.below(50));
        self.lived.record("care", "tasks", &[&key]).await;
        self.truth.records.insert(key, self.true_ms);
    }

    async fn lift(&mut self) {
        if self.truth.holds.is_empty() {
            return;
        }
        let most = self.truth.holds.len() as u64;
        let held = self.truth.holds.remove(usize::try_from(self.draw.below(most)).unwrap());
        let lifted = Lifted { by: "wang".into(), at_ms: self.wall_ms(), reason: "closed".into() };
        // One that has ended by itself is refused.
        let _ = self.lived.store.lift_hold(&town(), held.number, lifted).await;
    }

    async fn back_up(&mut self) {
        self.lived.store.close().await;
        let folder = tempfile::tempdir().unwrap();
        copy(&self.lived.config.folder, folder.path());
        self.backup = Some((folder, self.truth.clone()));
        self.lived.reopen().await;
    }

    async fn restore(&mut self) {
        let Some((folder, truth)) = self.backup.take() else { return };
        self.lived.store.close().await;
        std::fs::remove_dir_all(&self.lived.config.folder).unwrap();
        copy(folder.path(), &self.lived.config.folder);
        self.truth = truth;
        self.lived.reopen().await;
    }

    /// Retention runs, or dies in the middle of it; whatever is gone was not protected.
    async fn retain(&mut self) {
        let retention = self.rules();
        let store = self.lived.store.clone();
        let run = store.retain(&retention, self.wall_ms());
        if self.draw.below(4) == 0 {
            let polls = self.draw.below(30);
            tokio::select! {
                biased;
                () = yields(polls) => self.lived.reopen().await,
                done = run => drop(done.unwrap()),
            }
        } else {
            run.await.unwrap();
        }
        let left: std::collections::BTreeSet<String> = self.lived.ids().await.into_iter().collect();
        let gone: Vec<String> = self.truth.events.keys().filter(|id| !left.contains(*id)).cloned().collect();
        for id in gone {
            let event = self.truth.events.remove(&id).unwrap();
            self.removed += 1;
            assert_eq!(self.protected(&event, &retention), None, "seed {}, event {id}: {:?}", self.seed, event.fact);
        }
        assert_eq!(left.len(), self.truth.events.len());
        let left: std::collections::BTreeSet<String> = self.lived.keys("care", "tasks").await.into_iter().collect();
        let gone: Vec<String> = self.truth.records.keys().filter(|key| !left.contains(*key)).cloned().collect();
        for key in gone {
            let written_ms = self.truth.records.remove(&key).unwrap();
            self.removed_records += 1;
            assert_eq!(self.protected_record(&key, written_ms, &retention), None, "seed {}, record {key}", self.seed);
        }
        assert_eq!(left.len(), self.truth.records.len());
    }

    fn rules(&mut self) -> Retention {
        let mut rules = Vec::new();
        for kinds in ["camera.picture", "camera.*", "trace.*", "*"] {
            if let Some(days) = self.draw.maybe(|draw| draw.of(&[1, 8, 31, 200])) {
                let class = self.draw.maybe(|draw| draw.of(LegalClass::ALL));
                rules.push(Rule { kinds: kinds.parse().unwrap(), class, days });
            }
        }
        if let Some(days) = self.draw.maybe(|draw| draw.of(&[1, 31, 200])) {
            rules.push(Rule { kinds: "record.care.*".parse().unwrap(), class: None, days });
        }
        Retention { rules, dedupe_days: 1 }
    }

    /// Why a record should still be there.
    fn protected_record(&self, key: &str, written_ms: i64, retention: &Retention) -> Option<String> {
        let kind = Kind::of_records(&"care".parse().unwrap(), "tasks");
        let rule = retention.rules.iter().find(|rule| rule.is_of_records());
        let days = rule.map_or(31, |rule| rule.days.max(8));
        if self.true_ms - written_ms < DAY_MS * i64::from(days) {
            return Some(format!("{days} days are not over"));
        }
        let held = self.truth.holds.iter().find(|held| {
            held.scope.covers_record(&kind, key, "{}")
                && held.until_true_ms.is_none_or(|until_ms| self.true_ms < until_ms)
        });
        held.map(|held| format!("hold {} is in force", held.number))
    }

    /// Why an event should still be there.
    fn protected(&self, event: &Witnessed, retention: &Retention) -> Option<String> {
        let Witnessed { fact, true_ms, was_public } = event;
        let age_ms = self.true_ms - true_ms;
        let camera = fact.camera.as_ref().map(|camera| camera.as_str());
        let about = match camera.map(|camera| self.truth.cameras.get(camera)) {
            None => About::Nothing,
            Some(None) => About::Stranger,
            Some(Some((class, days))) => About::Camera { class: *class, days: *days, was_public: *was_public },
        };
        let Some(kept) = kept(&retention.rules, &fact.kind, about, !fact.pictures.is_empty()) else {
            return Some("no rule removes it".to_owned());
        };
        if age_ms < DAY_MS * i64::from(kept.days) {
            return Some(format!("{} days are not over: {about:?}", kept.days));
        }
        let held = self.truth.holds.iter().find(|held| {
            held.scope.covers(&fact.kind, camera, fact.received_ms, fact.time_ms)
                && held.until_true_ms.is_none_or(|until_ms| self.true_ms < until_ms)
        });
        held.map(|held| format!("hold {} is in force", held.number))
    }
}

async fn yields(polls: u64) {
    for _ in 0..polls {
        tokio::task::yield_now().await;
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// PRIV-8, PRIV-9, F28.
#[tokio::test]
async fn whatever_rules_holds_classes_clocks_and_crashes_do_nothing_protected_is_removed() {
    let (mut removed, mut records) = (0, 0);
    for seed in 0..WORLDS {
        let mut world = World::new(seed).await;
        for _ in 0..STEPS {
            world.step().await;
        }
        removed += world.removed;
        records += world.removed_records;
    }
    // A test that removes nothing shows nothing.
    assert!(removed > 100 && records > 20, "{removed} events and {records} records were removed in all");
}
