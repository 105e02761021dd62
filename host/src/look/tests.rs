//! Looks through an eye that counts.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use xl_model::event::NewEvent;
use xl_model::fault::Code;
use xl_model::picture::PictureRef;

use super::*;
use crate::cameras::testing::TestRegister;

#[derive(Default)]
struct Counting {
    asked: AtomicU32,
    hangs: bool,
    fails: bool,
    blind: bool,
}

#[async_trait]
impl Eye for Counting {
    async fn snapshot(&self, _: &CameraKey) -> Option<Result<Bytes, String>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.hangs {
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
        match self {
            Self { blind: true, .. } => None,
            Self { fails: true, .. } => Some(Err("HTTP 500".to_owned())),
            _ => Some(Ok(Bytes::from_static(b"jpeg"))),
        }
    }
}

struct Site {
    looks: Looks,
    eye: Arc<Counting>,
    register: TestRegister,
}

impl Site {
    async fn new(eye: Counting) -> Self {
        let (eye, register) = (Arc::new(eye), TestRegister::new().await);
        let deadline = if eye.hangs { Duration::from_millis(20) } else { DEADLINE };
        let looks = Looks::within(deadline, register.store.clone(), eye.clone(), register.clock.clone());
        Self { looks, eye, register }
    }

    /// A picture of this camera comes in.
    async fn receive(&self, camera: &CameraKey) {
        let now_ms = self.register.clock.now_ms();
        let sha256 = "07".repeat(32).parse().unwrap();
        let event = NewEvent {
            township: camera.township.clone(),
            source: camera.to_string().into(),
            id: now_ms.to_string().into(),
            kind: "camera.picture".parse().unwrap(),
            camera: Some(camera.camera.clone()),
            subject: None,
            time_ms: now_ms,
            received_ms: now_ms,
            data: "{}".into(),
            pictures: vec![PictureRef { sha256, width: 1, height: 1, bytes: 1 }],
            cause: None,
            depth: 0,
        };
        self.register.store.append(vec![event]).await.unwrap();
    }

    /// Lets the clock run until a camera may be asked again.
    fn pass(&self) {
        self.register.clock.0.fetch_add(SPACING_MS, Ordering::SeqCst);
    }
}

fn camera(id: &str) -> CameraKey {
    CameraKey { township: "371122102".parse().unwrap(), camera: id.parse().unwrap() }
}

#[tokio::test]
async fn many_who_look_at_once_cost_one_question() {
    let site = Site::new(Counting::default()).await;
    let gate = camera("gate");
    let looks = (0..50).map(|_| site.looks.look(&gate, 0));
    let seen = futures::future::join_all(looks).await;
    assert!(seen.iter().all(|seen| matches!(seen, Ok(Seen::Fresh { .. }))));
    assert_eq!(site.eye.asked.load(Ordering::SeqCst), 1);
    site.pass();
    site.looks.look(&gate, 0).await.unwrap();
    assert_eq!(site.eye.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_camera_that_failed_is_left_alone_for_a_moment() {
    let site = Site::new(Counting { fails: true, ..Counting::default() }).await;
    for _ in 0..3 {
        let failed = site.looks.look(&camera("gate"), 0).await.unwrap_err();
        assert_eq!(failed.to_string(), "the camera gave no picture: HTTP 500");
        assert_eq!(failed.code(), Code(252));
    }
    assert_eq!(site.eye.asked.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_camera_that_only_sends_by_itself_says_so() {
    let site = Site::new(Counting { blind: true, ..Counting::default() }).await;
    let failed = site.looks.look(&camera("gate"), 0).await.unwrap_err();
    assert_eq!(failed.to_string(), "the camera sends pictures by itself and its newest is missing");
    assert_eq!(failed.code(), Code(251));
}

#[tokio::test]
async fn a_plan_sees_a_new_picture_each_period_and_one_that_just_came_does() {
    const PERIOD_MS: i64 = 300_000;
    let (gate, now) = (camera("gate"), |site: &Site, ms| site.register.clock.0.fetch_add(ms, Ordering::SeqCst));
    for (blind, age_ms, expected) in [
        (false, PERIOD_MS / 2, "stored"),
        (false, PERIOD_MS - 100, "fresh"),
        (true, PERIOD_MS - 100, "stored"),
        (true, PERIOD_MS + 1, "none"),
    ] {
        let site = Site::new(Counting { blind, ..Counting::default() }).await;
        site.receive(&gate).await;
        now(&site, age_ms);
        let seen = match site.looks.each(&gate, PERIOD_MS).await {
            Ok(Seen::Stored(_)) => "stored",
            Ok(Seen::Fresh { .. }) => "fresh",
            Err(_) => "none",
        };
        assert_eq!(seen, expected, "blind {blind}, {age_ms} ms old");
    }
}

#[tokio::test]
async fn a_camera_that_hangs_is_given_up_and_delays_no_other() {
    let hanging = Site::new(Counting { hangs: true, ..Counting::default() }).await;
    let failed = hanging.looks.look(&camera("gate"), 0).await.unwrap_err();
    assert_eq!(failed.code(), Code(253));
    assert_eq!(hanging.looks.0.room.available_permits(), AT_ONCE, "its place is free again");
}

#[tokio::test]
async fn what_is_remembered_of_looks_has_a_bound() {
    let site = Site::new(Counting::default()).await;
    for number in 0..1_000 {
        site.looks.look(&camera(&format!("c{number}")), 0).await.unwrap();
        site.pass();
    }
    assert!(site.looks.0.turns.lock().unwrap().len() <= 2 * AT_ONCE);
}
