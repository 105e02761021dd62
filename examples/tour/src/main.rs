//! `tour`: see `README.md` beside it.

use clap::Parser;
use tour::cli::Options;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Two TLS providers are compiled in, so the process has to name the one it uses.
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("a TLS provider is installed already"))?;
    tour::run(&Options::parse()).await
}
