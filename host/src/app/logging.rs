//! The hub's own log: one line an occurrence, on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::Log;
use crate::config::LogFormat;

/// Starts writing the log; `RUST_LOG` overrides the configured level for who looks for something.
pub fn start(config: &Log) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(config.level));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process keeps the first log.
    let _ = match config.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
