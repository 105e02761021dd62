//! The first media service, `ver10`.

use super::description;
use super::profiles;
use super::profiles::PROFILES;
use crate::address;
use crate::device::Device;
use crate::device::VIDEO_SOURCE;
use crate::fault::Fault;
use crate::soap::Refusal;
use crate::soap::namespace;
use crate::xml::Element;
use crate::xml::escape;

pub(super) fn answer(device: &Device, action: &Element) -> Result<String, Refusal> {
    if device.has(Fault::Media2Only) {
        return Err(Refusal::not_implemented());
    }
    let profile = || profiles::profile(action.text_at(&["ProfileToken"]));
    match action.name.as_str() {
        "GetServiceCapabilities" => {
            description::get_service_capabilities(device, "trt", namespace::MEDIA).ok_or_else(Refusal::not_implemented)
        }
        "GetProfiles" => {
            let all: String = PROFILES.iter().map(|profile| profile.media(device, "trt:Profiles")).collect();
            Ok(format!("<trt:GetProfilesResponse>{all}</trt:GetProfilesResponse>"))
        }
        "GetProfile" => {
            Ok(format!("<trt:GetProfileResponse>{}</trt:GetProfileResponse>", profile()?.media(device, "trt:Profile")))
        }
        "GetVideoSources" => Ok(format!(
            r#"<trt:GetVideoSourcesResponse><trt:VideoSources token="{VIDEO_SOURCE}"><tt:Framerate>25</tt:Framerate><tt:Resolution><tt:Width>1920</tt:Width><tt:Height>1080</tt:Height></tt:Resolution></trt:VideoSources></trt:GetVideoSourcesResponse>"#
        )),
        "GetVideoSourceConfigurations" => Ok(format!(
            "<trt:GetVideoSourceConfigurationsResponse>{}</trt:GetVideoSourceConfigurationsResponse>",
            profiles::source_configuration("trt:Configurations")
        )),
        "GetVideoEncoderConfigurations" => {
            let all: String = PROFILES.iter().map(|profile| profile.encoder("trt:Configurations")).collect();
            Ok(format!("<trt:GetVideoEncoderConfigurationsResponse>{all}</trt:GetVideoEncoderConfigurationsResponse>"))
        }
        "GetVideoEncoderConfiguration" => Ok(format!(
            "<trt:GetVideoEncoderConfigurationResponse>{}</trt:GetVideoEncoderConfigurationResponse>",
            profiles::of_encoder(action.text_at(&["ConfigurationToken"]))?.encoder("trt:Configuration")
        )),
        "GetVideoEncoderConfigurationOptions" => Ok(match action.text_at(&["ConfigurationToken"]) {
            "" => PROFILES[0].encoder_options(),
            token => profiles::of_encoder(token)?.encoder_options(),
        }),
        "GetStreamUri" => Ok(media_uri("GetStreamUri", &address::rtsp(device, profile()?.token), false)),
        "GetSnapshotUri" => {
            let profile = profile()?;
            let uri = snapshot_uri(device, profile.token)?;
            Ok(media_uri("GetSnapshotUri", &uri, device.has(Fault::SnapshotUriExpires)))
        }
        "SetSynchronizationPoint" => {
            profile()?;
            Ok("<trt:SetSynchronizationPointResponse/>".to_owned())
        }
        "GetAudioSources" => Ok("<trt:GetAudioSourcesResponse/>".to_owned()),
        _ => Err(Refusal::not_implemented()),
    }
}

fn media_uri(action: &str, uri: &str, invalid_after_connect: bool) -> String {
    format!(
        "<trt:{action}Response><trt:MediaUri><tt:Uri>{}</tt:Uri>\
         <tt:InvalidAfterConnect>{invalid_after_connect}</tt:InvalidAfterConnect>\
         <tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT0S</tt:Timeout></trt:MediaUri>\
         </trt:{action}Response>",
        escape(uri)
    )
}

/// Where the picture of a profile is.
pub(super) fn snapshot_uri(device: &Device, profile: &str) -> Result<String, Refusal> {
    if device.has(Fault::NoSnapshotUri) {
        return Err(Refusal::not_implemented());
    }
    let mut uri = address::http(device, &format!("/snapshot/{profile}.jpg"));
    if device.has(Fault::SnapshotUriExpires) {
        let mut state = device.state();
        state.ticket += 1;
        uri.push_str(&format!("?ticket={}", state.ticket));
    }
    if device.has(Fault::SnapshotUriWithPassword) {
        uri = uri.replacen("http://", "http://admin:12345@", 1);
    }
    Ok(uri)
}
