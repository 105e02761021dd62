//! What the camera is: maker and model, profiles, streams.

use super::Camera;
use super::call::Call;
use crate::onvif::address::CameraUrl;
use crate::onvif::address::StreamUri;
use crate::onvif::fault::CallError;
use crate::onvif::soap::printable;
use crate::onvif::xml::Node;
use crate::onvif::xml::escaped;

/// The most profiles kept; recorders with 64 channels have 128.
const PROFILES_MOST: usize = 256;

/// The longest name, model or token kept, in characters (a token has at most 64 by the schema).
const NAME_CHARS_MOST: usize = 64;

/// Who made it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceInformation {
    /// Its maker, as it says.
    pub manufacturer: String,
    /// Its model.
    pub model: String,
    /// Its firmware.
    pub firmware: String,
    /// Its serial number.
    pub serial: String,
}

/// Which media service a profile belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// Version 1.
    One,
    /// Version 2.
    Two,
}

/// How a profile's video is encoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoding {
    /// H.264.
    H264,
    /// H.265.
    H265,
    /// JPEG, in whatever container.
    Jpeg,
    /// Another, by the camera's word.
    Other(String),
}

/// A media profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Where it was read.
    pub media: Media,
    /// Its token, sent back word for word.
    pub token: String,
    /// Its name, for people.
    pub name: String,
    /// Its video's encoding, where it has video.
    pub encoding: Option<Encoding>,
    /// Its video's width and height, in pixels.
    pub size: Option<(u32, u32)>,
    /// The video source, for imaging and events.
    pub source: Option<String>,
    /// Whether it can move.
    pub has_ptz: bool,
}

impl Camera {
    /// Reads who made it: the cheapest call that needs a login.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn device_information(&self) -> Result<DeviceInformation, CallError> {
        let device = self.gate.rules().device();
        let action = "http://www.onvif.org/ver10/device/wsdl/GetDeviceInformation";
        let call = Call::new("GetDeviceInformation", &device, action, "<tds:GetDeviceInformation/>".to_owned());
        let node = self.call(&call).await?;
        let text = |name: &str| printable(node.text_at(&[name]).unwrap_or_default(), NAME_CHARS_MOST);
        Ok(DeviceInformation {
            manufacturer: text("Manufacturer"),
            model: text("Model"),
            firmware: text("FirmwareVersion"),
            serial: text("SerialNumber"),
        })
    }

    /// Reads its profiles, those of Media2 first; both lists are kept, since either may be the only one with H.265.
    ///
    /// # Errors
    /// [`CallError`] of the last service asked, when none gave a profile.
    pub async fn profiles(&self) -> Result<Vec<Profile>, CallError> {
        let services = self.services();
        let mut profiles = Vec::new();
        let mut error = None;
        for (media, url) in [(Media::Two, &services.media2), (Media::One, &services.media1)] {
            let Some(url) = url else { continue };
            match self.profiles_of(media, url).await {
                Ok(found) => profiles.extend(found),
                Err(fault @ CallError::Login { .. }) => return Err(fault),
                Err(fault) => error = Some(fault),
            }
        }
        match (profiles.is_empty(), error) {
            (true, Some(error)) => Err(error),
            (true, None) => Err(CallError::NotOffered("media profile")),
            (false, _) => Ok(profiles),
        }
    }

    async fn profiles_of(&self, media: Media, url: &CameraUrl) -> Result<Vec<Profile>, CallError> {
        let (action, body) = match media {
            Media::One => ("http://www.onvif.org/ver10/media/wsdl/GetProfiles", "<trt:GetProfiles/>"),
            Media::Two => (
                "http://www.onvif.org/ver20/media/wsdl/GetProfiles",
                "<tr2:GetProfiles><tr2:Type>All</tr2:Type></tr2:GetProfiles>",
            ),
        };
        let node = self.call(&Call::new("GetProfiles", url, action, body.to_owned())).await?;
        Ok(node.children("Profiles").take(PROFILES_MOST).filter_map(|profile| read_profile(media, profile)).collect())
    }

    /// The address of a profile's stream, clean of passwords and on the enrolled host.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::Address`] for one that is not used.
    pub async fn stream_uri(&self, profile: &Profile) -> Result<StreamUri, CallError> {
        const WHAT: &str = "GetStreamUri";
        let services = self.services();
        let token = escaped(&profile.token);
        let (url, action, body) = match profile.media {
            Media::One => (
                services.media1,
                "http://www.onvif.org/ver10/media/wsdl/GetStreamUri",
                format!(
                    "<trt:GetStreamUri><trt:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport><tt:Protocol>RTSP\
                     </tt:Protocol></tt:Transport></trt:StreamSetup><trt:ProfileToken>{token}</trt:ProfileToken>\
                     </trt:GetStreamUri>"
                ),
            ),
            Media::Two => (
                services.media2,
                "http://www.onvif.org/ver20/media/wsdl/GetStreamUri",
                format!(
                    "<tr2:GetStreamUri><tr2:Protocol>RTSP</tr2:Protocol><tr2:ProfileToken>{token}</tr2:ProfileToken>\
                     </tr2:GetStreamUri>"
                ),
            ),
        };
        let url = url.ok_or(CallError::NotOffered("media service"))?;
        let node = self.call(&Call::new(WHAT, &url, action, body)).await?;
        let uri = node.find("Uri").map(|uri| uri.text.as_str()).filter(|uri| !uri.is_empty());
        let uri = uri.ok_or(CallError::Missing { what: WHAT, missing: "URI" })?;
        self.gate.rules().rewrite_stream(uri).map_err(|source| CallError::Address { what: WHAT, source })
    }
}

