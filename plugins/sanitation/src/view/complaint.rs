//! Complaints: the open ones by when they are due, and one of them.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Field;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Input;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

use super::choices;
use crate::clock;
use crate::complaint::Complaint;
use crate::input;
use crate::store;

pub(super) fn list(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let query = Query::by(store::COMPLAINTS, "open_until").limit(store::ROWS);
    let found: Found<Complaint> = records::find(&match visit.query_value("after") {
        Some(after) => query.after(after),
        None => query,
    })?;
    let rows = found.entries.iter().map(|(key, complaint)| {
        let late = if complaint.due_ms < visit.now_ms { zh_en(locale, "已超期", "late") } else { "" };
        let due = format!("{} {late}", clock::minute(complaint.due_ms));
        let again = if complaint.repeated { zh_en(locale, "重复", "again") } else { "" };
        Row::new([key.clone(), complaint.point_name.clone(), due.trim_end().to_owned(), again.to_owned()])
            .leads_to(Target::new("complaint", [("complaint", key.as_str())]))
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "点位", "Point"),
        zh_en(locale, "应答复于", "Due"),
        zh_en(locale, "重复", "Again"),
    ];
    let sources = choices([
        ("hotline", zh_en(locale, "热线", "hotline")),
        ("app", zh_en(locale, "网络", "online")),
        ("media", zh_en(locale, "媒体", "media")),
        ("patrol", zh_en(locale, "当面", "in person")),
    ]);
    let page = Page::new(zh_en(locale, "投诉", "Complaints")).table(
        columns,
        rows,
        zh_en(locale, "没有待答复的投诉。", "No open complaints."),
    );
    let page = super::more(page, "complaints", found.next.as_ref(), &[], locale);
    Ok(page.heading(zh_en(locale, "登记投诉", "Take a complaint")).form(
        "complain",
        zh_en(locale, "登记", "Take"),
        [
            Field::new("point", zh_en(locale, "点位编号", "Number of the point"), Input::Text),
            Field::new("words", zh_en(locale, "内容", "What it is about"), Input::Lines).hint(zh_en(
                locale,
                "不要写投诉人的姓名和电话。",
                "Not the name or telephone of who complains.",
            )),
            Field::new("source", zh_en(locale, "来源", "Source"), Input::Choice { options: sources })
                .starts_with("hotline"),
        ],
    ))
}

/// A public link is named; the other sources stand in the list as they are chosen.
fn source(name: &str, locale: Locale) -> &str {
    if name == "link" { zh_en(locale, "扫码投诉", "public link") } else { name }
}

pub(super) fn one(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("complaint").ok_or(PagesError::NotFound)?;
    let complaint: Complaint = store::get(store::COMPLAINTS, &key)?.ok_or(PagesError::NotFound)?;
    let mut page = Page::new(format!("{key} · {}", complaint.point_name)).text(complaint.words.clone()).detail([
        Pair::new(zh_en(locale, "收到", "Taken"), clock::minute(complaint.at_ms)),
        Pair::new(zh_en(locale, "应答复于", "Due"), clock::minute(complaint.due_ms)),
        Pair::new(zh_en(locale, "来源", "Source"), source(&complaint.source, locale)),
    ]);
    if let Some(picture) = &complaint.picture {
        let caption = zh_en(locale, "投诉时", "When it was complained about").to_owned();
        page = page.gallery([GalleryPicture { sha256: picture.clone(), caption }]);
    }
    if let Some(code) = &complaint.link {
        page = page.qr(code, zh_en(locale, "投诉人可扫码查看进度", "Who complained follows it here"));
    }
    let Some(answer) = &complaint.answer else {
        return Ok(page.form(
            "answer",
            zh_en(locale, "答复并办结", "Answer and close"),
            [
                Field::new("words", zh_en(locale, "处理结果", "What was done"), Input::Lines),
                Field::new("picture", zh_en(locale, "处理后的照片", "Photo afterwards"), input::photo()).optional(),
            ],
        ));
    };
    page = page.heading(zh_en(locale, "答复", "Answer")).text(answer.words.clone());
    page = page.detail([
        Pair::new(zh_en(locale, "答复人", "By"), &answer.by),
        Pair::new(zh_en(locale, "时间", "At"), clock::minute(answer.at_ms)),
    ]);
    if let Some(picture) = &answer.picture {
        page = page.gallery([GalleryPicture {
            sha256: picture.clone(),
            caption: zh_en(locale, "处理后", "Afterwards").to_owned(),
        }]);
    }
    Ok(page)
}
