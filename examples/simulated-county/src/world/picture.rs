//! Draws what the camera of a greenhouse sees: film, rows of plants, fruit, the time.
//!
//! Synthetic, and it says so in its corner. There is never a person in it.

mod canvas;
mod font;
mod house;
mod plants;

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;

use self::canvas::Canvas;
use super::Greenhouse;
use super::SimTime;
use super::growth;
use super::noise;
use super::weather;

const WIDTH: u16 = 640;
const HEIGHT: u16 = 360;

/// Quality of the JPEG: 15 to 40 KiB a picture.
const QUALITY: u8 = 78;

/// A JPEG of 640 × 360 pixels; the same arguments give the same bytes.
pub fn picture(seed: u64, greenhouse: &Greenhouse, time: SimTime) -> Vec<u8> {
    let salt = seed ^ greenhouse.salt();
    let stage = growth::stage(greenhouse, time);
    let light = Light { level: weather::daylight(seed, time), hour: time.hour() };
    // Each camera hangs a little differently.
    let view = View {
        across: 320.0 + 36.0 * (noise::unit(&[salt, 1]) - 0.5),
        down: 128.0 + 20.0 * (noise::unit(&[salt, 2]) - 0.5),
    };

    let mut canvas = Canvas::new(WIDTH.into(), HEIGHT.into());
    house::draw(&mut canvas, &view, &light, salt);
    plants::draw(&mut canvas, &view, &light, &stage, salt ^ stage.crop, time);
    grain(&mut canvas, noise::hash(&[salt, time.0]), &light);
    stamp(&mut canvas, greenhouse, &stage, time);

    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, QUALITY)
        .encode(canvas.bytes(), WIDTH, HEIGHT, ColorType::Rgb)
        .expect("the canvas is as large as the picture, and a Vec takes every byte");
    jpeg
}

/// The light of the moment.
struct Light {
    /// 0 at night to 1.
    level: f64,
    hour: f64,
}

impl Light {
    /// A colour as it looks in this light; the camera's own lamp keeps the night from being black.
    fn on(&self, color: [f64; 3]) -> [f64; 3] {
        // The camera exposes longer when it is dull.
        let strength = 0.16 + 0.84 * self.level.powf(0.42);
        // Low sun is warm, night is blue.
        let low = (1.0 - ((self.hour - 12.0).abs() - 5.0).abs().min(1.0)) * self.level.sqrt();
        let night = (1.0 - self.level * 4.0).max(0.0);
        [
            color[0] * strength * (1.0 + 0.12 * low - 0.18 * night),
            color[1] * strength * (1.0 - 0.04 * night),
            color[2] * strength * (1.0 - 0.15 * low + 0.22 * night),
        ]
    }
}

/// Where the camera looks: the point in which all rows meet, in pixels. It hangs 2 m above the soil.
struct View {
    across: f64,
    down: f64,
}

impl View {
    const FOCUS: f64 = 300.0;
    const CAMERA_HEIGHT_M: f64 = 2.0;

    /// Metres to the right, above the soil and away from the camera, to pixels.
    fn project(&self, right_m: f64, above_m: f64, away_m: f64) -> (f64, f64) {
        let scale = Self::FOCUS / away_m;
        (self.across + right_m * scale, self.down + (Self::CAMERA_HEIGHT_M - above_m) * scale)
    }
}

/// The grain of a small sensor, stronger in the dark.
fn grain(canvas: &mut Canvas, salt: u64, light: &Light) {
    let strength = 3.0 + 4.0 * (1.0 - light.level);
    for (at, pixel) in canvas.pixels_mut().enumerate() {
        // One hash serves eight pixels: this is the inner loop of the whole picture.
        let bits = (salt ^ (at as u64 / 8).wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let byte = (bits >> (8 * (at % 8))) as u8;
        let more = (f64::from(byte) / 255.0 - 0.5) * strength;
        for channel in pixel {
            *channel = (f64::from(*channel) + more).clamp(0.0, 255.0) as u8;
        }
    }
}

fn stamp(canvas: &mut Canvas, greenhouse: &Greenhouse, stage: &growth::Stage, time: SimTime) {
    let minutes = (time.hour() * 60.0) as u32;
    let (hour, minute) = (minutes / 60, minutes % 60);
    let text = format!(
        "SIM {} GH-{} DAY {:02} {hour:02}:{minute:02}",
        greenhouse.township, greenhouse.number, stage.age_days as u64
    );
    canvas.darken(0, i64::from(HEIGHT) - 24, font::width(&text) + 16, 24);
    font::write(canvas, 8, i64::from(HEIGHT) - 19, &text);
}
