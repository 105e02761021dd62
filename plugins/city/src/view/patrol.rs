//! The form of somebody on his round, made for a telephone.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;

use super::View;
use super::inputs;
use crate::settings::Settings;
use crate::store;
use crate::text::field;
use crate::text::page as text;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let book = Settings::read()?.book();
    let mine = match &view.person {
        Some(person) => store::cells_of(&person.account)?,
        None => Vec::new(),
    };
    let cell = if mine.is_empty() {
        inputs::line("cell", &field::CELL, locale)
    } else {
        let options = mine.iter().map(|(id, cell)| Choice::new(id, format!("{} {id}", cell.name))).collect();
        Field::new("cell", field::CELL.say(locale), Input::Choice { options })
    };
    Ok(Page::new(text::PATROL.say(locale)).form(
        "report",
        text::REPORT.say(locale),
        [
            inputs::matter(&book, locale),
            inputs::pictures(&field::PICTURES, locale).optional(),
            inputs::position(locale),
            inputs::lines("description", &field::DESCRIPTION, locale).optional().hint(field::NO_NAMES.say(locale)),
            inputs::line("address", &field::ADDRESS, locale).optional(),
            cell.optional(),
            inputs::line("place", &field::PLACE, locale).optional().hint(field::PLACE_HINT.say(locale)),
            Field::hidden("token", view.visit.now_ms.to_string()),
        ],
    ))
}
