//! TLS at the embedded broker: from two files to encrypted connections.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mqtt5::broker::tls_acceptor::TlsStreamWrapper;
use mqtt5::broker::transport::BrokerTransport;
use rustls::ServerConfig;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use xl_model::fault::Refused;

use super::BrokerError;
use super::NOT_MQTT;
use super::TlsListen;

/// Reads certificate and key.
pub(super) fn acceptor(tls: &TlsListen) -> Result<TlsAcceptor, BrokerError> {
    let chain = CertificateDer::pem_file_iter(&tls.certificate_file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| unusable(&tls.certificate_file, &error))?;
    if chain.is_empty() {
        return Err(unusable(&tls.certificate_file, &"there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_file(&tls.key_file).map_err(|error| unusable(&tls.key_file, &error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
    Ok(Arc::new(config.map_err(|error| unusable(&tls.certificate_file, &error))?).into())
}

/// Shakes hands with a device, within `limit`.
pub(super) async fn shake(
    acceptor: TlsAcceptor,
    stream: TcpStream,
    limit: Duration,
) -> Result<BrokerTransport, Refused> {
    let no_tls = |detail: String| Refused::new(NOT_MQTT, format!("no TLS connection came about: {detail}"));
    match tokio::time::timeout(limit, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Ok(BrokerTransport::tls(TlsStreamWrapper::new(stream))),
        Ok(Err(error)) => Err(no_tls(error.to_string())),
        Err(_) => Err(no_tls(format!("it took longer than {} s", limit.as_secs()))),
    }
}

fn unusable(file: &Path, detail: &dyn std::fmt::Display) -> BrokerError {
    BrokerError::Certificate { file: file.to_owned(), detail: detail.to_string() }
}
