//! The form of a step: the fields that it needs, with what was typed before.

use serde::Deserialize;
use xl_model::case::Case;
use xl_model::case::StepForm;
use xl_model::case::StepName;
use xl_model::case::Unit;
use xl_model::case::limit::LimitForm;
use xl_model::case::table;
use xl_model::id::UnitId;

use crate::api::language::Language;

/// What somebody typed into the form of a step; empty fields say nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    /// The revision at which he saw the case.
    pub(super) revision: u32,
    note: String,
    unit: String,
    handler: String,
    amount: String,
    measure: String,
    pictures: String,
}

/// Something to choose.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// A step that can be made, with its fields.
pub(super) struct StepRow {
    pub(super) word: &'static str,
    pub(super) label: &'static str,
    /// Whether it asks for nothing, so that one button is enough.
    pub(super) plain: bool,
    pub(super) open: bool,
    pub(super) reason: bool,
    pub(super) note: String,
    pub(super) units: Vec<Choice>,
    pub(super) asks_handler: bool,
    pub(super) handler: String,
    pub(super) asks_limit: bool,
    pub(super) needs_limit: bool,
    pub(super) amount: String,
    pub(super) measures: Vec<Choice>,
    pub(super) asks_pictures: bool,
    pub(super) pictures: String,
}

impl Typed {
    /// The step that was asked for.
    pub(super) fn form(&self, name: &str) -> StepForm {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        // What is no amount becomes one that no limit has, so that the field is named.
        let amount = |text: String| text.parse().unwrap_or_default();
        StepForm {
            name: name.to_owned(),
            note: said(&self.note),
            unit: said(&self.unit),
            handler: said(&self.handler),
            limit: said(&self.amount).map(|text| LimitForm { amount: amount(text), unit: self.measure.clone() }),
            pictures: self.pictures.split_whitespace().map(str::to_owned).collect(),
        }
    }
}

impl StepRow {
    /// The form of a step at the stage of a case; `units` with what each is called.
    pub(super) fn new(
        name: StepName,
        case: &Case,
        units: &[(UnitId, String)],
        language: Language,
        typed: Option<&Typed>,
    ) -> Self {
        let none = Typed::default();
        let typed_now = typed.unwrap_or(&none);
        let reason = table::row_of(name, case.stage).is_some_and(|row| row.reason);
        let takes_unit = matches!(name, StepName::Dispatch | StepName::Escalate);
        let asks_limit = matches!(name, StepName::Dispatch | StepName::RequestExtension | StepName::ApproveExtension);
        let asks_pictures = matches!(name, StepName::Feedback | StepName::Check | StepName::Comment | StepName::Verify);
        let (en, zh) = name.names();
        Self {
            word: name.word(),
            label: if language == Language::English { en } else { zh },
            plain: false,
            open: typed.is_some(),
            reason: reason || name == StepName::Comment,
            note: typed_now.note.clone(),
            units: if takes_unit { choices(units, &typed_now.unit) } else { Vec::new() },
            asks_handler: name == StepName::Assign,
            handler: typed_now.handler.clone(),
            asks_limit,
            needs_limit: name == StepName::RequestExtension,
            amount: typed_now.amount.clone(),
            measures: if asks_limit { measures(&typed_now.measure, language) } else { Vec::new() },
            asks_pictures,
            pictures: typed_now.pictures.clone(),
        }
        .simple(name)
    }

    fn simple(mut self, name: StepName) -> Self {
        let bare =
            matches!(name, StepName::Accept | StepName::Start | StepName::File | StepName::Resume | StepName::Phase);
        self.plain = bare && !self.open;
        self
    }
}

fn choices(units: &[(UnitId, String)], chosen: &str) -> Vec<Choice> {
    let choice = |(id, label): &(UnitId, String)| Choice {
        value: id.to_string(),
        label: label.clone(),
        chosen: id.as_str() == chosen,
    };
    units.iter().map(choice).collect()
}

fn measures(chosen: &str, language: Language) -> Vec<Choice> {
    let choice = |unit: Unit| Choice {
        value: unit.word().to_owned(),
        label: if language == Language::English { unit.names().0.to_owned() } else { unit.names().1.to_owned() },
        chosen: unit.word() == chosen,
    };
    Unit::ALL.into_iter().map(choice).collect()
}
