//! Key figures of modules: of the county, of a township, of its villages.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::kpi::sum::Sum;
use xl_model::people::action::Action;
use xl_model::place::code::PlaceCode;
use xl_model::place::code::Tier;

use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::kpis::Kpi;
use crate::api::kpis::KpiQuery;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::module::said;
use crate::console::rows;
use crate::places::Places;

/// What somebody looks at; empty fields of the form say nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    period: String,
    place: String,
}

struct Step {
    href: String,
    name: String,
}

struct PartRow {
    /// Where its own parts are; nothing for a village.
    href: Option<String>,
    code: String,
    name: Option<String>,
    value: String,
    numerator: String,
    denominator: String,
}

struct KpiBlock {
    plugin: String,
    name: String,
    value: String,
    numerator: String,
    denominator: String,
    parts: Vec<PartRow>,
}

#[derive(Template)]
#[template(path = "figures.html")]
struct FiguresHtml<'a> {
    frame: &'a Frame,
    period: &'a str,
    place: &'a str,
    above: Vec<Step>,
    title: String,
    head: &'static str,
    csv_href: String,
    kpis: Vec<KpiBlock>,
}

/// Shows them.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadStatus)?;
    let place = match wish.place.trim() {
        "" => None,
        code => Some(code.parse::<PlaceCode>().map_err(|error| Problem::field("place", error.to_string()))?),
    };
    let query = KpiQuery::new(Some(wish.period.clone()), place.clone());
    let period = query.period(&state)?;
    let kpis = query.read(&state, &authority, &period).await?;
    let places = state.places(&authority);
    let sight = Sight { frame: &frame, places, period: period.as_str() };
    let is_township = place.as_ref().is_some_and(|place| place.tier() >= Tier::Township);
    let code = place.as_ref().map_or("", PlaceCode::as_str);
    let title = place.as_ref().map(|place| sight.name(place));
    page(&FiguresHtml {
        period: period.as_str(),
        place: code,
        above: sight.above(place.as_ref()),
        title: title.unwrap_or_else(|| frame.words.key_figures.to_owned()),
        head: if is_township { frame.words.village } else { frame.words.township },
        csv_href: sight.address("/api/v1/kpis/export", code),
        kpis: kpis.iter().map(|kpi| sight.block(kpi, !is_township)).collect(),
        frame: &frame,
    })
}

/// Everything that a page is drawn from.
struct Sight<'a> {
    frame: &'a Frame,
    places: &'a Places,
    period: &'a str,
}

impl Sight<'_> {
    fn address(&self, path: &str, place: &str) -> String {
        let place = [("place", place)].into_iter().filter(|(_, code)| !code.is_empty());
        with_query(path, [("period", self.period)].into_iter().chain(place))
    }

    fn name(&self, place: &PlaceCode) -> String {
        rows::place(self.frame, self.places, place.as_str()).unwrap_or_else(|| place.to_string())
    }

    /// The way down to a place, from the county on.
    fn above(&self, place: Option<&PlaceCode>) -> Vec<Step> {
        let mut above = Vec::new();
        let mut at = place.and_then(PlaceCode::parent);
        while let Some(parent) = at.filter(|parent| parent.tier() >= Tier::County) {
            above.push(Step { href: self.address("/figures", parent.as_str()), name: self.name(&parent) });
            at = parent.parent();
        }
        above.reverse();
        above
    }

    fn block(&self, kpi: &Kpi, leads_down: bool) -> KpiBlock {
        let part = |(place, sum): (&PlaceCode, &Sum)| PartRow {
            href: leads_down.then(|| self.address("/figures", place.as_str())),
            code: place.to_string(),
            name: rows::place(self.frame, self.places, place.as_str()),
            value: self.value(kpi, *sum),
            numerator: sum.numerator.to_string(),
            denominator: sum.denominator.to_string(),
        };
        KpiBlock {
            plugin: said(self.frame, &kpi.plugin_name),
            name: said(self.frame, &kpi.name),
            value: self.value(kpi, kpi.sum),
            numerator: kpi.sum.numerator.to_string(),
            denominator: kpi.sum.denominator.to_string(),
            parts: kpi.parts.iter().map(part).collect(),
        }
    }

    fn value(&self, kpi: &Kpi, sum: Sum) -> String {
        sum.written(kpi.shown).unwrap_or_else(|| self.frame.words.no_data.to_owned())
    }
}
