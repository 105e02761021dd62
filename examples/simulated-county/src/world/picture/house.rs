//! The greenhouse itself: film with the sky behind it, arches, soil with its beds and its path.

use std::f64::consts::PI;

use super::Light;
use super::View;
use super::canvas::Canvas;
use crate::world::noise;

/// Half the width of the house, its height and its depth, in metres.
const HALF_WIDTH_M: f64 = 4.3;
const RIDGE_M: f64 = 3.1;
const DEPTH_M: f64 = 15.0;

pub(super) fn draw(canvas: &mut Canvas, view: &View, light: &Light, salt: u64) {
    for y in 0..canvas.height() {
        for x in 0..canvas.width() {
            let color = soil(view, x as f64, y as f64, salt).unwrap_or_else(|| film(view, light, x as f64, y as f64));
            canvas.set(x as i64, y as i64, light.on(color));
        }
    }
    // Far arches first, so that near ones lie over them.
    for arch in (1..=9).rev() {
        draw_arch(canvas, view, light, f64::from(arch) * 1.6);
    }
    let ridge = |away: f64| view.project(0.0, RIDGE_M, away);
    canvas.line(ridge(1.0), ridge(DEPTH_M), 2.0, light.on([176.0, 182.0, 184.0]));
}

/// The soil at a pixel, or nothing where the film is.
fn soil(view: &View, x: f64, y: f64, salt: u64) -> Option<[f64; 3]> {
    let below = y - view.down;
    let away = View::FOCUS * View::CAMERA_HEIGHT_M / below;
    if below <= 0.0 || away > DEPTH_M {
        return None;
    }
    let right = (x - view.across) * away / View::FOCUS;
    if right.abs() > HALF_WIDTH_M {
        return None;
    }
    // Crumbs of two centimetres near the camera, growing with the distance.
    let crumb = noise::unit(&[salt, 3, (away * 24.0) as u64, ((right + 8.0) * 30.0) as u64]);
    let base = if right.abs() < 0.45 {
        [150.0, 132.0, 108.0] // The path, trodden and dry.
    } else if super::plants::ROWS_M.iter().any(|row| (right - row).abs() < 0.34) {
        [92.0, 68.0, 50.0] // A bed, dark from the water.
    } else {
        [120.0, 94.0, 70.0]
    };
    Some(base.map(|channel| channel * (0.86 + 0.24 * crumb)))
}

/// The film: brightest where the sun stands, milky everywhere.
fn film(view: &View, light: &Light, x: f64, y: f64) -> [f64; 3] {
    let sun_across = view.across + (light.hour - 12.0) / 6.0 * 340.0;
    let sun_down = 10.0 + (light.hour - 12.0).abs() * 14.0;
    let distance = ((x - sun_across).powi(2) + (y - sun_down).powi(2)).sqrt();
    let glow = 40.0 * light.level * (-distance / 130.0).exp();
    let height = 1.0 - (y / view.down).min(1.3) * 0.16;
    // Sheets of film overlap every few metres.
    let sheet = if ((x - view.across) / (24.0 + y * 0.4)).floor() as i64 % 2 == 0 { 1.0 } else { 0.975 };
    [(208.0 * height + glow) * sheet, (221.0 * height + glow) * sheet, (224.0 * height + glow * 0.8) * sheet]
}

fn draw_arch(canvas: &mut Canvas, view: &View, light: &Light, away: f64) {
    let color = light.on([150.0, 157.0, 160.0]);
    let width = (14.0 / away).clamp(1.0, 9.0);
    let point = |step: i32| {
        let angle = PI * f64::from(step) / 28.0;
        view.project(HALF_WIDTH_M * angle.cos(), RIDGE_M * angle.sin().powf(0.75), away)
    };
    for step in 0..28 {
        canvas.line(point(step), point(step + 1), width, color);
    }
}
