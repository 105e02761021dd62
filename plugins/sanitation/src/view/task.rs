//! One task: begin, photo, check.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Field;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Input;
use xl_plugin::page::Origin;
use xl_plugin::page::Pair;
use xl_plugin::page::TimelineEntry;
use xl_plugin::viewer;
use xl_plugin::zh_en;

use super::choices;
use crate::clock;
use crate::input;
use crate::store;
use crate::task::State;
use crate::task::Task;
use crate::words;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("task").ok_or(PagesError::NotFound)?;
    let task: Task = store::get(store::TASKS, &key)?.ok_or(PagesError::NotFound)?;
    let window = format!("{} – {}", clock::minute(task.from_ms), clock::hour_and_minute(task.until_ms));
    let mut page = Page::new(task.point_name.clone()).detail([
        Pair::new(zh_en(locale, "时段", "Window"), window),
        Pair::new(zh_en(locale, "状态", "State"), words::task_state(task.state, locale)),
        Pair::new(zh_en(locale, "负责人", "Whose"), task.account.as_deref().unwrap_or("–")),
    ]);
    if let Some(picture) = &task.picture {
        let caption =
            format!("{} {}", zh_en(locale, "完成照片", "Done,"), task.done_ms.map(clock::minute).unwrap_or_default());
        page = page.gallery([GalleryPicture { sha256: picture.clone(), caption }]);
    }
    let entries = task.checks.iter().map(|check| TimelineEntry {
        time_ms: check.at_ms,
        title: if check.pass {
            zh_en(locale, "检查合格", "Passed")
        } else {
            zh_en(locale, "检查不合格", "Did not pass")
        }
        .to_owned(),
        text: check.reason.clone(),
        origin: Origin::Recorded,
        pictures: Vec::new(),
    });
    if !task.checks.is_empty() {
        page = page.timeline(entries);
    }
    if task.is_to_do() {
        if task.state != State::Started {
            page = page.form("start", zh_en(locale, "开始", "Start"), []);
        }
        page = page.form(
            "done",
            zh_en(locale, "完成", "Done"),
            [Field::new("picture", zh_en(locale, "完成后的照片", "Photo of the cleaned place"), input::photo())
                .hint(zh_en(locale, "只拍场地，不拍人脸。", "The place only, no faces."))],
        );
    }
    let is_mine = viewer::person().is_some_and(|person| Some(person.account) == task.done_by);
    if task.state == State::Done && !is_mine {
        let results = choices([
            ("pass", zh_en(locale, "合格", "pass")),
            ("fail", zh_en(locale, "不合格，返工", "fail: do it again")),
        ]);
        page = page.heading(zh_en(locale, "检查", "Check")).form(
            "check",
            zh_en(locale, "提交检查", "Submit"),
            [
                Field::new("result", zh_en(locale, "结果", "Result"), Input::Choice { options: results }),
                Field::new("reason", zh_en(locale, "说明（不合格必填）", "Why (needed when it fails)"), Input::Text)
                    .optional(),
            ],
        );
    }
    let failed = task.checks.iter().rev().find(|check| !check.pass).and_then(|check| check.picture.clone());
    if let Some(seen) = failed {
        page = page.heading(zh_en(locale, "扣分", "Deduction"));
        page = deduction(page, &seen, locale);
    }
    Ok(page)
}

/// The form for taking points off, for the picture that is shown above it.
pub(super) fn deduction(page: Page, seen: &str, locale: Locale) -> Page {
    page.form(
        "deduct",
        zh_en(locale, "确认扣分", "Take points off"),
        [
            Field::new("points", zh_en(locale, "扣分（1–20）", "Points (1–20)"), Input::Number),
            Field::new("reason", zh_en(locale, "依据", "Why"), Input::Text),
            Field::hidden("seen", seen),
        ],
    )
}
