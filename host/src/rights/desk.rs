//! The desk: takes requests, leads them through their states, opens what is sealed.
//!
//! Each step is a row of the audit log before it happens: that of a member of the desk by the layer around API and console, that
//! of whoever asks and each opening here.

use std::sync::Arc;

use sha2::Digest as _;
use sha2::Sha256;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::id::TownshipId;
use xl_model::place::Names;
use xl_model::place::code::Tier;
use xl_model::rights::RequestState;
use xl_model::rights::Step;
use xl_model::rights::reference;
use xl_model::rights::reference::Reference;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::rights::Request;
use xl_store::rights::RequestFilter;
use xl_store::rights::RequestStep;

use super::NewRequest;
use super::Opened;
use super::RightsError;
use super::applicant;
use crate::audit::Auditor;
use crate::cameras::SealKey;
use crate::config;
use crate::places::Places;

pub(super) const DAY_MS: TimestampMs = 86_400_000;

/// Shortest reason or answer, in characters.
const LEAST_WORDS: usize = 4;

/// Longest answer, in characters.
const MOST_WORDS: usize = 2_000;

/// Longest reason for opening, in characters: as for a look at a camera.
const MOST_REASON: usize = 200;

/// The desk; clones share it.
#[derive(Clone)]
pub struct Desk(Arc<Shared>);

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    auditor: Auditor,
    places: Places,
    key: SealKey,
    rules: config::Requests,
}

/// A request that was taken, with what shows that it is one's own; shown this once.
#[derive(Clone, PartialEq, Eq)]
pub struct Filed {
    /// Which one.
    pub reference: Reference,
    /// Twenty letters.
    pub secret: String,
    /// Until when it will be answered.
    pub due_ms: TimestampMs,
}

impl std::fmt::Debug for Filed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Filed({}, …)", self.reference)
    }
}

impl Desk {
    /// A desk; `key` seals who asks and for what.
    pub fn new(
        store: Store,
        clock: Arc<dyn Clock>,
        auditor: Auditor,
        places: Places,
        key: [u8; 32],
        rules: config::Requests,
    ) -> Self {
        Self(Arc::new(Shared { store, clock, auditor, places, key: SealKey::new(key), rules }))
    }

    /// Where there is a desk today, with its name: each county first, then its townships.
    pub fn offices(&self) -> Vec<(TownshipId, Names)> {
        let (all, today) = (self.0.places.all(), self.0.places.today());
        let desks = all.valid(today).filter(|place| matches!(place.code.tier(), Tier::County | Tier::Township));
        // By code a county stands before its townships; matters of the county itself have its six digits and `000`.
        desks.filter_map(|place| Some((place.code.as_str()[..9].parse().ok()?, place.names.clone()))).collect()
    }

    /// Takes a request that came on paper to `account`.
    ///
    /// # Errors
    /// [`RightsError::Full`].
    pub async fn file_paper(&self, new: NewRequest, account: &str) -> Result<Filed, RightsError> {
        let reference = reference_in(&new.township);
        self.keep(reference, new, account).await
    }

    /// Takes a request of whoever sends it.
    ///
    /// # Errors
    /// [`RightsError::Full`], or that it cannot be recorded.
    pub(super) async fn file(&self, new: NewRequest) -> Result<Filed, RightsError> {
        let reference = reference_in(&new.township);
        self.record(applicant(), "request.file", &reference, new.kind.word()).await?;
        self.keep(reference, new, "").await
    }

