//! Responsible units of a township, and which stands above which.

use std::collections::BTreeMap;

use crate::id::UnitId;

/// A responsible unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResponsibleUnit {
    /// Its name in Chinese.
    pub zh: String,
    /// And in English.
    pub en: String,
    /// The unit above, to which it is escalated.
    pub above: Option<UnitId>,
}

/// The units of a township.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Units {
    units: BTreeMap<UnitId, ResponsibleUnit>,
}

impl Units {
    /// These units.
    pub fn new(units: BTreeMap<UnitId, ResponsibleUnit>) -> Self {
        Self { units }
    }

    /// The unit of an id.
    pub fn get(&self, id: &UnitId) -> Option<&ResponsibleUnit> {
        self.units.get(id)
    }

    /// All, by id.
    pub fn iter(&self) -> impl Iterator<Item = (&UnitId, &ResponsibleUnit)> {
        self.units.iter()
    }

    /// Whether `id` is one of `units` or stands below one of them.
    pub fn is_of(&self, id: &UnitId, units: &[UnitId]) -> bool {
        // However a table leads in a circle, each unit is looked at once.
        std::iter::successors(Some(id), |id| self.above(id)).take(self.units.len().max(1)).any(|id| units.contains(id))
    }

    /// The unit above another.
    pub fn above(&self, id: &UnitId) -> Option<&UnitId> {
        self.units.get(id)?.above.as_ref()
    }
}
