//! How evidence comes in: stamped on a clock that never jumps, without ever holding up whoever saw it.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::sync::mpsc;
use tokio::time::Instant;
use xl_model::camera::CameraKey;
use xl_model::ladder::timeline::Steady;
use xl_model::status::TimestampUs;
use xl_model::status::evidence::Enrolment;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Witness;
use xl_model::status::maintenance::Window;

/// Messages that wait: one fact of every camera of the model county, 3 MiB.
const QUEUE: usize = 16_384;

/// What the stage is told.
#[derive(Debug)]
pub(super) enum Message {
    /// A fact.
    Evidence(Evidence, Steady),
    /// All cameras that are registered now; and the turn of whoever told them, given back when they are taken.
    Register(Vec<Enrolment>, Option<OwnedSemaphorePermit>),
    /// One that is new or changed.
    Enrol(Box<Enrolment>),
    /// One that is registered no more.
    Retire(CameraKey),
    /// A bridge or external broker was lost.
    Blind(Arc<str>, Steady),
    /// It is back.
    Sighted(Arc<str>, Steady),
    /// A window that is in the store.
    Maintain(Box<Window>),
    /// The rest of the window that began then is taken back.
    Withdraw(CameraKey, TimestampUs),
}

/// Takes what is seen of cameras; clones share it.
#[derive(Debug, Clone)]
pub struct StatusSink {
    queue: mpsc::Sender<Message>,
    lost: Arc<AtomicU64>,
    /// One list of all cameras at a time: a county's is megabytes, and the register changes 14,656 times in a row.
    turn: Arc<Semaphore>,
    origin: Instant,
}

/// Where it arrives; the stage's end.
#[derive(Debug)]
pub struct Intake {
    queue: mpsc::Receiver<Message>,
    lost: Arc<AtomicU64>,
    origin: Instant,
}

/// A sink and the intake that [`super::run`] empties.
pub fn channel() -> (StatusSink, Intake) {
    let (queue, waiting) = mpsc::channel(QUEUE);
    let (lost, origin) = (Arc::<AtomicU64>::default(), Instant::now());
    (
        StatusSink { queue, lost: Arc::clone(&lost), turn: Arc::new(Semaphore::new(1)), origin },
        Intake { queue: waiting, lost, origin },
    )
}

impl Witness for StatusSink {
    /// A fact that finds the queue full is counted and forgotten: it counts as if the device had not spoken.
    fn saw(&self, evidence: Evidence) {
        if self.queue.try_send(Message::Evidence(evidence, steady(self.origin))).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl StatusSink {
    /// Says which cameras there are: all of them, looked up when the list before has been taken. Who is missing has been
    /// removed.
    pub async fn register(&self, cameras: impl FnOnce() -> Vec<Enrolment>) {
        let turn = self.turn.clone().acquire_owned().await.ok(); // It is never closed.
        self.send(Message::Register(cameras(), turn)).await;
    }

    /// Says that a camera is new or was changed.
    pub async fn enrol(&self, camera: Enrolment) {
        self.send(Message::Enrol(Box::new(camera))).await;
    }

    /// Says that a camera was removed.
    pub async fn retire(&self, camera: CameraKey) {
        self.send(Message::Retire(camera)).await;
    }

    /// Says that a bridge or an external broker was lost just now.
    pub async fn blind(&self, bridge: Arc<str>) {
        self.send(Message::Blind(bridge, steady(self.origin))).await;
    }

    /// Says that it is back.
    pub async fn sighted(&self, bridge: Arc<str>) {
        self.send(Message::Sighted(bridge, steady(self.origin))).await;
    }

    /// Says that a window was declared; it was checked and is in the store.
    pub async fn maintain(&self, window: Window) {
        self.send(Message::Maintain(Box::new(window))).await;
    }

    /// Says that the rest of the window that began at `from_us` was taken back.
    pub async fn withdraw(&self, camera: CameraKey, from_us: TimestampUs) {
        self.send(Message::Withdraw(camera, from_us)).await;
    }

    /// What must not be lost waits for room. A stage that has ended needs nothing.
    async fn send(&self, message: Message) {
        let _ = self.queue.send(message).await;
    }
}

impl Intake {
    /// The next message; nothing: there will be none.
    pub(super) async fn next(&mut self) -> Option<Message> {
        self.queue.recv().await
    }

    /// What has queued up to now.
    pub(super) fn waiting(&mut self) -> Vec<Message> {
        let mut waiting = Vec::with_capacity(self.queue.len());
        while waiting.len() < QUEUE {
            let Ok(message) = self.queue.try_recv() else { break };
            waiting.push(message);
        }
        waiting
    }

    /// How many facts were lost since the last call.
    pub(super) fn lost(&self) -> u64 {
        self.lost.swap(0, Ordering::Relaxed)
    }

    /// This moment on the clock that stamps evidence.
    pub(super) fn now(&self) -> Steady {
        steady(self.origin)
    }
}

fn steady(origin: Instant) -> Steady {
    Steady(i64::try_from(origin.elapsed().as_micros()).unwrap_or(i64::MAX))
}
