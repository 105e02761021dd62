//! What a module was granted, as it stands now: a run that is under way sees a change at its next call.

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use xl_model::grant::Grants;

/// Grants that may change while the module runs; clones share them.
#[derive(Debug, Clone, Default)]
pub struct Granted(Arc<RwLock<Arc<Grants>>>);

impl Granted {
    /// What is granted at this moment. Two answers that are the same pointer say that nothing was changed between them.
    pub fn now(&self) -> Arc<Grants> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts others in place, for runs under way too.
    pub fn set(&self, grants: Grants) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(grants);
    }
}

impl From<Grants> for Granted {
    fn from(grants: Grants) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(grants))))
    }
}
