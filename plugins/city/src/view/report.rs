//! The page for citizens: a form, and how a report goes on. No person, no unit, nothing of the inside.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cases;
use xl_plugin::cases::Case;
use xl_plugin::page::Field;
use xl_plugin::page::Tone;

use super::View;
use super::inputs;
use super::shared;
use crate::settings::Settings;
use crate::store;
use crate::text::field;
use crate::text::page as text;

pub(super) fn draw(view: &View<'_>) -> Result<Page, PagesError> {
    let locale = view.locale;
    let mut page = Page::new(text::PUBLIC.say(locale));
    if let Some(receipt) = view.query("receipt") {
        let case = cases::by_key(&format!("app/{receipt}"))?.ok_or(PagesError::NotFound)?;
        let (tone, sentence) = answer(&case, locale)?;
        return Ok(page.banner(tone, sentence).text(text::RECEIPT.say(locale)));
    }
    if let Some(id) = view.query("cell") {
        let cell = store::cell(&id)?.ok_or(PagesError::NotFound)?;
        page = page.banner(Tone::Info, text::PUBLIC_HERE.fill(locale, &[("cell", &cell.name)]));
    }
    let settings = Settings::read()?;
    let lines = settings.hotlines.join(if locale == Locale::Zh { "、" } else { ", " });
    page = page.text(text::PUBLIC_WHY.fill(locale, &[("lines", &lines)]));
    Ok(page.form(
        "report",
        text::REPORT.say(locale),
        [
            inputs::matter(&settings.book(), locale),
            inputs::lines("description", &field::DESCRIPTION, locale).hint(field::NO_NAMES.say(locale)),
            inputs::pictures(&field::PICTURES, locale).optional(),
            inputs::position(locale),
            inputs::line("address", &field::ADDRESS, locale).optional(),
            Field::hidden("token", view.visit.now_ms.to_string()),
        ],
    ))
}

/// What the reporter is told. Why something was not filed is his to know (complaints of others' competence are
/// transferred and the complainant is told).
fn answer(case: &Case, locale: Locale) -> Result<(Tone, String), PagesError> {
    let number = ("number", case.id.as_str());
    if case.stage == "rejected" {
        let past = cases::history(&case.id)?;
        let reason = past.iter().rev().find(|past| past.name == "reject").and_then(|past| past.note.clone());
        let reason = reason.unwrap_or_default();
        return Ok((Tone::Warn, text::RECEIVED_REJECTED.fill(locale, &[number, ("reason", &reason)])));
    }
    let tone = if case.is_open() { Tone::Info } else { Tone::Good };
    let stage = shared::stage(&case.stage, locale);
    Ok((tone, text::RECEIVED.fill(locale, &[number, ("stage", &stage)])))
}
