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
        let password = match hub.register(&greenhouse.township, &greenhouse.camera(), &name, &place).await? {
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

/// Installs the plugin and enables it in each township, with the rights that its manifest asks for.
///
/// # Errors
/// When the hub cannot be reached or refuses, or there is no plugin.
pub async fn enable(
    hub: &Hub,
    townships: &[String],
    plugin: Option<&Path>,
    speed: f64,
    say: &Say,
) -> anyhow::Result<()> {
    let digest = match plugin {
        Some(path) => {
            let packed = fs::read(path).with_context(|| format!("reading the plugin {}", path.display()))?;
            say.line("正在安装插件", "installing the plugin");
            hub.install(packed).await?
        }
        None => hub.newest_build().await?.with_context(|| format!("no `{PLUGIN}` is installed: give --plugin"))?,
    };
    for township in townships {
        match hub.module(township).await? {
            None => {
                let grants = serde_json::from_str(GRANTS).context("the grants of this program are JSON")?;
                hub.enable(township, &digest, settings(speed), grants).await?;
                say.line(&format!("{township} 已启用 {PLUGIN}"), "module enabled");
            }
            Some(module) if plugin.is_some() && module.digest != digest => {
                hub.upgrade(township, &digest).await?;
                say.line(&format!("{township} 的 {PLUGIN} 已升级"), "module upgraded");
            }
            // What an operator has switched off stays off.
            Some(module) if module.state != "running" => {
                say.line(&format!("{township} 的 {PLUGIN} 未运行：{}", module.state), "the module is not running");
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
