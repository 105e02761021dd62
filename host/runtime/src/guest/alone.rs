//! A value that is reached only through the one owner's `&mut`.

use std::sync::Mutex;
use std::sync::PoisonError;

/// Makes what is not `Sync` part of a state that is lent by reference while a port is asked. Never locked.
pub(crate) struct Alone<T>(Mutex<T>);

impl<T> Alone<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn get(&mut self) -> &mut T {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner)
    }
}
