//! Cases as programs read them.

use serde::Serialize;
use xl_model::case::Case;
use xl_model::case::Limit;
use xl_model::case::Past;
use xl_model::case::Position;
use xl_model::case::StepName;
use xl_model::case::Timer;
use xl_model::case::matter::Matters;
use xl_model::cloud_event::rfc3339;

/// A page of cases.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct CaseList {
    /// The newest first.
    pub(in crate::api) cases: Vec<CaseView>,
    /// Hand it back as `after`; nothing: there are no more.
    pub(in crate::api) next: Option<String>,
}

/// A case.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct CaseView {
    /// Its number.
    #[schema(example = "371122102-2026-000017")]
    id: String,
    /// Nine digits.
    township: String,
    /// The module that opened it; nothing: a person did.
    plugin: Option<String>,
    /// The code set of its matter.
    set: String,
    /// The version of the set under which it was opened.
    version: String,
    /// The code inside it.
    code: String,
    /// What means the same in other sets, as `set:code`.
    #[schema(example = json!(["gbt47678:06010"]))]
    same_as: Vec<String>,
    /// What is the matter.
    title: String,
    /// More about it.
    description: String,
    /// Where it came from.
    source: &'static str,
    /// 12 digits.
    place: String,
    /// In words.
    address: Option<String>,
    /// WGS 84.
    #[schema(value_type = Option<Object>)]
    position: Option<Position>,
    /// A grid cell or section.
    grid: Option<String>,
    /// A camera of the township.
    camera: Option<String>,
    /// SHA-256 of pictures of the state before.
    before: Vec<String>,
    /// SHA-256 of pictures of the state after.
    after: Vec<String>,
    /// Where it stands.
    stage: &'static str,
    /// The responsible unit.
    unit: Option<String>,
    /// The account of who works on it.
    handler: Option<String>,
    /// When it was opened, RFC 3339.
    opened_at: String,
    /// When it was filed.
    filed_at: Option<String>,
    /// When the running limit ends; nothing: none runs.
    due_at: Option<String>,
    /// When it should be closed.
    final_due_at: Option<String>,
    /// When it was closed, rejected or voided.
    closed_at: Option<String>,
    /// Whether a limit ended unkept.
    overdue: bool,
    /// How often it went back.
    reworks: u32,
    /// How many extensions were approved.
    extensions: u32,
    /// Say it with the next step.
    revision: u32,
    /// Its limits, in the order in which they began.
    limits: Vec<TimerView>,
    /// Steps that the caller may make; only where one case is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    steps: Option<Vec<&'static str>>,
    /// Whether anybody belongs to the unit that has it, or to one above; false: only who is in no unit can handle it. Only
    /// where one open case is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit_has_people: Option<bool>,
}

/// A limit that ran or runs.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct TimerView {
    /// `filing`, `dispatch`, `handling` or `checking`.
    timer: &'static str,
    /// Which phase; empty: there is but one.
    phase: String,
    /// How long it may take.
    #[schema(value_type = Object)]
    limit: Limit,
    /// When it ends.
    due_at: String,
    /// False: the calendar did not know the year, weekdays alone counted.
    known: bool,
    /// When it was done.
    ended_at: Option<String>,
    /// Whether it ended unkept.
    overdue: bool,
    /// Whether it stands still.
    stopped: bool,
}

/// What was done with a case.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct HistoryView {
    /// Oldest first, at most 500.
    pub(in crate::api) steps: Vec<PastView>,
}

/// A step that was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct PastView {
    /// From 1 on.
    number: u32,
    /// When, RFC 3339.
    at: String,
    /// `account:{name}`, `module:{plugin}`, `link:{id}` (somebody behind a public link) or `clock`.
    actor: String,
    /// Which.
    name: &'static str,
    /// The stage before.
    from: &'static str,
    /// The stage after.
    to: &'static str,
    /// What was said.
    note: Option<String>,
    /// The unit that was named.
    unit: Option<String>,
    /// The account that was named.
    handler: Option<String>,
    /// The limit that was named.
    #[schema(value_type = Option<Object>)]
    limit: Option<Limit>,
    /// The limit that ended, of `overdue` and `phase`.
    timer: Option<&'static str>,
    /// When the running limit ended before.
    due_before: Option<String>,
    /// When it ends since.
    due_after: Option<String>,
    /// SHA-256 of the pictures that came with it.
    pictures: Vec<String>,
}

impl CaseView {
    /// A case as it stands.
    pub(super) fn new(case: &Case, matters: &Matters) -> Self {
        Self {
            id: case.id.to_string(),
            township: case.township.to_string(),
            plugin: case.plugin.as_ref().map(ToString::to_string),
            set: case.matter.set.clone(),
            version: case.matter.version.clone(),
            code: case.matter.code.clone(),
            same_as: matters.same_as(&case.matter).iter().map(ToString::to_string).collect(),
            title: case.title.clone(),
            description: case.description.clone(),
            source: case.source.word(),
            place: case.place.to_string(),
            address: case.address.clone(),
            position: case.position,
            grid: case.grid.clone(),
            camera: case.camera.as_ref().map(ToString::to_string),
            before: case.before.iter().map(ToString::to_string).collect(),
            after: case.after.iter().map(ToString::to_string).collect(),
            stage: case.stage.word(),
            unit: case.unit.as_ref().map(ToString::to_string),
            handler: case.handler.as_ref().map(ToString::to_string),
            opened_at: rfc3339(case.opened_ms),
            filed_at: case.filed_ms.map(rfc3339),
            due_at: case.due_ms().map(rfc3339),
            final_due_at: case.final_due_ms().map(rfc3339),
            closed_at: case.closed_ms.map(rfc3339),
            overdue: case.is_overdue(),
            reworks: case.reworks,
            extensions: case.extensions,
            revision: case.revision,
            limits: case.timers.iter().map(TimerView::new).collect(),
            steps: None,
            unit_has_people: None,
        }
    }

    /// With the steps that somebody may make.
    pub(super) fn with_steps(self, steps: Vec<StepName>) -> Self {
        Self { steps: Some(steps.into_iter().map(StepName::word).collect()), ..self }
    }

    /// With whether its unit has people.
    pub(super) fn with_people(self, unit_has_people: Option<bool>) -> Self {
        Self { unit_has_people, ..self }
    }
}

impl TimerView {
    fn new(timer: &Timer) -> Self {
        Self {
            timer: timer.timer.word(),
            phase: timer.phase.clone(),
            limit: timer.limit,
            due_at: rfc3339(timer.due_ms),
            known: timer.known,
            ended_at: timer.ended_ms.map(rfc3339),
            overdue: timer.overdue,
            stopped: timer.stopped.is_some(),
        }
    }
}

impl PastView {
    /// A step that was made.
    pub(super) fn new(past: &Past) -> Self {
        Self {
            number: past.number,
            at: rfc3339(past.at_ms),
            actor: past.actor.clone(),
            name: past.name.word(),
            from: past.from.word(),
            to: past.to.word(),
            note: past.note.clone(),
            unit: past.unit.as_ref().map(ToString::to_string),
            handler: past.handler.as_ref().map(ToString::to_string),
            limit: past.limit,
            timer: past.timer.map(|timer| timer.word()),
            due_before: past.due_before_ms.map(rfc3339),
            due_after: past.due_after_ms.map(rfc3339),
            pictures: past.pictures.iter().map(ToString::to_string).collect(),
        }
    }
}
