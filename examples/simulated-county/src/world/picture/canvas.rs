//! A small RGB canvas: pixels, thick lines, ellipses. What falls outside is left out.

pub(super) struct Canvas {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, rgb: vec![0; width * height * 3] }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.rgb
    }

    pub(super) fn pixels_mut(&mut self) -> impl Iterator<Item = &mut [u8]> {
        self.rgb.chunks_exact_mut(3)
    }

    pub(super) fn set(&mut self, x: i64, y: i64, color: [f64; 3]) {
        if let Some(pixel) = self.pixel(x, y) {
            pixel.copy_from_slice(&color.map(|channel| channel.clamp(0.0, 255.0) as u8));
        }
    }

    /// A filled ellipse, turned by an angle in radians; its upper half is a little lighter.
    pub(super) fn ellipse(&mut self, center: (f64, f64), radii: (f64, f64), turned: f64, color: [f64; 3]) {
        let reach = radii.0.max(radii.1).ceil();
        let (sine, cosine) = turned.sin_cos();
        for y in (center.1 - reach).floor() as i64..=(center.1 + reach) as i64 {
            for x in (center.0 - reach).floor() as i64..=(center.0 + reach) as i64 {
                let (dx, dy) = (x as f64 - center.0, y as f64 - center.1);
                let along = (dx * cosine + dy * sine) / radii.0.max(0.5);
                let beside = (dy * cosine - dx * sine) / radii.1.max(0.5);
                if along * along + beside * beside <= 1.0 {
                    let shade = 1.0 - 0.18 * dy / reach.max(1.0);
                    self.set(x, y, color.map(|channel| channel * shade));
                }
            }
        }
    }

    /// A straight line of a width in pixels.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), width: f64, color: [f64; 3]) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = dx.abs().max(dy.abs()).ceil().clamp(1.0, 2000.0);
        let half = (width / 2.0).max(0.5);
        for step in 0..=steps as i64 {
            let along = step as f64 / steps;
            let (x, y) = (from.0 + dx * along, from.1 + dy * along);
            for side in (-half).round() as i64..half.round() as i64 {
                // Across the line's longer direction.
                if dx.abs() > dy.abs() {
                    self.set(x as i64, y as i64 + side, color);
                } else {
                    self.set(x as i64 + side, y as i64, color);
                }
            }
        }
    }

    /// Halves the brightness of a rectangle, so that white text can be read on it.
    pub(super) fn darken(&mut self, left: i64, top: i64, width: i64, height: i64) {
        for y in top..top + height {
            for x in left..left + width {
                if let Some(pixel) = self.pixel(x, y) {
                    pixel.iter_mut().for_each(|channel| *channel /= 3);
                }
            }
        }
    }

    fn pixel(&mut self, x: i64, y: i64) -> Option<&mut [u8]> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        if x >= self.width || y >= self.height {
            return None;
        }
        let at = (y * self.width + x) * 3;
        self.rgb.get_mut(at..at + 3)
    }
}
