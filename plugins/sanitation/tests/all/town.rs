//! A township with two sections, three points, a camera with a region, and people.

use sanitation::Sanitation;
use serde_json::Value;
use serde_json::json;
use xl_plugin::Event;
use xl_plugin::PagesError;
use xl_plugin::day::Day;
use xl_plugin::page::Page;
use xl_plugin::testing::Hub;
use xl_plugin::testing::event;
use xl_plugin::testing::picture_event;
use xl_plugin::testing::visit;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const CAMERA: &str = "gate-1";

/// A photo as the host hands it over.
pub(crate) const PHOTO: &str = "abababababababababababababababababababababababababababababababab";

/// So many hours after midnight of a day in China. 2026-11-26 is a Thursday.
pub(crate) fn at(day: &str, hours: i64) -> i64 {
    day.parse::<Day>().unwrap().start_ms() + hours * HOUR
}

pub(crate) struct Town {
    pub(crate) hub: Hub,
    seq: std::cell::Cell<u64>,
}

impl Town {
    /// Everything registered by an operator; `li` cleans, `wang` judges.
    pub(crate) fn new() -> Self {
        let hub = Hub::new(include_str!("../../plugin.toml"));
        hub.set_settings(&settings());
        hub.grant_camera(CAMERA, "东门", "371122102001");
        let town = Self { hub, seq: std::cell::Cell::new(100) };
        town.is("wang", "operator");
        for (name, grade) in [("东大街", "1"), ("西大街", "3")] {
            let form = [("name", name), ("grade", grade), ("metres", "800"), ("place", "371122102001")];
            town.press("2026-11-25", "places", &[], "add-section", &form).unwrap();
        }
        for (name, section, camera, shows) in
            [("东门", "s000001", CAMERA, "bin"), ("市场", "s000001", "", "ground"), ("学校", "s000002", "", "ground")]
        {
            let form = [
                ("name", name),
                ("section", section),
                ("camera", camera),
                ("shows", shows),
                ("position", "35.5,118.8"),
            ];
            town.press("2026-11-25", "places", &[], "add-point", &form).unwrap();
        }
        town
    }

    /// Signs somebody in.
    pub(crate) fn is(&self, account: &str, role: &str) {
        self.hub.sign_in(account, &[role]);
    }

    /// Presses a button at eight in the morning.
    pub(crate) fn press(
        &self,
        day: &str,
        page: &str,
        query: &[(&str, &str)],
        action: &str,
        form: &[(&str, &str)],
    ) -> Result<(), Value> {
        self.press_at(at(day, 8), page, query, action, form)
    }

    /// Presses a button; what was wrong as JSON.
    pub(crate) fn press_at(
        &self,
        now_ms: i64,
        page: &str,
        query: &[(&str, &str)],
        action: &str,
        form: &[(&str, &str)],
    ) -> Result<(), Value> {
        match self.hub.act::<Sanitation>(visit(page, query, now_ms), action, form) {
            Ok(_) => Ok(()),
            Err(PagesError::Invalid(json)) => Err(serde_json::from_str(&json).unwrap()),
            Err(other) => Err(json!(format!("{other:?}"))),
        }
    }

    /// A page as JSON text, in both languages; the Chinese one is given.
    pub(crate) fn page(&self, now_ms: i64, page: &str, query: &[(&str, &str)]) -> String {
        let mut english = visit(page, query, now_ms);
        english.locale = "en".to_owned();
        let drawn: Page = self.hub.view::<Sanitation>(english).unwrap();
        let blocks: Vec<Value> = drawn.blocks.iter().map(|block| json!(block)).collect();
        let chinese = self.hub.view::<Sanitation>(visit(page, query, now_ms)).unwrap();
        assert_eq!(chinese.blocks.len(), blocks.len());
        serde_json::to_string(&chinese).unwrap()
    }

    /// A schedule fell due.
    pub(crate) fn due(&self, now_ms: i64, schedule: &str) {
        self.handle(event(self.next(), "schedule.due", None, now_ms, &json!({"schedule": schedule})));
    }

    pub(crate) fn handle(&self, event: Event) {
        self.hub.handle::<Sanitation>([event]).unwrap();
    }

    pub(crate) fn next(&self) -> u64 {
        self.seq.set(self.seq.get() + 1);
        self.seq.get()
    }

    /// A look at the camera: its region changed by so much more than the whole against the day before.
    pub(crate) fn look(&self, now_ms: i64, share: f64) {
        let change = |share: f64| {
            json!({"share": share, "shift_x": 0, "shift_y": 0, "agreement": 0.9, "difference": 4.0, "contrast_kept": 1.0,
                "sharpness_kept": 1.0})
        };
        let data = json!({
            "plans": [{"module": "sanitation", "name": "watch", "change": change(share + 0.02)}],
            "from": "asked", "age_ms": 500, "repeats": 0, "reference": "cd".repeat(32), "change": change(0.02),
            "metrics": {"brightness": 110.0, "contrast": 45.0, "sharpness": 600.0, "seen_share": 1.0},
            "faults": {"dark": false, "bright": false, "blurred": false, "covered": false, "moved": false, "frozen": false},
        });
        let picture = picture_event(self.next(), CAMERA, now_ms);
        self.handle(Event { kind: "camera.sampled".to_owned(), data: data.to_string(), ..picture });
    }

    /// A heap that grows from nothing, a look every ten minutes; ends with a candidate.
    pub(crate) fn heap_grows(&self, from_ms: i64) -> i64 {
        let shares = [0.0, 0.0, 0.05, 0.10, 0.16, 0.2, 0.22, 0.22, 0.22];
        for (at, share) in shares.iter().enumerate() {
            self.look(from_ms + at as i64 * 10 * MINUTE, *share);
        }
        from_ms + shares.len() as i64 * 10 * MINUTE
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.hub.published().into_iter().map(|published| published.kind).collect()
    }

    pub(crate) fn record(&self, collection: &str, key: &str) -> Value {
        self.hub.record(collection, key).unwrap_or_default()
    }
}

pub(crate) fn settings() -> Value {
    json!({"regions": {CAMERA: [[0.3, 0.5], [0.7, 0.5], [0.7, 0.9], [0.3, 0.9]]}, "contact": "镇环卫办 0633-000"})
}
