//! Today: figures, what waits, points on the map and in a list.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::Mark;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Stat;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

use super::more;
use crate::finding::Finding;
use crate::finding::State;
use crate::place::Point;
use crate::store;
use crate::tally;
use crate::tally::PointDay;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let day = Day::at(visit.now_ms).to_string();
    let today = tally::of(&day)?;
    let waiting = Query::by(store::FINDINGS, "state").equals(State::Candidate.as_str()).limit(50);
    let waiting: Found<Finding> = records::find(&waiting)?;
    let points: Found<Point> = store::part(store::POINTS, visit.query_value("after"), store::ROWS)?;

    let mut page = Page::new(format!("{} · {day}", zh_en(locale, "今日环卫", "Sanitation today")));
    if !waiting.entries.is_empty() {
        let count = if waiting.next.is_some() { "50+".to_owned() } else { waiting.entries.len().to_string() };
        let words = zh_en(locale, "处疑似问题等待人工复核。", "candidates wait for a person.");
        page = page.banner(Tone::Warn, format!("{count} {words}"));
    }
    page = page
        .stats([
            Stat::new(zh_en(locale, "任务完成", "Tasks done"), format!("{} / {}", today.done, today.tasks)),
            Stat::new(zh_en(locale, "漏做", "Missed"), today.missed),
            Stat::new(zh_en(locale, "到岗", "Present"), format!("{} / {}", today.present, today.shifts)),
            Stat::new(zh_en(locale, "满溢", "Overflows"), today.overflows),
        ])
        .actions([
            PageLink::new(zh_en(locale, "复核疑似问题", "Review candidates"), Target::new("review", [])),
            PageLink::new(zh_en(locale, "线路与班次", "Routes and shifts"), Target::new("board", [])),
            PageLink::new(zh_en(locale, "投诉", "Complaints"), Target::new("complaints", [])),
        ]);
    let (mut marks, mut rows) = (Vec::new(), Vec::new());
    for (key, point) in &points.entries {
        let point_day: PointDay = store::get(store::POINT_DAYS, &format!("{day}/{key}"))?.unwrap_or_default();
        let state = state(point, point_day, locale);
        if let (Some(latitude), Some(longitude)) = (point.latitude, point.longitude) {
            marks.push(Mark { label: format!("{}：{state}", point.name), latitude, longitude });
        }
        let done = format!("{} / {}", point_day.done, point_day.planned);
        rows.push(
            Row::new([point.name.clone(), state.to_owned(), done])
                .leads_to(Target::new("point", [("point", key.as_str())])),
        );
    }
    if !marks.is_empty() {
        page = page.map(marks);
    }
    let columns = [
        zh_en(locale, "点位", "Point"),
        zh_en(locale, "今日状态", "Today"),
        zh_en(locale, "完成 / 计划", "Done / planned"),
    ];
    let empty =
        zh_en(locale, "还没有点位。请先在“路段与点位”登记。", "There are no points yet. Register them under “Places”.");
    page = page.heading(zh_en(locale, "点位", "Points")).table(columns, rows, empty);
    Ok(more(page, "home", points.next.as_ref(), &[], locale))
}

fn state(point: &Point, day: PointDay, locale: Locale) -> &'static str {
    let (zh, en) = match (point.overflow_since_ms, day) {
        (Some(_), _) => ("满溢", "overflow"),
        (None, PointDay { planned: 0, .. }) => ("今日无计划", "nothing planned"),
        (None, day) if day.done >= day.planned => ("已清", "cleared"),
        (None, PointDay { done: 0, .. }) => ("待清", "waiting"),
        (None, _) => ("部分完成", "partly done"),
    };
    zh_en(locale, zh, en)
}
