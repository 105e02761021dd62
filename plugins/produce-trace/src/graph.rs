//! Which batches are made of which: one step or all steps back and forward.

use std::collections::BTreeSet;
use std::collections::VecDeque;

/// Most batches that one search visits.
pub const MOST: usize = 2_000;

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Batches with their distance in steps, nearest first, without the one that was asked for.
    pub lots: Vec<(String, u32)>,
    /// Whether there were more than [`MOST`].
    pub is_cut: bool,
}

/// All batches that `next` leads to from `start`, each once, whatever circles there are.
///
/// # Errors
/// What `next` fails with.
pub fn reach<E>(start: &str, mut next: impl FnMut(&str) -> Result<Vec<String>, E>) -> Result<Reach, E> {
    let mut seen: BTreeSet<String> = BTreeSet::from([start.to_owned()]);
    let mut queue: VecDeque<(String, u32)> = VecDeque::from([(start.to_owned(), 0)]);
    let mut reach = Reach::default();
    while let Some((lot, steps)) = queue.pop_front() {
        for neighbour in next(&lot)? {
            if !seen.insert(neighbour.clone()) {
                continue;
            }
            if reach.lots.len() >= MOST {
                reach.is_cut = true;
                return Ok(reach);
            }
            reach.lots.push((neighbour.clone(), steps + 1));
            queue.push_back((neighbour, steps + 1));
        }
    }
    Ok(reach)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_search_finds_every_batch_once_with_its_distance() {
        let next = |lot: &str| {
            Ok::<_, Infallible>(match lot {
                "a" => names(&["b", "c"]),
                "b" | "c" => names(&["d"]),
                "d" => names(&["a"]),
                _ => Vec::new(),
            })
        };
        let found = reach("a", next).unwrap();
        assert_eq!(found.lots, [("b".to_owned(), 1), ("c".to_owned(), 1), ("d".to_owned(), 2)]);
        assert!(!found.is_cut && reach("z", next).unwrap().lots.is_empty());
    }

    #[test]
    fn a_search_ends_at_its_bound_and_says_so() {
        let endless = |lot: &str| Ok::<_, Infallible>(vec![format!("{lot}x")]);
        // Names grow by a character a step: keep them short by counting instead.
        let counted = |lot: &str| Ok::<_, Infallible>(vec![(lot.parse::<u32>().unwrap() + 1).to_string()]);
        let found = reach("0", counted).unwrap();
        assert!(found.is_cut && found.lots.len() == MOST);
        assert!(reach("x", |lot| if lot.len() > 3 { Ok(Vec::new()) } else { endless(lot) }).is_ok());
    }
}
