//! A township's people, each with a key of his own, under a clock that a test sets: what they press, and what became of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use serde_json::Value;
use serde_json::json;
use xl_model::clock::SetClock;
use xueliang::people::NewAccount;
use xueliang::people::NewKey;
use xueliang::people::People;
use xueliang::places::Places;

use crate::programs::packed;
use crate::town::Answer;
use crate::town::TOWNSHIP;
use crate::town::Town;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// Thursday 2026-11-26, nine o'clock in China.
pub(crate) const MORNING: i64 = 1_795_654_800_000;

pub(crate) const GRID: &str = "grid-member";
pub(crate) const DESK: &str = "operator";
pub(crate) const UNIT: &str = "handler";
pub(crate) const HEAD: &str = "township-admin";
pub(crate) const COUNTY: &str = "county-admin";

/// A village of the township.
pub(crate) const VILLAGE: &str = "371122102201";

/// A town with one module and its people.
pub(crate) struct Hands {
    pub(crate) town: Town,
    clock: Arc<SetClock>,
    plugin: &'static str,
    keys: BTreeMap<&'static str, String>,
}

impl Hands {
    /// The module enabled with all that its manifest asks for, at [`MORNING`].
    pub(crate) async fn start(plugin: &'static str, grants: &Value, settings: Value) -> Self {
        let clock = Arc::new(SetClock(AtomicI64::new(MORNING)));
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let town = Town::start_in(folder.clone(), clock.clone(), |_| {}).await;
        let keys = keys(&town, &clock).await;
        town.hub.stop().await;
        // A hub reads who there is when it starts.
        let town = Town::start_in(folder, clock.clone(), |_| {}).await;
        let digest = town.install(packed(plugin)).await;
        let module = json!({"township": TOWNSHIP, "digest": digest, "settings": settings, "grants": grants});
        town.post("modules", module).await;
        Self { town, clock, plugin, keys }
    }

    /// The hub stops and starts again on the same data.
    pub(crate) async fn restarted(self) -> Self {
        let folder = self.town.folder.clone();
        self.town.hub.stop().await;
        let town = Town::start_in(folder, self.clock.clone(), |_| {}).await;
        Self { town, ..self }
    }

    /// So long after [`MORNING`].
    pub(crate) fn set(&self, after_ms: i64) {
        self.clock.0.store(MORNING + after_ms, Ordering::SeqCst);
    }

    /// Asks the API as somebody.
    pub(crate) async fn ask(&self, who: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        self.town.ask_as(&self.keys[who], method, path, body).await
    }

    /// Reads from the API as somebody.
    pub(crate) async fn get(&self, who: &str, path: &str) -> Value {
        let answer = self.ask(who, "GET", path, None).await;
        assert_eq!(answer.status, 200, "{who}, {path}: {answer:?}");
        answer.json
    }

    /// Hands JSON to a call of the module.
    pub(crate) async fn call(&self, who: &str, name: &str, body: &Value) -> Value {
        let answer = self.ask(who, "POST", &self.path(&format!("calls/{name}")), Some(body.clone())).await;
        assert_eq!(answer.status, 200, "{who}, {name}: {answer:?}");
        answer.json
    }

    /// Presses a button.
    pub(crate) async fn try_press(&self, who: &str, at: (&str, &[(&str, &str)]), action: &str, form: Value) -> Answer {
        let query: BTreeMap<_, _> = at.1.iter().copied().collect();
        let press = json!({"query": query, "form": form});
        self.ask(who, "POST", &self.path(&format!("pages/{}/actions/{action}", at.0)), Some(press)).await
    }

    /// Presses a button that does its work; where it leads.
    pub(crate) async fn press(&self, who: &str, at: (&str, &[(&str, &str)]), action: &str, form: Value) -> Value {
        let answer = self.try_press(who, at, action, form).await;
        assert_eq!(answer.status, 200, "{who}, {}/{action}: {answer:?}", at.0);
        answer.json
    }