    /// Requests that pass `filter`, overdue ones first.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn list(&self, filter: RequestFilter) -> Result<Vec<Request>, StoreError> {
        self.0.store.requests(filter).await
    }

    /// A request with everything that was done to it.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::NotRead`].
    pub async fn one(&self, reference: &Reference) -> Result<(Request, Vec<RequestStep>), StoreError> {
        let missing = || StoreError::NotFound { what: "request", id: reference.number.to_string() };
        self.0.store.request(reference, None).await?.ok_or_else(missing)
    }

    /// Opens what is sealed of a request, for a reason: a row of the audit log says who and why, then it is opened.
    ///
    /// # Errors
    /// [`RightsError::NotWritten`], [`RightsError::Erased`], [`RightsError::Sealed`], or that it cannot be recorded.
    pub async fn open(&self, actor: Actor, reference: &Reference, reason: &str) -> Result<Opened, RightsError> {
        let (request, steps) = self.one(reference).await?;
        let reason = written(reason, MOST_REASON)?;
        let sealed = request.sealed.ok_or(RightsError::Erased)?;
        self.record(actor, "request.open", reference, &reason).await?;
        let applicant = applicant::open(&self.0.key, reference, &sealed)?;
        Ok(Opened { applicant, words: self.words(reference, &steps)? })
    }

    /// Does a step, in the name of `account`; `words` are what whoever asked is told.
    ///
    /// # Errors
    /// [`RightsError::WrongStep`], [`RightsError::NotWritten`], [`RightsError::Extended`].
    pub async fn step(
        &self,
        reference: &Reference,
        step: Step,
        words: &str,
        account: &str,
    ) -> Result<Request, RightsError> {
        let (before, steps) = self.one(reference).await?;
        let wrong = RightsError::WrongStep { step, state: before.state };
        let Some(state) = step.after(before.kind, before.state) else { return Err(wrong) };
        if step == Step::Extend && before.extended {
            return Err(RightsError::Extended);
        }
        let words = match words.trim() {
            "" if !step.needs_words() => String::new(),
            words => written(words, MOST_WORDS)?,
        };
        let (now_ms, n) = (self.now_ms(), steps.len() as u64 + 1);
        let mut after = Request { state, ..before.clone() };
        if step == Step::Extend {
            after.due_ms += TimestampMs::from(self.0.rules.extension_days) * DAY_MS;
            after.extended = true;
        }
        after.closed_ms = Some(now_ms).filter(|_| !state.is_open());
        let sealed = (!words.is_empty()).then(|| applicant::seal_words(&self.0.key, reference, n, &words));
        let done = RequestStep { at_ms: now_ms, who: account.to_owned(), step, state, sealed };
        if self.0.store.step_request(&before, after.clone(), n, done).await? { Ok(after) } else { Err(wrong) }
    }

    /// A request for whoever has its secret; the answer takes the same way whether it exists or not.
    pub(super) async fn own(
        &self,
        reference: &Reference,
        secret: &str,
    ) -> Result<Option<(Request, Vec<RequestStep>)>, StoreError> {
        self.0.store.request(reference, Some(&sha256_hex(secret))).await
    }

    /// Records what whoever asked does himself.
    pub(super) async fn record_own(&self, action: &str, reference: &Reference) -> Result<(), RightsError> {
        self.record(applicant(), action, reference, "").await
    }

    /// What was put in writing at each step.
    pub(super) fn words(&self, reference: &Reference, steps: &[RequestStep]) -> Result<Vec<String>, RightsError> {
        let opened = steps.iter().zip(1..).map(|(step, n)| match &step.sealed {
            Some(sealed) => applicant::open_words(&self.0.key, reference, n, sealed),
            None => Ok(String::new()),
        });
        opened.collect()
    }

    /// Forgets who asked, of requests that ended longer ago than is configured, by the clock and by lived time; how many.
    ///
    /// # Errors
    /// When it cannot be recorded, or the store fails.
    pub(super) async fn erase(&self) -> Result<u64, RightsError> {
        let (now_ms, keep_days) = (self.now_ms(), self.0.rules.keep_days);
        let count = self.0.store.requests_to_erase(now_ms, keep_days).await?;
        if count == 0 {
            return Ok(0);
        }
        let detail = format!("{count} closed more than {keep_days} days ago");
        let entry = Entry::new(now_ms, Actor::hub(), "request.erase", "/requests").with_detail(&detail);
        self.0.auditor.record(entry).await?;
        Ok(self.0.store.erase_requests(now_ms, keep_days).await?)
    }

    /// Whether everybody may file a request.
    pub(super) fn is_public(&self) -> bool {
        self.0.rules.public
    }

    /// The time now.
    pub fn now_ms(&self) -> TimestampMs {
        self.0.clock.now_ms()
    }

    async fn keep(&self, reference: Reference, new: NewRequest, filed_by: &str) -> Result<Filed, RightsError> {
        let secret = reference::letters(&rand::random::<[u8; 13]>(), reference::SECRET_LETTERS);
        let received_ms = self.now_ms();
        let due_ms = received_ms + TimestampMs::from(self.0.rules.answer_days) * DAY_MS;
        let request = Request {
            sealed: Some(applicant::seal(&self.0.key, &reference, &new.applicant)),
            kind: new.kind,
            state: RequestState::Received,
            received_ms,
            due_ms,
            extended: false,
            closed_ms: None,
            filed_by: filed_by.to_owned(),
            reference: reference.clone(),
        };
        let most = u64::from(self.0.rules.most_open);
        if !self.0.store.add_request(request, sha256_hex(&secret), most).await? {
            return Err(RightsError::Full);
        }
        Ok(Filed { reference, secret, due_ms })
    }

    async fn record(&self, actor: Actor, action: &str, reference: &Reference, detail: &str) -> Result<(), RightsError> {
        let object = format!("/requests/{}/{}", reference.township, reference.number);
        let entry = Entry::new(self.now_ms(), actor, action, &object)
            .in_township(Some(reference.township.clone()))
            .with_detail(detail);
        self.0.auditor.record(entry).await?;
        Ok(())
    }
}

/// Whoever asks, who is named nowhere.
fn applicant() -> Actor {
    Actor::new("applicant", "")
}

fn reference_in(township: &TownshipId) -> Reference {
    let number = reference::letters(&rand::random::<[u8; 7]>(), reference::NUMBER_LETTERS);
    Reference { township: township.clone(), number: number.parse().expect("ten of the letters") }
}

/// A text that has to be there.
fn written(text: &str, most: usize) -> Result<String, RightsError> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    let strange = text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t'));
    if strange || !(LEAST_WORDS..=most).contains(&text.chars().count()) {
        return Err(RightsError::NotWritten { least: LEAST_WORDS, most });
    }
    Ok(text)
}

// 100 random bits: a fast hash is enough.
fn sha256_hex(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}
