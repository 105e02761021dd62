//! A farm on the native test host: greenhouses, batches, and what people press.

use produce_trace::ProduceTrace;
use serde_json::Value;
use serde_json::json;
use xl_plugin::CallsError;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::testing::Hub;
use xl_plugin::testing::event;
use xl_plugin::testing::visit;

/// The product of the first batch.
pub(crate) const GTIN: &str = "09521234543213";

/// So many hours after midnight of a day in China.
pub(crate) fn at(day: &str, hours: i64) -> i64 {
    day.parse::<Day>().unwrap().start_ms() + hours * 3_600_000
}

pub(crate) struct Farm {
    pub(crate) hub: Hub,
}

impl Farm {
    /// Two greenhouses; a batch grows in the first.
    pub(crate) fn growing() -> Self {
        let hub = Hub::new(include_str!("../../plugin.toml"));
        let farm = Self { hub };
        for (camera, name) in [("gh-1", "1 号大棚"), ("gh-2", "2 号大棚")] {
            farm.hub.grant_camera(camera, name, "371122102001");
            let form = [
                ("name", name),
                ("producer", "某某合作社"),
                ("camera", camera),
                ("code", "91350100M000100Y43"),
                ("gln", "4012345000054"),
            ];
            farm.press("site", &[], "register-site", &form, at("2025-03-01", 8)).unwrap();
        }
        farm.plant("g000001");
        farm
    }

    fn plant(&self, site: &str) {
        let form = [
            ("site", site),
            ("product", "草莓"),
            ("quantity", "3000"),
            ("unit", "plants"),
            ("planted", "2025-03-01"),
            ("gtin", GTIN),
        ];
        self.press("new-batch", &[], "create-batch", &form, at("2025-03-01", 9)).unwrap();
    }

    pub(crate) fn growing_sprayed(used: &str, days: &str) -> Self {
        let farm = Self::growing();
        farm.spray(used, days).unwrap();
        farm
    }

    /// 125.5 kg of the first batch.
    pub(crate) fn harvested() -> Self {
        let farm = Self::growing_sprayed("2025-04-01", "7");
        farm.harvest("2025-04-17").unwrap();
        farm
    }

    /// 80 kg of a second batch.
    pub(crate) fn second_harvest(&self) {
        self.plant("g000002");
        let form = [("harvested", "2025-04-16"), ("quantity_kg", "80")];
        self.act("b000002", "harvest", &form).unwrap();
    }

    pub(crate) fn spray(&self, used: &str, days: &str) -> Result<(), Value> {
        let form = [
            ("name", "某杀菌剂"),
            ("registration", "PD20250001"),
            ("source", "镇农资店"),
            ("purpose", "白粉病"),
            ("dose", "每亩 50 毫升"),
            ("interval_days", days),
            ("used", used),
        ];
        self.press("batch", &[("batch", "b000001")], "use-input", &form, at("2025-04-11", 9))
    }

    pub(crate) fn harvest(&self, day: &str) -> Result<(), Value> {
        self.act("b000001", "harvest", &[("harvested", day), ("quantity_kg", "125.5")])
    }

    pub(crate) fn test(&self, batch: &str, result: &str) -> Result<(), Value> {
        let form = [("tested", "2025-04-18"), ("laboratory", "县检测站"), ("report", "R-1"), ("result", result)];
        self.act(batch, "test", &form)
    }

    pub(crate) fn certify(&self, batch: &str) -> Result<(), Value> {
        let form =
            [("party", "某某合作社"), ("contact", "13800000000"), ("basis", "control"), ("issued", "2025-04-18")];
        self.act(batch, "certify", &form)
    }

    pub(crate) fn ship(&self, batch: &str, quantity: &str) -> Result<(), Value> {
        let form = [("shipped", "2025-04-18"), ("receiver", "某超市"), ("document", "D-1"), ("quantity_kg", quantity)];
        self.act(batch, "ship", &form)
    }

    /// Presses a button of a batch's page on the 18th.
    pub(crate) fn act(&self, batch: &str, action: &str, form: &[(&str, &str)]) -> Result<(), Value> {
        self.press("batch", &[("batch", batch)], action, form, at("2025-04-18", 9))
    }

    fn press(
        &self,
        page: &str,
        query: &[(&str, &str)],
        action: &str,
        form: &[(&str, &str)],
        now_ms: i64,
    ) -> Result<(), Value> {
        match self.hub.act::<ProduceTrace>(visit(page, query, now_ms), action, form) {
            Ok(_) => Ok(()),
            Err(PagesError::Invalid(json)) => Err(serde_json::from_str(&json).unwrap()),
            Err(other) => Err(json!(format!("{other:?}"))),
        }
    }

    pub(crate) fn batch(&self, key: &str) -> Value {
        self.hub.record("batches", key).unwrap()
    }

    /// All kept events in the order in which they happened.
    pub(crate) fn journal(&self) -> Vec<Value> {
        let mut kept = self.hub.records("journal");
        kept.sort_by_key(|(_, kept)| (kept["time_ms"].as_i64(), kept["recorded_ms"].as_i64()));
        kept.into_iter().map(|(_, kept)| kept["event"].clone()).collect()
    }

    pub(crate) fn call(&self, name: &str, query: &[(&str, &str)], content: &str, body: &[u8]) -> Result<Value, Value> {
        self.hub.set_now(at("2025-04-19", 9));
        match self.hub.call::<ProduceTrace>(name, query, content, body) {
            Ok(response) => Ok(serde_json::from_slice(&response.body).unwrap()),
            Err(CallsError::Invalid(json)) => Err(serde_json::from_str(&json).unwrap()),
            Err(other) => Err(json!(format!("{other:?}"))),
        }
    }

    pub(crate) fn document(&self, batch: &str) -> Value {
        self.call("document", &[("batch", batch)], "", b"").unwrap()
    }

    /// A page as text, in Chinese.
    pub(crate) fn page(&self, page: &str, batch: &str) -> String {
        self.draw(page, &[("batch", batch)], "zh", false)
    }

    pub(crate) fn draw(&self, page: &str, query: &[(&str, &str)], locale: &str, public: bool) -> String {
        let visit = Visit { locale: locale.to_owned(), public, ..visit(page, query, at("2025-04-20", 9)) };
        serde_json::to_string(&self.hub.view::<ProduceTrace>(visit).unwrap()).unwrap()
    }

    /// The schedule of the evening.
    pub(crate) fn evening(&self) {
        let due = json!({ "schedule": "daily-summary" });
        self.hub.handle::<ProduceTrace>([event(900, "schedule.due", None, at("2025-04-18", 20), &due)]).unwrap();
    }
}
