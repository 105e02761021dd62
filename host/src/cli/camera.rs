//! `xueliang camera`: the register of cameras at a running hub. Passwords come from files, never from the command line.

mod classes;
mod onvif;
mod status;

use std::io::Read as _;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::Value;
use serde_json::json;
use xl_model::camera::CameraKey;
use xl_model::id::TownshipId;

use super::hub::Body;
use super::hub::Hub;
use super::hub::text;
use super::report;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 登记一台摄像机 · register one camera
    Add(Box<New>),
    /// 从表格登记和修改（先全表检查，一处有错则全不导入）· register and change cameras from a table, all or nothing
    Import {
        /// CSV 文件 · the table, as Excel writes it
        file: PathBuf,
        /// 只检查 · only say what would happen
        #[arg(long)]
        dry_run: bool,
        /// 更改已确认类别的理由 · why classes become others where a person has said them
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        hub: Hub,
    },
    /// 导出表格 · write cameras as a table
    Export {
        #[command(flatten)]
        wanted: Wanted,
        /// 输出文件 · where the table goes; standard output by default
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        #[command(flatten)]
        hub: Hub,
    },
    /// 列出摄像机 · list cameras
    List {
        #[command(flatten)]
        wanted: Wanted,
        #[command(flatten)]
        hub: Hub,
    },
    /// 摄像机在线状态 · where cameras stand now
    Status(status::Wanted),
    /// 更改法律类别；已确认的类别须由第二人同意 · change legal classes; one that a person has said needs a second person
    #[command(subcommand)]
    Class(classes::Command),
    /// 设置连接摄像机的密码 · set the password that the hub signs in to a camera with
    Password {
        /// 摄像机 · `{township}/{camera}`
        camera: CameraKey,
        /// 密码文件，`-` 为标准输入 · file with the password, `-` for standard input
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
        #[command(flatten)]
        hub: Hub,
    },
    /// 逐阶段探测：连接、时钟、登录、服务、码流、抓图、事件 · ask a camera stage by stage
    Probe(onvif::Probe),
    /// 搜索摄像机（只列出，不登记）· search for cameras; registers none
    Discover(onvif::Discover),
    /// 移除摄像机（事件与图片保留）· remove a camera; its events and pictures stay
    Remove {
        /// 摄像机 · `{township}/{camera}`
        camera: CameraKey,
        #[command(flatten)]
        hub: Hub,
    },
}

/// A camera to register.
#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// 摄像机 · `{township}/{camera}`, such as 371122102/gh-1
    camera: CameraKey,
    /// 名称 · its name
    #[arg(long)]
    name: String,
    /// 安装位置的 12 位区划代码 · 12-digit division code of where it stands
    #[arg(long)]
    place: String,
    /// 所属单位 · name of its owner
    #[arg(long)]
    owner: Option<String>,
    /// 单位类型 · enterprise or public-unit
    #[arg(long)]
    owner_kind: Option<String>,
    /// 法律类别 · public-security, other-public-place or non-public; the strictest by default, until a person says it
    #[arg(long)]
    class: Option<String>,
    /// 用途，可多次 · what it may be looked at for, may stand several times
    #[arg(long = "purpose")]
    purposes: Vec<String>,
    /// 接入方式 · mqtt, onvif, mapped or none
    #[arg(long)]
    attachment: Option<String>,
    /// 主机（ONVIF）· its name or IP address
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// 端口（ONVIF）· port of its device service
    #[arg(long)]
    port: Option<u16>,
    /// 用户名（ONVIF）· the user that the hub signs in as
    #[arg(long)]
    user: Option<String>,
    /// 密码文件，`-` 为标准输入 · file with the password, `-` for standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// 发布者（映射）· who publishes for it
    #[arg(long)]
    publisher: Option<String>,
    /// 标识设置日期，接入公共场所摄像机前必填 · since when its sign hangs: needed before a public camera is attached
    #[arg(long, value_name = "DAY")]
    signage_date: Option<String>,
    /// 图片保存天数 · how long its pictures shall be kept
    #[arg(long)]
    retention_days: Option<u16>,
    /// 心跳间隔秒 · how often it promises a sign of life
    #[arg(long)]
    heartbeat_s: Option<u16>,
    #[command(flatten)]
    hub: Hub,
}

/// Which cameras.
#[derive(Debug, clap::Args)]
pub(super) struct Wanted {
    /// 乡镇 · of this township
    #[arg(long)]
    township: Option<TownshipId>,
    /// 位置代码前缀 · the first digits of their place
    #[arg(long)]
    place: Option<String>,
    /// 法律类别 · of this legal class
    #[arg(long)]
    class: Option<String>,
    /// 接入方式 · attached in this way
    #[arg(long)]
    attachment: Option<String>,
    /// 编号、名称或单位中的文字 · a part of id, name or owner
    #[arg(long)]
    text: Option<String>,
}

