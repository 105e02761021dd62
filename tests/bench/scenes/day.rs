//! What happens on a day before a camera: weather, people, vans, and the heap that somebody should look at.

use super::dice::Dice;
use super::light;
use super::light::Shadows;
use super::light::Sky;
use super::street;
use super::street::Area;
use super::street::GROUND;
use super::street::HEIGHT;
use super::street::Plane;
use super::street::Street;
use super::street::WIDTH;

/// What a day is like. The first ones have nothing to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    Clear,
    Cloudy,
    Changing,
    Rain,
    Snow,
    Vans,
    Crowd,
    Stall,
    Moved,
    HeapClear,
    HeapCloudy,
    HeapRain,
    HeapCrowd,
    HeapVans,
    Overflow,
    Dumped,
}

impl Condition {
    /// All of them.
    pub(crate) const ALL: [Self; 16] = [
        Self::Clear,
        Self::Cloudy,
        Self::Changing,
        Self::Rain,
        Self::Snow,
        Self::Vans,
        Self::Crowd,
        Self::Stall,
        Self::Moved,
        Self::HeapClear,
        Self::HeapCloudy,
        Self::HeapRain,
        Self::HeapCrowd,
        Self::HeapVans,
        Self::Overflow,
        Self::Dumped,
    ];
}

/// A day before one camera.
pub(crate) struct Day {
    sky: Sky,
    vans: Vec<(f32, f32, f32)>,
    stall: Option<(f32, f32)>,
    passing: f32,
    turned: (i32, i32),
    heap: Option<Heap>,
    number: u64,
}

/// Bags that come one after the other.
struct Heap {
    from: f32,
    hours: f32,
    bags: Vec<(f32, f32, f32, f32)>,
}

impl Day {
    /// The day of that number under a condition.
    pub(crate) fn new(condition: Condition, street: &Street, seed: u64, number: u64) -> Self {
        let mut dice = Dice::new(seed, number);
        let clouds = match condition {
            Condition::Clear | Condition::HeapClear => dice.within(0.0, 0.2),
            Condition::Cloudy | Condition::HeapCloudy | Condition::Snow => dice.within(0.7, 1.0),
            Condition::Rain | Condition::HeapRain => dice.within(0.8, 1.0),
            _ => dice.within(0.1, 0.9),
        };
        let from = dice.within(7.0, 12.0);
        let rains = matches!(condition, Condition::Rain | Condition::HeapRain);
        let snows = condition == Condition::Snow;
        let sky = Sky {
            clouds,
            rain: rains.then(|| (from, from + dice.within(2.0, 6.0))),
            snow: snows.then_some(from),
            days: number as f32,
            number: seed ^ (number << 20),
        };
        let vans = match condition {
            Condition::Vans | Condition::HeapVans => 3,
            Condition::Crowd | Condition::HeapCrowd => 1,
            _ => usize::from(dice.share() < 0.3),
        };
        let vans = (0..vans)
            .map(|_| (dice.within(6.5, 17.0), dice.within(20.0, 90.0) / 60.0, dice.within(-0.6, 0.6)))
            .collect();
        let passing = if matches!(condition, Condition::Crowd | Condition::HeapCrowd) { 5.0 } else { 0.7 };
        let turned = if condition == Condition::Moved { (dice.within(14.0, 34.0) as i32, -9) } else { (0, 0) };
        let heap = Heap::of(condition, street, &mut dice);
        // Stands there lawfully, for longer than the plugin waits: nothing in its figures tells it from a heap.
        let stall = (condition == Condition::Stall).then(|| (dice.within(7.0, 12.0), dice.within(3.0, 8.0)));
        Self { sky, vans, stall, passing, turned, heap, number: seed ^ (number << 32) }
    }

    /// When the heap covers so much of the region that somebody should look; `None`: there is nothing to find.
    pub(crate) fn worth_a_look(&self, street: &Street) -> Option<f32> {
        let heap = self.heap.as_ref()?;
        (0..96).map(|step| heap.from + step as f32 / 6.0).find(|hour| heap.covers(street, *hour) >= 0.15)
    }

    /// When the first bag came.
    pub(crate) fn begins(&self) -> Option<f32> {
        self.heap.as_ref().map(|heap| heap.from)
    }

    /// Whether a van or a stall stands before the region.
    pub(crate) fn is_blocked(&self, hour: f32) -> bool {
        let van = self.vans.iter().any(|(from, hours, _)| (*from..from + hours).contains(&hour));
        van || self.stall.is_some_and(|(from, hours)| (from..from + hours).contains(&hour))
    }

