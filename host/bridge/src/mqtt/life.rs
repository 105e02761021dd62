//! What messages prove about their cameras, as evidence for whoever watches over their status.
//!
//! Remembers of each registered camera its current session and that it was heard here: a Last Will of an older session says
//! nothing, and when the line to a broker is lost, those that were heard over it cannot be seen. Knows no level: that is the
//! hub's.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use xl_model::camera::CameraKey;
use xl_model::status::Level;
use xl_model::status::Reason;
use xl_model::status::evidence::Evidence;
use xl_model::status::evidence::Said;
use xl_model::status::evidence::Witness;

use super::native::Roll;
use super::native::Session;
use super::native::Sign;
use crate::port::Enrolments;

/// Says what was seen of cameras over one broker.
pub(crate) struct Life {
    witness: Arc<dyn Witness>,
    enrolments: Arc<dyn Enrolments>,
    source: Arc<str>,
    /// Only of registered cameras, so their number is the bound.
    heard: Mutex<HashMap<CameraKey, Option<Current>>>,
    /// The newest roll of each bridge: only with registered cameras, so again their number is the bound.
    rolls: Mutex<HashMap<CameraKey, Called>>,
}

/// What a bridge said last: on which connection, and of which cameras.
#[derive(Default)]
struct Called {
    sid: String,
    cameras: BTreeSet<CameraKey>,
}

/// The session of a device that counts.
struct Current {
    sid: String,
    /// A birth said so; without one the newest state does.
    is_born: bool,
}

impl Life {
    /// Tells `witness` under the name `source` what is seen of registered cameras.
    pub(crate) fn new(witness: Arc<dyn Witness>, enrolments: Arc<dyn Enrolments>, source: &str) -> Self {
        Self { witness, enrolments, source: source.into(), heard: Mutex::default(), rolls: Mutex::default() }
    }

    /// Takes what a message of the native dialect says about its camera.
    pub(crate) fn sign(&self, camera: &CameraKey, sign: Sign, skew_ms: Option<i64>) {
        if !self.enrolments.knows(camera) {
            return;
        }
        let counts = {
            let mut heard = self.heard();
            let current = heard.entry(camera.clone()).or_default();
            match sign.session {
                Some(Session::Begun(sid)) => {
                    *current = Some(Current { sid, is_born: true });
                    true
                }
                Some(Session::Of(sid)) => counts(current, sid, sign.said),
                None => true,
            }
        };
        if let (Some(said), true) = (sign.said, counts) {
            self.tell(camera, said, sign.reason, sign.promised_us, skew_ms);
        }
    }

    /// Takes how a bridge's cameras stand. Who is not attached through it is not asked about; who was on its last roll and is
    /// not on this one cannot be seen.
    pub(crate) fn roll(&self, bridge: &CameraKey, roll: Roll) {
        let key = |camera| CameraKey { township: bridge.township.clone(), camera };
        let standing: Vec<(CameraKey, Level)> = roll
            .cameras
            .iter()
            .flatten()
            .map(|(camera, level)| (key(camera.clone()), *level))
            .filter(|(camera, _)| self.enrolments.bridge(camera).as_ref() == Some(&bridge.camera))
            .collect();
        let missing = {
            let mut rolls = self.rolls.lock().unwrap_or_else(PoisonError::into_inner);
            if roll.cameras.is_none() && rolls.get(bridge).is_none_or(|called| called.sid != roll.sid) {
                return; // The Last Will of an older connection.
            }
            let named = Called { sid: roll.sid, cameras: standing.iter().map(|(camera, _)| camera.clone()).collect() };
            let before = match named.cameras.is_empty() {
                true => rolls.remove(bridge),
                false => rolls.insert(bridge.clone(), named),
            };
            let here = rolls.get(bridge).map(|called| &called.cameras);
            let gone = |camera: &CameraKey| here.is_none_or(|here| !here.contains(camera));
            before.unwrap_or_default().cameras.into_iter().filter(gone).collect::<Vec<_>>()
        };
        for (camera, level) in standing {
            self.saw(&camera, said(level), "roll");
        }
        for camera in missing {
            self.tell(&camera, Said::Blind, Reason::new(Reason::BRIDGE_DOWN), None, None);
        }
    }

