//! What everybody is told about a place: how many cameras there are and what for, how often they were looked at, what each module
//! may see. Counts only: no camera, no owner, no address, nobody who looked, no reason.
//!
//! Cameras of non-public places are told in steps of five, and fewer than five not at all: one greenhouse with two cameras is
//! somebody. What was counted is told for [`AGE_MS`], and only one thing is counted at a time, so that nobody's questions load the
//! hub.

mod count;
mod look;

pub use count::ClassCount;
pub use count::Count;
pub use look::ModuleShown;
pub use look::MonthLooks;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use xl_model::camera::Camera;
use xl_model::camera::LegalClass;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::id::Kind;
use xl_model::keep;
use xl_model::keep::About;
use xl_model::keep::Rule;
use xl_model::manifest::Collection;
use xl_model::manifest::Manifest;
use xl_model::place::Names;
use xl_model::place::code::PlaceCode;
use xl_model::place::code::Tier;
use xl_model::place::gazetteer::Gazetteer;
use xl_store::Store;

use super::RightsError;
use crate::cameras::Cameras;
use crate::config::Config;
use crate::config::Purpose;
use crate::dispatch::ModuleError;
use crate::dispatch::Modules;

/// What purposes are called together that the hub has no name for; whoever registers cameras chooses their words.
pub const OTHER: &str = "other";

/// How long what was counted is told, in milliseconds.
const AGE_MS: TimestampMs = 600_000;

/// Most places that are remembered: a county with its townships, and villages that somebody asks for.
const MOST_SHOWN: usize = 256;

/// Months of looks that are told, the current one included.
const MONTHS: u32 = 12;

/// Counts for everybody; clones share what was counted.
#[derive(Clone)]
pub struct Figures(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    cameras: Cameras,
    modules: Modules,
    rules: Rules,
    shown: Mutex<HashMap<PlaceCode, Arc<Shown>>>,
    turn: tokio::sync::Mutex<()>,
}

struct Rules {
    is_on: bool,
    county: String,
    purposes: Vec<Purpose>,
    retention: Vec<Rule>,
}

/// A place with its names of today.
pub type NamedPlace = (PlaceCode, Names);

/// What is told about a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The place, by its code of today.
    pub place: PlaceCode,
    /// What it is called.
    pub names: Names,
    /// When it was counted.
    pub counted_ms: TimestampMs,
    /// Its cameras, by legal class.
    pub cameras: Vec<ClassCount>,
    /// Looks by month and purpose, the newest month first; of a village, those of its township.
    pub looks: Vec<MonthLooks>,
    /// What is enabled there; of a village, in its township.
    pub modules: Vec<ModuleShown>,
}

impl Figures {
    /// Counts from these.
    pub fn new(store: Store, clock: Arc<dyn Clock>, cameras: Cameras, modules: Modules, config: &Config) -> Self {
        let rules = Rules {
            is_on: config.transparency.enabled,
            county: config.places.county.clone(),
            purposes: config.looks.purposes.clone(),
            retention: config.retention.rules.clone(),
        };
        let (shown, turn) = (Mutex::default(), tokio::sync::Mutex::default());
        Self(Arc::new(Shared { store, clock, cameras, modules, rules, shown, turn }))
    }

    /// What is told about a place; the hub's county where none is named. Nothing for a place that is not valid today.
    ///
    /// # Errors
    /// [`RightsError::Off`], or when the store cannot be read.
    pub async fn of(&self, place: Option<&PlaceCode>) -> Result<Option<Arc<Shown>>, RightsError> {
        if !self.0.rules.is_on {
            return Err(RightsError::Off);
        }
        let (all, today) = (self.0.cameras.places().all(), self.0.cameras.places().today());
        let county = self.0.rules.county.parse().ok();
        let Some(place) = place.or(county.as_ref()).map(|place| all.now(place, today)) else { return Ok(None) };
        let is_known = all.on(&place, today).is_some() || Some(&place) == county.as_ref();
        if !is_known || place.tier() < Tier::County {
            return Ok(None);
        }
        if let Some(shown) = self.remembered(&place) {
            return Ok(Some(shown));
        }
        let _turn = self.0.turn.lock().await;
        // Whoever came before in the turn may have counted it.
        if let Some(shown) = self.remembered(&place) {
            return Ok(Some(shown));
        }
        let shown = Arc::new(self.count(&all, today, place).await?);
        self.remember(&shown);
        Ok(Some(shown))
    }

    /// The place above one, and those right below it that can be asked for.
    pub fn around(&self, place: &PlaceCode) -> (Option<NamedPlace>, Vec<NamedPlace>) {
        let (all, today) = (self.0.cameras.places().all(), self.0.cameras.places().today());
        let above = place.parent().filter(|above| above.tier() >= Tier::County);
        let above = above.and_then(|above| Some((above.clone(), all.on(&above, today)?.names.clone())));
        let below = all.below(Some(place), today).map(|it| (it.code.clone(), it.names.clone())).collect();
        (above, below)
    }

