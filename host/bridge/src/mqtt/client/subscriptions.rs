//! What one connection has subscribed: the native scheme first, then what the dialects name, one request after another.
//!
//! A broker that refuses the native scheme is no use. A topic of a dialect that it refuses is recorded and left alone:
//! strangers name topics there, and none of them may end the connection.

use std::collections::HashSet;
use std::collections::VecDeque;

use rumqttc::v5::AsyncClient;
use rumqttc::v5::ClientError;
use rumqttc::v5::mqttbytes::QoS;
use rumqttc::v5::mqttbytes::v5::Filter;
use rumqttc::v5::mqttbytes::v5::SubAck;
use rumqttc::v5::mqttbytes::v5::SubscribeReasonCode;

/// Filters of one request: with the longest ones still far below the smallest packet that a broker takes.
const FILTERS_MOST: usize = 64;

/// A request to the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Native,
    Ask(Vec<String>),
    Leave(String),
}

/// The subscriptions of one connection.
pub(super) struct Subscriptions {
    client: AsyncClient,
    native: Vec<Filter>,
    wanted: HashSet<String>,
    steps: VecDeque<Step>,
    /// Sent, and not yet answered: the queue of requests needs room for one.
    asked: Option<Step>,
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// All of it is granted, or only topics of dialects are refused: these, and why.
    Taken(Vec<(String, String)>),
    /// The native scheme is refused, and why.
    Useless(String),
}

impl Subscriptions {
    /// Begins with the native scheme.
    pub(super) fn new(client: AsyncClient, native: Vec<Filter>) -> Self {
        Self { client, native, wanted: HashSet::new(), steps: VecDeque::from([Step::Native]), asked: None }
    }

    /// Says what the dialects need now: what is new is asked for, what is needed no more is left.
    pub(super) fn want(&mut self, filters: Vec<String>) {
        let filters: HashSet<String> = filters.into_iter().collect();
        let mut new: Vec<String> = filters.difference(&self.wanted).cloned().collect();
        new.sort_unstable();
        let gone = self.wanted.difference(&filters).cloned().map(Step::Leave);
        self.steps.extend(gone);
        self.steps.extend(new.chunks(FILTERS_MOST).map(|chunk| Step::Ask(chunk.to_vec())));
        self.wanted = filters;
    }

    /// Sends the next request, unless one is unanswered.
    ///
    /// # Errors
    /// When the queue of requests takes no more.
    pub(super) fn go_on(&mut self) -> Result<(), Box<ClientError>> {
        if self.asked.is_some() {
            return Ok(());
        }
        let Some(step) = self.steps.pop_front() else { return Ok(()) };
        match &step {
            Step::Native => self.client.try_subscribe_many(self.native.clone()),
            Step::Ask(filters) => {
                let filters = filters.iter().map(|path| Filter::new(path.clone(), QoS::AtLeastOnce));
                self.client.try_subscribe_many(filters)
            }
            Step::Leave(filter) => self.client.try_unsubscribe(filter.clone()),
        }?;
        self.asked = Some(step);
        Ok(())
    }

    /// Takes the answer to a subscription.
    pub(super) fn granted(&mut self, answer: &SubAck) -> Answer {
        let asked = self.asked.take();
        let is_native = asked == Some(Step::Native);
        let paths = match asked {
            Some(Step::Ask(filters)) => filters,
            _ => Vec::new(),
        };
        let mut refused = Vec::new();
        for (at, code) in answer.return_codes.iter().enumerate() {
            if matches!(code, SubscribeReasonCode::Success(_)) {
                continue;
            }
            if is_native {
                return Answer::Useless(format!("{code:?}"));
            }
            refused.push((paths.get(at).cloned().unwrap_or_default(), format!("{code:?}")));
        }
        Answer::Taken(refused)
    }

    /// Takes the answer to the end of a subscription.
    pub(super) fn left(&mut self) {
        self.asked = None;
    }

    /// Whether everything that is wanted was asked for and answered.
    pub(super) fn is_done(&self) -> bool {
        self.asked.is_none() && self.steps.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use rumqttc::v5::MqttOptions;

    use super::*;

    fn answer(codes: Vec<SubscribeReasonCode>) -> SubAck {
        SubAck { pkid: 1, return_codes: codes, properties: None }
    }

    fn granted(count: usize) -> SubAck {
        answer(vec![SubscribeReasonCode::Success(QoS::AtLeastOnce); count])
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn one_request_follows_another_and_all_are_made_before_it_is_done() {
        // The event loop must live, else nothing can be asked.
        let (client, _events) = AsyncClient::new(MqttOptions::new("hub", "127.0.0.1", 1), 3);
        let mut subscriptions = Subscriptions::new(client, vec![Filter::new("xl/a", QoS::AtLeastOnce)]);
        subscriptions.want((0..65).map(|n| format!("t/{n}")).collect());
        for count in [1, 64, 1] {
            subscriptions.go_on().unwrap();
            subscriptions.go_on().unwrap();
            assert!(!subscriptions.is_done());
            assert_eq!(subscriptions.granted(&granted(count)), Answer::Taken(Vec::new()));
        }
        assert!(subscriptions.is_done());
        assert!(subscriptions.client.try_subscribe("t", QoS::AtMostOnce).is_err(), "three requests fill the queue");
    }

    #[test]
    fn a_refused_topic_of_a_dialect_is_told_and_a_refused_native_scheme_is_useless() {
        let (client, _events) = AsyncClient::new(MqttOptions::new("hub", "127.0.0.1", 1), 8);
        let mut subscriptions = Subscriptions::new(client, vec![Filter::new("xl/a", QoS::AtLeastOnce)]);
        subscriptions.want(names(&["a/1", "a/2"]));
        subscriptions.go_on().unwrap();
        let refused = SubscribeReasonCode::NotAuthorized;
        assert_eq!(subscriptions.granted(&answer(vec![refused])), Answer::Useless("NotAuthorized".to_owned()));
        subscriptions.go_on().unwrap();
        let mixed = answer(vec![SubscribeReasonCode::Success(QoS::AtLeastOnce), refused]);
        let told = vec![("a/2".to_owned(), "NotAuthorized".to_owned())];
        assert_eq!(subscriptions.granted(&mixed), Answer::Taken(told));
        assert!(subscriptions.is_done());
    }

    #[test]
    fn what_is_wanted_no_more_is_left() {
        let (client, _events) = AsyncClient::new(MqttOptions::new("hub", "127.0.0.1", 1), 8);
        let mut subscriptions = Subscriptions::new(client, Vec::new());
        subscriptions.steps.clear();
        subscriptions.want(names(&["a", "b"]));
        subscriptions.want(names(&["b", "c"]));
        let steps = [Step::Ask(names(&["a", "b"])), Step::Leave("a".to_owned()), Step::Ask(names(&["c"]))];
        assert_eq!(Vec::from(subscriptions.steps), steps);
    }
}
