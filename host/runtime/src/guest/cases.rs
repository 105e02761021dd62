//! The cases that a run opened or moved, over the committed ones, so that it sees its own steps.

use std::collections::BTreeMap;

use xl_model::case::Case;
use xl_model::id::CaseId;

/// The run's own cases, as they stand for it.
#[derive(Debug, Default)]
pub(crate) struct Cases {
    touched: BTreeMap<CaseId, Case>,
    opened: u32,
}

impl Cases {
    /// The case with the run's own steps; none: the run did nothing to it.
    pub(crate) fn get(&self, id: &CaseId) -> Option<&Case> {
        self.touched.get(id)
    }

    /// The case that the run opened under this key.
    pub(crate) fn by_key(&self, key: &str) -> Option<&Case> {
        self.touched.values().find(|case| case.key == key)
    }

    /// How many the run opened.
    pub(crate) fn opened(&self) -> u32 {
        self.opened
    }

    /// Notes how a case stands after a step.
    pub(crate) fn note(&mut self, case: Case) {
        self.opened += u32::from(case.revision == 1);
        self.touched.insert(case.id.clone(), case);
    }
}
