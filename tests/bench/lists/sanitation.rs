//! Sections, points and bins, half a year of tasks, what cameras found, complaints and scores.

use serde_json::Value;
use serde_json::json;

use super::kept::Kept;
use super::town;
use super::town::DAY_MS;
use super::town::Town;

const SECTIONS: usize = 100;
const POINTS: usize = 500;
const CAMERAS: usize = 300;
const WORKERS: usize = 60;

/// Days of which the tasks are kept.
const DAYS: usize = 180;

pub(crate) async fn fill(town: &Town, kept: &mut Kept<'_>) {
    places(kept).await;
    crew(town, kept).await;
    for days_ago in 0..DAYS {
        day(town, kept, days_ago).await;
    }
    for n in 1..=20_000 {
        kept.put("findings", format!("f{n:06}"), finding(town, n)).await;
    }
    for n in 0..CAMERAS {
        let camera = format!("street-{n:03}");
        let eye = json!({"last_ms": town.now_ms, "last_share": 0.02, "recent": vec![0.02; 24]});
        let watched = json!({"camera": camera, "first_ms": town.ago_ms(400), "last_ms": town.now_ms, "picture": town::hash(n),
            "method": "clean-1", "day": town.day(0), "judged": 60, "eye": eye});
        kept.put("eyes", camera.as_str(), watched).await;
        for method in ["clean-1", "device:garbage"] {
            let precision = json!({"camera": camera, "method": method, "confirmed": 30, "dismissed": 9, "recent":
                vec![true; 30], "muted": n % 20 == 0});
            kept.put("precision", format!("{camera}/{method}"), precision).await;
        }
    }
    for n in 1..=10_000 {
        kept.put("complaints", format!("c{n:06}"), complaint(town, n)).await;
    }
    scores(town, kept).await;
}

async fn places(kept: &mut Kept<'_>) {
    for n in 1..=SECTIONS {
        let section =
            json!({"name": format!("路段 {n}"), "grade": n % 4 + 1, "metres": 800, "place": town::village(n)});
        kept.put("sections", format!("s{n:06}"), section).await;
    }
    for n in 1..=POINTS {
        let (latitude, longitude) = (35.5 + n as f64 * 0.0001, 118.8 + n as f64 * 0.0001);
        let mut point = json!({"name": format!("点位 {n}"), "section": section(n), "place": town::village(n),
            "latitude": latitude, "longitude": longitude, "shows": "bin"});
        if n <= CAMERAS {
            point["camera"] = json!(format!("street-{:03}", n - 1));
        }
        kept.put("points", format!("p{n:06}"), point).await;
        for bin in 0..2 {
            let number = n * 2 + bin - 1;
            let bin = json!({"point": format!("p{n:06}"), "name": format!("{bin} 号桶"), "entity": format!("urn:bin:{number}"),
                "state": "ok", "threshold": 80.0, "kinds": [], "status": "ok"});
            kept.put("bins", format!("b{number:06}"), bin).await;
        }
    }
}

async fn crew(town: &Town, kept: &mut Kept<'_>) {
    for n in 1..=200 {
        kept.put("vehicles", format!("v{n:06}"), json!({"name": format!("{n} 号车"), "what": "压缩车"})).await;
        let points: Vec<String> = (0..10).map(|more| format!("p{:06}", (n * 3 + more) % POINTS + 1)).collect();
        let route = json!({"name": format!("线路 {n}"), "vehicle": format!("v{n:06}"), "points": points});
        kept.put("routes", format!("r{n:06}"), route).await;
        // The plans are switched off: what they planned stands in the tasks, and nothing is planned while it is measured.
        let windows = json!([{"from": 240, "to": 420}]);
        let plan = json!({"target": format!("p{n:06}"), "target_name": format!("点位 {n}"), "windows": windows,
            "weekdays": [1, 2, 3, 4, 5, 6, 7], "account": town.account(n, WORKERS), "active": false});
        kept.put("plans", format!("t{n:06}"), plan).await;
        let roster = json!({"account": town.account(n, WORKERS), "area": format!("线路 {n}"), "windows": windows, "weekdays": [1, 2, 3],
            "active": false});
        kept.put("rosters", format!("h{n:06}"), roster).await;
    }
}

