//! What the host checks of a page beyond its form: sizes, cells of a table, links to pages of the manifest.

use super::State;
use crate::page::Block;
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
            Block::Table { columns, rows, .. } => {
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
            _ => {}
        }
    }
    Ok(())
}

fn leads(state: &State, target: &Target) -> Result<(), String> {
    match state.manifest.pages.iter().any(|known| known.name == target.page) {
        true => Ok(()),
        false => Err(format!("the manifest has no page `{}`", target.page)),
    }
}
