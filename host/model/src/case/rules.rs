//! The rules of a township: how long what may take, by which calendar, which units and matters there are.

use crate::case::limit::Limit;
use crate::case::limit::Unit;
use crate::case::matter::Matter;
use crate::case::matter::Matters;
use crate::case::timer::TimerName;
use crate::case::unit::Units;
use crate::id::TownshipId;
use crate::work_calendar::WorkCalendar;

/// What holds for the cases of a township.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How long what may take.
    pub limits: Limits,
    /// When it is worked.
    pub calendar: WorkCalendar,
    /// The responsible units; empty: none is checked.
    pub units: Units,
    /// What a case can be about; empty: nothing is checked.
    pub matters: Matters,
}

/// What a row of the table of limits is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Limited {
    /// One of the four timers.
    Timer(TimerName),
    /// Handling, after it went back for rework.
    Rework,
}

impl Limited {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Timer(TimerName::Filing),
        Self::Timer(TimerName::Dispatch),
        Self::Timer(TimerName::Handling),
        Self::Timer(TimerName::Checking),
        Self::Rework,
    ];

    /// Its word in the table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Timer(timer) => timer.word(),
            Self::Rework => "rework",
        }
    }

    /// What a word of the table is about.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|limited| limited.word() == word)
    }
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// So long.
    Limit(Limit),
    /// What was left of the handling limit: of rework only.
    Left,
}

/// A row of the table of limits; what is none holds for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimitRow {
    /// In this township.
    pub township: Option<TownshipId>,
    /// In this set.
    pub set: Option<String>,
    /// For this code.
    pub code: Option<String>,
    /// When the case's data say `"condition"` with this text.
    pub condition: Option<String>,
    /// What it limits.
    pub limited: Limited,
    /// Its phase, of several handling limits that follow each other; empty: the only one.
    pub phase: String,
    /// How long.
    pub allowed: Allowed,
}

impl LimitRow {
    fn fits(&self, matter: &Matter, condition: Option<&str>) -> bool {
        self.set.as_ref().is_none_or(|set| *set == matter.set)
            && self.code.as_ref().is_none_or(|code| *code == matter.code)
            && (self.condition.is_none() || self.condition.as_deref() == condition)
    }

    /// A row that names more goes before one that names less: code, set, condition, township, in this order.
    fn weight(&self) -> [bool; 4] {
        [self.code.is_some(), self.set.is_some(), self.condition.is_some(), self.township.is_some()]
    }
}

/// What is wrong with a table of limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LimitsError {
    /// Nothing holds for matters that no row names.
    #[error("no row for `{0}` holds for every matter: add one with `*` as set and as code, without a condition")]
    NoDefault(&'static str),
    /// Only handling has phases.
    #[error("`{0}` has a phase `{1}`: only `handling` has phases")]
    Phase(&'static str, String),
    /// Only rework can take what is left.
    #[error("`{0}` takes what is left: only `rework` can")]
    Left(&'static str),
    /// A code without its set means nothing.
    #[error("a row for `{0}` names the code `{1}` without its set")]
    NoSet(&'static str, String),
}

/// The table of limits, as far as it holds for a township.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    rows: Vec<LimitRow>,
}

impl Limits {
    /// What holds in `township`.
    ///
    /// # Errors
    /// The first row that cannot be meant so, or that a default is missing.
    pub fn new(rows: impl IntoIterator<Item = LimitRow>, township: &TownshipId) -> Result<Self, LimitsError> {
        let rows: Vec<LimitRow> =
            rows.into_iter().filter(|row| row.township.as_ref().is_none_or(|of| of == township)).collect();
        for row in &rows {
            let word = row.limited.word();
            if !row.phase.is_empty() && row.limited != Limited::Timer(TimerName::Handling) {
                return Err(LimitsError::Phase(word, row.phase.clone()));
            }
            if row.allowed == Allowed::Left && row.limited != Limited::Rework {
                return Err(LimitsError::Left(word));
            }
            if let (Some(code), None) = (&row.code, &row.set) {
                return Err(LimitsError::NoSet(word, code.clone()));
            }
        }
        let is_default = |row: &LimitRow| row.set.is_none() && row.condition.is_none();
        match Limited::ALL.iter().find(|what| !rows.iter().any(|row| row.limited == **what && is_default(row))) {
            Some(missing) => Err(LimitsError::NoDefault(missing.word())),
            None => Ok(Self { rows }),
        }
    }

    /// The rows, in the order of the table.
    pub fn rows(&self) -> &[LimitRow] {
        &self.rows
    }

    /// How long filing, dispatch or checking may take.
    pub fn of(&self, timer: TimerName, matter: &Matter, condition: Option<&str>) -> Limit {
        let first = self.best(Limited::Timer(timer), matter, condition).find_map(|row| match row.allowed {
            Allowed::Limit(limit) => Some(limit),
            Allowed::Left => None,
        });
        // `new` has made sure that there is one.
        first.unwrap_or(PLAIN)
    }

    /// The handling limits, one after the other.
    pub fn phases(&self, matter: &Matter, condition: Option<&str>) -> Vec<(String, Limit)> {
        self.best(Limited::Timer(TimerName::Handling), matter, condition)
            .filter_map(|row| match row.allowed {
                Allowed::Limit(limit) => Some((row.phase.clone(), limit)),
                Allowed::Left => None,
            })
            .collect()
    }

    /// How long handling may take after a rework.
    pub fn rework(&self, matter: &Matter, condition: Option<&str>) -> Allowed {
        self.best(Limited::Rework, matter, condition).next().map_or(Allowed::Left, |row| row.allowed)
    }

    fn best(&self, limited: Limited, matter: &Matter, condition: Option<&str>) -> impl Iterator<Item = &LimitRow> {
        let fitting = move |row: &&LimitRow| row.limited == limited && row.fits(matter, condition);
        let most = self.rows.iter().filter(fitting).map(LimitRow::weight).max();
        self.rows.iter().filter(fitting).filter(move |row| Some(row.weight()) == most)
    }
}

const PLAIN: Limit = Limit { amount: 1, unit: Unit::WorkDay };

impl Rules {
    /// Rules without any table: a working day for everything, what is left after a rework, any unit and any matter.
    ///
    /// For tests and for a hub that was given no tables; a county sets its own.
    pub fn plain() -> Self {
        let row = |limited: Limited| LimitRow {
            township: None,
            set: None,
            code: None,
            condition: None,
            limited,
            phase: String::new(),
            allowed: if limited == Limited::Rework { Allowed::Left } else { Allowed::Limit(PLAIN) },
        };
        Self {
            limits: Limits { rows: Limited::ALL.into_iter().map(row).collect() },
            calendar: WorkCalendar::default(),
            units: Units::default(),
            matters: Matters::default(),
        }
    }
}
