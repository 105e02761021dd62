//! Cases: those of one's own unit, the open ones, those that wait for dispatch, those that are overdue, one's own, and what
//! has ended. Who was put into a unit sees its cases first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::case::Case;
use xl_model::case::Stage;
use xl_model::id::AccountName;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::cases::CasesQuery;
use crate::api::cases::found;
use crate::api::extract::Query;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::config::MINE;
use crate::console::address::with_query;
use crate::console::case_text::Words;
use crate::console::case_text::words;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;
use crate::console::time;

/// Cases of one page: two screenfuls on a desk.
const ROWS_A_PAGE: u32 = 50;

/// What is shown of one's own units, and of everything that is open.
const UNIT: &str = "unit";
const OPEN: &str = "open";

/// Which cases somebody looks for; empty fields of the form say nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    show: String,
    place: String,
    unit: String,
    code: String,
    after: String,
}

struct Tab {
    href: String,
    label: &'static str,
    chosen: bool,
}

struct CaseRow {
    href: String,
    id: String,
    title: String,
    matter: String,
    stage: &'static str,
    stage_class: &'static str,
    unit: String,
    place: Option<String>,
    opened: String,
    due: String,
    overdue: bool,
}

#[derive(Template)]
#[template(path = "cases.html")]
struct CasesHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    tabs: Vec<Tab>,
    wish: &'a Wish,
    may_report: bool,
    rows: Vec<CaseRow>,
    next: Option<String>,
}

/// Lists cases.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(mut wish): Query<Wish>,
) -> Result<Response, Problem> {
    let has_unit = !identity.subject().units.is_empty();
    if wish.show.is_empty() {
        wish.show = if has_unit { UNIT } else { OPEN }.to_owned();
    }
    let (authority, page_of_cases) = found(&identity, &state, &query(&identity, &wish)?, ROWS_A_PAGE).await?;
    let words = words(frame.language);
    let next = page_of_cases.next.map(|mark| href(&wish, &wish.show, &mark.to_string()));
    let places = identity.anywhere(Action::ReadPlaces)?;
    page(&CasesHtml {
        frame: &frame,
        words,
        tabs: tabs(words, &wish, has_unit),
        wish: &wish,
        may_report: identity.anywhere(Action::ReportCases).is_ok(),
        rows: page_of_cases.cases.iter().map(|case| row(case, &state, &authority, &places, &frame)).collect(),
        next,
    })
}

fn query(identity: &Identity, wish: &Wish) -> Result<CasesQuery, Problem> {
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let place = said(&wish.place).map(|place| place.parse::<Reach>()).transpose();
    // A unit that was typed is meant, whatever tab it was typed on.
    let unit = said(&wish.unit).or_else(|| (wish.show == UNIT).then(|| MINE.to_owned()));
    let mine: Option<AccountName> = identity.subject().account().cloned();
    Ok(CasesQuery {
        place: place.map_err(|error| Problem::field("place", error.to_string()))?,
        unit,
        code: said(&wish.code),
        after: said(&wish.after),
        stage: (wish.show == "dispatch").then(|| "filed,returned".to_owned()),
        open: Some(wish.show != "closed"),
        overdue: wish.show == "overdue",
        handler: mine.filter(|_| wish.show == "mine"),
        ..CasesQuery::default()
    })
}

fn tabs(words: &Words, wish: &Wish, has_unit: bool) -> Vec<Tab> {
    let offered = [
        (UNIT, words.shown_unit),
        (OPEN, words.shown_open),
        ("dispatch", words.shown_dispatch),
        ("overdue", words.shown_overdue),
        ("mine", words.shown_mine),
        ("closed", words.shown_closed),
    ];
    let tab =
        |(show, label): (&str, &'static str)| Tab { href: href(wish, show, ""), label, chosen: show == wish.show };
    offered.into_iter().filter(|(show, _)| has_unit || *show != UNIT).map(tab).collect()
}

fn href(wish: &Wish, show: &str, after: &str) -> String {
    let pairs = [("show", show), ("place", &wish.place), ("unit", &wish.unit), ("code", &wish.code), ("after", after)];
    with_query("/cases", pairs.into_iter().filter(|(_, value)| !value.is_empty()))
}

fn row(case: &Case, state: &ApiState, authority: &Authority, places: &Authority, frame: &Frame) -> CaseRow {
    let cases = state.cases(authority);
    CaseRow {
        href: format!("/cases/{}", case.id),
        id: case.id.to_string(),
        title: case.title.clone(),
        matter: matter(cases.matters(), case, frame.language),
        stage: stage(case.stage, frame.language),
        stage_class: stage_class(case.stage),
        unit: case
            .unit
            .as_ref()
            .map_or_else(String::new, |id| unit(&cases.rules(&case.township).units, id, frame.language)),
        place: rows::place(frame, state.places(places), case.place.as_str()),
        opened: time::minute(case.opened_ms),
        due: case.due_ms().map_or_else(String::new, time::minute),
        overdue: case.is_overdue(),
    }
}

/// What a case is about, in the viewer's language.
pub(super) fn matter(matters: &xl_model::case::matter::Matters, case: &Case, language: Language) -> String {
    let known = matters.find(&case.matter).map(|row| match language {
        Language::English if !row.en.is_empty() => row.en.clone(),
        _ => row.zh.clone(),
    });
    known.map_or_else(|| case.matter.code.clone(), |name| format!("{name} {}", case.matter.code))
}

/// The same with the codes that other sets have for it.
pub(super) fn matter_in_all_sets(matters: &xl_model::case::matter::Matters, case: &Case, language: Language) -> String {
    let same = matters.same_as(&case.matter).iter().map(|other| format!(" = {other}")).collect::<String>();
    format!("{}{same}", matter(matters, case, language))
}

/// What a unit is called.
pub(super) fn unit(units: &xl_model::case::unit::Units, id: &xl_model::id::UnitId, language: Language) -> String {
    match (units.get(id), language) {
        (Some(unit), Language::Chinese) => unit.zh.clone(),
        (Some(unit), Language::English) => unit.en.clone(),
        (None, _) => id.to_string(),
    }
}

/// What a stage is called.
pub(super) fn stage(stage: Stage, language: Language) -> &'static str {
    match language {
        Language::Chinese => stage.zh(),
        Language::English => stage.en(),
    }
}

/// How a stage is coloured.
pub(super) fn stage_class(stage: Stage) -> &'static str {
    match stage {
        Stage::Closed | Stage::Evaluated => "good",
        Stage::Returned | Stage::Rework | Stage::Suspended | Stage::ExtensionRequested => "warn",
        _ => "",
    }
}
