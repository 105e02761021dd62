//! The places of the county in memory: what they are called, on which days they are valid, what came after them.
//!
//! Reads them from the store once and changes both together. At the first start the county's own table comes from this
//! program (`shipped`); villages come by import. Knows no camera: who registers one asks here how its place stands.

mod error;
mod import;
mod shipped;
mod table;
#[cfg(test)]
mod tests;

pub use error::PlaceError;
pub use import::Outcome;
pub use table::MAX_BYTES as MAX_TABLE_BYTES;
pub use table::RowWrong;

use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::RwLock;

use bytes::Bytes;
use tracing::info;
use tracing::warn;
use xl_model::clock::Clock;
use xl_model::day::Day;
use xl_model::people::reach::Reach;
use xl_model::place::Names;
use xl_model::place::code::PlaceCode;
use xl_model::place::gazetteer::Gazetteer;
use xl_model::place::gazetteer::Standing;
use xl_model::rate::area::Recoded;
use xl_store::Store;
use xl_store::StoreError;

/// The places; clones share them.
#[derive(Clone)]
pub struct Places(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    all: RwLock<Arc<Gazetteer>>,
    /// One change at a time: each reads what the one before wrote.
    turn: tokio::sync::Mutex<()>,
}

impl Places {
    /// Reads the places from the store.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn open(store: Store, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        let all = RwLock::new(Arc::new(Gazetteer::new(store.places().await?)));
        Ok(Self(Arc::new(Shared { store, clock, all, turn: tokio::sync::Mutex::default() })))
    }

    /// Enters the table of a county that comes with this program, where no place is known yet.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn begin(&self, county: &str) -> Result<(), PlaceError> {
        if !self.all().is_empty() {
            return Ok(());
        }
        let Some(table) = shipped::table(county) else {
            warn!(county, "no table of places comes with this hub for county {county}: import one, see config/places");
            return Ok(());
        };
        self.import(Bytes::from_static(table.as_bytes()), false).await.map(drop)
    }

    /// All of them, as they are now.
    pub fn all(&self) -> Arc<Gazetteer> {
        // A holder that panicked left it whole: it is exchanged at once.
        Arc::clone(&self.0.all.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The day in China.
    pub fn today(&self) -> Day {
        Day::in_china(self.0.clock.now_ms())
    }

    /// The codes that areas have today.
    pub fn recoded(&self) -> Recoded {
        self.all().recoded(self.today())
    }

    /// What a place is called today, by whatever code it was written down with; a village with its township before it.
    pub fn names(&self, code: &str) -> Option<Names> {
        self.all().names(&code.parse().ok()?, self.today())
    }

    /// The beginnings of all codes that a place has or had, of one that is the code of a place; any other as it is.
    pub fn known_as(&self, digits: &str) -> Vec<String> {
        let Ok(code) = digits.parse::<PlaceCode>() else { return vec![digits.to_owned()] };
        let codes = self.all().known_as(&code, self.today());
        codes.iter().map(|code| code.significant().to_owned()).collect()
    }

    /// The codes that a place had before, told as the place is: a township by 9 digits, a village by 12.
    pub fn former(&self, reach: &Reach) -> Vec<Reach> {
        let digits = reach.digits();
        // `371122000` and `371122102000` read as the place above, whose codes are none of theirs.
        let codes = self.known_as(digits).into_iter().filter(|code| code.len() == digits.len() && code != digits);
        codes.filter_map(|code| code.parse().ok()).collect()
    }

    /// The code that a place has today, told as the place is.
    pub fn now(&self, reach: &Reach) -> Reach {
        let code = reach.digits().parse::<PlaceCode>().ok().filter(|code| code.significant() == reach.digits());
        let now = code.map(|code| self.all().now(&code, self.today()));
        now.and_then(|now| now.significant().parse().ok()).unwrap_or_else(|| reach.clone())
    }

    /// How a code stands today.
    pub fn standing(&self, code: &PlaceCode) -> Standing {
        self.all().standing(code, self.today())
    }

    /// Takes a table: all of it or, with one fault in it, nothing. A dry run only says what would happen.
    ///
    /// # Errors
    /// [`PlaceError::Table`], [`PlaceError::Rows`] (never in a dry run).
    pub async fn import(&self, table: Bytes, dry_run: bool) -> Result<Outcome, PlaceError> {
        let _turn = self.0.turn.lock().await;
        let known = self.all();
        // A county's villages are some 10 ms of reading and checking: not for a thread that others wait for.
        let plan = tokio::task::spawn_blocking(move || import::plan(&table, &known)).await;
        let import::Plan { outcome, all, places } =
            plan.map_err(|lost| StoreError::Failed { detail: format!("the table was not compared: {lost}") })??;
        if dry_run {
            return Ok(outcome);
        }
        if !outcome.faults.is_empty() {
            return Err(PlaceError::Rows(outcome));
        }
        if !places.is_empty() {
            self.0.store.put_places(places, self.0.clock.now_ms()).await?;
            *self.0.all.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(all);
        }
        let Outcome { rows, added, changed, .. } = outcome;
        info!(rows, added, changed, "a table of {rows} places is taken: {added} are new, {changed} are changed");
        Ok(outcome)
    }
}
