//! The head of the log in memory: the newest events of each township, and who waits for more.
//!
//! Filled by the writer after each commit. A module that keeps up never touches the database.

use std::collections::HashMap;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::RwLock;

use tokio::sync::watch;
use xl_model::event::Event;
use xl_model::id::TownshipId;

/// Most bytes that one township's newest events may take, whatever their count: 22 townships stay below 200 MiB.
const TOWNSHIP_BYTES: usize = 8 * 1024 * 1024;

/// What an event takes beside its texts.
const EVENT_BYTES: usize = 256;

/// The newest events of all townships.
pub(crate) struct Heads {
    most: usize,
    heads: RwLock<HashMap<TownshipId, Arc<Head>>>,
}

/// The newest events of one township.
struct Head {
    last: watch::Sender<u64>,
    ring: Mutex<Ring>,
}

#[derive(Default)]
struct Ring {
    events: VecDeque<Arc<Event>>,
    bytes: usize,
}

/// What the head knows about the events after a number.
#[derive(Debug, PartialEq)]
pub(crate) enum Newest {
    /// These follow; none when the number is the newest.
    Events(Vec<Arc<Event>>),
    /// They are further back than memory reaches.
    Older,
}

impl Heads {
    /// Heads without events, at the numbers that the database ended with.
    pub(crate) fn new(most: usize, last: impl IntoIterator<Item = (TownshipId, u64)>) -> Self {
        let heads = last.into_iter().map(|(township, last)| (township, Arc::new(Head::at(last)))).collect();
        Self { most, heads: RwLock::new(heads) }
    }

    /// Takes what was committed, in order, and wakes who waits for it.
    pub(crate) fn publish(&self, committed: Vec<Arc<Event>>) {
        let mut news: HashMap<TownshipId, Vec<Arc<Event>>> = HashMap::new();
        for event in committed {
            match news.get_mut(&event.township) {
                Some(events) => events.push(event),
                None => drop(news.insert(event.township.clone(), vec![event])),
            }
        }
        for (township, events) in news {
            let head = self.head(&township);
            let last = events.last().map_or(0, |event| event.seq);
            head.ring.lock().unwrap_or_else(PoisonError::into_inner).extend(events, self.most);
            head.last.send_replace(last);
        }
    }

    /// Up to `limit` events of `township` after `seq`.
    pub(crate) fn after(&self, township: &TownshipId, seq: u64, limit: usize) -> Newest {
        let Some(head) = self.known(township) else { return Newest::Events(Vec::new()) };
        // First the number, then the ring: what is published in between only adds events.
        if seq >= *head.last.borrow() {
            return Newest::Events(Vec::new());
        }
        head.ring.lock().unwrap_or_else(PoisonError::into_inner).after(seq, limit)
    }

    /// Forgets events up to `seq`: they, or some of them, were removed from the log.
    pub(crate) fn forget(&self, township: &TownshipId, seq: u64) {
        if let Some(head) = self.known(township) {
            head.ring.lock().unwrap_or_else(PoisonError::into_inner).forget(seq);
        }
    }

    /// Resolves when the log of `township` holds an event after `seq`.
    pub(crate) async fn wait(&self, township: &TownshipId, seq: u64) {
        let head = self.head(township);
        // An error would mean that the sender is gone, and `head` holds it.
        let _ = head.last.subscribe().wait_for(|last| *last > seq).await;
    }

    /// The number of the newest event.
    pub(crate) fn last(&self, township: &TownshipId) -> u64 {
        self.known(township).map_or(0, |head| *head.last.borrow())
    }

    /// Every township that has events, in the order of their codes.
    pub(crate) fn townships(&self) -> Vec<(TownshipId, u64)> {
        let heads = self.heads.read().unwrap_or_else(PoisonError::into_inner);
        let mut townships: Vec<_> = heads
            .iter()
            .map(|(township, head)| (township.clone(), *head.last.borrow()))
            .filter(|(_, last)| *last > 0)
            .collect();
        townships.sort();
        townships
    }

    fn known(&self, township: &TownshipId) -> Option<Arc<Head>> {
        self.heads.read().unwrap_or_else(PoisonError::into_inner).get(township).cloned()
    }

    fn head(&self, township: &TownshipId) -> Arc<Head> {
        self.known(township).unwrap_or_else(|| {
            let mut heads = self.heads.write().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(heads.entry(township.clone()).or_insert_with(|| Arc::new(Head::at(0))))
        })
    }
}

impl Head {
    fn at(last: u64) -> Self {
        Self { last: watch::Sender::new(last), ring: Mutex::default() }
    }
}

impl Ring {
    fn extend(&mut self, events: Vec<Arc<Event>>, most: usize) {
        for event in events {
            self.bytes += weight(&event);
            self.events.push_back(event);
            while self.events.len() > most || self.bytes > TOWNSHIP_BYTES {
                let Some(oldest) = self.events.pop_front() else { break };
                self.bytes -= weight(&oldest);
            }
        }
    }

    fn forget(&mut self, seq: u64) {
        while let Some(oldest) = self.events.pop_front_if(|event| event.seq <= seq) {
            self.bytes -= weight(&oldest);
        }
    }

    fn after(&self, seq: u64, limit: usize) -> Newest {
        match self.events.front() {
            Some(first) if first.seq <= seq + 1 => {
                let skipped = usize::try_from(seq + 1 - first.seq).unwrap_or(usize::MAX);
                Newest::Events(self.events.iter().skip(skipped).take(limit).cloned().collect())
            }
            _ => Newest::Older,
        }
    }
}

fn weight(event: &Event) -> usize {
    EVENT_BYTES + event.data.len() + event.id.len() + event.subject.as_ref().map_or(0, |subject| subject.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fact;

    fn events(seqs: std::ops::RangeInclusive<u64>) -> Vec<Arc<Event>> {
        seqs.map(|seq| Arc::new(Event { seq, fact: fact("371122102", "e") })).collect()
    }

    fn seqs(newest: Newest) -> Option<Vec<u64>> {
        match newest {
            Newest::Events(events) => Some(events.iter().map(|event| event.seq).collect()),
            Newest::Older => None,
        }
    }

    #[test]
    fn the_head_serves_what_it_covers_and_says_when_it_does_not() {
        let township: TownshipId = "371122102".parse().unwrap();
        let heads = Heads::new(3, [(township.clone(), 5)]);
        assert_eq!(seqs(heads.after(&township, 5, 9)), Some(vec![]));
        assert_eq!(seqs(heads.after(&township, 4, 9)), None);
        heads.publish(events(6..=9));
        assert_eq!(seqs(heads.after(&township, 5, 9)), None);
        assert_eq!(seqs(heads.after(&township, 6, 2)), Some(vec![7, 8]));
        assert_eq!(seqs(heads.after(&township, 8, 9)), Some(vec![9]));
        assert_eq!(seqs(heads.after(&township, u64::MAX, 9)), Some(vec![]));
        assert_eq!(heads.last(&township), 9);
    }

    #[test]
    fn large_events_leave_the_head_before_it_takes_too_much_memory() {
        let township: TownshipId = "371122102".parse().unwrap();
        let heads = Heads::new(4096, []);
        let mut large = fact("371122102", "e");
        large.data = "x".repeat(TOWNSHIP_BYTES / 2).into();
        heads.publish((1..=3).map(|seq| Arc::new(Event { seq, fact: large.clone() })).collect());
        assert_eq!(seqs(heads.after(&township, 2, 9)), Some(vec![3]));
        assert_eq!(seqs(heads.after(&township, 1, 9)), None);
    }
}
