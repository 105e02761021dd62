//! The public side of the desk: a form for requests. No sign-in, no cookie, no script. How one stands is `rights_status.rs`.

use askama::Template;
use axum::Form;
use axum::extract::Extension;
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::Response;
use xl_model::fault::FieldFault;
use xl_model::rights::RequestKind;
use xl_model::rights::RequestState;
use xl_model::rights::Step;

use crate::api::extract::body_not_read;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::transparency::too_often;
use crate::console::fields::FieldRow;
use crate::console::fields::Input;
use crate::console::fields::fault;
use crate::console::frame::Caller;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::rights_text::Words;
use crate::console::rights_text::words;
use crate::console::rows;
use crate::console::time;
use crate::rights::Draft;
use crate::rights::Filed;
use crate::rights::RELATIONS;
use crate::rights::RightsError;

/// A request that was filed, as it is shown once.
pub(crate) struct FiledRow {
    /// The reference.
    pub(crate) reference: String,
    /// The secret, in groups of five.
    pub(crate) secret: String,
    /// Until when.
    pub(crate) due: String,
}

#[derive(Template)]
#[template(path = "rights_form.html")]
struct FormHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    target: String,
    wrong: Option<&'a str>,
    no_offices: bool,
    fields: Vec<FieldRow>,
}

#[derive(Template)]
#[template(path = "rights_filed.html")]
struct FiledHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    filed: FiledRow,
}

/// A form, or why it cannot be read.
pub(crate) type Typed<T> = Result<Form<T>, FormRejection>;

/// Shows the empty form.
pub(crate) async fn form(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(from)): Extension<Caller>,
) -> Result<Response, Problem> {
    visited(&state, from)?;
    state.counter().check_open()?;
    draw_form(&state, &frame.for_everybody(), StatusCode::OK, &Draft::default(), &[], None)
}

/// Takes a request, or shows the form again with everything that was typed.
pub(crate) async fn file(
    State(state): State<ApiState>,
    frame: Frame,
    Extension(Caller(from)): Extension<Caller>,
    form: Typed<Draft>,
) -> Result<Response, Problem> {
    visited(&state, from)?;
    state.counter().check_open()?;
    let frame = frame.for_everybody();
    let Form(draft) = form.map_err(|rejection| body_not_read(rejection.status()))?;
    let words = words(frame.language);
    let new = match state.counter().check(&draft) {
        Ok(new) => new,
        Err(RightsError::Fields(faults)) => {
            let (status, wrong) = (StatusCode::UNPROCESSABLE_ENTITY, Some(words.not_filed));
            return draw_form(&state, &frame, status, &draft, &faults, wrong);
        }
        Err(error) => return Err(error.into()),
    };
    if state.admit_request(from).is_err() {
        let status = StatusCode::TOO_MANY_REQUESTS;
        return draw_form(&state, &frame, status, &draft, &[], Some(words.too_many));
    }
    match state.counter().file(new).await {
        Ok(filed) => page_with(StatusCode::OK, &FiledHtml { frame: &frame, words, filed: filed_row(filed) }),
        Err(RightsError::Full) => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            draw_form(&state, &frame, status, &draft, &[], Some(words.too_many))
        }
        Err(error) => Err(error.into()),
    }
}

/// Counts a visit of somebody without a name.
///
/// # Errors
/// When he comes too often.
pub(crate) fn visited(state: &ApiState, from: std::net::IpAddr) -> Result<(), Problem> {
    state.visits().take(from, state.now_ms()).map_err(too_often)
}

fn draw_form(
    state: &ApiState,
    frame: &Frame,
    status: StatusCode,
    draft: &Draft,
    faults: &[FieldFault],
    wrong: Option<&str>,
) -> Result<Response, Problem> {
    let fields = fields(state, frame, draft, faults);
    let no_offices = state.counter().offices().is_empty();
    let target = lang(frame, "/rights");
    page_with(status, &FormHtml { frame, words: words(frame.language), target, wrong, no_offices, fields })
}

