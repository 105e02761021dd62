//! From a message to the hub's inbox: what broker and client do alike.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use metrics::Counter;
use metrics::counter;
use tokio::sync::oneshot;
use xl_model::clock::Clock;
use xl_model::fault::Code;
use xl_model::fault::Refused;
use xl_model::observation::Observation;
use xl_model::observation::Verdict;
use xl_model::status::evidence::Said;

use super::dialect::Dialect;
use super::dialect::Dialects;
use super::hearing::Hearing;
use super::hearing::News;
use super::life::Life;
use super::native;
use super::native::Channel;
use super::native::Message;
use super::native::Sign;
use super::refuser::Refuser;
use crate::port::Enrolments;
use crate::port::Inbox;
use crate::port::Ports;
use crate::port::Submission;

/// The camera is not attached through the bridge that speaks for it. Code XL0440.
pub(crate) const NOT_BEHIND: Code = Code(440);

/// What became of a message so far.
#[derive(Debug)]
pub(crate) enum Taken {
    /// Nothing to wait for: it was no news, or is recorded as refused. Acknowledge it.
    Settled,
    /// It is on its way to the log, as one observation or more; acknowledge it after all verdicts.
    Waiting(Vec<oneshot::Receiver<Verdict>>),
    /// The hub takes no more; do not acknowledge it.
    Stopping,
}

/// The way in.
pub(crate) struct Intake {
    inbox: Inbox,
    refuser: Arc<Refuser>,
    clock: Arc<dyn Clock>,
    enrolments: Arc<dyn Enrolments>,
    life: Arc<Life>,
    hearing: Mutex<Hearing>,
    /// What was heard and not yet handed over when the connection ended: no longer news when it comes again.
    left: Mutex<VecDeque<Observation>>,
    stored: Counter,
    repeated: Counter,
    refused: Counter,
    no_news: Counter,
    identities: Counter,
}

impl Intake {
    /// The way into the hub's inbox for one broker, which is called `source` where it is said who saw something.
    pub(crate) fn new(ports: Ports, dialects: Dialects, source: &str) -> Self {
        let messages = |result| counter!("xl_mqtt_messages_total", "result" => result);
        let life = Arc::new(Life::new(ports.witness, ports.enrolments.clone(), source));
        Self {
            inbox: ports.inbox,
            refuser: Arc::new(Refuser::new(ports.refusals, ports.clock.clone())),
            clock: ports.clock,
            enrolments: ports.enrolments.clone(),
            hearing: Mutex::new(Hearing::new(dialects, ports.enrolments, ports.waiting, life.clone())),
            life,
            left: Mutex::default(),
            stored: messages("stored"),
            repeated: messages("repeated"),
            refused: messages("refused"),
            no_news: messages("no_news"),
            identities: counter!("xl_mqtt_identity_keys_dropped_total"),
        }
    }

    /// Hands a message over; waits while the inbox is full. `login` is who sent it, where the bridge can see that.
    ///
    /// The second is whether there may be other topics to subscribe than before.
    pub(crate) async fn take(&self, login: Option<&str>, message: &Message) -> (Taken, bool) {
        let news = match self.read(message) {
            Ok(news) => news,
            Err(refused) => {
                self.refused.increment(1);
                self.refuser.refuse(&source(login, &message.topic), &message.topic, refused, &message.payload);
                return (Taken::Settled, false);
            }
        };
        if news.identities_dropped > 0 {
            self.identities.increment(news.identities_dropped.into());
        }
        if news.observations.is_empty() {
            self.no_news.increment(1);
        }
        let topics_changed = news.topics_changed;
        (self.hand_over(news).await, topics_changed)
    }

    /// Counts a verdict. What the hub refused, the hub has recorded.
    pub(crate) fn count(&self, verdict: &Verdict) {
        match verdict {
            Verdict::Stored(_) => self.stored.increment(1),
            Verdict::Repeated => self.repeated.increment(1),
            Verdict::Refused(_) => self.refused.increment(1),
        }
    }

    /// What to subscribe for the dialects at present.
    pub(crate) fn filters(&self) -> Vec<String> {
        self.hearing().filters()
    }

    /// Lets the time pass: what nobody confirmed has ended. Nobody waits for these verdicts.
    pub(crate) async fn pass(&self) {
        let observations = self.hearing().expire(self.clock.now_ms());
        self.hand_over(News { observations, is_told_once: true, ..News::default() }).await;
    }

