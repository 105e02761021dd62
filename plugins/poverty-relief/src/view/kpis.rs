//! Key figures of a month or a year: the township as the sum of its villages, and the villages of one figure.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Kpi as Figure;
use xl_plugin::page::Measure;
use xl_plugin::page::PageLink;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Eyes;
use super::shared;
use crate::count::Count;
use crate::count::Kpi;
use crate::store;
use crate::text;
use crate::text::names;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let period = eyes.visit.query_value("period").unwrap_or_else(|| eyes.today.month());
    if let Some(id) = eyes.visit.query_value("kpi") {
        let kpi = Kpi::ALL.into_iter().find(|kpi| kpi.id() == id).ok_or(PagesError::NotFound)?;
        return villages(eyes, kpi, &period);
    }
    let mut figures = Vec::new();
    let mut links = Vec::new();
    for kpi in Kpi::ALL {
        let mut sum = Count::default();
        for (_, count) in of(eyes, kpi, &period, false)?.entries {
            sum.num += count.num;
            sum.den += count.den;
        }
        let name = names::of(names::KPIS, kpi, eyes.locale);
        figures.push(figure(eyes, name, kpi, sum));
        links.push(shared::link(name, "kpis", &[("kpi", kpi.id()), ("period", period.as_str())]));
    }
    let year = eyes.today.year();
    let month = eyes.today.month();
    Ok(Page::new(format!("{} {period}", eyes.say("指标", "Key figures")))
        .actions([
            shared::link(&month, "kpis", &[("period", &month)]),
            shared::link(&year, "kpis", &[("period", &year)]),
        ])
        .kpis(figures)
        .heading(eyes.say("各村", "By village"))
        .actions(links)
        .text(
            eyes.say("全镇为各村分子、分母之和。", "The township adds up numerators and denominators of its villages."),
        ))
}

/// A figure as the host draws it, with what is counted.
fn figure(eyes: &Eyes<'_>, name: &str, kpi: Kpi, count: Count) -> Figure {
    let (measure, zh, en) = match kpi {
        Kpi::OnTime => (Measure::Percent, "期限内决定的线索 / 到期线索", "clues decided in their days / clues due"),
        Kpi::Visits => (Measure::Percent, "按期走访 / 应走访", "visits inside their period / visits due"),
        Kpi::Help => {
            (Measure::Percent, "有有效措施的监测户 / 监测户", "monitored with an effective measure / monitored")
        }
        Kpi::Clearance => (Measure::Percent, "消除风险户 / 期初监测户", "cleared / monitored when the period began"),
        Kpi::Notices => {
            (Measure::Percent, "满期且有脱敏证明 / 已结束公示", "stood their days with proof / notices that ended")
        }
        Kpi::Output => (Measure::Count, "登记的项目产出", "output that was entered"),
        Kpi::Benefit => (Measure::Count, "登记的收益分红", "benefits that were entered"),
        Kpi::Inspections => (Measure::Percent, "按期巡查 / 应巡查", "inspected on time / inspections due"),
        Kpi::Looks => (Measure::Ratio, "未遮蔽档案查看次数 / 登记户", "looks at unmasked files / households"),
        Kpi::IdleLooks => {
            (Measure::Percent, "无后续操作的查看 / 已到期查看", "looks nothing followed / looks whose days are over")
        }
    };
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    Figure::new(name, whole(count.num), whole(count.den), measure).note(eyes.say(zh, en))
}

fn villages(eyes: &Eyes<'_>, kpi: Kpi, period: &str) -> Result<Page, PagesError> {
    let found = of(eyes, kpi, period, true)?;
    let title = format!("{} {period}", names::of(names::KPIS, kpi, eyes.locale));
    let figures = found.entries.iter().map(|(key, count)| {
        let village = key.rsplit('/').next().unwrap_or(key);
        figure(eyes, village, kpi, *count)
    });
    let page = Page::new(title).kpis(figures);
    let Some(next) = shared::next(eyes, &[("kpi", kpi.id()), ("period", period)], found.next.as_ref()) else {
        return Ok(page);
    };
    Ok(page.actions([PageLink::new(text::MORE.say(eyes.locale), next)]))
}

/// The figures of a period by village: 200 villages at most where all are summed, a page of them where they are listed.
fn of(eyes: &Eyes<'_>, kpi: Kpi, period: &str, listed: bool) -> Result<records::Found<Count>, PagesError> {
    let query = Query::keys(store::COUNTS).prefix(&format!("{}/{period}/", kpi.id()));
    let query = if listed { shared::paged(eyes, query) } else { query };
    Ok(records::find::<Count>(&query)?)
}
