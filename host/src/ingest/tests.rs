//! Observations through the whole stage, over a real store.

use super::*;
use crate::devices::testing::NOW_MS;
use crate::devices::testing::TestHub;
use xl_model::fault::code;
use xl_model::id::Digest;

/// The smallest baseline JPEG structure: 8 × 8 pixels, one scan.
const JPEG: &[u8] =
    b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x08\x00\x08\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x00\xff\xd9";

struct Running {
    hub: TestHub,
    inbox: mpsc::Sender<Submission>,
    stop: CancellationToken,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    async fn start(change: impl FnOnce(&mut Limits)) -> Self {
        let hub = TestHub::new().await;
        hub.register("gh-1").await;
        hub.register("gh-2").await;
        let mut limits = Limits::from(&Config::default());
        change(&mut limits);
        let (inbox, observed) = mpsc::channel(64);
        let (refusals, writer) = Refusals::new();
        let stop = CancellationToken::new();
        let needs =
            Dependencies { store: hub.store.clone(), devices: hub.devices.clone(), refusals, clock: hub.clock.clone() };
        let tasks = vec![
            tokio::spawn(run(observed, limits, needs, stop.clone())),
            tokio::spawn(writer.run(hub.store.clone(), stop.clone())),
        ];
        Self { hub, inbox, stop, tasks }
    }

    async fn send(&self, observation: Observation) -> Verdict {
        self.submit(observation).await.await.unwrap()
    }

    async fn submit(&self, observation: Observation) -> oneshot::Receiver<Verdict> {
        let (verdict, answered) = oneshot::channel();
        self.inbox.send(Submission { observation, verdict }).await.unwrap();
        answered
    }

    async fn end(self) -> TestHub {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
        self.hub
    }
}

fn observation(camera: &str, id: &str, data: &str) -> Observation {
    Observation {
        township: "371122102".parse().unwrap(),
        source: format!("371122102.{camera}").into(),
        id: (!id.is_empty()).then(|| id.into()),
        kind: "camera.telemetry".parse().unwrap(),
        camera: Some(camera.parse().unwrap()),
        subject: None,
        time_ms: Some(NOW_MS - 1_000),
        data: data.into(),
        picture: None,
        relayed: false,
    }
}

fn picture(camera: &str, bytes: &'static [u8]) -> Observation {
    let kind = "camera.picture".parse().unwrap();
    Observation { kind, picture: Some(bytes::Bytes::from_static(bytes)), ..observation(camera, "", "{}") }
}

fn refusal(verdict: Verdict) -> Option<xl_model::fault::Code> {
    match verdict {
        Verdict::Refused(refused) => Some(refused.code),
        Verdict::Stored(_) | Verdict::Repeated => None,
    }
}

#[tokio::test]
async fn a_repeated_message_is_stored_once_and_acknowledged_again() {
    let running = Running::start(|_| {}).await;
    assert_eq!(running.send(observation("gh-1", "s:1", "{}")).await, Verdict::Stored(1));
    assert_eq!(running.send(observation("gh-1", "s:1", "{}")).await, Verdict::Repeated);
    assert_eq!(running.send(observation("gh-2", "s:1", "{}")).await, Verdict::Stored(2));
    let event = running.hub.store.event(&"371122102".parse().unwrap(), 1).await.unwrap().unwrap();
    assert_eq!((event.time_ms, event.received_ms), (NOW_MS - 1_000, NOW_MS));
    assert_eq!(running.hub.cameras.list(None)[0].last_seen_ms, Some(NOW_MS));
}

#[tokio::test]
async fn a_camera_is_heard_from_its_registration_to_its_removal_and_its_events_stay() {
    let running = Running::start(|_| {}).await;
    assert_eq!(refusal(running.send(observation("on-1", "s:1", "{}")).await), Some(code::UNKNOWN_CAMERA));
    let key = running.hub.add_camera("on-1", &[]).await;
    assert_eq!(running.send(observation("on-1", "s:2", "{}")).await, Verdict::Stored(1));
    running.hub.devices.remove(&key).await.unwrap();
    assert_eq!(refusal(running.send(observation("on-1", "s:3", "{}")).await), Some(code::UNKNOWN_CAMERA));
    let event = running.hub.store.event(&key.township, 1).await.unwrap().unwrap();
    assert_eq!(event.camera, Some(key.camera));
}