    /// The line to the broker stands: what was said before must be said again to count on.
    pub(crate) fn connected(&self) {
        self.hearing().stale(self.clock.now_ms());
        self.life.line(Said::Sighted);
    }

    /// The line to the broker is lost.
    pub(crate) fn disconnected(&self) {
        self.life.line(Said::Blind);
    }

    /// Records a refusal that concerns the broker itself.
    pub(crate) fn refuse(&self, place: &str, refused: Refused) {
        self.refuser.refuse(&source(None, place), place, refused, &[]);
    }

    fn read(&self, message: &Message) -> Result<News, Refused> {
        match self.dialect(&message.topic) {
            Some(dialect) => {
                let now_ms = self.clock.now_ms();
                self.hearing().hear(dialect, message, now_ms)
            }
            None => self.native(message),
        }
    }

    /// The dialect of a topic that is not of the native scheme; most messages are, and ask nobody.
    fn dialect(&self, topic: &str) -> Option<Dialect> {
        if native::address(topic).is_ok() { None } else { self.hearing().classify(topic) }
    }

    fn native(&self, message: &Message) -> Result<News, Refused> {
        let decoded = native::decode(message);
        if let Some(camera) = native::camera(&message.topic) {
            match native::address(&message.topic).map(|address| address.channel) {
                Ok(Channel::Relay) if self.enrolments.bridge(&camera).is_none() => {
                    return Err(Refused::new(NOT_BEHIND, format!("camera `{camera}` is attached through no bridge")));
                }
                Ok(Channel::Roll) if !message.retained => {
                    self.life.roll(&camera, native::roll(&message.payload)?);
                    return Ok(News::default());
                }
                _ => {}
            }
            match &decoded {
                Ok(decoded) => {
                    let time_ms = decoded.observation.as_ref().and_then(|observation| observation.time_ms);
                    let skew_ms = time_ms.map(|time_ms| time_ms.saturating_sub(self.clock.now_ms()));
                    self.life.sign(&camera, decoded.sign.clone(), skew_ms);
                }
                // Even what cannot be read was sent by somebody; only a state might have said the opposite, and what a bridge kept
                // is old.
                Err(_) if !message.retained && is_said_now(&message.topic) => {
                    self.life.sign(&camera, Sign::default(), None);
                }
                Err(_) => {}
            }
        }
        let decoded = decoded?;
        Ok(News {
            observations: decoded.observation.into_iter().collect(),
            identities_dropped: decoded.identities_dropped,
            ..News::default()
        })
    }

    async fn hand_over(&self, news: News) -> Taken {
        let mut rest = Rest { intake: self, told_once: std::mem::take(&mut *self.left()), others: VecDeque::new() };
        if news.is_told_once { &mut rest.told_once } else { &mut rest.others }.extend(news.observations);
        let mut verdicts = Vec::new();
        while !(rest.told_once.is_empty() && rest.others.is_empty()) {
            let Ok(place) = self.inbox.reserve().await else { return Taken::Stopping };
            let next = rest.told_once.pop_front().or_else(|| rest.others.pop_front());
            if let Some(observation) = next {
                let (verdict, waiting) = oneshot::channel();
                place.send(Submission { observation, verdict });
                verdicts.push(waiting);
            }
        }
        if verdicts.is_empty() { Taken::Settled } else { Taken::Waiting(verdicts) }
    }

    fn hearing(&self) -> MutexGuard<'_, Hearing> {
        // A holder that panicked left out one message at most.
        self.hearing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn left(&self) -> MutexGuard<'_, VecDeque<Observation>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is being handed over. What is told once and left when the connection ends in between goes with the next message.
struct Rest<'i> {
    intake: &'i Intake,
    told_once: VecDeque<Observation>,
    others: VecDeque<Observation>,
}

impl Drop for Rest<'_> {
    fn drop(&mut self) {
        if !self.told_once.is_empty() {
            self.intake.left().append(&mut self.told_once);
        }
    }
}

fn is_said_now(topic: &str) -> bool {
    native::address(topic)
        .is_ok_and(|address| !matches!(address.channel, Channel::State | Channel::Relay | Channel::Roll))
}

/// Who is named in a refusal: the login, else the device that the topic names.
fn source(login: Option<&str>, topic: &str) -> String {
    match (login, native::address(topic)) {
        (Some(login), _) => login.to_owned(),
        (None, Ok(address)) => [address.township, ".", address.camera].concat(),
        (None, Err(_)) => "external broker".to_owned(),
    }
}
