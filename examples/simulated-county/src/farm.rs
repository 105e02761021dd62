//! The farmers: they press the buttons of the produce-trace pages that people would press.
//!
//! What is recorded already is read from the township's events once, so a chore that was done before a restart is not
//! done again. Days on forms are real days: the plugin refuses days in the future, and its pre-harvest interval counts
//! calendar days. So whatever lies before the beginning of the simulation is dated back, and everything later is dated
//! today.

mod book;
mod form;

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::book::Batch;
use self::book::Book;
use crate::clock::SimClock;
use crate::hub::Acted;
use crate::hub::Hub;
use crate::hub::HubError;
use crate::hub::Texts;
use crate::say::Say;
use crate::state::State;
use crate::world::CYCLE_DAYS;
use crate::world::DAY_MS;
use crate::world::Greenhouse;
use crate::world::HARVEST_DAY;
use crate::world::SPRAY_DAY;
use crate::world::SimTime;
use crate::world::diary;
use crate::world::diary::Chore;

/// How often the simulated time is written down. A crash repeats at most so much of it.
const SAVE_EVERY: Duration = Duration::from_secs(10);
/// Before a chore is tried again that the hub could not do.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The farmers of all greenhouses.
#[derive(Debug)]
pub struct Farm {
    hub: Hub,
    say: Say,
    seed: u64,
    speed: f64,
    greenhouses: Vec<Greenhouse>,
    /// One for each township.
    books: BTreeMap<String, Book>,
}

