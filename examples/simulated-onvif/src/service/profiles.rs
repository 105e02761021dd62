//! The two profiles of a camera and their configurations, in the words of both media services.

use crate::device::Device;
use crate::device::VIDEO_SOURCE;
use crate::fault::Fault;
use crate::soap::Refusal;
use crate::xml::escape;

use super::device_management::HOSTILE_NAME;

/// One of the streams that a camera offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Profile {
    pub(crate) token: &'static str,
    name: &'static str,
    encoder: &'static str,
    width: u32,
    height: u32,
    frames_per_second: u32,
    kilobits_per_second: u32,
}

const MAIN: Profile = Profile {
    token: "main",
    name: "mainStream",
    encoder: "ve-1",
    width: 1920,
    height: 1080,
    frames_per_second: 25,
    kilobits_per_second: 4096,
};

const SUB: Profile = Profile {
    token: "sub",
    name: "subStream",
    encoder: "ve-2",
    width: 640,
    height: 360,
    frames_per_second: 15,
    kilobits_per_second: 512,
};

/// All of them, the best one first.
pub(crate) const PROFILES: [Profile; 2] = [MAIN, SUB];

/// The profile of that token.
pub(crate) fn profile(token: &str) -> Result<Profile, Refusal> {
    let found = PROFILES.into_iter().find(|profile| profile.token == token);
    found.ok_or_else(|| Refusal::argument("ter:NoProfile", "The requested profile token does not exist"))
}

/// The profile whose encoder has that token.
pub(super) fn of_encoder(token: &str) -> Result<Profile, Refusal> {
    let found = PROFILES.into_iter().find(|profile| profile.encoder == token);
    found.ok_or_else(|| Refusal::argument("ter:NoConfig", "The requested configuration does not exist"))
}

impl Profile {
    fn name(self, device: &Device) -> String {
        if device.has(Fault::HostileNames) { escape(HOSTILE_NAME) } else { self.name.to_owned() }
    }

