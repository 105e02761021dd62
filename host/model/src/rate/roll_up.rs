//! Sums over the county: each village, each town, the county, and each owner beside them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::rate::Figures;
use crate::rate::area::Area;
use crate::rate::area::Recoded;

/// Figures of every area that has a camera, and of every owner.
///
/// A camera that moved is added once for each place, with its part of the window. What stands at a town itself has the
/// code `…000` and is a part of the town beside its villages; so every area is the sum of the areas below it.
#[derive(Debug, Clone, Default)]
pub struct RollUp {
    recoded: Recoded,
    areas: BTreeMap<Area, Figures>,
    owners: BTreeMap<Option<Arc<str>>, Figures>,
}

impl RollUp {
    /// An empty one.
    pub fn new(recoded: Recoded) -> Self {
        Self { recoded, ..Self::default() }
    }

    /// Adds a camera's figures at a place.
    pub fn add(&mut self, place: &Area, owner: Option<Arc<str>>, figures: Figures) {
        let mut area = Some(self.recoded.now(place));
        while let Some(now) = area {
            area = now.parent();
            *self.areas.entry(now).or_default() += figures;
        }
        *self.owners.entry(owner).or_default() += figures;
    }

    /// The figures of an area; empty where there is no camera.
    pub fn area(&self, area: &Area) -> Figures {
        self.areas.get(area).copied().unwrap_or_default()
    }

    /// The areas right below `area` that have cameras, by code.
    pub fn below<'a>(&'a self, area: &'a Area) -> impl Iterator<Item = (&'a Area, Figures)> {
        let below = |it: &Area| it.parent().as_ref() == Some(area);
        self.areas
            .range(area.clone()..)
            .take_while(move |(it, _)| it.as_str().starts_with(area.as_str()))
            .filter_map(move |(it, figures)| below(it).then_some((it, *figures)))
    }

    /// All areas, by code; an area stands before those below it.
    pub fn areas(&self) -> impl Iterator<Item = (&Area, Figures)> {
        self.areas.iter().map(|(area, figures)| (area, *figures))
    }

    /// All owners, by name; first what belongs to nobody known.
    pub fn owners(&self) -> impl Iterator<Item = (Option<&Arc<str>>, Figures)> {
        self.owners.iter().map(|(owner, figures)| (owner.as_ref(), *figures))
    }
}
