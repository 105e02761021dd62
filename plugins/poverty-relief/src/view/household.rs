//! A household's file as lists may show it: masked. The unmasked one takes a reason.

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
use crate::file::Look;
use crate::file::Measure;
use crate::file::Visit;
use crate::grievance::Grievance;
use crate::household::Household;
use crate::household::Standing;
use crate::rule;
use crate::rule::Warning;
use crate::store;
use crate::text;
use crate::text::names;

mod forms;

/// Newest entries of each part.
const NEWEST: u32 = 20;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("household")?;
    let one = store::household(&key)?.ok_or(PagesError::NotFound)?;
    let clues =
        records::find::<Clue>(&Query::by(store::CLUES, "household").equals(key.as_str()).descending().limit(NEWEST))?;
    let measures =
        records::find::<Measure>(&Query::keys(store::MEASURES).prefix(&format!("{key}/")).descending().limit(NEWEST))?;
    let mut page = Page::new(format!("{} · {}", one.head_masked, key));
    page = banners(eyes, page, &one).detail(facts(eyes, &one));
    page = forms::show(eyes, page);
    page = page.actions(links(eyes, &key, &one));
    page = consents(eyes, page, &key)?;
    page = shared::clues(eyes, page.heading(eyes.say("线索", "Clues")), &clues.entries, None);
    page = warnings(eyes, page, &key)?;
    page = visits(eyes, page, &key)?;
    page = self::measures(eyes, page, &measures.entries);
    page = grievances(eyes, page, &key)?;
    page = looks(eyes, page, &key)?;
    Ok(forms::all(eyes, page, &one, &clues.entries, &measures.entries))
}

fn banners(eyes: &Eyes<'_>, mut page: Page, one: &Household) -> Page {
    if let Some(clue) = &one.open_clue {
        page = page.banner(Tone::Info, format!("{} {clue}", eyes.say("在办线索：", "A clue is on its way:")));
    }
    if let Some(missed) = one.visit_missed {
        page = page.banner(Tone::Warn, format!("{} {missed}", eyes.say("漏访，应不晚于", "A visit was missed, due")));
    }
    if one.standing == Standing::Clearing {
        page = page.banner(
            Tone::Info,
            eyes.say(
                "已提出消除风险，等待县级另一人决定。",
                "Clearing was proposed; another person at the county decides.",
            ),
        );
    }
    page
}

fn facts(eyes: &Eyes<'_>, one: &Household) -> Vec<Pair> {
    let members = names::MEMBERS.iter().filter_map(|(_, member, phrase)| {
        let count = one.members.get(member)?;
        Some(format!("{} {count}", phrase.say(eyes.locale)))
    });
    let members = members.collect::<Vec<_>>().join(eyes.say("，", ", "));
    let yes_no = if one.key { text::YES } else { text::NO };
    vec![
        Pair::new(eyes.say("户主", "Head"), &one.head_masked),
        Pair::new(eyes.say("村", "Village"), &one.place),
        Pair::new(eyes.say("类型", "Type"), names::of(names::KINDS, one.kind, eyes.locale)),
        Pair::new(eyes.say("状态", "Standing"), names::of(names::STANDINGS, one.standing, eyes.locale)),
        Pair::new(eyes.say("人口", "People"), format!("{} ({members})", one.size())),
        Pair::new(eyes.say("重点户", "Key household"), yes_no.say(eyes.locale)),
        Pair::new(eyes.say("帮扶责任人", "Helper"), one.helper.as_deref().unwrap_or("–")),
        Pair::new(eyes.say("下次走访期限", "Next visit due"), shared::day_or_dash(one.visit_due)),
        Pair::new(eyes.say("联系电话、账号、收入", "Telephone, account, income"), text::HIDDEN.say(eyes.locale)),
    ]
}

fn links(eyes: &Eyes<'_>, key: &str, one: &Household) -> Vec<xl_plugin::page::PageLink> {
    let mut links = vec![shared::link(eyes.say("更正登记", "Correct"), "register", &[("household", key)])];
    if one.standing.is_watched() {
        links.push(shared::link(eyes.say("记走访", "Record a visit"), "visit", &[("household", key)]));
    }
    links
}

fn consents(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let mut rows = Vec::new();
    for purpose in Purpose::ALL {
        let consent = store::consent(key, purpose)?;
        let last = consent.periods.last();
        let state = match (consent.stands(), last) {
            (true, _) => eyes.say("有效", "stands"),
            (false, Some(_)) => eyes.say("已撤回", "withdrawn"),
            (false, None) => eyes.say("未给出", "not given"),
        };
        let dash = || "–".to_owned();
        rows.push(Row::new([
            names::of(names::PURPOSES, purpose, eyes.locale).to_owned(),
            state.to_owned(),
            last.map_or_else(dash, |period| minute(period.given_ms)),
            last.map_or_else(dash, |period| names::of(names::HOWS, period.how, eyes.locale).to_owned()),
            last.and_then(|period| period.withdrawn_ms).map_or_else(dash, minute),
        ]));
    }
    let columns = [
        eyes.say("目的", "Purpose"),
        eyes.say("状态", "State"),
        eyes.say("给出", "Given"),
        eyes.say("方式", "How"),
        eyes.say("撤回", "Withdrawn"),
    ];
    Ok(page.heading(eyes.say("同意", "Consent")).table(columns, rows, ""))
}