    /// The picture of that hour, gray values row by row.
    pub(crate) fn picture(&self, street: &Street, shadows: &Shadows, hour: f32) -> Vec<u8> {
        let mut dice = Dice::new(self.number, (hour * 60.0) as u64);
        let mut things = street.day.clone();
        if let Some(heap) = &self.heap {
            heap.draw(&mut things, hour);
        }
        for (from, hours, aside) in &self.vans {
            if (*from..from + hours).contains(&hour) {
                van(&mut things, street.region, *aside);
            }
        }
        if self.stall.is_some_and(|(from, hours)| (from..from + hours).contains(&hour)) {
            let Area { x, y, width, height } = street.region;
            let table = Area { x: x + 0.1 * width, y: y + 0.5 * height, width: 0.55 * width, height: 0.35 * height };
            street::fill(&mut things, table, 0.75);
            street::fill(&mut things, Area { height: 5.0, ..table }, 0.15);
        }
        people(&mut things, self.passing, &mut dice);
        let gray = light::seen(street, &things, shadows, &self.sky, hour, &mut dice);
        // A pole in the wind.
        let sway = (dice.within(-1.4, 1.4) as i32, dice.within(-1.4, 1.4) as i32);
        turned(&gray, (self.turned.0 + sway.0, self.turned.1 + sway.1))
    }
}

impl Heap {
    fn of(condition: Condition, street: &Street, dice: &mut Dice) -> Option<Self> {
        let (share, hours) = match condition {
            Condition::HeapClear
            | Condition::HeapCloudy
            | Condition::HeapRain
            | Condition::HeapCrowd
            | Condition::HeapVans => (dice.within(0.25, 0.5), dice.within(1.5, 5.0)),
            Condition::Overflow => (dice.within(0.18, 0.3), dice.within(1.0, 3.0)),
            Condition::Dumped => (dice.within(0.25, 0.5), 0.01),
            _ => return None,
        };
        let region = street.region;
        let from = dice.within(7.0, 12.0);
        let middle = match condition {
            // Around the bin's mouth and at its foot.
            Condition::Overflow => (region.x + 0.4 * region.width + 8.0, region.y + 0.45 * region.height),
            _ => (region.x + dice.within(0.3, 0.7) * region.width, region.y + dice.within(0.4, 0.7) * region.height),
        };
        let mut heap = Self { from, hours, bags: Vec::new() };
        while heap.covers(street, 24.0) < share && heap.bags.len() < 300 {
            let spread = 0.12 + 0.3 * heap.bags.len() as f32 / 60.0;
            let x = middle.0 + dice.noise() * region.width * spread.min(0.4);
            let y = middle.1 + dice.noise() * region.height * spread.min(0.35);
            // Black, gray and white bags, cartons.
            let value = [0.07, 0.12, 0.25, 0.6, 0.85][(dice.share() * 5.0) as usize % 5];
            heap.bags.push((x, y, dice.within(3.0, 7.5), value));
        }
        Some(heap)
    }

    fn lying(&self, hour: f32) -> usize {
        (self.bags.len() as f32 * ((hour - self.from) / self.hours).clamp(0.0, 1.0)) as usize
    }

    fn draw(&self, plane: &mut Plane, hour: f32) {
        for (x, y, radius, value) in self.bags.iter().take(self.lying(hour)) {
            street::bag(plane, (*x, *y), *radius, *value);
        }
    }

    /// Share of the region that bags cover.
    fn covers(&self, street: &Street, hour: f32) -> f32 {
        let mut plane = vec![0.0; WIDTH * HEIGHT];
        for (x, y, radius, _) in self.bags.iter().take(self.lying(hour)) {
            street::bag(&mut plane, (*x, *y), *radius, 1.0);
        }
        let (mut covered, mut all) = (0.0, 0.0);
        street::each(street.region, |at, _, _| {
            all += 1.0;
            covered += f32::from(u8::from(plane[at] > 0.0));
        });
        covered / all
    }
}

fn van(plane: &mut Plane, region: Area, aside: f32) {
    let body = Area { x: region.x + aside * region.width, y: region.y - 8.0, width: region.width * 0.8, height: 44.0 };
    street::fill(plane, body, 0.82);
    street::fill(plane, Area { x: body.x + 5.0, y: body.y + 5.0, width: body.width * 0.3, height: 12.0 }, 0.1);
    for wheel in [0.15, 0.8] {
        street::bag(plane, (body.x + wheel * body.width, body.y + body.height), 6.0, 0.06);
    }
}

fn people(plane: &mut Plane, each_picture: f32, dice: &mut Dice) {
    for _ in 0..(each_picture + dice.noise().abs() * each_picture) as usize {
        let (x, y) = (dice.within(0.0, 310.0), dice.within(GROUND as f32 - 8.0, 150.0));
        let size = 0.5 + (y - 60.0) / 90.0;
        let coat = dice.within(0.05, 0.9);
        street::fill(plane, Area { x, y, width: 7.0 * size, height: 20.0 * size }, coat);
        street::bag(plane, (x + 3.5 * size, y - 2.0 * size), 3.0 * size, 0.5);
    }
}

/// The picture of a camera that was turned by so many pixels; what comes into view repeats the edge.
fn turned(gray: &[u8], (right, down): (i32, i32)) -> Vec<u8> {
    let inside = |value: i32, most: usize| value.clamp(0, most as i32 - 1) as usize;
    let from = |at: usize| {
        let (x, y) = ((at % WIDTH) as i32 + right, (at / WIDTH) as i32 + down);
        gray[inside(y, HEIGHT) * WIDTH + inside(x, WIDTH)]
    };
    (0..gray.len()).map(from).collect()
}
