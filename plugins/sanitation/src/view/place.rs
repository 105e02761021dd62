//! Sections and points; one point with its bins, its public page and what happened.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::cameras;
use xl_plugin::cameras::CamerasError;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::PageLink;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records::Found;
use xl_plugin::zh_en;

use super::choices;
use crate::clock;
use crate::emptied;
use crate::input;
use crate::place::Point;
use crate::place::Section;
use crate::place::Shows;
use crate::store;
use crate::words;

pub(super) fn list(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let sections: Found<Section> = store::part(store::SECTIONS, visit.query_value("after-section"), store::ROWS)?;
    let points: Found<Point> = store::part(store::POINTS, visit.query_value("after"), store::ROWS)?;
    let rows = sections.entries.iter().map(|(key, section)| {
        Row::new([
            key.clone(),
            section.name.clone(),
            section.grade.to_string(),
            section.metres.to_string(),
            section.place.clone(),
        ])
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "路段", "Section"),
        zh_en(locale, "等级", "Grade"),
        zh_en(locale, "长度（米）", "Metres"),
        zh_en(locale, "区划", "Division"),
    ];
    let mut page = Page::new(zh_en(locale, "路段与点位", "Places")).heading(zh_en(locale, "路段", "Sections")).table(
        columns,
        rows,
        zh_en(locale, "还没有路段。", "No sections yet."),
    );
    if let Some(next) = &sections.next {
        page = page.actions([PageLink::new(
            zh_en(locale, "更多路段", "More sections"),
            Target::new("places", [("after-section", next.as_str())]),
        )]);
    }
    let rows = points.entries.iter().map(|(key, point)| {
        let camera = point.camera.clone().unwrap_or_else(|| "–".to_owned());
        Row::new([key.clone(), point.name.clone(), point.section.clone(), camera])
            .leads_to(Target::new("point", [("point", key.as_str())]))
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "点位", "Point"),
        zh_en(locale, "路段", "Section"),
        zh_en(locale, "摄像机", "Camera"),
    ];
    page = page.heading(zh_en(locale, "点位", "Points")).table(
        columns,
        rows,
        zh_en(locale, "还没有点位。", "No points yet."),
    );
    page = super::more(page, "places", points.next.as_ref(), &[], locale);
    page = page.heading(zh_en(locale, "登记路段", "Register a section")).form(
        "add-section",
        zh_en(locale, "登记路段", "Register"),
        [
            Field::new("name", zh_en(locale, "名称", "Name"), Input::Text),
            Field::new("grade", zh_en(locale, "道路等级（1–4）", "Grade (1–4)"), Input::Number),
            Field::new("metres", zh_en(locale, "长度（米）", "Length in metres"), Input::Number),
            Field::new("place", zh_en(locale, "12 位区划代码", "12-digit division code"), Input::Text),
        ],
    );
    Ok(page.heading(zh_en(locale, "登记点位", "Register a point")).form(
        "add-point",
        zh_en(locale, "登记点位", "Register"),
        [
            Field::new("name", zh_en(locale, "名称", "Name"), Input::Text),
            Field::new("section", zh_en(locale, "路段编号", "Number of its section"), Input::Text),
            Field::new("position", zh_en(locale, "位置", "Position"), input::place()).optional(),
            Field::new("camera", zh_en(locale, "摄像机", "Camera"), Input::Choice { options: cameras(locale)? })
                .optional(),
            Field::new(
                "shows",
                zh_en(locale, "画面区域里是", "What its region shows"),
                Input::Choice {
                    options: choices([
                        ("ground", words::shows(Shows::Ground, locale)),
                        ("bin", words::shows(Shows::Bin, locale)),
                    ]),
                },
            )
            .starts_with("ground"),
        ],
    ))
}

fn cameras(locale: Locale) -> Result<Vec<Choice>, PagesError> {
    let none = Choice::new("", zh_en(locale, "无", "none"));
    match cameras::list() {
        Ok(cameras) => {
            // A list of choices is one page: the first ones; others are entered by an administrator with fewer grants.
            let known = cameras
                .into_iter()
                .take(500)
                .map(|camera| Choice::new(&camera.id, format!("{} ({})", camera.name, camera.id)));
            Ok(std::iter::once(none).chain(known).collect())
        }
        Err(xl_plugin::Error::Cameras(CamerasError::AccessDenied)) => Ok(vec![none]),
        Err(error) => Err(error.into()),
    }
}

