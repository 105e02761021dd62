//! Sanitation (环卫一体化): sections, points and bins; plans that become tasks, done with a photo and checked; shifts with
//! clock-in at a point; candidates from pictures that people confirm or dismiss; complaints, scores, key figures.
//!
//! [`watch`] is pure and says where somebody should look; `handle` turns events into tasks and candidates, `act` records
//! what people press, `view` draws, `calls` speaks with other software. Nothing is kept in memory between calls: see the
//! collections in `plugin.toml`.

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

mod act;
mod calls;
mod candidate;
mod clock;
mod complaint;
mod crew;
mod emptied;
mod eyes;
mod finding;
mod form;
mod handle;
mod input;
mod kpi;
mod place;
mod score;
mod settings;
mod store;
mod tally;
mod task;
mod view;
mod views;
pub mod watch;
mod words;

/// The plugin.
#[derive(Debug)]
pub struct Sanitation;

impl Plugin for Sanitation {
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

xl_plugin::export!(Sanitation);
