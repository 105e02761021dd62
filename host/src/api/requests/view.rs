//! Requests as they are shown to the desk.

use serde::Serialize;
use xl_model::clock::TimestampMs;
use xl_model::cloud_event::rfc3339;
use xl_store::rights::Request;
use xl_store::rights::RequestStep;

use crate::rights::Applicant;
use crate::rights::Filed;
use crate::rights::Opened;

/// A page of requests.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct RequestPage {
    /// The requests.
    pub(in crate::api) requests: Vec<RequestView>,
    /// What `skip` must say for the next page; nothing on the last.
    pub(in crate::api) next: Option<u32>,
}

/// A request; who asks and for what is sealed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct RequestView {
    /// What whoever asked has of it.
    #[schema(example = "371122102-7K3QW9ZD4M")]
    reference: String,
    /// Nine digits.
    township: String,
    /// Ten letters.
    number: String,
    /// `view`, `copy`, `correct`, `delete` or `complain`.
    kind: &'static str,
    /// `received`, `checked`, `in-work`, `answered`, `refused` or `withdrawn`.
    state: &'static str,
    /// When it came, RFC 3339.
    received_at: String,
    /// Until when it has to be answered, RFC 3339.
    due_at: String,
    /// Whether that has passed.
    overdue: bool,
    /// Whether it was put off.
    extended: bool,
    /// When it was answered, refused or withdrawn.
    closed_at: Option<String>,
    /// The account that filed it for who came with paper; nothing: he himself.
    filed_by: Option<String>,
    /// Whether who asked and for what is erased.
    erased: bool,
    /// What was done, in order; only where one request is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<StepView>,
}

/// What was done to a request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct StepView {
    /// When, RFC 3339.
    at: String,
    /// By which account; nothing: by who asked.
    who: Option<String>,
    /// `check`, `begin`, `answer`, `refuse`, `extend` or `withdraw`.
    step: &'static str,
    /// The state after it.
    state: &'static str,
}

/// What whoever asked gets, once.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct FiledView {
    /// The reference.
    #[schema(example = "371122102-7K3QW9ZD4M")]
    reference: String,
    /// With it whoever asked sees how his request stands; shown this once.
    secret: String,
    /// Until when it will be answered, RFC 3339.
    due_at: String,
}

/// Who asks, and for what.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(in crate::api) struct OpenedView {
    /// The name.
    name: String,
    /// How to reach the person.
    contact: String,
    /// `self`, `guardian`, `relative` or `representative`.
    relation: String,
    /// Where and when.
    about: String,
    /// What is asked for.
    text: String,
    /// What was put in writing at each step; empty where nothing was.
    words: Vec<String>,
}

impl RequestView {
    /// A request as it stands now.
    pub(in crate::api) fn new(request: Request, now_ms: TimestampMs) -> Self {
        Self {
            reference: request.reference.to_string(),
            township: request.reference.township.to_string(),
            number: request.reference.number.to_string(),
            kind: request.kind.word(),
            state: request.state.word(),
            received_at: rfc3339(request.received_ms),
            due_at: rfc3339(request.due_ms),
            overdue: request.state.is_open() && request.due_ms < now_ms,
            extended: request.extended,
            closed_at: request.closed_ms.map(rfc3339),
            filed_by: Some(request.filed_by).filter(|account| !account.is_empty()),
            erased: request.sealed.is_none(),
            steps: Vec::new(),
        }
    }

    /// With what was done.
    pub(in crate::api) fn with_steps(mut self, steps: Vec<RequestStep>) -> Self {
        let view = |step: RequestStep| StepView {
            at: rfc3339(step.at_ms),
            who: Some(step.who).filter(|account| !account.is_empty()),
            step: step.step.word(),
            state: step.state.word(),
        };
        self.steps = steps.into_iter().map(view).collect();
        self
    }
}

impl From<Filed> for FiledView {
    fn from(filed: Filed) -> Self {
        let Filed { reference, secret, due_ms } = filed;
        Self { reference: reference.to_string(), secret, due_at: rfc3339(due_ms) }
    }
}

impl From<Opened> for OpenedView {
    fn from(opened: Opened) -> Self {
        let Applicant { name, contact, relation, about, text } = opened.applicant;
        Self { name, contact, relation, about, text, words: opened.words }
    }
}
