//! Pictures for tests: real JPEG files, drawn here.

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use sha2::Digest as _;
use xl_model::id::Digest;
use xl_model::picture::PictureRef;
use xl_store::Store;

/// A JPEG of a gradient; another `shade`, another picture.
pub(crate) fn jpeg(width: u16, height: u16, shade: u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..u32::from(width) * u32::from(height))
        .flat_map(|i| [(i % 256) as u8, shade, (i / u32::from(width) % 256) as u8])
        .collect();
    encoded(&pixels, width, height)
}

/// A JPEG whose columns are black and white by turns: scaled down by half, all of it is gray.
pub(crate) fn stripes(width: u16, height: u16) -> Vec<u8> {
    let row: Vec<u8> = (0..width).flat_map(|x| [if x % 2 == 0 { 0 } else { 255 }; 3]).collect();
    encoded(&row.repeat(height.into()), width, height)
}

fn encoded(pixels: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    Encoder::new(&mut bytes, 80).encode(pixels, width, height, ColorType::Rgb).unwrap();
    bytes
}

/// Puts a picture into a store, as if a camera had sent it; its event is the caller's affair.
pub(crate) async fn stored(store: &Store, shade: u8) -> PictureRef {
    let jpeg = jpeg(64, 48, shade);
    let sha256: Digest = hex::encode(sha2::Sha256::digest(&jpeg)).parse().unwrap();
    let bytes = jpeg.len().try_into().unwrap();
    store.put_picture(&sha256, jpeg.into()).await.unwrap();
    PictureRef { sha256, width: 64, height: 48, bytes }
}

/// The first bytes of a PNG file, as a camera with a wrong setting would send them.
pub(crate) const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
