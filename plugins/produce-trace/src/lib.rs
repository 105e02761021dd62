//! Produce traceability (农产品溯源): a batch's life from planting over harvest and certificate to sale, and back again when it
//! is recalled.
//!
//! Rules are in pure files ([`interval`], [`batch`], [`evidence`], [`reading`], [`number`], [`form`], [`graph`],
//! [`credit_code`], [`gs1`], [`epcis`]); [`handle`] turns camera events into evidence and readings, [`act`] records what
//! people press, [`call`] answers programs, [`view`] draws. Each step becomes an EPCIS event in the [`journal`]. Nothing is
//! kept in memory between calls: see the collections in `plugin.toml`.

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
pub mod batch;
pub mod call;
pub mod certificate;
pub mod credit_code;
pub mod entry;
pub mod epcis;
pub mod evidence;
pub mod figures;
pub mod form;
pub mod graph;
pub mod gs1;
pub mod handle;
pub mod interval;
pub mod journal;
pub mod number;
pub mod order;
pub mod reading;
pub mod recall;
pub mod settings;
pub mod site;
pub mod store;
pub mod summary;
pub mod text;
pub mod view;

/// The plugin.
#[derive(Debug)]
pub struct ProduceTrace;

impl Plugin for ProduceTrace {
    fn handle(batch: Batch) -> Result<(), Failure> {
        handle::run(&batch)?;
        Ok(())
    }

    fn view(visit: Visit) -> Result<Page, PagesError> {
        view::draw(&visit)
    }

    fn answer(call: Request) -> Result<Response, CallsError> {
        call::answer(&call)
    }

    fn act(press: Press) -> Result<Done, PagesError> {
        act::press(&press)
    }
}

xl_plugin::export!(ProduceTrace);
