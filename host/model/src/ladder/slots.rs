//! Cameras by a short number, so that timers need not carry names.

use std::collections::HashMap;

use crate::camera::CameraKey;
use crate::ladder::camera::Camera;

/// All cameras.
#[derive(Debug, Default)]
pub(super) struct Slots {
    slots: Vec<Option<Camera>>,
    free: Vec<u32>,
    numbers: HashMap<CameraKey, u32>,
}

impl Slots {
    /// The number of a camera.
    pub(super) fn find(&self, camera: &CameraKey) -> Option<u32> {
        self.numbers.get(camera).copied()
    }

    /// The camera of a number.
    pub(super) fn get_mut(&mut self, slot: u32) -> Option<&mut Camera> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// Adds a camera; nothing when there are 2³² already.
    pub(super) fn insert(&mut self, camera: Camera) -> Option<u32> {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                let slot = u32::try_from(self.slots.len()).ok()?;
                self.slots.push(None);
                slot
            }
        };
        self.numbers.insert(camera.enrolment.camera.clone(), slot);
        *self.slots.get_mut(slot as usize)? = Some(camera);
        Some(slot)
    }

    /// Takes a camera out; its number is used again.
    pub(super) fn remove(&mut self, slot: u32) -> Option<Camera> {
        let camera = self.slots.get_mut(slot as usize)?.take()?;
        self.numbers.remove(&camera.enrolment.camera);
        self.free.push(slot);
        Some(camera)
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Camera> {
        self.slots.iter().flatten()
    }
}
