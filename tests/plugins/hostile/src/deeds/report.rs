//! A page with every input, for what people attach and fill in; it shows again what was reported.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::PagesError;
use xl_plugin::Press;
use xl_plugin::Visit;
use xl_plugin::events::Publish;
use xl_plugin::links;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Input;
use xl_plugin::page::Kpi;
use xl_plugin::page::Measure;
use xl_plugin::page::Page;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::zh_en;

/// The page's name.
pub(super) const PAGE: &str = "report";

/// What was reported last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Report {
    pictures: Vec<String>,
    place: Option<[f64; 2]>,
    cleaned: bool,
    found: Vec<String>,
}

/// The form, and below it what was reported last.
pub(super) fn view(visit: &Visit) -> Result<Page, PagesError> {
    let language = visit.language();
    let say = |zh: &'static str, en: &'static str| zh_en(language, zh, en);
    let report: Report = records::get("counts", "report").map_err(PagesError::from)?.unwrap_or_default();
    let found = vec![
        Choice::new("bin", say("垃圾桶满溢", "a bin runs over")),
        Choice::new("street", say("路面不洁", "the street is dirty")),
        Choice::new("wall", say("乱贴广告", "posters on a wall")),
    ];
    let row = Row::new([report.found.join(" "), format!("{:?}", report.place)]);
    let page = Page::new(say("巡查上报", "Report of a round"))
        .kpis([
            Kpi::new(say("结案率", "Closed in time"), 911, 972, Measure::Percent)
                .note(say("按期结案 / 应结案", "closed in time of those due")),
            Kpi::new(say("平均处置时间", "Mean time to act"), 52_380, 911, Measure::Minutes),
            Kpi::new(say("群众满意率", "Content"), 0, 0, Measure::Percent),
        ])
        .form(
            "report",
            say("上报", "Report"),
            [
                Field::new("photo", say("现场照片", "Photo of the place"), Input::Picture { many: false }),
                Field::new("more", say("更多照片", "More photos"), Input::Picture { many: true }).optional(),
                Field::new("place", say("位置", "Position"), Input::Position).optional(),
                Field::new("cleaned", say("已清理干净", "It is clean now"), Input::Check).optional(),
                Field::new("found", say("发现问题", "What was found"), Input::Many { options: found })
                    .starts_with("bin")
                    .optional(),
                Field::new("note", say("说明", "Note"), Input::Text)
                    .optional()
                    .hint(say("写“不”则被拒绝", "'no' is refused")),
            ],
        )
        .gallery(report.pictures.into_iter().map(|sha256| GalleryPicture { sha256, caption: "report".to_owned() }))
        .table_part(
            [say("问题", "Found"), say("位置", "Position")],
            [row],
            say("无", "none"),
            Some(Target::new(PAGE, [("after", "1")])),
        )
        .actions([PageLink::new(say("首页", "Home"), Target::new("home", []))]);
    match visit.query_value("link") {
        Some(code) if !visit.public => Ok(page.qr(code, say("扫码查看", "Scan to see it"))),
        _ => Ok(page),
    }
}

/// Keeps a report and announces it with its pictures; gives a public link when the note asks for one.
pub(super) fn act(press: &Press) -> Result<Done, PagesError> {
    let form = press.fields();
    let mut errors = FormErrors::default();
    if form.pictures("photo").next().is_none() {
        errors.field("photo", "a photo is missing");
    }
    if matches!(form.text("note"), "no" | "不") {
        errors.field("note", "not this");
    }
    let pictures: Vec<String> = form.pictures("photo").chain(form.pictures("more")).map(str::to_owned).collect();
    let report = Report {
        place: form.position("place").map(|place| [place.latitude, place.longitude]),
        cleaned: form.is_checked("cleaned"),
        found: form.chosen("found").map(str::to_owned).collect(),
        pictures,
    };
    errors.or_else_ok(())?;
    records::put("counts", "report", &report)?;
    let announced = Publish::new("test.pressed").data(&report);
    report.pictures.iter().fold(announced, |announced, sha256| announced.picture(sha256)).send()?;
    if form.text("note") == "link" {
        let code = links::issue(PAGE, [])?;
        return Ok(Done::to(PAGE, [("link", code.as_str())]));
    }
    Ok(Done::to(PAGE, []))
}