/// An address of a page for everybody, in the same language: these pages set no cookie that would remember it.
pub(crate) fn lang(frame: &Frame, path: &str) -> String {
    crate::console::address::with_query(path, [("lang", frame.language.tag())])
}

/// The fields of a request, with what was typed.
pub(crate) fn fields(state: &ApiState, frame: &Frame, draft: &Draft, faults: &[FieldFault]) -> Vec<FieldRow> {
    let words = words(frame.language);
    let offices = state.counter().offices().into_iter();
    let offices = offices.map(|(township, names)| (township.to_string(), rows::named(frame.language, names)));
    let kinds = RequestKind::ALL.iter().map(|it| (it.word().to_owned(), kind(words, *it).to_owned()));
    let relations = RELATIONS.iter().map(|it| ((*it).to_owned(), relation(words, it).to_owned()));
    let field = |name, label, typed: &str, input| FieldRow {
        input,
        fault: fault(frame, faults, name),
        ..FieldRow::new(name, label, typed)
    };
    let choice = |offered: Vec<(String, String)>| Input::choice(Some(frame.words.choose), offered);
    let who = |name, label, typed: &str, most| FieldRow {
        required: false,
        most: Some(most),
        hint: words.optional_hint.to_owned(),
        ..field(name, label, typed, Input::Line("text"))
    };
    vec![
        field("kind", words.kind, &draft.kind, choice(kinds.collect())),
        field("township", words.office, &draft.township, choice(offices.collect())),
        field("relation", words.relation, &draft.relation, choice(relations.collect())),
        who("name", words.name, &draft.name, 50),
        who("contact", words.contact, &draft.contact, 100),
        FieldRow {
            required: false,
            optional: true,
            most: Some(300),
            hint: words.where_when_hint.to_owned(),
            ..field("about", words.where_when, &draft.about, Input::Lines(2))
        },
        FieldRow { most: Some(2_000), ..field("text", words.wish, &draft.text, Input::Lines(7)) },
    ]
}

/// What was filed, as it is written down.
pub(crate) fn filed_row(filed: Filed) -> FiledRow {
    let Filed { reference, secret, due_ms } = filed;
    let groups: Vec<&str> = (0..secret.len()).step_by(5).filter_map(|at| secret.get(at..at + 5)).collect();
    FiledRow { reference: reference.to_string(), secret: groups.join("-"), due: time::minute(due_ms) }
}

/// What is asked for, in words.
pub(crate) fn kind(words: &Words, kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::View => words.kind_view,
        RequestKind::Copy => words.kind_copy,
        RequestKind::Correct => words.kind_correct,
        RequestKind::Delete => words.kind_delete,
        RequestKind::Complain => words.kind_complain,
    }
}

/// For whom somebody asks, in words.
pub(crate) fn relation(words: &Words, relation: &str) -> &'static str {
    match relation {
        "guardian" => words.relation_guardian,
        "relative" => words.relation_relative,
        "representative" => words.relation_representative,
        _ => words.relation_self,
    }
}

/// A state in words, with its colour.
pub(crate) fn state(words: &Words, state: RequestState) -> (&'static str, &'static str) {
    match state {
        RequestState::Received => (words.state_received, ""),
        RequestState::Checked => (words.state_checked, ""),
        RequestState::InWork => (words.state_in_work, "warn"),
        RequestState::Answered => (words.state_answered, "good"),
        RequestState::Refused => (words.state_refused, "bad"),
        RequestState::Withdrawn => (words.state_withdrawn, "off"),
    }
}

/// A step that was done, in words.
pub(crate) fn step(words: &Words, step: Step) -> &'static str {
    match step {
        Step::Check => words.step_check,
        Step::Begin => words.step_begin,
        Step::Answer => words.step_answer,
        Step::Refuse => words.step_refuse,
        Step::Extend => words.step_extend,
        Step::Withdraw => words.step_withdraw,
    }
}
