//! Produce traceability (农产品溯源): a batch's life from planting to harvest.
//!
//! Rules are in pure files ([`interval`], [`batch`], [`evidence`], [`reading`], [`number`], [`form`]); [`handle`] turns
//! camera events into evidence and readings, [`act`] records what people press, [`view`] draws. Nothing is kept in
//! memory between calls: see the collections in `plugin.toml`.

use xl_plugin::Batch;
use xl_plugin::Done;
use xl_plugin::Failure;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Plugin;
use xl_plugin::Press;
use xl_plugin::Visit;

pub mod act;
pub mod batch;
pub mod entry;
pub mod evidence;
pub mod form;
pub mod handle;
pub mod interval;
pub mod number;
pub mod reading;
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

    fn act(press: Press) -> Result<Done, PagesError> {
        act::press(&press)
    }
}

xl_plugin::export!(ProduceTrace);
