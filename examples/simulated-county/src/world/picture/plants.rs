//! Rows of plants from the far end to the camera: stems, leaves, fruit as far as they are grown.

use super::Light;
use super::View;
use super::canvas::Canvas;
use crate::world::SimTime;
use crate::world::growth::Stage;
use crate::world::noise;

/// Where the rows stand, in metres to the right of the middle.
pub(super) const ROWS_M: [f64; 6] = [-3.6, -2.4, -1.2, 1.2, 2.4, 3.6];

/// Metres from the camera to the nearest plant, to the farthest, and between two of a row.
const NEAREST_M: f64 = 2.6;
const FARTHEST_M: f64 = 13.5;
const SPACING_M: f64 = 0.85;

/// Height of a grown plant in metres.
const GROWN_M: f64 = 1.75;

const RIPE: [f64; 3] = [206.0, 44.0, 32.0];
const UNRIPE: [f64; 3] = [128.0, 160.0, 62.0];

pub(super) fn draw(canvas: &mut Canvas, view: &View, light: &Light, stage: &Stage, salt: u64, time: SimTime) {
    if stage.height <= 0.0 {
        return;
    }
    let in_row = ((FARTHEST_M - NEAREST_M) / SPACING_M) as u64;
    for place in (0..=in_row).rev() {
        for (row, right) in (0..).zip(ROWS_M) {
            let plant = Plant { salt: noise::hash(&[salt, 5, row, place]), time };
            let away = NEAREST_M + place as f64 * SPACING_M + 0.2 * plant.chance(0);
            plant.draw(canvas, view, light, stage, right + 0.12 * (plant.chance(1) - 0.5), away);
        }
    }
}

struct Plant {
    salt: u64,
    time: SimTime,
}

impl Plant {
    /// Something of this plant that never changes, 0 to below 1.
    fn chance(&self, what: u64) -> f64 {
        noise::unit(&[self.salt, what])
    }

    fn draw(&self, canvas: &mut Canvas, view: &View, light: &Light, stage: &Stage, right: f64, away: f64) {
        let height = GROWN_M * stage.height * (0.82 + 0.36 * self.chance(2));
        let scale = View::FOCUS / away;
        // Far plants pale into the damp air.
        let haze = ((away - NEAREST_M) / FARTHEST_M * 0.45).clamp(0.0, 0.45);
        let seen = |color: [f64; 3]| {
            let pale = [178.0, 192.0, 190.0];
            light.on([0, 1, 2].map(|channel| color[channel] * (1.0 - haze) + pale[channel] * haze))
        };
        let foot = view.project(right, 0.0, away);
        let top = view.project(right + 0.1 * (self.chance(3) - 0.5), height, away);
        canvas.line(foot, top, (0.03 * scale).max(1.0), seen([96.0, 122.0, 62.0]));

        let leaves = 3 + (13.0 * stage.height) as u64;
        for leaf in 0..leaves {
            let chance = |what: u64| self.chance(16 + leaf * 8 + what);
            let up = height * (0.15 + 0.85 * (leaf as f64 + chance(0)) / leaves as f64).min(1.0);
            let side = if leaf % 2 == 0 { 1.0 } else { -1.0 };
            let reach = (0.07 + 0.25 * stage.height) * (0.6 + 0.6 * chance(1));
            // The ventilation moves them a little from picture to picture.
            let sway = 0.012 * (noise::unit(&[self.salt, leaf, self.time.0]) - 0.5);
            let center = view.project(right + side * reach * 0.55 + sway, up, away);
            let green = 96.0 + 62.0 * chance(2);
            let color = [34.0 + 0.3 * green + 18.0 * chance(3), green, 36.0 + 20.0 * chance(4)];
            let radii = (reach * 0.62 * scale, reach * 0.27 * scale);
            canvas.ellipse(center, radii, side * (0.35 + 0.5 * chance(5)), seen(color));
        }

        if stage.fruit > 0.0 {
            for fruit in 0..2 + (4.0 * self.chance(4)) as u64 {
                let chance = |what: u64| self.chance(400 + fruit * 8 + what);
                let center = view.project(right + 0.3 * (chance(0) - 0.5), height * (0.25 + 0.5 * chance(1)), away);
                // Not all ripen on the same day.
                let ripe = (stage.ripe * 1.4 - 0.4 * chance(2)).clamp(0.0, 1.0);
                let color = [0, 1, 2].map(|channel| UNRIPE[channel] + (RIPE[channel] - UNRIPE[channel]) * ripe);
                let radius = 0.055 * stage.fruit * scale;
                canvas.ellipse(center, (radius, radius), 0.0, seen(color));
            }
        }
    }
}
