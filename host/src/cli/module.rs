//! `xueliang module`: modules of townships at a running hub. What fails in one township does not stop the others.

use std::fs;

use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use serde_json::json;
use xl_model::day::Day;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;

use super::hub::Body;
use super::hub::Hub;
use super::hub::text;
use super::plugin;
use crate::config::Config;
use crate::console::address::with_query;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 列出模块 · list modules, with what they were granted and what waits for an approval
    List {
        /// 只列这些乡镇 · only of these townships
        #[arg(long = "township", value_name = "TOWNSHIP")]
        townships: Vec<TownshipId>,
        #[command(flatten)]
        hub: Hub,
    },
    /// 在一个或多个乡镇启用（已启用则升级或更改）· enable in one township or many; where it is enabled, upgrade or change it
    Enable {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        build: Build,
        #[command(flatten)]
        given: Given,
        #[command(flatten)]
        hub: Hub,
    },
    /// 升级；若申请更多权限则等待批准 · move to another build, or let it wait when it asks for more
    Upgrade {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        build: Build,
        #[command(flatten)]
        given: Given,
        #[command(flatten)]
        hub: Hub,
    },
    /// 批准等待中的升级 · approve the upgrade that waits
    Approve {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        given: Given,
        #[command(flatten)]
        hub: Hub,
    },
    /// 拒绝等待中的升级 · refuse the upgrade that waits
    Refuse {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        hub: Hub,
    },
    /// 回退到上一版本 · move back to the build before the last upgrade
    Rollback {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        hub: Hub,
    },
    /// 停用（数据保留）· switch off; cursor and records stay
    Disable {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        hub: Hub,
    },
    /// 恢复运行（已停用的须有权编辑模块）· start again; one that was switched off by who may edit modules
    Resume {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        hub: Hub,
    },
    /// 每日用量：事件、图片、CPU、存储 · what it used, day by day
    Usage {
        #[command(flatten)]
        place: Place,
        /// 起始日 · from this day on; thirty days ago by default
        #[arg(long)]
        from: Option<Day>,
        /// 截止日 · up to this day; today by default
        #[arg(long)]
        to: Option<Day>,
        #[command(flatten)]
        hub: Hub,
    },
}

/// Which modules.
#[derive(Debug, clap::Args)]
pub(super) struct Place {
    /// 插件号 · id of the plugin
    plugin: PluginId,
    /// 乡镇代码，可多次 · township, nine digits; may stand several times
    #[arg(long = "township", value_name = "TOWNSHIP", required = true)]
    townships: Vec<TownshipId>,
}

/// Which build.
#[derive(Debug, clap::Args)]
pub(super) struct Build {
    /// 版本，默认最高的已安装版本 · this version; the highest that is installed by default
    #[arg(long, conflicts_with = "digest")]
    version: Option<String>,
    /// 摘要 · this very build
    #[arg(long, value_name = "SHA-256")]
    digest: Option<String>,
}

/// What comes with it.
#[derive(Debug, clap::Args)]
pub(super) struct Given {
    /// 设置：JSON 或文件（.toml、.json）· settings as JSON, or a file with them; those that hold by default
    #[arg(long, value_name = "JSON|FILE")]
    settings: Option<String>,
    /// 授权：JSON 或文件（.toml、.json）· grants as JSON, or a file with them; those that hold by default
    #[arg(long, value_name = "JSON|FILE")]
    grants: Option<String>,
}

