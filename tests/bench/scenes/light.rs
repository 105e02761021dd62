//! The light of a moment: sun, clouds, shadows, rain, snow, infrared at night, and a camera that evens brightness out.

use super::dice::Dice;
use super::street::GROUND;
use super::street::HEIGHT;
use super::street::Plane;
use super::street::Street;
use super::street::WIDTH;

/// Daylight below which a camera switches to infrared.
const INFRARED_BELOW: f32 = 0.05;

/// The sky of a day.
#[derive(Clone)]
pub(crate) struct Sky {
    /// Clouds, 0 to 1; they drift by as much again within a day.
    pub(crate) clouds: f32,
    /// From which to which hour it rains.
    pub(crate) rain: Option<(f32, f32)>,
    /// From which hour it snows; the snow stays.
    pub(crate) snow: Option<f32>,
    /// Days since the first: shadows move with the season, one and a half pixels a day.
    pub(crate) days: f32,
    /// Chance of the day.
    pub(crate) number: u64,
}

/// Where shadows fall on this street: left edge at noon, how far it goes an hour, width, first row, and how deep.
pub(crate) struct Shadows(Vec<(f32, f32, f32, f32)>);

impl Shadows {
    /// Two or three houses and poles on the other side.
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let count = 2 + usize::from(dice.share() < 0.5);
        let one = |dice: &mut Dice| {
            (dice.within(-60.0, 280.0), dice.within(14.0, 34.0), dice.within(12.0, 90.0), dice.within(60.0, 130.0))
        };
        Self((0..count).map(|_| one(dice)).collect())
    }

    /// Whether a pixel lies in one at that hour.
    fn covers(&self, x: f32, y: f32, hour: f32, days: f32) -> bool {
        self.0.iter().any(|(noon, speed, width, top)| {
            let left = noon + 1.5 * days + speed * (hour - 12.0) + (y - GROUND as f32) * 0.3 * (12.5 - hour) / 4.0;
            y >= *top && x >= left && x < left + width
        })
    }
}

/// The height of the sun as light, 0 to 1, between a quarter past six and a quarter to six.
fn sun(hour: f32) -> f32 {
    (std::f32::consts::PI * (hour - 6.25) / 11.5).sin().max(0.0)
}

/// What a camera sees of a plane at that hour: gray values.
pub(crate) fn seen(
    street: &Street,
    things: &Plane,
    shadows: &Shadows,
    sky: &Sky,
    hour: f32,
    dice: &mut Dice,
) -> Vec<u8> {
    let mut drift = Dice::new(sky.number, (hour * 2.0) as u64);
    let clouds = (sky.clouds + drift.within(-0.25, 0.25)).clamp(0.0, 1.0);
    let height = sun(hour);
    let (direct, ambient) = (0.75 * height.powf(0.7) * (1.0 - clouds), 0.03 + 0.35 * height.powf(0.6));
    let raining = sky.rain.is_some_and(|(from, to)| (from..to).contains(&hour));
    let snow = sky.snow.map_or(0.0, |from| ((hour - from) / 2.0).clamp(0.0, 1.0));
    if direct + ambient < INFRARED_BELOW {
        return infrared(street, things, dice);
    }
    let mut lit: Plane = Vec::with_capacity(things.len());
    for (at, thing) in things.iter().enumerate() {
        let (x, y) = ((at % WIDTH) as f32, at / WIDTH);
        let mut reflects = *thing;
        if y >= GROUND {
            if raining {
                reflects *= 0.78; // A wet street is darker.
            }
            reflects += snow * (0.9 - reflects) * 0.92;
        }
        let shaded = direct > 0.0 && y >= GROUND && shadows.covers(x, y as f32, hour, sky.days);
        lit.push(reflects * (ambient + if shaded { 0.06 * direct } else { direct }));
    }
    let mean = lit.iter().sum::<f32>() / lit.len() as f32;
    // Exposure aims at the middle and goes only so far.
    let gain = (108.0 / mean).min(1_500.0);
    let noise = 1.2 + gain / 700.0;
    let veil = if raining || snow > 0.0 && snow < 1.0 { drift.within(0.12, 0.4) } else { 0.0 };
    let mut gray: Vec<u8> = lit
        .iter()
        .map(|value| {
            let value = value * gain * (1.0 - veil) + 135.0 * veil + dice.noise() * noise;
            value.clamp(0.0, 255.0) as u8
        })
        .collect();
    if veil > 0.0 {
        let streaks = dice.within(60.0, 260.0) as usize;
        for _ in 0..streaks {
            let (x, y) = (dice.within(0.0, 319.0) as usize, dice.within(0.0, 160.0) as usize);
            for step in 0..dice.within(4.0, 16.0) as usize {
                let at = (y + step).min(HEIGHT - 1) * WIDTH + x;
                gray[at] = gray[at].saturating_add(38);
            }
        }
    }
    gray
}

/// The camera's own lamp: bright in the middle, nothing far away, and much noise.
fn infrared(street: &Street, things: &Plane, dice: &mut Dice) -> Vec<u8> {
    let added = things.iter().zip(&street.day).map(|(thing, empty)| thing - empty);
    let at_night = street.infrared.iter().zip(added);
    let value = |(at, (base, added)): (usize, (&f32, f32))| {
        let (dx, dy) = ((at % WIDTH) as f32 / 160.0 - 1.0, (at / WIDTH) as f32 / 90.0 - 1.1);
        let lamp = (1.0 - 0.75 * (dx * dx + dy * dy)).max(0.03);
        ((base + 0.6 * added) * lamp * 190.0 + dice.noise() * 5.0).clamp(0.0, 255.0) as u8
    };
    at_night.enumerate().map(value).collect()
}
