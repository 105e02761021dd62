//! A batch and its states: planned, growing, harvested, and then the trade: [`trade`].

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::day::Day;

use crate::interval;
use crate::interval::Use;
use crate::number::Thousandths;

pub mod trade;

pub use trade::Trade;

/// Characters of [`Batch::public_lot`]: as many as a lot has (GS1 General Specifications, §3.4.1).
pub const PUBLIC_LOT: usize = 20;

/// What grows in a greenhouse from one planting to its harvest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The greenhouse.
    pub site: String,
    /// The greenhouse's name when the batch was made.
    pub site_name: String,
    /// What grows.
    pub product: String,
    /// Its variety.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variety: Option<String>,
    /// How much was planted, in `unit`.
    pub quantity: Thousandths,
    /// What `quantity` counts.
    pub unit: Unit,
    /// Where it stands.
    pub state: State,
    /// The day of planting; none while planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planted: Option<Day>,
    /// The day of harvest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harvested: Option<Day>,
    /// What was harvested, in kilograms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity_kg: Option<Thousandths>,
    /// Code of the open public link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What happens to it after the harvest.
    #[serde(default, skip_serializing_if = "Trade::is_empty")]
    pub trade: Trade,
}

/// Where a batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Not planted yet.
    Planned,
    /// In the greenhouse; pictures and readings attach.
    Growing,
    /// Taken in.
    Harvested,
    /// A test was passed; one that failed is told by [`Trade::passed`].
    Tested,
    /// Its commitment certificate (承诺达标合格证) is issued.
    Certified,
    /// In packages.
    Packed,
    /// On its way to a receiver.
    Shipped,
    /// With a receiver.
    Received,
    /// Nothing of it is left.
    Sold,
}

/// What a planted quantity counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Single plants, 株.
    Plants,
    /// Area in mu, 亩 (1/15 hectare).
    Mu,
}

/// Why a batch does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal<'a> {
    /// It stands somewhere else: this cannot be done now.
    State(State),
    /// The day lies before planting.
    BeforePlanting(Day),
    /// The interval of this use is not over on that day.
    Interval(Use<'a>),
}

impl State {
    /// All of them, in the order in which a batch goes through them.
    pub const ALL: [Self; 9] = [
        Self::Planned,
        Self::Growing,
        Self::Harvested,
        Self::Tested,
        Self::Certified,
        Self::Packed,
        Self::Shipped,
        Self::Received,
        Self::Sold,
    ];

    /// The state as the index has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Growing => "growing",
            Self::Harvested => "harvested",
            Self::Tested => "tested",
            Self::Certified => "certified",
            Self::Packed => "packed",
            Self::Shipped => "shipped",
            Self::Received => "received",
            Self::Sold => "sold",
        }
    }

    /// The state that an index or a query names.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the harvest lies behind it.
    pub fn is_harvested(self) -> bool {
        !matches!(self, Self::Planned | Self::Growing)
    }
}

impl Batch {
    /// The lot that the address of its public page names: the beginning of the link's code.
    ///
    /// That address has the code anyway; the batch's number counts up, and would tell a buyer of the batches before it.
    pub fn public_lot(&self) -> Option<&str> {
        self.link.as_deref()?.get(..PUBLIC_LOT)
    }

    /// Planned → growing.
    ///
    /// # Errors
    /// When it was planted already.
    pub fn plant(&mut self, day: Day) -> Result<(), Refusal<'static>> {
        if self.state != State::Planned {
            return Err(Refusal::State(self.state));
        }
        self.state = State::Growing;
        self.planted = Some(day);
        Ok(())
    }

    /// Whether an input may be recorded as used on `day`.
    ///
    /// # Errors
    /// When the batch is not growing, or was not planted yet on that day.
    pub fn may_use(&self, day: Day) -> Result<(), Refusal<'static>> {
        match (self.state, self.planted) {
            (State::Growing, Some(planted)) if day < planted => Err(Refusal::BeforePlanting(planted)),
            (State::Growing, Some(_)) => Ok(()),
            (state, _) => Err(Refusal::State(state)),
        }
    }

    /// Growing → harvested, when every pre-harvest interval is kept.
    ///
    /// # Errors
    /// When the batch is not growing, the day lies before planting, or an interval is not over.
    pub fn harvest<'a>(
        &mut self,
        day: Day,
        quantity_kg: Thousandths,
        uses: impl IntoIterator<Item = Use<'a>>,
    ) -> Result<(), Refusal<'a>> {
        self.may_use(day)?;
        if let Some(used) = interval::blocking(uses, day) {
            return Err(Refusal::Interval(used));
        }
        self.state = State::Harvested;
        self.harvested = Some(day);
        self.quantity_kg = Some(quantity_kg);
        self.trade.left_kg = Some(quantity_kg);
        Ok(())
    }

    /// Product and variety.
    pub fn name(&self) -> String {
        match &self.variety {
            Some(variety) => format!("{} · {variety}", self.product),
            None => self.product.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn planned() -> Batch {
        Batch {
            site: "g000001".to_owned(),
            site_name: "1".to_owned(),
            product: "草莓".to_owned(),
            variety: None,
            quantity: "3000".parse().unwrap(),
            unit: Unit::Plants,
            state: State::Planned,
            planted: None,
            harvested: None,
            quantity_kg: None,
            link: None,
            trade: Trade::default(),
        }
    }

    #[test]
    fn a_batch_goes_from_planned_over_growing_to_harvested_and_never_back() {
        let mut batch = planned();
        let kilograms = "10".parse().unwrap();
        assert_eq!(batch.harvest(day("2025-04-17"), kilograms, []), Err(Refusal::State(State::Planned)));
        assert_eq!(batch.plant(day("2025-03-01")), Ok(()));
        assert_eq!(batch.plant(day("2025-03-02")), Err(Refusal::State(State::Growing)));
        assert_eq!(batch.harvest(day("2025-04-17"), kilograms, []), Ok(()));
        assert_eq!(batch.harvest(day("2025-04-18"), kilograms, []), Err(Refusal::State(State::Harvested)));
        assert_eq!(batch.may_use(day("2025-04-18")), Err(Refusal::State(State::Harvested)));
        assert_eq!((batch.state, batch.harvested), (State::Harvested, Some(day("2025-04-17"))));
    }

    #[test]
    fn nothing_happens_to_a_batch_before_it_is_planted() {
        let mut batch = planned();
        batch.plant(day("2025-03-01")).unwrap();
        let before = Err(Refusal::BeforePlanting(day("2025-03-01")));
        assert_eq!(batch.may_use(day("2025-02-28")), before);
        assert_eq!(batch.harvest(day("2025-02-28"), "1".parse().unwrap(), []), before);
        assert_eq!(batch.may_use(day("2025-03-01")), Ok(()));
    }

    #[test]
    fn a_refused_harvest_leaves_the_batch_as_it_was() {
        let mut batch = planned();
        batch.plant(day("2025-03-01")).unwrap();
        let before = batch.clone();
        let used = Use { name: "x", used: day("2025-04-10"), interval_days: 7 };
        let refused = batch.harvest(day("2025-04-16"), "1".parse().unwrap(), [used]);
        assert_eq!(refused, Err(Refusal::Interval(used)));
        assert_eq!(batch, before);
    }
}
