//! One drawn camera over its days: pictures are coded, decoded, measured and judged as in a running hub.

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use sanitation::watch::eye::Eye;
use sanitation::watch::health;
use sanitation::watch::health::Unusable;
use sanitation::watch::reference::Clean;
use sanitation::watch::reference::Origin;
use sanitation::watch::reference::References;
use sanitation::watch::rules::Rules;
use sanitation::watch::sample::Sampled;
use sanitation::watch::score;
use sanitation::watch::score::Look;
use serde_json::json;
use std::collections::BTreeMap;
use xl_media::Luma;
use xl_media::PictureLimits;
use xl_model::metrics::ViewFaults;
use xl_model::region::Masks;
use xl_model::region::Region;

use super::day::Condition;
use super::day::Day;
use super::dice::Dice;
use super::light::Shadows;
use super::street::HEIGHT;
use super::street::Street;
use super::street::WIDTH;
use super::tally::DayResult;
use super::tally::Tally;
use crate::results::Target;

/// A picture every ten minutes, as the plugin asks for.
const EVERY_MINUTES: i64 = 10;

/// The first midnight in China: 2026-11-02.
const FIRST_MS: i64 = 1_793_548_800_000;

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// What a picture is held against.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Method {
    /// Clean views of the same hours.
    Clean,
    /// The picture of the day before, as the hub compares by itself.
    Yesterday,
}

impl Method {
    /// Its name in figures.
    pub(crate) fn name(self) -> &'static str {
        if self == Self::Clean { "clean" } else { "yesterday" }
    }

    /// Recall that is wanted of it.
    pub(crate) fn recall(self) -> Target {
        Target::AtLeast(if self == Self::Clean { 0.8 } else { 0.5 })
    }

    /// Wrong candidates a camera-day that are bearable.
    pub(crate) fn wrong(self) -> f64 {
        if self == Self::Clean { 0.1 } else { 0.5 }
    }
}

/// A camera and what is remembered of it.
pub(crate) struct Camera {
    seed: u64,
    street: Street,
    shadows: Shadows,
    region: Region,
    references: References,
    lumas: BTreeMap<String, Luma>,
    eye: Eye,
    rules: Rules,
}

impl Camera {
    /// The camera of that number.
    pub(crate) fn new(seed: u64, number: u64) -> Self {
        let mut dice = Dice::new(seed, number);
        let street = Street::new(&mut dice);
        let corners = street.region.corners();
        let region = serde_json::from_value(json!(corners)).unwrap();
        let shadows = Shadows::new(&mut dice);
        Self {
            seed: seed * 1_000 + number,
            street,
            shadows,
            region,
            references: References::default(),
            lumas: BTreeMap::new(),
            eye: Eye::default(),
            rules: rules(),
        }
    }

    /// Three days of learning, then one of every condition.
    pub(crate) fn watch(mut self, method: Method, tally: &mut Tally) {
        let learning = [Condition::Changing, Condition::Clear, Condition::Cloudy];
        let mut order: Vec<Condition> = Condition::ALL.to_vec();
        let mut dice = Dice::new(self.seed, 77);
        for at in (1..order.len()).rev() {
            order.swap(at, (dice.share() * (at + 1) as f32) as usize % (at + 1));
        }
        let mut yesterday: BTreeMap<i64, String> = BTreeMap::new();
        for (number, condition) in learning.into_iter().chain(order).enumerate() {
            let day = Day::new(condition, &self.street, self.seed, number as u64);
            let (result, today) = self.day(number, condition, &day, method, &yesterday);
            if number >= learning.len() {
                tally.add(&result);
            }
            yesterday = today;
            let kept: Vec<&String> = self.references.views.iter().map(|view| &view.sha256).collect();
            self.lumas.retain(|name, _| kept.contains(&name) || yesterday.values().any(|known| known == name));
        }
    }

