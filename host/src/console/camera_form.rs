//! The fields of a camera as a form, with what was typed and what was wrong with it.

use std::collections::BTreeMap;

use xl_model::camera::LegalClass;
use xl_model::camera::OwnerKind;
use xl_model::camera::PURPOSES;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::CameraFault;
use xl_model::camera::fault::Wrong;

use crate::api::language::Language;
use crate::cameras::CameraError;
use crate::console::frame::Frame;
use crate::console::rows;

/// A field of the form.
pub(crate) struct FieldRow {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// `text`, `number`, `date`, `lines`, `choice`.
    pub(crate) kind: &'static str,
    pub(crate) value: String,
    pub(crate) required: bool,
    pub(crate) hint: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) choices: Vec<ChoiceRow>,
}

/// One value of a choice.
pub(crate) struct ChoiceRow {
    pub(crate) value: &'static str,
    pub(crate) label: &'static str,
    pub(crate) chosen: bool,
}

/// The fields of a camera that `typed` holds; which one it is only where it is `new`.
pub(crate) fn fields(frame: &Frame, typed: &Draft, faults: &[CameraFault], new: bool) -> Vec<FieldRow> {
    let shown = Field::ALL.iter().filter(|field| new || !field.is_key());
    shown.map(|field| row(frame, *field, typed, faults)).collect()
}

/// A camera as a form says it.
pub(crate) fn draft(form: &BTreeMap<String, String>) -> Draft {
    let mut draft = Draft::default();
    for field in Field::ALL {
        if let Some(text) = form.get(field.name()) {
            draft.set(*field, text);
        }
    }
    draft
}

/// That a class waits for a second person, said at its field: what was typed stays before the eyes of who typed it.
pub(crate) fn told(error: CameraError) -> CameraError {
    match error {
        CameraError::SecondPerson(wishes) => {
            let camera = wishes.first().map(|wish| wish.key.to_string()).unwrap_or_default();
            let fault = |_| CameraFault { field: Field::Class, wrong: Wrong::SecondPerson };
            CameraError::Fields { camera, faults: wishes.iter().map(fault).collect() }
        }
        other => other,
    }
}

fn row(frame: &Frame, field: Field, typed: &Draft, faults: &[CameraFault]) -> FieldRow {
    let value = typed.get(field).to_owned();
    let choices = choices(frame, field, &value);
    let wrong = faults.iter().filter(|fault| fault.field == field).map(|fault| match frame.language {
        Language::Chinese => fault.wrong.zh(),
        Language::English => fault.wrong.en(),
    });
    let error = wrong.collect::<Vec<_>>().join(" ");
    let kind = match field {
        _ if !choices.is_empty() => "choice",
        Field::Notes | Field::Masks => "lines",
        Field::Port | Field::RetentionDays | Field::HeartbeatS => "number",
        Field::SignageDate | Field::FilingDate => "date",
        _ => "text",
    };
    FieldRow {
        name: field.name(),
        label: label(frame, field),
        kind,
        value,
        required: matches!(field, Field::Township | Field::Camera | Field::Name | Field::Place),
        hint: hint(field),
        error: Some(error).filter(|error| !error.is_empty()),
        choices,
    }
}

fn choices(frame: &Frame, field: Field, value: &str) -> Vec<ChoiceRow> {
    let words = frame.words;
    let pairs: Vec<(&'static str, &'static str)> = match field {
        Field::OwnerKind => {
            OwnerKind::ALL.iter().map(|kind| (kind.word(), said(frame, kind.zh(), kind.word()))).collect()
        }
        Field::Class => LegalClass::ALL.iter().map(|class| (class.word(), rows::class(words, *class))).collect(),
        Field::ClassConfirmed | Field::SignagePosted | Field::SecretUnitNear => {
            vec![("yes", words.yes), ("no", words.no)]
        }
        Field::Attachment => ["mqtt", "onvif", "mapped", "none"].map(|kind| (kind, kind)).into(),
        _ => Vec::new(),
    };
    pairs.into_iter().map(|(word, label)| ChoiceRow { value: word, label, chosen: word == value }).collect()
}

fn label(frame: &Frame, field: Field) -> &'static str {
    let english = match field {
        Field::Township => "Township, nine digits",
        Field::Camera => "Id of the camera",
        Field::Name => "Name",
        Field::Place => "Division code of where it stands, 12 digits",
        Field::OwnerKind => "Kind of owner",
        Field::OwnerName => "Owner",
        Field::Class => "Legal class",
        Field::ClassConfirmed => "A person has said the class",
        Field::Purposes => "Purposes",
        Field::SignagePosted => "The sign is posted",
        Field::SignageDate => "Sign posted on",
        Field::SignageNote => "Where the sign is",
        Field::FilingNumber => "Filing number",
        Field::FilingDate => "Filed on",
        Field::SecretUnitNear => "A unit that keeps state secrets is near",
        Field::SecretUnitConsent => "Where its consent stands: document, number, day",
        Field::Attachment => "Attachment",
        Field::Host => "Host",
        Field::Port => "Port",
        Field::User => "User",
        Field::Publisher => "Publisher",
        Field::Masks => "Masks",
        Field::RetentionDays => "Pictures shall be kept for, days",
        Field::HeartbeatS => "Sign of life every, seconds",
        Field::Notes => "Notes",
    };
    said(frame, field.zh(), english)
}

fn hint(field: Field) -> Option<String> {
    match field {
        Field::Purposes => Some(PURPOSES.join("; ")),
        Field::Masks => Some("[[[0,0],[0.5,0],[0.5,0.3]]]".to_owned()),
        Field::Host | Field::Port | Field::User => Some("onvif".to_owned()),
        Field::Publisher => Some("mapped".to_owned()),
        _ => None,
    }
}

fn said(frame: &Frame, zh: &'static str, en: &'static str) -> &'static str {
    match frame.language {
        Language::Chinese => zh,
        Language::English => en,
    }
}
