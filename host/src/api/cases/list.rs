//! Lists of cases: what is asked for, and what the asker may see of it.

use axum::extract::State;
use serde::Deserialize;
use xl_model::case::Matter;
use xl_model::case::Stage;
use xl_model::case::matter::Matters;
use xl_model::case::query::CasePage;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::MAX_PAGE;
use xl_model::id::AccountName;
use xl_model::id::IdError;
use xl_model::id::TownshipId;
use xl_model::id::UnitId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::cases::CaseFilter;

use super::view::CaseList;
use super::view::CaseView;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::within::within;
use crate::config::MINE;

/// Cases of one page when nothing is said.
const PAGE: u32 = 50;

/// Which cases somebody looks for.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct CasesQuery {
    /// Only at this place and below, by its digits, with all codes that it had before.
    #[param(value_type = Option<String>, example = "371122102")]
    pub(crate) place: Option<Reach>,
    /// Only at these stages, by their words with commas between them.
    #[param(example = "filed,returned")]
    pub(crate) stage: Option<String>,
    /// Only such as are still open, or only such as are not.
    pub(crate) open: Option<bool>,
    /// Only of this unit; `mine`: of the units for which the caller acts, which are all where he was put into none.
    #[param(example = "sanitation")]
    pub(crate) unit: Option<String>,
    /// Only of this account.
    #[param(value_type = Option<String>)]
    pub(crate) handler: Option<AccountName>,
    /// Only in this grid cell.
    pub(crate) grid: Option<String>,
    /// Only about this code of matters; with its set before it, `gbt30428:01-02`: about what it means in any set.
    #[param(example = "gbt30428:01-02")]
    pub(crate) code: Option<String>,
    /// Only with a limit that ended unkept.
    #[serde(default)]
    pub(crate) overdue: bool,
    /// Only opened at or after this, RFC 3339.
    #[param(value_type = Option<String>)]
    pub(crate) from: Option<When>,
    /// Only opened before this.
    #[param(value_type = Option<String>)]
    pub(crate) to: Option<When>,
    /// `next` of the last answer.
    pub(crate) after: Option<String>,
    /// At most so many, 1 to 200; 50 when nothing is said.
    pub(crate) limit: Option<u32>,
}

/// Lists cases
///
/// The newest first, those of places where the caller may read them. A dispatch board asks for `stage=filed,returned`, an
/// overdue board for `open=true&overdue=true`, a unit for `open=true&unit=mine`.
#[utoipa::path(get, path = "/cases", tag = "cases", params(CasesQuery),
    responses((status = 200, body = CaseList), Problem))]
pub(in crate::api) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<CasesQuery>,
) -> Result<axum::Json<CaseList>, Problem> {
    let (authority, page) = found(&identity, &state, &query, PAGE).await?;
    let matters = state.cases(&authority).matters();
    let next = page.next.map(|mark| mark.to_string());
    Ok(axum::Json(CaseList { cases: page.cases.iter().map(|case| CaseView::new(case, matters)).collect(), next }))
}

/// What a query finds, with the authority by which it was asked.
///
/// # Errors
/// When the caller may read no cases there, a field cannot be read, or the store fails.
pub(crate) async fn found(
    identity: &Identity,
    state: &ApiState,
    query: &CasesQuery,
    page: u32,
) -> Result<(Authority, CasePage), Problem> {
    let (authority, filter) = filter(identity, state, query, page)?;
    let cases = state.cases(&authority);
    let mut page = cases.find(filter).await?;
    let matters = cases.matters();
    // A code alone is that of every set that has it, since that is what people type who know but one.
    if let Some(code) = query.code.as_deref().filter(|code| code.contains(':')) {
        let meant = meant(matters, code);
        page.cases.retain(|case| meant.iter().any(|matter| is_same(matter, &case.matter)));
    }
    if query.unit.as_deref() == Some(MINE) {
        // Units of one name are different ones in two townships: of those somebody may belong to one.
        page.cases.retain(|case| {
            let acts_for = authority.acts_for(&Reach::from(&case.township));
            case.unit.is_some() && case.is_with(&acts_for, &cases.rules(&case.township).units)
        });
    }
    Ok((authority, page))
}

