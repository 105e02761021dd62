//! Photos that are drawn, and the body that carries one beside a form.

use anyhow::Context;
use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;

const BOUNDARY: &str = "tour-1d9c3a7be2f84c06-boundary";
const WIDTH: u16 = 320;
const HEIGHT: u16 = 240;

/// A JPEG of a grey street; the shade tells photos apart.
///
/// # Errors
/// When it cannot be encoded.
pub fn draw(run: &str, number: u8) -> anyhow::Result<Vec<u8>> {
    // Bytes are kept once: a second tour draws other photos.
    let seed = run.bytes().fold(u32::from(number), |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let pixel = |at: u32| (at.wrapping_add(seed).wrapping_mul(2_654_435_761) >> 24) as u8 / 8 + 96 + number;
    let pixels: Vec<u8> = (0..u32::from(WIDTH) * u32::from(HEIGHT)).map(|at| pixel(at / 64)).collect();
    let mut jpeg = Vec::new();
    Encoder::new(&mut jpeg, 85).encode(&pixels, WIDTH, HEIGHT, ColorType::Luma).context("encoding a photo")?;
    Ok(jpeg)
}

/// Media type and body of a pressed button with a photo.
pub fn parts(press: &str, field: &str, jpeg: &[u8]) -> (String, Vec<u8>) {
    let mut body = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"press\"\r\n\r\n{press}\r\n--{BOUNDARY}\r\n\
         content-disposition: form-data; name=\"{field}\"; filename=\"photo.jpg\"\r\ncontent-type: image/jpeg\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(jpeg);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_run_draws_other_photos() {
        let one = draw("1795420800", 1).unwrap();
        assert_eq!(one, draw("1795420800", 1).unwrap());
        assert_ne!(one, draw("1795420801", 1).unwrap());
        assert_ne!(one, draw("1795420800", 2).unwrap());
    }
}
