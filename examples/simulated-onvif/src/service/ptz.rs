//! The PTZ service: movements with a timeout, stop, presets, where the motors are.

use std::time::Duration;

use super::description;
use super::profiles;
use crate::device::Device;
use crate::device::ptz::MAX_PRESETS;
use crate::device::ptz::Vector;
use crate::duration;
use crate::fault::Fault;
use crate::soap::Refusal;
use crate::soap::boolean;
use crate::soap::namespace;
use crate::xml::Element;
use crate::xml::escape;

/// How long a movement takes when the caller does not say; the configuration names it.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(5);

/// Characters of a preset's name.
const MAX_NAME: usize = 64;

pub(super) fn answer(device: &Device, action: &Element) -> Result<String, Refusal> {
    match action.name.as_str() {
        "GetServiceCapabilities" => {
            description::get_service_capabilities(device, "tptz", namespace::PTZ).ok_or_else(Refusal::not_implemented)
        }
        "GetNodes" => Ok(format!("<tptz:GetNodesResponse>{}</tptz:GetNodesResponse>", node())),
        "GetNode" => Ok(format!("<tptz:GetNodeResponse>{}</tptz:GetNodeResponse>", node())),
        "GetConfigurations" => Ok(format!(
            "<tptz:GetConfigurationsResponse>{}</tptz:GetConfigurationsResponse>",
            profiles::ptz_configuration("tptz:PTZConfiguration")
        )),
        "GetConfiguration" => Ok(format!(
            "<tptz:GetConfigurationResponse>{}</tptz:GetConfigurationResponse>",
            profiles::ptz_configuration("tptz:PTZConfiguration")
        )),
        "GetConfigurationOptions" => Ok(format!(
            "<tptz:GetConfigurationOptionsResponse><tptz:PTZConfigurationOptions><tt:Spaces>{}</tt:Spaces><tt:PTZTimeout>\
             <tt:Min>PT1S</tt:Min><tt:Max>PT60S</tt:Max></tt:PTZTimeout></tptz:PTZConfigurationOptions>\
             </tptz:GetConfigurationOptionsResponse>",
            spaces()
        )),
        _ => {
            profiles::profile(action.text_at(&["ProfileToken"]))?;
            with_profile(device, action)
        }
    }
}

/// What is asked of the motors of a profile.
fn with_profile(device: &Device, action: &Element) -> Result<String, Refusal> {
    let now = device.now();
    let done = || Ok(format!("<tptz:{0}Response/>", action.name));
    match action.name.as_str() {
        "ContinuousMove" => {
            let speed = vector(action.child("Velocity"))?;
            let timeout = match action.text_at(&["Timeout"]) {
                "" => DEFAULT_TIMEOUT,
                text => duration::read(text).ok_or_else(|| invalid("The timeout is invalid"))?,
            };
            let timeout = Some(timeout).filter(|_| !device.has(Fault::MoveTimeoutIgnored));
            device.state().ptz.go(now, speed, timeout);
            done()
        }
        "Stop" if device.has(Fault::StopMissing) => Err(Refusal::not_implemented()),
        "Stop" => {
            // Neither named means both (PTZ service specification, Stop).
            let wants = |name: &str| boolean(action.text_at(&[name]));
            let (pan_tilt, zoom) = match (wants("PanTilt"), wants("Zoom")) {
                (None, None) => (true, true),
                (pan_tilt, zoom) => (pan_tilt.unwrap_or(true), zoom.unwrap_or(true)),
            };
            device.state().ptz.stop(now, pan_tilt, zoom);
            done()
        }
        "RelativeMove" if device.has(Fault::RelativeMoveMissing) => Err(Refusal::not_implemented()),
        "RelativeMove" => {
            let way = vector(action.child("Translation"))?;
            let mut state = device.state();
            let position = state.ptz.position(now).plus(way, 1.0);
            state.ptz.jump(now, position);
            done()
        }
        "AbsoluteMove" => {
            let position = vector(action.child("Position"))?;
            device.state().ptz.jump(now, position);
            done()
        }
        "GetStatus" => Ok(status(device)),
        "GetPresets" => {
            let all: String = device
                .state()
                .ptz
                .presets
                .iter()
                .map(|(token, (name, position))| {
                    format!(
                        r#"<tptz:Preset token="{token}"><tt:Name>{}</tt:Name><tt:PTZPosition>{}</tt:PTZPosition></tptz:Preset>"#,
                        escape(name),
                        position_of(*position)
                    )
                })
                .collect();
            Ok(format!("<tptz:GetPresetsResponse>{all}</tptz:GetPresetsResponse>"))
        }
        "SetPreset" => set_preset(device, action),
        "RemovePreset" => {
            let removed = device.state().ptz.presets.remove(action.text_at(&["PresetToken"]));
            removed.ok_or_else(no_preset)?;
            done()
        }
        "GotoPreset" => {
            let mut state = device.state();
            let (_, position) =
                state.ptz.presets.get(action.text_at(&["PresetToken"])).cloned().ok_or_else(no_preset)?;
            state.ptz.jump(now, position);
            done()
        }
        "GotoHomePosition" => {
            let mut state = device.state();
            let home = state.ptz.home;
            state.ptz.jump(now, home);
            done()
        }
        "SetHomePosition" => {
            let mut state = device.state();
            state.ptz.home = state.ptz.position(now);
            done()
        }
        _ => Err(Refusal::not_implemented()),
    }
}

