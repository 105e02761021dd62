//! Everything the hub has to know before the first message: devices, plugin, module. Done twice it changes nothing.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use anyhow::bail;
use serde_json::json;

use crate::hub::Hub;
use crate::hub::PLUGIN;
use crate::say::Say;
use crate::state::State;
use crate::world::Greenhouse;

/// What the module may: the rights that its manifest asks for. Greenhouses as they are registered first count as public until
/// somebody says their class, hence the number of an assessment.
const GRANTS: &str = include_str!("../grants.json");

/// A plugin as it is enabled: what it may, and how it is set.
#[derive(Debug, Clone)]
pub struct Plugin {
    /// Its id.
    pub id: &'static str,
    /// Grants as the API takes them, in JSON.
    pub grants: &'static str,
    /// Settings; what an operator changes later stays as it is.
    pub settings: serde_json::Value,
}

/// `produce-trace` in a county whose time runs so much faster.
pub fn produce_trace(speed: f64) -> Plugin {
    Plugin { id: PLUGIN, grants: GRANTS, settings: settings(speed) }
}

/// Waits until the hub does its work, a minute at most.
///
/// # Errors
/// When it does not.
pub async fn wait_for(hub: &Hub, say: &Say) -> anyhow::Result<()> {
    for second in 0..60 {
        if hub.is_healthy().await {
            return Ok(());
        }
        if second % 10 == 1 {
            say.line("等待枢纽启动", "waiting for the hub");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    bail!("the hub did not answer within a minute; is its address right?")
}

/// Registers the greenhouses' devices and keeps their passwords.
///
/// # Errors
/// When the hub cannot be reached or refuses, or the state cannot be written.
pub async fn register(hub: &Hub, state: &mut State, greenhouses: &[Greenhouse], say: &Say) -> anyhow::Result<()> {
    for greenhouse in greenhouses {
        let device = greenhouse.device();
        let name = format!("{}号大棚", greenhouse.number);
        // 999 is no village's number: the simulated greenhouses stand in none.
        let place = format!("{}999", greenhouse.township);
        let (township, purposes) = (&greenhouse.township, ["traceability"]);
        let password = match hub.register(township, &greenhouse.camera(), &name, &place, &purposes).await? {
            Some(password) => {
                say.line(&format!("已登记设备 {device}"), "device registered");
                password
            }
            None if state.devices.contains_key(&device) => continue,
            None => {
                say.line(&format!("设备 {device} 已登记但密码不在状态文件中，已更换密码"), "password renewed");
                hub.renew_password(&device).await?
            }
        };
        state.devices.insert(device, password);
        // Told once: it must not be lost, whatever comes next.
        state.save()?;
    }
    Ok(())
}

/// Installs the plugin, or takes the newest installed build, and enables it in each township.
///
/// # Errors
/// When the hub cannot be reached or refuses, or there is no plugin.
pub async fn enable(
    hub: &Hub,
    townships: &[String],
    plugin: &Plugin,
    packed: Option<&Path>,
    say: &Say,
) -> anyhow::Result<()> {
    let id = plugin.id;
    let digest = match packed {
        Some(path) => {
            let packed = fs::read(path).with_context(|| format!("reading the plugin {}", path.display()))?;
            say.line(&format!("正在安装插件 {id}"), "installing the plugin");
            hub.install(packed).await?
        }
        None => hub.newest_build(id).await?.with_context(|| format!("no `{id}` is installed: give its file"))?,
    };
    for township in townships {
        match hub.module(township, id).await? {
            None => {
                let grants = serde_json::from_str(plugin.grants).context("the grants of this program are JSON")?;
                hub.enable(township, &digest, plugin.settings.clone(), grants).await?;
                say.line(&format!("{township} 已启用 {id}"), "module enabled");
            }
            Some(module) if packed.is_some() && module.digest != digest => {
                hub.upgrade(township, id, &digest).await?;
                say.line(&format!("{township} 的 {id} 已升级"), "module upgraded");
            }
            // What an operator has switched off stays off.
            Some(module) if module.state != "running" => {
                say.line(&format!("{township} 的 {id} 未运行：{}", module.state), "the module is not running");
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// The module's settings; what an operator changes later stays as it is.
fn settings(speed: f64) -> serde_json::Value {
    // A picture on the timeline every three simulated hours.
    let minutes = (180.0 / speed).round().clamp(1.0, 1440.0) as u32;
    json!({
        "picture_every_minutes": minutes,
        "readings": ["temp_c", "rh_pct", "light_lux", "soil_pct"],
        "origin": "模拟乡镇（模拟数据） · simulated township",
        "show_producer": true,
        "complaint_matter": { "set": "produce", "code": "01-01" },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeline_gets_a_picture_every_three_simulated_hours_within_what_the_setting_takes() {
        for (speed, minutes) in [(0.1, 1440), (1.0, 180), (60.0, 3), (3_600.0, 1)] {
            assert_eq!(settings(speed)["picture_every_minutes"], minutes, "speed {speed}");
        }
    }
}
