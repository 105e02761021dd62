//! A household's file unmasked: after a reason, for ten minutes, to who gave it, field by field as his roles allow.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Eyes;
use super::minute;
use super::shared;
use crate::clue::Clue;
use crate::consent::Purpose;
use crate::file::Income;
use crate::file::LOOK_MS;
use crate::file::Look;
use crate::file::Measure;
use crate::file::Visit;
use crate::grievance::Grievance;
use crate::household::SealedData;
use crate::mask;
use crate::mask::Sealed;
use crate::procedure::Procedure;
use crate::rule::Warning;
use crate::store;
use crate::text;
use crate::text::names;

/// Newest entries of each part.
const NEWEST: u32 = 50;
/// Notes of one page, which holds 256 KiB.
const WORDS: usize = 60;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("household")?;
    let one = store::household(&key)?.ok_or(PagesError::NotFound)?;
    let look = store::get::<Look>(store::LOOKS, &eyes.needs("look")?)?.ok_or(PagesError::NotFound)?;
    let account = eyes.person.as_ref().map_or("", |person| person.account.as_str());
    if !look.shows(&key, account, eyes.now_ms) {
        return Ok(Page::new(one.head_masked.clone())
            .banner(
                Tone::Warn,
                eyes.say(
                    "这次查看的时间已过，或不是您本人的查看。请重新说明理由。",
                    "This look is over, or not yours. Please say why once more.",
                ),
            )
            .actions([shared::link(&key, "household", &[("household", &key)])]));
    }
    let until = minute(look.at_ms + LOOK_MS);
    let mut page = Page::new(format!("{key} · {}", eyes.say("未遮蔽", "unmasked"))).banner(
        Tone::Info,
        format!("{} {until}", eyes.say("已记录您的查看。显示至", "Your look is written down. Shown until")),
    );
    page = page.detail(sealed(eyes, &store::sealed(&key)?)).actions([
        shared::link(eyes.say("回到档案（办理）", "Back to the file, to act"), "household", &[("household", &key)]),
        shared::link(eyes.say("记走访", "Record a visit"), "visit", &[("household", &key)]),
    ]);
    if eyes.sees(Sealed::Income) {
        page = warnings(eyes, incomes(eyes, page, &key)?, &key)?;
    }
    notes(eyes, page, &key)
}

fn sealed(eyes: &Eyes<'_>, data: &SealedData) -> Vec<Pair> {
    let contact = data.contact.as_deref().unwrap_or("–");
    let bank = data.bank.as_deref().unwrap_or("–");
    let shown = |field: Sealed, full: &str, masked: String| {
        if eyes.sees(field) { full.to_owned() } else { masked }
    };
    vec![
        Pair::new(eyes.say("户主姓名", "Head"), shown(Sealed::Head, &data.head, mask::name(&data.head))),
        Pair::new(eyes.say("联系电话", "Telephone"), shown(Sealed::Contact, contact, mask::number(contact))),
        Pair::new(eyes.say("发放账号", "Account"), shown(Sealed::Bank, bank, mask::number(bank))),
    ]
}

fn incomes(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let query = Query::keys(store::INCOMES).prefix(&format!("{key}/")).descending().limit(NEWEST);
    let rows = records::find::<Income>(&query)?.entries.into_iter().map(|(_, income)| {
        Row::new([
            income.year.to_string(),
            names::of(names::INCOMES, income.kind, eyes.locale).to_owned(),
            income.yuan.to_string(),
            income.by,
        ])
    });
    let columns = [eyes.say("年份", "Year"), eyes.say("类别", "Kind"), eyes.say("元", "Yuan"), eyes.say("录入", "By")];
    let none = eyes.say("没有记录。", "Nothing entered.");
    Ok(page.heading(eyes.say("收入与支出", "Income and expenses")).table(columns, rows.collect::<Vec<_>>(), none))
}

