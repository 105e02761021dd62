//! From wasmtime's errors to our words.

use wasmtime::Trap;
use wasmtime::WasmBacktrace;
use wasmtime::component::ResourceTableError;
use wasmtime_wasi::I32Exit;
use xl_model::batch::Stop;
use xl_model::manifest::Limits;

use crate::guest::journal::plain;

/// Most bytes of a trap's description.
const MAX_DETAIL_BYTES: usize = 1024;

/// Frames of a trap that are told, the innermost first.
const MAX_FRAMES: usize = 5;

/// Why a run ended that did not return; `most_bytes` it may have handed over in one call.
pub(super) fn of(error: &wasmtime::Error, limits: &Limits, most_bytes: usize) -> Stop {
    if let Some(stop) = error.downcast_ref::<Stop>() {
        return stop.clone();
    }
    let handles = || Stop::Handles { limit: limits.handles.into() };
    if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) {
        return handles();
    }
    // These two have no public type in wasmtime 48; a test for each limit holds the words.
    let words = format!("{error:#}");
    if words.contains("store handle limit exceeded") {
        return handles();
    }
    if words.contains("fuel allocated for hostcalls has been exhausted") {
        return Stop::Bytes { limit_bytes: most_bytes as u64 };
    }
    Stop::Trap { detail: plain(&detail(error, words), MAX_DETAIL_BYTES) }
}

fn detail(error: &wasmtime::Error, words: String) -> String {
    let what = match (error.downcast_ref::<I32Exit>(), error.downcast_ref::<Trap>()) {
        (Some(I32Exit(code)), _) => format!("the guest ended itself with code {code}"),
        (None, Some(trap)) => trap.to_string(),
        (None, None) => return words,
    };
    let names = error.downcast_ref().map(frames).unwrap_or_default();
    if names.is_empty() { what } else { format!("{what}, in {}", names.join(" < ")) }
}

/// Names of the innermost functions as their author wrote them; only the whole trace says them so.
fn frames(trace: &WasmBacktrace) -> Vec<String> {
    let trace = trace.to_string();
    let names = trace.lines().filter_map(|line| line.split_once(" - ")?.1.split_once('!'));
    names.map(|(_, name)| name.to_owned()).take(MAX_FRAMES).collect()
}
