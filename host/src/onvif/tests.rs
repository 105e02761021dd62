//! What becomes of reports, without any camera.

use std::sync::Mutex;

use xl_bridge::onvif::supervisor::Level;
use xl_bridge::onvif::supervisor::Report;
use xl_bridge::onvif::supervisor::Told;
use xl_bridge::port::Submission;
use xl_bridge::topics::Notification;
use xl_bridge::topics::Operation;
use xl_model::camera::draft::Field;
use xl_model::fault::Refused;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;

use super::*;
use crate::config::Config;
use crate::devices::testing::NOW_MS;
use crate::devices::testing::TestHub;

#[derive(Default)]
struct Notebook(Mutex<Vec<Evidence>>);

impl Witness for Notebook {
    fn saw(&self, evidence: Evidence) {
        self.0.lock().unwrap().push(evidence);
    }
}

/// A stage that no camera talks to.
struct Desk {
    hub: TestHub,
    key: CameraKey,
    witness: Arc<Notebook>,
    observed: mpsc::Receiver<Submission>,
    telling: Telling,
}

impl Desk {
    async fn new() -> Self {
        let hub = TestHub::new().await;
        let key = hub.add_camera("on-1", &[(Field::Attachment, "onvif"), (Field::Host, "10.0.0.7")]).await;
        let (inbox, observed) = mpsc::channel(16);
        let witness = Arc::<Notebook>::default();
        let telling = Telling::new(onvif(&hub), witness.clone(), inbox);
        Self { hub, key, witness, observed, telling }
    }

    async fn told(&mut self, report: Report) {
        let device = format!("{}.{}", self.key.township, self.key.camera).parse().unwrap();
        self.telling.take(Told { device, at_ms: NOW_MS, report }).await;
    }

    async fn moves(&mut self, state: &str, operation: Operation) {
        let one = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        let notification = Notification {
            topic: "tns1:VideoSource/MotionAlarm".to_owned(),
            source: one("Source", "v0"),
            data: one("State", state),
            operation: Some(operation),
            ..Notification::default()
        };
        self.told(Report::Event(notification)).await;
    }

    /// Kind and state of what was observed since the last call.
    fn observed(&mut self) -> Vec<(String, serde_json::Value)> {
        let mut all = Vec::new();
        while let Ok(Submission { observation, .. }) = self.observed.try_recv() {
            let data: serde_json::Value = serde_json::from_str(&observation.data).unwrap();
            all.push((observation.kind.to_string(), data["state"].clone()));
        }
        all
    }
}

fn onvif(hub: &TestHub) -> Onvif {
    Onvif::new(&Config::default().onvif, Vec::new(), hub.cameras.clone(), hub.clock.clone())
}

#[tokio::test]
async fn only_edges_of_a_state_become_events_and_what_was_so_before_is_none() {
    let mut desk = Desk::new().await;
    desk.moves("true", Operation::Initialized).await;
    assert_eq!(desk.observed(), [], "a state, not an event");
    desk.moves("false", Operation::Changed).await;
    desk.moves("true", Operation::Changed).await;
    desk.moves("true", Operation::Changed).await;
    desk.moves("false", Operation::Changed).await;
    let motion = |state: &str| ("camera.motion".to_owned(), state.into());
    assert_eq!(desk.observed(), [motion("active"), motion("inactive")]);
}

#[tokio::test]
async fn a_motion_that_no_camera_ends_is_closed_after_its_subscription_was_lost() {
    let mut desk = Desk::new().await;
    desk.moves("true", Operation::Changed).await;
    desk.told(Report::StatesStale).await;
    desk.hub.clock.0.fetch_add(29_999, std::sync::atomic::Ordering::SeqCst);
    desk.telling.expire().await;
    assert_eq!(desk.observed().len(), 1, "it may be told again");
    desk.hub.clock.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    desk.telling.expire().await;
    assert_eq!(desk.observed(), [("camera.motion".to_owned(), "inactive".into())]);
}

#[tokio::test]
async fn a_topic_that_nobody_knows_is_kept_as_the_vendor_s_own() {
    let mut desk = Desk::new().await;
    let data = vec![("Level".to_owned(), "7".to_owned())];
    let notification = Notification { topic: "tnsacme:Soil/Wet".to_owned(), data, ..Notification::default() };
    desk.told(Report::Event(notification)).await;
    assert_eq!(desk.observed(), [("camera.vendor.raw".to_owned(), serde_json::Value::Null)]);
}

#[tokio::test]
async fn each_level_is_evidence_with_its_code_and_the_offset_goes_with_the_next() {
    let mut desk = Desk::new().await;
    desk.told(Report::ClockOffset(7_000)).await;
    let refused = Refused::new(xl_bridge::onvif::fault::LOGIN_REFUSED, "no");
    for (level, reason) in [(Level::Up, None), (Level::AuthFailed, Some(refused)), (Level::Miss, None)] {
        desk.told(Report::Evidence { level, reason }).await;
    }
    let seen = std::mem::take(&mut *desk.witness.0.lock().unwrap());
    let seen: Vec<_> = seen.iter().map(|one| (one.said, one.reason.as_str(), one.skew_ms)).collect();
    let expected =
        [(Said::Up, "answered", Some(7_000)), (Said::AuthFailed, "xl0427", None), (Said::Miss, "no_answer", None)];
    assert_eq!(seen, expected);
    assert_eq!(desk.hub.cameras.skew_ms(&desk.key), Some(7_000));
    assert_eq!(desk.hub.cameras.get(&desk.key).unwrap().last_seen_ms, Some(NOW_MS));
}

#[tokio::test]
async fn a_description_of_a_camera_that_was_removed_harms_nothing() {
    let mut desk = Desk::new().await;
    desk.hub.devices.remove(&desk.key).await.unwrap();
    desk.told(Report::Described(Box::default())).await;
    assert_eq!(desk.hub.cameras.count(), 0);
}

#[tokio::test]
async fn an_offer_is_forgotten_after_ten_minutes_and_shows_no_password() {
    let hub = TestHub::new().await;
    let onvif = onvif(&hub);
    let secret = crate::cameras::Secret::new("canary-4711".to_owned());
    // Documentation addresses are in no network of cameras: nothing is called.
    let id = onvif.offer("192.0.2.7".to_owned(), 80, Some("admin".to_owned()), secret).await.unwrap();
    let offer = onvif.offered(&id).unwrap();
    assert!(!format!("{offer:?}").contains("canary-4711"));
    assert!(!offer.probed.works(xl_bridge::onvif::probe::Name::Reach));
    hub.clock.0.fetch_add(600_000, std::sync::atomic::Ordering::SeqCst);
    assert!(onvif.offered(&id).is_none());
}

#[tokio::test]
async fn a_search_outside_of_the_networks_or_for_nothing_asks_nobody() {
    let hub = TestHub::new().await;
    let onvif = onvif(&hub);
    let ranges = |text: &str| Search { ranges: vec![text.parse().unwrap()], ..Search::default() };
    for search in [Search::default(), ranges("203.0.113.0/24"), ranges("0.0.0.0/0"), ranges("127.0.0.0/30")] {
        assert_eq!(onvif.search(&search).await.unwrap_err().code().to_string(), "XL0434", "{search:?}");
    }
    let disabled = config::Onvif { enabled: false, ..Config::default().onvif };
    let off = Onvif::new(&disabled, Vec::new(), hub.cameras.clone(), hub.clock.clone());
    assert_eq!(off.search(&ranges("10.0.0.0/30")).await.unwrap_err().code().to_string(), "XL0436");
}
