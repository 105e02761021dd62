//! `xueliang hold`: what must not be deleted, at a running hub.

use serde_json::Value;
use serde_json::json;
use xl_model::event::KindPattern;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;

use super::hub::Body;
use super::hub::Hub;
use super::hub::text;
use crate::config::Config;
use crate::console::address::with_query;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 列出留存 · list holds, the newest first
    List {
        /// 乡镇 · of this township
        #[arg(long)]
        township: Option<TownshipId>,
        /// 只列生效的 · only those in force
        #[arg(long)]
        in_force: bool,
        #[command(flatten)]
        hub: Hub,
    },
    /// 新增留存 · place a hold: nothing that it names is deleted from now on
    Place(Box<New>),
    /// 解除留存 · lift a hold
    Lift {
        /// 乡镇 · its township
        township: TownshipId,
        /// 留存编号 · its number
        number: u64,
        /// 解除事由 · why, 4 to 500 characters
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        hub: Hub,
    },
    /// 查看模块已删除或改写、因留存而保留的记录，每行一条 JSON · what modules deleted or replaced and holds keep, as JSON lines
    Records {
        /// 乡镇 · the township
        township: TownshipId,
        #[command(flatten)]
        hub: Hub,
    },
    /// 到期清理记录 · what retention removed, and what it left because of holds
    Runs {
        /// 乡镇 · of this township
        #[arg(long)]
        township: Option<TownshipId>,
        #[command(flatten)]
        hub: Hub,
    },
}

/// A hold to place.
#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// 乡镇 · the township
    township: TownshipId,
    /// 案件或文书编号 · number of the case or document
    #[arg(long)]
    document: String,
    /// 事由 · why, 4 to 500 characters
    #[arg(long)]
    reason: String,
    /// 摄像机，可多次 · only what is about this camera, may stand several times
    #[arg(long = "camera")]
    cameras: Vec<CameraId>,
    /// 事件类型，可多次 · only events of this kind, such as camera.*, may stand several times
    #[arg(long = "kind")]
    kinds: Vec<KindPattern>,
    /// 起始时间 · only from this time on, such as 2026-11-20T00:00:00+08:00
    #[arg(long)]
    from: Option<String>,
    /// 截止时间 · only before this time
    #[arg(long)]
    to: Option<String>,
    /// 留存至 · until this time; without it until somebody lifts it
    #[arg(long)]
    until: Option<String>,
    #[command(flatten)]
    hub: Hub,
}

/// Does it at the running hub.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { township, in_force, hub } => list(config, township.as_ref(), in_force, &hub),
        Command::Place(new) => place(config, &new),
        Command::Lift { township, number, reason, hub } => {
            let path = format!("holds/{township}/{number}/lift");
            hub.ask(config, &path, Body::Json(json!({"reason": reason})))?;
            println!("已解除 · lifted: {number}");
            Ok(())
        }
        Command::Records { township, hub } => {
            pages(config, &hub, &format!("holds/{township}/records"), "records", &[], |record| println!("{record}"))
        }
        Command::Runs { township, hub } => runs(config, township.as_ref(), &hub),
    }
}

fn place(config: &Config, new: &New) -> anyhow::Result<()> {
    let body = json!({
        "township": new.township, "document": new.document, "reason": new.reason, "cameras": new.cameras,
        "kinds": new.kinds, "from": new.from, "to": new.to, "until": new.until,
    });
    let hold = new.hub.ask(config, "holds", Body::Json(body))?;
    println!("已留存 · held: {}", number(&hold, "number"));
    Ok(())
}

fn list(config: &Config, township: Option<&TownshipId>, in_force: bool, hub: &Hub) -> anyhow::Result<()> {
    let in_force = if in_force { "true" } else { "false" };
    pages(
        config,
        hub,
        "holds",
        "holds",
        &[("township", township.map(TownshipId::as_str)), ("in_force", Some(in_force))],
        |hold| {
            let standing = match text(hold, "standing") {
                "in-force" => "生效 · in force",
                "ended" => "已到期 · ended",
                _ => "已解除 · lifted",
            };
            let (township, document, reason) = (text(hold, "township"), text(hold, "document"), text(hold, "reason"));
            let (number, scope) = (number(hold, "number"), scope(hold));
            println!("{number}\t{township}\t{standing}\t{scope}\t{document}\t{reason}");
        },
    )
}

fn runs(config: &Config, township: Option<&TownshipId>, hub: &Hub) -> anyhow::Result<()> {
    pages(config, hub, "retention/runs", "rows", &[("township", township.map(TownshipId::as_str))], |row| {
        let (run, time, township) = (number(row, "run"), text(row, "time"), text(row, "township"));
        let (rule, days, kind) = (text(row, "rule"), number(row, "days"), text(row, "kind"));
        let (events, pictures, held) = (number(row, "events"), number(row, "pictures"), number(row, "held"));
        println!("{run}\t{time}\t{township}\t{kind}\t{rule}\t{days}\t{events}\t{pictures}\t{held}");
    })
}

/// Follows the pages of a list.
fn pages(
    config: &Config,
    hub: &Hub,
    path: &str,
    list: &str,
    filter: &[(&str, Option<&str>)],
    print: impl Fn(&Value),
) -> anyhow::Result<()> {
    let mut before: Option<String> = None;
    loop {
        let query = filter.iter().copied().chain([("before", before.as_deref())]);
        let page = hub.get(config, &with_query(path, query.filter_map(|(name, value)| Some((name, value?)))))?;
        for row in page.get(list).and_then(Value::as_array).into_iter().flatten() {
            print(row);
        }
        before = page.get("next").and_then(Value::as_u64).map(|next| next.to_string());
        if before.is_none() {
            return Ok(());
        }
    }
}

/// What a hold names, in one column.
fn scope(hold: &Value) -> String {
    let all = ["cameras", "kinds"].into_iter().filter_map(|key| hold.get(key).and_then(Value::as_array)).flatten();
    let mut parts: Vec<&str> = all.filter_map(Value::as_str).collect();
    let range = format!("{} – {}", text(hold, "from"), text(hold, "to"));
    if range.len() > " – ".len() {
        parts.push(&range);
    }
    if parts.is_empty() { "全部 · everything".to_owned() } else { parts.join(" ") }
}

fn number(json: &Value, key: &str) -> u64 {
    json.get(key).and_then(Value::as_u64).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_says_what_it_names() {
        let hold = json!({"cameras": ["gate-1"], "kinds": ["camera.*"], "from": "2026-11-20T00:00:00Z", "to": null});
        assert_eq!(scope(&hold), "gate-1 camera.* 2026-11-20T00:00:00Z – ");
        assert_eq!(scope(&json!({"cameras": [], "kinds": []})), "全部 · everything");
    }
}