    /// Presses a button with a photo in one of its fields; its hash.
    pub(crate) async fn photo(
        &self,
        who: &str,
        at: (&str, &[(&str, &str)]),
        action: &str,
        (field, jpeg): (&str, &[u8]),
    ) -> String {
        let query: BTreeMap<_, _> = at.1.iter().copied().collect();
        let (kind, body) = tour::photo::parts(&json!({"query": query, "form": {}}).to_string(), field, jpeg);
        let path = self.path(&format!("pages/{}/actions/{action}", at.0));
        let answer = self.town.send_as(&self.keys[who], &path, &kind, body).await;
        assert_eq!(answer.status, 200, "{who}, {}/{action}: {answer:?}", at.0);
        let actions = self.town.events("page.action").await;
        actions.last().unwrap()["pictures"][0]["sha256"].as_str().unwrap().to_owned()
    }

    /// A page as text, after the module has handled everything.
    pub(crate) async fn page(&self, who: &str, at: (&str, &[(&str, &str)])) -> String {
        self.town.caught_up(self.plugin).await;
        let query: Vec<String> = at.1.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.get(who, &self.path(&format!("pages/{}?{}", at.0, query.join("&")))).await.to_string()
    }

    /// A case as the API shows it.
    pub(crate) async fn case(&self, id: &str) -> Value {
        self.get(DESK, &format!("cases/{id}")).await
    }

    /// Makes a step over the API; the stage after it.
    pub(crate) async fn step(&self, who: &str, id: &str, mut step: Value) -> String {
        step["revision"] = self.case(id).await["revision"].clone();
        let answer = self.ask(who, "POST", &format!("cases/{id}/steps"), Some(step.clone())).await;
        assert_eq!(answer.status, 200, "{who}, {step}: {answer:?}");
        answer.json["stage"].as_str().unwrap().to_owned()
    }

    /// Waits for events of a kind.
    pub(crate) async fn events(&self, kind: &str, count: usize) -> Vec<Value> {
        self.town
            .until(&format!("{count} of {kind}"), || async {
                let events = self.town.events(kind).await;
                (events.len() >= count).then_some(events)
            })
            .await
    }

    /// Waits for a key figure of the township: numerator and denominator.
    pub(crate) async fn kpi(&self, kpi: &str, period: &str) -> (f64, f64) {
        let path = format!("kpis?place={TOWNSHIP}&plugin={}&period={period}", self.plugin);
        self.town
            .until(&format!("{kpi} of {period}"), || async {
                let told = self.get(HEAD, &path).await;
                let found = told["kpis"].as_array().unwrap().iter().find(|one| one["kpi"] == kpi)?.clone();
                Some((found["numerator"].as_f64().unwrap(), found["denominator"].as_f64().unwrap()))
            })
            .await
    }

    /// Waits until a key figure is told as it should be: each night replaces what the night before told.
    pub(crate) async fn tells(&self, kpi: &str, period: &str, numerator: f64, denominator: Option<f64>) {
        let is = |told: (f64, f64)| told.0 == numerator && denominator.is_none_or(|wanted| wanted == told.1);
        self.town.until(kpi, || async { is(self.kpi(kpi, period).await).then_some(()) }).await;
    }

    fn path(&self, below: &str) -> String {
        format!("modules/{TOWNSHIP}/{}/{below}", self.plugin)
    }
}

/// An account and a key for each role, kept before the hub starts again.
async fn keys(town: &Town, clock: &Arc<SetClock>) -> BTreeMap<&'static str, String> {
    let store = town.hub.store();
    let places = Places::open(store.clone(), clock.clone()).await.unwrap();
    let (people, _) = People::open(store.clone(), clock.clone(), places, [0; 32]).await.unwrap();
    let admin = people.with_key(&town.token).await.unwrap().subject;
    let mut keys = BTreeMap::new();
    for role in [GRID, DESK, UNIT, HEAD, COUNTY] {
        let reach = if role == COUNTY { "371122" } else { TOWNSHIP };
        let (name, roles) = (role.parse().unwrap(), vec![format!("{role}@{reach}").parse().unwrap()]);
        let new = NewAccount { name, title: role.to_owned(), reach: reach.parse().unwrap(), roles: Vec::clone(&roles) };
        let (account, _) = people.add_account(&admin, new).await.unwrap();
        let key = people
            .add_key(&account.name, NewKey { title: role.to_owned(), roles, days: 90, addresses: Vec::new() })
            .await
            .unwrap()
            .1;
        keys.insert(role, key);
    }
    keys
}
