//! The thread that moves the epoch on, so that a guest which never returns is asked every 10 ms whether it may go on.

use std::io;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;

use wasmtime::EngineWeak;

/// How long an epoch lasts: how late a limit may strike, and how often a long run lets others have their turn.
const TICK: Duration = Duration::from_millis(10);

/// Ticks until the engine is dropped.
pub(super) fn start(engine: EngineWeak) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("epoch".to_owned()).spawn(move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    })
}