/// Which rule fired, in which version and upon what; the figures are on the unmasked file.
fn warnings(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let query = Query::by(store::WARNINGS, "household").equals(key).descending().limit(NEWEST);
    let rows = records::find::<Warning>(&query)?.entries.into_iter().map(|(warning_key, warning)| {
        let rule = rule::by_id(&warning.rule);
        let name = rule.map_or(warning.rule.clone(), |rule| rule.title(eyes.locale).to_owned());
        Row::new([
            warning.day.to_string(),
            format!("{name} · v{}", warning.rule_version),
            warning.upon.clone(),
            names::of(names::FATES, warning.fate, eyes.locale).to_owned(),
            warning.decided_by.clone().unwrap_or_else(|| "–".to_owned()),
        ])
        .leads_to(Target::new("warning", [("warning", warning_key.as_str())]))
    });
    let columns = [
        eyes.say("日期", "Day"),
        eyes.say("规则与版本", "Rule and version"),
        eyes.say("依据", "Upon"),
        eyes.say("处理", "Fate"),
        eyes.say("决定人", "Decided by"),
    ];
    let none = eyes.say("没有预警。", "No warnings.");
    Ok(page.heading(eyes.say("预警", "Warnings")).table(columns, rows.collect::<Vec<_>>(), none))
}

fn visits(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let query = Query::keys(store::VISITS).prefix(&format!("{key}/")).descending().limit(NEWEST);
    let rows = records::find::<Visit>(&query)?.entries.into_iter().map(|(_, visit)| {
        let secure = visit.secure.iter().filter(|secure| **secure).count();
        Row::new([visit.day.to_string(), visit.by.clone(), format!("{secure}/4"), shared::day_or_dash(visit.due)])
    });
    let columns = [
        eyes.say("日期", "Day"),
        eyes.say("走访人", "By"),
        eyes.say("保障项", "Secure"),
        eyes.say("计入期限", "Counts for"),
    ];
    let none = eyes.say("没有走访。", "No visits.");
    Ok(page.heading(eyes.say("走访", "Visits")).table(columns, rows.collect::<Vec<_>>(), none))
}

fn measures(eyes: &Eyes<'_>, page: Page, measures: &[(String, Measure)]) -> Page {
    let rows = measures.iter().map(|(_, measure)| {
        let effective = match measure.effective {
            None => eyes.say("未评价", "not judged"),
            Some(true) => eyes.say("有效", "effective"),
            Some(false) => eyes.say("无效", "not effective"),
        };
        Row::new([
            measure.from.to_string(),
            names::of(names::MEASURES, measure.kind, eyes.locale).to_owned(),
            measure.by.clone(),
            effective.to_owned(),
        ])
    });
    let columns =
        [eyes.say("开始", "From"), eyes.say("措施", "Measure"), eyes.say("录入", "By"), eyes.say("评价", "Judged")];
    page.heading(eyes.say("帮扶措施", "Measures")).table(columns, rows, eyes.say("没有措施。", "No measures."))
}

fn grievances(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let query = Query::by(store::GRIEVANCES, "household").equals(key).descending().limit(NEWEST);
    let found = records::find::<Grievance>(&query)?;
    let page = page.heading(eyes.say("诉求", "Grievances"));
    Ok(super::grievances::table(eyes, page, &found.entries, None))
}

/// Who looked at the unmasked file, for everybody who may see the masked one.
fn looks(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let query = Query::by(store::LOOKS, "household").equals(key).descending().limit(NEWEST);
    let rows = records::find::<Look>(&query)?.entries.into_iter().map(|(_, look)| {
        let followed = match look.followed {
            None => eyes.say("期限内", "its days run"),
            Some(true) => eyes.say("有", "yes"),
            Some(false) => eyes.say("无", "no"),
        };
        let why = names::of(names::WHYS, look.why, eyes.locale).to_owned();
        Row::new([minute(look.at_ms), look.by, why, followed.to_owned()])
    });
    let columns = [
        eyes.say("时间", "Time"),
        eyes.say("查看人", "By"),
        eyes.say("目的", "What for"),
        eyes.say("有无后续", "Action followed"),
    ];
    let none = eyes.say("没有人查看过。", "Nobody looked.");
    let heading = eyes.say("未遮蔽档案的查看记录", "Looks at the unmasked file");
    Ok(page.heading(heading).table(columns, rows.collect::<Vec<_>>(), none))
}
