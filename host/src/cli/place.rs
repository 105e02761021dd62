//! `xueliang place`: the places of the county at a running hub.

use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::Value;
use xl_model::day::Day;
use xl_model::place::code::PlaceCode;

use super::hub::Body;
use super::hub::Hub;
use super::hub::text;
use super::report;
use crate::config::Config;
use crate::console::address::with_query;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 从表格导入村（社区）或修改区划（先全表检查，一处有错则全不导入）· enter and change places from a table, all or nothing
    Import {
        /// CSV 文件 · the table, as Excel writes it; see config/places
        file: PathBuf,
        /// 只检查 · only say what would happen
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        hub: Hub,
    },
    /// 列出区划 · list the places below one, or those with a name
    List {
        /// 上级代码 · the place that they are a part of; the county by default
        above: Option<PlaceCode>,
        /// 名称、拼音或代码 · a part of a name, or the first digits of a code, at any depth
        #[arg(long)]
        text: Option<String>,
        /// 日期 · on this day, such as 2018-08-29; today by default
        #[arg(long)]
        on: Option<Day>,
        #[command(flatten)]
        hub: Hub,
    },
    /// 显示一个区划及其沿革 · show a place with its whole life
    Show {
        /// 区划代码 · its code
        code: PlaceCode,
        /// 日期 · on this day; today by default
        #[arg(long)]
        on: Option<Day>,
        #[command(flatten)]
        hub: Hub,
    },
}

/// Does it at the running hub.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Import { file, dry_run, hub } => import(config, &file, dry_run, &hub),
        Command::List { above, text, on, hub } => list(config, above, text, on, &hub),
        Command::Show { code, on, hub } => show(config, &code, on, &hub),
    }
}

fn import(config: &Config, file: &Path, dry_run: bool, hub: &Hub) -> anyhow::Result<()> {
    let table = std::fs::read(file).with_context(|| format!("读不到文件 · `{}` not read", file.display()))?;
    // First the dry run: it lists every fault, where a refusal names the first ones only.
    let found = hub.ask(config, "places/import?dry_run=true", Body::Table(table.clone()))?;
    report::faults(&found)?;
    let found = if dry_run { found } else { hub.ask(config, "places/import", Body::Table(table))? };
    report::counts(&found, dry_run);
    Ok(())
}

fn list(
    config: &Config,
    above: Option<PlaceCode>,
    wanted: Option<String>,
    on: Option<Day>,
    hub: &Hub,
) -> anyhow::Result<()> {
    let county = || config.places.county.parse::<PlaceCode>().ok();
    let above = above.or_else(|| county().filter(|_| wanted.is_none())).map(|code| code.to_string());
    let on = on.map(|day| day.to_string());
    let mut after: Option<String> = None;
    loop {
        let query = [("above", &above), ("text", &wanted), ("on", &on), ("after", &after)];
        let query = query.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let page = hub.get(config, &with_query("places", query))?;
        for place in page.get("places").and_then(Value::as_array).into_iter().flatten() {
            let below = place.get("below").and_then(Value::as_u64).unwrap_or_default();
            println!("{}\t{}\t{}\t{below}", text(place, "code"), name(place, "zh"), name(place, "en"));
        }
        after = page.get("next").and_then(Value::as_str).map(str::to_owned);
        if after.is_none() {
            return Ok(());
        }
    }
}

fn show(config: &Config, code: &PlaceCode, on: Option<Day>, hub: &Hub) -> anyhow::Result<()> {
    let on = on.map(|day| day.to_string());
    let query = on.as_deref().map(|day| ("on", day));
    let place = hub.get(config, &with_query(&format!("places/{code}"), query))?;
    println!("{}\t{}\t{}", text(&place, "code"), name(&place, "zh"), name(&place, "en"));
    let standing = match text(&place, "standing") {
        "valid" => "有效 · valid",
        "later" => "尚未生效 · not valid yet",
        _ => "已终止 · ended",
    };
    println!("{standing}");
    if text(&place, "now") != text(&place, "code") {
        println!("后继 · successor: {}", text(&place, "now"));
    }
    for period in place.get("periods").and_then(Value::as_array).into_iter().flatten() {
        println!("  {} – {}\t{}", text(period, "from"), text(period, "to"), name(period, "zh"));
    }
    Ok(())
}

fn name<'a>(place: &'a Value, language: &str) -> &'a str {
    place.get("name").map_or("", |name| text(name, language))
}
