//! Draws what a simulated camera sees: a field under a sky, its number, and the time of its clock.
//!
//! Small and quick, because hundreds of cameras are asked at the same time. There is never a person in it.

use chrono::DateTime;
use chrono::Timelike;
use chrono::Utc;
use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;

const WIDTH: u16 = 320;
const HEIGHT: u16 = 180;

/// Quality of the JPEG: about 6 KiB a picture.
const QUALITY: u8 = 75;

/// Pixels of a dot of the letters.
const DOT: usize = 3;

/// A JPEG of 320 × 180 pixels; the same camera and second give the same bytes.
pub(crate) fn draw(number: usize, time: DateTime<Utc>) -> Vec<u8> {
    let (width, height) = (usize::from(WIDTH), usize::from(HEIGHT));
    let mut pixels = vec![0; width * height * 3];
    let hour_in_china = f64::from((time.hour() + 8) % 24);
    let daylight = 1.0 - (hour_in_china - 12.0).abs() / 16.0;
    for (at, pixel) in pixels.chunks_exact_mut(3).enumerate() {
        let (x, y) = (at % width, at / width);
        let color = if y < height / 3 { [150.0, 190.0, 230.0] } else { field(x, y, number) };
        for (channel, value) in pixel.iter_mut().zip(color) {
            *channel = (value * daylight) as u8;
        }
    }
    write(&mut pixels, 8, 8, &format!("SIM-{number}"));
    write(&mut pixels, 8, height - 8 - 5 * DOT, &time.format("%Y-%m-%d %H:%M:%S").to_string());
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, QUALITY)
        .encode(&pixels, WIDTH, HEIGHT, ColorType::Rgb)
        .expect("there are as many pixels as the picture has, and a Vec takes every byte");
    jpeg
}

/// Rows of plants, which lie differently before each camera.
fn field(x: usize, y: usize, number: usize) -> [f64; 3] {
    let row = (x + y * 2 + number * 7) / 16;
    if row.is_multiple_of(2) { [70.0, 140.0, 60.0] } else { [120.0, 95.0, 60.0] }
}

/// Writes in white on a dark ground.
fn write(pixels: &mut [u8], left: usize, top: usize, text: &str) {
    for (place, character) in text.chars().enumerate() {
        let rows = glyph(character);
        for (down, row) in rows.iter().enumerate() {
            for across in 0..4 {
                let lit = across < 3 && row >> (2 - across) & 1 == 1;
                let corner = (left + (place * 4 + across) * DOT, top + down * DOT);
                fill(pixels, corner, if lit { 255 } else { 20 });
            }
        }
    }
}

fn fill(pixels: &mut [u8], (left, top): (usize, usize), gray: u8) {
    let (width, height) = (usize::from(WIDTH), usize::from(HEIGHT));
    for y in top..(top + DOT).min(height) {
        for x in left..(left + DOT).min(width) {
            pixels[(y * width + x) * 3..][..3].fill(gray);
        }
    }
}

/// Three dots a row, five rows; what is not in it is a blank.
fn glyph(character: char) -> [u8; 5] {
    match character {
        '0' => [7, 5, 5, 5, 7],
        '1' => [2, 6, 2, 2, 7],
        '2' => [7, 1, 7, 4, 7],
        '3' => [7, 1, 7, 1, 7],
        '4' => [5, 5, 7, 1, 1],
        '5' => [7, 4, 7, 1, 7],
        '6' => [7, 4, 7, 5, 7],
        '7' => [7, 1, 2, 2, 2],
        '8' => [7, 5, 7, 5, 7],
        '9' => [7, 5, 7, 1, 7],
        '-' => [0, 0, 7, 0, 0],
        ':' => [0, 2, 0, 2, 0],
        'S' => [7, 4, 7, 1, 7],
        'I' => [7, 2, 2, 2, 7],
        'M' => [5, 7, 7, 5, 5],
        _ => [0; 5],
    }
}
