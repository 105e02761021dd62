//! Key figures that modules report, added up over places. No record crosses from one module to another: only these do.

pub(super) mod table;

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::id::PluginId;
use xl_model::kpi::Period;
use xl_model::kpi::Report;
use xl_model::kpi::sum::Sum;
use xl_model::kpi::sum::by_township;
use xl_model::kpi::sum::by_village;
use xl_model::kpi::sum::recoded;
use xl_model::manifest::KpiShown;
use xl_model::manifest::Text;
use xl_model::people::action::Action;
use xl_model::place::code::PlaceCode;
use xl_model::place::code::Tier;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::authority::place_of;
use crate::api::extract::Query;
use crate::api::places::NamesView;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Which figures.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct KpiQuery {
    /// A year, a month or a day in China; this month when nothing is said.
    #[param(example = "2026-11")]
    period: Option<String>,
    /// Division code, with all codes that it had before; everything when nothing is said.
    #[param(value_type = Option<String>, example = "371122")]
    place: Option<PlaceCode>,
    /// Only those of one plugin.
    #[param(value_type = Option<String>, example = "street-grid")]
    plugin: Option<PluginId>,
}

/// Key figures of a period.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct KpisView {
    /// The period.
    period: String,
    /// The key figures, by plugin.
    kpis: Vec<KpiView>,
}

/// A key figure, and what it is made of.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct KpiView {
    /// The plugin that reports it.
    plugin: String,
    /// What the plugin is called: `{"zh", "en"}`.
    #[schema(value_type = Object)]
    plugin_name: serde_json::Value,
    /// Its id inside the plugin.
    kpi: String,
    /// What it is called: `{"zh", "en"}`.
    #[schema(value_type = Object)]
    name: serde_json::Value,
    /// `percent`, `count`, `ratio`, `minutes` or `days`.
    #[serde(rename = "as")]
    shown: &'static str,
    /// Of the way of counting.
    version: u32,
    #[serde(flatten)]
    sum: SumView,
    /// The townships that it is added up from; of one township the villages that were reported beside it.
    parts: Vec<PartView>,
}

/// A part of a key figure.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct PartView {
    /// 12-digit division code of today.
    place: String,
    /// What it is called; nothing where nobody knows.
    name: Option<NamesView>,
    #[serde(flatten)]
    sum: SumView,
}

/// A numerator and a denominator, and what people read.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SumView {
    numerator: f64,
    /// 0: there is no data.
    denominator: f64,
    /// To two decimals, half up; nothing where there is no data.
    #[schema(example = "93.72 %")]
    value: Option<String>,
}

/// A key figure with its parts, as it is read.
pub(crate) struct Kpi {
    /// The plugin that reports it.
    pub(crate) plugin: PluginId,
    /// What the plugin is called.
    pub(crate) plugin_name: Text,
    /// Its id inside the plugin.
    pub(crate) id: String,
    /// What it is called.
    pub(crate) name: Text,
    /// How it is shown.
    pub(crate) shown: KpiShown,
    /// Of the way of counting.
    pub(crate) version: u32,
    /// All of it.
    pub(crate) sum: Sum,
    /// By township, or by village of one township.
    pub(crate) parts: BTreeMap<PlaceCode, Sum>,
}

/// Adds key figures up
///
/// Numerators and denominators are added, never rates. What a township reported itself counts before what its villages did.
/// What was reported under a former code of a place stands under the code of today.
#[utoipa::path(get, path = "/kpis", tag = "figures", params(KpiQuery),
    responses((status = 200, body = KpisView), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<KpiQuery>,
) -> Result<axum::Json<KpisView>, Problem> {
    let authority = identity.anywhere(Action::ReadStatus)?;
    let period = query.period(&state)?;
    let kpis = query.read(&state, &authority, &period).await?;
    let places = state.places(&authority);
    let view = |kpi: Kpi| {
        let part = |(place, sum): (PlaceCode, Sum)| PartView {
            name: places.names(place.as_str()).map(NamesView::from),
            place: place.to_string(),
            sum: SumView::new(sum, kpi.shown),
        };
        KpiView {
            plugin: kpi.plugin.to_string(),
            plugin_name: said(&kpi.plugin_name),
            kpi: kpi.id,
            name: said(&kpi.name),
            shown: kpi.shown.word(),
            version: kpi.version,
            sum: SumView::new(kpi.sum, kpi.shown),
            parts: kpi.parts.into_iter().map(part).collect(),
        }
    };
    Ok(axum::Json(KpisView { period: period.to_string(), kpis: kpis.into_iter().map(view).collect() }))
}

impl KpiQuery {
    /// Figures of a period at a place.
    pub(crate) fn new(period: Option<String>, place: Option<PlaceCode>) -> Self {
        Self { period, place, plugin: None }
    }

