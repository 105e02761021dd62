//! Looks that a module asked for end with its grants, not with its batch.

use std::future::ready;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use serde_json::json;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use xl_bridge::port::Submission;
use xl_media::PictureLimits;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::clock::SetClock;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::picture::PictureLevel;
use xl_store::Store;
use xueliang::audit::Auditor;
use xueliang::cameras::Cameras;
use xueliang::look::Eye;
use xueliang::look::Looks;
use xueliang::places::Places;
use xueliang::sample;

use super::BESIDE;
use super::hostile;
use super::key;
use super::key_in;
use super::ports;
use crate::town::TOWNSHIP;
use crate::town::until;

const START_MS: i64 = 1_795_420_800_000;

/// The period of the module's looks.
const PERIOD_MS: i64 = 10_000;

/// Gives no picture, and not before it may; remembers in which townships one was wanted.
struct Watcher {
    wanted: Mutex<Vec<String>>,
    may_answer: Semaphore,
}

#[async_trait::async_trait]
impl Eye for Watcher {
    async fn snapshot(&self, camera: &CameraKey) -> Option<Result<bytes::Bytes, String>> {
        self.wanted.lock().unwrap().push(camera.township.to_string());
        let _may = self.may_answer.acquire().await.unwrap();
        None
    }
}

/// A register with one camera in each of both townships.
async fn cameras(store: &Store, clock: &Arc<SetClock>) -> Cameras {
    let places = Places::open(store.clone(), clock.clone()).await.unwrap();
    let cameras = Cameras::open(store.clone(), clock.clone(), [7; 32], places).await.unwrap();
    for township in [TOWNSHIP, BESIDE] {
        let mut draft = Draft::default();
        for (field, text) in [
            (Field::Township, township),
            (Field::Camera, "gate"),
            (Field::Name, "gate"),
            (Field::Place, format!("{township}201").as_str()),
            (Field::Purposes, "sanitation"),
            (Field::SignageDate, "2026-11-01"),
        ] {
            draft.set(field, text);
        }
        cameras.add(&draft).await.unwrap();
    }
    cameras
}

/// A module of each of both townships that has its camera looked at.
struct Scene {
    site: ports::Site,
    deps: sample::Dependencies,
    clock: Arc<SetClock>,
    watcher: Arc<Watcher>,
    /// Ends with `deps`: the townships for which something was handed over.
    handed: JoinHandle<Vec<String>>,
}

impl Scene {
    /// So many cameras answer at a time; with 0 none does before `may_answer` is given more.
    async fn start(asked: mpsc::Sender<ports::Waits>, answers: usize) -> Self {
        let site = ports::Site::start(asked).await;
        let (modules, store) = (&site.modules, &site.store);
        let watching = hostile(|manifest| {
            let samples = json!([{"name": "watch", "every_s": 10, "purpose": "sanitation"}]);
            manifest.samples = serde_json::from_value(samples).unwrap();
        });
        let digest = modules.install(watching.into(), None).await.unwrap().digest;
        for township in [TOWNSHIP, BESIDE] {
            let grants = Grants {
                cameras: CameraSelector::All,
                picture_level: PictureLevel::Metric,
                purposes: vec!["sanitation".to_owned()],
                ..Grants::default()
            };
            let settings = json!({"behaviour": "probe"});
            modules.enable(key_in(township), digest.clone(), settings, grants).await.unwrap();
        }
        let clock = Arc::new(SetClock(AtomicI64::new(START_MS)));
        let watcher = Arc::new(Watcher { wanted: Mutex::default(), may_answer: Semaphore::new(answers) });
        let (inbox, mut observed) = mpsc::channel::<Submission>(1);
        // Nobody says what became of an observation.
        let handed = tokio::spawn(async move {
            let mut townships = Vec::new();
            while let Some(submission) = observed.recv().await {
                townships.push(submission.observation.township.to_string());
            }
            townships
        });
        let deps = sample::Dependencies {
            store: store.clone(),
            cameras: cameras(store, &clock).await,
            modules: modules.clone(),
            looks: Looks::new(store.clone(), watcher.clone(), clock.clone()),
            inbox,
            pictures: PictureLimits::default(),
            auditor: Auditor::new(store.clone(), clock.clone()),
            clock: clock.clone(),
        };
        Self { site, deps, clock, watcher, handed }
    }

    /// Samples until `stop`, and every look that was begun is over.
    fn samples(&self, stop: &CancellationToken) -> JoinHandle<()> {
        tokio::spawn(sample::run(self.deps.clone(), stop.clone()))
    }

    /// Waits until `done` says so of the townships that were looked at. Time flies meanwhile.
    async fn looked(&self, done: impl Fn(&[String]) -> bool) {
        until("the looks were made", || {
            self.clock.0.fetch_add(PERIOD_MS, Ordering::SeqCst);
            ready(done(self.watcher.wanted.lock().unwrap().as_slice()).then_some(()))
        })
        .await;
    }

    /// Samples until `done` says so; gives the townships that were looked at.
    async fn sampled(&self, done: impl Fn(&[String]) -> bool) -> Vec<String> {
        let stop = CancellationToken::new();
        let sampling = self.samples(&stop);
        self.looked(done).await;
        stop.cancel();
        sampling.await.unwrap();
        std::mem::take(&mut *self.watcher.wanted.lock().unwrap())
    }

    /// Gives the townships for which something was handed over.
    async fn stop(self) -> Vec<String> {
        drop(self.deps);
        let handed = self.handed.await.unwrap();
        self.site.stop().await;
        handed
    }
}

/// A module that is switched off while a batch runs is still the one it was until the batch ends, and looks at nothing any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_not_looked_at_for_a_module_whose_grants_were_withdrawn() {
    let (asked, mut gate) = mpsc::channel(1);
    let scene = Scene::start(asked, 1).await;
    scene.sampled(|seen| [TOWNSHIP, BESIDE].iter().all(|wanted| seen.iter().any(|it| it == wanted))).await;

    let script = json!({"script": [{"get": ["counts", "gate"]}]});
    scene.site.store.append(vec![ports::ping(0, &script)]).await.unwrap();
    let waits = gate.recv().await.unwrap();
    let key = key();
    let mut disable = Box::pin(scene.site.modules.disable(&key));
    assert!(futures::poll!(&mut disable).is_pending());
    // By the second look beside, the one that is not made was due.
    let seen = scene.sampled(|seen| seen.iter().filter(|it| *it == BESIDE).count() >= 2).await;
    assert!(seen.iter().all(|township| township == BESIDE), "{seen:?}");
    waits.send(()).unwrap();
    disable.await.unwrap();
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_for_a_module_that_was_switched_off_meanwhile_is_handed_to_nobody() {
    let (asked, _gate) = mpsc::channel(1);
    let scene = Scene::start(asked, 0).await;
    let stop = CancellationToken::new();
    let sampling = scene.samples(&stop);
    scene.looked(|seen| seen.iter().any(|it| it == TOWNSHIP)).await;
    scene.site.modules.disable(&key()).await.unwrap();
    scene.watcher.may_answer.add_permits(1);
    scene.looked(|seen| seen.iter().any(|it| it == BESIDE)).await;
    stop.cancel();
    sampling.await.unwrap();
    let handed = scene.stop().await;
    assert!(handed.iter().any(|township| township == BESIDE), "{handed:?}");
    assert!(!handed.iter().any(|township| township == TOWNSHIP), "{handed:?}");
}
