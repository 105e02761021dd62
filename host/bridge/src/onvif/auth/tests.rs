//! The ladder, camera by camera.

use super::*;

/// How a camera answers each method: `None` lets it in.
struct Camera {
    asks_http: bool,
    takes: &'static [Method],
    knows_secret: bool,
}

/// Climbs until it is let in or stops; returns what was sent with a secret, and where it ended.
fn climb(camera: &Camera, ladder: &mut Ladder, clock_changes: bool) -> (Vec<Method>, Step) {
    let mut asked = false;
    let mut tried = Vec::new();
    for _ in 0..20 {
        match ladder.step() {
            Step::Stopped => return (tried, Step::Stopped),
            Step::ReadClock => ladder.clock_read(clock_changes),
            Step::Try(method) => {
                let sent_http = method.has_http() && asked;
                if method.has_token() || sent_http {
                    tried.push(method);
                }
                let whole = !matches!(method, Method::Digest | Method::Both) || asked;
                if camera.takes.contains(&method) && camera.knows_secret && whole {
                    ladder.accepted();
                    return (tried, Step::Try(method));
                }
                asked |= camera.asks_http;
                ladder.refused(Refusal { sent_http, asks_http: camera.asks_http, repeated: false });
            }
        }
    }
    panic!("it climbs for ever");
}

/// The first request carries no secret, so a camera without login takes it.
#[test]
fn a_camera_without_login_never_sees_the_secret() {
    let camera = Camera { asks_http: false, takes: &[Method::Anonymous], knows_secret: true };
    assert_eq!(climb(&camera, &mut fresh(), false), (vec![], Step::Try(Method::Anonymous)));
}

fn fresh() -> Ladder {
    Ladder::new(true, false, None)
}

#[test]
fn a_camera_that_takes_wsse_is_let_in_at_once() {
    let camera = Camera { asks_http: false, takes: &[Method::Wsse], knows_secret: true };
    assert_eq!(climb(&camera, &mut fresh(), false), (vec![Method::Wsse], Step::Try(Method::Wsse)));
}

#[test]
fn a_camera_that_takes_http_digest_only_costs_no_refusal() {
    let camera = Camera { asks_http: true, takes: &[Method::Digest], knows_secret: true };
    assert_eq!(climb(&camera, &mut fresh(), false), (vec![Method::Digest], Step::Try(Method::Digest)));
}

#[test]
fn a_camera_that_wants_both_gets_both_after_one_refusal() {
    let camera = Camera { asks_http: true, takes: &[Method::Both], knows_secret: true };
    assert_eq!(climb(&camera, &mut fresh(), false), (vec![Method::Digest, Method::Both], Step::Try(Method::Both)));
}

#[test]
fn clear_text_needs_an_administrators_consent() {
    let camera = Camera { asks_http: false, takes: &[Method::ClearText], knows_secret: true };
    assert_eq!(climb(&camera, &mut fresh(), false), (vec![Method::Wsse], Step::Stopped));
    let basic = Camera { asks_http: false, takes: &[], knows_secret: true };
    assert_eq!(climb(&basic, &mut fresh(), false), (vec![Method::Wsse], Step::Stopped));
    let mut allowed = Ladder::new(true, true, None);
    assert_eq!(climb(&camera, &mut allowed, false).1, Step::Try(Method::ClearText));
}

/// CAM-4.
#[test]
fn a_camera_that_once_took_digest_is_never_asked_in_clear_text() {
    let wsse = Camera { asks_http: false, takes: &[Method::Wsse], knows_secret: true };
    let mut ladder = Ladder::new(true, true, None);
    climb(&wsse, &mut ladder, false);
    ladder.secret_changed(true);
    let camera = Camera { asks_http: false, takes: &[Method::ClearText], knows_secret: true };
    assert_eq!(climb(&camera, &mut ladder, false).1, Step::Stopped);
    let mut remembered = Ladder::new(true, true, Some(Method::Digest));
    assert_eq!(climb(&camera, &mut remembered, false).1, Step::Stopped);
}

/// CAM-9.
#[test]
fn a_wrong_password_is_tried_twice_at_most_whatever_the_camera_speaks() {
    for asks_http in [false, true] {
        for clear_text in [false, true] {
            for clock_changes in [false, true] {
                let camera = Camera { asks_http, takes: &[], knows_secret: false };
                let mut ladder = Ladder::new(true, clear_text, None);
                let (tried, end) = climb(&camera, &mut ladder, clock_changes);
                assert_eq!(end, Step::Stopped);
                assert!(tried.len() <= 2, "{tried:?}");
            }
        }
    }
}

#[test]
fn a_stopped_ladder_starts_again_only_with_a_changed_secret() {
    let wrong = Camera { asks_http: false, takes: &[], knows_secret: false };
    let mut ladder = fresh();
    climb(&wrong, &mut ladder, true);
    assert_eq!(ladder.step(), Step::Stopped);
    ladder.secret_changed(true);
    let right = Camera { asks_http: false, takes: &[Method::Wsse], knows_secret: true };
    assert!(matches!(climb(&right, &mut ladder, true).1, Step::Try(_)));
}

#[test]
fn after_a_refusal_the_clock_is_read_once_and_the_same_is_tried_again() {
    let mut ladder = fresh();
    ladder.refused(Refusal { sent_http: false, asks_http: false, repeated: false });
    assert_eq!(ladder.step(), Step::Try(Method::Wsse));
    ladder.refused(Refusal { sent_http: false, asks_http: false, repeated: false });
    assert_eq!(ladder.step(), Step::ReadClock);
    ladder.clock_read(true);
    assert_eq!(ladder.step(), Step::Try(Method::Wsse));
    ladder.accepted();
    assert_eq!(ladder.refusals(), 0);
}

/// An old nonce refused without being called stale, then a new one: the camera has counted two.
#[test]
fn a_secret_refused_with_an_old_and_a_new_challenge_is_not_sent_again() {
    let mut ladder = Ladder::new(true, false, Some(Method::Digest));
    ladder.refused(Refusal { sent_http: true, asks_http: true, repeated: true });
    assert_eq!(ladder.step(), Step::Stopped);
}

#[test]
fn without_a_secret_a_refusal_stops_at_once() {
    let mut ladder = Ladder::new(false, false, None);
    assert_eq!(ladder.step(), Step::Try(Method::Anonymous));
    ladder.refused(Refusal { sent_http: false, asks_http: true, repeated: false });
    assert_eq!(ladder.step(), Step::Stopped);
}
