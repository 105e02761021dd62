//! The queue of candidates, and one of them with both pictures side by side.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Field;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Input;
use xl_plugin::page::PageLink;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

use super::choices;
use super::percent;
use crate::clock;
use crate::finding::Finding;
use crate::finding::Reason;
use crate::finding::State;
use crate::finding::What;
use crate::place::Point;
use crate::place::Shows;
use crate::store;
use crate::words;

pub(super) fn queue(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let states = [State::Candidate, State::Confirmed, State::Dismissed, State::Closed];
    let wanted = visit.query_value("state").and_then(|text| states.into_iter().find(|state| state.as_str() == text));
    let wanted = wanted.unwrap_or(State::Candidate);
    let query = Query::by(store::FINDINGS, "state").equals(wanted.as_str()).descending().limit(store::ROWS);
    let found: Found<Finding> = records::find(&match visit.query_value("after") {
        Some(after) => query.after(after),
        None => query,
    })?;
    let rows = found.entries.iter().map(|(key, finding)| {
        Row::new([
            key.clone(),
            finding.camera.clone(),
            finding.point.clone().unwrap_or_else(|| "–".to_owned()),
            finding.score.map_or_else(|| "–".to_owned(), percent),
            words::method(&finding.method, locale),
            clock::minute(finding.first_seen_ms),
        ])
        .leads_to(Target::new("finding", [("finding", key.as_str())]))
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "摄像机", "Camera"),
        zh_en(locale, "点位", "Point"),
        zh_en(locale, "变化", "Change"),
        zh_en(locale, "方法", "Method"),
        zh_en(locale, "首次发现", "First seen"),
    ];
    let links = states.map(|state| {
        PageLink::new(words::finding_state(state, locale), Target::new("review", [("state", state.as_str())]))
    });
    let title = format!("{} · {}", zh_en(locale, "疑似问题", "Candidates"), words::finding_state(wanted, locale));
    let page = Page::new(title)
        .banner(Tone::Info, zh_en(
            locale,
            "系统只能看出“这里和参照图不一样”，不能判断是不是垃圾。是否属实由您看图决定。",
            "The system sees only that a place differs from its reference, not whether it is waste. You decide, by looking.",
        ))
        .actions(links)
        .table(columns, rows, zh_en(locale, "没有。", "None."));
    Ok(super::more(page, "review", found.next.as_ref(), &[("state", wanted.as_str())], locale))
}

pub(super) fn one(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("finding").ok_or(PagesError::NotFound)?;
    let finding: Finding = store::get(store::FINDINGS, &key)?.ok_or(PagesError::NotFound)?;
    let point: Option<Point> = match &finding.point {
        Some(point) => store::get(store::POINTS, point)?,
        None => None,
    };
    let mut page = Page::new(format!("{key} · {}", words::finding_state(finding.state, locale)));
    let mut pictures = Vec::new();
    if let Some(reference) = &finding.reference {
        pictures.push(GalleryPicture {
            sha256: reference.clone(),
            caption: zh_en(locale, "参照图", "Reference").to_owned(),
        });
    }
    if let Some(picture) = &finding.picture {
        let caption = format!("{} {}", zh_en(locale, "现在", "Now"), clock::minute(finding.raised_ms));
        pictures.push(GalleryPicture { sha256: picture.clone(), caption });
    }
    if !pictures.is_empty() {
        page = page.gallery(pictures);
    }
    let dash = || "–".to_owned();
    // How sure a device is says nothing about how much of a region changed.
    let score = if finding.method.starts_with("device:") {
        zh_en(locale, "设备给出的置信度", "The device's score")
    } else {
        zh_en(locale, "区域变化", "Change of the region")
    };
    page = page.detail([
        Pair::new(zh_en(locale, "点位", "Point"), point.as_ref().map_or_else(dash, |point| point.name.clone())),
        Pair::new(zh_en(locale, "摄像机", "Camera"), &finding.camera),
        Pair::new(score, finding.score.map_or_else(dash, percent)),
        Pair::new(zh_en(locale, "方法", "Method"), words::method(&finding.method, locale)),
        Pair::new(zh_en(locale, "首次发现", "First seen"), clock::minute(finding.first_seen_ms)),
        Pair::new(
            zh_en(locale, "出现方式", "How it came"),
            if finding.sudden {
                zh_en(locale, "突然出现", "at once")
            } else {
                zh_en(locale, "逐渐增多", "little by little")
            },
        ),
        Pair::new(zh_en(locale, "复核人", "Judged by"), finding.by.clone().unwrap_or_else(dash)),
        Pair::new(zh_en(locale, "结论", "Conclusion"), conclusion(&finding, locale)),
        Pair::new(zh_en(locale, "案卷", "Case"), finding.case.clone().unwrap_or_else(dash)),
    ]);
    if finding.state == State::Candidate {
        page = judge(page, point.as_ref(), locale);
    }
    if let (State::Confirmed | State::Closed, Some(_), Some(seen)) = (finding.state, &finding.section, &finding.picture)
    {
        page = super::task::deduction(page.heading(zh_en(locale, "扣分", "Deduction")), seen, locale);
    }
    Ok(page)
}

fn conclusion(finding: &Finding, locale: Locale) -> String {
    let said = finding.what.map(|what| words::what(what, locale));
    said.or(finding.reason.map(|reason| words::reason(reason, locale))).unwrap_or("–").to_owned()
}

fn judge(page: Page, point: Option<&Point>, locale: Locale) -> Page {
    let first = if point.is_some_and(|point| point.shows == Shows::Bin) { "overflow" } else { "exposed" };
    let whats =
        choices([("exposed", words::what(What::Exposed, locale)), ("overflow", words::what(What::Overflow, locale))]);
    let reasons = choices([
        ("clean", words::reason(Reason::Clean, locale)),
        ("lawful", words::reason(Reason::Lawful, locale)),
        ("passing", words::reason(Reason::Passing, locale)),
        ("unclear", words::reason(Reason::Unclear, locale)),
        ("region", words::reason(Reason::Region, locale)),
    ]);
    page.form(
        "confirm",
        zh_en(locale, "属实，立为案卷", "Confirm and open a case"),
        [
            Field::new("what", zh_en(locale, "问题", "What it is"), Input::Choice { options: whats })
                .starts_with(first),
            Field::new("note", zh_en(locale, "说明", "Note"), Input::Text).optional(),
        ],
    )
    .form(
        "dismiss",
        zh_en(locale, "不属实", "Dismiss"),
        [Field::new("reason", zh_en(locale, "原因", "Why"), Input::Choice { options: reasons }).hint(zh_en(
            locale,
            "选“现场干净”后，这张图会成为该时段的参照图。",
            "With “clean” this picture becomes a reference of its hour.",
        ))],
    )
}
