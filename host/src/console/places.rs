//! The places of the county, tier by tier, each with as many cameras as the list has that its number leads to.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::day::Day;
use xl_model::people::action::Action;
use xl_model::place::Kind;
use xl_model::place::Place;
use xl_model::place::code::PlaceCode;
use xl_model::place::code::Tier;
use xl_model::place::gazetteer::Gazetteer;
use xl_model::place::gazetteer::Standing;

use crate::api::authority::Identity;
use crate::api::authority::place_of;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows::named;
use crate::console::text::Words;

/// Most places that a search shows; whoever sees so many looks for something narrower.
const MOST_FOUND: usize = 200;

/// Which place somebody looks at; empty fields of the form say nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    at: String,
    text: String,
    on: String,
}

/// A place as a link.
struct Step {
    href: String,
    name: String,
}

struct PlaceRow {
    href: String,
    code: String,
    name: String,
    statistical: bool,
    below: usize,
    /// Where its cameras are listed.
    cameras_href: String,
    cameras: u64,
}

struct PeriodRow {
    name: String,
    from: String,
    to: String,
    successor: Option<Step>,
}

/// The place that is looked at.
struct Here {
    code: String,
    name: String,
    statistical: bool,
    standing: &'static str,
    standing_class: &'static str,
    cameras_href: String,
    cameras: u64,
    periods: Vec<PeriodRow>,
}

#[derive(Template)]
#[template(path = "places.html")]
struct PlacesHtml<'a> {
    frame: &'a Frame,
    wish: &'a Wish,
    above: Vec<Step>,
    here: Option<Here>,
    title: &'static str,
    total: usize,
    places: Vec<PlaceRow>,
    empty: &'static str,
}

/// Everything that a page is drawn from.
struct Sight<'a> {
    frame: &'a Frame,
    all: &'a Gazetteer,
    day: Day,
    on: &'a str,
    today: Day,
    /// Cameras by the code that they are registered with.
    cameras: HashMap<String, u64>,
}

/// Shows a place and what is below it, or what was looked for.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadPlaces)?;
    let places = state.places(&authority);
    let all = places.all();
    let (today, on) = (places.today(), wish.on.trim());
    let day = match on {
        "" => today,
        on => on.parse::<Day>().map_err(|error| Problem::field("on", error.to_string()))?,
    };
    let at = match wish.at.trim() {
        "" => None,
        at => Some(at.parse::<PlaceCode>().map_err(|error| Problem::field("at", error.to_string()))?),
    };
    let (text, words) = (wish.text.trim(), frame.words);
    let looked_at = at.as_ref().filter(|_| text.is_empty()).and_then(|at| place_of(at.significant()));
    // Who may not see cameras sees no numbers of them either.
    let cameras = identity.anywhere(Action::ReadCameras).map_or_else(
        |_| HashMap::new(),
        |authority| {
            let authority = authority.narrowed(looked_at);
            state.cameras(&authority).at_places(|key, place| authority.covers_camera(key, place))
        },
    );
    let sight = Sight { frame: &frame, all: &all, day, on, today, cameras };
    let at = at.or_else(|| sight.first());
    let at = at.as_ref().filter(|_| text.is_empty());
    let found: Vec<&Place> = match text {
        "" => all.below(at, day).collect(),
        text => all.find(None, text, day).collect(),
    };
    let (title, empty) = match (text, found.first()) {
        ("", Some(place)) => (of_tier(words, place.code.tier()), words.no_place_found),
        ("", None) if at.is_some_and(|at| at.tier() == Tier::Township) => (words.villages, words.no_villages),
        ("", None) => (words.below, words.no_place_found),
        _ => (words.places_found, words.no_place_found),
    };
    page(&PlacesHtml {
        frame: &frame,
        above: at.map_or_else(Vec::new, |at| sight.above(at)),
        here: at.and_then(|at| sight.here(at)),
        title,
        total: found.len(),
        places: found.into_iter().take(MOST_FOUND).map(|place| sight.row(place)).collect(),
        empty,
        wish: &wish,
    })
}

impl Sight<'_> {
    /// Where somebody begins who names no place: the first that has more than one below it.
    fn first(&self) -> Option<PlaceCode> {
        let mut at: Option<PlaceCode> = None;
        loop {
            let two: Vec<&Place> = self.all.below(at.as_ref(), self.day).take(2).collect();
            match two.as_slice() {
                [only] => at = Some(only.code.clone()),
                _ => return at,
            }
        }
    }

    fn href(&self, code: &PlaceCode) -> String {
        let on = Some(("on", self.on)).filter(|(_, on)| !on.is_empty());
        with_query("/places", [("at", code.significant())].into_iter().chain(on))
    }

    fn name(&self, place: &Place) -> String {
        named(self.frame.language, place.names.clone())
    }

    fn step(&self, code: &PlaceCode) -> Step {
        let name = self.all.nearest(code, self.day).map_or_else(|| code.to_string(), |place| self.name(place));
        Step { href: self.href(code), name }
    }

    fn above(&self, code: &PlaceCode) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = code.parent().filter(|parent| !self.all.periods(parent).is_empty());
        while let Some(code) = at {
            steps.push(self.step(&code));
            at = code.parent().filter(|parent| !self.all.periods(parent).is_empty());
        }
        steps.reverse();
        steps
    }

    /// As many as the list of cameras has at this place: by its own code and every one that it had before.
    fn count(&self, code: &PlaceCode) -> u64 {
        let codes = self.all.known_as(code, self.today);
        let is_here = |at: &str| codes.iter().any(|code| at.starts_with(code.significant()));
        self.cameras.iter().filter(|(at, _)| is_here(at.as_str())).map(|(_, cameras)| cameras).sum()
    }

    fn row(&self, place: &Place) -> PlaceRow {
        PlaceRow {
            href: self.href(&place.code),
            code: place.code.to_string(),
            name: self.name(place),
            statistical: place.kind == Kind::Statistical,
            below: self.all.below(Some(&place.code), self.day).count(),
            cameras_href: cameras_href(&place.code),
            cameras: self.count(&place.code),
        }
    }

    fn here(&self, code: &PlaceCode) -> Option<Here> {
        let place = self.all.nearest(code, self.day)?;
        let words = self.frame.words;
        let (standing, standing_class) = match self.all.standing(code, self.day) {
            Standing::Ended { .. } => (words.place_ended, "bad"),
            Standing::Later { .. } => (words.place_later, "off"),
            Standing::Valid | Standing::Unlisted | Standing::Unknown => (words.place_valid, "good"),
        };
        let periods = self.all.periods(code).iter().map(|period| PeriodRow {
            name: self.name(period),
            from: period.from.map_or_else(|| "–".to_owned(), |day| day.to_string()),
            to: period.to.map_or_else(|| "–".to_owned(), |day| day.to_string()),
            successor: period.successor.as_ref().map(|code| self.step(code)),
        });
        Some(Here {
            code: code.to_string(),
            name: self.name(place),
            statistical: place.kind == Kind::Statistical,
            standing,
            standing_class,
            cameras_href: cameras_href(code),
            cameras: self.count(code),
            periods: periods.collect(),
        })
    }
}

fn cameras_href(code: &PlaceCode) -> String {
    with_query("/cameras", [("place", code.significant())])
}

fn of_tier(words: &Words, tier: Tier) -> &'static str {
    match tier {
        Tier::Province => words.provinces,
        Tier::City => words.cities,
        Tier::County => words.counties,
        Tier::Township => words.townships,
        Tier::Village => words.villages,
    }
}
