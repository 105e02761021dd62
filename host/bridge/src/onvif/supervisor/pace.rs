//! How long to wait after failures. Pure.

use std::time::Duration;

use super::Settings;
use crate::onvif::fault::CallError;
use crate::onvif::soap::FaultKind;

/// The delay after so many failures in a row; `jitter` from 0.5 to 1 keeps a county's cameras apart.
pub(super) fn delay(settings: &Settings, failures: u32, unexpected: bool, jitter: f64) -> Duration {
    if failures >= settings.breaker_failures {
        return settings.breaker_delay.mul_f64(jitter);
    }
    let doubled = settings.delay_first.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1).min(16)));
    let delay = doubled.min(settings.delay_most).mul_f64(jitter);
    if unexpected { delay.max(settings.delay_unexpected) } else { delay }
}

/// Whether an end is one that nobody expects: not a lost connection, a rebooted camera or a refused login.
pub(super) fn is_unexpected(error: &CallError) -> bool {
    match error {
        CallError::Fault { fault, .. } => fault.kind != FaultKind::Unknown,
        CallError::Status { .. } | CallError::Unreadable { .. } | CallError::Missing { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_to_a_minute_and_the_breaker_makes_them_rare() {
        let settings = Settings::default();
        let seconds: Vec<_> = (1..=6).map(|failures| delay(&settings, failures, false, 1.0).as_secs()).collect();
        assert_eq!(seconds, [2, 4, 8, 16, 300, 300]);
        assert_eq!(delay(&settings, 1, true, 0.5).as_secs(), 60);
        assert_eq!(delay(&settings, u32::MAX, false, 0.5).as_secs(), 150);
    }
}
