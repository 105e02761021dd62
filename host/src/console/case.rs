//! One case: how it stands, its pictures before and after, what was done, and the steps that whoever looks may make.

mod step_form;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::Limit;
use xl_model::case::Past;
use xl_model::case::Rules;
use xl_model::case::Timer;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::UnitId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::cases;
use crate::api::cases::NotDone;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cases::CasesError;
use crate::console::case_list;
use crate::console::case_text::Words;
use crate::console::case_text::words;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::look_form::LookForm;
use crate::console::look_form::Stated;
use crate::console::rows;
use crate::console::time;
use step_form::StepRow;
use step_form::Typed;

/// Which case.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    case: CaseId,
}

/// Which step of which case.
#[derive(Debug, Deserialize)]
pub(crate) struct What {
    case: CaseId,
    what: String,
}

struct PictureRow {
    small: String,
    large: String,
}

struct LimitRow {
    label: String,
    due: String,
    ended: String,
    state: &'static str,
    class: &'static str,
    known: bool,
}

struct PastRow {
    iso: String,
    time: String,
    who: String,
    label: &'static str,
    detail: String,
    note: String,
}

/// What stands in the list of details: a label and a text.
type Detail = (&'static str, String);

#[derive(Template)]
#[template(path = "case.html")]
struct CaseHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    href: String,
    id: String,
    title: &'a str,
    stage: &'static str,
    stage_class: &'static str,
    overdue: bool,
    without_people: bool,
    revision: u32,
    details: Vec<Detail>,
    has_pictures: bool,
    look: LookForm,
    before: Vec<PictureRow>,
    after: Vec<PictureRow>,
    limits: Vec<LimitRow>,
    history: Vec<PastRow>,
    wrong: Option<String>,
    steps: Vec<StepRow>,
}

/// Shows a case.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(Which { case }): Path<Which>,
    Query(stated): Query<Stated>,
) -> Result<Response, Problem> {
    draw(&identity, &state, &frame, &case, &stated, None).await
}

/// Makes a step; when it is refused, shows what was typed again.
pub(crate) async fn step(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(What { case, what }): Path<What>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let href = format!("/cases/{case}");
    match cases::stepped(&identity, &state, &case, typed.revision, &typed.form(&what)).await {
        Ok(_) => Ok(Redirect::to(&href).into_response()),
        Err(NotDone::Case(error)) if !cases::status(&error).is_server_error() => {
            let tried = (what.as_str(), &typed, &error);
            draw(&identity, &state, &frame.at(&href), &case, &Stated::default(), Some(tried)).await
        }
        Err(not_done) => Err(not_done.into()),
    }
}

async fn draw(
    identity: &Identity,
    state: &ApiState,
    frame: &Frame,
    id: &CaseId,
    stated: &Stated,
    tried: Option<(&str, &Typed, &CasesError)>,
) -> Result<Response, Problem> {
    let (authority, case) = identity.of_case(state, Action::ReadCases, id).await?;
    let history = state.cases(&authority).history(&case.id).await?;
    let rules = state.cases(&authority).rules(&case.township);
    let actor = cases::actor(&authority, &cases::reach(&case.place))?;
    let (words, href) = (words(frame.language), format!("/cases/{id}"));
    let places = identity.anywhere(Action::ReadPlaces)?;
    let picture = |sha256: &Digest| {
        let address = format!("/pictures/{}/{sha256}", case.township);
        Some(PictureRow { small: stated.picture(&address, Some("320"))?, large: stated.picture(&address, None)? })
    };
    let html = CaseHtml {
        frame,
        words,
        id: case.id.to_string(),
        title: &case.title,
        stage: case_list::stage(case.stage, frame.language),
        stage_class: case_list::stage_class(case.stage),
        overdue: case.is_overdue(),
        without_people: cases::has_people(state, &case, &rules) == Some(false),
        revision: case.revision,
        details: details(&case, state, (&authority, &places), frame),
        has_pictures: !(case.before.is_empty() && case.after.is_empty()),
        look: LookForm::new(state, frame, &href, stated, None),
        before: case.before.iter().filter_map(picture).collect(),
        after: case.after.iter().filter_map(picture).collect(),
        limits: case.timers.iter().map(|timer| limit(timer, frame.language)).collect(),
        history: history.iter().map(|past| past_row(past, frame.language)).collect(),
        wrong: tried.map(|(_, _, error)| said(error, frame.language)),
        steps: offered(&case, &actor, state, &rules, frame, tried),
        href,
    };
    page_with(tried.map_or(StatusCode::OK, |(_, _, error)| cases::status(error)), &html)
}

fn said(error: &CasesError, language: Language) -> String {
    match language {
        Language::Chinese => error.zh(),
        Language::English => error.to_string(),
    }
}

fn offered(
    case: &Case,
    actor: &Actor,
    state: &ApiState,
    rules: &Rules,
    frame: &Frame,
    tried: Option<(&str, &Typed, &CasesError)>,
) -> Vec<StepRow> {
    let typed = |name: &str| tried.filter(|(what, _, _)| *what == name).map(|(_, typed, _)| typed);
    let units = units(state, case, rules, frame.language);
    let steps = case.steps(actor, rules).into_iter();
    steps.map(|name| StepRow::new(name, case, &units, frame.language, typed(name.word()))).collect()
}