    /// Says that something was seen of a camera that is registered.
    pub(crate) fn saw(&self, camera: &CameraKey, said: Said, reason: &str) {
        if let Entry::Vacant(vacant) = self.heard().entry(camera.clone()) {
            vacant.insert(None);
        }
        self.tell(camera, said, Reason::new(reason), None, None);
    }

    /// The line to the broker was lost, or is back: nothing is known of those that were heard over it.
    pub(crate) fn line(&self, said: Said) {
        let heard: Vec<CameraKey> = self.heard().keys().cloned().collect();
        for camera in heard {
            self.tell(&camera, said, Reason::new(Reason::BRIDGE_DOWN), None, None);
        }
    }

    fn tell(&self, camera: &CameraKey, said: Said, reason: Reason, promised_us: Option<i64>, skew_ms: Option<i64>) {
        let (camera, source) = (camera.clone(), self.source.clone());
        self.witness.saw(Evidence { camera, said, reason, source, promised_us, skew_ms });
    }

    fn heard(&self) -> MutexGuard<'_, HashMap<CameraKey, Option<Current>>> {
        // A holder that panicked left the map whole: each change is one assignment.
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a bridge's word of a level proves.
fn said(level: Level) -> Said {
    match level {
        Level::Up => Said::Up,
        Level::AuthFailed => Said::AuthFailed,
        Level::Reachable => Said::Reachable,
        Level::Down => Said::Offline,
        Level::Unknown | Level::Maintenance => Said::Blind,
    }
}

/// Whether a state of this session counts.
///
/// A session that was born is the current one until the next birth; of another one only life is believed, for it is said
/// now. Who is never born is in the session of its newest state.
fn counts(current: &mut Option<Current>, sid: String, said: Option<Said>) -> bool {
    let goes = said == Some(Said::Offline);
    match current {
        Some(current) if current.sid == sid => true,
        Some(current) if current.is_born => said == Some(Said::Up),
        Some(_) if goes => false,
        _ => {
            if !goes {
                *current = Some(Current { sid, is_born: false });
            }
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use xl_model::id::CameraId;

    use super::super::dialect::Dialect;
    use super::*;

    #[derive(Default)]
    struct List(Mutex<Vec<(Said, String)>>);

    impl Witness for List {
        fn saw(&self, evidence: Evidence) {
            self.0.lock().unwrap().push((evidence.said, evidence.reason.as_str().to_owned()));
        }
    }

    impl List {
        fn said(&self) -> Vec<Said> {
            self.0.lock().unwrap().drain(..).map(|(said, _)| said).collect()
        }
    }

    struct OnlyOne;

    impl Enrolments for OnlyOne {
        fn knows(&self, camera: &CameraKey) -> bool {
            camera.camera.as_str() == "gh-1"
        }

        fn camera(&self, _: Dialect, _: &str) -> Option<CameraKey> {
            None
        }

        fn bridge(&self, camera: &CameraKey) -> Option<CameraId> {
            camera.camera.as_str().starts_with("gh-").then(|| "edge-1".parse().unwrap())
        }
    }

    fn life() -> (Life, Arc<List>, CameraKey) {
        let list = Arc::new(List::default());
        (Life::new(list.clone(), Arc::new(OnlyOne), "mqtt"), list, "371122102/gh-1".parse().unwrap())
    }

    fn sign(said: Said, session: Session) -> Sign {
        Sign { said: Some(said), session: Some(session), ..Sign::default() }
    }

    fn of(sid: &str) -> Session {
        Session::Of(sid.to_owned())
    }

    fn begun(sid: &str) -> Session {
        Session::Begun(sid.to_owned())
    }

    #[test]
    fn the_will_of_an_older_session_says_nothing() {
        let (life, list, camera) = life();
        life.sign(&camera, sign(Said::Up, begun("old")), None);
        life.sign(&camera, sign(Said::Up, begun("new")), None);
        life.sign(&camera, sign(Said::Offline, of("old")), None);
        life.sign(&camera, sign(Said::Sleeping, of("old")), None);
        assert_eq!(list.said(), [Said::Up, Said::Up]);
        life.sign(&camera, sign(Said::Offline, of("new")), None);
        assert_eq!(list.said(), [Said::Offline]);
    }

    #[test]
    fn a_stored_birth_names_the_session_and_proves_nothing() {
        let (life, list, camera) = life();
        life.sign(&camera, Sign { said: None, ..sign(Said::Up, begun("new")) }, None);
        life.sign(&camera, sign(Said::Offline, of("old")), None);
        assert_eq!(list.said(), []);
        life.sign(&camera, sign(Said::Offline, of("new")), None);
        assert_eq!(list.said(), [Said::Offline]);
    }

    #[test]
    fn without_a_birth_the_newest_state_names_the_session() {
        let (life, list, camera) = life();
        for (said, sid) in [(Said::Offline, "a"), (Said::Up, "b"), (Said::Up, "c"), (Said::Offline, "b")] {
            life.sign(&camera, sign(said, of(sid)), None);
        }
        assert_eq!(list.said(), [Said::Offline, Said::Up, Said::Up]);
    }

    #[test]
    fn when_the_line_is_lost_those_heard_over_it_cannot_be_seen() {
        let (life, list, camera) = life();
        life.line(Said::Blind);
        assert_eq!(list.said(), [], "nobody was heard");
        life.saw(&camera, Said::Up, "picture");
        life.line(Said::Blind);
        life.line(Said::Sighted);
        assert_eq!(list.said(), [Said::Up, Said::Blind, Said::Sighted]);
    }

    fn roll(sid: &str, cameras: &[(&str, Level)]) -> Roll {
        let cameras = cameras.iter().map(|(camera, level)| (camera.parse().unwrap(), *level)).collect();
        Roll { sid: sid.to_owned(), cameras: Some(cameras) }
    }

    fn lost(sid: &str) -> Roll {
        Roll { sid: sid.to_owned(), cameras: None }
    }

    #[test]
    fn a_bridge_says_how_its_own_cameras_stand_and_no_others() {
        let (life, list, _) = life();
        let bridge = "371122102/edge-1".parse().unwrap();
        let levels = [("gh-1", Level::Up), ("gh-2", Level::AuthFailed), ("gh-3", Level::Down), ("yard", Level::Up)];
        life.roll(&bridge, roll("a", &levels));
        assert_eq!(list.said(), [Said::Up, Said::AuthFailed, Said::Offline]);
        life.roll(&bridge, roll("a", &levels[..1]));
        assert_eq!(list.said(), [Said::Up, Said::Blind, Said::Blind], "who is not on the roll cannot be seen");
        life.roll(&"371122102/edge-2".parse().unwrap(), roll("b", &levels));
        assert_eq!(list.said(), []);
    }

    #[test]
    fn a_lost_bridge_sees_no_camera_and_its_older_will_says_nothing() {
        let (life, list, _) = life();
        let bridge = "371122102/edge-1".parse().unwrap();
        life.roll(&bridge, lost("a"));
        life.roll(&bridge, roll("a", &[("gh-1", Level::Up)]));
        life.roll(&bridge, roll("b", &[("gh-1", Level::Up)]));
        life.roll(&bridge, lost("a"));
        assert_eq!(list.said(), [Said::Up, Said::Up]);
        life.roll(&bridge, lost("b"));
        life.roll(&bridge, lost("b"));
        assert_eq!(list.said(), [Said::Blind]);
    }

    #[test]
    fn of_a_camera_that_is_not_registered_nothing_is_said() {
        let (life, list, _) = life();
        life.sign(&"371122102/gh-2".parse().unwrap(), Sign::default(), None);
        life.line(Said::Blind);
        assert_eq!(list.said(), []);
    }
}
