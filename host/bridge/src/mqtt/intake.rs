//! From a message to the hub's inbox: what broker and client do alike.

use std::sync::Arc;

use metrics::Counter;
use metrics::counter;
use tokio::sync::oneshot;
use xl_model::observation::Verdict;

use super::native;
use super::native::Message;
use super::refuser::Refuser;
use crate::port::Inbox;
use crate::port::Submission;

/// What became of a message so far.
#[derive(Debug)]
pub(crate) enum Taken {
    /// Nothing to wait for: it was no news, or is recorded as refused. Acknowledge it.
    Settled,
    /// It is on its way to the log; acknowledge it after the verdict.
    Waiting(oneshot::Receiver<Verdict>),
    /// The hub takes no more; do not acknowledge it.
    Stopping,
}

/// The way in.
pub(crate) struct Intake {
    inbox: Inbox,
    refuser: Arc<Refuser>,
    stored: Counter,
    repeated: Counter,
    refused: Counter,
    no_news: Counter,
    identities: Counter,
}

impl Intake {
    /// The way into this inbox.
    pub(crate) fn new(inbox: Inbox, refuser: Arc<Refuser>) -> Self {
        let messages = |result| counter!("xl_mqtt_messages_total", "result" => result);
        Self {
            inbox,
            refuser,
            stored: messages("stored"),
            repeated: messages("repeated"),
            refused: messages("refused"),
            no_news: messages("no_news"),
            identities: counter!("xl_mqtt_identity_keys_dropped_total"),
        }
    }

    /// Hands a message over; waits while the inbox is full. `login` is who sent it, where the bridge can see that.
    pub(crate) async fn take(&self, login: Option<&str>, message: &Message) -> Taken {
        let decoded = match native::decode(message) {
            Ok(decoded) => decoded,
            Err(refused) => {
                self.refused.increment(1);
                self.refuser.refuse(&source(login, &message.topic), &message.topic, refused, &message.payload);
                return Taken::Settled;
            }
        };
        if decoded.identities_dropped > 0 {
            self.identities.increment(decoded.identities_dropped.into());
        }
        let Some(observation) = decoded.observation else {
            self.no_news.increment(1);
            return Taken::Settled;
        };
        let (verdict, waiting) = oneshot::channel();
        match self.inbox.send(Submission { observation, verdict }).await {
            Ok(()) => Taken::Waiting(waiting),
            Err(_) => Taken::Stopping,
        }
    }

    /// Counts a verdict. What the hub refused, the hub has recorded.
    pub(crate) fn count(&self, verdict: &Verdict) {
        match verdict {
            Verdict::Stored(_) => self.stored.increment(1),
            Verdict::Repeated => self.repeated.increment(1),
            Verdict::Refused(_) => self.refused.increment(1),
        }
    }
}

/// Who is named in a refusal: the login, else the device that the topic names.
fn source(login: Option<&str>, topic: &str) -> String {
    match (login, native::address(topic)) {
        (Some(login), _) => login.to_owned(),
        (None, Ok(address)) => [address.township, ".", address.camera].concat(),
        (None, Err(_)) => "external broker".to_owned(),
    }
}
