//! Households at risk with their clues, warnings, visits and grievances, projects, and figures by village.

use serde_json::Value;
use serde_json::json;

use super::kept::Kept;
use super::town;
use super::town::Town;

const HOUSEHOLDS: usize = 5_000;
const CLUES: usize = 4_000;
const HELPERS: usize = 100;

const STANDINGS: [&str; 5] = ["registered", "monitored", "measures", "clearing", "cleared"];
const KINDS: [&str; 3] = ["unstable", "marginal", "sudden"];
const STAGES: [&str; 4] = ["planned", "building", "running", "closed"];
const STATES: [&str; 10] = [
    "clue",
    "visiting",
    "authorised",
    "compared",
    "reviewed",
    "noticed",
    "town_ok",
    "county_ok",
    "monitored",
    "rejected",
];
const KPIS: [&str; 10] = [
    "on-time-rate",
    "visit-rate",
    "help-rate",
    "clearance-rate",
    "notice-compliance",
    "project-output",
    "project-benefit",
    "inspection-rate",
    "looks-per-household",
    "idle-look-rate",
];

pub(crate) async fn fill(town: &Town, kept: &mut Kept<'_>) {
    for n in 1..=HOUSEHOLDS {
        kept.put("households", household_key(n), household(town, n)).await;
        let key = household_key(n);
        kept.put("sealed", key.as_str(), json!({"head": "张三"})).await;
        for ago in [400, 300, 200, 100, 10] {
            let visit = json!({"by": town.account(n, HELPERS), "day": town.day(ago), "noted_ms": town.ago_ms(ago), "secure":
                [true, true, true, true], "note": "一切正常"});
            kept.put("visits", format!("{key}/{}", town.day(ago)), visit).await;
        }
        let measure =
            json!({"kind": "trade", "note": "大棚务工", "from": town.day(300), "by": "clerk", "effective": true});
        kept.put("measures", format!("{key}/{}", town.day(300)), measure).await;
    }
    for n in 1..=CLUES {
        kept.put("clues", format!("c{n:06}"), clue(town, n)).await;
    }
    for n in 1..=8_000 {
        let fate = ["open", "opened", "dismissed", "dismissed"][n % 4];
        let warning = json!({"household": household_key(n), "rule": "income-below-line", "rule_version": 1, "upon": "民政 2026-11",
            "facts": {"value_yuan": 6_000, "limit_yuan": 8_000}, "day": town.day(n % 700), "fate": fate});
        kept.put("warnings", format!("w{n:06}"), warning).await;
    }
    for n in 1..=2_000 {
        let want = ["objection", "appeal", "complaint", "access", "correction"][n % 5];
        let mut grievance = json!({"want": want, "household": household_key(n), "text": "请答复", "by": "clerk",
            "received": town.day(30), "due": town.day(15)});
        if n > 1_800 {
            grievance["waits"] = json!(town.day(15));
        } else {
            grievance["answer"] = json!({"granted": true, "text": "同意", "by": "head", "day": town.day(20)});
        }
        kept.put("grievances", format!("g{n:06}"), grievance).await;
    }
    for n in 1..=500 {
        let project = json!({"name": format!("大棚项目 {n}"), "place": town::village(n), "scope": "collective",
            "stage": STAGES[n % 4], "asset_yuan": 300_000, "paid_yuan": 12_000,
            "output_yuan": 90_000, "inspect_due": town.day_ahead(n % 60), "pictures": 12});
        kept.put("projects", format!("p{n:06}"), project).await;
    }
    for n in 0..HELPERS {
        kept.put("helpers", town.account(n, HELPERS), json!({"households": HOUSEHOLDS / HELPERS})).await;
    }
    figures(town, kept).await;
}

async fn figures(town: &Town, kept: &mut Kept<'_>) {
    let mut periods = town.months(36);
    let mut years: Vec<String> = periods.iter().map(|month| month[..4].to_owned()).collect();
    years.dedup();
    periods.extend(years);
    for kpi in KPIS {
        for period in &periods {
            for place in town::villages() {
                kept.put("counts", format!("{kpi}/{period}/{place}"), json!({"num": 9, "den": 10})).await;
            }
        }
    }
    let of_states = |count: usize| {
        STATES.iter().map(|state| ((*state).to_owned(), json!(count))).collect::<serde_json::Map<_, _>>()
    };
    let tally = |share: usize| {
        json!({"households": HOUSEHOLDS / share, "monitored": HOUSEHOLDS * 3 / 5 / share, "helped": HOUSEHOLDS / 2 / share,
            "cleared": HOUSEHOLDS / 5 / share, "clues": of_states(CLUES / 10 / share)})
    };
    for place in town::villages() {
        let mut of_village = tally(30);
        of_village["refreshed"] = json!(town.day(0));
        kept.put("tallies", place, of_village).await;
    }
    kept.put("tallies", "all", tally(1)).await;
}

fn household(town: &Town, n: usize) -> Value {
    let standing = STANDINGS[n % 5];
    let mut household = json!({"place": town::village(n), "head_masked": "张*", "kind": KINDS[n % 3],
        "members": {"able": 2, "minor": 1, "elderly": 1}, "key": n.is_multiple_of(10), "standing": standing, "helped": n.is_multiple_of(2),
        "helper": town.account(n, HELPERS), "registered_by": "clerk", "registered_ms": town.ago_ms(900)});
    if matches!(standing, "monitored" | "measures" | "clearing") {
        household["visit_due"] = json!(town.day_ahead(n % 90));
    }
    household
}

fn clue(town: &Town, n: usize) -> Value {
    let (state, opened) = (STATES[n % 10], town.day(n % 800));
    let made = |step: &str| json!({"step": step, "by": "clerk", "at_ms": town.ago_ms(n % 800)});
    let steps: Vec<Value> = ["open", "visit", "authorise"].iter().take(n % 10 + 1).map(|step| made(step)).collect();
    let mut clue = json!({"household": household_key(n), "place": town::village(n), "source": "visit", "risk": "income",
        "procedure": 1, "state": state, "opened": opened, "due": town.day(0), "steps": steps});
    if matches!(state, "county_ok" | "monitored" | "rejected") {
        clue["decided"] = json!(opened);
    }
    clue
}

fn household_key(n: usize) -> String {
    format!("h{:06}", (n - 1) % HOUSEHOLDS + 1)
}
