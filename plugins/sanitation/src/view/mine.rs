//! A cleaner's phone: today's shifts with clock-in, today's tasks.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::viewer;
use xl_plugin::zh_en;

use crate::clock;
use crate::crew::Shift;
use crate::input;
use crate::store;
use crate::task::Task;
use crate::words;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let person = viewer::person().ok_or(PagesError::NotFound)?;
    let day = Day::at(visit.now_ms);
    let mine = format!("{}/{day}", person.account);
    let shifts: Found<Shift> = records::find(&Query::by(store::SHIFTS, "mine").equals(mine.as_str()).limit(20))?;
    let tasks = Query::by(store::TASKS, "mine").equals(mine).limit(store::ROWS);
    let tasks = match visit.query_value("after") {
        Some(after) => tasks.after(after),
        None => tasks,
    };
    let tasks: Found<Task> = records::find(&tasks)?;

    let mut page = Page::new(format!("{} · {day}", zh_en(locale, "我的今天", "My day")));
    let mut may_clock_in = false;
    for (_, shift) in &shifts.entries {
        let times = clock::span(shift.from_ms, shift.until_ms);
        page = match &shift.clock_in {
            Some(here) => {
                let at = clock::hour_and_minute(here.at_ms);
                let words = zh_en(locale, "已打卡", "clocked in at");
                page.banner(Tone::Good, format!("{times} {} · {words} {at}", shift.area))
            }
            None => {
                may_clock_in |= visit.now_ms <= shift.until_ms;
                page.banner(
                    Tone::Info,
                    format!("{times} {} · {}", shift.area, zh_en(locale, "未打卡", "not clocked in")),
                )
            }
        };
    }
    if may_clock_in {
        page = page.form(
            "clock-in",
            zh_en(locale, "打卡", "Clock in"),
            [
                Field::new("point", zh_en(locale, "点位编号", "Point number"), Input::Text).hint(zh_en(
                    locale,
                    "点位牌上的编号，如 p000001。不采集人脸。",
                    "As on the sign, such as p000001. No face is taken.",
                )),
                Field::new("position", zh_en(locale, "位置", "Position"), input::place()).optional(),
            ],
        );
    }
    let rows = tasks.entries.iter().map(|(key, task)| {
        let times = clock::span(task.from_ms, task.until_ms);
        Row::new([task.point_name.clone(), times, words::task_state(task.state, locale).to_owned()])
            .leads_to(Target::new("task", [("task", key.as_str())]))
    });
    let columns = [zh_en(locale, "点位", "Point"), zh_en(locale, "时段", "Window"), zh_en(locale, "状态", "State")];
    page = page.heading(zh_en(locale, "任务", "Tasks")).table(
        columns,
        rows,
        zh_en(locale, "今天没有任务。", "No tasks today."),
    );
    Ok(super::more(page, "mine", tasks.next.as_ref(), &[], locale))
}
