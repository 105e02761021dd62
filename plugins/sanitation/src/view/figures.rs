//! Key figures of a month and of today, with what they are made of; weights and costs are entered here.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::day::Day;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::Pair;
use xl_plugin::zh_en;

use crate::input;
use crate::kpi;
use crate::tally;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let today = Day::at(visit.now_ms);
    let month = visit.query_value("month").unwrap_or_else(|| today.month());
    let mut page = Page::new(format!("{} · {month}", zh_en(locale, "指标", "Key figures")));
    for (title, period) in
        [(zh_en(locale, "本月", "Month"), month), (zh_en(locale, "今日", "Today"), today.to_string())]
    {
        let tally = tally::of(&period)?;
        page = page.heading(format!("{title} {period}"));
        page = input::figures(page, kpi::ALL.iter().map(|kpi| (kpi.name(locale), kpi.kind, kpi.of(&tally))));
        let median = tally
            .median_minutes()
            .map_or_else(|| zh_en(locale, "无数据", "no data").to_owned(), |minutes| format!("{minutes} min"));
        page =
            page.detail([Pair::new(zh_en(locale, "满溢处置时长中位数", "Median time to empty an overflow"), median)]);
    }
    Ok(page.heading(zh_en(locale, "重量与费用", "Weights and costs")).form(
        "costs",
        zh_en(locale, "加入", "Add"),
        [
            Field::new("day", zh_en(locale, "日期", "Day"), Input::Date).starts_with(today.to_string()),
            Field::new("kilograms", zh_en(locale, "清运量（千克）", "Kilograms"), Input::Number),
            Field::new("cost", zh_en(locale, "费用（元）", "Cost (yuan)"), Input::Number),
        ],
    ))
}