    /// The purpose of a code, as far as it has a name.
    pub fn purpose(&self, code: &str) -> Option<&Purpose> {
        self.0.rules.purposes.iter().find(|purpose| purpose.code == code)
    }

    async fn count(&self, all: &Gazetteer, today: Day, place: PlaceCode) -> Result<Shown, RightsError> {
        let township = if place.tier() == Tier::Village { place.parent() } else { None };
        let office = township.as_ref().unwrap_or(&place);
        let known_as: Vec<String> =
            all.known_as(office, today).iter().map(|code| code.significant().to_owned()).collect();
        let cameras: Vec<Camera> = self.0.cameras.list(None).into_iter().map(|row| row.camera).collect();
        let here =
            cameras.iter().filter(|camera| stands_at(all, today, camera).as_str().starts_with(place.significant()));
        let here: Vec<&Camera> = here.collect();
        let looks = self.0.store.look_counts(known_as.clone(), &first_month(today)).await?;
        let plugins = self.0.modules.plugins().await.map_err(not_read)?;
        let modules = self.0.store.modules().await?;
        Ok(Shown {
            names: all.names(&place, today).unwrap_or_default(),
            counted_ms: self.0.clock.now_ms(),
            cameras: count::by_class(&here, |code| self.named(code), |class| self.picture_days(class)),
            looks: look::by_month(looks, |code| self.named(code)),
            modules: look::modules(modules, &plugins, &cameras, &known_as, |code| self.named(code)),
            place,
        })
    }

    /// The code of a purpose that has a name, else [`OTHER`].
    fn named(&self, code: &str) -> String {
        self.purpose(code).map_or(OTHER, |purpose| &purpose.code).to_owned()
    }

    /// How long pictures of cameras of a class are kept that have no days of their own; nothing: for ever.
    fn picture_days(&self, class: LegalClass) -> Option<u32> {
        let picture: Kind = "camera.picture".parse().expect("a kind");
        let about = About::Camera { class, days: None, was_public: false };
        keep::kept(&self.0.rules.retention, &picture, about, true).map(|kept| kept.days)
    }

    /// How long this hub keeps what a plugin records, by collection, in days after it was written last; nothing: until its
    /// module deletes it.
    pub fn records_kept(&self, manifest: &Manifest) -> Vec<(String, Option<u32>)> {
        let days = |collection: &Collection| {
            let kind = Kind::of_records(&manifest.id, &collection.name);
            keep::kept_record(&self.0.rules.retention, &kind, collection).map(|kept| kept.days)
        };
        manifest.collections.iter().map(|collection| (collection.name.clone(), days(collection))).collect()
    }

    fn remembered(&self, place: &PlaceCode) -> Option<Arc<Shown>> {
        let shown = self.0.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let age_ms = |shown: &Arc<Shown>| self.0.clock.now_ms() - shown.counted_ms;
        shown.get(place).filter(|shown| (0..AGE_MS).contains(&age_ms(shown))).cloned()
    }

    fn remember(&self, counted: &Arc<Shown>) {
        let mut shown = self.0.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if shown.len() >= MOST_SHOWN && !shown.contains_key(&counted.place) {
            shown.clear();
        }
        shown.insert(counted.place.clone(), Arc::clone(counted));
    }
}

/// Where a camera counts, by the code of today: at its village while that can be read, else at its township.
fn stands_at(all: &Gazetteer, today: Day, camera: &Camera) -> PlaceCode {
    let township = || camera.key.township.as_str().parse::<PlaceCode>();
    match camera.place.parse().or_else(|_| township()) {
        Ok(code) => all.now(&code, today),
        // A township id may begin with 0, which is the code of no place.
        Err(_) => "999999999".parse().expect("nine digits that are no place"),
    }
}

/// The first month that is told, `2025-12`.
fn first_month(today: Day) -> String {
    let text = today.to_string();
    let number = |part: &str| part.parse::<u32>().unwrap_or_default();
    let months = number(&text[..4]) * 12 + number(&text[5..7]) - 1;
    let first = months.saturating_sub(MONTHS - 1);
    format!("{:04}-{:02}", first / 12, first % 12 + 1)
}

fn not_read(error: ModuleError) -> RightsError {
    match error {
        ModuleError::Store(error) => error.into(),
        other => xl_store::StoreError::NotRead { what: "plugins", source: Box::new(other) }.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_of_months_is_told() {
        for (today, first) in [("2026-11-23", "2025-12"), ("2026-12-01", "2026-01"), ("2027-01-31", "2026-02")] {
            assert_eq!(first_month(today.parse().unwrap()), first);
        }
    }
}
