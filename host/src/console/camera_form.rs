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
use crate::console::fields::FieldRow;
use crate::console::fields::Input;
use crate::console::frame::Frame;
use crate::console::rows;

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
    let wrong = faults.iter().filter(|fault| fault.field == field).map(|fault| match frame.language {
        Language::Chinese => fault.wrong.zh(),
        Language::English => fault.wrong.en(),
    });
    let fault = wrong.collect::<Vec<_>>().join(" ");
    let required = matches!(field, Field::Township | Field::Camera | Field::Name | Field::Place);
    FieldRow {
        input: input(frame, field),
        required,
        optional: !required,
        hint: hint(field),
        fault: Some(fault).filter(|fault| !fault.is_empty()),
        ..FieldRow::new(field.name(), label(frame, field), typed.get(field))
    }
}

fn input(frame: &Frame, field: Field) -> Input {
    let words = frame.words;
    let choice = |offered: Vec<(&str, &str)>| Input::choice(Some(words.choose), offered);
    match field {
        Field::OwnerKind => {
            choice(OwnerKind::ALL.iter().map(|kind| (kind.word(), said(frame, kind.zh(), kind.word()))).collect())
        }
        Field::Class => choice(LegalClass::ALL.iter().map(|it| (it.word(), rows::class(words, *it))).collect()),
        Field::ClassConfirmed | Field::SignagePosted | Field::SecretUnitNear => {
            choice(vec![("yes", words.yes), ("no", words.no)])
        }
        Field::Attachment => choice(["mqtt", "onvif", "mapped", "none"].map(|kind| (kind, kind)).into()),
        Field::Notes | Field::Masks => Input::Lines(3),
        Field::Port | Field::RetentionDays | Field::HeartbeatS => Input::Number,
        Field::SignageDate | Field::FilingDate => Input::Line("date"),
        _ => Input::Line("text"),
    }
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

fn hint(field: Field) -> String {
    match field {
        Field::Purposes => PURPOSES.join("; "),
        Field::Masks => "[[[0,0],[0.5,0],[0.5,0.3]]]".to_owned(),
        Field::Host | Field::Port | Field::User => "onvif".to_owned(),
        Field::Publisher => "mapped".to_owned(),
        _ => String::new(),
    }
}

fn said(frame: &Frame, zh: &'static str, en: &'static str) -> &'static str {
    match frame.language {
        Language::Chinese => zh,
        Language::English => en,
    }
}
