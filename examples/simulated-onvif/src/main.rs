//! `simulated-onvif`: see `README.md` beside it.

use clap::Parser;
use simulated_onvif::cli::Options;
use simulated_onvif::run;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    run::run(Options::parse()).await
}
