//! Figures that are quotients: divided by the model, drawn here with what they are made of.

use askama::Template;
use xl_model::block::Kpi;
use xl_model::block::Measure;

use super::Draw;

#[derive(Template)]
#[template(path = "blocks/kpi.html")]
struct KpiHtml<'a> {
    no_data: &'static str,
    items: Vec<Item<'a>>,
}

struct Item<'a> {
    label: &'a str,
    figure: Option<String>,
    made_of: String,
    note: Option<&'a str>,
}

/// Draws them.
pub(super) fn html(draw: &Draw<'_>, items: &[Kpi]) -> askama::Result<String> {
    let items = items.iter().map(|kpi| Item {
        label: &kpi.label,
        figure: kpi.figure().map(|figure| match kpi.measure {
            Measure::Percent => format!("{figure} %"),
            Measure::Count | Measure::Ratio => figure,
            Measure::Minutes => format!("{figure} {}", draw.words.minutes_unit),
            Measure::Days => format!("{figure} {}", draw.words.days_unit),
        }),
        made_of: match kpi.measure {
            Measure::Count => format!("/ {}", kpi.denominator),
            _ => format!("({} / {})", kpi.numerator, kpi.denominator),
        },
        note: kpi.note.as_deref(),
    });
    KpiHtml { no_data: draw.words.no_data, items: items.collect() }.render()
}
