//! Finds how far a whole view moved, by its edges: light does not move them, and a new object moves few of them.
//!
//! Coarse to fine: all shifts up to a quarter of the picture at an eighth of its size, then their neighbours at each
//! finer one. It knows no rotation and no zoom; then the edges agree nowhere.

/// Smallest side of a level at which shifts are still searched.
const LEAST_SIDE: usize = 10;

/// Times that a picture is halved at most.
const HALVINGS: usize = 3;

/// Pixels around no shift at all that are searched at half size, beside what the coarse search found.
const NEAR: i32 = 3;

/// Agreement from which on a shift is believed.
const BELIEVED_FROM: f64 = 0.3;

/// By how much a shift must agree better than none.
const BETTER_BY: f64 = 0.05;

/// How far everything moved, right and down, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Shift {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

impl Shift {
    /// A plane with the shift taken back; 0 where nothing is known.
    pub(crate) fn undone(self, plane: &[u8], shape: (usize, usize)) -> Vec<u8> {
        let mut out = vec![0; plane.len()];
        for (now, then, length) in self.rows(shape) {
            out[then..then + length].copy_from_slice(&plane[now..now + length]);
        }
        out
    }

    /// Where each row of the overlap begins in the picture and in its reference, and its length.
    fn rows(self, (width, height): (usize, usize)) -> impl Iterator<Item = (usize, usize, usize)> {
        let (right, left) = (self.x.max(0) as usize, (-self.x).max(0) as usize);
        let (down, up) = (self.y.max(0) as usize, (-self.y).max(0) as usize);
        let length = width.saturating_sub(right + left);
        let rows = if length == 0 { 0 } else { height.saturating_sub(down + up) };
        (0..rows).map(move |row| ((row + down) * width + right, (row + up) * width + left, length))
    }
}

/// The shift of a picture against its reference, each with what is seen of it, and how well their edges agree then.
///
/// No shift where none is clearly better.
pub(crate) fn between(now: (&[u8], &[u8]), then: (&[u8], &[u8]), shape: (usize, usize)) -> (Shift, f64) {
    let mut levels = vec![(Edges::of(now.0, now.1, shape), Edges::of(then.0, then.1, shape))];
    while levels.len() <= HALVINGS {
        let (now, then) = &levels[levels.len() - 1];
        let (width, height) = now.shape;
        if width.min(height) < 2 * LEAST_SIDE {
            break;
        }
        levels.push((now.halved(), then.halved()));
    }
    let at = |level: usize, shift| agreement(&levels[level].0, &levels[level].1, shift);
    // The best shift around `from` at a level, and from there down to full size.
    let search = |mut level: usize, from: Shift, (x, y): (i32, i32)| {
        let mut best = best_around(from, (x, y), |shift| at(level, shift));
        while level > 0 {
            level -= 1;
            let double = Shift { x: best.x * 2, y: best.y * 2 };
            best = best_around(double, (1, 1), |shift| at(level, shift));
        }
        best
    };
    let coarsest = levels.len() - 1;
    let (width, height) = levels[coarsest].0.shape;
    let far = search(coarsest, Shift::default(), (width as i32 / 4, height as i32 / 4));
    let near = search(coarsest.min(1), Shift::default(), (NEAR, NEAR));

    let unmoved = at(0, Shift::default()).unwrap_or_default();
    let (best, agreement) = [near, far]
        .map(|shift| (shift, at(0, shift).unwrap_or_default()))
        .into_iter()
        .fold((Shift::default(), unmoved), |best, found| if found.1 > best.1 { found } else { best });
    let is_clear = agreement >= BELIEVED_FROM && agreement >= unmoved + BETTER_BY;
    if is_clear { (best, agreement) } else { (Shift::default(), unmoved) }
}

fn best_around(from: Shift, (x, y): (i32, i32), at: impl Fn(Shift) -> Option<f64>) -> Shift {
    let mut best = (from, at(from).unwrap_or(-1.0));
    for dy in -y..=y {
        for dx in -x..=x {
            let shift = Shift { x: from.x + dx, y: from.y + dy };
            if let Some(found) = at(shift).filter(|found| *found > best.1) {
                best = (shift, found);
            }
        }
    }
    best.0
}

