//! All places with all their periods, and what can be asked of them on a day.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashSet;

use crate::day::Day;
use crate::place::Names;
use crate::place::Place;
use crate::place::code::PlaceCode;
use crate::place::code::Tier;
use crate::rate::area::Recoded;

/// Longest chain of successors that is followed; a code changes a few times in a century.
const MOST_STEPS: usize = 16;

/// Places by code; their periods in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    all: BTreeMap<PlaceCode, Vec<Place>>,
    /// By successor, the codes that ever named it. Never too few; what a correction took back may stay, so that whoever
    /// follows this compares with [`Self::now`].
    named_by: BTreeMap<PlaceCode, BTreeSet<PlaceCode>>,
}

/// How a code stands on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It is valid.
    Valid,
    /// A village of a valid township of which nobody has entered any village.
    Unlisted,
    /// Nobody has entered it.
    Unknown,
    /// It is not valid yet.
    Later {
        /// Its first day.
        from: Day,
    },
    /// It is not valid any more.
    Ended {
        /// The first day after it.
        to: Day,
        /// Which code it has now, where that is known.
        successor: Option<PlaceCode>,
    },
}

impl Gazetteer {
    /// One of these places, in any order.
    pub fn new(places: impl IntoIterator<Item = Place>) -> Self {
        let mut gazetteer = Self::default();
        for place in places {
            gazetteer.put(place);
        }
        gazetteer
    }