/// Two tasks at each point, and who worked.
async fn day(town: &Town, kept: &mut Kept<'_>, days_ago: usize) {
    let day = town.day(days_ago);
    let start_ms = town.ago_ms(days_ago) - town.ago_ms(days_ago).rem_euclid(DAY_MS);
    for n in 1..=POINTS {
        for at in [240, 960] {
            let (from_ms, until_ms) = (start_ms + at * 60_000, start_ms + (at + 180) * 60_000);
            let account = town.account(n, WORKERS);
            let mut task = json!({"day": day, "point": format!("p{n:06}"), "point_name": format!("点位 {n}"), "section": section(n),
                "from_ms": from_ms, "until_ms": until_ms, "account": account, "mine": format!("{account}/{day}"), "checks": []});
            match (until_ms > town.now_ms, n % 20) {
                (true, _) => {
                    task["state"] = json!("planned");
                    task["open_until"] = json!(until_ms);
                }
                (false, 0) => task["state"] = json!("escalated"),
                (false, _) => {
                    let picture = town::hash(n);
                    let check = json!({"by": "checker", "at_ms": until_ms, "pass": true, "picture": picture});
                    merge(
                        &mut task,
                        json!({"state": "passed", "started_ms": from_ms, "done_ms": from_ms, "done_by": account,
                        "picture": picture, "checks": [check]}),
                    );
                }
            }
            kept.put("tasks", format!("{day}/t{n:06}/p{n:06}/{at}"), task).await;
        }
        kept.put("point-days", format!("{day}/p{n:06}"), json!({"planned": 2, "done": 2, "overflow": false})).await;
    }
    for n in 0..WORKERS {
        let account = town.account(n, WORKERS);
        let shift = json!({"day": day, "account": account, "area": format!("线路 {n}"), "from_ms": start_ms, "until_ms": start_ms + 1,
            "mine": format!("{account}/{day}"), "clock_in": {"at_ms": start_ms, "point": "p000001"}});
        kept.put("shifts", format!("{day}/h{n:06}/240"), shift).await;
    }
    kept.put("tallies", day, tally(1_000)).await;
}

async fn scores(town: &Town, kept: &mut Kept<'_>) {
    let mut number = 0;
    for month in town.months(36) {
        for n in 1..=SECTIONS {
            let shelf = format!("{month}/{}", section(n));
            for more in 0..3 {
                number += 1;
                let deduction = json!({"shelf": shelf, "section": section(n), "points": 2, "reason": "满溢", "about":
                    format!("f{:06}", number % 20_000 + 1), "picture": town::hash(more), "by": "checker", "at_ms": town.now_ms});
                kept.put("deductions", format!("d{number:06}"), deduction).await;
            }
            let score = json!({"section": section(n), "month": month, "deducted": 6, "deductions": 3});
            kept.put("scores", shelf, score).await;
        }
        kept.put("tallies", month, tally(30_000)).await;
    }
}

fn finding(town: &Town, n: usize) -> Value {
    let camera = format!("street-{:03}", n % CAMERAS);
    let mut finding = json!({"camera": camera, "shelf": format!("{camera}/clean-1"), "point": format!("p{:06}", n % CAMERAS + 1),
        "section": section(n), "region": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], "method": "clean-1", "score": 0.4,
        "reference": town::hash(n), "picture": town::hash(n + 1), "first_seen_ms": town.ago_ms((20_000 - n) / 100),
        "raised_ms": town.ago_ms((20_000 - n) / 100)});
    let judged = json!({"by": "checker", "judged_ms": town.now_ms});
    match n {
        19_700.. => finding["state"] = json!("candidate"),
        _ if n.is_multiple_of(3) => merge(&mut finding, json!({"state": "dismissed", "reason": "lawful"})),
        _ if n % 50 == 1 => merge(&mut finding, json!({"state": "confirmed", "what": "exposed"})),
        _ => merge(&mut finding, json!({"state": "closed", "what": "exposed"})),
    }
    if finding["state"] != "candidate" {
        merge(&mut finding, judged);
    }
    finding
}

fn complaint(town: &Town, n: usize) -> Value {
    let at_ms = town.ago_ms((10_000 - n) / 20);
    let mut complaint = json!({"point": format!("p{:06}", n % POINTS + 1), "point_name": format!("点位 {}", n % POINTS + 1),
        "words": "垃圾没有清", "source": "hotline", "at_ms": at_ms, "due_ms": at_ms + DAY_MS, "repeated": n.is_multiple_of(9)});
    if n > 9_700 {
        complaint["open_until"] = json!(at_ms + DAY_MS);
    } else {
        complaint["answer"] = json!({"words": "已清理", "at_ms": at_ms + 1, "by": "checker"});
    }
    complaint
}

fn tally(tasks: u64) -> Value {
    json!({"tasks": tasks, "done": tasks * 9 / 10, "on_time": tasks * 8 / 10, "missed": tasks / 20, "points": tasks / 2,
        "points_clean": tasks / 3, "shifts": 60, "present": 58, "confirmed": 20, "dismissed": 9, "overflows": 12, "minutes":
        vec![35; 200]})
}

fn section(n: usize) -> String {
    format!("s{:06}", n % SECTIONS + 1)
}

fn merge(into: &mut Value, more: Value) {
    let (Value::Object(into), Value::Object(more)) = (into, more) else { unreachable!("both are objects") };
    into.extend(more);
}
