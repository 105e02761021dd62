//! The HTTP server: binds, serves, ends in order.

use std::net::SocketAddr;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::error;

use super::AppError;

/// Takes the address.
///
/// # Errors
/// When somebody else has it.
pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, AppError> {
    TcpListener::bind(address).await.map_err(|source| AppError::Listen { address, source })
}

/// Serves until `stop`; requests that are under way are answered.
pub(super) async fn run(listener: TcpListener, router: Router, stop: CancellationToken) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await;
    if let Err(failure) = served {
        error!("HTTP server ended: {failure}");
    }
}
