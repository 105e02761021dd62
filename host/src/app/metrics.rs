//! The process's metrics: one recorder, rendered by the API.

use std::sync::OnceLock;

use metrics_exporter_prometheus::PrometheusBuilder;
use metrics_exporter_prometheus::PrometheusHandle;

use super::AppError;

/// Installs the recorder, once in a process, and gives its handle.
///
/// # Errors
/// When somebody else installed another one.
pub(super) fn recorder() -> Result<PrometheusHandle, AppError> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = HANDLE.get_or_init(|| recorder.handle()).clone();
    match metrics::set_global_recorder(recorder) {
        Ok(()) => Ok(handle),
        Err(taken) => Err(AppError::Metrics { detail: taken.to_string() }),
    }
}
