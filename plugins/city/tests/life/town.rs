//! A township with its people, its grid and a camera.

use city::City;
use serde_json::Value;
use serde_json::json;
use xl_plugin::Done;
use xl_plugin::PagesError;
use xl_plugin::cases::Case;
use xl_plugin::day::Day;
use xl_plugin::page::Page;
use xl_plugin::testing::Hub;
use xl_plugin::testing::visit;

pub(crate) const HOUR: i64 = 3_600_000;
pub(crate) const CAMERA: &str = "gate-1";
pub(crate) const VILLAGE: &str = "371122102001";
pub(crate) const CELL: &str = "371122102001-01";

/// So many hours after midnight of a day in China.
pub(crate) fn at(day: &str, hours: i64) -> i64 {
    day.parse::<Day>().unwrap().start_ms() + hours * HOUR
}

/// A SHA-256 as a form sends it.
pub(crate) fn photo(number: u64) -> String {
    format!("{number:064x}")
}

pub(crate) struct Town {
    pub(crate) hub: Hub,
    pub(crate) now_ms: i64,
}

impl Town {
    /// A township with one grid cell, `grid-01` responsible, and a camera before it. It is Thursday morning.
    pub(crate) fn new() -> Self {
        let mut town = Self::empty();
        town.admin();
        let cell = [
            ("id", CELL),
            ("name", "一网格"),
            ("place", VILLAGE),
            ("village", "某村"),
            ("member", "grid-01"),
            ("area", "35.58,118.83; 35.60,118.83; 35.60,118.85; 35.58,118.85"),
            ("cameras", CAMERA),
        ];
        town.press("cell", &[], "save-cell", &cell).unwrap();
        town.hub.take_case_events(1);
        town
    }

    pub(crate) fn empty() -> Self {
        let hub = Hub::new(include_str!("../../plugin.toml"));
        hub.grant_camera(CAMERA, "东门外球机", VILLAGE);
        hub.grant_camera("gate-2", "西门外球机", "371122102002");
        Self { hub, now_ms: at("2026-11-26", 9) }
    }

    pub(crate) fn admin(&mut self) {
        self.hub.sign_in("zhen", &["township-admin"]);
    }

    pub(crate) fn operator(&mut self) {
        self.hub.sign_in("desk", &["operator"]);
    }

    pub(crate) fn grid_member(&mut self) {
        self.hub.sign_in("grid-01", &["grid-member"]);
    }

    pub(crate) fn handler(&mut self) {
        self.hub.sign_in("huanwei", &["handler"]);
    }

    /// Presses a button; the refusal as JSON.
    pub(crate) fn press(
        &mut self,
        page: &str,
        query: &[(&str, &str)],
        action: &str,
        form: &[(&str, &str)],
    ) -> Result<Done, Value> {
        match self.hub.act::<City>(visit(page, query, self.now_ms), action, form) {
            Ok(done) => Ok(done),
            Err(PagesError::Invalid(json)) => Err(serde_json::from_str(&json).unwrap()),
            Err(other) => Err(json!(format!("{other:?}"))),
        }
    }

    /// Makes a step of a case.
    pub(crate) fn step(&mut self, case: &str, name: &str, form: &[(&str, &str)]) -> Result<String, Value> {
        self.press("case", &[("case", case)], name, form)?;
        Ok(self.case(case).stage)
    }

    /// Opens a page.
    pub(crate) fn view(&self, page: &str, query: &[(&str, &str)]) -> Page {
        self.hub.view::<City>(visit(page, query, self.now_ms)).unwrap()
    }

    /// A page as text.
    pub(crate) fn shown(&self, page: &str, query: &[(&str, &str)]) -> String {
        serde_json::to_string(&self.view(page, query)).unwrap()
    }

    pub(crate) fn case(&self, id: &str) -> Case {
        self.hub.cases().into_iter().find(|case| case.id == id).unwrap()
    }

    /// Hands the module what the host tells of its cases.
    pub(crate) fn hear(&mut self) {
        let events = self.hub.take_case_events(10_000);
        self.hub.handle::<City>(events).unwrap();
    }

    /// Lets hours pass.
    pub(crate) fn wait(&mut self, hours: i64) {
        self.now_ms += hours * HOUR;
        self.hub.set_now(self.now_ms);
    }

    /// A patrol's report about litter in the cell; its number.
    pub(crate) fn patrol(&mut self) -> String {
        self.patrol_about("01-02")
    }

    /// A patrol's report about a matter in the cell; its number.
    pub(crate) fn patrol_about(&mut self, code: &str) -> String {
        self.grid_member();
        let form = [
            ("matter", code),
            ("pictures", &*photo(1)),
            ("position", "35.59,118.84"),
            ("description", "东门外"),
            ("token", &*self.now_ms.to_string()),
        ];
        let done = self.press("patrol", &[], "report", &form).unwrap();
        serde_json::from_str::<Value>(&done.query).unwrap()["case"].as_str().unwrap().to_owned()
    }

    /// A report that was filed and dispatched with a limit of two working hours.
    pub(crate) fn dispatched(&mut self) -> String {
        let case = self.patrol();
        self.step(&case, "verify", &[("note", "属实")]).unwrap();
        self.operator();
        self.step(&case, "file", &[]).unwrap();
        self.step(&case, "dispatch", &[("unit", "huanwei"), ("amount", "2"), ("measure", "work-hour")]).unwrap();
        case
    }
}
