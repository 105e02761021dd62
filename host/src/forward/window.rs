//! What was handed out and is not settled yet, and how far each township's log was taken. Pure.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::VecDeque;

use xl_bridge::port::Outgoing;
use xl_model::id::TownshipId;

use super::Message;

/// Messages that are handed out and not settled, over all townships.
const MESSAGES: usize = 1_024;

/// Their bytes, after which no further one is taken; one with a picture has at most 16 MiB.
const BYTES: usize = 32 * 1024 * 1024;

/// Events that were only skipped, after which a cursor is written all the same.
const SKIPPED_WRITTEN: u64 = 1_000;

/// The outbox's memory; a fresh one begins with ticket 1 behind the stored cursors.
#[derive(Debug, Default)]
pub(super) struct Window {
    waiting: VecDeque<Waiting>,
    bytes: usize,
    newest_ticket: u64,
    newest_settled: u64,
    logs: BTreeMap<TownshipId, Log>,
}

#[derive(Debug)]
struct Waiting {
    township: TownshipId,
    seq: u64,
    outgoing: Outgoing,
}

#[derive(Debug)]
struct Log {
    /// Everything up to this number was looked at.
    position: u64,
    /// Everything up to this number is settled in the store.
    written: u64,
    /// How many of its messages wait.
    waiting: usize,
    /// The newest number that was settled.
    settled: u64,
}

impl Window {
    /// Whether enough messages wait.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() >= MESSAGES || self.bytes >= BYTES
    }

    /// Whether this log was begun.
    pub(super) fn knows(&self, township: &TownshipId) -> bool {
        self.logs.contains_key(township)
    }

    /// Begins a log behind its stored cursor.
    pub(super) fn begin(&mut self, township: TownshipId, cursor: u64) {
        self.logs.insert(township, Log { position: cursor, written: cursor, waiting: 0, settled: cursor });
    }

    /// How far a log was taken.
    pub(super) fn position(&self, township: &TownshipId) -> u64 {
        self.logs.get(township).map_or(0, |log| log.position)
    }

    /// How far every log was taken.
    pub(super) fn positions(&self) -> Vec<(TownshipId, u64)> {
        self.logs.iter().map(|(township, log)| (township.clone(), log.position)).collect()
    }

    /// Takes the next event of a log: as a message, or skipped.
    pub(super) fn take(&mut self, township: &TownshipId, seq: u64, message: Option<Message>) {
        let Some(log) = self.logs.get_mut(township) else { return };
        log.position = seq;
        if let Some(Message { topic, payload, correlation }) = message {
            log.waiting += 1;
            self.newest_ticket += 1;
            self.bytes += payload.len();
            let outgoing = Outgoing { ticket: self.newest_ticket, topic, payload, correlation };
            self.waiting.push_back(Waiting { township: township.clone(), seq, outgoing });
        }
    }

    /// Waiting messages after `ticket`, in order.
    pub(super) fn after(&self, ticket: u64, limit: usize) -> Vec<Outgoing> {
        let waiting = self.waiting.iter().map(|waiting| &waiting.outgoing);
        waiting.filter(|outgoing| outgoing.ticket > ticket).take(limit).cloned().collect()
    }

    /// Settles everything up to `ticket`: how many, and of which townships.
    pub(super) fn settle(&mut self, ticket: u64) -> (u64, BTreeSet<TownshipId>) {
        let (mut count, mut townships) = (0, BTreeSet::new());
        while let Some(waiting) = self.waiting.pop_front_if(|waiting| waiting.outgoing.ticket <= ticket) {
            count += 1;
            self.bytes -= waiting.outgoing.payload.len();
            self.newest_settled = waiting.outgoing.ticket;
            if let Some(log) = self.logs.get_mut(&waiting.township) {
                log.waiting -= 1;
                log.settled = waiting.seq;
            }
            townships.insert(waiting.township);
        }
        (count, townships)
    }

    /// The newest settled ticket.
    pub(super) fn newest_settled(&self) -> u64 {
        self.newest_settled
    }

    /// The cursor to write for a log, when there is news that is worth a write: always after a settlement.
    pub(super) fn to_write(&self, township: &TownshipId, after_settlement: bool) -> Option<u64> {
        let log = self.logs.get(township)?;
        // With nothing waiting, what was skipped behind the last message is done with too.
        let seq = if log.waiting == 0 { log.position } else { log.settled };
        let news = seq.saturating_sub(log.written);
        (news >= SKIPPED_WRITTEN || (after_settlement && news > 0)).then_some(seq)
    }

    /// A log's cursor is in the store.
    pub(super) fn written(&mut self, township: &TownshipId, seq: u64) {
        if let Some(log) = self.logs.get_mut(township) {
            log.written = seq;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window() -> (Window, TownshipId, TownshipId) {
        let (a, b): (TownshipId, TownshipId) = ("371122101".parse().unwrap(), "371122102".parse().unwrap());
        let mut window = Window::default();
        window.begin(a.clone(), 10);
        window.begin(b.clone(), 0);
        (window, a, b)
    }

    fn message() -> Option<Message> {
        of_size(0)
    }

    fn of_size(bytes: usize) -> Option<Message> {
        Some(Message { topic: "t".to_owned(), payload: vec![0; bytes].into(), correlation: None })
    }

    fn tickets(outgoing: &[Outgoing]) -> Vec<u64> {
        outgoing.iter().map(|outgoing| outgoing.ticket).collect()
    }

    #[test]
    fn unsettled_messages_are_handed_out_again_in_order() {
        let (mut window, a, b) = window();
        window.take(&a, 11, message());
        window.take(&b, 1, message());
        window.take(&a, 12, message());
        assert_eq!(tickets(&window.after(0, 10)), [1, 2, 3]);
        assert_eq!(tickets(&window.after(1, 1)), [2]);
        assert_eq!(window.settle(1).0, 1);
        assert_eq!(tickets(&window.after(0, 10)), [2, 3]);
        assert_eq!(window.newest_settled(), 1);
    }

    #[test]
    fn a_cursor_never_passes_what_is_not_settled() {
        let (mut window, a, b) = window();
        window.take(&a, 11, message());
        window.take(&b, 1, message());
        window.take(&a, 12, message());
        window.take(&a, 13, None);
        window.settle(2);
        assert_eq!(window.to_write(&a, true), Some(11));
        assert_eq!(window.to_write(&b, true), Some(1));
        window.written(&a, 11);
        assert_eq!(window.to_write(&a, true), None);
        window.settle(3);
        assert_eq!(window.to_write(&a, true), Some(13));
    }

    #[test]
    fn skipped_events_are_written_only_when_they_are_many() {
        let (mut window, a, _) = window();
        (11..=1_009).for_each(|seq| window.take(&a, seq, None));
        assert_eq!(window.to_write(&a, false), None);
        window.take(&a, 1_010, None);
        assert_eq!(window.to_write(&a, false), Some(1_010));
    }

    #[test]
    fn many_messages_or_many_bytes_are_enough_until_some_are_settled() {
        let (mut window, a, b) = window();
        window.take(&a, 11, of_size(BYTES - 1));
        assert!(!window.is_full());
        window.take(&b, 1, of_size(1));
        assert!(window.is_full());
        window.settle(1);
        assert!(!window.is_full());
        (2..=u64::try_from(MESSAGES).unwrap()).for_each(|seq| window.take(&b, seq, message()));
        assert!(window.is_full());
    }
}
