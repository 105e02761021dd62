//! Warnings that wait for a person, and the two ways to decide.

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
use crate::rule;
use crate::rule::Fate;
use crate::rule::Warning;
use crate::store;
use crate::text;
use crate::text::names;

pub(super) fn list(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let fate = eyes.visit.query_value("fate");
    let known = [Fate::Open, Fate::Opened, Fate::Dismissed];
    let fate = known.into_iter().find(|one| Some(one.as_str()) == fate.as_deref()).unwrap_or(Fate::Open);
    let query = Query::by(store::WARNINGS, "fate").equals(fate.as_str());
    let found = records::find::<Warning>(&shared::paged(eyes, query))?;
    let links =
        known.map(|one| shared::link(names::of(names::FATES, one, eyes.locale), "warnings", &[("fate", one.as_str())]));
    let rows = found.entries.iter().map(|(key, warning)| {
        let cells = [key.clone(), warning.day.to_string(), rule_name(eyes, warning), warning.household.clone()];
        Row::new(cells).leads_to(Target::new("warning", [("warning", key.as_str())]))
    });
    let columns =
        [eyes.say("预警", "Warning"), eyes.say("日期", "Day"), eyes.say("规则", "Rule"), eyes.say("农户", "Household")];
    let next = shared::next(eyes, &[("fate", fate.as_str())], found.next.as_ref());
    let page = Page::new(eyes.say("预警", "Warnings"))
        .text(eyes.say("规则只提示，由人决定是否立线索。", "Rules only point; a person decides about a clue."))
        .actions(links)
        .table_part(columns, rows, eyes.say("没有预警。", "No warnings."), next);
    Ok(page)
}

pub(super) fn one(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("warning")?;
    let warning = store::warning(&key)?.ok_or(PagesError::NotFound)?;
    let rule = rule::by_id(&warning.rule);
    let mut page = Page::new(format!("{} {key}", eyes.say("预警", "Warning"))).detail([
        Pair::new(eyes.say("规则", "Rule"), rule_name(eyes, &warning)),
        Pair::new(
            eyes.say("规则内容", "What it looks at"),
            rule.as_ref().map_or("–", |rule| rule.looks_at(eyes.locale)),
        ),
        Pair::new(eyes.say("依据", "Upon"), &warning.upon),
        Pair::new(eyes.say("日期", "Day"), warning.day),
        Pair::new(eyes.say("处理", "Fate"), names::of(names::FATES, warning.fate, eyes.locale)),
        Pair::new(eyes.say("决定人", "Decided by"), warning.decided_by.as_deref().unwrap_or("–")),
        Pair::new(
            eyes.say("理由", "Reason"),
            warning.reason.as_ref().map_or("–", |_| text::NOTE_HIDDEN.say(eyes.locale)),
        ),
    ]);
    page = page.actions([shared::link(&warning.household, "household", &[("household", &warning.household)])]);
    if warning.fate != Fate::Open {
        return Ok(page);
    }
    Ok(page
        .banner(
            Tone::Info,
            eyes.say("规则已触发，不等于认定；请由人决定。", "A rule fired, which decides nothing: a person does."),
        )
        .form(
            "open-clue",
            eyes.say("立线索（由我负责）", "Open a clue (I answer for it)"),
            [
                shared::choice(eyes, "risk", eyes.say("风险", "Risk"), names::RISKS),
                shared::note(eyes, "note", eyes.say("说明", "Note")).optional(),
            ],
        )
        .form(
            "dismiss",
            eyes.say("不立线索", "No clue is needed"),
            [shared::note(eyes, "reason", eyes.say("理由", "Reason"))],
        ))
}

fn rule_name(eyes: &Eyes<'_>, warning: &Warning) -> String {
    let rule = rule::by_id(&warning.rule);
    let name = rule.map_or(warning.rule.clone(), |rule| rule.title(eyes.locale).to_owned());
    format!("{name} · v{}", warning.rule_version)
}
