//! The second media service, `ver20`.

use super::description;
use super::media;
use super::profiles;
use super::profiles::PROFILES;
use crate::address;
use crate::device::Device;
use crate::soap::Refusal;
use crate::soap::namespace;
use crate::xml::Element;
use crate::xml::escape;

pub(super) fn answer(device: &Device, action: &Element) -> Result<String, Refusal> {
    let profile = || profiles::profile(action.text_at(&["ProfileToken"]));
    let uri =
        |name: &str, uri: &str| format!("<tr2:{name}Response><tr2:Uri>{}</tr2:Uri></tr2:{name}Response>", escape(uri));
    match action.name.as_str() {
        "GetServiceCapabilities" => {
            description::get_service_capabilities(device, "tr2", namespace::MEDIA2).ok_or_else(Refusal::not_implemented)
        }
        "GetProfiles" => get_profiles(device, action),
        "GetVideoSourceConfigurations" => Ok(format!(
            "<tr2:GetVideoSourceConfigurationsResponse>{}</tr2:GetVideoSourceConfigurationsResponse>",
            profiles::source_configuration("tr2:Configurations")
        )),
        "GetVideoEncoderConfigurations" => {
            let all: String = PROFILES.iter().map(|profile| profile.encoder2(device, "tr2:Configurations")).collect();
            Ok(format!("<tr2:GetVideoEncoderConfigurationsResponse>{all}</tr2:GetVideoEncoderConfigurationsResponse>"))
        }
        "GetStreamUri" => Ok(uri("GetStreamUri", &address::rtsp(device, profile()?.token))),
        "GetSnapshotUri" => Ok(uri("GetSnapshotUri", &media::snapshot_uri(device, profile()?.token)?)),
        "SetSynchronizationPoint" => {
            profile()?;
            Ok("<tr2:SetSynchronizationPointResponse/>".to_owned())
        }
        _ => Err(Refusal::not_implemented()),
    }
}

/// Only the configurations whose types are asked for come with a profile.
fn get_profiles(device: &Device, action: &Element) -> Result<String, Refusal> {
    let types: Vec<&str> =
        action.children.iter().filter(|child| child.name == "Type").map(|child| child.text.as_str()).collect();
    let wants = |name: &str| types.contains(&name) || types.contains(&"All");
    let all: String = match action.text_at(&["Token"]) {
        "" => PROFILES.iter().map(|profile| profile.media2(device, wants)).collect(),
        token => profiles::profile(token)?.media2(device, wants),
    };
    Ok(format!("<tr2:GetProfilesResponse>{all}</tr2:GetProfilesResponse>"))
}
