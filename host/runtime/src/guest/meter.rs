//! CPU time of a run: what its thread spent while the guest ran, without what ports spent.

use std::future::Future;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use rustix::time::ClockId;
use rustix::time::clock_gettime;
use wasmtime::UpdateDeadline;
use xl_model::batch::Stop;

/// Counts the CPU time of one run.
///
/// A run moves between threads only between two polls, so the time of a poll is measured on one thread.
#[derive(Debug)]
pub(crate) struct Meter {
    limit_ms: u64,
    used_ns: AtomicU64,
    /// The thread's CPU time when the poll began, moved on by what ports spent meanwhile.
    since_ns: AtomicU64,
}

impl Meter {
    pub(crate) fn new(limit_ms: u64) -> Self {
        Self { limit_ms, used_ns: AtomicU64::new(0), since_ns: AtomicU64::new(0) }
    }

    /// Microseconds used so far.
    pub(crate) fn used_us(&self) -> u64 {
        self.used_ns.load(Ordering::Relaxed) / 1_000
    }

    /// Runs `run` and counts what it spends.
    pub(crate) async fn count<T>(&self, run: impl Future<Output = T>) -> T {
        let mut run = pin!(run);
        poll_fn(|context| {
            self.since_ns.store(thread_ns(), Ordering::Relaxed);
            let polled = run.as_mut().poll(context);
            self.used_ns.fetch_add(self.running_ns(), Ordering::Relaxed);
            polled
        })
        .await
    }

    /// Runs `port` inside a counted run and does not count what it spends: that is the host's own work.
    pub(crate) async fn forgive<T>(&self, port: impl Future<Output = T>) -> T {
        let mut port = pin!(port);
        poll_fn(|context| {
            let before = thread_ns();
            let polled = port.as_mut().poll(context);
            self.since_ns.fetch_add(thread_ns().saturating_sub(before), Ordering::Relaxed);
            polled
        })
        .await
    }

    /// Called by the guest at each new epoch: lets others have their turn, or ends the run.
    ///
    /// Knows nothing of the store: changing one in the middle of a bulk operation breaks it (CVE-2026-104855).
    pub(crate) fn tick(&self) -> wasmtime::Result<UpdateDeadline> {
        let spent_ns = self.used_ns.load(Ordering::Relaxed) + self.running_ns();
        if spent_ns > self.limit_ms * 1_000_000 {
            return Err(Stop::Cpu { limit_ms: self.limit_ms }.into());
        }
        Ok(UpdateDeadline::Yield(1))
    }

    fn running_ns(&self) -> u64 {
        thread_ns().saturating_sub(self.since_ns.load(Ordering::Relaxed))
    }
}

/// CPU time of this thread.
fn thread_ns() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    // Counts up from zero since the thread began: neither part is negative, and 2^64 ns are 584 years.
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Work that the compiler cannot take out.
    fn work() -> u64 {
        (0..3_000_000_u64).fold(7, |sum, n| std::hint::black_box(sum.wrapping_mul(31) ^ n))
    }

    #[tokio::test]
    async fn what_a_port_spends_is_not_the_guests() {
        let own = Meter::new(1_000);
        own.count(async { work() }).await;
        let ports = Meter::new(1_000);
        ports.count(ports.forgive(async { work() })).await;
        assert!(ports.used_us() * 10 < own.used_us(), "{} and {}", ports.used_us(), own.used_us());
    }

    #[tokio::test]
    async fn a_run_above_its_limit_is_ended_at_the_next_tick() {
        let meter = Meter::new(0);
        let tick = meter.count(async {
            work();
            meter.tick()
        });
        let error = tick.await.err().expect("above the limit");
        assert_eq!(error.downcast_ref(), Some(&Stop::Cpu { limit_ms: 0 }));
    }
}