fn filter(
    identity: &Identity,
    state: &ApiState,
    query: &CasesQuery,
    page: u32,
) -> Result<(Authority, CaseFilter), Problem> {
    let (authority, within) = within(identity, state, Action::ReadCases, query.place.as_ref())?;
    let limit = query.limit.unwrap_or(page);
    if !(1..=MAX_PAGE).contains(&limit) {
        return Err(Problem::field("limit", format!("1 to {MAX_PAGE}")));
    }
    let after = match &query.after {
        Some(after) => Some(after.parse().map_err(|()| Problem::field("after", "`next` of the last answer"))?),
        None => None,
    };
    let meant = query.code.as_deref().map_or_else(Vec::new, |code| meant(state.cases(&authority).matters(), code));
    let query = CaseQuery {
        stages: stages(query.stage.as_deref(), query.open)?,
        place: None,
        units: units(identity, state, &authority, query.unit.as_deref())?,
        handler: query.handler.clone(),
        grid: query.grid.clone(),
        codes: meant.iter().map(|matter| matter.code.clone()).collect(),
        overdue: query.overdue,
        from_ms: query.from.map(When::ms),
        to_ms: query.to.map(When::ms),
        limit,
        after,
    };
    Ok((authority, CaseFilter { township: only_township(within.as_deref()), within, query, ..CaseFilter::default() }))
}

/// What a code that somebody asks for means: itself, and what means the same in other sets where its set is named.
pub(in crate::api) fn meant(matters: &Matters, code: &str) -> Vec<Matter> {
    let code = code.trim();
    match code.split_once(':') {
        None if code.is_empty() => Vec::new(),
        None => vec![Matter { set: String::new(), version: String::new(), code: code.to_owned() }],
        Some((set, code)) => {
            let named = Matter { set: set.to_owned(), version: String::new(), code: code.to_owned() };
            let known = matters.find(&named).map_or(named, |row| row.matter.clone());
            let same = matters.same_as(&known);
            [known].into_iter().chain(same).collect()
        }
    }
}

/// Whether two matters are of one set and code; a case keeps the version under which it was filed.
pub(in crate::api) fn is_same(one: &Matter, other: &Matter) -> bool {
    one.set == other.set && one.code == other.code
}

/// The units that a word of the query means; none: all.
fn units(
    identity: &Identity,
    state: &ApiState,
    authority: &Authority,
    unit: Option<&str>,
) -> Result<Vec<UnitId>, Problem> {
    match unit.map(str::trim) {
        None | Some("") => Ok(Vec::new()),
        Some(MINE) => Ok(state.cases(authority).units_of(&identity.subject().units)),
        Some(unit) => Ok(vec![unit.parse().map_err(|error: IdError| Problem::field("unit", error.to_string()))?]),
    }
}

/// The township in which everything lies that is asked for: then an index of its own is read.
fn only_township(within: Option<&[String]>) -> Option<TownshipId> {
    match within {
        Some([digits]) => digits.get(..9)?.parse().ok(),
        _ => None,
    }
}

fn stages(words: Option<&str>, open: Option<bool>) -> Result<Vec<Stage>, Problem> {
    let named = match words {
        None => Stage::ALL.to_vec(),
        Some(words) => words
            .split(',')
            .map(|word| {
                let known = Stage::ALL.map(Stage::word).join(", ");
                Stage::of(word.trim()).ok_or_else(|| Problem::field("stage", format!("of {known}")))
            })
            .collect::<Result<_, _>>()?,
    };
    let stages: Vec<Stage> =
        named.into_iter().filter(|stage| open.is_none_or(|open| stage.is_open() == open)).collect();
    if stages.is_empty() {
        return Err(Problem::field("open", "none of these stages is so"));
    }
    Ok(if stages.len() == Stage::ALL.len() { Vec::new() } else { stages })
}
