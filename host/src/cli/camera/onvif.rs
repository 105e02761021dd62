//! `xueliang camera probe` and `discover`: what a camera answers stage by stage, and which cameras there are.

use std::path::PathBuf;

use anyhow::bail;
use serde_json::Value;
use serde_json::json;
use xl_model::camera::CameraKey;

use super::password;
use crate::cli::hub::Body;
use crate::cli::hub::Hub;
use crate::cli::hub::text;
use crate::config::Config;

/// Which camera to probe.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Probe {
    /// 已登记的摄像机 `{township}/{camera}`，或未登记的主机 · a registered camera, or a host
    camera: String,
    /// 端口（未登记的主机）· port, of a host
    #[arg(long, default_value_t = 80)]
    port: u16,
    /// ONVIF 用户（未登记的主机）· ONVIF user, of a host
    #[arg(long)]
    user: Option<String>,
    /// 密码文件，`-` 为标准输入（未登记的主机）· file with the password, of a host; `-` for standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    hub: Hub,
}

/// Where to search.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Discover {
    /// 组播 · by multicast
    #[arg(long)]
    multicast: bool,
    /// 网段，可多次 · ranges to ask address by address, may stand several times
    #[arg(long = "cidr", value_name = "CIDR")]
    cidrs: Vec<String>,
    /// 端口，可多次 · ports to ask in ranges; 3702 by default
    #[arg(long = "port")]
    ports: Vec<u16>,
    #[command(flatten)]
    hub: Hub,
}

/// Prints each stage; fails when one does not work.
pub(super) fn probe(config: &Config, probe: Probe) -> anyhow::Result<()> {
    let Probe { camera, port, user, password_file, hub } = probe;
    let answer = match camera.parse::<CameraKey>() {
        Ok(key) => hub.ask(config, &format!("cameras/{key}/probe"), Body::Json(json!({})))?,
        Err(_) => {
            let password = password_file.as_deref().map(password).transpose()?;
            let body = json!({"host": camera, "port": port, "user": user, "password": password});
            hub.ask(config, "probe", Body::Json(body))?
        }
    };
    let stages = answer.get("stages").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut failed = 0;
    for stage in &stages {
        let ms = stage.get("duration_ms").and_then(Value::as_u64).unwrap_or_default();
        let (name, detail) = (text(stage, "name"), text(stage, "detail"));
        if stage.get("ok") == Some(&Value::Bool(true)) {
            println!("✓ {} · {name}\t{ms} ms\t{detail}", chinese(name));
        } else {
            failed += 1;
            println!("✗ {} · {name}\t{ms} ms\t{} {detail}", chinese(name), text(stage, "code"));
            println!("    {}\n    {}", text(stage, "remedy_zh"), text(stage, "remedy_en"));
        }
    }
    if failed > 0 {
        bail!("{failed} 个阶段有问题 · {failed} stages do not work");
    }
    Ok(())
}

/// Lists what answers.
pub(super) fn discover(config: &Config, discover: Discover) -> anyhow::Result<()> {
    let Discover { multicast, cidrs, ports, hub } = discover;
    let body = json!({"multicast": multicast, "cidrs": cidrs, "ports": ports});
    let found = hub.ask(config, "discovery", Body::Json(body))?;
    let candidates = found.get("candidates").and_then(Value::as_array).cloned().unwrap_or_default();
    for candidate in &candidates {
        let addresses = candidate.get("addresses").and_then(Value::as_array).into_iter().flatten();
        let addresses: Vec<&str> = addresses.filter_map(Value::as_str).collect();
        let (from, name, hardware) = (text(candidate, "from"), text(candidate, "name"), text(candidate, "hardware"));
        println!("{from}\t{name}\t{hardware}\t{}", addresses.join(" "));
    }
    println!("候选 · candidates: {}", candidates.len());
    if found.get("cut") == Some(&Value::Bool(true)) {
        println!("时间已到，未问完所有地址 · time was over before all addresses were asked");
    }
    Ok(())
}

/// The Chinese name of a stage.
fn chinese(name: &str) -> &'static str {
    match name {
        "reach" => "连接",
        "clock" => "时钟",
        "auth" => "登录",
        "services" => "服务",
        "profiles" => "码流",
        "snapshot" => "抓图",
        "events" => "事件",
        _ => "其他",
    }
}
