//! When a failed event is tried again, and what its failure is called. Pure.

use xl_model::batch::Outcome;
use xl_model::effect::Effects;
use xl_model::fault::Code;

/// Longest wait between two tries, in milliseconds; what a guest asks for beyond it is cut.
const MAX_WAIT_MS: u64 = 60_000;

/// The guest rejected the event. Code XL0613.
const REJECTED: Code = Code(613);

/// The guest asked for another try too often. Code XL0612.
const TIRED: Code = Code(612);

/// Why a run gave nothing to commit.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Failure {
    /// Its code.
    pub code: Code,
    /// In words.
    pub detail: String,
    /// When the guest would like another try, in milliseconds.
    pub hint_ms: Option<u64>,
    /// Whether another try makes no sense.
    pub is_final: bool,
}

impl Failure {
    /// A failure that may pass.
    pub fn passing(code: Code, detail: String) -> Self {
        Self { code, detail, hint_ms: None, is_final: false }
    }
}

/// What a run gave: effects, or why none.
pub(super) fn judge(outcome: Outcome) -> Result<Effects, Failure> {
    match outcome {
        Outcome::Done(effects) => Ok(effects),
        Outcome::Retry(hint_ms) => {
            Err(Failure { hint_ms, ..Failure::passing(TIRED, "the plugin asked for another try".to_owned()) })
        }
        Outcome::Rejected(reason) => Err(Failure {
            code: REJECTED,
            detail: format!("the plugin rejected it: {}", reason.chars().take(512).collect::<String>()),
            hint_ms: None,
            is_final: true,
        }),
        Outcome::Stopped(stop) => Err(Failure::passing(stop.code(), stop.to_string())),
    }
}

/// How long to wait after so many tries, in milliseconds: doubling from `base_ms`, or as the guest asked.
///
/// `jitter` from 0 to 1 spreads modules that failed together.
pub(super) fn wait_ms(tries: u32, base_ms: u64, hint_ms: Option<u64>, jitter: f64) -> u64 {
    let (least, spread) = match hint_ms {
        Some(hint_ms) => (hint_ms.min(MAX_WAIT_MS), hint_ms.min(MAX_WAIT_MS) / 10),
        None => {
            let doubled = base_ms.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(MAX_WAIT_MS);
            (doubled / 2, doubled - doubled / 2)
        }
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 60 000 and never negative")]
    let extra = (spread as f64 * jitter.clamp(0.0, 1.0)) as u64;
    (least + extra).min(MAX_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use xl_model::batch::Stop;

    #[test]
    fn the_wait_doubles_up_to_a_minute_and_is_spread_by_half() {
        let longest: Vec<u64> = (1..=8).map(|tries| wait_ms(tries, 1_000, None, 1.0)).collect();
        assert_eq!(longest, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
        let shortest: Vec<u64> = (1..=3).map(|tries| wait_ms(tries, 1_000, None, 0.0)).collect();
        assert_eq!(shortest, [500, 1_000, 2_000]);
        assert_eq!(wait_ms(u32::MAX, u64::MAX, None, 1.0), 60_000);
    }

    #[test]
    fn what_the_guest_asks_for_is_kept_up_to_a_minute() {
        for (hint, least, most) in [(200, 200, 220), (0, 0, 0), (u64::MAX, 60_000, 60_000)] {
            assert_eq!(wait_ms(1, 1_000, Some(hint), 0.0), least);
            assert_eq!(wait_ms(1, 1_000, Some(hint), 1.0), most);
        }
    }

    #[test]
    fn only_a_rejection_is_final() {
        let failures = [
            (Outcome::Retry(Some(7)), Code(612), false),
            (Outcome::Rejected("no such batch".to_owned()), Code(613), true),
            (Outcome::Stopped(Stop::Cpu { limit_ms: 500 }), Code(601), false),
        ];
        for (outcome, code, is_final) in failures {
            let failure = judge(outcome).unwrap_err();
            assert_eq!((failure.code, failure.is_final), (code, is_final));
        }
    }
}