/// Does it at the running hub.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { townships, hub } => list(config, &townships, &hub),
        Command::Enable { place, build, given, hub } => enable(config, &place, build, &given, &hub),
        Command::Upgrade { place, build, given, hub } => {
            let body = body(json!({"version": build.version, "digest": build.digest}), &given)?;
            each(&place, |key| upgrade(config, &hub, key, &body))
        }
        Command::Approve { place, given, hub } => each(&place, |key| {
            let waiting = waiting(config, &hub, key)?;
            say_more(key, &waiting);
            let body = body(json!({"digest": text(&waiting, "digest")}), &given)?;
            hub.ask(config, &format!("modules/{key}/approve"), Body::Json(body))?;
            println!("{key}\t已批准并升级 · approved and upgraded to {}", text(&waiting, "version"));
            Ok(())
        }),
        Command::Refuse { place, hub } => each(&place, |key| {
            let waiting = waiting(config, &hub, key)?;
            let body = json!({"digest": text(&waiting, "digest")});
            hub.ask(config, &format!("modules/{key}/refuse"), Body::Json(body))?;
            println!("{key}\t已拒绝 · refused: {}", text(&waiting, "version"));
            Ok(())
        }),
        Command::Rollback { place, hub } => each(&place, |key| {
            let module = hub.ask(config, &format!("modules/{key}/rollback"), Body::Json(json!({})))?;
            println!("{key}\t已回退 · rolled back to {}", text(&module, "version"));
            Ok(())
        }),
        Command::Disable { place, hub } => each(&place, |key| {
            hub.ask(config, &format!("modules/{key}/disable"), Body::Json(json!({})))?;
            println!("{key}\t已停用 · disabled");
            Ok(())
        }),
        Command::Resume { place, hub } => each(&place, |key| {
            hub.ask(config, &format!("modules/{key}/resume"), Body::Json(json!({})))?;
            println!("{key}\t运行中 · running");
            Ok(())
        }),
        Command::Usage { place, from, to, hub } => {
            println!("乡镇 township\t日 day\t事件 events\t发布 published\t图片 pictures\tCPU ms\t存储 bytes");
            each(&place, |key| usage(config, &hub, key, from, to))
        }
    }
}

fn list(config: &Config, townships: &[TownshipId], hub: &Hub) -> anyhow::Result<()> {
    let modules = hub.get(config, "modules")?;
    let is_wanted =
        |module: &&Value| townships.is_empty() || townships.iter().any(|it| it.as_str() == text(module, "township"));
    for module in modules.as_array().into_iter().flatten().filter(is_wanted) {
        let (township, plugin) = (text(module, "township"), text(module, "plugin"));
        let publisher = Some(text(module, "publisher")).filter(|it| !it.is_empty()).unwrap_or("-");
        println!("{township}\t{plugin}\t{}\t{}\t{publisher}", text(module, "version"), text(module, "state"));
        println!("  {}", granted(module));
        if let Some(failure) = module.get("last_failure").filter(|it| it.is_object()) {
            println!("  {} {}", text(failure, "code"), text(failure, "detail"));
        }
        if let Some(waiting) = module.get("waiting").filter(|it| it.is_object()) {
            say_more(format!("  {township}/{plugin}"), waiting);
        }
    }
    Ok(())
}

fn enable(config: &Config, place: &Place, build: Build, given: &Given, hub: &Hub) -> anyhow::Result<()> {
    let wanted = json!({
        "plugin": place.plugin,
        "townships": place.townships,
        "version": build.version,
        "digest": build.digest,
    });
    let all = hub.ask(config, "modules/many", Body::Json(body(wanted, given)?))?;
    let (mut failed, mut has_asked) = (0, false);
    for came in all.as_array().into_iter().flatten() {
        let key = format!("{}/{}", text(came, "township"), place.plugin);
        let outcome = text(came, "outcome");
        if outcome == "failed" {
            failed += 1;
            println!("{key}\t失败 · failed: {} {}", text(came, "code"), text(came, "detail"));
            continue;
        }
        let module = hub.get(config, &format!("modules/{key}"))?;
        let build = module.get("waiting").filter(|_| outcome == "waiting").unwrap_or(&module);
        // One build for all townships.
        if !std::mem::replace(&mut has_asked, true) {
            say_asks(&hub.get(config, "plugins")?, text(build, "digest"))?;
        }
        match outcome {
            "waiting" => println!("{key}\t申请更多权限，等待批准 · asks for more and waits: xueliang module approve"),
            outcome => println!("{key}\t{} · {outcome}", chinese(outcome)),
        }
        println!("  {}", granted(&module));
    }
    finished(failed)
}

/// What an installed build asks for and why.
fn say_asks(plugins: &Value, digest: &str) -> anyhow::Result<()> {
    let build = plugins.as_array().into_iter().flatten().find(|build| text(build, "digest") == digest);
    if let Some(manifest) = build.and_then(|build| build.get("manifest")) {
        plugin::say_asks(&serde_json::from_value(manifest.clone())?);
    }
    Ok(())
}

/// What a module was granted, in one line.
fn granted(module: &Value) -> String {
    let grants = module.get("grants").and_then(Value::as_object).into_iter().flatten();
    let named = grants.map(|(name, value)| match value {
        Value::String(text) => format!("{name}={text}"),
        value => format!("{name}={value}"),
    });
    format!("已授权 · granted: {}", named.collect::<Vec<_>>().join(" "))
}

