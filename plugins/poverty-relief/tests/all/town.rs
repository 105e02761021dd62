//! A township for tests: its people, and a household at each stage of its way.

use poverty_relief::PovertyRelief;
use serde_json::Value;
use serde_json::json;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::testing::Hub;
use xl_plugin::testing::event;
use xl_plugin::testing::visit;

/// An account and its role.
pub(crate) type Who = (&'static str, &'static str);

pub(crate) const GRID: Who = ("grid", "grid-member");
pub(crate) const HANDLER: Who = ("handler", "handler");
pub(crate) const TOWN: Who = ("town", "township-admin");
pub(crate) const COUNTY: Who = ("county", "county-admin");
pub(crate) const VIEWER: Who = ("viewer", "viewer");

pub(crate) const H1: &[(&str, &str)] = &[("household", "h000001")];
pub(crate) const C1: &[(&str, &str)] = &[("clue", "c000001")];
pub(crate) const VILLAGE: &str = "371122102001";

pub(crate) struct Town {
    pub(crate) hub: Hub,
}

/// So many hours after midnight of a day in China.
pub(crate) fn at(day: &str, hours: i64) -> i64 {
    day.parse::<Day>().unwrap().start_ms() + hours * 3_600_000
}

impl Town {
    pub(crate) fn new() -> Self {
        let hub = Hub::new(include_str!("../../plugin.toml"));
        hub.grant_camera("gh-1", "一号棚", VILLAGE);
        Self { hub }
    }

    /// Presses a button at nine o'clock.
    pub(crate) fn act(
        &self,
        who: Who,
        day: &str,
        (page, query): (&str, &[(&str, &str)]),
        action: &str,
        form: &[(&str, &str)],
    ) -> Result<String, Value> {
        self.act_at(who, at(day, 9), (page, query), action, form)
    }

    pub(crate) fn act_at(
        &self,
        (account, role): Who,
        now_ms: i64,
        (page, query): (&str, &[(&str, &str)]),
        action: &str,
        form: &[(&str, &str)],
    ) -> Result<String, Value> {
        self.hub.sign_in(account, &[role]);
        match self.hub.act::<PovertyRelief>(visit(page, query, now_ms), action, form) {
            Ok(done) => Ok(done.query),
            Err(PagesError::Invalid(json)) => Err(serde_json::from_str(&json).unwrap()),
            Err(other) => Err(json!(format!("{other:?}"))),
        }
    }

    pub(crate) fn see(&self, who: Who, day: &str, page: &str, query: &[(&str, &str)]) -> Result<Page, PagesError> {
        self.see_at(who, at(day, 9), page, query)
    }

    pub(crate) fn see_at(
        &self,
        (account, role): Who,
        now_ms: i64,
        page: &str,
        query: &[(&str, &str)],
    ) -> Result<Page, PagesError> {
        self.hub.sign_in(account, &[role]);
        self.hub.view::<PovertyRelief>(visit(page, query, now_ms))
    }

    /// What a stranger sees by a public link.
    pub(crate) fn stranger(&self, day: &str, page: &str, query: &[(&str, &str)]) -> Result<Page, PagesError> {
        self.hub.sign_out();
        self.hub.view::<PovertyRelief>(Visit { public: true, ..visit(page, query, at(day, 9)) })
    }

    /// The clock's look at a day, at eight o'clock.
    pub(crate) fn watch(&self, day: &str) {
        let due = event(1, "schedule.due", None, at(day, 8), &json!({ "schedule": "watch" }));
        self.hub.handle::<PovertyRelief>([due]).unwrap();
    }

    pub(crate) fn register(&self, day: &str) -> Result<String, Value> {
        self.act(GRID, day, ("register", &[]), "register", &household())
    }

    pub(crate) fn open_clue(&self, day: &str) -> Result<String, Value> {
        let form = [("source", "visit"), ("risk", "income"), ("note", "")];
        self.act(GRID, day, ("household", H1), "open-clue", &form)
    }

    /// Makes the next step of the first clue.
    pub(crate) fn go_on(&self, who: Who, day: &str, form: &[(&str, &str)]) -> Result<String, Value> {
        self.act(who, day, ("clue", C1), "go-on", form)
    }

    pub(crate) fn authorise(&self, day: &str) -> Result<String, Value> {
        let form = [("how", "signed"), ("by", "head"), ("comparison", "yes"), ("publication", "yes"), ("help", "yes")];
        self.go_on(GRID, day, &form)
    }

    pub(crate) fn publish(&self, day: &str) -> Result<String, Value> {
        self.act(HANDLER, day, ("draft", C1), "publish", &[("checked", "yes")])
    }

    /// A household whose clue was reviewed on the fourth of November.
    pub(crate) fn reviewed() -> Self {
        let town = Self::new();
        town.register("2026-11-01").unwrap();
        town.open_clue("2026-11-01").unwrap();
        town.go_on(GRID, "2026-11-02", &[("note", "情况属实")]).unwrap();
        town.authorise("2026-11-02").unwrap();
        town.go_on(HANDLER, "2026-11-03", &[("note", "无异常")]).unwrap();
        town.go_on(GRID, "2026-11-04", &[("present", "30"), ("in_favour", "28")]).unwrap();
        town
    }

    /// A household that is monitored since the thirteenth of November.
    pub(crate) fn monitored() -> Self {
        let town = Self::reviewed();
        town.enter();
        town
    }

    /// Leads the reviewed clue through its last four steps.
    pub(crate) fn enter(&self) {
        self.publish("2026-11-05").unwrap();
        self.watch("2026-11-10");
        self.go_on(TOWN, "2026-11-11", &[]).unwrap();
        self.go_on(COUNTY, "2026-11-12", &[]).unwrap();
        self.go_on(HANDLER, "2026-11-13", &[]).unwrap();
    }

    pub(crate) fn state(&self) -> String {
        self.hub.record("clues", "c000001").unwrap()["state"].as_str().unwrap().to_owned()
    }

    pub(crate) fn standing(&self) -> String {
        self.hub.record("households", "h000001").unwrap()["standing"].as_str().unwrap().to_owned()
    }

    pub(crate) fn kinds(&self) -> Vec<String> {
        self.hub.published().into_iter().map(|published| published.kind).collect()
    }

    /// A figure of a month in the village: numerator and denominator.
    pub(crate) fn kpi(&self, kpi: &str, period: &str) -> Option<(f64, f64)> {
        let figures = self.hub.kpis();
        let of = figures
            .into_iter()
            .find(|one| one.kpi == kpi && one.period == period && one.place.as_deref() == Some(VILLAGE))?;
        Some((of.numerator, of.denominator))
    }
}

/// A household that is filled in rightly.
pub(crate) fn household() -> Vec<(&'static str, &'static str)> {
    vec![
        ("place", VILLAGE),
        ("head", "王小明"),
        ("kind", "marginal"),
        ("able", "2"),
        ("limited", "0"),
        ("minor", "1"),
        ("elderly", "1"),
        ("key", "no"),
        ("contact", "13800001234"),
        ("bank", "6222020000000001"),
    ]
}

pub(crate) fn text_of(page: &Page) -> String {
    serde_json::to_string(page).unwrap()
}

/// What a refusal says as a whole.
pub(crate) fn summary(refused: &Value) -> &str {
    refused["summary"].as_str().unwrap_or_default()
}
