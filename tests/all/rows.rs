//! Each guarded action is one row of the audit log, and a second one when it does not come about: AUD-1.
//!
//! Somebody does at one hub, one after the other, what has to be recorded: he signs in, is refused, grants, gives a role, asks for an
//! export, looks at a frame, moves a camera, configures, changes a module. Whatever else the hub wrote meanwhile would be seen. A run
//! of retention, which is due a minute after the start, is held beside its stage: `host/src/schedule/tests.rs`.

use std::slice;
use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use xl_model::audit::Outcome;
use xl_model::audit::Row;
use xl_model::clock::Clock as _;
use xl_store::audit::AuditFilter;
use xueliang::app::clock::SystemClock;
use xueliang::config::Config;

use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// What a row says: who, of which unit (without the number of a key), in which township, what, to what, with which result. Number
/// and time are looked at as the rows come.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    who: String,
    unit: String,
    township: Option<String>,
    action: String,
    object: String,
    outcome: Outcome,
    about: Option<u64>,
}

impl Told {
    fn of(row: &Row) -> Self {
        let entry = &row.entry;
        Self {
            who: entry.actor.who.to_string(),
            unit: entry.actor.unit.as_str().split(" · key ").next().unwrap().to_owned(),
            township: entry.township.as_ref().map(ToString::to_string),
            action: entry.action.to_string(),
            object: entry.object.to_string(),
            outcome: entry.outcome,
            about: entry.about,
        }
    }

    /// By the first administrator's key.
    fn by_admin(township: Option<&str>, action: &str, object: &str) -> Self {
        Self {
            who: "admin".to_owned(),
            unit: "county-admin@*".to_owned(),
            township: township.map(str::to_owned),
            action: action.to_owned(),
            object: object.to_owned(),
            outcome: Outcome::Allowed,
            about: None,
        }
    }

    /// By somebody else, without a township.
    fn by(who: &str, unit: &str, action: &str, object: &str, outcome: Outcome) -> Self {
        let (who, unit) = (who.to_owned(), unit.to_owned());
        Self { who, unit, outcome, ..Self::by_admin(None, action, object) }
    }
}

/// A hub, and how far its log was read.
struct Log {
    town: Town,
    seen: u64,
    since_ms: i64,
}

impl Log {
    async fn start() -> Self {
        let since_ms = SystemClock.now_ms();
        let town = Town::start_with(|config| config.onvif.allow_loopback = true).await;
        Self { town, seen: 0, since_ms }
    }

    /// Starts the hub again with another configuration.
    async fn restart(self, change: impl FnOnce(&mut Config)) -> Self {
        let folder = self.town.folder.clone();
        self.town.hub.stop().await;
        Self { town: Town::start_in(folder, Arc::new(SystemClock), change).await, ..self }
    }

    /// The rows since the last time, in order, but for what was only read. No number is missing, and the times are those of now.
    async fn rows(&mut self) -> Vec<Row> {
        let filter = AuditFilter { limit: 1_000, ..AuditFilter::default() };
        let mut rows = self.town.hub.store().audit_rows(&filter).await.unwrap();
        rows.reverse();
        rows.retain(|row| row.seq > self.seen);
        let now_ms = SystemClock.now_ms();
        for (row, seq) in rows.iter().zip(self.seen + 1..) {
            assert!(row.seq == seq && (self.since_ms..=now_ms).contains(&row.entry.at_ms), "{row:?}");
        }
        (self.seen, self.since_ms) = (rows.last().map_or(self.seen, |row| row.seq), now_ms);
        rows.retain(|row| row.entry.action.as_str() != "read.from-above");
        rows
    }

    async fn told(&mut self) -> Vec<Told> {
        self.rows().await.iter().map(Told::of).collect()
    }

    /// Asks with the administrator's key, and sees the one row of what came about.
    async fn does(&mut self, method: &str, path: &str, body: Option<Value>, row: Told) -> Value {
        let answer = self.town.ask(method, path, body).await;
        assert!(answer.status < 300, "{method} {path}: {answer:?}");
        assert_eq!(self.told().await, [row], "{method} {path}");
        answer.json
    }

