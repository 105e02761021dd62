//! Grid and city management (智慧城管 · 网格化): from a report to a closed case and its evaluation.
//!
//! Cases live with the host, which decides their steps and limits. Rules of our own are in pure files ([`matter`],
//! [`group`], [`mod@unit`], [`ground`], [`cell`], [`signal`], [`sighting`], [`step`], [`heat`], [`kpi`], [`rate`], [`period`], [`table`],
//! [`form`]); [`handle`] turns events into cases and counts, [`act`] records what people press, [`call`] answers programs,
//! [`view`] draws. Nothing is kept in memory between calls: see the collections in `plugin.toml`.

use xl_plugin::Batch;
use xl_plugin::CallsError;
use xl_plugin::Done;
use xl_plugin::Failure;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Plugin;
use xl_plugin::Press;
use xl_plugin::Visit;
use xl_plugin::calls::Request;
use xl_plugin::calls::Response;

pub mod act;
pub mod call;
pub mod cell;
pub mod demo;
pub mod form;
pub mod grid;
pub mod ground;
pub mod group;
pub mod handle;
pub mod heat;
pub mod kpi;
pub mod matter;
pub mod period;
pub mod rate;
pub mod report;
pub mod settings;
pub mod sighting;
pub mod signal;
pub mod step;
pub mod store;
pub mod table;
pub mod text;
pub mod time;
pub mod unit;
pub mod view;

/// The plugin.
#[derive(Debug)]
pub struct City;

impl Plugin for City {
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

    fn answer(request: Request) -> Result<Response, CallsError> {
        call::answer(&request)
    }
}

xl_plugin::export!(City);
