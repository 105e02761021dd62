//! The online rate over a window, by place, owner or day, from what the store keeps. The formula is [`xl_model::rate`]'s.
//!
//! Areas are told by the codes that they have now: what stood in a town that is a street today counts there.
//!
//! Whole days that are summed up are taken as they are, the rest is worked out from intervals. A camera counts at the place
//! and for the owner that it is registered with now; one that was removed counts at its township, for nobody known.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use xl_model::camera::CameraKey;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::rate::Figures;
use xl_model::rate::Span;
use xl_model::rate::area::Area;
use xl_model::rate::area::Recoded;
use xl_model::rate::day::LocalDay;
use xl_model::rate::roll_up::RollUp;
use xl_model::rate::tally;
use xl_model::status::Interval;
use xl_model::status::TimestampUs;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::status::Scope;

use super::Sees;
use crate::cameras::Cameras;

/// What a rate is split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Counties, by 6 digits.
    County,
    /// Towns, by 9 digits.
    Town,
    /// Villages and communities, by 12 digits; `…000` is the town itself.
    Village,
    /// Who answers for the cameras.
    Owner,
    /// Days in Asia/Shanghai.
    Day,
}

/// One part of a rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// Of this area.
    Area(Area),
    /// Of this owner; nothing: of nobody known.
    Owner(Option<Arc<str>>),
    /// Of this day.
    Day(LocalDay),
}

/// What a window amounts to, in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoned {
    /// All of it.
    pub total: Figures,
    /// Its parts, in order of code, name or day; they add up to it.
    pub parts: Vec<(Group, Figures)>,
}

/// Works out what `span`, which must not reach beyond now, amounts to for the cameras at `place`, or for all, of those that
/// `sees` lets pass.
///
/// # Errors
/// [`StoreError::NotRead`].
pub async fn reckon(
    store: &Store,
    cameras: &Cameras,
    place: Option<&Area>,
    span: Span,
    by: By,
    sees: &Sees<'_>,
) -> Result<Reckoned, StoreError> {
    let recoded = cameras.places().recoded();
    let place = place.map(|place| recoded.now(place));
    let place = place.as_ref();
    let now =
        |id: &TownshipId| id.as_str().parse().map_or_else(|_| id.to_string(), |area| recoded.now(&area).to_string());
    let mut seats: HashMap<CameraKey, (Area, Option<Arc<str>>)> = HashMap::new();
    let mut townships: BTreeSet<TownshipId> = store.townships().await?.into_iter().map(|(id, _)| id).collect();
    for row in cameras.list(None) {
        let key = row.camera.key;
        townships.insert(key.township.clone());
        let owner = Some(row.camera.owner.name).filter(|name| !name.is_empty()).map(Arc::from);
        if let Ok(area) = row.camera.place.parse::<Area>() {
            seats.insert(key, (recoded.now(&area), owner));
        }
    }
    if let Some(place) = place {
        // Cameras of a township may stand elsewhere; others than these are not read.
        let within = |(key, (area, _)): (&CameraKey, &(Area, _))| {
            area.as_str().starts_with(place.as_str()).then(|| key.township.clone())
        };
        let standing: BTreeSet<TownshipId> = seats.iter().filter_map(within).collect();
        let related = |id: &str| id.starts_with(place.as_str()) || place.as_str().starts_with(id);
        townships.retain(|id| standing.contains(id) || related(&now(id)));
    }
    let mut rolled = RollUp::new(Recoded::default());
    let (mut total, mut days) = (Figures::default(), BTreeMap::<LocalDay, Figures>::new());
    for township in townships {
        let Ok(itself) = format!("{}000", now(&township)).parse::<Area>() else { continue };
        let mut of_cameras = BTreeMap::<CameraId, Vec<(LocalDay, Figures)>>::new();
        for (day, camera, figures) in of_township(store, &township, span).await? {
            of_cameras.entry(camera).or_default().push((day, figures));
        }
        for (camera, parts) in of_cameras {
            let key = CameraKey { township: township.clone(), camera };
            let (area, owner) = seats.get(&key).cloned().unwrap_or_else(|| (itself.clone(), None));
            let elsewhere = place.is_some_and(|place| !area.as_str().starts_with(place.as_str()));
            if elsewhere || !sees(&key, area.as_str()) {
                continue;
            }
            let mut of_camera = Figures::default();
            for (day, figures) in parts {
                of_camera += figures;
                *days.entry(day).or_default() += figures;
            }
            total += of_camera;
            rolled.add(&area, owner, of_camera);
        }
    }
    let areas = |digits: usize| -> Vec<(Group, Figures)> {
        let of_level = rolled.areas().filter(|(area, _)| area.as_str().len() == digits);
        of_level.map(|(area, figures)| (Group::Area(area.clone()), figures)).collect()
    };
    let parts = match by {
        By::County => areas(6),
        By::Town => areas(9),
        By::Village => areas(12),
        By::Owner => rolled.owners().map(|(owner, figures)| (Group::Owner(owner.cloned()), figures)).collect(),
        By::Day => days.into_iter().map(|(day, figures)| (Group::Day(day), figures)).collect(),
    };
    Ok(Reckoned { total, parts })
}

/// What a window amounts to for each camera of a township, in parts that lie within one day each.
async fn of_township(
    store: &Store,
    township: &TownshipId,
    span: Span,
) -> Result<Vec<(LocalDay, CameraId, Figures)>, StoreError> {
    if span.length_us() == 0 {
        return Ok(Vec::new());
    }
    let (first, end) = LocalDay::whole(span);
    let mut found = store.status_days(township, first, end).await?;
    let summed_up: BTreeSet<LocalDay> = found.iter().map(|(day, _, _)| *day).collect();
    for run in runs(span, &summed_up) {
        let (Some(head), Some(tail)) = (run.first(), run.last()) else { continue };
        let whole = Span { from_us: head.1.from_us, to_us: tail.1.to_us };
        let intervals = store.status_intervals(Scope::Township(township), whole).await?;
        for of_one in intervals.chunk_by(|a, b| a.camera == b.camera) {
            for (day, part) in &run {
                let part = enrolled(of_one).meet(*part);
                if part.length_us() > 0 {
                    found.push((*day, of_one[0].camera.camera.clone(), tally(of_one, part)));
                }
            }
        }
    }
    Ok(found)
}

/// The days of a window that are not summed up, cut to it, in runs without a gap.
fn runs(span: Span, summed_up: &BTreeSet<LocalDay>) -> Vec<Vec<(LocalDay, Span)>> {
    let mut runs = vec![Vec::new()];
    let mut day = LocalDay::of(span.from_us);
    while day.span().from_us < span.to_us {
        match runs.last_mut() {
            Some(run) if !summed_up.contains(&day) => run.push((day, day.span().meet(span))),
            _ => runs.push(Vec::new()),
        }
        day = day.next();
    }
    runs
}

/// From the first moment of these intervals, which are in order, to their last: when the camera was enrolled.
fn enrolled(intervals: &[Interval]) -> Span {
    let from_us = intervals.first().map_or(0, |it| it.from_us);
    Span { from_us, to_us: intervals.last().map_or(0, |it| it.to_us.unwrap_or(TimestampUs::MAX)) }
}

#[cfg(test)]
mod tests;
