//! The WASI that the tool chains' runtimes need to start, with nothing behind it.
//!
//! No folder, no environment, no arguments, no sockets. Output goes to the run's log, the clocks stand still at the
//! batch's time, randomness is the run's own.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::io::AsyncWrite;
use wasmtime_wasi::HostMonotonicClock;
use wasmtime_wasi::HostWallClock;
use wasmtime_wasi::WasiCtx;
use wasmtime_wasi::cli::IsTerminal;
use wasmtime_wasi::cli::StdoutStream;
use wasmtime_wasi::p2::OutputStream;
use wasmtime_wasi::p2::Pollable;
use wasmtime_wasi::p2::StreamResult;
use xl_model::clock::TimestampMs;

use super::dice::Dice;
use super::journal::Journal;
use super::journal::Stream;

/// Most random bytes that a guest may ask for at once.
const MAX_RANDOM_BYTES: u64 = 64 * 1024;

/// Most bytes that a guest may hand to its standard output at once.
const MAX_WRITE_BYTES: usize = 4096;

pub(super) fn context(journal: &Arc<Journal>, dice: &Dice, now_ms: TimestampMs) -> WasiCtx {
    let seed = dice.block("hash", 0);
    let now = Still(Duration::from_millis(now_ms.try_into().unwrap_or(0)));
    WasiCtx::builder()
        .stdout(Output { journal: journal.clone(), stream: Stream::Out })
        .stderr(Output { journal: journal.clone(), stream: Stream::Err })
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .wall_clock(now)
        .monotonic_clock(now)
        .secure_random(dice.stream("secure"))
        .insecure_random(dice.stream("insecure"))
        .insecure_random_seed(u128::from_le_bytes(std::array::from_fn(|at| seed[at])))
        .max_random_size(MAX_RANDOM_BYTES)
        .build()
}

/// A clock that stands still.
#[derive(Debug, Clone, Copy)]
struct Still(Duration);

impl HostWallClock for Still {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        self.0
    }
}

impl HostMonotonicClock for Still {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        self.0.as_nanos().try_into().unwrap_or(u64::MAX)
    }
}

/// Standard output or error of a run.
#[derive(Debug, Clone)]
struct Output {
    journal: Arc<Journal>,
    stream: Stream,
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }

    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        // Asked for by WASI 0.3 only, which is not linked.
        Box::new(tokio::io::sink())
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Output {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl OutputStream for Output {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.journal.stream(self.stream, &bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MAX_WRITE_BYTES)
    }
}
