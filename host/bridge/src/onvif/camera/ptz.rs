//! Moving a camera, never without an end.
//!
//! Every movement carries a `Timeout`, which some cameras ignore, and a stop of our own, which a task of its own sends: it
//! comes also when whoever asked is gone. A camera that knows no `Stop` gets a movement with speed zero (Frigate's table of
//! PTZ cameras; Hikvision). Who may move is decided by the caller.

use std::sync::Arc;
use std::sync::PoisonError;
use std::time::Duration;

use tracing::warn;

use super::Camera;
use super::call::Call;
use super::describe::Profile;
use crate::onvif::date;
use crate::onvif::fault::CallError;
use crate::onvif::soap::FaultKind;
use crate::onvif::xml::escaped;

const PTZ: &str = "http://www.onvif.org/ver20/ptz/wsdl";

/// The longest movement by one command; whoever holds the button asks again.
pub const MOVE_MOST: Duration = Duration::from_secs(10);

/// How often a stop is sent until one is answered, and the pause between.
const STOPS_MOST: u32 = 5;
const STOP_PAUSE: Duration = Duration::from_millis(500);

/// Speeds from -1 to 1; what lies outside is cut.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Velocity {
    /// To the right.
    pub pan: f32,
    /// Upwards.
    pub tilt: f32,
    /// Nearer.
    pub zoom: f32,
}

impl Velocity {
    const ZERO: Self = Self { pan: 0.0, tilt: 0.0, zoom: 0.0 };

    fn xml(self) -> String {
        let cut = |speed: f32| if speed.is_finite() { speed.clamp(-1.0, 1.0) } else { 0.0 };
        format!(
            r#"<tptz:Velocity><tt:PanTilt x="{}" y="{}"/><tt:Zoom x="{}"/></tptz:Velocity>"#,
            cut(self.pan),
            cut(self.tilt),
            cut(self.zoom)
        )
    }
}

impl Camera {
    /// Moves for `time`, at most [`MOVE_MOST`], then stops; a later movement or stop takes the place of this one.
    ///
    /// # Errors
    /// [`CallError`]. The stop is sent also then: the camera may have begun before it failed to answer.
    pub async fn move_for(
        self: &Arc<Self>,
        profile: &Profile,
        velocity: Velocity,
        time: Duration,
    ) -> Result<(), CallError> {
        let time = time.min(MOVE_MOST);
        let turn = self.new_turn();
        // Begun before the movement: it runs on when the caller is cancelled while waiting for the answer.
        let (camera, token) = (self.clone(), profile.token.clone());
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            camera.stop_in_turn(&token, turn).await;
        });
        let call_time = date::duration(Duration::from_secs(time.as_secs() + 1));
        self.continuous_move(&profile.token, velocity, Some(&call_time)).await
    }

    /// Stops now.
    ///
    /// # Errors
    /// [`CallError`] of the last of several tries.
    pub async fn stop(&self, profile: &Profile) -> Result<(), CallError> {
        self.new_turn();
        self.stop_once(&profile.token).await
    }

    async fn stop_in_turn(&self, token: &str, turn: u64) {
        for attempt in 1..=STOPS_MOST {
            if self.turn() != turn {
                return; // Somebody else moves it now and has a stop of their own.
            }
            match self.stop_once(token).await {
                Ok(()) => return,
                Err(error) if attempt == STOPS_MOST || matches!(error, CallError::Login { .. }) => {
                    warn!(code = %error.code(), "a camera may still be moving: {}", error.refused().detail);
                    return;
                }
                Err(_) => tokio::time::sleep(STOP_PAUSE).await,
            }
        }
    }

    async fn stop_once(&self, token: &str) -> Result<(), CallError> {
        let url = self.services().ptz.ok_or(CallError::NotOffered("PTZ"))?;
        let body = format!(
            "<tptz:Stop><tptz:ProfileToken>{}</tptz:ProfileToken><tptz:PanTilt>true</tptz:PanTilt>\
             <tptz:Zoom>true</tptz:Zoom></tptz:Stop>",
            escaped(token)
        );
        let action = format!("{PTZ}/Stop");
        let stopped = self.call(&Call { needs_right: true, ..Call::new("Stop", &url, &action, body) }).await;
        match stopped {
            Err(error) if error.fault_kind() == Some(FaultKind::NotSupported) => {
                self.continuous_move(token, Velocity::ZERO, None).await
            }
            done => done.map(drop),
        }
    }

    async fn continuous_move(&self, token: &str, velocity: Velocity, time: Option<&str>) -> Result<(), CallError> {
        let url = self.services().ptz.ok_or(CallError::NotOffered("PTZ"))?;
        let timeout = time.map(|time| format!("<tptz:Timeout>{time}</tptz:Timeout>")).unwrap_or_default();
        let body = format!(
            "<tptz:ContinuousMove><tptz:ProfileToken>{}</tptz:ProfileToken>{}{timeout}</tptz:ContinuousMove>",
            escaped(token),
            velocity.xml()
        );
        let action = format!("{PTZ}/ContinuousMove");
        self.call(&Call { needs_right: true, ..Call::new("ContinuousMove", &url, &action, body) }).await.map(drop)
    }

    fn new_turn(&self) -> u64 {
        let mut moves = self.moves.lock().unwrap_or_else(PoisonError::into_inner);
        *moves += 1;
        *moves
    }

    fn turn(&self) -> u64 {
        *self.moves.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_cut_to_its_range_and_nonsense_is_standing_still() {
        let xml = Velocity { pan: 7.0, tilt: f32::NAN, zoom: -0.5 }.xml();
        assert!(xml.contains(r#"x="1" y="0""#) && xml.contains(r#"<tt:Zoom x="-0.5"/>"#), "{xml}");
    }
}
