//! The form of the desk for what a hotline transfers. Of the caller nothing is asked.

use xl_plugin::Page;
use xl_plugin::PagesError;

use super::View;
use super::inputs;
use crate::settings::Settings;
use crate::text::field;
use crate::text::page as text;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let settings = Settings::read()?;
    Ok(Page::new(text::HOTLINE.say(locale)).form(
        "report",
        text::REPORT.say(locale),
        [
            inputs::one_of("line", &field::LINE, &settings.hotlines, locale),
            inputs::line("reference", &field::REFERENCE, locale),
            inputs::matter(&settings.book(), locale),
            inputs::lines("description", &field::DESCRIPTION, locale).hint(field::NO_NAMES.say(locale)),
            inputs::line("address", &field::ADDRESS, locale).optional(),
            inputs::line("place", &field::PLACE, locale).optional().hint(field::PLACE_HINT.say(locale)),
            inputs::position(locale),
        ],
    ))
}
