//! Which ticket travels under which packet id, and how far everything is acknowledged without a gap.
//!
//! rumqttc gives a message its packet id when it sends it, in the order in which they were queued, and says so with an
//! event; brokers may acknowledge in any order.

use std::collections::VecDeque;

/// The messages of one connection that are not settled, oldest first.
#[derive(Debug, Default)]
pub(super) struct Flight {
    messages: VecDeque<Flying>,
    /// How many of them have been sent.
    sent: usize,
}

#[derive(Debug)]
struct Flying {
    ticket: u64,
    topic: String,
    packet_id: u16,
    acknowledged: bool,
}

impl Flight {
    /// A message was queued behind the others.
    pub(super) fn queued(&mut self, ticket: u64, topic: String) {
        self.messages.push_back(Flying { ticket, topic, packet_id: 0, acknowledged: false });
    }

    /// The oldest message that was only queued has been sent under this packet id.
    pub(super) fn sent(&mut self, packet_id: u16) {
        if let Some(message) = self.messages.get_mut(self.sent) {
            message.packet_id = packet_id;
            self.sent += 1;
        }
    }

    /// Where the message went that travels under this packet id.
    pub(super) fn topic(&self, packet_id: u16) -> Option<&str> {
        let mut open = self.messages.iter().take(self.sent).filter(|message| !message.acknowledged);
        open.find(|message| message.packet_id == packet_id).map(|message| message.topic.as_str())
    }

    /// A packet id was acknowledged: how many messages are settled by that, and the newest of them.
    pub(super) fn acknowledged(&mut self, packet_id: u16) -> (usize, Option<u64>) {
        let open = |message: &&mut Flying| message.packet_id == packet_id && !message.acknowledged;
        if let Some(message) = self.messages.iter_mut().take(self.sent).find(open) {
            message.acknowledged = true;
        }
        let (mut settled, mut newest) = (0, None);
        while let Some(message) = self.messages.pop_front_if(|message| message.acknowledged) {
            (settled, newest) = (settled + 1, Some(message.ticket));
        }
        self.sent -= settled;
        (settled, newest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_acknowledged_without_a_gap_is_settled() {
        let mut flight = Flight::default();
        for ticket in [10, 11, 12, 13] {
            flight.queued(ticket, format!("t/{ticket}"));
        }
        for packet_id in [1, 2, 3] {
            flight.sent(packet_id);
        }
        assert_eq!(flight.topic(2), Some("t/11"));
        assert_eq!(flight.acknowledged(2), (0, None));
        assert_eq!(flight.topic(2), None, "it has its answer");
        assert_eq!(flight.acknowledged(1), (2, Some(11)));
        assert_eq!(flight.acknowledged(3), (1, Some(12)));
        flight.sent(1);
        assert_eq!(flight.acknowledged(1), (1, Some(13)));
    }

    #[test]
    fn an_acknowledgement_of_nothing_settles_nothing() {
        let mut flight = Flight::default();
        assert_eq!(flight.acknowledged(7), (0, None));
        flight.queued(1, "t".to_owned());
        assert_eq!(flight.acknowledged(0), (0, None), "queued, not sent");
        flight.sent(5);
        assert_eq!(flight.acknowledged(4), (0, None));
        assert_eq!(flight.acknowledged(5), (1, Some(1)));
        assert_eq!(flight.acknowledged(5), (0, None), "twice");
    }
}
