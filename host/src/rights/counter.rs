//! What whoever asks sees of the desk: a form, and how his request stands. Nobody is signed in here.

use xl_model::clock::TimestampMs;
use xl_model::id::TownshipId;
use xl_model::rights::RequestKind;
use xl_model::rights::RequestState;
use xl_model::rights::Step;
use xl_model::rights::reference;
use xl_model::rights::reference::Reference;

use super::Desk;
use super::Draft;
use super::Filed;
use super::NewRequest;
use super::RightsError;
use crate::places::Places;
use xl_model::place::Names;

/// The side of the desk that is open to everybody; clones share it.
#[derive(Clone)]
pub struct Counter {
    desk: Desk,
    places: Places,
}

/// How a request stands, for whoever has its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Which one.
    pub reference: Reference,
    /// What the desk's place is called.
    pub office: Names,
    /// What was asked for.
    pub kind: RequestKind,
    /// How far it is.
    pub state: RequestState,
    /// When it came.
    pub received_ms: TimestampMs,
    /// Until when it has to be answered.
    pub due_ms: TimestampMs,
    /// Whether that has passed.
    pub is_overdue: bool,
    /// What was done, in order; never by whom.
    pub steps: Vec<Told>,
}

/// A step, as whoever asked is told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at_ms: TimestampMs,
    /// What.
    pub step: Step,
    /// What was put in writing; empty: nothing, or it is erased.
    pub words: String,
}

impl Counter {
    /// The public side of `desk`.
    pub fn new(desk: Desk, places: Places) -> Self {
        Self { desk, places }
    }

    /// Where requests can be filed, with names.
    pub fn offices(&self) -> Vec<(TownshipId, Names)> {
        self.desk.offices()
    }

    /// Whether requests are taken here.
    ///
    /// # Errors
    /// [`RightsError::Off`].
    pub fn check_open(&self) -> Result<(), RightsError> {
        if self.desk.is_public() { Ok(()) } else { Err(RightsError::Off) }
    }

    /// Compares a request with the rules.
    ///
    /// # Errors
    /// [`RightsError::Fields`].
    pub fn check(&self, draft: &Draft) -> Result<NewRequest, RightsError> {
        let offered: Vec<TownshipId> = self.offices().into_iter().map(|(township, _)| township).collect();
        draft.check(&offered).map_err(RightsError::Fields)
    }

    /// Takes a request.
    ///
    /// # Errors
    /// [`RightsError::Full`], [`RightsError::Off`].
    pub async fn file(&self, new: NewRequest) -> Result<Filed, RightsError> {
        self.check_open()?;
        self.desk.file(new).await
    }

    /// How a request stands.
    ///
    /// # Errors
    /// [`RightsError::NoSuch`], the same whatever of the two is wrong.
    pub async fn look_up(&self, reference: &str, secret: &str) -> Result<Progress, RightsError> {
        let (reference, secret) = typed(reference, secret)?;
        let (request, steps) = self.desk.own(&reference, &secret).await?.ok_or(RightsError::NoSuch)?;
        let words = self.desk.words(&reference, &steps)?;
        let steps = steps.into_iter().zip(words);
        Ok(Progress {
            office: self.places.names(reference.township.as_str()).unwrap_or_default(),
            kind: request.kind,
            state: request.state,
            received_ms: request.received_ms,
            due_ms: request.due_ms,
            is_overdue: request.state.is_open() && request.due_ms < self.desk.now_ms(),
            steps: steps.map(|(step, words)| Told { at_ms: step.at_ms, step: step.step, words }).collect(),
            reference,
        })
    }

    /// Takes a request back.
    ///
    /// # Errors
    /// [`RightsError::NoSuch`], [`RightsError::WrongStep`] when it is closed.
    pub async fn withdraw(&self, reference: &str, secret: &str) -> Result<(), RightsError> {
        let (reference, secret) = typed(reference, secret)?;
        let (request, _) = self.desk.own(&reference, &secret).await?.ok_or(RightsError::NoSuch)?;
        if !request.state.is_open() {
            return Err(RightsError::WrongStep { step: Step::Withdraw, state: request.state });
        }
        self.desk.record_own("request.withdraw", &reference).await?;
        self.desk.step(&reference, Step::Withdraw, "", "").await?;
        Ok(())
    }
}

fn typed(reference: &str, secret: &str) -> Result<(Reference, String), RightsError> {
    let secret = reference::typed_secret(secret).ok_or(RightsError::NoSuch)?;
    Ok((reference.parse().map_err(|_| RightsError::NoSuch)?, secret))
}