fn warnings(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let query = Query::by(store::WARNINGS, "household").equals(key).descending().limit(NEWEST);
    let yuan = |value: Option<i64>| value.map_or_else(|| "–".to_owned(), |yuan| yuan.to_string());
    let rows = records::find::<Warning>(&query)?.entries.into_iter().map(|(_, warning)| {
        Row::new([
            warning.day.to_string(),
            format!("{} v{}", warning.rule, warning.rule_version),
            warning.upon,
            yuan(warning.facts.value_yuan),
            yuan(warning.facts.limit_yuan),
        ])
    });
    let columns = [
        eyes.say("日期", "Day"),
        eyes.say("规则与版本", "Rule and version"),
        eyes.say("依据", "Upon"),
        eyes.say("数值（元）", "Value (yuan)"),
        eyes.say("界限（元）", "Limit (yuan)"),
    ];
    let none = eyes.say("没有预警。", "No warnings.");
    Ok(page.heading(eyes.say("预警依据", "What warnings judged by")).table(columns, rows.collect::<Vec<_>>(), none))
}

/// What people wrote: visits, measures, steps of clues, grievances, why warnings were dismissed, who helped until when.
fn notes(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let newest = |collection| Query::keys(collection).prefix(&format!("{key}/")).descending().limit(NEWEST);
    let about = |collection| Query::by(collection, "household").equals(key).descending().limit(NEWEST);
    let mut rows = Vec::new();
    for (clue_key, clue) in records::find::<Clue>(&about(store::CLUES))?.entries {
        let procedure = Procedure::version(clue.procedure);
        for made in clue.steps.iter().rev().filter(|made| made.note.is_some()) {
            let step = procedure.as_ref().and_then(|procedure| procedure.step(&made.step));
            let step = step.map_or(made.step.as_str(), |step| step.title(eyes.locale));
            let note = made.note.clone().unwrap_or_default();
            rows.push(row(minute(made.at_ms), &format!("{clue_key} · {step}"), &made.by, note));
        }
    }
    for (_, visit) in records::find::<Visit>(&newest(store::VISITS))?.entries {
        rows.push(row(visit.day, eyes.say("走访", "Visit"), &visit.by, visit.note));
    }
    for (_, measure) in records::find::<Measure>(&newest(store::MEASURES))?.entries {
        let kind = names::of(names::MEASURES, measure.kind, eyes.locale);
        rows.push(row(measure.from, kind, &measure.by, measure.note));
    }
    for (number, one) in records::find::<Grievance>(&about(store::GRIEVANCES))?.entries {
        let want = format!("{number} · {}", names::of(names::WANTS, one.want, eyes.locale));
        rows.push(row(one.received, &want, &one.by, one.text));
        if let Some(answer) = one.answer {
            rows.push(row(answer.day, &format!("{number} · {}", eyes.say("答复", "Answer")), &answer.by, answer.text));
        }
    }
    for (number, warning) in records::find::<Warning>(&about(store::WARNINGS))?.entries {
        if let Some(reason) = warning.reason {
            let by = warning.decided_by.unwrap_or_default();
            rows.push(row(warning.day, &format!("{number} · {}", eyes.say("不立线索", "Dismissed")), &by, reason));
        }
    }
    for period in store::consent(key, Purpose::Help)?.periods {
        if let (Some(withdrawn_ms), Some(helper)) = (period.withdrawn_ms, period.helper) {
            let kind = eyes.say("撤回帮扶同意，责任人解除", "Consent to help withdrawn, helper released");
            rows.push(row(minute(withdrawn_ms), kind, &period.withdrawn_by.unwrap_or_default(), helper));
        }
    }
    // The newest first: days and minutes sort as texts.
    rows.sort_by(|one, other| other.cells.first().cmp(&one.cells.first()));
    let from = eyes.visit.query_value("from").and_then(|from| from.parse::<usize>().ok()).unwrap_or(0);
    let next = from.saturating_add(WORDS);
    let look = eyes.needs("look")?;
    let next = (rows.len() > next).then(|| {
        Target::new("full", [("household", key), ("look", look.as_str()), ("from", next.to_string().as_str())])
    });
    let columns =
        [eyes.say("日期", "Day"), eyes.say("类别", "Kind"), eyes.say("录入", "By"), eyes.say("内容", "Words")];
    let shown = rows.into_iter().skip(from).take(WORDS);
    let heading = eyes.say("各项记录内容", "What people wrote");
    Ok(page.heading(heading).table_part(columns, shown, text::NOBODY.say(eyes.locale), next))
}

fn row(day: impl ToString, kind: &str, by: &str, words: String) -> Row {
    Row::new([day.to_string(), kind.to_owned(), by.to_owned(), words])
}
