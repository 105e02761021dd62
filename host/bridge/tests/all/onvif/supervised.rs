//! One supervised task for each camera, from outside.

use std::sync::Arc;
use std::time::Duration;

use simulated_onvif::device::Device;
use simulated_onvif::fault::Fault;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::sync::DropGuard;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::pullpoint::PullSettings;
use xl_bridge::onvif::supervisor;
use xl_bridge::onvif::supervisor::Description;
use xl_bridge::onvif::supervisor::Level;
use xl_bridge::onvif::supervisor::Report;
use xl_bridge::onvif::supervisor::Settings;
use xl_bridge::onvif::supervisor::Told;
use xl_bridge::topics::Notification;
use xl_bridge::topics::Operation;

use super::LIMIT;
use super::Site;
use super::camera;
use super::credentials;
use super::enrolment;
use super::enrolment_at;
use super::until;
use super::wall;

/// The defaults, fast enough for a test.
pub(super) fn fast() -> Settings {
    Settings {
        interval: Duration::from_millis(200),
        pause: Duration::from_millis(20),
        delay_first: Duration::from_millis(20),
        delay_most: Duration::from_millis(100),
        delay_unexpected: Duration::from_millis(100),
        breaker_delay: Duration::from_millis(200),
        pull: PullSettings { timeout: Duration::from_secs(1), ..PullSettings::default() },
        ..Settings::default()
    }
}

/// A supervised camera and what it tells.
struct Watched {
    camera: Arc<Camera>,
    told: mpsc::Receiver<Told>,
    _stop: DropGuard,
}

impl Watched {
    fn new(camera: Arc<Camera>) -> Self {
        let (reports, told) = mpsc::channel(64);
        let stop = CancellationToken::new();
        let device = "371122102.gh-1".parse().unwrap();
        tokio::spawn(supervisor::run(device, camera.clone(), wall(), fast(), reports, stop.clone()));
        Self { camera, told, _stop: stop.drop_guard() }
    }

    fn of(device: &Device) -> Self {
        Self::new(camera(enrolment(device)))
    }

    /// The first report that is asked for; others are passed over.
    async fn first<T>(&mut self, what: &str, mut wanted: impl FnMut(Report) -> Option<T>) -> T {
        let found = async {
            loop {
                if let Some(found) = wanted(self.told.recv().await.unwrap().report) {
                    return found;
                }
            }
        };
        tokio::time::timeout(LIMIT, found).await.unwrap_or_else(|_| panic!("it was never told: {what}"))
    }

    async fn level(&mut self, wanted: Level) {
        let is = |report| matches!(report, Report::Evidence { level, .. } if level == wanted).then_some(());
        self.first(&format!("{wanted:?}"), is).await;
    }

    async fn event(&mut self, operation: Operation) -> Notification {
        let is = |report| match report {
            Report::Event(notification) if notification.operation == Some(operation) => Some(notification),
            _ => None,
        };
        self.first(&format!("an event that is {operation:?}"), is).await
    }

    async fn description(&mut self) -> Box<Description> {
        let is = |report| if let Report::Described(description) = report { Some(description) } else { None };
        self.first("a description", is).await
    }
}

#[tokio::test]
async fn a_good_camera_is_up_and_described_and_its_motion_is_told() {
    let site = Site::with(&[]).await;
    let mut watched = Watched::of(site.device());
    let offset = |report| matches!(report, Report::ClockOffset(ms) if ms.abs() < 5_000).then_some(());
    watched.first("the clock's offset", offset).await;
    watched.level(Level::Up).await;
    let description = watched.description().await;
    assert_eq!(description.degraded, []);
    assert!(description.information.is_some() && description.has_ptz && description.has_imaging);
    assert_eq!(description.streams.len(), description.profiles.len());
    watched.event(Operation::Initialized).await;
    site.device().motion(true);
    assert_eq!(watched.event(Operation::Changed).await.data, [("State".to_owned(), "true".to_owned())]);
}

/// The row "subscription lost on reboot".
#[tokio::test]
async fn a_rebooted_camera_gets_a_new_subscription_and_its_states_are_stale_until_told_anew() {
    let site = Site::with(&[]).await;
    let mut watched = Watched::of(site.device());
    watched.event(Operation::Initialized).await;
    site.device().reboot();
    watched.first("stale states", |report| (report == Report::StatesStale).then_some(())).await;
    watched.event(Operation::Initialized).await;
    let record = site.device().record();
    assert_eq!((record.subscriptions_made, record.subscriptions_alive, record.count("Unsubscribe")), (2, 1, 0));
}