fn chinese(outcome: &str) -> &'static str {
    match outcome {
        "enabled" => "已启用",
        "upgraded" => "已升级",
        "changed" => "已更改",
        _ => "未变",
    }
}

fn upgrade(config: &Config, hub: &Hub, key: &ModuleKey, body: &Value) -> anyhow::Result<()> {
    let answer = hub.ask(config, &format!("modules/{key}/upgrade"), Body::Json(body.clone()))?;
    if answer.get("more").is_some() {
        say_more(key, &answer);
        return Ok(());
    }
    let number = |name: &str| answer.get(name).and_then(Value::as_u64).unwrap_or_default();
    let (events, differing) = (number("events"), number("differing_batches"));
    println!(
        "{key}\t已升级 · upgraded; 自测事件 · events tried: {events}, 有差异批次 · differing batches: {differing}"
    );
    Ok(())
}

fn waiting(config: &Config, hub: &Hub, key: &ModuleKey) -> anyhow::Result<Value> {
    let module = hub.get(config, &format!("modules/{key}"))?;
    match module.get("waiting").filter(|waiting| waiting.is_object()) {
        Some(waiting) => Ok(waiting.clone()),
        None => bail!("XL0632 没有等待批准的升级 · no upgrade waits for an approval"),
    }
}

/// What an upgrade that waits asks for, in both languages.
fn say_more(key: impl std::fmt::Display, waiting: &Value) {
    println!("{key}\t等待批准 · waits for an approval: {} ({})", text(waiting, "version"), text(waiting, "asked_by"));
    for more in waiting.get("more").and_then(Value::as_array).into_iter().flatten() {
        println!("    + {} · {}", text(more, "zh"), text(more, "en"));
    }
}

fn usage(config: &Config, hub: &Hub, key: &ModuleKey, from: Option<Day>, to: Option<Day>) -> anyhow::Result<()> {
    let (from, to) = (from.map(|day| day.to_string()), to.map(|day| day.to_string()));
    let query = [("from", &from), ("to", &to)];
    let query = query.into_iter().filter_map(|(name, day)| Some((name, day.as_deref()?)));
    let days = hub.get(config, &with_query(&format!("modules/{key}/usage"), query))?;
    for day in days.as_array().into_iter().flatten() {
        let numbers = ["events", "published", "pictures", "cpu_ms", "stored_bytes"]
            .map(|name| day.get(name).and_then(Value::as_u64).unwrap_or_default().to_string());
        println!("{}\t{}\t{}", key.township, text(day, "day"), numbers.join("\t"));
    }
    Ok(())
}

/// Does something in each township, and fails at the end when one of them failed.
fn each(place: &Place, mut act: impl FnMut(&ModuleKey) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut failed = 0;
    for township in &place.townships {
        let key = ModuleKey { township: township.clone(), plugin: place.plugin.clone() };
        if let Err(error) = act(&key) {
            failed += 1;
            println!("{key}\t失败 · failed: {error:#}");
        }
    }
    finished(failed)
}

fn finished(failed: usize) -> anyhow::Result<()> {
    match failed {
        0 => Ok(()),
        failed => bail!("{failed} 个乡镇未完成 · not done in so many townships"),
    }
}

/// A body with the settings and grants that were given; what was not given is left out.
fn body(mut body: Value, given: &Given) -> anyhow::Result<Value> {
    if let Value::Object(fields) = &mut body {
        fields.retain(|_, value| !value.is_null());
        for (name, said) in [("settings", &given.settings), ("grants", &given.grants)] {
            if let Some(said) = said {
                fields.insert(name.to_owned(), object(said)?);
            }
        }
    }
    Ok(body)
}

/// JSON as it was typed, or what a file holds: TOML by its name, else JSON.
fn object(said: &str) -> anyhow::Result<Value> {
    if said.trim_start().starts_with('{') {
        return serde_json::from_str(said).with_context(|| format!("不是 JSON · not JSON: {said}"));
    }
    let text = fs::read_to_string(said).with_context(|| format!("读不到文件 · `{said}` not read"))?;
    if said.ends_with(".toml") {
        return toml::from_str(&text).with_context(|| format!("不是 TOML · `{said}` is not TOML"));
    }
    serde_json::from_str(&text).with_context(|| format!("不是 JSON · `{said}` is not JSON"))
}
