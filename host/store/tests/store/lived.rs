//! Time that passes as a hub lets it pass, and cameras of every class.

use xl_model::camera::check;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::keep::Rule;
use xl_store::retention::Removed;
use xl_store::retention::Retention;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::TOWN;
use crate::fixture::Town;

/// Between two marks of a log: by so much an event may count as younger.
pub(crate) const MARK_MS: i64 = 6 * 3_600_000;

/// A town whose two clocks agree.
pub(crate) struct Lived {
    pub(crate) town: Town,
    pub(crate) wall_ms: i64,
}

impl Lived {
    pub(crate) async fn new() -> Self {
        let mut lived = Self { town: Town::new().await, wall_ms: NOON_MS };
        lived.pass_ms(0).await;
        lived
    }

    /// Lets whole days pass; everything that is in the log now is as much older afterwards.
    pub(crate) async fn pass(&mut self, days: i64) {
        // First to the next mark, then on: a mark covers what came before it.
        self.pass_ms(MARK_MS).await;
        self.pass_ms(days * DAY_MS).await;
    }

    pub(crate) async fn pass_ms(&mut self, ms: i64) {
        self.wall_ms += ms;
        self.town.store.pass_time(self.wall_ms, ms).await.unwrap();
    }

    pub(crate) async fn retain(&self, retention: &Retention) -> Removed {
        self.town.store.retain(retention, self.wall_ms).await.unwrap()
    }
}

impl Town {
    /// Registers a camera, or says its class and its own days anew.
    pub(crate) async fn register(&self, camera: &str, class: &str, days: Option<u16>) {
        let mut draft = Draft::default();
        let days = days.map(|days| days.to_string()).unwrap_or_default();
        for (field, text) in [
            (Field::Township, TOWN),
            (Field::Camera, camera),
            (Field::Name, camera),
            (Field::Place, "371122102201"),
            (Field::Class, class),
            (Field::RetentionDays, &days),
        ] {
            draft.set(field, text);
        }
        self.store.put_cameras(vec![check::camera(&draft).unwrap()], Vec::new(), NOON_MS).await.unwrap();
    }
}

pub(crate) fn rules(rules: &[(&str, u32)], dedupe_days: u32) -> Retention {
    let rules = rules.iter().map(|(kinds, days)| Rule { kinds: kinds.parse().unwrap(), class: None, days: *days });
    Retention { rules: rules.collect(), dedupe_days }
}
