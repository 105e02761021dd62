//! Light, temperature, humidity and soil moisture by the hour, the clouds and the watering.

use std::f64::consts::PI;

use serde::Serialize;

use super::Greenhouse;
use super::SimTime;
use super::noise;

/// What the sensors of a greenhouse show; the field names are those of the telemetry message, units in them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Reading {
    /// Air temperature, °C, one decimal.
    pub temp_c: f64,
    /// Relative humidity of the air, percent, one decimal.
    pub rh_pct: f64,
    /// Light under the film, lux.
    pub light_lux: u32,
    /// Water in the soil by volume, percent, one decimal.
    pub soil_pct: f64,
}

/// Different things vary independently of each other.
mod channel {
    pub(super) const CLOUDS: u64 = 1;
    pub(super) const COLD_SPELL: u64 = 2;
    pub(super) const TEMPERATURE: u64 = 3;
    pub(super) const HUMIDITY: u64 = 4;
    pub(super) const LIGHT: u64 = 5;
    pub(super) const SOIL: u64 = 6;
}

/// How bright the sky is, 0 at night to 1 at noon on a clear day. The weather is the same over the whole county.
pub fn daylight(seed: u64, time: SimTime) -> f64 {
    sun(time.hour()) * (1.0 - 0.7 * clouds(seed, time))
}

/// What the sensors show at a time.
pub fn reading(seed: u64, greenhouse: &Greenhouse, time: SimTime) -> Reading {
    let local = seed ^ greenhouse.salt();
    let hours = time.days() * 24.0;
    let jitter = |channel: u64, knots_per_hour: f64| noise::smooth(local, channel, hours * knots_per_hour);

    let light = 62_000.0 * daylight(seed, time) * (1.0 + 0.04 * jitter(channel::LIGHT, 6.0));
    // The air warms and cools about an hour and a half behind the sun; the film keeps it well above the outside.
    let warmth = daylight(seed, SimTime(time.0.saturating_sub(90 * super::MINUTE_MS)));
    let spell = 3.0 * noise::smooth(seed, channel::COLD_SPELL, time.days() / 3.0);
    let temperature = 14.5 + spell + 15.0 * warmth + 0.8 * jitter(channel::TEMPERATURE, 2.0);
    let humidity = 92.0 - 40.0 * warmth + 3.0 * jitter(channel::HUMIDITY, 2.0);
    // Drip watering every second morning at seven, another morning in each greenhouse.
    let since_watering = (time.days() + 2.0 - 7.0 / 24.0 + f64::from(greenhouse.number) * 0.5) % 2.0;
    let soil = 25.0 + 15.0 * (-since_watering * 0.9).exp() + 0.5 * jitter(channel::SOIL, 1.0);

    let tenths = |value: f64| (value * 10.0).round() / 10.0;
    Reading {
        temp_c: tenths(temperature.clamp(4.0, 42.0)),
        rh_pct: tenths(humidity.clamp(30.0, 99.0)),
        light_lux: light.max(0.0).round() as u32,
        soil_pct: tenths(soil.clamp(10.0, 50.0)),
    }
}

/// Height of the sun, 0 below the horizon to 1: up at six, down at eighteen.
fn sun(hour: f64) -> f64 {
    ((hour - 6.0) / 12.0 * PI).sin().max(0.0).powf(0.8)
}

/// From 0, a clear sky, to 1.
pub(super) fn clouds(seed: u64, time: SimTime) -> f64 {
    (0.5 + 0.5 * noise::smooth(seed, channel::CLOUDS, time.days() * 4.0)).powi(2)
}
