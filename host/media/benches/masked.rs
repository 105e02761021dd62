//! How many 1080p pictures one core masks, measures and compares in a second.
//!
//! By the CPU time of this process, so that a busy machine does not blur it. The picture is drawn: a street with texture
//! and noise, 4:2:0, quality 85, about as many bytes as a camera sends.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use jpeg_encoder::ColorType;
use jpeg_encoder::Encoder;
use jpeg_encoder::SamplingFactor;
use xl_media::Luma;
use xl_media::PictureLimits;
use xl_media::PixelFormat;
use xl_media::compare;
use xl_media::covered_jpeg;
use xl_media::covered_pixels;
use xl_model::picture::Cover;
use xl_model::region::Masks;

const WIDTH: u16 = 1920;
const HEIGHT: u16 = 1080;

fn main() {
    let jpeg = street();
    let limits = PictureLimits::default();
    // A house front, a window and a yard of many corners.
    let masks: Masks = serde_json::from_str(
        "[[[0,0],[0.3,0],[0.35,0.4],[0,0.5]],[[0.6,0.2],[0.7,0.2],[0.7,0.3],[0.6,0.3]],\
         [[0.5,0.6],[0.6,0.55],[0.8,0.6],[0.9,0.7],[0.85,0.9],[0.7,0.95],[0.55,0.9],[0.5,0.75]]]",
    )
    .expect("three regions");
    let (cover, nothing) = (Cover { masks, max_side: None }, Cover::default());
    println!("a picture of {WIDTH} × {HEIGHT}, {} KiB, 3 masks; per second of one core:", jpeg.len() / 1024);
    let luma = Luma::decode(&jpeg, &cover.masks, &limits).expect("it decodes");
    for _ in 0..3 {
        print("snapshot_masked_per_core_s", 600, || {
            covered_pixels(&jpeg, 320, 180, PixelFormat::Gray, &cover, &limits).map_or(0, |pixels| pixels.len())
        });
        print("  the same without masks", 600, || {
            covered_pixels(&jpeg, 320, 180, PixelFormat::Gray, &nothing, &limits).map_or(0, |pixels| pixels.len())
        });
        print("  masked JPEG of 640 pixels", 150, || {
            covered_jpeg(&jpeg, 640, &cover, &limits).map_or(0, |jpeg| jpeg.len())
        });
        print("  figures of a decoded picture", 4_000, || luma.metrics().brightness as usize);
        print("  comparison with a reference", 1_000, || compare(&luma, &luma, None).map_or(0, |_| 1));
    }
}

fn print(name: &str, times: u32, work: impl Fn() -> usize) {
    work(); // Warm caches, so that the first round is like the others.
    let start = cpu_ms();
    let found: usize = (0..times).map(|_| std::hint::black_box(work())).sum();
    let spent = cpu_ms() - start;
    assert!(found > 0, "{name} gave nothing");
    println!("{name:<32} {:>8.0}   {:>7.3} ms each", f64::from(times) / spent * 1000.0, spent / f64::from(times));
}

fn street() -> Vec<u8> {
    let mut noise = 1u32;
    let mut pixels = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..u32::from(HEIGHT) {
        for x in 0..u32::from(WIDTH) {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grain = noise >> 28;
            let brick = if (x / 48 + y / 24) % 2 == 0 { 30 } else { 0 };
            let house = (x / 240 * 37 + y / 270 * 61) % 120;
            for channel in [0, 20, 45] {
                pixels.push((40 + house + brick + grain + channel) as u8);
            }
        }
    }
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, 85);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&pixels, WIDTH, HEIGHT, ColorType::Rgb).expect("it encodes");
    jpeg
}

/// CPU time of this process in milliseconds: user and system, in ticks of 10 ms (proc(5), fields 14 and 15).
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .map(|rest| rest.split_whitespace().map(|field| field.parse().unwrap_or(0.0)).collect())
        .unwrap_or_default();
    (fields.get(11).unwrap_or(&0.0) + fields.get(12).unwrap_or(&0.0)) * 10.0
}
