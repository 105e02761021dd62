//! Visits that are due, and the form for the phone.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Stat;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Eyes;
use super::shared;
use crate::act::SECURE;
use crate::consent::Purpose;
use crate::household::Household;
use crate::store;
use crate::text;
use crate::text::names;

pub(super) fn list(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let found = records::find::<Household>(&shared::paged(eyes, Query::by(store::HOUSEHOLDS, "visit_due")))?;
    let page = Page::new(eyes.say("待走访（最近到期在前）", "Visits due, the next one first"));
    let account = eyes.person.as_ref().map_or("", |person| person.account.as_str());
    let page = page.actions([shared::link(eyes.say("我的农户", "My households"), "helper", &[("helper", account)])]);
    let next = shared::next(eyes, &[], found.next.as_ref());
    Ok(shared::households(eyes, page, &found.entries, "visit", next))
}

pub(super) fn form(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("household")?;
    let one = store::household(&key)?.ok_or(PagesError::NotFound)?;
    let page = Page::new(format!("{} · {} {key}", eyes.say("走访", "Visit"), one.head_masked)).stats([
        Stat::new(eyes.say("走访期限", "Due"), shared::day_or_dash(one.visit_due)),
        Stat::new(eyes.say("村", "Village"), &one.place),
    ]);
    if !one.standing.is_watched() {
        return Ok(page.banner(Tone::Info, text::NOT_MONITORED.say(eyes.locale)));
    }
    if !store::consent(&key, Purpose::Help)?.stands() {
        let purpose = names::of(names::PURPOSES, Purpose::Help, eyes.locale);
        return Ok(page.banner(Tone::Warn, text::NO_CONSENT.fill(eyes.locale, &[("purpose", purpose)])));
    }
    let mut fields = vec![shared::day(eyes, "day", eyes.say("走访日期", "Day of the visit"))];
    fields.extend(SECURE.map(|(name, zh, en)| shared::tick(name, eyes.say(zh, en))));
    fields.push(shared::note(eyes, "note", eyes.say("走访情况", "What was found")));
    Ok(page
        .text(eyes.say(
            "没有网络时可先离线填写，日期写实际走访的那一天。",
            "Without a network fill it in later, with the day of the visit itself.",
        ))
        .form("visit", text::SAVE.say(eyes.locale), fields)
        .actions([shared::link(eyes.say("档案", "File"), "household", &[("household", &key)])]))
}
