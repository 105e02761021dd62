//! Events that tell of steps of cases, whoever made them.

use xl_model::case::Moved;
use xl_model::clock::TimestampMs;
use xl_model::event::NewEvent;

/// Who says what happens to cases; a module hears of its own from nobody else.
pub const CASES: &str = "cases";

/// The event of a step that a person or the clock made: `case.…`, once for each revision of the case.
pub fn case_event(moved: &Moved, received_ms: TimestampMs) -> NewEvent {
    let (case, past) = (&moved.case, &moved.past);
    NewEvent {
        township: case.township.clone(),
        source: CASES.into(),
        id: format!("{}-{}", case.id, case.revision).into(),
        kind: past.name.event_kind().parse().expect("a valid kind"),
        // None: who may see the case is another question than who may see its camera.
        camera: None,
        subject: Some(case.id.as_str().into()),
        time_ms: past.at_ms,
        received_ms,
        data: moved.event_data().to_string().into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

#[cfg(test)]
mod tests {
    use xl_model::case::StepName;

    #[test]
    fn each_step_has_an_event_of_its_own_kind() {
        for step in StepName::ALL {
            let kind: xl_model::id::Kind = step.event_kind().parse().unwrap();
            assert!(kind.as_str().starts_with("case."), "{kind}");
        }
    }
}
