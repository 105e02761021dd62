//! Writes words over a picture, faintly, and below it in a strip of its own: whoever passes the picture on passes them on.
//!
//! The glyphs are those of GNU Unifont, 16 dots high, for every character of the Basic Multilingual Plane: the number of a case is
//! drawn as it was typed. A dot is as many pixels as the picture is wide for.

use unifont::Glyph;
use unifont::get_glyph;

use crate::Image;

/// Width of a column in dots; a Chinese character takes two columns.
const COLUMN: u32 = 8;

/// Height of a glyph in dots.
const HEIGHT: u32 = 16;

/// Height of a line with the space below it, in dots.
const LINE: u32 = 18;

/// Columns that fit beside each other at the size that is aimed at.
const AIM: u32 = 80;

/// Most characters of one of the words, so that picture and strip of a narrow one stay within what a JPEG can hold.
///
/// More than number, person and case of an export can have together; what is beyond is left out, and `…` says so.
const MOST_CHARS: usize = 300;

/// How much the words over the picture change what is below them, of 255: to be seen, and to be seen through.
const FAINT: u8 = 48;

/// Glyphs of a line, each with the column in which it begins.
type Line = Vec<(u32, &'static Glyph)>;

/// The picture with the first words over it in three places, as far as it is high enough, and all words below.
pub(crate) fn stamp(mut image: Image, words: &[&str]) -> Image {
    let dot = (image.width / (AIM * COLUMN)).max(1);
    let fits = (image.width / (COLUMN * dot)).max(1);
    let lines: Vec<Line> = words.iter().flat_map(|words| broken(words, fits)).collect();
    let first = words.first().map_or_else(Vec::new, |first| broken(first, fits));
    let apart = (image.height / 4).max(first.len() as u32 * LINE * dot);
    for part in 1..=3 {
        for (number, line) in (0..).zip(&first) {
            let mut draw = |x, y| blend(&mut image, x, y);
            write(line, dot, part * apart + number * LINE * dot, &mut draw);
        }
    }
    let top = image.height;
    let added = (lines.len() as u32 * LINE + 2) * dot;
    image.height += added;
    let bytes = image.format.bytes();
    image.pixels.resize(image.width as usize * image.height as usize * bytes, 0);
    for (number, line) in (0..).zip(&lines) {
        let mut draw = |x, y| set(&mut image, x, y);
        write(line, dot, top + (number * LINE + 2) * dot, &mut draw);
    }
    image
}

/// Words in lines that fit. A character that is wider than the picture has a line for itself.
fn broken(words: &str, fits: u32) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut line, mut column) = (Line::new(), 0);
    for glyph in glyphs(words) {
        let columns = glyph.get_width() as u32 / COLUMN;
        if column > 0 && column + columns > fits {
            lines.push(std::mem::take(&mut line));
            column = 0;
        }
        line.push((column, glyph));
        column += columns;
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// What is drawn for each character; what has no glyph is drawn as the sign for that (U+FFFD).
fn glyphs(words: &str) -> impl Iterator<Item = &'static Glyph> {
    let cut = words.chars().nth(MOST_CHARS).map(|_| '…');
    let kept = words.chars().take(MOST_CHARS).chain(cut);
    kept.filter_map(|char| get_glyph(char).or_else(|| get_glyph(char::REPLACEMENT_CHARACTER)))
}

/// Calls `draw` with each pixel of a line; those beside the picture as well.
fn write(line: &[(u32, &Glyph)], dot: u32, top: u32, draw: &mut impl FnMut(u32, u32)) {
    for &(column, glyph) in line {
        for row in 0..HEIGHT {
            let width = glyph.get_width() as u32;
            for across in (0..width).filter(|across| glyph.get_pixel(*across as usize, row as usize)) {
                let (x, y) = ((column * COLUMN + across) * dot, top + row * dot);
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
