//! The form for reporting a case, with what was typed and what is wrong with it.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::case::CaseError;
use xl_model::case::DraftForm;
use xl_model::case::FieldFault;
use xl_model::case::Position;
use xl_model::case::Source;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::cases;
use crate::api::cases::NotDone;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::cases::CasesError;
use crate::console::case_text::Words;
use crate::console::case_text::words;
use crate::console::fields::FieldRow;
use crate::console::fields::Input;
use crate::console::frame::Frame;
use crate::console::frame::page_with;

/// What somebody typed; empty fields say nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    township: String,
    matter: String,
    title: String,
    description: String,
    source: String,
    place: String,
    address: String,
    position: String,
    grid: String,
    camera: String,
    pictures: String,
}

#[derive(Template)]
#[template(path = "case_form.html")]
struct FormHtml<'a> {
    frame: &'a Frame,
    words: &'a Words,
    refused: bool,
    fields: Vec<FieldRow>,
}

/// Shows the form.
pub(crate) async fn form(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReportCases)?;
    // Who reports in one township alone need not type it.
    let only = match authority.places() {
        [place] if place.digits().len() >= 9 => place.digits().get(..9).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    draw(&state, &frame, &Typed { township: only, ..Typed::default() }, &[])
}

/// Reports a case.
pub(crate) async fn open(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    identity.anywhere(Action::ReportCases)?;
    let Ok(township) = typed.township.trim().parse::<TownshipId>() else {
        let fault = FieldFault::new("township", "nine digits", "9 位数字");
        return draw(&state, &frame, &typed, &[fault]);
    };
    match cases::opened(&identity, &state, &township, typed.form()).await {
        Ok(case) => Ok(Redirect::to(&format!("/cases/{}", case.id)).into_response()),
        Err(NotDone::Case(CasesError::Case(CaseError::Invalid(faults)))) => draw(&state, &frame, &typed, &faults),
        Err(not_done) => Err(not_done.into()),
    }
}

impl Typed {
    fn form(&self) -> DraftForm {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (set, code) = self.matter.split_once(':').unwrap_or(("", self.matter.as_str()));
        DraftForm {
            set: set.to_owned(),
            code: code.to_owned(),
            title: self.title.clone(),
            description: self.description.clone(),
            source: self.source.clone(),
            place: said(&self.place),
            address: said(&self.address),
            position: said(&self.position).map(|text| position(&text)),
            grid: said(&self.grid),
            camera: said(&self.camera),
            pictures: self.pictures.split_whitespace().map(str::to_owned).collect(),
            ..DraftForm::default()
        }
    }

    fn value(&self, name: &str) -> &str {
        match name {
            "township" => &self.township,
            "matter" => &self.matter,
            "title" => &self.title,
            "description" => &self.description,
            "source" => &self.source,
            "place" => &self.place,
            "address" => &self.address,
            "position" => &self.position,
            "grid" => &self.grid,
            "camera" => &self.camera,
            _ => &self.pictures,
        }
    }
}

/// `35.58, 118.83`; what is no position becomes one that lies nowhere, so that the field is named.
fn position(text: &str) -> Position {
    let mut numbers = text.split([',', '，', ' ']).filter(|part| !part.is_empty()).map(str::parse::<f64>);
    match (numbers.next(), numbers.next(), numbers.next()) {
        (Some(Ok(latitude)), Some(Ok(longitude)), None) => Position { latitude, longitude },
        _ => Position { latitude: f64::NAN, longitude: f64::NAN },
    }
}

fn draw(state: &ApiState, frame: &Frame, typed: &Typed, faults: &[FieldFault]) -> Result<Response, Problem> {
    let (words, language) = (words(frame.language), frame.language);
    let field = |name: &str, label: &str, hint: &str, required: bool, input: Input| {
        let fault = faults.iter().find(|fault| fault.field == name);
        FieldRow {
            input,
            required,
            optional: !required,
            hint: hint.to_owned(),
            fault: fault.map(|fault| if language == Language::English { fault.en.clone() } else { fault.zh.clone() }),
            ..FieldRow::new(name, label, typed.value(name))
        }
    };
    let line = || Input::Line("text");
    let fields = vec![
        field("township", words.township, "", true, line()),
        field("matter", words.kind, "", true, matters(state, language)),
        field("title", words.title, words.title_hint, true, line()),
        field("description", words.description, "", false, Input::Lines(3)),
        field("source", words.source, "", true, sources(language)),
        field("place", words.place, words.place_hint, false, line()),
        field("address", words.address, "", false, line()),
        field("position", words.position, words.position_hint, false, line()),
        field("grid", words.grid, "", false, line()),
        field("camera", words.camera, "", false, line()),
        field("pictures", words.picture_hashes, words.picture_hint, false, Input::Lines(3)),
    ];
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    page_with(status, &FormHtml { frame, words, refused: !faults.is_empty(), fields })
}

fn matters(state: &ApiState, language: Language) -> Input {
    let offered = state.matters().offered().map(|row| {
        let name = if language == Language::English && !row.en.is_empty() { &row.en } else { &row.zh };
        // Found on the page by the code of the other standard too.
        let same = state.matters().same_as(&row.matter).iter().map(|other| format!(" = {other}")).collect::<String>();
        (row.matter.to_string(), format!("{} {name}{same}", row.matter.code))
    });
    Input::Choice(offered.collect())
}

fn sources(language: Language) -> Input {
    let label = |source: Source| if language == Language::English { source.word() } else { source.zh() };
    Input::choice(None, Source::ALL.into_iter().map(|source| (source.word(), label(source))))
}
