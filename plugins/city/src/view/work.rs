//! The work list: the grid cells of a grid member, what somebody handles, or all by stage.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases;
use xl_plugin::cases::Query;
use xl_plugin::page::PageLink;
use xl_plugin::page::Target;

use super::View;
use super::shared;
use crate::settings::Settings;
use crate::step::ENDED;
use crate::step::OPEN;
use crate::store;
use crate::text::page as text;
use crate::unit;
use crate::unit::Unit;

/// Cases of one cell in the overview of a grid member.
const OF_CELL: u32 = 20;

/// What the list can be narrowed by.
const FILTERS: [&str; 5] = ["stage", "grid", "unit", "mine", "overdue"];

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let asked = FILTERS.iter().any(|name| view.query(name).is_some()) || view.query("all").is_some();
    let links = [(text::NEAR, ("near", "yes")), (text::MINE, ("mine", "yes")), (text::OPEN, ("all", "yes"))];
    let links = links.map(|(label, query)| PageLink::new(label.say(locale), Target::new("work", [query])));
    let page = Page::new(text::WORK.say(locale)).actions(links);
    let near = view.query("near").is_some() || (!asked && view.is_one_of(&["grid-member"]));
    let page = if near { of_my_cells(page, view)? } else { list(page, view)? };
    let stages: Vec<&str> = OPEN.into_iter().chain(ENDED).collect();
    let page = page.heading(text::BY_STAGE.say(locale)).actions(shared::stage_links(&stages, locale));
    let units = Settings::read()?.units;
    if units.is_empty() {
        return Ok(page);
    }
    let link = |unit: &Unit| {
        let name = unit::name(&units, &unit.id, locale);
        PageLink::new(name, Target::new("work", [("unit", unit.id.as_str())]))
    };
    Ok(page.heading(text::BY_UNIT.say(locale)).actions(units.iter().map(link)))
}

/// The open cases of each cell that somebody is responsible for.
fn of_my_cells(mut page: Page, view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let cells = match &view.person {
        Some(person) => store::cells_of(&person.account)?,
        None => Vec::new(),
    };
    if cells.is_empty() {
        return Ok(page.text(text::NO_CELL_OF_MINE.say(locale)));
    }
    let units = Settings::read()?.units;
    for (id, cell) in cells {
        let found = cases::find(&Query::all().stages(OPEN).grid(&id).limit(OF_CELL))?;
        // The next part of one cell is the list of that cell, from its beginning.
        let next = |_: &str| Target::new("work", [("grid", id.as_str())]);
        page = shared::case_table(page.heading(format!("{} · {id}", cell.name)), found, next, &units, locale);
    }
    Ok(page)
}

/// One list by what the query says.
fn list(page: Page, view: &View<'_>) -> Result<Page, PagesError> {
    let given: Vec<(&str, String)> =
        FILTERS.iter().filter_map(|name| view.query(name).map(|value| (*name, value))).collect();
    let mut query = Query::all().limit(shared::ROWS).stages(OPEN);
    for (name, value) in &given {
        query = match *name {
            "stage" => query.stages([value.as_str()]),
            "grid" => query.grid(value),
            "unit" => query.unit(value),
            "overdue" => query.overdue(),
            _ => match &view.person {
                Some(person) => query.handler(&person.account),
                None => return Err(PagesError::NotFound),
            },
        };
    }
    if let Some(after) = view.query("after") {
        query = query.after(after);
    }
    let next = |after: &str| {
        let kept = given.iter().map(|(name, value)| (*name, value.as_str()));
        Target::new("work", kept.chain([("all", "yes"), ("after", after)]))
    };
    Ok(shared::case_table(page, cases::find(&query)?, next, &Settings::read()?.units, view.locale))
}
