//! Reads requests.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::response::Response;
use serde::Deserialize;
use xl_model::case::Case;
use xl_model::case::Matter;
use xl_model::case::Stage;
use xl_model::case::StepName;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::MAX_PAGE;
use xl_model::clock::TimestampMs;
use xl_model::id::CaseId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::StoreError;
use xl_store::cases::CaseFilter;

use super::answer;
use super::answer::Form;
use super::view::ServiceRequest;
use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::cases::list::is_same;
use crate::api::cases::list::meant;
use crate::api::events::When;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::within::within;
use crate::cases::Cases;

/// The root of requests in XML.
pub(super) const LIST: &str = "service_requests";

/// Most requests of one answer, and of one list of ids, as the standard has it.
const MOST: usize = 1_000;
/// Most ids that are asked for at once.
const MOST_IDS: usize = 200;
/// How far back it goes when nothing is said, and the longest time at once: as the standard has it.
const SPAN_MS: TimestampMs = 90 * 86_400_000;

/// Which requests somebody looks for.
#[derive(Debug, Deserialize)]
pub(super) struct Wish {
    service_request_id: Option<String>,
    service_code: Option<String>,
    start_date: Option<When>,
    end_date: Option<When>,
    status: Option<String>,
    /// A division code of at most 12 digits.
    jurisdiction_id: Option<Reach>,
}

/// Lists requests, the newest first.
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    uri: Uri,
    headers: HeaderMap,
    form: Form,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let language = Language::of(&uri, &headers);
    // With ids nothing else counts, says the standard.
    if let Some(ids) = &wish.service_request_id {
        let mut found = Vec::new();
        for id in ids.split(',').take(MOST_IDS) {
            let Ok(id) = id.trim().parse::<CaseId>() else { continue };
            // What does not exist, or not for him, is left out of a list.
            if let Ok((authority, case)) = identity.of_case(&state, Action::ReadCases, &id).await {
                found.push(shown(state.cases(&authority), &case, language).await?);
            }
        }
        return Ok(form.list(StatusCode::OK, LIST, &found));
    }
    let (authority, mut filter) = filter(&identity, &state, &wish)?;
    let cases = state.cases(&authority);
    let meant: Option<Vec<Matter>> = wish.service_code.as_deref().map(|codes| {
        // What names no set is no service.
        let services = codes.split(',').filter(|code| code.contains(':')).take(MOST_IDS);
        services.flat_map(|code| meant(cases.matters(), code)).collect()
    });
    if let Some(meant) = &meant {
        if meant.is_empty() {
            return Ok(form.list::<ServiceRequest>(StatusCode::OK, LIST, &[]));
        }
        // An index knows a code without its set, which is compared with what is found.
        filter.query.codes = meant.iter().map(|matter| matter.code.clone()).collect();
    }
    let mut found = Vec::new();
    for case in matching(cases, filter, meant.as_deref()).await? {
        found.push(shown(cases, &case, language).await?);
    }
    Ok(form.list(StatusCode::OK, LIST, &found))
}

/// Reads one request, as a list of one.
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    uri: Uri,
    headers: HeaderMap,
    form: Form,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let name = answer::named(&file)?;
    let id: CaseId = name.parse().map_err(|_| Problem::not_there("case", name))?;
    let (authority, case) = identity.of_case(&state, Action::ReadCases, &id).await?;
    let language = Language::of(&uri, &headers);
    Ok(form.list(StatusCode::OK, LIST, &[shown(state.cases(&authority), &case, language).await?]))
}

fn filter(identity: &Identity, state: &ApiState, wish: &Wish) -> Result<(Authority, CaseFilter), Problem> {
    let (authority, within) = within(identity, state, Action::ReadCases, wish.jurisdiction_id.as_ref())?;
    let to_ms = wish.end_date.map_or(state.now_ms().saturating_add(1), When::ms);
    let from_ms = wish.start_date.map_or(to_ms.saturating_sub(SPAN_MS), When::ms);
    let query = CaseQuery {
        stages: stages(wish.status.as_deref())?,
        from_ms: Some(from_ms.max(to_ms.saturating_sub(SPAN_MS))),
        to_ms: Some(to_ms),
        limit: MAX_PAGE,
        ..CaseQuery::default()
    };
    Ok((authority, CaseFilter { within, query, ..CaseFilter::default() }))
}

fn stages(status: Option<&str>) -> Result<Vec<Stage>, Problem> {
    let Some(status) = status else { return Ok(Vec::new()) };
    let words: Vec<&str> = status.split(',').map(str::trim).collect();
    if words.iter().any(|word| !matches!(*word, "open" | "closed")) {
        return Err(Problem::field("status", "open, closed, or both with a comma between them"));
    }
    Ok(Stage::ALL.into_iter().filter(|stage| words.contains(&stage.open311())).collect())
}

/// Cases that pass, page by page, at most [`MOST`].
async fn matching(cases: &Cases, mut filter: CaseFilter, meant: Option<&[Matter]>) -> Result<Vec<Case>, StoreError> {
    let wanted = |case: &Case| meant.is_none_or(|meant| meant.iter().any(|matter| is_same(matter, &case.matter)));
    let mut found = Vec::new();
    loop {
        let page = cases.find(filter.clone()).await?;
        found.extend(page.cases.into_iter().filter(&wanted));
        filter.query.after = page.next;
        if filter.query.after.is_none() || found.len() >= MOST {
            found.truncate(MOST);
            return Ok(found);
        }
    }
}

/// A case as it is shown; where it was rejected or voided with the reason.
async fn shown(cases: &Cases, case: &Case, language: Language) -> Result<ServiceRequest, StoreError> {
    let rules = cases.rules(&case.township);
    let (mut updated_ms, mut reason) = (case.updated_ms, None);
    if matches!(case.stage, Stage::Rejected | Stage::Voided) {
        let history = cases.history(&case.id).await?;
        let ended = history.iter().rev().find(|past| matches!(past.name, StepName::Reject | StepName::Void));
        if let Some(past) = ended {
            (updated_ms, reason) = (past.at_ms, past.note.clone());
        }
    }
    Ok(ServiceRequest::new(case, updated_ms, reason, cases.matters(), &rules.units, language))
}