#[tokio::test]
async fn a_camera_that_forgets_its_subscription_at_each_pull_still_tells_its_motion() {
    let site = Site::with(&[Fault::SubscriptionLost]).await;
    let mut watched = Watched::of(site.device());
    watched.event(Operation::Initialized).await;
    watched.first("stale states", |report| (report == Report::StatesStale).then_some(())).await;
    site.device().motion(true);
    let is_moving = |report| match report {
        Report::Event(n) if n.data.contains(&("State".to_owned(), "true".to_owned())) => Some(()),
        _ => None,
    };
    watched.first("motion", is_moving).await;
}

/// CAM-9.
#[tokio::test]
async fn a_refused_login_waits_for_a_changed_secret_and_says_so_meanwhile() {
    let site = Site::with(&[]).await;
    let mut wrong = enrolment(site.device());
    wrong.credentials = Some(credentials("wrong"));
    let mut watched = Watched::new(camera(wrong));
    for _ in 0..4 {
        watched.level(Level::AuthFailed).await;
    }
    assert!(site.device().record().auth_failures <= 2);
    watched.camera.change_secret(Some(credentials("simulated")));
    watched.level(Level::Up).await;
}

#[tokio::test]
async fn a_camera_that_is_gone_is_missed_and_found_again() {
    let site = Site::with(&[]).await;
    let device = site.device().clone();
    let mut watched = Watched::of(&device);
    watched.level(Level::Up).await;
    // It takes connections and says nothing: something is there, the service is not.
    device.set(Fault::Unreachable);
    watched.level(Level::Reachable).await;
    device.clear_all();
    watched.level(Level::Up).await;
    drop(site);
    watched.level(Level::Miss).await;
}

#[tokio::test]
async fn something_that_answers_and_is_no_camera_is_reachable_and_never_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut asked = vec![0; 65_536];
                while socket.read(&mut asked).await.is_ok_and(|bytes| bytes > 0) {
                    if socket.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n").await.is_err() {
                        return;
                    }
                }
            });
        }
    });
    let mut watched = Watched::new(camera(enrolment_at(&format!("http://{address}/onvif/device_service"))));
    for _ in 0..3 {
        let level = |report| match report {
            Report::Evidence { level, .. } => Some(level),
            Report::Described(_) => panic!("there is nothing to describe"),
            _ => None,
        };
        assert_eq!(watched.first("a level", level).await, Level::Reachable);
    }
    serving.abort();
}

/// The row "Invalid XML": and every other optional part.
#[tokio::test]
async fn what_is_optional_and_fails_degrades_the_camera_and_ends_nothing() {
    let site = Site::with(&[Fault::InvalidXml, Fault::XaddrDoubledPort]).await;
    let mut watched = Watched::of(site.device());
    let description = watched.description().await;
    assert_eq!((description.information, description.degraded.len()), (None, 1));
    watched.event(Operation::Initialized).await;
}

#[tokio::test]
async fn a_camera_without_events_is_asked_at_its_interval() {
    let site = Site::with(&[Fault::PullPointClaimed]).await;
    let mut watched = Watched::of(site.device());
    for _ in 0..4 {
        watched.level(Level::Up).await;
    }
}

/// The row "Camera slow for a while after events start".
#[tokio::test]
async fn events_come_last_so_a_camera_that_is_slow_after_them_is_described_before() {
    let site = Site::with(&[Fault::SlowAfterEvents]).await;
    let mut watched = Watched::of(site.device());
    watched.description().await;
    watched.event(Operation::Initialized).await;
    until("motion", || {
        site.device().motion(true);
        site.device().record().messages_pulled > 2
    })
    .await;
}

/// The row "Renewing too often upsets the camera".
#[tokio::test]
async fn a_camera_that_renewals_upset_is_not_renewed_early() {
    let site = Site::with(&[Fault::RenewUpsets]).await;
    let mut watched = Watched::of(site.device());
    watched.event(Operation::Initialized).await;
    for _ in 0..5 {
        site.device().motion(true);
        watched.event(Operation::Changed).await;
    }
    let record = site.device().record();
    assert_eq!((record.count("Renew"), record.subscriptions_made), (0, 1));
}