    /// As the first media service tells it, below this tag.
    pub(super) fn media(self, device: &Device, tag: &str) -> String {
        let (token, name) = (self.token, self.name(device));
        let (source, encoder) =
            (source_configuration("tt:VideoSourceConfiguration"), self.encoder("tt:VideoEncoderConfiguration"));
        let ptz = ptz_configuration("tt:PTZConfiguration");
        format!(r#"<{tag} token="{token}" fixed="true"><tt:Name>{name}</tt:Name>{source}{encoder}{ptz}</{tag}>"#)
    }

    /// As the second media service tells it, with the configurations asked for.
    pub(super) fn media2(self, device: &Device, wants: impl Fn(&str) -> bool) -> String {
        let (token, name) = (self.token, self.name(device));
        let mut configurations = String::new();
        if wants("VideoSource") {
            configurations.push_str(&source_configuration("tr2:VideoSource"));
        }
        if wants("VideoEncoder") {
            configurations.push_str(&self.encoder2(device, "tr2:VideoEncoder"));
        }
        if wants("PTZ") {
            configurations.push_str(&ptz_configuration("tr2:PTZ"));
        }
        let configurations = match configurations.as_str() {
            "" => String::new(),
            some => format!("<tr2:Configurations>{some}</tr2:Configurations>"),
        };
        format!(
            r#"<tr2:Profiles token="{token}" fixed="true"><tr2:Name>{name}</tr2:Name>{configurations}</tr2:Profiles>"#
        )
    }

    /// The encoder in the words of the first media service, which knows no H.265.
    pub(super) fn encoder(self, tag: &str) -> String {
        let Self { name, encoder, width, height, frames_per_second, kilobits_per_second, .. } = self;
        format!(
            r#"<{tag} token="{encoder}"><tt:Name>{name}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution><tt:Quality>4</tt:Quality><tt:RateControl><tt:FrameRateLimit>{frames_per_second}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>{kilobits_per_second}</tt:BitrateLimit></tt:RateControl><tt:H264><tt:GovLength>50</tt:GovLength><tt:H264Profile>Main</tt:H264Profile></tt:H264><tt:Multicast><tt:Address><tt:Type>IPv4</tt:Type><tt:IPv4Address>0.0.0.0</tt:IPv4Address></tt:Address><tt:Port>0</tt:Port><tt:TTL>1</tt:TTL><tt:AutoStart>false</tt:AutoStart></tt:Multicast><tt:SessionTimeout>PT60S</tt:SessionTimeout></{tag}>"#
        )
    }

    /// The same in the words of the second.
    pub(super) fn encoder2(self, device: &Device, tag: &str) -> String {
        let encoding = if device.has(Fault::Media2Only) { "H265" } else { "H264" };
        let Self { name, encoder, width, height, frames_per_second, kilobits_per_second, .. } = self;
        format!(
            r#"<{tag} token="{encoder}" GovLength="50" Profile="Main"><tt:Name>{name}</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>{encoding}</tt:Encoding><tt:Resolution><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height></tt:Resolution><tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>{frames_per_second}</tt:FrameRateLimit><tt:BitrateLimit>{kilobits_per_second}</tt:BitrateLimit></tt:RateControl><tt:Quality>4</tt:Quality></{tag}>"#
        )
    }

    /// What the encoder could be set to.
    pub(super) fn encoder_options(self) -> String {
        let Self { width, height, frames_per_second, .. } = self;
        let h264 = format!(
            "<tt:ResolutionsAvailable><tt:Width>{width}</tt:Width><tt:Height>{height}</tt:Height>\
             </tt:ResolutionsAvailable><tt:GovLengthRange><tt:Min>1</tt:Min><tt:Max>100</tt:Max></tt:GovLengthRange>\
             <tt:FrameRateRange><tt:Min>1</tt:Min><tt:Max>{frames_per_second}</tt:Max></tt:FrameRateRange>\
             <tt:EncodingIntervalRange><tt:Min>1</tt:Min><tt:Max>1</tt:Max></tt:EncodingIntervalRange>\
             <tt:H264ProfilesSupported>Main</tt:H264ProfilesSupported>"
        );
        format!(
            "<trt:GetVideoEncoderConfigurationOptionsResponse><trt:Options><tt:QualityRange><tt:Min>1</tt:Min>\
             <tt:Max>6</tt:Max></tt:QualityRange><tt:H264>{h264}</tt:H264><tt:Extension><tt:H264>{h264}<tt:BitrateRange>\
             <tt:Min>32</tt:Min><tt:Max>8192</tt:Max></tt:BitrateRange></tt:H264></tt:Extension></trt:Options>\
             </trt:GetVideoEncoderConfigurationOptionsResponse>"
        )
    }
}

/// What the one video source sees.
pub(super) fn source_configuration(tag: &str) -> String {
    format!(
        r#"<{tag} token="vsconf"><tt:Name>source</tt:Name><tt:UseCount>2</tt:UseCount><tt:SourceToken>{VIDEO_SOURCE}</tt:SourceToken><tt:Bounds x="0" y="0" width="1920" height="1080"/></{tag}>"#
    )
}

/// How the motors are set.
pub(super) fn ptz_configuration(tag: &str) -> String {
    format!(
        r#"<{tag} token="ptz-1"><tt:Name>ptz</tt:Name><tt:UseCount>2</tt:UseCount><tt:NodeToken>node-1</tt:NodeToken><tt:DefaultContinuousPanTiltVelocitySpace>http://www.onvif.org/ver10/tptz/PanTiltSpaces/VelocityGenericSpace</tt:DefaultContinuousPanTiltVelocitySpace><tt:DefaultContinuousZoomVelocitySpace>http://www.onvif.org/ver10/tptz/ZoomSpaces/VelocityGenericSpace</tt:DefaultContinuousZoomVelocitySpace><tt:DefaultPTZTimeout>PT5S</tt:DefaultPTZTimeout></{tag}>"#
    )
}
