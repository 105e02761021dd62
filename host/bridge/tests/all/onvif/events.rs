//! Subscriptions: lifetimes and quirks.

use std::sync::Arc;
use std::time::Duration;

use simulated_onvif::auth::Auth;
use simulated_onvif::fault::Fault;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::fault::CallError;
use xl_bridge::onvif::pullpoint::PullPoint;
use xl_bridge::onvif::pullpoint::PullSettings;
use xl_bridge::onvif::pullpoint::Quirks;
use xl_bridge::topics::Operation;

use super::Site;
use super::ready;
use super::wall;

/// Waits of a second, so that a test is short.
const SHORT: PullSettings =
    PullSettings { life: Duration::from_secs(600), timeout: Duration::from_secs(1), messages_most: 100 };

async fn open(camera: &Arc<Camera>) -> Result<PullPoint, CallError> {
    ready(camera).await;
    PullPoint::open(camera.clone(), wall(), SHORT, Quirks::default()).await
}

/// The row "PullPoint capability wrong both ways".
#[tokio::test]
async fn a_subscription_is_tried_whatever_the_capability_says() {
    let site = Site::with(&[Fault::PullPointDenied]).await;
    let camera = site.camera();
    assert!(open(&camera).await.is_ok());
    let claims = Site::with(&[Fault::PullPointClaimed]).await;
    assert!(open(&claims.camera()).await.is_err());
}

#[tokio::test]
async fn the_first_messages_are_states_and_later_ones_are_changes() {
    let site = Site::with(&[]).await;
    let mut point = open(&site.camera()).await.unwrap();
    let first = point.next().await.unwrap();
    assert!(!first.notifications.is_empty());
    assert!(first.notifications.iter().all(|n| n.operation == Some(Operation::Initialized)));
    site.device().motion(true);
    let changed = point.next().await.unwrap();
    let motion = &changed.notifications[0];
    assert_eq!(motion.operation, Some(Operation::Changed));
    assert_eq!(motion.data, [("State".to_owned(), "true".to_owned())]);
}

/// The row "`CreatePullPointSubscription` fails without `InitialTerminationTime`".
#[tokio::test]
async fn the_termination_time_is_always_sent() {
    let site = Site::with(&[Fault::TerminationTimeRequired]).await;
    assert!(open(&site.camera()).await.is_ok());
}

/// The row "Relative time broken (granted ≠ requested)".
#[tokio::test]
async fn a_camera_that_counts_no_lengths_is_told_ends_on_its_own_clock() {
    let site = Site::with(&[Fault::RelativeTimeBroken, Fault::WrongClock]).await;
    let mut point = open(&site.camera()).await.unwrap();
    assert!(point.quirks().wants_absolute_times);
    site.device().pass(Duration::from_secs(300));
    assert!(point.next().await.is_ok(), "five seconds were granted, ten minutes were told");
    assert_eq!(site.device().record().count("Renew"), 1);
}

/// The row "Termination < 60 s returned".
#[tokio::test]
async fn a_short_termination_counts_as_a_minute_and_is_not_renewed_at_each_pull() {
    let site = Site::with(&[Fault::ShortTermination]).await;
    let mut point = open(&site.camera()).await.unwrap();
    for _ in 0..3 {
        site.device().motion(true);
        point.next().await.unwrap();
    }
    assert!(site.device().record().count("Renew") <= 1);
}

/// The row "Renew unsupported".
#[tokio::test]
async fn a_camera_without_renew_is_kept_alive_by_pulls() {
    let site = Site::with(&[Fault::RenewUnsupported]).await;
    let mut point = open(&site.camera()).await.unwrap();
    point.renew_now();
    site.device().motion(true);
    assert!(point.next().await.is_ok());
    assert!(point.quirks().knows_no_renew);
}

#[tokio::test]
async fn a_due_subscription_is_renewed_before_the_next_pull() {
    let site = Site::with(&[]).await;
    let mut point = open(&site.camera()).await.unwrap();
    assert_eq!(site.device().record().count("Renew"), 0);
    point.renew_now();
    point.next().await.unwrap();
    point.next().await.unwrap();
    assert_eq!(site.device().record().count("Renew"), 1);
}

/// The row "Server closes the idle long poll".
#[tokio::test]
async fn a_poll_closed_while_idle_is_neither_an_error_nor_a_new_subscription() {
    let site = Site::with(&[Fault::IdlePollClosed]).await;
    let camera = site.camera();
    ready(&camera).await;
    let settings = PullSettings { timeout: Duration::from_secs(60), ..SHORT };
    let mut point = PullPoint::open(camera, wall(), settings, Quirks::default()).await.unwrap();
    point.next().await.unwrap();
    assert!(point.next().await.unwrap().notifications.is_empty());
    let record = site.device().record();
    assert_eq!((record.subscriptions_made, record.polls_hung_up), (1, 2));
    assert!(point.quirks().timeout_most.unwrap() <= Duration::from_secs(30));
}

/// The row "Slots exhausted; Unsubscribe kills all".
#[tokio::test]
async fn exhausted_slots_are_an_error_and_a_lost_point_ends_no_other() {
    let site = Site::with(&[Fault::SlotsExhausted]).await;
    assert!(matches!(open(&site.camera()).await, Err(CallError::Fault { .. })));
    let kills = Site::with(&[Fault::UnsubscribeKillsAll]).await;
    let point = open(&kills.camera()).await.unwrap();
    drop(point);
    let record = kills.device().record();
    assert_eq!((record.count("Unsubscribe"), record.subscriptions_alive), (0, 1));
}

/// The row "Subscription manager on another, growing port".
#[tokio::test]
async fn a_subscription_on_another_port_is_followed_there() {
    let site = Site::with(&[Fault::SubscriptionElsewhere]).await;
    let mut point = open(&site.camera()).await.unwrap();
    assert!(!point.next().await.unwrap().notifications.is_empty());
}

#[tokio::test]
async fn the_limits_of_a_pull_are_adopted() {
    let site = Site::with(&[Fault::PullLimits]).await;
    let camera = site.camera();
    ready(&camera).await;
    let settings = PullSettings { timeout: Duration::from_secs(60), ..SHORT };
    let mut point = PullPoint::open(camera, wall(), settings, Quirks::default()).await.unwrap();
    point.next().await.unwrap();
    let quirks = point.quirks();
    assert_eq!((quirks.timeout_most, quirks.messages_most), (Some(Duration::from_secs(30)), Some(5)));
}

/// The row "Odd dates", and CAM-10.
#[tokio::test]
async fn notifications_bear_the_hubs_time_also_from_odd_dates_and_wrong_clocks() {
    let site = Site::logged_in_by(Auth::Either, &[Fault::WrongClock]).await;
    let mut point = open(&site.camera()).await.unwrap();
    point.next().await.unwrap();
    site.device().motion(true);
    let pulled = point.next().await.unwrap();
    let late_ms = wall().now_ms() - pulled.notifications[0].time_ms.unwrap();
    assert!(late_ms.abs() < 60_000, "{late_ms} ms");
    site.device().set(Fault::OddDates);
    site.device().motion(false);
    assert_eq!(point.next().await.unwrap().notifications.len(), 1, "whatever its date");
}

/// The row "Topic ends in `//.` or `/`": told as it came; what it means is decided from there.
#[tokio::test]
async fn a_topic_with_a_strange_end_is_told() {
    let site = Site::with(&[Fault::TopicEndsInSlashDot]).await;
    let mut point = open(&site.camera()).await.unwrap();
    assert!(point.next().await.unwrap().notifications[0].topic.contains("MotionAlarm"));
}
