//! Which cameras the ladder is told of, over a real register.

use xl_model::camera::draft::Field;
use xl_model::status::evidence::Enrolment;

use super::*;
use crate::devices::testing::NOW_MS;
use crate::devices::testing::TestHub;
use crate::status::channel;
use crate::status::sink::Intake;
use crate::status::sink::Message;

async fn told(intake: &mut Intake) -> Vec<Enrolment> {
    match intake.next().await {
        Some(Message::Register(cameras, _)) => cameras,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn all_cameras_are_told_at_the_start_and_at_every_change() {
    let hub = TestHub::new().await;
    hub.register("gh-1").await;
    let (sink, mut intake) = channel();
    let stop = CancellationToken::new();
    let following = tokio::spawn(follow(hub.cameras.clone(), sink, stop.clone()));
    let first = told(&mut intake).await;
    assert_eq!((first.len(), first[0].since_us), (1, NOW_MS * 1_000));
    let key = hub.add_camera("gh-2", &[(Field::OwnerName, "浮来青茶业")]).await;
    let both = told(&mut intake).await;
    let owners: Vec<_> = both.iter().map(|it| (it.camera.camera.as_str(), it.owner.as_deref())).collect();
    assert_eq!(owners, [("gh-1", None), ("gh-2", Some("浮来青茶业"))]);
    hub.devices.remove(&key).await.unwrap();
    assert_eq!(told(&mut intake).await.len(), 1);
    stop.cancel();
    following.await.unwrap();
}

#[tokio::test]
async fn a_camera_is_expected_as_it_is_registered_or_as_its_attachment_lets_expect() {
    let hub = TestHub::new().await;
    hub.register("mqtt").await;
    hub.add_camera("beats", &[(Field::HeartbeatS, "30")]).await;
    let onvif = [(Field::Attachment, "onvif"), (Field::Host, "10.0.0.7")];
    hub.add_camera("onvif", &onvif).await;
    let mapped = [(Field::Attachment, "mapped"), (Field::Publisher, "frigate")];
    hub.add_camera("mapped", &mapped).await;
    let bridged = [(Field::Attachment, "mapped"), (Field::Publisher, "bridge:edge-1")];
    hub.add_camera("bridged", &bridged).await;
    hub.add_camera("waits", &[]).await;
    let told: Vec<_> = hub.cameras.list(None).into_iter().map(enrolment).collect();
    let expected: Vec<_> =
        told.iter().map(|it| (it.camera.camera.as_str(), it.cadence, it.bridge.as_deref())).collect();
    let minute = Cadence::Every(60 * SECOND_US);
    assert_eq!(
        expected,
        [
            ("beats", Cadence::Every(30 * SECOND_US), None),
            ("bridged", minute, Some("bridge:edge-1")),
            ("mapped", Cadence::None, Some("frigate")),
            ("mqtt", minute, None),
            ("onvif", minute, None),
            ("waits", Cadence::None, None),
        ]
    );
}