    /// Asks for what does not come about, and sees that a second row says so of the first.
    async fn fails(&mut self, method: &str, path: &str, body: Option<Value>, row: Told) {
        let answer = self.town.ask(method, path, body).await;
        assert!(matches!(answer.status, 404 | 409 | 422), "{method} {path}: {answer:?}");
        let rows = self.rows().await;
        let about = rows.first().map(|first| first.seq);
        let failed = Told { outcome: Outcome::Failed, about, ..row.clone() };
        assert_eq!(rows.iter().map(Told::of).collect::<Vec<_>>(), [row, failed], "{method} {path}");
        let why = rows[1].entry.detail.as_str();
        assert!(why.starts_with(&format!("HTTP {}, XL", answer.status)), "{why}");
    }
}

/// A camera that gives pictures and moves, and a device that does neither.
async fn cameras(town: &Town) -> Fleet {
    let fleet = Fleet::start(FleetConfig { cameras: 1, ..FleetConfig::default() }).await.unwrap();
    let address = fleet.device(0).unwrap().address();
    let attachment =
        json!({"kind": "onvif", "host": address.ip().to_string(), "port": address.port(), "user": "admin"});
    let camera = json!({"township": TOWNSHIP, "camera": "on-1", "name": "on-1", "place": "371122102201",
                        "purposes": ["sanitation"], "attachment": attachment,
                        "signage": {"posted": true, "date": "2026-11-01"}});
    town.post("cameras", camera).await;
    let password = json!({"password": "simulated"});
    let secret = town.ask("PUT", &format!("cameras/{TOWNSHIP}/on-1/credentials"), Some(password)).await;
    assert_eq!(secret.status, 204, "{secret:?}");
    town.register("gh-1").await;
    town.serves("gh-1", "sanitation").await;
    for (what, body) in [("snapshot", snapshot()), ("ptz", movement())] {
        let path = format!("cameras/{TOWNSHIP}/on-1/{what}");
        town.until(what, || async { (town.ask("POST", &path, Some(body.clone())).await.status < 300).then_some(()) })
            .await;
    }
    fleet
}

fn snapshot() -> Value {
    json!({"purpose": "sanitation", "reason": "路口积水"})
}

fn movement() -> Value {
    json!({"pan": 0.5, "ms": 100, "purpose": "sanitation", "reason": "检查路口"})
}

