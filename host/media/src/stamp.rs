//! Writes words over a picture, faintly, and below it in a strip of its own: whoever passes the picture on passes them on.

use font8x8::BASIC_FONTS;
use font8x8::UnicodeFonts as _;

use crate::Image;

/// Width and height of a glyph, in its own dots.
const GLYPH: u32 = 8;

/// Height of a line with the space below it, in dots.
const LINE: u32 = 10;

/// Characters that fit beside each other at the size that is aimed at.
const AIM: u32 = 80;

/// How much the words over the picture change what is below them, of 255: to be seen, and to be seen through.
const FAINT: u8 = 48;

/// The picture with the first line over it in three places, and all lines below.
pub(crate) fn stamp(mut image: Image, words: &[&str]) -> Image {
    let dot = (image.width / (AIM * GLYPH)).max(1);
    let fits = (image.width / (GLYPH * dot)).max(1) as usize;
    if let Some(first) = words.first() {
        for part in 1..=3 {
            let top = image.height / 4 * part;
            let mut draw = |x, y| blend(&mut image, x, y);
            write(first, fits, dot, (0, top), &mut draw);
        }
    }
    let lines: Vec<String> = words.iter().flat_map(|line| broken(line, fits)).collect();
    let top = image.height;
    let added = (lines.len() as u32 * LINE + 2) * dot;
    image.height += added;
    let bytes = image.format.bytes();
    image.pixels.resize(image.width as usize * image.height as usize * bytes, 0);
    for (number, line) in (0..).zip(&lines) {
        let mut draw = |x, y| set(&mut image, x, y);
        write(line, fits, dot, (0, top + (number * LINE + 2) * dot), &mut draw);
    }
    image
}

/// A line in pieces that fit.
fn broken(line: &str, fits: usize) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    chars.chunks(fits).map(|part| part.iter().collect()).collect()
}

/// Calls `draw` with each pixel of the first characters of a line.
fn write(line: &str, fits: usize, dot: u32, (left, top): (u32, u32), draw: &mut impl FnMut(u32, u32)) {
    for (number, char) in (0..).zip(line.chars().take(fits)) {
        let glyph = BASIC_FONTS.get(char).or_else(|| BASIC_FONTS.get('?')).unwrap_or_default();
        for (row, bits) in (0..).zip(glyph) {
            for column in (0..GLYPH).filter(|column| bits >> column & 1 == 1) {
                let (x, y) = (left + (number * GLYPH + column) * dot, top + row * dot);
                (0..dot * dot).for_each(|cell| draw(x + cell % dot, y + cell / dot));
            }
        }
    }
}

/// The bytes of a pixel; nothing beside the picture.
fn pixel(image: &mut Image, x: u32, y: u32) -> Option<&mut [u8]> {
    if x >= image.width || y >= image.height {
        return None;
    }
    let bytes = image.format.bytes();
    let at = (y as usize * image.width as usize + x as usize) * bytes;
    image.pixels.get_mut(at..at + bytes)
}

fn set(image: &mut Image, x: u32, y: u32) {
    if let Some(pixel) = pixel(image, x, y) {
        pixel.fill(255);
    }
}

fn blend(image: &mut Image, x: u32, y: u32) {
    for byte in pixel(image, x, y).into_iter().flatten() {
        *byte = if *byte < 128 { *byte + FAINT } else { *byte - FAINT };
    }
}
