//! Watching over households at risk of falling back into poverty (防止返贫致贫监测帮扶).
//!
//! Rules are in pure files ([`procedure`], [`clue`], [`notice`], [`scan`], [`mask`], [`consent`], [`clearance`], [`rule`],
//! [`cadence`] …); [`act`] records what people press, [`handle`] watches the clock and projects' cameras, [`calls`] takes
//! departments' warnings in, [`view`] draws. Nothing is decided about a household without a person: see [`person`].

use xl_plugin::Batch;
use xl_plugin::CallsError;
use xl_plugin::Done;
use xl_plugin::Failure;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Plugin;
use xl_plugin::Press;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::Visit;

pub mod act;
pub mod cadence;
pub mod calls;
pub mod clearance;
pub mod clock;
pub mod clue;
pub mod consent;
pub mod count;
pub mod erase;
pub mod file;
pub mod form;
pub mod grievance;
pub mod handle;
pub mod household;
pub mod mask;
pub mod notice;
pub mod person;
pub mod procedure;
pub mod project;
pub mod rule;
pub mod scan;
pub mod settings;
pub mod store;
pub mod tally;
pub mod text;
pub mod view;

/// The plugin.
#[derive(Debug)]
pub struct PovertyRelief;

impl Plugin for PovertyRelief {
    fn handle(batch: Batch) -> Result<(), Failure> {
        handle::run(&batch)?;
        Ok(())
    }

    fn view(visit: Visit) -> Result<Page, PagesError> {
        view::draw(&visit)
    }

    fn act(press: Press) -> Result<Done, PagesError> {
        act::press(&press)
    }

    fn answer(call: Request) -> Result<Response, CallsError> {
        calls::answer(&call)
    }
}

xl_plugin::export!(PovertyRelief);
