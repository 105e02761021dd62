//! The command line.

use std::path::PathBuf;

use clap::Parser;
use simulated_county::cli::township;

/// Walks every main path of the four modules on a running hub and prints each step, then the key figures.
#[derive(Debug, Clone, Parser)]
#[command(version)]
pub struct Options {
    /// Address of the hub.
    #[arg(long, default_value = "http://127.0.0.1:8642")]
    pub hub: String,
    /// File with the admin token.
    #[arg(long)]
    pub token_file: PathBuf,
    /// Folder that keeps what the tour's people sign in with, and an API key of each; made when it is not there.
    #[arg(long)]
    pub people: PathBuf,
    /// Folder with the packed plugins to install first; without it the newest installed ones are enabled.
    #[arg(long)]
    pub plugins: Option<PathBuf>,
    /// Walks only while this file is not there, and leaves it behind; modules are enabled and upgraded anyway.
    #[arg(long)]
    pub once: Option<PathBuf>,
    /// Nine-digit codes of the townships, joined by commas.
    #[arg(long, default_value = "371122102", value_delimiter = ',', value_parser = township)]
    pub townships: Vec<String>,
    /// Draws an ordinary day's data before the walk; the same seed draws the same.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}