fn read_profile(media: Media, node: &Node) -> Option<Profile> {
    let token = node.attribute("token").filter(|token| !token.is_empty() && token.len() <= 4 * NAME_CHARS_MOST)?;
    let (video, source, ptz) = match media {
        Media::One => (
            node.child("VideoEncoderConfiguration"),
            node.child("VideoSourceConfiguration"),
            node.child("PTZConfiguration"),
        ),
        Media::Two => (
            node.path(&["Configurations", "VideoEncoder"]),
            node.path(&["Configurations", "VideoSource"]),
            node.path(&["Configurations", "PTZ"]),
        ),
    };
    let number = |name| video?.text_at(&["Resolution", name])?.parse().ok().filter(|n| (1..=65_535).contains(n));
    Some(Profile {
        media,
        token: token.to_owned(),
        name: printable(node.text_at(&["Name"]).unwrap_or(token), NAME_CHARS_MOST),
        encoding: video.and_then(|video| video.text_at(&["Encoding"])).map(encoding),
        size: number("Width").zip(number("Height")),
        source: source.and_then(|source| source.text_at(&["SourceToken"])).map(str::to_owned),
        has_ptz: ptz.is_some(),
    })
}

/// Media1 says `H264`, Media2 the names of IANA (`H264`, `H265`, `JPEG`); some firmwares write `H.265` or `HEVC`.
fn encoding(word: &str) -> Encoding {
    match word.to_ascii_uppercase().replace('.', "").as_str() {
        "H264" | "AVC" => Encoding::H264,
        "H265" | "HEVC" => Encoding::H265,
        "JPEG" | "MJPEG" => Encoding::Jpeg,
        _ => Encoding::Other(printable(word, 16)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onvif::xml;

    #[test]
    fn profiles_of_both_services_are_read_by_name() {
        let text = include_str!("../../../testdata/onvif_profiles_media2.xml");
        let node = xml::read(text.as_bytes()).unwrap();
        let profiles: Vec<_> = node.children("Profiles").filter_map(|p| read_profile(Media::Two, p)).collect();
        let expected = Profile {
            media: Media::Two,
            token: "Profile_1".into(),
            name: "mainStream".into(),
            encoding: Some(Encoding::H265),
            size: Some((2560, 1440)),
            source: Some("VideoSource_1".into()),
            has_ptz: true,
        };
        assert_eq!(profiles, [expected], "a profile without token is left out");
    }

    #[test]
    fn encodings_have_several_spellings() {
        assert_eq!(encoding("h.265"), Encoding::H265);
        assert_eq!(encoding("HEVC"), Encoding::H265);
        assert_eq!(encoding("MPEG4"), Encoding::Other("MPEG4".into()));
    }
}
