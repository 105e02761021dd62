//! Brightness and the like: read, changed, and read back, since some cameras say yes and do nothing (Tapo C200).

use super::Camera;
use super::call::Call;
use crate::onvif::address::CameraUrl;
use crate::onvif::fault::CallError;
use crate::onvif::xml::Node;
use crate::onvif::xml::escaped;

const IMAGING: &str = "http://www.onvif.org/ver20/imaging/wsdl";

/// How far a value read back may be from the one set: cameras round to their own steps.
const ROUNDING: f32 = 1.0;

/// Settings of a video source; what is `None` the camera does not have, or shall keep.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Imaging {
    /// Brightness, in the camera's own units, often 0 to 100.
    pub brightness: Option<f32>,
    /// Contrast.
    pub contrast: Option<f32>,
    /// Colour saturation.
    pub saturation: Option<f32>,
    /// Sharpness.
    pub sharpness: Option<f32>,
    /// The infrared filter: `Some(None)` lets the camera decide, `Some(Some(true))` is day.
    pub ir_cut: Option<Option<bool>>,
}

impl Imaging {
    fn values(&self) -> [(&'static str, Option<f32>); 4] {
        // The order of the schema: brightness, saturation, contrast, infrared filter, sharpness.
        [
            ("Brightness", self.brightness),
            ("ColorSaturation", self.saturation),
            ("Contrast", self.contrast),
            ("Sharpness", self.sharpness),
        ]
    }

    fn xml(&self) -> String {
        let mut xml = String::new();
        for (name, value) in self.values() {
            if name == "Sharpness" {
                let word = self.ir_cut.map(|ir_cut| ir_cut.map_or("AUTO", |on| if on { "ON" } else { "OFF" }));
                xml.extend(word.map(|word| format!("<tt:IrCutFilter>{word}</tt:IrCutFilter>")));
            }
            xml.extend(value.filter(|v| v.is_finite()).map(|value| format!("<tt:{name}>{value}</tt:{name}>")));
        }
        xml
    }

    /// Whether `now` has everything that was wished here.
    fn holds_in(&self, now: &Self) -> bool {
        let near = |(wished, is): (Option<f32>, Option<f32>)| match (wished, is) {
            (Some(wished), Some(is)) => (wished - is).abs() <= ROUNDING,
            (wished, _) => wished.is_none(),
        };
        let pairs = self.values().into_iter().zip(now.values());
        pairs.map(|((_, wished), (_, is))| (wished, is)).all(near)
            && self.ir_cut.is_none_or(|wished| now.ir_cut == Some(wished))
    }
}

impl Camera {
    /// Reads the settings of a video source.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn imaging(&self, source: &str) -> Result<Imaging, CallError> {
        let url = self.imaging_service()?;
        let action = format!("{IMAGING}/GetImagingSettings");
        let source = escaped(source);
        let body = format!(
            "<timg:GetImagingSettings><timg:VideoSourceToken>{source}</timg:VideoSourceToken></timg:GetImagingSettings>"
        );
        let node = self.call(&Call::new("GetImagingSettings", &url, &action, body)).await?;
        Ok(read(node.child("ImagingSettings").unwrap_or(&node)))
    }

    /// Changes settings of a video source and returns what they are then.
    ///
    /// # Errors
    /// [`CallError`]; [`CallError::WithoutEffect`] when it says yes and the settings stay what they were.
    pub async fn set_imaging(&self, source: &str, wished: Imaging) -> Result<Imaging, CallError> {
        let url = self.imaging_service()?;
        let action = format!("{IMAGING}/SetImagingSettings");
        let body = format!(
            "<timg:SetImagingSettings><timg:VideoSourceToken>{}</timg:VideoSourceToken><timg:ImagingSettings>{}\
             </timg:ImagingSettings><timg:ForcePersistence>true</timg:ForcePersistence></timg:SetImagingSettings>",
            escaped(source),
            wished.xml()
        );
        let call = Call { needs_right: true, ..Call::new("SetImagingSettings", &url, &action, body) };
        self.call(&call).await?;
        let now = self.imaging(source).await?;
        if wished.holds_in(&now) { Ok(now) } else { Err(CallError::WithoutEffect("SetImagingSettings")) }
    }

    fn imaging_service(&self) -> Result<CameraUrl, CallError> {
        self.services().imaging.ok_or(CallError::NotOffered("imaging service"))
    }
}

fn read(node: &Node) -> Imaging {
    let value = |name| node.text_at(&[name]).and_then(|text| text.parse().ok()).filter(|v: &f32| v.is_finite());
    Imaging {
        brightness: value("Brightness"),
        contrast: value("Contrast"),
        saturation: value("ColorSaturation"),
        sharpness: value("Sharpness"),
        ir_cut: node.text_at(&["IrCutFilter"]).map(|word| match word {
            "ON" => Some(true),
            "OFF" => Some(false),
            _ => None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_wished_is_sent_and_compared() {
        let wished = Imaging { brightness: Some(60.0), ir_cut: Some(None), ..Imaging::default() };
        assert_eq!(wished.xml(), "<tt:Brightness>60</tt:Brightness><tt:IrCutFilter>AUTO</tt:IrCutFilter>");
        let now = Imaging { brightness: Some(59.6), contrast: Some(5.0), ir_cut: Some(None), ..Imaging::default() };
        assert!(wished.holds_in(&now));
        assert!(!wished.holds_in(&Imaging { brightness: Some(50.0), ..now }));
        assert!(!wished.holds_in(&Imaging { ir_cut: None, ..now }));
    }
}
