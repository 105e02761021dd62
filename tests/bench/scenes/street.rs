//! A drawn street with a bin, before which things happen: what reflects how much light, without any light yet.

use super::dice::Dice;

/// Width of a picture, as the host measures figures.
pub(crate) const WIDTH: usize = 320;
/// Height of a picture.
pub(crate) const HEIGHT: usize = 180;
/// First row of the ground.
pub(crate) const GROUND: usize = 76;

/// Reflectance of each pixel, 0 to 1.
pub(crate) type Plane = Vec<f32>;

/// A box of pixels: left, top, width, height.
#[derive(Clone, Copy)]
pub(crate) struct Area {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) width: f32,
    pub(crate) height: f32,
}

/// One street.
pub(crate) struct Street {
    /// By daylight.
    pub(crate) day: Plane,
    /// By infrared light, where cloth, leaves and paint look different.
    pub(crate) infrared: Plane,
    /// What somebody drew: where heaps would lie.
    pub(crate) region: Area,
}

impl Area {
    /// Its four corners as shares of the picture.
    pub(crate) fn corners(self) -> Vec<[f64; 2]> {
        let at = |x: f32, y: f32| [f64::from(x) / WIDTH as f64, f64::from(y) / HEIGHT as f64];
        let (right, bottom) = (self.x + self.width, self.y + self.height);
        vec![at(self.x, self.y), at(right, self.y), at(right, bottom), at(self.x, bottom)]
    }
}

impl Street {
    /// Houses above a textured ground, and a bin in the region.
    pub(crate) fn new(dice: &mut Dice) -> Self {
        let mut day = vec![0.0; WIDTH * HEIGHT];
        let (wall, ground) = (dice.within(0.45, 0.7), dice.within(0.3, 0.5));
        for (at, pixel) in day.iter_mut().enumerate() {
            let y = at / WIDTH;
            *pixel = if y < 24 {
                0.85
            } else if y < GROUND {
                wall
            } else {
                ground + 0.0006 * (y - GROUND) as f32
            };
        }
        for _ in 0..70 {
            let area = Area {
                x: dice.within(-10.0, 320.0),
                y: dice.within(14.0, GROUND as f32 - 6.0),
                width: dice.within(4.0, 40.0),
                height: dice.within(4.0, 26.0),
            };
            fill(&mut day, area, dice.within(0.12, 0.9));
        }
        // Kerbs, lids, patches, markings.
        for _ in 0..28 {
            let wide = dice.share() < 0.5;
            let area = Area {
                x: dice.within(-20.0, 310.0),
                y: dice.within(GROUND as f32, HEIGHT as f32),
                width: if wide { dice.within(20.0, 120.0) } else { dice.within(3.0, 14.0) },
                height: if wide { dice.within(1.0, 4.0) } else { dice.within(3.0, 14.0) },
            };
            fill(&mut day, area, ground + dice.within(-0.16, 0.3));
        }
        grain(&mut day, dice, 1, 0.03);
        grain(&mut day, dice, 6, 0.05);
        let region = Area {
            x: dice.within(70.0, 150.0),
            y: dice.within(92.0, 112.0),
            width: dice.within(70.0, 110.0),
            height: dice.within(42.0, 62.0),
        };
        let bin = Area { x: region.x + 0.4 * region.width, y: region.y + 2.0, width: 17.0, height: 24.0 };
        fill(&mut day, bin, 0.16);
        fill(&mut day, Area { height: 4.0, ..bin }, 0.3);
        let mut infrared: Plane = day.iter().map(|value| 0.25 + 0.5 * value).collect();
        for _ in 0..60 {
            let area = Area {
                x: dice.within(0.0, 320.0),
                y: dice.within(14.0, HEIGHT as f32),
                width: dice.within(6.0, 40.0),
                height: dice.within(4.0, 26.0),
            };
            fill(&mut infrared, area, dice.within(0.2, 0.85));
        }
        Self { day, infrared, region }
    }
}

/// Fills a box.
pub(crate) fn fill(plane: &mut Plane, area: Area, value: f32) {
    each(area, |at, _, _| plane[at] = value);
}

/// Visits each pixel of a box that lies in the picture, with its place in the box as shares.
pub(crate) fn each(area: Area, mut visit: impl FnMut(usize, f32, f32)) {
    let (left, right) = (area.x.max(0.0) as usize, (area.x + area.width).clamp(0.0, WIDTH as f32) as usize);
    let (top, bottom) = (area.y.max(0.0) as usize, (area.y + area.height).clamp(0.0, HEIGHT as f32) as usize);
    for y in top..bottom {
        for x in left..right {
            visit(y * WIDTH + x, (x as f32 - area.x) / area.width, (y as f32 - area.y) / area.height);
        }
    }
}

/// Puts a bag on the ground: round, brighter above, with a fold.
pub(crate) fn bag(plane: &mut Plane, (x, y): (f32, f32), radius: f32, value: f32) {
    let area = Area { x: x - radius, y: y - radius, width: 2.0 * radius, height: 2.0 * radius };
    each(area, |at, u, v| {
        let (dx, dy) = (2.0 * u - 1.0, 2.0 * v - 1.0);
        if dx * dx + dy * dy <= 1.0 {
            plane[at] = (value * (1.15 - 0.35 * v) - if (dx + dy).abs() < 0.12 { 0.08 } else { 0.0 }).clamp(0.03, 0.97);
        }
    });
}

/// Adds grain of so many pixels a side.
fn grain(plane: &mut Plane, dice: &mut Dice, size: usize, strength: f32) {
    let columns = WIDTH / size + 2;
    let cells: Vec<f32> = (0..columns * (HEIGHT / size + 2)).map(|_| dice.noise() * strength).collect();
    for (at, pixel) in plane.iter_mut().enumerate() {
        let (x, y) = (at % WIDTH, at / WIDTH);
        *pixel = (*pixel + cells[(y / size) * columns + x / size]).clamp(0.02, 0.98);
    }
}
