//! One camera that a task is kept for: its client, its profiles, how it was found last.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use bytes::Bytes;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::camera::Profile;
use xl_bridge::onvif::camera::Velocity;
use xl_bridge::onvif::fault;
use xl_bridge::onvif::fault::CallError;
use xl_bridge::onvif::supervisor::Level;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;

use super::OnvifError;

/// Profiles that are asked for a picture before the camera counts as one without; recorders have a hundred.
const PROFILES_ASKED: usize = 4;

/// How a camera was found last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// What was proven last, and when.
    pub level: Option<(Level, TimestampMs)>,
    /// Why it is no better.
    pub reason: Option<Refused>,
    /// Maker, model and firmware, as it said.
    pub model: Option<String>,
    /// What it does not do.
    pub degraded: Vec<Refused>,
    /// Its clock minus the hub's, in milliseconds.
    pub skew_ms: Option<i64>,
    /// Whether it moves.
    pub has_ptz: bool,
}

/// A camera and what was learnt of it.
pub(super) struct Attached {
    /// Its client.
    pub(super) camera: Arc<Camera>,
    state: Mutex<State>,
}

/// Held only for moments, never while waiting.
#[derive(Default)]
struct State {
    condition: Condition,
    profiles: Vec<Profile>,
    /// The profile that gave the last picture.
    usable: Option<String>,
}

impl Attached {
    /// A camera of which nothing is known yet.
    pub(super) fn new(camera: Arc<Camera>) -> Self {
        Self { camera, state: Mutex::default() }
    }

    /// How it was found last.
    pub(super) fn condition(&self) -> Condition {
        self.state().condition.clone()
    }

    /// Notes something about it.
    pub(super) fn note(&self, note: impl FnOnce(&mut Condition)) {
        note(&mut self.state().condition);
    }

    /// Notes its profiles.
    pub(super) fn describe(&self, profiles: Vec<Profile>) {
        self.state().profiles = profiles;
    }

    /// A picture of the profile that gave the last one, else of the first that gives one.
    pub(super) async fn snapshot(&self) -> Result<Bytes, Refused> {
        let (profiles, last) = {
            let state = self.state();
            let mut profiles = state.profiles.clone();
            profiles.sort_by_key(|profile| state.usable.as_ref() != Some(&profile.token));
            (profiles, state.condition.reason.clone())
        };
        let not_ready = OnvifError::NotReady { last };
        let mut failed = Refused::new(not_ready.code(), not_ready.to_string());
        for profile in profiles.iter().take(PROFILES_ASKED) {
            match self.camera.picture(profile).await {
                Ok(picture) => {
                    self.state().usable = Some(profile.token.clone());
                    return Ok(picture.bytes);
                }
                Err(error) if gives_none(&error) => failed = error.refused(),
                Err(error) => return Err(error.refused()),
            }
        }
        Err(failed)
    }

    /// Moves the first profile that moves.
    pub(super) async fn move_for(&self, velocity: Velocity, time: Duration) -> Result<(), OnvifError> {
        let (profile, none, last) = {
            let state = self.state();
            let moving = state.profiles.iter().find(|profile| profile.has_ptz).cloned();
            (moving, state.profiles.is_empty(), state.condition.reason.clone())
        };
        match profile {
            Some(profile) => self.camera.move_for(&profile, velocity, time).await.map_err(OnvifError::Camera),
            None if none => Err(OnvifError::NotReady { last }),
            None => Err(OnvifError::Camera(CallError::NotOffered("profile that moves"))),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether another profile may give what this one does not.
fn gives_none(error: &CallError) -> bool {
    [fault::NOT_OFFERED, fault::NO_PICTURE, fault::CALL_REFUSED].contains(&error.code())
}
