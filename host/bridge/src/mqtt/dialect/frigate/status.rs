//! Whether a camera of Frigate is there: each of its roles says so by itself.

use std::collections::HashMap;

use xl_model::fault::Refused;

use super::super::fault;
use crate::mqtt::dialect::Level;

/// Most cameras of one Frigate whose roles are remembered.
const CAMERAS_MOST: usize = 1024;

/// The roles that a camera can have.
const ROLES: [&str; 3] = ["audio", "detect", "record"];

/// What a role said last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Online,
    Offline,
    Disabled,
    /// A retained `online`: it keeps others from saying that all are gone, and proves nothing itself.
    OnlineOnce,
}

/// The roles of all cameras.
#[derive(Debug, Default)]
pub(super) struct Roles(HashMap<String, [Option<Said>; 3]>);

impl Roles {
    /// Takes what a role said; the camera's level, where this can be told.
    pub(super) fn see(
        &mut self,
        camera: &str,
        role: &str,
        word: &str,
        retained: bool,
    ) -> Result<Option<Level>, Refused> {
        let Some(at) = ROLES.iter().position(|other| *other == role) else { return Ok(None) };
        let said = match (word, retained) {
            ("online", false) => Said::Online,
            ("online", true) => Said::OnlineOnce,
            ("offline", _) => Said::Offline,
            ("disabled", _) => Said::Disabled,
            _ => {
                return Err(Refused::new(
                    fault::UNKNOWN_PAYLOAD,
                    "status: `online`, `offline` or `disabled` is expected",
                ));
            }
        };
        if !self.0.contains_key(camera) && self.0.len() >= CAMERAS_MOST {
            return Err(Refused::new(fault::TOO_MANY, format!("more than {CAMERAS_MOST} cameras of one Frigate")));
        }
        let roles = self.0.entry(camera.to_owned()).or_default();
        roles[at] = Some(said);
        Ok(if retained { None } else { level(roles) })
    }
}

/// Any role online: up. All offline: down. None online and some disabled: somebody switched it off.
fn level(roles: &[Option<Said>; 3]) -> Option<Level> {
    let any = |said| roles.contains(&Some(said));
    if any(Said::Online) {
        Some(Level::Up)
    } else if any(Said::OnlineOnce) {
        None
    } else if any(Said::Disabled) {
        Some(Level::Maintenance)
    } else {
        Some(Level::Down)
    }
}