#[tokio::test(flavor = "multi_thread")]
async fn each_guarded_action_is_one_row_with_who_unit_township_object_result_number_and_time() {
    let mut log = Log::start().await;
    let started = Told::by("hub", "", "hub.start", "hub", Outcome::Noted);
    let first = log.rows().await;
    assert_eq!(first.iter().map(Told::of).collect::<Vec<_>>(), slice::from_ref(&started));

    let people = |object: &str, action: &str| Told::by_admin(None, action, object);
    let roles = |roles: &[&str]| {
        let held = roles.iter().filter_map(|role| role.split_once('@'));
        Value::Array(held.map(|(role, reach)| json!({"role": role, "reach": reach})).collect())
    };
    let li = json!({"name": "li", "title": "李明", "reach": TOWNSHIP, "roles": roles(&["operator@371122102"])});
    let made = log.does("POST", "accounts", Some(li), people("/accounts", "account.make")).await;
    let signs_in = json!({"name": "li", "password": made["one_time_password"]});
    let session = Told::by("li", "operator@371122102", "session.open", "/sign-in", Outcome::Allowed);
    log.does("POST", "sessions", Some(signs_in), session).await;
    let given = people("/accounts/li/roles", "account.roles");
    let viewer = json!({"roles": roles(&["viewer@371122102"])});
    log.does("PUT", "accounts/li/roles", Some(viewer), given.clone()).await;
    let both = json!({"roles": roles(&["auditor@*", "county-admin@*"])});
    log.fails("PUT", "accounts/li/roles", Some(both), given).await;

    let digest = log.town.install(packed("hello-plugin")).await;
    let of_town = |action: &str, object: &str| Told::by_admin(Some(TOWNSHIP), action, object);
    assert_eq!(log.told().await, [people("/plugins", "plugin.install")]);
    log.town.enable(&digest, json!({})).await;
    let granted = of_town("module.enable", "/modules");
    let rows = log.rows().await;
    assert_eq!(rows.iter().map(Told::of).collect::<Vec<_>>(), slice::from_ref(&granted));
    let detail = rows[0].entry.detail.as_str();
    assert!(detail.contains(&format!("digest={digest}")) && detail.contains("; grants="), "{detail}");
    let again = json!({"township": TOWNSHIP, "digest": digest, "settings": {}, "grants": {}});
    log.fails("POST", "modules", Some(again), granted).await;
    let disable = format!("modules/{TOWNSHIP}/hello-plugin/disable");
    log.does("POST", &disable, Some(json!({})), of_town("module.disable", &format!("/{disable}"))).await;
    let nobody = format!("modules/{TOWNSHIP}/nobody/disable");
    log.fails("POST", &nobody, Some(json!({})), of_town("module.disable", &format!("/{nobody}"))).await;

    let _fleet = cameras(&log.town).await;
    log.rows().await;
    let path = |camera: &str, what: &str| format!("cameras/{TOWNSHIP}/{camera}/{what}");
    let looked = of_town("look.snapshot", "snapshot");
    let taken = log.does("POST", &path("on-1", "snapshot"), Some(snapshot()), looked.clone()).await;
    log.fails("POST", &path("gh-1", "snapshot"), Some(snapshot()), looked).await;
    let sha256 = taken["sha256"].as_str().unwrap();
    let kept = format!("pictures/{TOWNSHIP}/{sha256}?purpose=sanitation&reason=water+level");
    log.does("GET", &kept, None, of_town("look.picture", &format!("picture {sha256}"))).await;
    let moved = of_town("look.move", "pan 0.5, tilt 0, zoom 0, 100 ms");
    log.does("POST", &path("on-1", "ptz"), Some(movement()), moved.clone()).await;
    log.fails("POST", &path("gh-1", "ptz"), Some(movement()), moved).await;

    let export = |from_ms: i64| {
        json!({"township": TOWNSHIP, "cameras": ["on-1"], "from": from_ms.to_string(),
               "to": (from_ms + 7_200_000).to_string(), "purpose": "sanitation", "basis": "条例第二十条",
               "document": "〔2026〕18号", "recipient": "莒县公安局", "reason": "盗窃案调查"})
    };
    let asked = of_town("export.ask", "/exports");
    let from_ms = SystemClock.now_ms() - 3_600_000;
    let given = log.does("POST", "exports", Some(export(from_ms)), asked.clone()).await;
    // What is given out after somebody else agreed is registered with the unit of who asked.
    let store = log.town.hub.store();
    let kept = store.export(&TOWNSHIP.parse().unwrap(), given["number"].as_u64().unwrap()).await.unwrap().unwrap();
    assert!(kept.asked_unit.starts_with("county-admin@* · key "), "{kept:?}");
    log.fails("POST", "exports", Some(export(0)), asked).await;

    // What was refused is counted, and becomes a row at the latest when the hub stops; a hub says when it starts, and as what.
    assert_eq!(log.town.ask_as("xla_nobody", "GET", "cameras", None).await.status, 401);
    let mut log = log.restart(|config| config.onvif.allow_loopback = false).await;
    let rows = log.rows().await;
    let refused = Told::by("unknown", "", "request.refused", "1 requests", Outcome::Refused);
    assert_eq!(rows.iter().map(Told::of).collect::<Vec<_>>(), [refused, started]);
    let detail = rows[0].entry.detail.as_str();
    assert!(detail.starts_with("XL0701 GET /api/v1/cameras ×1; from 127.0.0.1 ×1"), "{detail}");
    let (before, after) = (first[0].entry.detail.as_str(), rows[1].entry.detail.as_str());
    assert!(before.contains("; configuration ") && before != after, "{before} {after}");
}