/// Does it at the running hub.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add(new) => add(config, *new),
        Command::Import { file, dry_run, reason, hub } => import(config, &file, dry_run, reason.as_deref(), &hub),
        Command::Class(command) => classes::execute(config, command),
        Command::Export { wanted, out, hub } => {
            let table = hub.bytes(config, &path("cameras/export", wanted.query(None)))?;
            match out {
                Some(out) => {
                    std::fs::write(&out, table).with_context(|| format!("写不了文件 · `{}` not written", out.display()))
                }
                None => std::io::stdout().write_all(&table).context("写不到标准输出 · standard output is closed"),
            }
        }
        Command::List { wanted, hub } => list(config, &wanted, &hub),
        Command::Status(wanted) => status::show(config, &wanted),
        Command::Password { camera, password_file, hub } => {
            set_password(config, &hub, &camera, &password_file)?;
            println!("已设置 · set: {camera}");
            Ok(())
        }
        Command::Probe(probe) => onvif::probe(config, probe),
        Command::Discover(discover) => onvif::discover(config, discover),
        Command::Remove { camera, hub } => {
            hub.delete(config, &format!("cameras/{camera}"))?;
            println!("已移除，事件与图片保留 · removed, its events and pictures stay: {camera}");
            Ok(())
        }
    }
}

fn add(config: &Config, new: New) -> anyhow::Result<()> {
    let camera = new.camera;
    let body = json!({
        "township": camera.township,
        "camera": camera.camera,
        "name": new.name,
        "place": new.place,
        "owner": {"kind": new.owner_kind, "name": new.owner},
        "class": new.class,
        "purposes": new.purposes,
        "attachment": {
            "kind": new.attachment, "host": new.host, "port": new.port, "user": new.user, "publisher": new.publisher,
        },
        "signage": {"date": new.signage_date},
        "retention_days": new.retention_days,
        "heartbeat_s": new.heartbeat_s,
    });
    let answer = new.hub.ask(config, "cameras", Body::Json(body))?;
    println!("已登记 · registered: {camera}");
    if ["unknown", "later", "ended"].contains(&text(&answer, "place_standing")) {
        let place = text(&answer, "place");
        println!("注意：{place} 不是当前有效的区划代码 · note: {place} is no valid place today");
    }
    if answer.get("class_confirmed") == Some(&Value::Bool(false)) {
        let class = text(&answer, "class");
        println!("法律类别待确认 · its class waits for a person: {class}");
    }
    match new.password_file {
        Some(file) => set_password(config, &new.hub, &camera, &file),
        None => Ok(()),
    }
}

fn set_password(config: &Config, hub: &Hub, camera: &CameraKey, file: &Path) -> anyhow::Result<()> {
    let body = json!({"password": password(file)?});
    hub.put(config, &format!("cameras/{camera}/credentials"), body)
}

/// A password from its file, `-` for standard input.
fn password(file: &Path) -> anyhow::Result<String> {
    let mut password = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut password)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut password))
    };
    read.with_context(|| format!("读不到密码 · password not read from `{}`", file.display()))?;
    Ok(password.trim_end_matches(['\r', '\n']).to_owned())
}

fn import(config: &Config, file: &Path, dry_run: bool, reason: Option<&str>, hub: &Hub) -> anyhow::Result<()> {
    let table = std::fs::read(file).with_context(|| format!("读不到文件 · `{}` not read", file.display()))?;
    // First the dry run: it lists every fault, where a refusal names the first ones only.
    let to = |dry_run| {
        let reason = reason.map(|reason| ("reason", reason));
        path("cameras/import", std::iter::once(("dry_run", dry_run)).chain(reason).collect())
    };
    let report = hub.ask(config, &to("true"), Body::Table(table.clone()))?;
    report::faults(&report)?;
    let report = if dry_run { report } else { hub.ask(config, &to("false"), Body::Table(table))? };
    report::counts(&report, dry_run);
    Ok(())
}

fn list(config: &Config, wanted: &Wanted, hub: &Hub) -> anyhow::Result<()> {
    let mut after: Option<String> = None;
    loop {
        let page = hub.get(config, &path("cameras", wanted.query(after.as_deref())))?;
        for camera in page.get("cameras").and_then(Value::as_array).into_iter().flatten() {
            let key = format!("{}/{}", text(camera, "township"), text(camera, "camera"));
            let attachment = camera.get("attachment").map_or("", |attachment| text(attachment, "kind"));
            let (place, class, name) = (text(camera, "place"), text(camera, "class"), text(camera, "name"));
            println!("{key}\t{place}\t{class}\t{attachment}\t{name}");
        }
        after = page.get("next").and_then(Value::as_str).map(str::to_owned);
        if after.is_none() {
            return Ok(());
        }
    }
}

impl Wanted {
    fn query<'a>(&'a self, after: Option<&'a str>) -> Vec<(&'static str, &'a str)> {
        let all = [
            ("township", self.township.as_ref().map(TownshipId::as_str)),
            ("place", self.place.as_deref()),
            ("class", self.class.as_deref()),
            ("attachment", self.attachment.as_deref()),
            ("text", self.text.as_deref()),
            ("after", after),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

fn path(path: &str, query: Vec<(&str, &str)>) -> String {
    crate::console::address::with_query(path, query)
}
