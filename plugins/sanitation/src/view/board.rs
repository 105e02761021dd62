//! Routes and shifts of today: tasks by state, who is there.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::BoardColumn;
use xl_plugin::page::Card;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

use crate::clock;
use crate::crew::Shift;
use crate::store;
use crate::task::State;
use crate::task::Task;
use crate::words;

/// Tasks on the board: one part of the day.
const CARDS: u32 = 200;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let day = Day::at(visit.now_ms).to_string();
    let by_day = |collection: &str, limit: u32| Query::by(collection, "day").equals(day.as_str()).limit(limit);
    let tasks = by_day(store::TASKS, CARDS);
    let tasks = match visit.query_value("after") {
        Some(after) => tasks.after(after),
        None => tasks,
    };
    let tasks: Found<Task> = records::find(&tasks)?;
    let shifts: Found<Shift> = records::find(&by_day(store::SHIFTS, 100))?;
    let columns = [
        vec![State::Planned, State::Started],
        vec![State::Missed, State::Escalated, State::Redo],
        vec![State::Done],
        vec![State::Passed],
    ];
    let titles = [
        zh_en(locale, "待做", "To do"),
        zh_en(locale, "漏做与返工", "Missed or to redo"),
        zh_en(locale, "待检查", "To check"),
        zh_en(locale, "合格", "Passed"),
    ];
    let columns = columns.iter().zip(titles).map(|(states, title)| {
        let cards = tasks.entries.iter().filter(|(_, task)| states.contains(&task.state)).map(|(key, task)| {
            let times = clock::span(task.from_ms, task.until_ms);
            let whose = task.account.as_deref().unwrap_or("–");
            let state = words::task_state(task.state, locale);
            Card {
                title: task.point_name.clone(),
                text: Some(format!("{times} · {state} · {whose}")),
                to: Some(Target::new("task", [("task", key.as_str())])),
            }
        });
        BoardColumn { title: title.to_owned(), cards: cards.collect() }
    });
    let rows = shifts.entries.iter().map(|(_, shift)| {
        let times = clock::span(shift.from_ms, shift.until_ms);
        let here = match &shift.clock_in {
            Some(here) => format!("{} {}", clock::hour_and_minute(here.at_ms), here.point),
            None if shift.from_ms > visit.now_ms => zh_en(locale, "未到时间", "not yet").to_owned(),
            None => zh_en(locale, "未到岗", "not there").to_owned(),
        };
        Row::new([shift.account.clone(), shift.area.clone(), times, here])
    });
    let names = [
        zh_en(locale, "人员", "Who"),
        zh_en(locale, "区域", "Where"),
        zh_en(locale, "班次", "Shift"),
        zh_en(locale, "打卡", "Clocked in"),
    ];
    let page = Page::new(format!("{} · {day}", zh_en(locale, "线路与班次", "Routes and shifts")))
        .board(columns)
        .heading(zh_en(locale, "班次", "Shifts"))
        .table(names, rows, zh_en(locale, "今天没有排班。", "No shifts today."));
    Ok(super::more(page, "board", tasks.next.as_ref(), &[], locale))
}
