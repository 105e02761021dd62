//! The imaging service: brightness and its kin, on the one video source.

use super::description;
use crate::device::Device;
use crate::device::VIDEO_SOURCE;
use crate::device::imaging::Imaging;
use crate::device::imaging::IrCutFilter;
use crate::fault::Fault;
use crate::soap::Refusal;
use crate::soap::namespace;
use crate::xml::Element;

pub(super) fn answer(device: &Device, action: &Element) -> Result<String, Refusal> {
    if action.name == "GetServiceCapabilities" {
        return description::get_service_capabilities(device, "timg", namespace::IMAGING)
            .ok_or_else(Refusal::not_implemented);
    }
    if action.text_at(&["VideoSourceToken"]) != VIDEO_SOURCE {
        return Err(Refusal::argument("ter:NoSource", "The requested video source does not exist"));
    }
    match action.name.as_str() {
        "GetImagingSettings" => {
            let settings = device.state().imaging.clone();
            Ok(format!(
                "<timg:GetImagingSettingsResponse><timg:ImagingSettings>\
                 <tt:Brightness>{}</tt:Brightness><tt:ColorSaturation>{}</tt:ColorSaturation>\
                 <tt:Contrast>{}</tt:Contrast><tt:IrCutFilter>{}</tt:IrCutFilter><tt:Sharpness>{}</tt:Sharpness>\
                 </timg:ImagingSettings></timg:GetImagingSettingsResponse>",
                settings.brightness,
                settings.saturation,
                settings.contrast,
                settings.ir_cut_filter.name(),
                settings.sharpness
            ))
        }
        "SetImagingSettings" => {
            let asked = action.child("ImagingSettings").ok_or_else(invalid)?;
            let changed = changed(&device.state().imaging, asked)?;
            if !device.has(Fault::SetDoesNothing) {
                device.state().imaging = changed;
            }
            Ok("<timg:SetImagingSettingsResponse/>".to_owned())
        }
        "GetOptions" => {
            let range = |name: &str| format!("<tt:{name}><tt:Min>0</tt:Min><tt:Max>100</tt:Max></tt:{name}>");
            let filters: String = IrCutFilter::ALL
                .iter()
                .map(|filter| format!("<tt:IrCutFilterModes>{}</tt:IrCutFilterModes>", filter.name()))
                .collect();
            Ok(format!(
                "<timg:GetOptionsResponse><timg:ImagingOptions>{}{}{}{filters}{}</timg:ImagingOptions></timg:GetOptionsResponse>",
                range("Brightness"),
                range("ColorSaturation"),
                range("Contrast"),
                range("Sharpness")
            ))
        }
        _ => Err(Refusal::not_implemented()),
    }
}

/// The settings with what was asked for put in; what was not named stays.
fn changed(settings: &Imaging, asked: &Element) -> Result<Imaging, Refusal> {
    let value = |name: &str, before: f64| match asked.text_at(&[name]) {
        "" => Ok(before),
        text => text.parse().ok().filter(|value| (0.0..=100.0).contains(value)).ok_or_else(invalid),
    };
    let filter = match asked.text_at(&["IrCutFilter"]) {
        "" => settings.ir_cut_filter,
        name => IrCutFilter::ALL.into_iter().find(|filter| filter.name() == name).ok_or_else(invalid)?,
    };
    Ok(Imaging {
        brightness: value("Brightness", settings.brightness)?,
        saturation: value("ColorSaturation", settings.saturation)?,
        contrast: value("Contrast", settings.contrast)?,
        sharpness: value("Sharpness", settings.sharpness)?,
        ir_cut_filter: filter,
    })
}

fn invalid() -> Refusal {
    Refusal::argument("ter:SettingsInvalid", "The requested settings are incorrect")
}
