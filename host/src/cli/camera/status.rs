//! `xueliang camera status`: where cameras stand now, as a table.

use serde_json::Value;
use xl_model::id::TownshipId;

use super::path;
use crate::cli::hub::Hub;
use crate::cli::hub::text;
use crate::config::Config;

/// Cameras of one request.
const PAGE: &str = "1000";

/// Which cameras.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Wanted {
    /// 乡镇 · of this township
    #[arg(long)]
    township: Option<TownshipId>,
    /// 状态 · at this level
    #[arg(long, value_parser = ["up", "auth-failed", "reachable", "down", "unknown", "maintenance"])]
    level: Option<String>,
    /// 名单 · on this list
    #[arg(long, value_parser = ["flapping", "wrong-clock", "auth-failed", "no-cadence"])]
    list: Option<String>,
    #[command(flatten)]
    hub: Hub,
}

/// Prints the cameras, then the online rate of all that are printed or left out by level and list.
pub(super) fn show(config: &Config, wanted: &Wanted) -> anyhow::Result<()> {
    let township = wanted.township.as_ref().map(TownshipId::as_str);
    println!("{}", row("摄像机 · camera", "状态 · level", "原因 · reason", "自 · since"));
    let mut after: Option<String> = None;
    loop {
        let query = [
            ("township", township),
            ("level", wanted.level.as_deref()),
            ("list", wanted.list.as_deref()),
            ("after", after.as_deref()),
            ("limit", Some(PAGE)),
        ];
        let query = query.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let page = wanted.hub.get(config, &path("status/cameras", query))?;
        for camera in page.get("cameras").and_then(Value::as_array).into_iter().flatten() {
            let key = format!("{}/{}", text(camera, "township"), text(camera, "camera"));
            let level = level(text(camera, "level"));
            println!("{}", row(&key, &level, text(camera, "reason"), text(camera, "since")));
        }
        after = page.get("next").and_then(Value::as_str).map(str::to_owned);
        if after.is_none() {
            break;
        }
    }
    let rate = wanted.hub.get(config, &path("online-rate", township.map(|it| ("place", it)).into_iter().collect()))?;
    let now = |name: &str, part: &str| rate.pointer(&format!("/now/{name}/{part}")).cloned().unwrap_or_default();
    let percent = |name: &str| now(name, "percent").as_f64().map_or("–".to_owned(), |it| format!("{it:.2} %"));
    let (num, den) = (now("online", "num"), now("online", "den"));
    println!("在线率 · online {} ({num}/{den}), 不计入 · not counted {}", percent("online"), percent("excluded"));
    Ok(())
}

/// A level in both languages.
fn level(word: &str) -> String {
    let zh = match word {
        "up" => "在线",
        "auth-failed" => "认证失败",
        "reachable" => "可达",
        "down" => "离线",
        "maintenance" => "检修",
        _ => "未知",
    };
    format!("{zh} · {word}")
}

/// A line of the table; a Chinese character is two columns wide.
fn row(camera: &str, level: &str, reason: &str, since: &str) -> String {
    let padded = |text: &str, width: usize| {
        let used: usize = text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum();
        format!("{text}{}", " ".repeat(width.saturating_sub(used)))
    };
    format!("{}  {}  {}  {since}", padded(camera, 28), padded(level, 22), padded(reason, 16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_in_both_languages() {
        let lines = [row("摄像机 · camera", "状态 · level", "x", "y"), row("371122102/gh-1", &level("up"), "x", "y")];
        let column = |line: &str| -> usize {
            let before = line.split_once('x').unwrap().0;
            before.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
        };
        assert_eq!(column(&lines[0]), column(&lines[1]));
        assert!(lines[1].contains("在线 · up"));
    }
}
