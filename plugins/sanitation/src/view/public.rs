//! What a stranger sees: a point's collection of today and how to complain; how a complaint stands. No person, no camera.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::Pair;
use xl_plugin::page::Step;
use xl_plugin::page::StepState;
use xl_plugin::page::Tone;
use xl_plugin::zh_en;

use crate::clock;
use crate::complaint::Complaint;
use crate::input;
use crate::place::Point;
use crate::settings::Settings;
use crate::store;
use crate::tally::PointDay;

pub(super) fn point(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("point").ok_or(PagesError::NotFound)?;
    let point: Point = store::get(store::POINTS, &key)?.ok_or(PagesError::NotFound)?;
    let settings = Settings::read()?;
    let day = Day::at(visit.now_ms);
    let today: PointDay = store::get(store::POINT_DAYS, &format!("{day}/{key}"))?.unwrap_or_default();
    let mut page = Page::new(point.name.clone());
    page = match point.overflow_since_ms {
        Some(_) => {
            page.banner(Tone::Warn, zh_en(locale, "已知满溢，正在处理。", "Known to overflow; somebody is on it."))
        }
        None => page,
    };
    let how = match &settings.contact {
        Some(contact) => format!("{} {contact}", zh_en(locale, "也可联系：", "You can also turn to:")),
        None => {
            zh_en(locale, "也可联系镇环卫部门。", "You can also turn to the township's sanitation office.").to_owned()
        }
    };
    let page = page
        .detail([
            Pair::new(zh_en(locale, "点位编号", "Number of the point"), &key),
            Pair::new(zh_en(locale, "日期", "Day"), day),
            Pair::new(zh_en(locale, "今日计划清运", "Collections planned today"), today.planned),
            Pair::new(zh_en(locale, "今日已清运", "Collections done"), today.done),
        ])
        .heading(zh_en(locale, "投诉此点位", "Complain about this point"))
        .text(zh_en(
            locale,
            "提交后您会得到一个查看进度的专属链接。无需登录，不收集姓名和电话，请勿填写个人信息。",
            "You get a link of your own that shows how it goes. No sign-in; no name or telephone is asked for: write none.",
        ))
        .text(how);
    // The photo is for who handles it; this page shows none.
    let photo =
        Field::new("picture", zh_en(locale, "现场照片（请勿拍到人）", "Photo (of nobody, please)"), input::photo());
    Ok(page.form(
        "complain",
        zh_en(locale, "提交投诉", "Send the complaint"),
        [
            Field::new("words", zh_en(locale, "问题", "What is wrong"), Input::Lines),
            photo.optional(),
            Field::hidden("token", visit.now_ms.to_string()),
        ],
    ))
}

pub(super) fn complaint(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("complaint").ok_or(PagesError::NotFound)?;
    let complaint: Complaint = store::get(store::COMPLAINTS, &key)?.ok_or(PagesError::NotFound)?;
    let answered = complaint.answer.is_some();
    let step = |label: &str, state| Step { label: label.to_owned(), state };
    let page = Page::new(format!("{} {key}", zh_en(locale, "投诉", "Complaint")))
        .steps([
            step(zh_en(locale, "已登记", "Taken"), StepState::Done),
            step(zh_en(locale, "处理中", "Being handled"), if answered { StepState::Done } else { StepState::Current }),
            step(zh_en(locale, "已答复", "Answered"), if answered { StepState::Done } else { StepState::Open }),
        ])
        .detail([
            Pair::new(zh_en(locale, "点位", "Point"), &complaint.point_name),
            Pair::new(zh_en(locale, "收到", "Taken"), clock::minute(complaint.at_ms)),
            Pair::new(zh_en(locale, "应答复于", "Due"), clock::minute(complaint.due_ms)),
        ]);
    Ok(match &complaint.answer {
        Some(answer) => page.heading(zh_en(locale, "答复", "Answer")).text(answer.words.clone()),
        None => page,
    })
}