    fn day(
        &mut self,
        number: usize,
        condition: Condition,
        day: &Day,
        method: Method,
        yesterday: &BTreeMap<i64, String>,
    ) -> (DayResult, BTreeMap<i64, String>) {
        let worth_a_look = day.worth_a_look(&self.street);
        let mut result = DayResult { condition, worth_a_look, found: None, wrong: 0, usable: 0, pictures: 0 };
        let mut today = BTreeMap::new();
        for minute in (5 * 60..20 * 60).step_by(EVERY_MINUTES as usize) {
            let minute = minute as i64;
            let (hour, time_ms) = (minute as f32 / 60.0, FIRST_MS + number as i64 * DAY_MS + minute * MINUTE_MS);
            let name = format!("{number}-{minute}");
            let luma = decoded(&day.picture(&self.street, &self.shadows, hour));
            self.lumas.insert(name.clone(), luma);
            let before = yesterday.get(&minute);
            today.insert(minute, name.clone());
            result.pictures += 1;
            let Ok(share) = self.judged(&name, time_ms, method, before) else { continue };
            result.usable += 1;
            if self.eye.see(time_ms, share, &name, &self.rules).is_some() {
                let right = day.begins().is_some_and(|begins| hour >= begins);
                if right {
                    result.found.get_or_insert(hour);
                } else {
                    result.wrong += 1;
                    if method == Method::Clean && !day.is_blocked(hour) {
                        self.mark_clean(&name, time_ms);
                    }
                }
                self.eye.judged(time_ms, &self.rules);
            }
        }
        (result, today)
    }

    /// Share of a picture, by the way of the plugin.
    fn judged(&mut self, name: &str, time_ms: i64, method: Method, before: Option<&String>) -> Result<f64, Unusable> {
        let hour = sanitation::watch::reference::hour_of(time_ms);
        if !self.rules.judges(hour) {
            return Err(Unusable::Hours);
        }
        let luma = &self.lumas[name];
        let metrics = luma.metrics();
        let compared = |other: &str, region| xl_media::compare(luma, &self.lumas[other], region).ok();
        let against = |other: &str| Some((compared(other, None)?, compared(other, Some(&self.region))?));
        let hub = before.and_then(|before| compared(before, None));
        let faults = ViewFaults::of(&metrics, hub.as_ref(), 0);
        let data = json!({"metrics": metrics, "faults": faults, "age_ms": 0, "change": hub});
        let sampled: Sampled = serde_json::from_value(data).unwrap();
        health::guard(&sampled, hour, &self.rules)?;
        let figures = sampled.metrics.ok_or(Unusable::Failed)?;
        let look = |name: &str, (all, inside): (xl_model::metrics::Change, xl_model::metrics::Change)| Look {
            reference: name.to_owned(),
            inside: serde_json::from_value(json!(inside)).unwrap(),
            all: serde_json::from_value(json!(all)).unwrap(),
        };
        let looks: Vec<Look> = match method {
            Method::Yesterday => {
                let before = before.filter(|_| !self.eye.was_unclear(time_ms - DAY_MS));
                let inside = before.and_then(|before| compared(before, Some(&self.region)));
                before.zip(hub.zip(inside)).map(|(before, hub)| look(before, hub)).into_iter().collect()
            }
            Method::Clean => {
                let views = self.references.nearest(time_ms, &figures);
                views.iter().filter_map(|view| Some(look(&view.sha256, against(&view.sha256)?))).collect()
            }
        };
        if method == Method::Clean
            && self.references.wants(time_ms, self.rules.learn_days)
            && time_ms < FIRST_MS + 3 * DAY_MS
        {
            self.references.add(Clean::new(name, time_ms, &figures, Origin::Learnt));
        }
        score::score(&looks).map(|score| score.share)
    }

    fn mark_clean(&mut self, name: &str, time_ms: i64) {
        let metrics = self.lumas[name].metrics();
        let figures = serde_json::from_value(json!(metrics)).unwrap();
        self.references.add(Clean::new(name, time_ms, &figures, Origin::Marked("person".to_owned())));
    }
}

/// The plugin's own rules, unless somebody tries others: `SCENES_RULES='{"raise_share":0.15}'`.
fn rules() -> Rules {
    std::env::var("SCENES_RULES").map_or_else(|_| Rules::default(), |text| serde_json::from_str(&text).unwrap())
}

/// A picture on its way through a camera's coder and the hub's decoder.
fn decoded(gray: &[u8]) -> Luma {
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 80).encode(gray, WIDTH as u16, HEIGHT as u16, ColorType::Luma).unwrap();
    Luma::decode(&jpeg, &Masks::default(), &PictureLimits::default()).unwrap()
}
