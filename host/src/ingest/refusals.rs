//! Where refusals go: counted, logged within reason, and kept for the operator.
//!
//! Never waits: under attack refusals are dropped and counted, observations are not.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering;

use metrics::counter;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::warn;
use xl_bridge::port::RefusalSink;
use xl_model::audit::text::Text;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refusal;
use xl_store::Store;

/// Refusals that wait to be written: with their samples at most 16 MiB.
const QUEUE: usize = 4_096;

/// Most refusals of one write.
const WRITE: usize = 256;

/// Refusals that get a log line of their own in one second; the rest are only counted.
const LINES_PER_SECOND: u32 = 20;

/// Takes refusals of all bridges and of ingest; clones share it.
#[derive(Clone)]
pub struct Refusals {
    queue: mpsc::Sender<Refusal>,
    lines: Arc<Lines>,
}

/// Writes refusals to the store.
pub struct RefusalWriter {
    queue: mpsc::Receiver<Refusal>,
}

impl Refusals {
    /// The sink and its writer, which somebody has to run.
    pub fn new() -> (Self, RefusalWriter) {
        let (queue, waiting) = mpsc::channel(QUEUE);
        (Self { queue, lines: Arc::default() }, RefusalWriter { queue: waiting })
    }
}

impl RefusalSink for Refusals {
    fn refuse(&self, refusal: Refusal) {
        let refused = &refusal.refused;
        counter!("xl_refused_total", "code" => refused.code.to_string()).increment(1);
        if let Some(unsaid) = self.lines.next(refusal.at_ms) {
            // Whoever it was chose these words: they end no line and turn none around.
            let texts = [&refusal.source, &refusal.place, &refused.detail];
            let [source, place, detail] = texts.map(|text| Text::new(text));
            warn!(code = %refused.code, %source, %place, unsaid, "refused `{place}` from `{source}`: {detail}");
        }
        if self.queue.try_send(refusal).is_err() {
            counter!("xl_refusals_dropped_total").increment(1);
        }
    }
}

impl RefusalWriter {
    /// Writes until `stop`, then what is left.
    pub async fn run(mut self, store: Store, stop: CancellationToken) {
        let mut batch = Vec::with_capacity(WRITE);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                taken = self.queue.recv_many(&mut batch, WRITE) => if taken == 0 { return },
            }
            if !write(&store, &mut batch).await {
                return;
            }
        }
        self.queue.close();
        while self.queue.recv_many(&mut batch, WRITE).await > 0 {
            if !write(&store, &mut batch).await {
                return;
            }
        }
    }
}

async fn write(store: &Store, batch: &mut Vec<Refusal>) -> bool {
    let refusals = std::mem::take(batch);
    let count = refusals.len();
    store
        .add_refusals(refusals)
        .await
        .inspect_err(|failure| error!(code = %failure.code(), "{count} refusals not stored: {failure}"))
        .is_ok()
}

/// Lets so many lines through in one second, and says how many it held back before.
#[derive(Debug, Default)]
struct Lines {
    second: AtomicI64,
    said: AtomicU32,
    unsaid: AtomicU32,
}

impl Lines {
    /// `None`: say nothing. Two threads that meet at a new second may say a line more; that is no harm.
    fn next(&self, at_ms: TimestampMs) -> Option<u32> {
        let second = at_ms.div_euclid(1_000);
        if self.second.swap(second, Ordering::Relaxed) != second {
            self.said.store(0, Ordering::Relaxed);
        }
        if self.said.fetch_add(1, Ordering::Relaxed) < LINES_PER_SECOND {
            Some(self.unsaid.swap(0, Ordering::Relaxed))
        } else {
            self.unsaid.fetch_add(1, Ordering::Relaxed);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cameras::testing::Log;

    fn refusal(source: &str, place: &str, detail: &str) -> Refusal {
        Refusal {
            at_ms: 0,
            township: None,
            source: source.to_owned(),
            place: place.to_owned(),
            refused: xl_model::fault::Refused::new(xl_model::fault::code::BAD_LOGIN, detail),
            sample: Vec::new(),
        }
    }

    #[test]
    fn a_line_of_the_log_stays_one_and_reads_as_it_is_whatever_a_device_calls_itself() {
        let (log, (refusals, _writer)) = (Log::default(), Refusals::new());
        let writer = log.clone();
        let said = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(said, || {
            refusals.refuse(refusal("x\r\nERROR \u{1b}[31my", "a\u{202e}b", "c\u{2066}\u{200b}\n"));
        });
        let said = String::from_utf8(log.bytes()).unwrap();
        assert_eq!(said.lines().count(), 1, "{said}");
        let plain = r"refused `a\u{202e}b` from `x\u{d}\u{a}ERROR \u{1b}[31my`: c\u{2066}\u{200b}\u{a}";
        assert!(said.contains(plain), "{said}");
    }

    #[test]
    fn a_flood_gets_few_log_lines_and_the_next_one_says_how_many_were_left_out() {
        let lines = Lines::default();
        let said = (0..1_000).filter(|_| lines.next(5_000).is_some()).count();
        assert_eq!(said, 20);
        assert_eq!(lines.next(6_000), Some(980));
        assert_eq!(lines.next(6_000), Some(0));
    }

    #[test]
    fn a_full_queue_drops_refusals_and_never_waits() {
        let (refusals, writer) = Refusals::new();
        for _ in 0..QUEUE + 10 {
            refusals.refuse(refusal("x", "connect", "wrong"));
        }
        assert_eq!(writer.queue.len(), QUEUE);
    }
}