fn set_preset(device: &Device, action: &Element) -> Result<String, Refusal> {
    let now = device.now();
    let (name, wanted) = (action.text_at(&["PresetName"]), action.text_at(&["PresetToken"]));
    let mut state = device.state();
    let position = state.ptz.position(now);
    let token = match wanted {
        "" if state.ptz.presets.len() >= MAX_PRESETS => {
            return Err(Refusal::receiver(
                &["ter:Action", "ter:TooManyPresets"],
                "There is no room for another preset",
            ));
        }
        // A removed preset leaves its number free, so the count alone would meet one that is there.
        "" => (1..).map(|number| format!("preset-{number}")).find(|token| !state.ptz.presets.contains_key(token)),
        token => Some(token.to_owned()).filter(|token| state.ptz.presets.contains_key(token)),
    };
    let token = token.ok_or_else(no_preset)?;
    let name: String = if name.is_empty() { token.clone() } else { name.chars().take(MAX_NAME).collect() };
    state.ptz.presets.insert(token.clone(), (name, position));
    Ok(format!("<tptz:SetPresetResponse><tptz:PresetToken>{token}</tptz:PresetToken></tptz:SetPresetResponse>"))
}

fn status(device: &Device) -> String {
    let (now, time) = (device.now(), duration::time(device.utc()));
    let frozen = device.has(Fault::MoveStatusFrozen);
    let mut state = device.state();
    let (pan_tilt, zoom) = state.ptz.moving(now);
    let word = |moves: bool| if moves && !frozen { "MOVING" } else { "IDLE" };
    format!(
        "<tptz:GetStatusResponse><tptz:PTZStatus><tt:Position>{}</tt:Position><tt:MoveStatus><tt:PanTilt>{}</tt:PanTilt>\
         <tt:Zoom>{}</tt:Zoom></tt:MoveStatus><tt:UtcTime>{time}</tt:UtcTime></tptz:PTZStatus></tptz:GetStatusResponse>",
        position_of(state.ptz.position(now)),
        word(pan_tilt),
        word(zoom)
    )
}

fn position_of(vector: Vector) -> String {
    format!(r#"<tt:PanTilt x="{}" y="{}"/><tt:Zoom x="{}"/>"#, vector.pan, vector.tilt, vector.zoom)
}

/// A vector as calls carry it; parts that are not named are zero.
fn vector(element: Option<&Element>) -> Result<Vector, Refusal> {
    let part = |name: &str, axis: &str| match element.and_then(|element| element.child(name)?.attribute(axis)) {
        None => Ok(0.0),
        Some(text) => {
            text.parse::<f64>().ok().filter(|part| part.is_finite()).ok_or_else(|| invalid("A number is invalid"))
        }
    };
    Ok(Vector { pan: part("PanTilt", "x")?, tilt: part("PanTilt", "y")?, zoom: part("Zoom", "x")? })
}

fn invalid(reason: &str) -> Refusal {
    Refusal::argument("ter:InvalidVelocity", reason)
}

fn no_preset() -> Refusal {
    Refusal::argument("ter:NoToken", "The requested preset token does not exist")
}

fn node() -> String {
    format!(
        r#"<tptz:PTZNode token="node-1" FixedHomePosition="false"><tt:Name>motors</tt:Name><tt:SupportedPTZSpaces>{}</tt:SupportedPTZSpaces><tt:MaximumNumberOfPresets>{MAX_PRESETS}</tt:MaximumNumberOfPresets><tt:HomeSupported>true</tt:HomeSupported></tptz:PTZNode>"#,
        spaces()
    )
}

fn spaces() -> String {
    let range = |name: &str, min: i32| format!("<tt:{name}><tt:Min>{min}</tt:Min><tt:Max>1</tt:Max></tt:{name}>");
    let space = |tag: &str, kind: &str, min: i32, plane: bool| {
        let y = if plane { range("YRange", min) } else { String::new() };
        format!(
            "<tt:{tag}><tt:URI>http://www.onvif.org/ver10/tptz/{kind}</tt:URI>{}{y}</tt:{tag}>",
            range("XRange", min)
        )
    };
    [
        space("AbsolutePanTiltPositionSpace", "PanTiltSpaces/PositionGenericSpace", -1, true),
        space("AbsoluteZoomPositionSpace", "ZoomSpaces/PositionGenericSpace", 0, false),
        space("RelativePanTiltTranslationSpace", "PanTiltSpaces/TranslationGenericSpace", -1, true),
        space("RelativeZoomTranslationSpace", "ZoomSpaces/TranslationGenericSpace", -1, false),
        space("ContinuousPanTiltVelocitySpace", "PanTiltSpaces/VelocityGenericSpace", -1, true),
        space("ContinuousZoomVelocitySpace", "ZoomSpaces/VelocityGenericSpace", -1, false),
    ]
    .concat()
}
