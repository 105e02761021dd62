//! Grievances that wait, the next one due first, and one with its answer.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Eyes;
use super::shared;
use crate::grievance::ANSWERERS;
use crate::grievance::Grievance;
use crate::grievance::Want;
use crate::store;
use crate::text;
use crate::text::names;

pub(super) fn list(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let all = eyes.visit.query_value("all").is_some();
    let query = if all { Query::keys(store::GRIEVANCES).descending() } else { Query::by(store::GRIEVANCES, "waits") };
    let found = records::find::<Grievance>(&shared::paged(eyes, query))?;
    let page = Page::new(eyes.say("诉求", "Grievances")).actions([
        shared::link(eyes.say("待答复", "Waiting"), "grievances", &[]),
        shared::link(eyes.say("全部", "All"), "grievances", &[("all", "yes")]),
    ]);
    let address: &[(&str, &str)] = if all { &[("all", "yes")] } else { &[] };
    let next = shared::next(eyes, address, found.next.as_ref());
    Ok(table(eyes, page, &found.entries, next))
}

/// A table of grievances.
pub(super) fn table(eyes: &Eyes<'_>, page: Page, rows: &[(String, Grievance)], next: Option<Target>) -> Page {
    let rows = rows.iter().map(|(key, one)| {
        Row::new([
            key.clone(),
            names::of(names::WANTS, one.want, eyes.locale).to_owned(),
            one.household.clone(),
            one.received.to_string(),
            one.due.to_string(),
            state(eyes, one).to_owned(),
        ])
        .leads_to(Target::new("grievance", [("grievance", key.as_str())]))
    });
    let columns = [
        eyes.say("编号", "No."),
        eyes.say("诉求", "What is wanted"),
        eyes.say("农户", "Household"),
        eyes.say("收到", "Received"),
        eyes.say("答复期限", "Due"),
        eyes.say("状态", "State"),
    ];
    page.table_part(columns, rows, eyes.say("没有诉求。", "No grievances."), next)
}

fn state<'t>(eyes: &Eyes<'_>, one: &Grievance) -> &'t str {
    match &one.answer {
        Some(answer) if answer.granted => xl_plugin::zh_en(eyes.locale, "已采纳", "granted"),
        Some(_) => xl_plugin::zh_en(eyes.locale, "未采纳", "not granted"),
        None if eyes.today > one.due => xl_plugin::zh_en(eyes.locale, "超期未答复", "overdue"),
        None => xl_plugin::zh_en(eyes.locale, "待答复", "waits"),
    }
}

pub(super) fn one(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("grievance")?;
    let one: Grievance = store::get(store::GRIEVANCES, &key)?.ok_or(PagesError::NotFound)?;
    let words = text::NOTE_HIDDEN.say(eyes.locale);
    let mut page = Page::new(format!("{} {key}", eyes.say("诉求", "Grievance"))).detail([
        Pair::new(eyes.say("诉求", "What is wanted"), names::of(names::WANTS, one.want, eyes.locale)),
        Pair::new(eyes.say("线索", "Clue"), one.clue.as_deref().unwrap_or("–")),
        Pair::new(eyes.say("内容", "In words"), words),
        Pair::new(eyes.say("收到", "Received"), one.received),
        Pair::new(eyes.say("答复期限", "Due"), one.due),
        Pair::new(eyes.say("状态", "State"), state(eyes, &one)),
    ]);
    page = page.actions([shared::link(&one.household, "household", &[("household", &one.household)])]);
    if let Some(answer) = &one.answer {
        return Ok(page.heading(eyes.say("答复", "Answer")).detail([
            Pair::new(eyes.say("答复人", "By"), &answer.by),
            Pair::new(eyes.say("日期", "Day"), answer.day),
            Pair::new(eyes.say("理由", "Reason"), words),
        ]));
    }
    if !eyes.holds(&ANSWERERS) {
        return Ok(page);
    }
    let effect = match one.want {
        Want::Appeal => eyes.say("采纳后，线索从原环节继续办理。", "Granted, the clue goes on where it stood."),
        Want::Objection => {
            eyes.say("采纳后，请在线索上作出不纳入决定。", "Granted, please reject the clue on its page.")
        }
        Want::Deletion => eyes.say(
            "采纳后，本户个人信息和记录将被删除，不能恢复。",
            "Granted, what leads to persons is erased for good.",
        ),
        _ => eyes.say("不采纳须写明理由。", "A refusal needs its reason."),
    };
    Ok(page.banner(Tone::Info, effect).form(
        "answer",
        eyes.say("答复", "Answer"),
        [
            shared::yes_or_no(eyes, "granted", eyes.say("采纳", "Granted")),
            shared::note(eyes, "text", eyes.say("理由", "Reason")),
        ],
    ))
}
