//! `xueliang device`: registers devices; a password is shown this once.

use serde_json::json;
use xl_model::id::DeviceId;

use super::hub::Body;
use super::hub::Hub;
use super::hub::text;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 登记设备并给出一次性显示的密码 · register a device and show its password once
    Add {
        /// 设备号 · `{township}.{camera}`, such as 371122102.gh-1
        id: DeviceId,
        /// 摄像机名称 · name of the camera
        #[arg(long, required_unless_present = "bridge")]
        name: Option<String>,
        /// 安装位置的 12 位区划代码 · 12-digit division code of where it stands
        #[arg(long, required_unless_present = "bridge")]
        place: Option<String>,
        /// 法律类别 · public-security, other-public-place or non-public; nothing said counts as the first
        #[arg(long)]
        class: Option<String>,
        /// 调阅用途，可多次给出 · what it may be looked at for, several times; nothing said: for nothing
        #[arg(long = "purpose", value_name = "CODE")]
        purposes: Vec<String>,
        /// 标识设置日期，非公共场所可不填 · since when its sign hangs; not needed for a non-public place
        #[arg(long, value_name = "DAY")]
        signage_date: Option<String>,
        /// 这是网桥（企业内网的 `xueliang bridge`）而不是摄像机 · it is a bridge, not a camera
        #[arg(long, conflicts_with_all = ["name", "place", "class", "purposes", "signage_date"])]
        bridge: bool,
        #[command(flatten)]
        hub: Hub,
    },
    /// 换发密码 · give a device a new password
    Renew {
        /// 设备号 · the device
        id: DeviceId,
        #[command(flatten)]
        hub: Hub,
    },
    /// 停用设备并切断连接 · forbid a device and cut its connections
    Disable {
        /// 设备号 · the device
        id: DeviceId,
        #[command(flatten)]
        hub: Hub,
    },
    /// 启用设备 · let a device connect again
    Enable {
        /// 设备号 · the device
        id: DeviceId,
        #[command(flatten)]
        hub: Hub,
    },
}

/// Does it at the running hub.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Add { id, name, place, class, purposes, signage_date, bridge, hub } => {
            let new = json!({
                "township": id.township, "camera": id.camera, "name": name, "place": place, "class": class,
                "purposes": purposes, "signage_date": signage_date, "bridge": bridge,
            });
            let answer = hub.ask(config, "devices", Body::Json(new))?;
            credentials(&id, text(&answer, "password"));
            if bridge {
                println!("其后的摄像机 · cameras behind it: --attachment mapped --publisher bridge:{}", id.camera);
            }
        }
        Command::Renew { id, hub } => {
            let answer = hub.ask(config, &format!("devices/{id}/password"), Body::Json(json!({})))?;
            credentials(&id, text(&answer, "password"));
        }
        Command::Disable { id, hub } => {
            hub.ask(config, &format!("devices/{id}/disable"), Body::Json(json!({})))?;
            println!("已停用 · disabled: {id}");
        }
        Command::Enable { id, hub } => {
            hub.ask(config, &format!("devices/{id}/enable"), Body::Json(json!({})))?;
            println!("已启用 · enabled: {id}");
        }
    }
    Ok(())
}

fn credentials(id: &DeviceId, password: &str) {
    println!("用户名 · user name:  {id}");
    println!("密码 · password:     {password}");
    println!("主题 · topics:       xl/v1/{}/{}/…", id.township, id.camera);
    println!("密码只显示这一次 · the password is shown this once");
}