/// The edges of a picture and where they are known.
struct Edges {
    shape: (usize, usize),
    strength: Vec<u8>,
    known: Vec<u8>,
    known_count: u64,
}

impl Edges {
    fn of(bytes: &[u8], seen: &[u8], shape: (usize, usize)) -> Self {
        let (width, height) = shape;
        let known = super::solid(seen, shape);
        let mut strength = vec![0; bytes.len()];
        for y in 1..height.saturating_sub(1) {
            let (up, row, down) = (&bytes[(y - 1) * width..], &bytes[y * width..], &bytes[(y + 1) * width..]);
            let (strength, known) = (&mut strength[y * width..], &known[y * width..]);
            for x in 1..width.saturating_sub(1) {
                let steepness = u16::from(row[x + 1].abs_diff(row[x - 1])) + u16::from(down[x].abs_diff(up[x]));
                strength[x] = (steepness / 2) as u8 * known[x];
            }
        }
        Self::new(shape, strength, known)
    }

    fn new(shape: (usize, usize), strength: Vec<u8>, known: Vec<u8>) -> Self {
        let known_count = known.iter().map(|known| u64::from(*known)).sum();
        Self { shape, strength, known, known_count }
    }

    /// At half the size: the mean of four, known where all four are.
    fn halved(&self) -> Self {
        let (width, height) = self.shape;
        let shape = (width / 2, height / 2);
        let quads = (0..shape.1).flat_map(|y| (0..shape.0).map(move |x| 2 * y * width + 2 * x));
        let four = |plane: &[u8], at: usize| [plane[at], plane[at + 1], plane[at + width], plane[at + width + 1]];
        let mean = |four: [u8; 4]| (four.iter().map(|value| u16::from(*value)).sum::<u16>() / 4) as u8;
        let all = |four: [u8; 4]| four.iter().fold(1, |all, known| all & known);
        let (strength, known) = quads.map(|at| (mean(four(&self.strength, at)), all(four(&self.known, at)))).unzip();
        Self::new(shape, strength, known)
    }
}

/// Correlation of the edges where both are known, −1 to 1; nothing when less than half of the picture overlaps.
fn agreement(now: &Edges, then: &Edges, shift: Shift) -> Option<f64> {
    let (mut n, mut sa, mut sb, mut saa, mut sbb, mut sab) = (0u64, 0u64, 0u64, 0u64, 0u64, 0u64);
    for (a, b, length) in shift.rows(now.shape) {
        let a = now.strength[a..a + length].iter().zip(&now.known[a..a + length]);
        let b = then.strength[b..b + length].iter().zip(&then.known[b..b + length]);
        // A row has at most 320 pixels: their squares add up to less than 2³².
        let (mut n32, mut sa32, mut sb32, mut saa32, mut sbb32, mut sab32) = (0u32, 0u32, 0u32, 0u32, 0u32, 0u32);
        for ((a, known_a), (b, known_b)) in a.zip(b) {
            let known = u32::from(known_a & known_b);
            let (a, b) = (u32::from(*a) * known, u32::from(*b) * known);
            n32 += known;
            sa32 += a;
            sb32 += b;
            saa32 += a * a;
            sbb32 += b * b;
            sab32 += a * b;
        }
        n += u64::from(n32);
        sa += u64::from(sa32);
        sb += u64::from(sb32);
        saa += u64::from(saa32);
        sbb += u64::from(sbb32);
        sab += u64::from(sab32);
    }
    if n == 0 || n * 2 < then.known_count.max(now.known_count) {
        return None;
    }
    let count = n as f64;
    let spread = |sum: u64, squares: u64| squares as f64 / count - (sum as f64 / count).powi(2);
    let (spread_a, spread_b) = (spread(sa, saa), spread(sb, sbb));
    // Two views without any edge agree; one without and one with do not.
    const FLAT: f64 = 0.01;
    if spread_a < FLAT || spread_b < FLAT {
        return Some(f64::from(u8::from(spread_a < FLAT && spread_b < FLAT)));
    }
    let together = sab as f64 / count - (sa as f64 / count) * (sb as f64 / count);
    Some(together / (spread_a * spread_b).sqrt())
}
