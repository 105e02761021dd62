//! Greenhouses and 50,000 batches with what was recorded about them.

use serde_json::Value;
use serde_json::json;

use super::kept::Kept;
use super::town;
use super::town::Town;

/// Batches, of which the newest grow.
const BATCHES: usize = 50_000;

/// Greenhouses; each grows one batch.
const SITES: usize = 500;

const PRODUCTS: [(&str, &str); 5] =
    [("草莓", "红颜"), ("西红柿", "普罗旺斯"), ("黄瓜", "津优"), ("丹参", "白花丹参"), ("绿茶", "群体种")];

pub(crate) async fn fill(town: &Town, kept: &mut Kept<'_>) {
    for n in 1..=SITES {
        let batch = format!("b{:06}", BATCHES - SITES + n);
        let site = json!({"name": format!("{n} 号大棚"), "producer": format!("合作社 {}", n % 40), "camera": format!("gh-{n}"),
            "place": town::village(n), "registered_ms": town.ago_ms(1_000), "growing": batch});
        kept.put("sites", site_key(n), site).await;
    }
    for n in 1..=BATCHES {
        batch(town, kept, n).await;
    }
    for n in 1..=20_000 {
        let (lot, time) = (batch_key(n * 2), format!("{:013}", town.ago_ms((20_000 - n) / 20)));
        let line = json!({"gtin": gtin(n * 2), "lot": lot, "quantity_kg": 5});
        kept.put("orders", format!("o-{n:06}"), json!({"time": time, "lines": [line], "batches": [lot]})).await;
    }
    for n in 1..=200 {
        let lots: Vec<String> = (0..n % 7 + 1).map(|more| batch_key(n * 200 + more)).collect();
        let recall = json!({"batch": lots[0], "product": PRODUCTS[n % 5].0, "reason": "农残超标",
            "started_ms": town.ago_ms(1_000 - n), "lots": lots, "receivers": n % 9});
        kept.put("recalls", format!("r{n:06}"), recall).await;
    }
    let mut totals = json!({"sites": SITES, "recalls": 200, "orders": 20_000});
    for n in 1..=BATCHES {
        let count = &mut totals[state(n)];
        *count = json!(count.as_u64().unwrap_or(0) + 1);
    }
    kept.put("totals", "all", totals).await;
}

async fn batch(town: &Town, kept: &mut Kept<'_>, n: usize) {
    let (key, state, (product, variety)) = (batch_key(n), state(n), PRODUCTS[n % 5]);
    // Fifty batches a day were planted.
    let planted_ago = (BATCHES - n) / 50 + 30;
    let (planted, harvested) = (town.day(planted_ago), town.day(planted_ago.saturating_sub(60)));
    let is_harvested = !matches!(state, "planned" | "growing");
    let mut batch = json!({"site": site_key(n % SITES + 1), "site_name": format!("{} 号大棚", n % SITES + 1),
        "product": product, "variety": variety, "quantity": 3_000, "unit": "plants", "state": state});
    let mut trade = json!({"gtin": gtin(n), "name": format!("{}/{key}", gtin(n))});
    if state != "planned" {
        batch["planted"] = json!(planted);
        entry(town, kept, &key, planted_ago, json!({"entry": "planted"})).await;
    }
    if is_harvested {
        batch["harvested"] = json!(harvested);
        batch["quantity_kg"] = json!(800);
        trade["left_kg"] = json!(if state == "sold" { 0 } else { 800 });
        let input = json!({"entry": "input-used", "name": "吡虫啉", "registration": "PD20050001", "source": "农资店",
            "purpose": "蚜虫", "dose": "10 克", "interval_days": 7, "used": town.day(planted_ago.saturating_sub(30))});
        entry(town, kept, &key, planted_ago.saturating_sub(30), input).await;
        let harvest = json!({"entry": "harvested", "quantity_kg": 800});
        entry(town, kept, &key, planted_ago.saturating_sub(60), harvest).await;
    }
    if is_harvested && !matches!(state, "harvested" | "tested") {
        let certificate = format!("c{n:06}");
        let document = json!({"batch": key, "product": product, "quantity_kg": 800, "origin": "山东省莒县招贤镇",
            "party": "合作社", "contact": "见承诺书", "basis": "control", "issued": harvested});
        kept.put("certificates", certificate.as_str(), document).await;
        let issued = json!({"entry": "certified", "certificate": certificate});
        entry(town, kept, &key, planted_ago.saturating_sub(59), issued).await;
        trade["certificate"] = json!(certificate);
    }
    if matches!(state, "shipped" | "received" | "sold") {
        let (receiver, document) = (format!("商场 {}", n % 60), format!("D{n:06}"));
        trade["receivers"] = json!([{"name": receiver, "document": document, "quantity_kg": 400}]);
        let shipped = json!({"entry": "shipped", "receiver": receiver, "document": document, "quantity_kg": 400});
        entry(town, kept, &key, planted_ago.saturating_sub(58), shipped).await;
    }
    batch["trade"] = trade;
    kept.put("batches", key.as_str(), batch).await;
    kept.put("progress", key, json!({"seen": 400, "attached": 90, "attached_ms": town.ago_ms(planted_ago / 2)})).await;
}

/// Something on a batch's timeline, with its EPCIS event.
async fn entry(town: &Town, kept: &mut Kept<'_>, batch: &str, days_ago: usize, what: Value) {
    let (time_ms, name) = (town.ago_ms(days_ago), what["entry"].as_str().unwrap().to_owned());
    let hash = town::hash(time_ms as usize ^ batch[1..].parse::<usize>().unwrap() << 44 ^ name.len() << 41);
    let event = json!({"type": "ObjectEvent", "eventTime": town.day(days_ago), "action": "OBSERVE", "bizStep": name,
        "epcList": [format!("https://id.gs1.org/01/06901234567892/10/{batch}")], "eventID": format!("ni:///sha-256;{hash}")});
    let kept_event = json!({"event": event, "shelf": batch, "time_ms": time_ms, "recorded_ms": time_ms,
        "place": format!("{time_ms:013}/{hash}")});
    kept.put("journal", hash.as_str(), kept_event).await;
    let entry = json!({"shelf": format!("{batch}/recorded"), "time_ms": time_ms, "noted_ms": time_ms, "what": what, "event": hash});
    kept.put("entries", format!("{batch}/{time_ms:013}/{name}"), entry).await;
}

fn batch_key(n: usize) -> String {
    format!("b{n:06}")
}

fn site_key(n: usize) -> String {
    format!("g{n:06}")
}

fn gtin(n: usize) -> String {
    format!("0690123456{:04}", n % 50)
}

/// The newest are planned or grow, most of the others are sold.
fn state(n: usize) -> &'static str {
    match (BATCHES - n, n % 20) {
        (0..SITES, _) => "growing",
        (SITES..700, _) => "planned",
        (_, 0) => "harvested",
        (_, 1) => "tested",
        (_, 2) => "certified",
        (_, 3) => "packed",
        (_, 4) => "shipped",
        (_, 5) => "received",
        _ => "sold",
    }
}