impl Farm {
    /// Reads what is recorded of these greenhouses.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn open(
        hub: Hub,
        greenhouses: Vec<Greenhouse>,
        seed: u64,
        speed: f64,
        say: Say,
    ) -> Result<Self, HubError> {
        let mut books = BTreeMap::new();
        for greenhouse in &greenhouses {
            if !books.contains_key(&greenhouse.township) {
                let events = hub.events(&greenhouse.township, book::KINDS).await?;
                books.insert(greenhouse.township.clone(), Book::read(&events));
            }
        }
        Ok(Self { hub, say, seed, speed, greenhouses, books })
    }

    /// Records the greenhouses, and for a new simulation what was done before it began.
    ///
    /// # Errors
    /// When the hub cannot be reached. What it refuses is told and left out.
    pub async fn prepare(&mut self, is_new: bool) -> Result<(), HubError> {
        for greenhouse in self.greenhouses.clone() {
            if self.site(&greenhouse).is_none() {
                let recorded = self.open_site(&greenhouse).await;
                self.tell_refusal(recorded)?;
            }
            if is_new {
                for (days_ago, chore) in diary::missed(&greenhouse) {
                    let recorded = self.record(&greenhouse, 0, chore, days_ago).await;
                    self.tell_refusal(recorded)?;
                }
            }
        }
        Ok(())
    }

    async fn open_site(&mut self, greenhouse: &Greenhouse) -> Result<(), HubError> {
        let acted = self.act(greenhouse, "site", "register-site", &Texts::new(), &form::site(greenhouse)).await?;
        let site = acted.query.get("site").cloned().unwrap_or_default();
        self.book(greenhouse).sites.insert(greenhouse.camera(), site);
        self.say.line(&format!("已登记 {} 大棚", greenhouse.device()), "greenhouse recorded");
        Ok(())
    }

    /// A refusal is told and done with; what may pass stays an error.
    fn tell_refusal(&self, recorded: Result<(), HubError>) -> Result<(), HubError> {
        match recorded {
            Err(error) if !error.is_passing() => {
                self.say.line(&format!("未能记录：{error}"), "not recorded");
                Ok(())
            }
            recorded => recorded,
        }
    }

    /// Address of the public page of what grows, or grew last, in a greenhouse; opened to the public if it is not yet.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn address(&mut self, greenhouse: &Greenhouse) -> Result<Option<String>, HubError> {
        let Some(batch) = self.batch(greenhouse).map(|batch| batch.id.clone()) else { return Ok(None) };
        if let Some(code) = self.open_link(greenhouse, &batch).await? {
            return Ok(Some(self.hub.public_page(&code)));
        }
        self.act(greenhouse, "batch", "issue-link", &form::of_batch(&batch), &Texts::new()).await?;
        Ok(self.open_link(greenhouse, &batch).await?.map(|code| self.hub.public_page(&code)))
    }

    async fn open_link(&self, greenhouse: &Greenhouse, batch: &str) -> Result<Option<String>, HubError> {
        let links = self.hub.links(&greenhouse.township).await?;
        let is_its = |query: &Texts| query.get("batch").is_some_and(|named| named == batch);
        Ok(links.into_iter().find(|link| !link.revoked && is_its(&link.query)).map(|link| link.code))
    }

    /// Does every chore when its simulated time comes, and writes the simulated time down.
    pub async fn run(mut self, clock: SimClock, mut state: State, stop: CancellationToken) {
        let mut done = SimTime(state.sim_ms);
        while !stop.is_cancelled() {
            let now = clock.now();
            for (time, greenhouse, crop, chore) in self.chores(done, now) {
                if !self.finish(&greenhouse, crop, chore, &stop).await {
                    break;
                }
                done = SimTime(time.0 + 1);
            }
            if !stop.is_cancelled() {
                done = now;
            }
            self.save(&mut state, done);
            let next = self.chores(now, SimTime(now.0 + (CYCLE_DAYS + 1) * DAY_MS)).first().map(|chore| chore.0);
            let at_latest = Instant::now() + SAVE_EVERY;
            let wake = next.map_or(at_latest, |time| clock.instant_of(time).min(at_latest));
            tokio::select! {
                () = stop.cancelled() => {}
                () = tokio::time::sleep_until(wake) => {}
            }
        }
        // The next start goes on here, unless a chore came due in the very last moment.
        let now = clock.now();
        let open = self.chores(done, now).first().map(|chore| chore.0);
        self.save(&mut state, open.unwrap_or(now));
    }

    fn save(&self, state: &mut State, done: SimTime) {
        state.sim_ms = done.0;
        if let Err(error) = state.save() {
            self.say.line(&format!("状态文件未写入：{error:#}"), "the state was not written");
        }
    }

    /// Does one chore, again and again while the hub is away; `false` when it is time to stop first.
    async fn finish(&mut self, greenhouse: &Greenhouse, crop: u64, chore: Chore, stop: &CancellationToken) -> bool {
        loop {
            let recorded = self.record(greenhouse, crop, chore, 0).await;
            match self.tell_refusal(recorded) {
                Ok(()) => return true,
                Err(error) => self.say.line(&format!("枢纽暂不可用：{error}"), "trying again"),
            }
            tokio::select! {
                () = stop.cancelled() => return false,
                () = tokio::time::sleep(TRY_AGAIN_AFTER) => {}
            }
        }
    }

    fn chores(&self, from: SimTime, until: SimTime) -> Vec<(SimTime, Greenhouse, u64, Chore)> {
        let of = |greenhouse: &Greenhouse| {
            let chores = diary::chores(greenhouse, from, until);
            chores.into_iter().map(|(time, crop, chore)| (time, greenhouse.clone(), crop, chore)).collect::<Vec<_>>()
        };
        let mut chores: Vec<_> = self.greenhouses.iter().flat_map(of).collect();
        chores.sort();
        chores
    }

    /// Records a chore, unless what is recorded already says that there is nothing to do.
    async fn record(
        &mut self,
        greenhouse: &Greenhouse,
        crop: u64,
        chore: Chore,
        days_ago: u64,
    ) -> Result<(), HubError> {
        let growing = self.batch(greenhouse).filter(|batch| batch.growing).cloned();
        match (chore, growing) {
            (Chore::Plant, None) => self.plant(greenhouse, days_ago).await,
            (Chore::Feed, Some(batch)) => self.give(greenhouse, &batch, &form::FEED, days_ago).await,
            (Chore::Spray, Some(batch)) if keeps_interval(days_ago, self.speed) => {
                self.give(greenhouse, &batch, &form::SPRAY, days_ago).await
            }
            (Chore::Harvest, Some(batch)) => self.harvest(greenhouse, &batch, crop).await,
            _ => Ok(()),
        }
    }

    async fn plant(&mut self, greenhouse: &Greenhouse, days_ago: u64) -> Result<(), HubError> {
        let site = self.site(greenhouse).unwrap_or_default();
        let acted =
            self.act(greenhouse, "new-batch", "create-batch", &Texts::new(), &form::batch(&site, days_ago)).await?;
        let id = acted.query.get("batch").cloned().unwrap_or_default();
        self.say.line(&format!("{} 定植，批次 {id}", greenhouse.device()), "planted");
        self.book(greenhouse).batches.insert(site, Batch { id, growing: true, inputs: Vec::new() });
        if let Some(address) = self.address(greenhouse).await? {
            self.say.line(&format!("{} 扫码页 {address}", greenhouse.device()), "its QR page");
        }
        Ok(())
    }

    async fn give(
        &mut self,
        greenhouse: &Greenhouse,
        batch: &Batch,
        input: &form::Input,
        days_ago: u64,
    ) -> Result<(), HubError> {
        if batch.inputs.iter().any(|known| known == input.name) {
            return Ok(());
        }
        let query = form::of_batch(&batch.id);
        self.act(greenhouse, "batch", "use-input", &query, &form::input(input, days_ago)).await?;
        self.say.line(&format!("{} 使用 {}", greenhouse.device(), input.name), "input recorded");
        self.change(greenhouse, |batch| batch.inputs.push(input.name.to_owned()));
        Ok(())
    }

    async fn harvest(&mut self, greenhouse: &Greenhouse, batch: &Batch, crop: u64) -> Result<(), HubError> {
        let form = form::harvest(greenhouse.harvest_kg(self.seed, crop));
        self.act(greenhouse, "batch", "harvest", &form::of_batch(&batch.id), &form).await?;
        self.say.line(&format!("{} 采收，批次 {}", greenhouse.device(), batch.id), "harvested");
        self.change(greenhouse, |batch| batch.growing = false);
        Ok(())
    }

    async fn act(
        &self,
        greenhouse: &Greenhouse,
        page: &str,
        action: &str,
        query: &Texts,
        form: &Texts,
    ) -> Result<Acted, HubError> {
        self.hub.act(&greenhouse.township, page, action, query, form).await
    }

    fn book(&mut self, greenhouse: &Greenhouse) -> &mut Book {
        self.books.entry(greenhouse.township.clone()).or_default()
    }

    fn site(&self, greenhouse: &Greenhouse) -> Option<String> {
        self.books.get(&greenhouse.township)?.sites.get(&greenhouse.camera()).cloned()
    }

    fn batch(&self, greenhouse: &Greenhouse) -> Option<&Batch> {
        self.books.get(&greenhouse.township)?.batches.get(&self.site(greenhouse)?)
    }

    fn change(&mut self, greenhouse: &Greenhouse, change: impl FnOnce(&mut Batch)) {
        let Some(site) = self.site(greenhouse) else { return };
        if let Some(batch) = self.book(greenhouse).batches.get_mut(&site) {
            change(batch);
        }
    }
}

/// Whether a spraying so many real days ago leaves the whole interval until the harvest.
///
/// The interval counts real days, the plants grow in simulated ones: in a fast simulation the farmer does without.
fn keeps_interval(days_ago: u64, speed: f64) -> bool {
    let until_harvest = (HARVEST_DAY - SPRAY_DAY).saturating_sub(days_ago) as f64 / speed;
    days_ago as f64 + until_harvest.floor() >= f64::from(form::SPRAY.interval_days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_sprayed_whose_interval_would_block_the_harvest() {
        for (days_ago, speed, keeps) in [(0, 1.0, true), (0, 60.0, false), (7, 60.0, true), (6, 60.0, false)] {
            assert_eq!(keeps_interval(days_ago, speed), keeps, "{days_ago} days ago at speed {speed}");
        }
    }
}
