//! Grid cells and reports of a town that does not exist, from a seed: for demonstrations, through the pages.
//!
//! The same seed gives the same list. No person, no real place beyond the township's code.

use crate::cell::entry::Entry;
use crate::matter::Book;

/// A report as the patrol's form takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The matter's code.
    pub matter: String,
    /// What is said about it.
    pub description: String,
    /// `latitude,longitude`.
    pub position: String,
}

/// The south-west corner of the first cell; cells lie in rows of [`ACROSS`].
const CORNER: (u32, u32) = (355_800, 1_188_300);

/// Side of a cell in ten-thousandths of a degree: some 500 m.
const SIDE: u32 = 50;

/// Cells of a row.
const ACROSS: u32 = 5;

/// Cells of one village.
const OF_VILLAGE: u32 = 5;

/// `count` grid cells beside each other, five to a village of `township`.
pub fn cells(township: &str, count: u32) -> Vec<Entry> {
    let cell = |number: u32| {
        let village = number / OF_VILLAGE + 1;
        let (south, west) = corner(number);
        let corners = [(south, west), (south + SIDE, west), (south + SIDE, west + SIDE), (south, west + SIDE)];
        Entry {
            id: format!("{township}{village:03}-{:02}", number % OF_VILLAGE + 1),
            name: format!("{village} 村 {} 网格", number % OF_VILLAGE + 1),
            place: format!("{township}{village:03}"),
            village: format!("演示{village}村"),
            area: corners.map(degrees).join("; "),
            ..Entry::default()
        }
    };
    (0..count).map(cell).collect()
}

/// `count` reports inside the first `cells` cells.
pub fn reports(seed: u64, count: u32, cells: u32, book: &Book) -> Vec<Seen> {
    let mut chance = seed;
    let mut below = |most: usize| {
        // SplitMix64, Steele, Lea and Flood 2014: no state beside the counter.
        chance = chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (chance ^ (chance >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % most.max(1) as u64) as u32
    };
    let mut seen = Vec::new();
    for number in 1..=count {
        let Some(matter) = book.matters().get(below(book.matters().len()) as usize) else { break };
        let (south, west) = corner(below(cells as usize));
        let position = degrees((south + 1 + below(SIDE as usize - 1), west + 1 + below(SIDE as usize - 1)));
        let description = format!("演示第 {number} 件：{}。", matter.zh);
        seen.push(Seen { matter: matter.code.to_string(), description, position });
    }
    seen
}

fn corner(number: u32) -> (u32, u32) {
    (CORNER.0 + number / ACROSS * SIDE, CORNER.1 + number % ACROSS * SIDE)
}

fn degrees((latitude, longitude): (u32, u32)) -> String {
    let of = |ten_thousandths: u32| f64::from(ten_thousandths) / 10_000.0;
    format!("{},{}", of(latitude), of(longitude))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::Point;

    #[test]
    fn a_seed_gives_the_same_valid_cells_and_reports_inside_them_every_time() {
        let book = Book::new("gbt30428", &[]);
        let areas: Vec<_> =
            cells("371122102", 12).iter().map(|entry| entry.cell("371122102").unwrap().area.unwrap()).collect();
        let reports_of = |seed| reports(seed, 100, 12, &book);
        assert_eq!(reports_of(7), reports_of(7));
        assert_ne!(reports_of(7), reports_of(8));
        for seen in reports_of(7) {
            let point: Point = seen.position.parse().unwrap();
            assert_eq!(areas.iter().filter(|area| area.contains(point)).count(), 1, "{seen:?}");
            assert!(book.get(&seen.matter).is_some());
        }
    }
}
