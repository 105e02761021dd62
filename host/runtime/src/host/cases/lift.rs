//! From words of the model to what a guest is told.

use xl_model::case::Case;
use xl_model::case::Past;
use xl_model::case::figures::Figures;
use xl_model::id::Digest;

use crate::bindings::xueliang::hub::cases as wit;

/// A case as it stands.
pub(super) fn case(case: &Case) -> wit::Case {
    wit::Case {
        id: case.id.to_string(),
        key: case.key.clone(),
        matter: wit::Matter {
            set: case.matter.set.clone(),
            version: case.matter.version.clone(),
            code: case.matter.code.clone(),
        },
        title: case.title.clone(),
        description: case.description.clone(),
        source: case.source.word().to_owned(),
        place: case.place.to_string(),
        address: case.address.clone(),
        position: case.position.map(|at| wit::Position { latitude: at.latitude, longitude: at.longitude }),
        grid: case.grid.clone(),
        camera: case.camera.as_ref().map(ToString::to_string),
        before: digests(&case.before),
        after: digests(&case.after),
        data: case.data.clone(),
        stage: case.stage.word().to_owned(),
        unit: case.unit.as_ref().map(ToString::to_string),
        handler: case.handler.as_ref().map(ToString::to_string),
        opened_ms: case.opened_ms,
        due_ms: case.due_ms(),
        overdue: case.is_overdue(),
        reworks: case.reworks,
        extensions: case.extensions,
        closed_ms: case.closed_ms,
    }
}

/// A step that was made.
pub(super) fn past(past: Past) -> wit::Past {
    wit::Past {
        number: past.number,
        at_ms: past.at_ms,
        actor: past.actor,
        name: past.name.word().to_owned(),
        from: past.from.word().to_owned(),
        to: past.to.word().to_owned(),
        note: past.note,
        due_before_ms: past.due_before_ms,
        due_after_ms: past.due_after_ms,
        pictures: digests(&past.pictures),
    }
}

/// Counts of a period.
pub(super) fn counts(key: String, figures: Figures) -> wit::Counts {
    let Figures { reported, filed, due, closed, closed_on_time, reworked, extended, overdue_open } = figures;
    wit::Counts { key, reported, filed, due, closed, closed_on_time, reworked, extended, overdue_open }
}

fn digests(digests: &[Digest]) -> Vec<String> {
    digests.iter().map(ToString::to_string).collect()
}