/// The units that a case can be dispatched to; which of them nobody belongs to is said before it is chosen.
fn units(state: &ApiState, case: &Case, rules: &Rules, language: Language) -> Vec<(UnitId, String)> {
    let staffed = state.people().staffed(&Reach::from(&case.township));
    let label = |id: &UnitId| {
        let nobody = if rules.units.is_of(id, &staffed) { "" } else { words(language).no_people };
        format!("{}{nobody}", case_list::unit(&rules.units, id, language))
    };
    rules.units.iter().map(|(id, _)| (id.clone(), label(id))).collect()
}

fn details(case: &Case, state: &ApiState, (authority, places): (&Authority, &Authority), frame: &Frame) -> Vec<Detail> {
    let (words, language) = (words(frame.language), frame.language);
    let cases = state.cases(authority);
    let units = &cases.rules(&case.township).units;
    let unit = |id: &Option<_>| id.as_ref().map_or_else(String::new, |id| case_list::unit(units, id, language));
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let place = rows::place(frame, state.places(places), case.place.as_str()).unwrap_or_default();
    let count = |count: u32| if count == 0 { String::new() } else { count.to_string() };
    let source = match language {
        Language::Chinese => case.source.zh(),
        Language::English => case.source.word(),
    };
    let rows = [
        (words.kind, case_list::matter_in_all_sets(cases.matters(), case, language)),
        (words.description, case.description.clone()),
        (words.place, format!("{place} {}", case.place)),
        (words.address, text(&case.address)),
        (words.position, case.position.map_or_else(String::new, |at| format!("{}, {}", at.latitude, at.longitude))),
        (words.grid, text(&case.grid)),
        (words.camera, case.camera.as_ref().map_or_else(String::new, ToString::to_string)),
        (words.source, source.to_owned()),
        (words.module, case.plugin.as_ref().map_or_else(String::new, ToString::to_string)),
        (words.unit, unit(&case.unit)),
        (words.escalated_to, unit(&case.escalated_to)),
        (words.handler, case.handler.as_ref().map_or_else(String::new, ToString::to_string)),
        (words.opened, time::minute(case.opened_ms)),
        (words.due, case.due_ms().map_or_else(String::new, time::minute)),
        (words.final_due, case.final_due_ms().map_or_else(String::new, time::minute)),
        (words.closed, case.closed_ms.map_or_else(String::new, time::minute)),
        (words.reworks, count(case.reworks)),
        (words.extensions, count(case.extensions)),
    ];
    rows.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

fn limit(timer: &Timer, language: Language) -> LimitRow {
    let words = words(language);
    let pick = |(en, zh): (&'static str, &'static str)| if language == Language::English { en } else { zh };
    let (name, allowed) = (pick(timer.timer.names()), said_limit(timer.limit, language));
    let phase = if timer.phase.is_empty() { String::new() } else { format!(" · {}", timer.phase) };
    let (state, class) = match (timer.overdue, timer.stopped.is_some(), timer.ended_ms.is_some()) {
        (true, _, _) => (words.overdue, "bad"),
        (_, true, _) => (words.stopped, "warn"),
        (_, _, true) => (words.kept, "good"),
        _ => (words.running, ""),
    };
    LimitRow {
        label: format!("{name}{phase} · {allowed}"),
        due: time::minute(timer.due_ms),
        ended: timer.ended_ms.map_or_else(String::new, time::minute),
        state,
        class,
        known: timer.known,
    }
}

fn said_limit(limit: Limit, language: Language) -> String {
    let (en, zh) = limit.names();
    if language == Language::English { en } else { zh }
}

fn past_row(past: &Past, language: Language) -> PastRow {
    let words = words(language);
    let stages = format!("{} → {}", case_list::stage(past.from, language), case_list::stage(past.to, language));
    let mut detail = if past.from == past.to { String::new() } else { stages };
    let limit = past.limit.map(|limit| said_limit(limit, language));
    let timer = past.timer.map(|timer| if language == Language::English { timer.names().0 } else { timer.names().1 });
    let moved = (past.due_before_ms != past.due_after_ms).then(|| {
        let text = |due_ms: Option<i64>| due_ms.map_or_else(|| "–".to_owned(), time::minute);
        format!("{} {} → {}", words.due_moved, text(past.due_before_ms), text(past.due_after_ms))
    });
    let named = [
        timer.map(str::to_owned),
        past.phase.clone().filter(|phase| !phase.is_empty()),
        past.unit.as_ref().map(ToString::to_string),
        past.handler.as_ref().map(ToString::to_string),
        limit,
        moved,
    ];
    for part in named.into_iter().flatten() {
        if !detail.is_empty() {
            detail.push_str(" · ");
        }
        detail.push_str(&part);
    }
    let (en, zh) = past.name.names();
    PastRow {
        iso: time::iso(past.at_ms),
        time: time::minute(past.at_ms),
        who: match past.actor.split_once(':') {
            Some((_, who)) => who.to_owned(),
            None => words.clock.to_owned(),
        },
        label: if language == Language::English { en } else { zh },
        detail,
        note: past.note.clone().unwrap_or_default(),
    }
}