#[tokio::test]
async fn a_drain_keeps_the_order_in_which_it_was_sent() {
    let running = Running::start(|limits| limits.events.per_minute = 0).await;
    let mut answers = Vec::new();
    for n in 0..50 {
        answers.push(running.submit(observation("gh-1", &format!("s:{n}"), "{}")).await);
    }
    for (n, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.await.unwrap(), Verdict::Stored(n as u64 + 1));
    }
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_code_and_recorded_and_nothing_else_suffers() {
    let running = Running::start(|_| {}).await;
    assert_eq!(refusal(running.send(observation("gh-9", "s:1", "{}")).await), Some(code::UNKNOWN_CAMERA));
    assert_eq!(refusal(running.send(observation("gh-1", "s:1", "[1]")).await), Some(code::BAD_JSON));
    assert_eq!(refusal(running.send(picture("gh-1", b"\x89PNG\r\n\x1a\n")).await), Some(code::NOT_JPEG));
    assert_eq!(refusal(running.send(picture("gh-1", &JPEG[..20])).await), Some(code::BROKEN_JPEG));
    assert_eq!(running.send(observation("gh-1", "s:1", "{}")).await, Verdict::Stored(1));
    let hub = running.end().await;
    let kept = hub.store.refusals(None, None, 10).await.unwrap();
    let codes: Vec<_> = kept.iter().rev().map(|refusal| refusal.refused.code).collect();
    assert_eq!(codes, [code::UNKNOWN_CAMERA, code::BAD_JSON, code::NOT_JPEG, code::BROKEN_JPEG]);
    assert_eq!(kept[1].sample, b"\x89PNG\r\n\x1a\n");
}

#[tokio::test]
async fn a_picture_lies_under_its_hash_when_its_event_does() {
    let running = Running::start(|_| {}).await;
    assert_eq!(running.send(picture("gh-1", JPEG)).await, Verdict::Stored(1));
    assert_eq!(running.send(picture("gh-1", JPEG)).await, Verdict::Repeated, "the same bytes are the same picture");
    let township = "371122102".parse().unwrap();
    let event = running.hub.store.event(&township, 1).await.unwrap().unwrap();
    let reference = &event.pictures[0];
    assert_eq!((reference.width, reference.height, reference.bytes as usize), (8, 8, JPEG.len()));
    assert_eq!(*event.id, *reference.sha256.as_str());
    let sha256: &Digest = &reference.sha256;
    assert_eq!(running.hub.store.picture(sha256).await.unwrap().unwrap(), JPEG);
}

#[tokio::test]
async fn a_camera_that_sends_too_fast_is_refused_and_its_neighbour_is_not() {
    let running = Running::start(|limits| limits.events = Rate { per_minute: 60, burst: 2 }).await;
    for n in 0..2 {
        assert!(refusal(running.send(observation("gh-1", &format!("s:{n}"), "{}")).await).is_none());
    }
    assert_eq!(refusal(running.send(observation("gh-1", "s:2", "{}")).await), Some(code::TOO_FAST));
    assert!(refusal(running.send(observation("gh-2", "s:0", "{}")).await).is_none());
    running.hub.clock.0.fetch_add(1_000, std::sync::atomic::Ordering::SeqCst);
    assert!(refusal(running.send(observation("gh-1", "s:2", "{}")).await).is_none(), "a second later");
}

#[tokio::test]
async fn a_stage_that_stops_drops_what_it_has_not_stored_without_a_verdict() {
    let running = Running::start(|_| {}).await;
    running.stop.cancel();
    let (verdict, answered) = oneshot::channel();
    let submission = Submission { observation: observation("gh-1", "s:1", "{}"), verdict };
    // Either the inbox has gone, or it is dropped with what it holds.
    let _ = running.inbox.send(submission).await;
    assert!(answered.await.is_err());
}
