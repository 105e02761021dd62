//! The key figures of a township, as the hub adds them up and as its case engine counts.

use serde_json::Value;
use simulated_county::say::Say;

use crate::cast::Cast;
use crate::cast::day_ago;
use crate::desk::At;
use crate::desk::Desk;
use crate::modules::CITY;
use crate::modules::POVERTY_RELIEF;
use crate::modules::PRODUCE_TRACE;
use crate::modules::SANITATION;

/// The page of each module that shows figures now; those of `/kpis` come with its schedule.
const PAGES: [(&str, &str); 4] =
    [(PRODUCE_TRACE, "home"), (CITY, "evaluation"), (SANITATION, "figures"), (POVERTY_RELIEF, "kpis")];

/// Tells them.
///
/// # Errors
/// When the hub refuses.
pub async fn tell(cast: &Cast, say: &Say) -> anyhow::Result<()> {
    say.line(&format!("▸ {} 的指标（数值、分子、分母）", cast.township), "key figures: value, numerator, denominator");
    cases(cast, say).await?;
    let kpis: Value = cast.head.read(&format!("kpis?place={}", cast.township)).await?;
    for kpi in kpis["kpis"].as_array().into_iter().flatten() {
        let value = kpi["value"].as_str().unwrap_or("无数据 · no data");
        row(say, kpi["plugin"].as_str().unwrap_or_default(), &kpi["name"], value, kpi);
    }
    for (plugin, page) in PAGES {
        let desk = Desk::new(cast, &cast.head, plugin);
        let (zh, en) = (desk.page(At(page, &[("lang", "zh")])).await?, desk.page(At(page, &[("lang", "en")])).await?);
        for (zh, en) in shown(&zh).into_iter().zip(shown(&en)) {
            say.line(&format!("  {plugin:<15} {} {}", zh.0, zh.1), &en.0);
        }
    }
    say.line("  其余指标由模块按各自的时间表上报（每小时或每晚）", "the rest is reported by each module's schedule");
    Ok(())
}

/// Counts of this month's cases.
async fn cases(cast: &Cast, say: &Say) -> anyhow::Result<()> {
    let from = day_ago(0).format("%Y-%m-01T00:00:00Z");
    // Tomorrow: limits that end later are not due yet.
    let to = day_ago(0).succ_opt().unwrap_or_default().format("%Y-%m-%dT00:00:00Z");
    let figures: Value = cast.head.read(&format!("cases/figures?from={from}&to={to}&place={}", cast.township)).await?;
    for row in figures["rows"].as_array().into_iter().flatten() {
        for (zh, en, name) in [
            ("上报", "reported", "reported"),
            ("立案", "filed", "filed"),
            ("应结案", "due", "due"),
            ("结案", "closed", "closed"),
            ("返工", "reworked", "reworked"),
            ("超期未处置", "overdue and open", "overdue_open"),
        ] {
            say.line(&format!("  {:<15} {zh} {}", "cases", row[name]), en);
        }
    }
    Ok(())
}

fn row(say: &Say, plugin: &str, name: &Value, value: &str, sum: &Value) {
    let (zh, en) = (name["zh"].as_str().unwrap_or_default(), name["en"].as_str().unwrap_or_default());
    say.line(&format!("  {plugin:<15} {zh} {value} ({} / {})", sum["numerator"], sum["denominator"]), en);
}

/// Labels and values of the figures on a page, those of its first group of quotients only: the rest is other periods.
fn shown(page: &Value) -> Vec<(String, String)> {
    let blocks = page["blocks"].as_array().into_iter().flatten();
    let groups = blocks.filter(|block| matches!(block["block"].as_str(), Some("stat" | "kpi")));
    let mut shown = Vec::new();
    let mut has_quotients = false;
    for group in groups {
        let is_quotients = group["block"] == "kpi";
        if is_quotients && has_quotients {
            break;
        }
        has_quotients |= is_quotients;
        shown.extend(group["items"].as_array().into_iter().flatten().map(item));
    }
    shown
}

fn item(item: &Value) -> (String, String) {
    let label = item["label"].as_str().unwrap_or_default().to_owned();
    let value = match item.get("value") {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None if item["as"] == "count" => item["numerator"].to_string(),
        None => format!("{} / {}", item["numerator"], item["denominator"]),
    };
    (label, value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn of_a_page_with_two_periods_the_first_is_told() {
        let kpi = |numerator: u32| json!({"block": "kpi", "items": [{"label": "x", "numerator": numerator, "denominator": 4, "as": "percent"}]});
        let stat = json!({"block": "stat", "items": [{"label": "y", "value": "7"}]});
        let page = json!({"title": "", "blocks": [stat, {"block": "heading", "text": "z"}, kpi(1), kpi(2)]});
        let pairs = [("y", "7"), ("x", "1 / 4")].map(|(label, value)| (label.to_owned(), value.to_owned()));
        assert_eq!(shown(&page), pairs);
        let count = json!({"label": "n", "numerator": 3, "denominator": 1, "as": "count"});
        assert_eq!(item(&count), ("n".to_owned(), "3".to_owned()));
    }
}
