//! What the host checks of a page beyond its form: sizes, cells of a table, links to pages of the manifest.

use super::State;
use crate::page::Block;
use crate::page::Input;
use crate::page::Page;
use crate::page::Target;

/// Most blocks of one page.
const MAX_BLOCKS: usize = 200;

/// Most points of a chart.
const MAX_POINTS: usize = 500;

/// Most bytes of a page.
const MAX_PAGE_BYTES: usize = 256 * 1024;

pub(super) fn check(state: &State, page: &Page) -> Result<(), String> {
    let bytes = serde_json::to_string(page).map_err(|error| error.to_string())?.len();
    if page.blocks.len() > MAX_BLOCKS || bytes > MAX_PAGE_BYTES {
        return Err(format!("the page has {} blocks and {bytes} bytes", page.blocks.len()));
    }
    for block in &page.blocks {
        match block {
            Block::Table { columns, rows, next, .. } => {
                next.iter().try_for_each(|target| leads(state, target))?;
                for row in rows {
                    if row.cells.len() != columns.len() {
                        return Err(format!("a row has {} cells for {} columns", row.cells.len(), columns.len()));
                    }
                    row.to.iter().try_for_each(|target| leads(state, target))?;
                }
            }
            Block::Board { columns } => {
                let mut targets = columns.iter().flat_map(|column| &column.cards).filter_map(|card| card.to.as_ref());
                targets.try_for_each(|target| leads(state, target))?;
            }
            Block::Actions { links } => links.iter().try_for_each(|link| leads(state, &link.to))?,
            Block::Chart { points, .. } if points.len() > MAX_POINTS => {
                return Err(format!("a chart has {} points", points.len()));
            }
            Block::Form { fields, .. } => fields.iter().try_for_each(|field| words(&field.name, &field.input))?,
            _ => {}
        }
    }
    Ok(())
}

/// Values of several choices arrive with a space between, so none may have one inside.
fn words(name: &str, input: &Input) -> Result<(), String> {
    let Input::Many { options } = input else { return Ok(()) };
    let is_word = |value: &str| !value.is_empty() && !value.contains(char::is_whitespace);
    match options.iter().all(|option| is_word(&option.value)) {
        true => Ok(()),
        false => Err(format!("a choice of field `{name}` is empty or has a blank in it")),
    }
}

fn leads(state: &State, target: &Target) -> Result<(), String> {
    match state.manifest.pages.iter().any(|known| known.name == target.page) {
        true => Ok(()),
        false => Err(format!("the manifest has no page `{}`", target.page)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::Choice;
    use crate::page::Field;

    #[test]
    fn several_choices_are_words_and_the_next_part_is_a_page_of_the_manifest() {
        let state = State::default();
        let many = |value: &str| {
            let input = Input::Many { options: vec![Choice::new(value, "v")] };
            check(&state, &Page::new("t").form("a", "A", [Field::new("n", "N", input)]))
        };
        assert_eq!(many("bin"), Ok(()));
        assert!(many("").is_err() && many("a b").unwrap_err().contains("`n`"));
        let part = Page::new("t").table_part(["a"], [], "none", Some(Target::new("gone", [("after", "1")])));
        assert!(check(&state, &part).unwrap_err().contains("no page `gone`"));
    }
}
