//! The device service: who the camera is, its time, and a restart.

use chrono::DateTime;
use chrono::Datelike;
use chrono::NaiveDate;
use chrono::TimeDelta;
use chrono::Timelike;
use chrono::Utc;

use super::description;
use super::network;
use crate::device::Device;
use crate::fault::Fault;
use crate::soap::Refusal;
use crate::soap::boolean;
use crate::soap::namespace;
use crate::xml::Element;
use crate::xml::escape;

/// What a camera with [`Fault::HostileNames`] is called: markup, reversed and invisible text, a C1 escape.
pub(crate) const HOSTILE_NAME: &str = "<img src=x onerror=alert(1)>\u{202e}\u{200b}\u{9b}31m'\"&";

/// Characters of the model of such a camera.
const HOSTILE_LENGTH: usize = 1_000_000;

pub(super) fn answer(device: &Device, action: &Element) -> Result<String, Refusal> {
    match action.name.as_str() {
        "GetSystemDateAndTime" => Ok(get_time(device)),
        "SetSystemDateAndTime" => set_time(device, action),
        "GetDeviceInformation" => Ok(information(device)),
        "GetServices" if device.has(Fault::ServicesMissing) => Err(Refusal::not_implemented()),
        "GetServices" => {
            Ok(description::get_services(device, boolean(action.text_at(&["IncludeCapability"])) == Some(true)))
        }
        "GetCapabilities" if device.has(Fault::CapabilitiesMissing) => Err(Refusal::not_implemented()),
        "GetCapabilities" => Ok(description::get_capabilities(device, action.text_at(&["Category"]))),
        "GetServiceCapabilities" => {
            description::get_service_capabilities(device, "tds", namespace::DEVICE).ok_or_else(Refusal::not_implemented)
        }
        "SystemReboot" => {
            device.reboot();
            Ok("<tds:SystemRebootResponse><tds:Message>Rebooting</tds:Message></tds:SystemRebootResponse>".to_owned())
        }
        "GetEndpointReference" => Ok(format!(
            "<tds:GetEndpointReferenceResponse><tds:GUID>{}</tds:GUID></tds:GetEndpointReferenceResponse>",
            device.endpoint()
        )),
        "GetUsers" => Ok(format!(
            "<tds:GetUsersResponse><tds:User><tt:Username>{}</tt:Username><tt:UserLevel>Administrator</tt:UserLevel>\
             </tds:User></tds:GetUsersResponse>",
            escape(&device.manner().user)
        )),
        "GetScopes" => Ok(scopes(device)),
        name => network::answer(device, name),
    }
}

fn information(device: &Device) -> String {
    let hostile = device.has(Fault::HostileNames);
    let maker = if hostile { escape(HOSTILE_NAME) } else { "Simulated".to_owned() };
    let model = if hostile { "A".repeat(HOSTILE_LENGTH) } else { "SIM-ONVIF".to_owned() };
    format!(
        "<tds:GetDeviceInformationResponse><tds:Manufacturer>{maker}</tds:Manufacturer><tds:Model>{model}</tds:Model>\
         <tds:FirmwareVersion>{}</tds:FirmwareVersion><tds:SerialNumber>{}</tds:SerialNumber>\
         <tds:HardwareId>simulated</tds:HardwareId></tds:GetDeviceInformationResponse>",
        env!("CARGO_PKG_VERSION"),
        device.serial()
    )
}

/// The scopes, as discovery tells them too.
pub(crate) fn scope_items(device: &Device) -> Vec<String> {
    // A scope is a URI: everything but letters, digits and hyphens is coded.
    let coded = |text: &str| -> String {
        let safe = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
        text.bytes()
            .map(|byte| if safe(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    let name = if device.has(Fault::HostileNames) { coded(HOSTILE_NAME) } else { coded(&device.name()) };
    let mut scopes = vec![format!("onvif://www.onvif.org/name/{name}")];
    scopes.extend(
        [
            "hardware/SIM-ONVIF",
            "location/county/simulated",
            "type/video_encoder",
            "type/ptz",
            "Profile/Streaming",
            "Profile/T",
        ]
        .map(|scope| format!("onvif://www.onvif.org/{scope}")),
    );
    scopes
}

fn scopes(device: &Device) -> String {
    let mut entries = String::new();
    for scope in scope_items(device) {
        entries.push_str(&format!(
            "<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>{}</tt:ScopeItem></tds:Scopes>",
            escape(&scope)
        ));
    }
    format!("<tds:GetScopesResponse>{entries}</tds:GetScopesResponse>")
}

fn get_time(device: &Device) -> String {
    let utc = device.utc();
    // China: eight hours east in the whole country, without summer time.
    let local = utc.checked_add_signed(TimeDelta::hours(8)).unwrap_or(utc);
    let utc = match device.has(Fault::ClockLocalOnly) {
        true => String::new(),
        false => format!("<tt:UTCDateTime>{}</tt:UTCDateTime>", date_and_time(utc)),
    };
    format!(
        "<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>Manual</tt:DateTimeType>\
         <tt:DaylightSavings>false</tt:DaylightSavings><tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>{utc}\
         <tt:LocalDateTime>{}</tt:LocalDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>",
        date_and_time(local)
    )
}

fn date_and_time(time: DateTime<Utc>) -> String {
    format!(
        "<tt:Time><tt:Hour>{}</tt:Hour><tt:Minute>{}</tt:Minute><tt:Second>{}</tt:Second></tt:Time>\
         <tt:Date><tt:Year>{}</tt:Year><tt:Month>{}</tt:Month><tt:Day>{}</tt:Day></tt:Date>",
        time.hour(),
        time.minute(),
        time.second(),
        time.year(),
        time.month(),
        time.day()
    )
}

fn set_time(device: &Device, action: &Element) -> Result<String, Refusal> {
    if action.text_at(&["DateTimeType"]) == "Manual" {
        let number = |part: &str, name: &str| action.text_at(&["UTCDateTime", part, name]).parse::<u32>().ok();
        let year = action.text_at(&["UTCDateTime", "Date", "Year"]).parse::<i32>().ok();
        let date = year
            .zip(number("Date", "Month"))
            .zip(number("Date", "Day"))
            .and_then(|((year, month), day)| NaiveDate::from_ymd_opt(year, month, day));
        let time = number("Time", "Hour").zip(number("Time", "Minute")).zip(number("Time", "Second"));
        let time = date.zip(time).and_then(|(date, ((hour, minute), second))| date.and_hms_opt(hour, minute, second));
        let time = time.ok_or_else(|| Refusal::argument("ter:InvalidDateTime", "The date or time is invalid"))?;
        if !device.has(Fault::SetDoesNothing) {
            device.set_time(time.and_utc());
        }
    }
    Ok("<tds:SetSystemDateAndTimeResponse/>".to_owned())
}
