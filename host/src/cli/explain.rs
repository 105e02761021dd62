//! `xueliang explain XL0203`: the page of a fault code.

use anyhow::Context;
use xl_model::fault::Code;

/// Which code.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 故障码 · the code, `XL` and four digits
    code: Code,
}

/// Prints the page.
pub(super) fn execute(arguments: &Arguments) -> anyhow::Result<()> {
    let page = crate::api::fault_pages::page(arguments.code)
        .with_context(|| format!("没有故障码 {0} · there is no fault code {0}", arguments.code))?;
    println!("{page}");
    Ok(())
}
