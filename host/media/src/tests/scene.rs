//! A drawn street, seen by a drawn camera.

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use xl_model::region::Masks;

use super::Dice;
use super::limits;
use crate::Luma;

/// Size as a camera sends it; the working picture is 320 × 180.
const WIDTH: usize = 640;
const HEIGHT: usize = 360;

/// Gray values, larger than what the camera sees, so that it can be turned.
pub(super) struct Scene {
    pixels: Vec<u8>,
}

impl Scene {
    const MARGIN: usize = 160;
    const STRIDE: usize = WIDTH + 2 * Self::MARGIN;
    const LINES: usize = HEIGHT + 2 * Self::MARGIN;

    /// Sky above road, with houses, windows and some texture, another for each number.
    pub(super) fn street(number: u64) -> Self {
        let mut dice = Dice(number);
        let mut pixels: Vec<u8> = (0..Self::LINES)
            .flat_map(|y| (0..Self::STRIDE).map(move |_| if y < Self::LINES / 3 { 170 } else { 105 }))
            .collect();
        for pixel in &mut pixels {
            *pixel = pixel.wrapping_add(dice.below(7) as u8);
        }
        let mut scene = Self { pixels };
        for _ in 0..90 {
            let (x, y) = (dice.below(Self::STRIDE as u32) as usize, dice.below(Self::LINES as u32) as usize);
            let (width, height) = (8 + dice.below(70) as usize, 8 + dice.below(70) as usize);
            let gray = 40 + dice.below(170) as u8;
            scene.fill((x, y), (width, height), gray);
        }
        scene
    }

    fn fill(&mut self, (left, top): (usize, usize), (width, height): (usize, usize), gray: u8) {
        for y in top..(top + height).min(Self::LINES) {
            let (from, to) = (left.min(Self::STRIDE), (left + width).min(Self::STRIDE));
            self.pixels[y * Self::STRIDE + from..y * Self::STRIDE + to].fill(gray);
        }
    }

    /// Puts a thing with a checked surface into view; place and size as shares of it.
    pub(super) fn with(mut self, (x, y): (f64, f64), (width, height): (f64, f64)) -> Self {
        let at = |share: f64, side: usize| (share * side as f64) as usize;
        let (left, top) = (Self::MARGIN + at(x, WIDTH), Self::MARGIN + at(y, HEIGHT));
        let (width, height) = (at(width, WIDTH), at(height, HEIGHT));
        for step in 0..height.div_ceil(20) {
            self.fill(
                (left, top + step * 20),
                (width, (height - step * 20).min(20)),
                if step % 2 == 0 { 250 } else { 5 },
            );
        }
        self
    }

    /// What a camera sees that was turned by so many of its pixels since it was mounted.
    pub(super) fn seen_from(&self, right: i32, down: i32) -> View {
        let column = (Self::MARGIN as i32 + right) as usize;
        let row = |y: usize| ((Self::MARGIN as i32 + down) as usize + y) * Self::STRIDE + column;
        View { pixels: (0..HEIGHT).flat_map(|y| self.pixels[row(y)..row(y) + WIDTH].to_vec()).collect() }
    }

    pub(super) fn seen(&self) -> View {
        self.seen_from(0, 0)
    }
}

/// What falls onto the sensor.
pub(super) struct View {
    pixels: Vec<u8>,
}

impl View {
    /// With another exposure.
    pub(super) fn lit(mut self, gain: f64, offset: f64) -> Self {
        for pixel in &mut self.pixels {
            *pixel = (f64::from(*pixel) * gain + offset).round().clamp(0.0, 255.0) as u8;
        }
        self
    }

    /// With noise of up to so many gray levels on each pixel.
    pub(super) fn noisy(mut self, number: u64, levels: u32) -> Self {
        let mut dice = Dice(number);
        for pixel in &mut self.pixels {
            let noise = dice.below(2 * levels + 1) as i32 - levels as i32;
            *pixel = (i32::from(*pixel) + noise).clamp(0, 255) as u8;
        }
        self
    }

    /// Out of focus: the mean over a square of so many pixels to each side.
    pub(super) fn blurred(mut self, radius: usize) -> Self {
        let mean =
            |values: &[u8]| (values.iter().map(|value| u32::from(*value)).sum::<u32>() / values.len() as u32) as u8;
        let smooth = |line: &[u8]| -> Vec<u8> {
            (0..line.len()).map(|x| mean(&line[x.saturating_sub(radius)..(x + radius + 1).min(line.len())])).collect()
        };
        self.pixels = self.pixels.chunks_exact(WIDTH).flat_map(smooth).collect();
        for x in 0..WIDTH {
            let column: Vec<u8> = self.pixels.iter().skip(x).step_by(WIDTH).copied().collect();
            for (y, value) in smooth(&column).into_iter().enumerate() {
                self.pixels[y * WIDTH + x] = value;
            }
        }
        self
    }

    pub(super) fn jpeg(&self) -> Vec<u8> {
        let mut jpeg = Vec::new();
        let encoder = Encoder::new(&mut jpeg, 80);
        encoder.encode(&self.pixels, WIDTH as u16, HEIGHT as u16, ColorType::Luma).unwrap();
        jpeg
    }

    pub(super) fn luma(&self) -> Luma {
        self.luma_under(&Masks::default())
    }

    pub(super) fn luma_under(&self, masks: &Masks) -> Luma {
        Luma::decode(&self.jpeg(), masks, &limits()).unwrap()
    }
}
