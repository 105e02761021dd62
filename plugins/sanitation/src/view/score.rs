//! The monthly score sheet: each section's points, and what was taken off from one of them.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;
use xl_plugin::zh_en;

use crate::clock;
use crate::place::Section;
use crate::score::Deduction;
use crate::score::Score;
use crate::store;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let month = visit.query_value("month").unwrap_or_else(|| Day::at(visit.now_ms).month());
    match visit.query_value("section") {
        Some(section) => one(visit, &month, &section, locale),
        None => sheet(visit, &month, locale),
    }
}

fn sheet(visit: &Visit, month: &str, locale: Locale) -> Result<Page, PagesError> {
    let sections: Found<Section> = store::part(store::SECTIONS, visit.query_value("after"), store::ROWS)?;
    let mut rows = Vec::new();
    for (key, section) in &sections.entries {
        let score: Score = store::get(store::SCORES, &format!("{month}/{key}"))?.unwrap_or_default();
        let cells = [section.name.clone(), score.points().to_string(), score.deductions.to_string()];
        rows.push(Row::new(cells).leads_to(Target::new("scores", [("month", month), ("section", key.as_str())])));
    }
    let columns =
        [zh_en(locale, "路段", "Section"), zh_en(locale, "得分", "Points"), zh_en(locale, "扣分次数", "Deductions")];
    let page = Page::new(format!("{} · {month}", zh_en(locale, "月度评分", "Monthly scores")))
        .text(zh_en(
            locale,
            "每个路段 100 分起，只减去有人看过图片并确认的扣分。",
            "Each section begins with 100 points; only what a person confirmed by its picture is taken off.",
        ))
        .table(columns, rows, zh_en(locale, "还没有路段。", "No sections yet."));
    Ok(super::more(page, "scores", sections.next.as_ref(), &[("month", month)], locale))
}

fn one(visit: &Visit, month: &str, key: &str, locale: Locale) -> Result<Page, PagesError> {
    let section: Section = store::get(store::SECTIONS, key)?.ok_or(PagesError::NotFound)?;
    let query = Query::by(store::DEDUCTIONS, "shelf").equals(format!("{month}/{key}")).descending().limit(20);
    let found: Found<Deduction> = records::find(&match visit.query_value("after") {
        Some(after) => query.after(after),
        None => query,
    })?;
    let rows = found.entries.iter().map(|(_, deduction)| {
        Row::new([
            format!("−{}", deduction.points),
            deduction.reason.clone(),
            deduction.about.clone(),
            deduction.by.clone(),
            clock::minute(deduction.at_ms),
        ])
    });
    let columns = [
        zh_en(locale, "扣分", "Points"),
        zh_en(locale, "依据", "Why"),
        zh_en(locale, "来源", "About"),
        zh_en(locale, "确认人", "By"),
        zh_en(locale, "时间", "At"),
    ];
    let mut page =
        Page::new(format!("{} · {month}", section.name)).table(columns, rows, zh_en(locale, "没有扣分。", "None."));
    let pictures = found.entries.iter().map(|(_, deduction)| GalleryPicture {
        sha256: deduction.picture.clone(),
        caption: format!("−{} {}", deduction.points, deduction.reason),
    });
    if !found.entries.is_empty() {
        page = page.gallery(pictures);
    }
    Ok(super::more(page, "scores", found.next.as_ref(), &[("month", month), ("section", key)], locale))
}
