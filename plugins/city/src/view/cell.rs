//! One grid cell with its open cases; for who looks after the grid also the form, empty for a new one.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases;
use xl_plugin::cases::Query;
use xl_plugin::page::Field;
use xl_plugin::page::Mark;
use xl_plugin::page::Pair;
use xl_plugin::page::Target;

use super::View;
use super::inputs;
use super::link;
use super::shared;
use crate::act::ADMINS;
use crate::cell::Cell;
use crate::settings::Settings;
use crate::step::OPEN;
use crate::store;
use crate::text::field;
use crate::text::page as text;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let Some(id) = view.query("cell") else {
        let id = inputs::line("id", &field::CELL_ID, locale);
        let fields = [id].into_iter().chain(fields(None, locale));
        return Ok(Page::new(text::NEW_CELL.say(locale)).form("save-cell", text::SAVE.say(locale), fields));
    };
    let cell = store::cell(&id)?.ok_or(PagesError::NotFound)?;
    let mut page = Page::new(text::CELL.fill(locale, &[("id", &id)])).detail(facts(&cell, locale));
    if let Some(area) = &cell.area {
        let middle = area.middle();
        page = page.map([Mark { label: cell.name.clone(), latitude: middle.latitude, longitude: middle.longitude }]);
    }
    let found = cases::find(&Query::all().stages(OPEN).grid(&id).limit(20))?;
    let next = |_: &str| Target::new("work", [("grid", id.as_str())]);
    page =
        shared::case_table(page.heading(text::CELL_CASES.say(locale)), found, next, &Settings::read()?.units, locale);
    page = link::code(page.heading(text::LINK.say(locale)), view, Some((&id, &cell.name)))?;
    if !view.is_one_of(&ADMINS) {
        return Ok(page);
    }
    page = page
        .heading(text::EDIT_CELL.say(locale))
        .form("save-cell", text::SAVE.say(locale), fields(Some(&cell), locale))
        .heading(text::REMOVE_CELL.say(locale))
        .text(text::REMOVE_NOTE.say(locale));
    Ok(page.form("remove-cell", text::REMOVE_CELL.say(locale), []))
}

fn facts(cell: &Cell, locale: Locale) -> Vec<Pair> {
    let mut facts =
        vec![Pair::new(field::CELL_NAME.say(locale), &cell.name), Pair::new(field::PLACE.say(locale), &cell.place)];
    let optional = [(field::VILLAGE, &cell.village), (field::MEMBER, &cell.member)];
    facts.extend(optional.iter().filter_map(|(label, value)| Some(Pair::new(label.say(locale), value.as_ref()?))));
    if !cell.cameras.is_empty() {
        facts.push(Pair::new(field::CAMERAS.say(locale), cell.cameras.join(" ")));
    }
    facts
}

fn fields(cell: Option<&Cell>, locale: Locale) -> Vec<Field> {
    let with = |field: Field, value: Option<String>| match value {
        Some(value) => field.starts_with(value),
        None => field,
    };
    let area = cell.and_then(|cell| cell.area.as_ref()).map(ToString::to_string);
    let cameras = cell.map(|cell| cell.cameras.join(" "));
    vec![
        with(inputs::line("name", &field::CELL_NAME, locale), cell.map(|cell| cell.name.clone())),
        with(inputs::line("place", &field::PLACE, locale), cell.map(|cell| cell.place.clone())),
        with(inputs::line("village", &field::VILLAGE, locale), cell.and_then(|cell| cell.village.clone())).optional(),
        with(inputs::line("member", &field::MEMBER, locale), cell.and_then(|cell| cell.member.clone())).optional(),
        with(inputs::lines("area", &field::AREA, locale), area).optional().hint(field::AREA_HINT.say(locale)),
        with(inputs::lines("cameras", &field::CAMERAS, locale), cameras)
            .optional()
            .hint(field::CAMERAS_HINT.say(locale)),
    ]
}
