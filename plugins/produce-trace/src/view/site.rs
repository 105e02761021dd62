//! One greenhouse with its batches; without a greenhouse in the query, the form for a new one.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::cameras;
use xl_plugin::cameras::CamerasError;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::PageLink;
use xl_plugin::page::Pair;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::shared;
use crate::store;
use crate::text;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    match visit.query_value("site") {
        Some(key) => one(&key, locale),
        None => form(locale),
    }
}

fn one(key: &str, locale: Locale) -> Result<Page, PagesError> {
    let site = store::site(key)?.ok_or(PagesError::NotFound)?;
    let batches = Query::by(store::BATCHES, "site").equals(key).descending().limit(100);
    let optional =
        |label: text::Phrase, value: &Option<String>| value.as_ref().map(|value| Pair::new(label.say(locale), value));
    let mut facts = vec![
        Pair::new(text::PRODUCER.say(locale), &site.producer),
        Pair::new(text::CAMERA.say(locale), &site.camera),
        Pair::new(text::ORIGIN.say(locale), text::DIVISION.fill(locale, &[("code", &site.place)])),
    ];
    facts.extend(optional(text::trade::CODE, &site.code));
    facts.extend(optional(text::trade::GLN, &site.gln));
    let page = Page::new(site.name.clone())
        .detail(facts)
        .actions([PageLink::new(text::NEW_BATCH.say(locale), Target::new("new-batch", [("site", key)]))])
        .heading(text::BATCHES.say(locale));
    Ok(shared::batch_table(page, records::find(&batches)?.entries, locale))
}

fn form(locale: Locale) -> Result<Page, PagesError> {
    let page = Page::new(text::REGISTER.say(locale));
    let cameras = match cameras::list() {
        Ok(cameras) => cameras,
        Err(xl_plugin::Error::Cameras(CamerasError::AccessDenied)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    if cameras.is_empty() {
        return Ok(page.banner(Tone::Warn, text::NO_CAMERAS.say(locale)));
    }
    let options =
        cameras.into_iter().map(|camera| Choice::new(&camera.id, format!("{} ({})", camera.name, camera.id))).collect();
    Ok(page.form(
        "register-site",
        text::REGISTER_SUBMIT.say(locale),
        [
            Field::new("name", text::NAME.say(locale), Input::Text),
            Field::new("producer", text::PRODUCER.say(locale), Input::Text),
            Field::new("camera", text::CAMERA.say(locale), Input::Choice { options }),
            Field::new("code", text::trade::CODE.say(locale), Input::Text).optional(),
            Field::new("gln", text::trade::GLN.say(locale), Input::Text).optional(),
        ],
    ))
}