pub(super) fn one(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let key = visit.query_value("point").ok_or(PagesError::NotFound)?;
    let point: Point = store::get(store::POINTS, &key)?.ok_or(PagesError::NotFound)?;
    let bins = emptied::bins(&key)?;
    let mut page = Page::new(point.name.clone());
    if let Some(since_ms) = point.overflow_since_ms {
        page = page.banner(
            Tone::Bad,
            format!("{} {}", zh_en(locale, "满溢，自", "Overflowing since"), clock::minute(since_ms)),
        );
    }
    page = page.detail([
        Pair::new(zh_en(locale, "编号", "Number"), &key),
        Pair::new(zh_en(locale, "路段", "Section"), &point.section),
        Pair::new(zh_en(locale, "摄像机", "Camera"), point.camera.as_deref().unwrap_or("–")),
        Pair::new(zh_en(locale, "画面区域", "Region shows"), words::shows(point.shows, locale)),
    ]);
    if let Some(camera) = &point.camera {
        page = page.actions([PageLink::new(
            zh_en(locale, "看守情况", "How it is watched"),
            Target::new("camera", [("camera", camera.as_str())]),
        )]);
    }
    if let Some(finding) = &point.finding {
        page = page.actions([PageLink::new(
            zh_en(locale, "未结的问题", "Open finding"),
            Target::new("finding", [("finding", finding.as_str())]),
        )]);
    }
    let rows = bins.iter().map(|(bin_key, bin)| {
        let level = bin.level.map_or_else(|| "–".to_owned(), super::percent);
        let emptied = bin.emptied_ms.map_or_else(|| "–".to_owned(), clock::minute);
        Row::new([bin_key.clone(), bin.name.clone(), words::bin_state(bin.state, locale).to_owned(), level, emptied])
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "垃圾箱", "Bin"),
        zh_en(locale, "状态", "State"),
        zh_en(locale, "装满程度", "Level"),
        zh_en(locale, "最近清空", "Emptied"),
    ];
    page = page.heading(zh_en(locale, "垃圾箱", "Bins")).table(
        columns,
        rows,
        zh_en(locale, "还没有垃圾箱。", "No bins yet."),
    );
    if !bins.is_empty() {
        let options = bins.iter().map(|(bin_key, bin)| Choice::new(bin_key, &bin.name)).collect();
        let states = ["filling", "full", "overflow", "emptied"];
        let names = [
            zh_en(locale, "在装", "filling"),
            zh_en(locale, "已满", "full"),
            zh_en(locale, "满溢", "overflow"),
            zh_en(locale, "已清空", "emptied"),
        ];
        let states = states.iter().zip(names).map(|(value, label)| Choice::new(*value, label)).collect();
        page = page.form(
            "bin-state",
            zh_en(locale, "记录状态", "Record"),
            [
                Field::new("bin", zh_en(locale, "垃圾箱", "Bin"), Input::Choice { options }),
                Field::new("state", zh_en(locale, "状态", "State"), Input::Choice { options: states }),
            ],
        );
    }
    page = page.heading(zh_en(locale, "登记垃圾箱", "Register a bin")).form(
        "add-bin",
        zh_en(locale, "登记", "Register"),
        [
            Field::new("name", zh_en(locale, "名称", "Name"), Input::Text),
            Field::new("capacity", zh_en(locale, "容量（升）", "Capacity in litres"), Input::Number),
        ],
    );
    Ok(match &point.link {
        Some(code) => page
            .heading(zh_en(locale, "公示牌二维码", "QR code for the sign"))
            .qr(code, zh_en(locale, "扫码查看今日清运和投诉方式", "Today's collection, and how to complain"))
            .form("revoke-link", zh_en(locale, "停用", "Close"), []),
        None => page.form("issue-link", zh_en(locale, "开通公示页", "Open the public page"), []),
    })
}