    /// Adds a period, or says anew what one with the same first day was.
    pub fn put(&mut self, place: Place) {
        if let Some(successor) = &place.successor {
            self.named_by.entry(successor.clone()).or_default().insert(place.code.clone());
        }
        let periods = self.all.entry(place.code.clone()).or_default();
        periods.retain(|period| period.from != place.from);
        let at = periods.partition_point(|period| period.from < place.from);
        periods.insert(at, place);
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All periods of a code, in the order of time; none where nobody knows it.
    pub fn periods(&self, code: &PlaceCode) -> &[Place] {
        self.all.get(code).map_or(&[], Vec::as_slice)
    }

    /// A place on a day.
    pub fn on(&self, code: &PlaceCode, day: Day) -> Option<&Place> {
        self.periods(code).iter().find(|period| period.is_valid(day))
    }

    /// A place on a day; where it is not valid then, as it was before, else as it will be.
    pub fn nearest(&self, code: &PlaceCode, day: Day) -> Option<&Place> {
        let periods = self.periods(code);
        let before = periods.iter().rfind(|period| period.from.is_none_or(|from| from <= day));
        before.or_else(|| periods.first())
    }

    /// Everything that is valid on a day, by code.
    pub fn valid(&self, day: Day) -> impl Iterator<Item = &Place> {
        self.all.values().filter_map(move |periods| periods.iter().find(|period| period.is_valid(day)))
    }

    /// What is valid right below a place on a day, by code; below nothing: whatever has no known place above it.
    pub fn below<'a>(&'a self, above: Option<&'a PlaceCode>, day: Day) -> impl Iterator<Item = &'a Place> {
        self.valid(day).filter(move |place| match (place.code.parent(), above) {
            (Some(parent), Some(above)) => parent == *above,
            (Some(parent), None) => !self.all.contains_key(&parent),
            (None, above) => above.is_none(),
        })
    }

    /// What is valid on a day, at a place or below it, and has `text` in a name or at the beginning of its code.
    pub fn find<'a>(&'a self, within: Option<&'a PlaceCode>, text: &str, day: Day) -> impl Iterator<Item = &'a Place> {
        let text = plain(text);
        self.valid(day).filter(move |place| {
            let names = [&place.names.zh, &place.names.pinyin, &place.names.en];
            within.is_none_or(|within| place.code.as_str().starts_with(within.significant()))
                && (place.code.as_str().starts_with(&text) || names.iter().any(|name| plain(name).contains(&text)))
        })
    }

    /// The code of a place on a day: its own, or that of its successor, or its own below its township's successor.
    pub fn now(&self, code: &PlaceCode, day: Day) -> PlaceCode {
        let mut now = code.clone();
        for _ in 0..MOST_STEPS {
            match self.step(&now, day) {
                Some(next) => now = next,
                None => return now,
            }
        }
        // Only a circle is so long, and none is let in.
        code.clone()
    }

    /// What stood in the place's stead once it had ended; nothing while it is valid or nobody knows.
    fn step(&self, code: &PlaceCode, day: Day) -> Option<PlaceCode> {
        let ended = |code: &PlaceCode| -> Option<&PlaceCode> {
            if self.on(code, day).is_some() {
                return None;
            }
            let last = self.nearest(code, day)?;
            last.successor.as_ref().filter(|_| last.to.is_some_and(|to| to <= day))
        };
        if let Some(successor) = ended(code) {
            return Some(successor.clone());
        }
        let above = code.parent().filter(|_| code.tier() == Tier::Village)?;
        moved(code, ended(&above)?)
    }

    /// How a code stands on a day.
    pub fn standing(&self, code: &PlaceCode, day: Day) -> Standing {
        if self.on(code, day).is_some() {
            return Standing::Valid;
        }
        let Some(nearest) = self.nearest(code, day) else { return self.unknown(code, day) };
        match (nearest.to.filter(|to| *to <= day), nearest.from) {
            (Some(to), _) => {
                let now = self.now(code, day);
                Standing::Ended { to, successor: Some(now).filter(|now| now != code) }
            }
            (None, Some(from)) => Standing::Later { from },
            // A period without both ends is valid on every day.
            (None, None) => Standing::Valid,
        }
    }

    /// A village that nobody has entered stands as its township does.
    fn unknown(&self, code: &PlaceCode, day: Day) -> Standing {
        let Some(township) = code.parent().filter(|_| code.tier() == Tier::Village) else { return Standing::Unknown };
        match self.standing(&township, day) {
            Standing::Ended { to, successor: Some(_) } => {
                let now = self.now(code, day);
                Standing::Ended { to, successor: Some(now).filter(|now| now != code) }
            }
            Standing::Valid if self.below(Some(&township), day).next().is_none() => Standing::Unlisted,
            _ => Standing::Unknown,
        }
    }

    /// What a place is called on a day, with the township before a village; a village that nobody has entered is called
    /// as its township.
    pub fn names(&self, code: &PlaceCode, day: Day) -> Option<Names> {
        let itself = self.nearest(code, day).map(|place| &place.names);
        let township = code.parent().filter(|_| code.tier() == Tier::Village);
        let township = township.and_then(|above| self.nearest(&above, day)).map(|place| &place.names);
        match (itself, township) {
            (Some(itself), Some(township)) => Some(Names {
                zh: format!("{}{}", township.zh, itself.zh),
                pinyin: joined(&township.pinyin, &itself.pinyin),
                en: joined(either(itself), either(township)),
            }),
            (itself, township) => itself.or(township).cloned(),
        }
    }

    /// Every code under which a place may have been written down: its own, and those that lead to it on a day.
    pub fn known_as(&self, code: &PlaceCode, day: Day) -> Vec<PlaceCode> {
        let (mut codes, mut to_follow) = (BTreeSet::from([code.clone()]), vec![code.clone()]);
        while let Some(next) = to_follow.pop() {
            for former in self.before(&next) {
                if codes.insert(former.clone()) {
                    to_follow.push(former);
                }
            }
        }
        codes.retain(|former| former == code || self.now(former, day) == *code);
        codes.into_iter().collect()
    }

    /// The codes from which one step may lead to this one. Villages keep their digits when their township gets others,
    /// whether anybody entered them or not.
    fn before(&self, code: &PlaceCode) -> Vec<PlaceCode> {
        let named = |code: &PlaceCode| self.named_by.get(code).into_iter().flatten();
        let township = code.parent().filter(|_| code.tier() == Tier::Village);
        let with_township = township.iter().flat_map(named).filter_map(|township| moved(code, township));
        named(code).cloned().chain(with_township).collect()
    }

    /// The codes that areas have on a day, for sums over a time in which some changed.
    pub fn recoded(&self, day: Day) -> Recoded {
        let lines = self.all.keys().filter_map(|code| {
            let now = self.now(code, day);
            if now == *code { None } else { Some((code.area()?, now.area()?)) }
        });
        Recoded::new(lines)
    }

    /// Whether following the successors of a place leads back to it.
    pub fn goes_in_a_circle(&self, place: &Place) -> bool {
        let (mut seen, mut at) = (HashSet::from([&place.code]), place.successor.as_ref());
        while let Some(code) = at {
            if !seen.insert(code) {
                return true;
            }
            at = self.periods(code).last().and_then(|last| last.successor.as_ref());
        }
        false
    }
}

/// The code of a village below another township.
fn moved(village: &PlaceCode, township: &PlaceCode) -> Option<PlaceCode> {
    let digits = Tier::Township.digits();
    format!("{}{}", &township.as_str()[..digits], &village.as_str()[digits..]).parse().ok()
}

/// A name as it is looked for: without spaces, in small letters.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\'').flat_map(char::to_lowercase).collect()
}

/// What people who do not read Chinese read.
fn either(names: &Names) -> &str {
    if names.en.is_empty() { &names.pinyin } else { &names.en }
}

fn joined(one: &str, other: &str) -> String {
    [one, other].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
