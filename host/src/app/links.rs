//! From the configuration of brokers to what the bridges take, and of a provider to what asks it.

use std::path::Path;

use xl_bridge::mqtt::broker::BrokerConfig;
use xl_bridge::mqtt::broker::TlsListen;
use xl_bridge::mqtt::client::ClientConfig;
use xl_bridge::mqtt::dialect::settings::Settings;

use super::AppError;
use crate::config;

/// The embedded broker.
pub(super) fn broker(mqtt: &config::Mqtt, data: &Path) -> BrokerConfig {
    BrokerConfig {
        listen: mqtt.listen,
        tls: mqtt.tls.as_ref().map(|tls| TlsListen {
            listen: tls.listen,
            certificate_file: tls.certificate_file.clone(),
            key_file: tls.key_file.clone(),
        }),
        folder: data.join("broker"),
        max_clients: mqtt.max_clients,
        max_packet_bytes: mqtt.max_packet_bytes,
        max_messages_per_second: mqtt.max_messages_per_second,
        max_bytes_per_second: mqtt.max_bytes_per_second,
    }
}

/// A broker of somebody else's, whose devices are heard.
///
/// # Errors
/// When the file of the password cannot be read.
pub(super) fn source(external: &config::External, max_packet_bytes: u32) -> Result<ClientConfig, AppError> {
    Ok(ClientConfig {
        url: external.url.clone(),
        client_id: external.client_id.clone(),
        username: external.username.clone(),
        password: external.password_file.as_deref().map(secret).transpose()?,
        ca_file: external.ca_file.clone(),
        max_packet_bytes,
        receive_maximum: external.receive_maximum,
        session_expiry_s: external.session_expiry_s,
        share: external.share.clone(),
        dialects: external.dialects.clone(),
    })
}

/// A broker that events are forwarded to.
///
/// # Errors
/// When the file of the password cannot be read.
pub(super) fn receiver(forward: &config::Forward, max_packet_bytes: u32) -> Result<ClientConfig, AppError> {
    Ok(ClientConfig {
        url: forward.url.clone(),
        client_id: forward.client_id.clone(),
        username: forward.username.clone(),
        password: forward.password_file.as_deref().map(secret).transpose()?,
        ca_file: forward.ca_file.clone(),
        max_packet_bytes,
        receive_maximum: 16,
        session_expiry_s: 0,
        share: None,
        dialects: Settings::default(),
    })
}

/// The hub above.
///
/// # Errors
/// When the file of the password cannot be read.
pub(super) fn above(uplink: &config::Uplink, max_packet_bytes: u32) -> Result<ClientConfig, AppError> {
    Ok(ClientConfig {
        url: uplink.url.clone(),
        client_id: uplink.bridge.to_string(),
        username: Some(uplink.bridge.to_string()),
        password: Some(secret(&uplink.password_file)?),
        ca_file: uplink.ca_file.clone(),
        max_packet_bytes,
        receive_maximum: 16,
        session_expiry_s: 0,
        share: None,
        dialects: Settings::default(),
    })
}

/// The provider whose identities people may sign in with.
///
/// # Errors
/// When the file of the client's secret cannot be read, or no HTTP client can be built.
#[cfg(feature = "openid")]
pub(super) fn openid(
    settings: Option<&config::OpenId>,
    public_url: &str,
    clock: std::sync::Arc<dyn xl_model::clock::Clock>,
) -> Result<Option<crate::openid::OpenId>, AppError> {
    let Some(settings) = settings else { return Ok(None) };
    let secret = secret(&settings.client_secret_file)?;
    let openid = crate::openid::OpenId::new(settings, secret, public_url, clock);
    openid.map(Some).map_err(|source| AppError::Egress { source })
}

fn secret(file: &Path) -> Result<String, AppError> {
    config::secret(file).map_err(|source| AppError::File { path: file.to_owned(), source })
}