    /// The period that is asked for, or this month.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn period(&self, state: &ApiState) -> Result<Period, Problem> {
        match self.period.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => text.parse().map_err(|_| Problem::field("period", "2026, 2026-11 or 2026-11-26")),
            None => Ok(Period::month_of(xl_model::day::Day::in_china(state.now_ms()))),
        }
    }

    /// The figures, as far as whoever asks may see them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn read(
        &self,
        state: &ApiState,
        authority: &Authority,
        period: &Period,
    ) -> Result<Vec<Kpi>, Problem> {
        let places = state.places(authority);
        let known_as = self.place.as_ref().map(|place| places.known_as(place.significant()));
        let to = self.place.as_ref().and_then(|place| place_of(place.significant()));
        let within = narrowed(authority.narrowed(to).within(), known_as);
        let plugin = self.plugin.as_ref().map(PluginId::as_str);
        let reported = state.store(authority).kpis(period, within, plugin).await?;
        let mut reports: BTreeMap<(PluginId, String, u32), Vec<Report>> = BTreeMap::new();
        for one in reported {
            let key = (one.module.plugin, one.report.kpi.clone(), one.report.version);
            reports.entry(key).or_default().push(one.report);
        }
        let builds = state.modules(authority).plugins().await?;
        let (all, today) = (places.all(), places.today());
        let now = |code: &PlaceCode| all.now(code, today);
        let is_township = self.place.as_ref().is_some_and(|place| place.tier() >= Tier::Township);
        let kpi = |((plugin, id, version), reports): ((PluginId, String, u32), Vec<Report>)| {
            let build = builds.iter().find(|build| {
                let known = |entry: &xl_model::manifest::KpiEntry| entry.id == id && entry.version == version;
                build.manifest.id == plugin && build.manifest.kpis.iter().any(known)
            });
            let entry = build.and_then(|build| build.manifest.kpis.iter().find(|entry| entry.id == id));
            let unnamed = |id: &str| Text { zh: id.to_owned(), en: id.to_owned() };
            let of_townships = recoded(by_township(&reports), now);
            let mut sum = Sum::default();
            of_townships.values().for_each(|part| sum.add(*part));
            Kpi {
                plugin_name: build.map_or_else(|| unnamed(plugin.as_str()), |build| build.manifest.name.clone()),
                name: entry.map_or_else(|| unnamed(&id), |entry| entry.name.clone()),
                shown: entry.map_or(KpiShown::Ratio, |entry| entry.shown),
                parts: if is_township { recoded(by_village(&reports), now) } else { of_townships },
                plugin,
                id,
                version,
                sum,
            }
        };
        Ok(reports.into_iter().map(kpi).collect())
    }
}

impl SumView {
    fn new(sum: Sum, shown: KpiShown) -> Self {
        Self { numerator: sum.numerator, denominator: sum.denominator, value: sum.written(shown) }
    }
}

fn said(text: &Text) -> serde_json::Value {
    serde_json::json!({ "zh": text.zh, "en": text.en })
}

/// The beginnings of codes that somebody may see, of those that he asks for.
fn narrowed(within: Option<Vec<String>>, asked: Option<Vec<String>>) -> Vec<String> {
    let (within, asked) = match (within, asked) {
        (Some(within), Some(asked)) => (within, asked),
        (within, asked) => return within.or(asked).unwrap_or_else(|| vec![String::new()]),
    };
    let is_below = |code: &String, above: &[String]| above.iter().any(|above| code.starts_with(above.as_str()));
    let own = asked.iter().filter(|code| is_below(code, &within));
    let narrower = within.iter().filter(|code| is_below(code, &asked) && !asked.contains(code));
    own.chain(narrower).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sees_figures_beside_his_places() {
        let codes = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        for (within, asked, seen) in [
            (None, None, vec![""]),
            (None, codes(&["371122"]), vec!["371122"]),
            (codes(&["371122102"]), None, vec!["371122102"]),
            (codes(&["371122102"]), codes(&["371122"]), vec!["371122102"]),
            (codes(&["371122"]), codes(&["371122102"]), vec!["371122102"]),
            (codes(&["371122102"]), codes(&["371122102"]), vec!["371122102"]),
            (codes(&["371122102"]), codes(&["371122103"]), vec![]),
            (None, codes(&["371122005", "371122103"]), vec!["371122005", "371122103"]),
            (codes(&["371122"]), codes(&["371122005", "371122103"]), vec!["371122005", "371122103"]),
            (codes(&["371122103"]), codes(&["371122005", "371122103"]), vec!["371122103"]),
            (codes(&["371122103201"]), codes(&["371122005", "371122103"]), vec!["371122103201"]),
        ] {
            assert_eq!(narrowed(within.clone(), asked.clone()), seen, "{within:?} {asked:?}");
        }
    }
}
