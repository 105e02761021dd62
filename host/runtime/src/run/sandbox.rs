//! One fresh sandbox: made, called once, dropped.
//!
//! After a trap, a timeout or a cancelled call the store is gone with everything in it; nothing is ever called twice.

use std::time::Duration;

use tokio::time::timeout;
use wasmtime::Store;
use xl_model::batch::Stop;
use xl_model::effect::LogLine;

use super::stop;
use crate::Plugin;
use crate::bindings::exports::xueliang::hub::calls;
use crate::bindings::exports::xueliang::hub::handler;
use crate::bindings::exports::xueliang::hub::pages;
use crate::guest::Guest;

/// Most bytes that a guest may hand over in one call: a body of 1 MiB and what goes with it.
const HOSTCALL_BYTES: usize = 1024 * 1024 + 64 * 1024;

/// Most bytes of a body of a call, each way.
pub(super) const BODY_BYTES: usize = 4 * 1024 * 1024;

/// What a guest is asked.
pub(super) enum Ask<'a> {
    /// To handle a batch.
    Handle(handler::Batch<'a>),
    /// To draw a page.
    View(pages::Visit<'a>),
    /// To act on a button.
    Act(pages::Press<'a>),
    /// To answer a program.
    Answer(calls::Request<'a>),
}

impl Ask<'_> {
    /// Most bytes that the guest may hand over in one call; the answer to a program is one.
    fn hostcall_bytes(&self) -> usize {
        match self {
            Self::Handle(_) | Self::View(_) | Self::Act(_) => HOSTCALL_BYTES,
            Self::Answer(_) => BODY_BYTES + HOSTCALL_BYTES,
        }
    }
}

/// What a guest answered.
pub(super) enum Said {
    /// About a batch.
    Handled(Result<(), handler::Failure>),
    /// A page as JSON.
    Viewed(Result<String, pages::PagesError>),
    /// Where to go.
    Acted(Result<pages::Done, pages::PagesError>),
    /// To a program.
    Answered(Result<calls::Response, calls::CallsError>),
}

/// How a run ended.
pub(super) struct Ended {
    /// What the guest said and what it wanted, or why it was stopped.
    pub(super) result: Result<(Said, Guest), Stop>,
    /// What it logged.
    pub(super) log: Vec<LogLine>,
    /// CPU time, in microseconds.
    pub(super) cpu_us: u64,
}

/// Asks a guest in a fresh sandbox, within the limits of its manifest and its grants.
pub(super) async fn run(plugin: &Plugin, guest: Guest, ask: Ask<'_>) -> Ended {
    // Waiting for a place is not the guest's time: its wall clock starts behind it. The semaphore is never closed.
    let _place = plugin.engine.runs().acquire().await;
    let limits = guest.limits().clone();
    let (journal, meter) = (guest.journal.clone(), guest.meter.clone());
    let most_bytes = ask.hostcall_bytes();
    let call = meter.count(call(plugin, guest, ask));
    let result = match timeout(Duration::from_millis(limits.wall_ms), call).await {
        Ok(Ok(ended)) => Ok(ended),
        Ok(Err(error)) => Err(stop::of(&error, &limits, most_bytes)),
        Err(_) => Err(Stop::Wall { limit_ms: limits.wall_ms }),
    };
    Ended { result, log: journal.close(), cpu_us: meter.used_us() }
}

async fn call(plugin: &Plugin, guest: Guest, ask: Ask<'_>) -> wasmtime::Result<(Said, Guest)> {
    let (meter, handles) = (guest.meter.clone(), guest.limits().handles as usize);
    let mut store = Store::new(plugin.engine.wasm(), guest);
    store.limiter(|guest| &mut guest.limiter);
    store.set_hostcall_fuel(ask.hostcall_bytes());
    store.set_max_component_handles(handles);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| meter.tick());
    let instance = plugin.pre.instantiate_async(&mut store).await?;
    let said = match (ask, &plugin.pages) {
        (Ask::Handle(batch), _) => {
            let handler = plugin.handler.load(&mut store, &instance)?;
            Said::Handled(handler.call_handle(&mut store, batch).await?)
        }
        (Ask::View(visit), Some(pages)) => {
            Said::Viewed(pages.load(&mut store, &instance)?.call_view(&mut store, visit).await?)
        }
        (Ask::Act(press), Some(pages)) => {
            Said::Acted(pages.load(&mut store, &instance)?.call_act(&mut store, press).await?)
        }
        (Ask::Answer(request), _) => match &plugin.calls {
            Some(calls) => Said::Answered(calls.load(&mut store, &instance)?.call_answer(&mut store, request).await?),
            None => Said::Answered(Err(calls::CallsError::NotFound)),
        },
        (Ask::View(_), None) => Said::Viewed(Err(pages::PagesError::NotFound)),
        (Ask::Act(_), None) => Said::Acted(Err(pages::PagesError::NotFound)),
    };
    Ok((said, store.into_data()))
}
