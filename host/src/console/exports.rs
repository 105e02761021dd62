//! Exports: asked for here, agreed to by somebody else here, fetched and confirmed as destroyed.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::day::Day;
use xl_model::export::Export;
use xl_model::export::Level;
use xl_model::export::NewExport;
use xl_model::export::Standing;
use xl_model::fault::FieldFault;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_store::exports::ExportFilter;

use crate::api::authority::Identity;
use crate::api::exports;
use crate::api::exports::ExportPath;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::fields::FieldRow;
use crate::console::fields::Input;
use crate::console::fields::fault;
use crate::console::fields::words;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::text::Words;
use crate::console::time;
use crate::export::ExportError;
use crate::export::name;
use crate::export::receipt_due;

/// Two screenfuls on a desk.
const A_PAGE: u32 = 50;

/// Which part of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wish {
    before: Option<u64>,
}

/// An export as it is typed; times of Beijing as a browser writes them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ExportForm {
    township: String,
    cameras: String,
    from: String,
    to: String,
    level: String,
    purpose: String,
    basis: String,
    document: String,
    recipient: String,
    reason: String,
}

struct ExportRow {
    name: String,
    cameras: String,
    span: String,
    level: &'static str,
    purpose: String,
    basis: String,
    document: String,
    recipient: String,
    reason: String,
    asked: String,
    decided: Option<String>,
    standing: &'static str,
    standing_class: &'static str,
    package: Option<String>,
    receipt: Option<String>,
    /// The last day on which its end is confirmed in time, while that is owed.
    due: Option<String>,
    /// Whether that day has passed.
    overdue: bool,
    /// Where it is agreed to and refused, for who may.
    decide: Option<String>,
    /// Where it is fetched, for who may.
    fetch: Option<String>,
    /// Where its end is confirmed, for who may.
    confirm: Option<String>,
}

#[derive(Template)]
#[template(path = "exports.html")]
struct ExportsHtml<'a> {
    frame: &'a Frame,
    exports: Vec<ExportRow>,
    older: Option<String>,
    may_ask: bool,
    /// Whether who agrees enters a code of his second factor.
    asks_code: bool,
    refused: bool,
    fields: Vec<FieldRow>,
}

/// Lists exports.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    show(&identity, &state, &frame, &wish, &ExportForm::default(), &[]).await
}

/// Asks for one.
pub(crate) async fn ask(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Form(form): Form<ExportForm>,
) -> Result<Response, Problem> {
    let new = match form.read() {
        Ok(new) => new,
        Err(faults) => return show(&identity, &state, &frame, &Wish::default(), &form, &faults).await,
    };
    let authority = exports::to_ask(&identity, &new.township)?;
    match state.exports(&authority).ask(new, &authority.actor()).await {
        Ok(_) => Ok(Redirect::to("/exports").into_response()),
        Err(ExportError::Fields(faults)) => show(&identity, &state, &frame, &Wish::default(), &form, &faults).await,
        Err(error) => Err(error.into()),
    }
}

/// What is done to which export.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    township: TownshipId,
    number: u64,
    what: String,
}

/// What is put in writing, or the code that is entered to agree.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WordsForm {
    words: String,
    code: String,
}

/// What is done to one from the page; there is nothing else.
pub(crate) const WORDS: [&str; 3] = ["approve", "refuse", "receipt"];

/// Agrees to, refuses, or confirms the end of one.
pub(crate) async fn operate(
    identity: Identity,
    State(state): State<ApiState>,
    Path(Which { township, number, what }): Path<Which>,
    Form(form): Form<WordsForm>,
) -> Result<Response, Problem> {
    let path = ExportPath { township, number };
    match WORDS.into_iter().find(|word| *word == what) {
        Some("approve") => {
            state.people().show_typed(identity.by(), &form.code).await?;
            exports::decide(&identity, &state, &path, true, "").await?
        }
        Some("refuse") => exports::decide(&identity, &state, &path, false, &form.words).await?,
        Some("receipt") => exports::confirm(&identity, &state, &path, &form.words).await?,
        _ => return Err(Problem::new(StatusCode::NOT_FOUND, code::NO_SUCH_ADDRESS)),
    };
    Ok(Redirect::to("/exports").into_response())
}

async fn show(
    identity: &Identity,
    state: &ApiState,
    frame: &Frame,
    wish: &Wish,
    form: &ExportForm,
    faults: &[FieldFault],
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadExports)?;
    let filter = ExportFilter { township: None, within: authority.within(), before: wish.before, limit: A_PAGE };
    let found = state.store(&authority).exports(&filter).await?;
    let older = found.last().filter(|_| found.len() == A_PAGE as usize).map(|export| export.number.to_string());
    let now_ms = state.now_ms();
    let purposes = state.purposes().iter().map(|purpose| match frame.language {
        Language::Chinese => (purpose.code.clone(), purpose.zh.clone()),
        Language::English => (purpose.code.clone(), purpose.en.clone()),
    });
    let html = ExportsHtml {
        frame,
        older: older.map(|before| with_query("/exports", [("before", before.as_str())])),
        may_ask: identity.anywhere(Action::AskExports).is_ok(),
        asks_code: identity.is_there(state).is_err(),
        exports: found.into_iter().map(|export| ExportRow::new(identity, frame.words, export, now_ms)).collect(),
        refused: !faults.is_empty(),
        fields: form.fields(frame, faults, purposes.collect()),
    };
    page_with(if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &html)
}

