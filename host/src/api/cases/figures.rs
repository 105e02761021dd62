//! Counts of cases in a period, and the rates that they make.

use std::collections::BTreeMap;

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use xl_model::case::Matter;
use xl_model::case::figures::Figures;
use xl_model::case::matter::MatterRow;
use xl_model::case::matter::Matters;
use xl_model::case::query::Grouping;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_model::place::code::PlaceCode;
use xl_model::rate::Ratio;
use xl_store::cases::CaseScope;

use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::within::within;

/// Which figures somebody asks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct FiguresQuery {
    /// At or after this, RFC 3339.
    #[param(value_type = String, example = "2026-11-01T00:00:00+08:00")]
    from: When,
    /// Before this.
    #[param(value_type = String, example = "2026-12-01T00:00:00+08:00")]
    to: When,
    /// Only at this place and below, by its digits, with all codes that it had before.
    #[param(value_type = Option<String>, example = "371122102")]
    place: Option<Reach>,
    /// A row for each `place` (by the code that it has today), `unit`, `grid`, `code`, `matter` (a code with its set before it,
    /// `gbt30428:01-02`), `source` or `kind` (事件, 部件); one in all when nothing is said.
    by: Option<String>,
    /// With `by=matter`: by the codes of this set, where a code of another means exactly one of it; others stay as they are.
    #[param(example = "gbt47678")]
    set: Option<String>,
}

/// Counts by row.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct FiguresView {
    /// At most 500 rows, by key.
    rows: Vec<FiguresRow>,
}

/// Counts of a period.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct FiguresRow {
    /// What the row is about.
    key: String,
    /// Opened in the period.
    reported: u64,
    /// Filed in it (立案数).
    filed: u64,
    /// Whose final limit ends in it (应结案数).
    due: u64,
    /// Of those due: closed (结案数).
    closed: u64,
    /// Of those due: closed in time (按期结案数).
    closed_on_time: u64,
    /// Of those closed: with a rework (返工).
    reworked: u64,
    /// Of those filed: with an approved extension (延期).
    extended: u64,
    /// Open now, with a limit that ended unkept (超期未处置数).
    overdue_open: u64,
    /// 结案率 in percent, two decimals, half up; nothing: there is no data.
    closing_rate: Option<String>,
    /// 按期结案率.
    on_time_rate: Option<String>,
    /// 返工率, of those closed.
    rework_rate: Option<String>,
    /// 延期率, of those filed.
    extension_rate: Option<String>,
}

/// Counts cases
///
/// Counts of a period with their rates, of places where the caller may read cases. Whoever adds rows up adds the counts,
/// never the rates.
#[utoipa::path(get, path = "/cases/figures", tag = "cases", params(FiguresQuery),
    responses((status = 200, body = FiguresView), Problem))]
pub(in crate::api) async fn figures(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<FiguresQuery>,
) -> Result<axum::Json<FiguresView>, Problem> {
    let (authority, within) = within(&identity, &state, Action::ReadCases, query.place.as_ref())?;
    let by = match query.by.as_deref() {
        None => Grouping::All,
        Some("place") => Grouping::Place,
        Some("unit") => Grouping::Unit,
        Some("grid") => Grouping::Grid,
        Some("code" | "kind") => Grouping::Code,
        Some("matter") => Grouping::Matter,
        Some("source") => Grouping::Source,
        Some(_) => return Err(Problem::field("by", "place, unit, grid, code, matter, source or kind")),
    };
    let cases = state.cases(&authority);
    let set = query.set.as_deref();
    if set.is_some_and(|set| query.by.as_deref() != Some("matter") || cases.matters().in_force(set).is_none()) {
        return Err(Problem::field("set", "with by=matter, a set of matters that the hub has"));
    }
    let scope = CaseScope { within, ..CaseScope::default() };
    let mut rows = cases.figures(scope, query.from.ms(), query.to.ms(), by).await?;
    if by == Grouping::Place {
        let (all, today) = (state.places(&authority).all(), state.places(&authority).today());
        let now = |key: String| key.parse::<PlaceCode>().map_or(key, |code| all.now(&code, today).into());
        rows = sums(rows.into_iter().map(|(key, figures)| (now(key), figures)));
    }
    if query.by.as_deref() == Some("kind") {
        let kind = |code: &str| {
            let row = cases.matters().rows().iter().rev().find(|row| row.matter.code == code);
            row.map_or("", |row| row.kind.word()).to_owned()
        };
        rows = sums(rows.into_iter().map(|(code, figures)| (kind(&code), figures)));
    }
    if let Some(set) = set {
        let in_set = |key: String| {
            let known = matter(cases.matters(), &key).and_then(|row| cases.matters().in_set(&row.matter, set));
            known.map_or(key, |matter| matter.to_string())
        };
        rows = sums(rows.into_iter().map(|(key, figures)| (in_set(key), figures)));
    }
    Ok(axum::Json(FiguresView { rows: rows.into_iter().map(|(key, figures)| FiguresRow::new(key, figures)).collect() }))
}

/// The matter in force of a key `set:code`.
fn matter<'a>(matters: &'a Matters, key: &str) -> Option<&'a MatterRow> {
    let (set, code) = key.split_once(':')?;
    matters.find(&Matter { set: set.to_owned(), version: String::new(), code: code.to_owned() })
}

fn sums(rows: impl Iterator<Item = (String, Figures)>) -> Vec<(String, Figures)> {
    let mut sums: BTreeMap<String, Figures> = BTreeMap::new();
    for (key, figures) in rows {
        *sums.entry(key).or_default() += figures;
    }
    sums.into_iter().collect()
}

impl FiguresRow {
    fn new(key: String, figures: Figures) -> Self {
        let percent = |ratio: Ratio| ratio.hundredths().map(|rate| format!("{}.{:02}", rate / 100, rate % 100));
        Self {
            key,
            reported: figures.reported,
            filed: figures.filed,
            due: figures.due,
            closed: figures.closed,
            closed_on_time: figures.closed_on_time,
            reworked: figures.reworked,
            extended: figures.extended,
            overdue_open: figures.overdue_open,
            closing_rate: percent(figures.closing()),
            on_time_rate: percent(figures.on_time()),
            rework_rate: percent(figures.rework()),
            extension_rate: percent(figures.extension()),
        }
    }
}
