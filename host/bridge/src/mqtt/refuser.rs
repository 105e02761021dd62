//! Tells everybody who must know that something was not accepted: the hub's list, the metric and the log.
//!
//! The list and the metric hear of each; the log of one in ten seconds for each source, with how many it left out.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use metrics::counter;
use tracing::warn;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;

use super::native;
use crate::port::RefusalSink;

/// How much of a refused payload is kept for whoever repairs the device, in bytes.
const SAMPLE_BYTES: usize = 4096;

/// The longest source or place that is kept, in characters.
const TEXT_CHARS: usize = 160;

/// How long the log stays quiet about a source after a line, in milliseconds.
const QUIET_MS: i64 = 10_000;

/// Sources that the log remembers at once; a flood of invented names must not fill the memory.
const SOURCES_MOST: usize = 4096;

/// Where refusals of all connections go.
pub(crate) struct Refuser {
    sink: Arc<dyn RefusalSink>,
    clock: Arc<dyn Clock>,
    quiet: Mutex<HashMap<String, Quiet>>,
}

/// Since when the log is quiet about a source, and what it left out.
struct Quiet {
    since_ms: TimestampMs,
    left_out: u64,
}

impl Refuser {
    /// A refuser that stamps with this clock.
    pub(crate) fn new(sink: Arc<dyn RefusalSink>, clock: Arc<dyn Clock>) -> Self {
        Self { sink, clock, quiet: Mutex::default() }
    }

    /// Takes one refusal: who sent it, where it came in, why not, and its first bytes.
    pub(crate) fn refuse(&self, source: &str, place: &str, refused: Refused, payload: &[u8]) {
        let (source, place) = (short(source), short(place));
        let code = refused.code.to_string();
        counter!("xl_mqtt_refused_total", "code" => code.clone()).increment(1);
        let at_ms = self.clock.now_ms();
        if let Some(left_out) = self.may_log(&source, at_ms) {
            let detail = &refused.detail;
            warn!(source, place, code, left_out, "refused at `{place}` from `{source}`: {detail}");
        }
        let sample = payload[..payload.len().min(SAMPLE_BYTES)].to_vec();
        self.sink.refuse(Refusal { at_ms, township: township(&source, &place), source, place, refused, sample });
    }

    /// How many lines were left out since the last one; `None`: stay quiet.
    fn may_log(&self, source: &str, now_ms: TimestampMs) -> Option<u64> {
        let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = quiet.get_mut(source) {
            if now_ms - entry.since_ms < QUIET_MS {
                entry.left_out += 1;
                return None;
            }
            entry.since_ms = now_ms;
            return Some(std::mem::take(&mut entry.left_out));
        }
        if quiet.len() >= SOURCES_MOST {
            quiet.retain(|_, entry| now_ms - entry.since_ms < QUIET_MS);
        }
        if quiet.len() >= SOURCES_MOST {
            return None;
        }
        quiet.insert(source.to_owned(), Quiet { since_ms: now_ms, left_out: 0 });
        Some(0)
    }
}

/// A text from outside as it may stand in a list: short, without control characters.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TEXT_CHARS).collect()
}

/// The township that the source claims, else the one of the topic.
fn township(source: &str, place: &str) -> Option<TownshipId> {
    let claimed = source.parse::<DeviceId>().ok().map(|device| device.township);
    claimed.or_else(|| native::address(place).ok()?.township.parse().ok())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;
    use std::sync::atomic::Ordering;

    use xl_model::fault::code;

    use super::*;

    #[derive(Default)]
    struct Hand(AtomicI64);

    impl Clock for Hand {
        fn now_ms(&self) -> TimestampMs {
            self.0.load(Ordering::SeqCst)
        }
    }

    #[derive(Default)]
    struct List(Mutex<Vec<Refusal>>);

    impl RefusalSink for List {
        fn refuse(&self, refusal: Refusal) {
            self.0.lock().unwrap().push(refusal);
        }
    }

    #[test]
    fn a_source_is_logged_once_in_ten_seconds_with_what_was_left_out() {
        let clock = Arc::new(Hand::default());
        let refuser = Refuser::new(Arc::new(List::default()), clock.clone());
        assert_eq!(refuser.may_log("a", 0), Some(0));
        assert_eq!(refuser.may_log("a", 1), None);
        assert_eq!(refuser.may_log("a", 9_999), None);
        assert_eq!(refuser.may_log("b", 9_999), Some(0));
        assert_eq!(refuser.may_log("a", 10_000), Some(2));
    }

    #[test]
    fn invented_sources_do_not_fill_the_memory() {
        let refuser = Refuser::new(Arc::new(List::default()), Arc::new(Hand::default()));
        for source in 0..10_000 {
            refuser.may_log(&source.to_string(), 0);
        }
        assert_eq!(refuser.quiet.lock().unwrap().len(), SOURCES_MOST);
        assert_eq!(refuser.may_log("late", QUIET_MS), Some(0), "old entries make room");
    }

    #[test]
    fn every_refusal_is_kept_short_with_its_township() {
        let list = Arc::new(List::default());
        let refuser = Refuser::new(list.clone(), Arc::new(Hand::default()));
        let refused = Refused::new(code::BAD_JSON, "x");
        refuser.refuse("371122102.gh-1", "connect", refused.clone(), &[7; 10_000]);
        refuser.refuse("a\u{1b}[0m", "xl/v1/371122103/gh-1/event", refused, b"");
        let kept = list.0.lock().unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].sample.len(), 4096);
        assert_eq!(kept[0].township.as_ref().map(TownshipId::as_str), Some("371122102"));
        assert_eq!((kept[1].source.as_str(), kept[1].township.as_ref().unwrap().as_str()), ("a[0m", "371122103"));
    }
}