impl ExportForm {
    fn fields(&self, frame: &Frame, faults: &[FieldFault], purposes: Vec<(String, String)>) -> Vec<FieldRow> {
        let words = frame.words;
        let levels = [("masked", words.export_masked), ("raw", words.export_raw)];
        let field = |name, label, value: &str, input| FieldRow {
            input,
            fault: fault(frame, faults, name),
            ..FieldRow::new(name, label, value)
        };
        let line = |name, label, value| field(name, label, value, Input::Line("text"));
        vec![
            line("township", words.township, &self.township),
            line("cameras", words.export_cameras, &self.cameras),
            field("from", words.export_from, &self.from, Input::Line("datetime-local")),
            field("to", words.export_to, &self.to, Input::Line("datetime-local")),
            field("level", words.export_level, &self.level, Input::choice(None, levels)),
            field("purpose", words.purpose, &self.purpose, Input::Choice(purposes)),
            line("basis", words.export_basis, &self.basis),
            line("document", words.hold_document, &self.document),
            line("recipient", words.export_recipient, &self.recipient),
            line("reason", words.look_reason, &self.reason),
        ]
    }

    /// What was typed, or every field that cannot be read.
    fn read(&self) -> Result<NewExport, Vec<FieldFault>> {
        let mut faults = Vec::new();
        let township = self.township.trim().parse::<TownshipId>().ok();
        if township.is_none() {
            faults.push(FieldFault::new("township", "nine digits", "须为 9 位乡镇代码"));
        }
        let cameras = words(&self.cameras).map(str::parse).collect::<Result<Vec<_>, _>>();
        if cameras.is_err() {
            faults.push(FieldFault::new("cameras", "ids of cameras with commas between", "须为摄像机编号，用逗号分隔"));
        }
        let mut moment = |field, text: &str| {
            let at_ms = time::typed(text);
            if at_ms.is_none() {
                faults.push(FieldFault::new(
                    field,
                    "a time such as 2026-11-23T08:00",
                    "须为时间，例如 2026-11-23T08:00",
                ));
            }
            at_ms
        };
        match (moment("from", &self.from), moment("to", &self.to), township, cameras) {
            (Some(from_ms), Some(to_ms), Some(township), Ok(cameras)) => Ok(NewExport {
                township,
                cameras,
                from_ms,
                to_ms,
                level: if self.level == Level::Raw.word() { Level::Raw } else { Level::Masked },
                purpose: self.purpose.trim().to_owned(),
                basis: self.basis.trim().to_owned(),
                document: self.document.trim().to_owned(),
                recipient: self.recipient.trim().to_owned(),
                reason: self.reason.trim().to_owned(),
            }),
            _ => Err(faults),
        }
    }
}

impl ExportRow {
    fn new(identity: &Identity, words: &Words, export: Export, now_ms: i64) -> Self {
        let standing = export.standing(now_ms);
        let href = |what: &str| format!("/exports/{}/{}/{what}", export.new.township, export.number);
        let may = |action| identity.of_township(action, &export.new.township, || not_there(&export)).is_ok();
        let waits =
            standing == Standing::Waiting && identity.to_approve(&export.new.township, &export.asked_by).is_ok();
        let decide = waits.then(|| href(""));
        let fetch = (standing == Standing::Ready && may(Action::AskExports)).then(|| href("package"));
        let confirm = (standing == Standing::Owed && may(Action::AskExports)).then(|| href("receipt"));
        let due = receipt_due(&export).filter(|_| standing == Standing::Owed);
        let (standing, standing_class) = match standing {
            Standing::Waiting => (words.export_waiting, "warn"),
            Standing::Lapsed => (words.export_lapsed, "off"),
            Standing::Refused => (words.export_refused, "off"),
            Standing::Approved => (words.export_approved, "warn"),
            Standing::Ready => (words.export_ready, "good"),
            Standing::Owed => (words.export_owed, "bad"),
            Standing::Closed => (words.export_closed, "off"),
        };
        let name = name(&export);
        let said = |by: &str, at_ms, text: &str| format!("{by} · {} {text}", time::minute(at_ms)).trim_end().to_owned();
        let NewExport { cameras, from_ms, to_ms, level, purpose, basis, document, recipient, reason, .. } = export.new;
        Self {
            name,
            cameras: cameras.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            span: format!("{} – {}", time::minute(from_ms), time::minute(to_ms)),
            level: if level == Level::Raw { words.export_raw } else { words.export_masked },
            purpose,
            basis,
            document,
            recipient,
            reason,
            asked: said(&export.asked_by, export.asked_ms, ""),
            decided: export.decided.map(|it| said(&it.by, it.at_ms, &it.words)),
            standing,
            standing_class,
            package: export
                .package
                .map(|it| format!("{} · {} · SHA-256 {}", it.pictures, time::minute(it.until_ms), it.sha256)),
            receipt: export.receipt.map(|it| said(&it.by, it.at_ms, &it.words)),
            due: due.map(|day| day.to_string()),
            overdue: due.is_some_and(|day| day < Day::in_china(now_ms)),
            decide,
            fetch,
            confirm,
        }
    }
}

fn not_there(export: &Export) -> Problem {
    Problem::not_there("export", export.number)
}
