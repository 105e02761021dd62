//! Hands what was not accepted to the hub, short and with its township; counting and logging are the hub's.

use std::sync::Arc;

use xl_model::clock::Clock;
use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::id::DeviceId;
use xl_model::id::TownshipId;

use super::native;
use crate::port::RefusalSink;
use crate::text::short;

/// How much of a refused payload is kept for whoever repairs the device, in bytes.
const SAMPLE_BYTES: usize = 4096;

/// The longest source or place that is kept, in characters.
const TEXT_CHARS: usize = 160;

/// The longest sentence about what was wrong, in characters: ours, with at most 128 characters of what was sent.
const DETAIL_CHARS: usize = 512;

/// Where refusals of all connections go.
pub(crate) struct Refuser {
    sink: Arc<dyn RefusalSink>,
    clock: Arc<dyn Clock>,
}

impl Refuser {
    /// A refuser that stamps with this clock.
    pub(crate) fn new(sink: Arc<dyn RefusalSink>, clock: Arc<dyn Clock>) -> Self {
        Self { sink, clock }
    }

    /// Takes one refusal: who sent it, where it came in, why not, and its first bytes.
    pub(crate) fn refuse(&self, source: &str, place: &str, refused: Refused, payload: &[u8]) {
        let (source, place) = (short(source, TEXT_CHARS), short(place, TEXT_CHARS));
        let refused = Refused { detail: short(&refused.detail, DETAIL_CHARS), ..refused };
        let at_ms = self.clock.now_ms();
        let sample = payload[..payload.len().min(SAMPLE_BYTES)].to_vec();
        self.sink.refuse(Refusal { at_ms, township: township(&source, &place), source, place, refused, sample });
    }
}

/// The township that the source claims, else the one of the topic.
fn township(source: &str, place: &str) -> Option<TownshipId> {
    let claimed = source.parse::<DeviceId>().ok().map(|device| device.township);
    claimed.or_else(|| native::address(place).ok()?.township.parse().ok())
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use xl_model::clock::TimestampMs;
    use xl_model::fault::code;

    use super::*;

    struct Still;

    impl Clock for Still {
        fn now_ms(&self) -> TimestampMs {
            5
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
    fn every_refusal_is_kept_short_with_its_township() {
        let list = Arc::new(List::default());
        let refuser = Refuser::new(list.clone(), Arc::new(Still));
        let refused = Refused::new(code::BAD_JSON, "x");
        refuser.refuse("371122102.gh-1", "connect", refused, &[7; 10_000]);
        let misleading = Refused::new(code::BAD_JSON, "`a\u{202e}b\r\n`: x");
        refuser.refuse("a\u{1b}[0m\n\u{202e}b", "xl/v1/371122103/gh-1/event\u{2066}", misleading, b"");
        let kept = list.0.lock().unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0].sample.len(), 4096);
        assert_eq!(kept[0].township.as_ref().map(TownshipId::as_str), Some("371122102"));
        assert_eq!((kept[1].source.as_str(), kept[1].place.as_str()), ("a[0mb", "xl/v1/371122103/gh-1/event"));
        assert_eq!(kept[1].township.as_ref().map(TownshipId::as_str), Some("371122103"));
        assert_eq!(kept[1].refused.detail, "`ab`: x");
    }
}
