//! What is measured, in both languages.

use xl_plugin::Locale;

xl_plugin::phrases! {
    /// Air temperature.
    TEMPERATURE = "气温", "Air temperature";
    /// Relative humidity.
    HUMIDITY = "相对湿度", "Relative humidity";
    /// Soil moisture.
    SOIL = "土壤含水率", "Soil moisture";
    /// Carbon dioxide.
    CARBON_DIOXIDE = "二氧化碳", "Carbon dioxide";
    /// Light.
    LIGHT = "光照", "Light";
}

/// A measure's name and unit on screen; unknown ones keep the device's name.
pub fn name(name: &str, locale: Locale) -> (String, &'static str) {
    let (phrase, unit) = match name {
        "temp_c" => (TEMPERATURE, "°C"),
        "rh_pct" => (HUMIDITY, "%"),
        "soil_pct" => (SOIL, "%"),
        "co2_ppm" => (CARBON_DIOXIDE, "ppm"),
        "lux" | "light_lux" => (LIGHT, "lx"),
        _ => return (name.to_owned(), ""),
    };
    (phrase.say(locale).to_owned(), unit)
}
