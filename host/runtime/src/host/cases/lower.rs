//! From what a guest says to words of the model. What is wrong with it is for the model to say.

use std::str::FromStr;

use xl_model::case::DraftForm;
use xl_model::case::Position;
use xl_model::case::Stage;
use xl_model::case::StepForm;
use xl_model::case::limit::LimitForm;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::case::query::MAX_PAGE;

use crate::bindings::xueliang::hub::cases as wit;

/// A draft, unchecked.
pub(super) fn draft(draft: wit::Draft) -> DraftForm {
    DraftForm {
        key: draft.key,
        set: draft.matter.set,
        version: draft.matter.version,
        code: draft.matter.code,
        title: draft.title,
        description: draft.description,
        source: draft.source,
        place: draft.place,
        address: draft.address,
        position: draft.position.map(|at| Position { latitude: at.latitude, longitude: at.longitude }),
        grid: draft.grid,
        camera: draft.camera,
        pictures: draft.pictures,
        data: draft.data,
    }
}

/// A step, unchecked.
pub(super) fn step(step: wit::Step) -> StepForm {
    StepForm {
        name: step.name,
        note: step.note,
        unit: step.unit,
        handler: step.handler,
        limit: step.limit.map(|limit| LimitForm { amount: limit.amount.into(), unit: limit.unit }),
        pictures: step.pictures,
    }
}

/// A question; the error names the field.
pub(super) fn query(query: wit::Query) -> Result<CaseQuery, String> {
    if !(1..=MAX_PAGE).contains(&query.limit) {
        return Err(format!("limit: is {}, not 1 to {MAX_PAGE}", query.limit));
    }
    let stages: Option<Vec<Stage>> = query.stages.iter().map(|word| Stage::of(word)).collect();
    let after = query.after.map(|token| token.parse()).transpose();
    Ok(CaseQuery {
        stages: stages.ok_or("stages: one of them is no stage")?,
        place: parsed("place", query.place)?,
        units: parsed("unit", query.unit)?.into_iter().collect(),
        handler: parsed("handler", query.handler)?,
        grid: query.grid,
        codes: query.code.into_iter().collect(),
        overdue: query.overdue,
        from_ms: query.from,
        to_ms: query.to,
        limit: query.limit,
        after: after.map_err(|()| "after: it is not the `next` of an answer")?,
    })
}

/// How figures are grouped.
pub(super) fn grouping(by: wit::Grouping) -> Grouping {
    match by {
        wit::Grouping::All => Grouping::All,
        wit::Grouping::Place => Grouping::Place,
        wit::Grouping::Unit => Grouping::Unit,
        wit::Grouping::Grid => Grouping::Grid,
        wit::Grouping::Code => Grouping::Code,
        wit::Grouping::Source => Grouping::Source,
    }
}

fn parsed<T: FromStr<Err: std::fmt::Display>>(field: &str, text: Option<String>) -> Result<Option<T>, String> {
    text.map(|text| text.parse().map_err(|error| format!("{field}: {error}"))).transpose()
}
