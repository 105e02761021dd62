//! The hub's own log: one line an occurrence, on standard error.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;

use crate::config::Log;
use crate::config::LogFormat;

/// Libraries say less: what of theirs matters to an operator, our own lines say once.
const LIBRARIES: &str = "mqtt5=error,tokio_cron_scheduler=warn,rumqttc=warn,sqlx=warn,hyper=warn,reqwest=warn";

/// Starts writing the log; `RUST_LOG` overrides the configured level for who looks for something.
pub fn start(config: &Log) {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(format!("{},{LIBRARIES}", config.level)));
    let colours = std::io::stderr().is_terminal();
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colours);
    // A second start in one process keeps the first log.
    let _ = match config.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
