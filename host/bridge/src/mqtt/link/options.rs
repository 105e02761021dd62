//! From our configuration to rumqttc's options, every one that matters named.

use std::path::Path;
use std::time::Duration;

use rumqttc::NetworkOptions;
use rumqttc::TlsConfiguration;
use rumqttc::Transport;
use rumqttc::v5::MqttOptions;
use xl_model::fault::Refused;
use xl_model::fault::code;

use crate::mqtt::client::ClientConfig;

/// How often we show that we are there.
const KEEP_ALIVE: Duration = Duration::from_secs(30);

/// How long connecting may take, in seconds.
const CONNECT_LIMIT_S: u64 = 10;

/// The authorities trusted for `mqtts` when none are configured: the system's own bundle (Debian: `ca-certificates`).
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What both directions have in common; each adds its own.
pub(in crate::mqtt) fn options(config: &ClientConfig, client_id: &str) -> Result<MqttOptions, Refused> {
    let (tls, host, port) = endpoint(&config.url)?;
    let mut options = MqttOptions::new(client_id, host, port);
    if tls {
        let file = config.ca_file.as_deref().unwrap_or(Path::new(SYSTEM_AUTHORITIES));
        let ca =
            std::fs::read(file).map_err(|error| unusable(&format!("authorities `{}`: {error}", file.display())))?;
        options.set_transport(Transport::Tls(TlsConfiguration::Simple { ca, alpn: None, client_auth: None }));
    }
    if let Some(user) = &config.username {
        options.set_credentials(user, config.password.clone().unwrap_or_default());
    }
    let mut network = NetworkOptions::new();
    network.set_tcp_nodelay(true); // An acknowledgement is four bytes; held back, it stalls the broker's window.
    network.set_connection_timeout(CONNECT_LIMIT_S);
    options
        .set_keep_alive(KEEP_ALIVE)
        .set_connection_timeout(CONNECT_LIMIT_S)
        .set_network_options(network)
        .set_max_packet_size(Some(config.max_packet_bytes)) // Else 10 KiB: the first picture would end the connection.
        .set_topic_alias_max(Some(0));
    Ok(options)
}

/// Whether TLS, the host and the port of `mqtt://host:port` or `mqtts://host:port`.
fn endpoint(url: &str) -> Result<(bool, String, u16), Refused> {
    let rule = || unusable("the URL is not `mqtt://host:port` or `mqtts://host:port`");
    let (scheme, rest) = url.split_once("://").ok_or_else(rule)?;
    let (tls, default_port) = match scheme {
        "mqtt" => (false, 1883),
        "mqtts" => (true, 8883),
        _ => return Err(rule()),
    };
    let rest = rest.trim_end_matches('/');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| rule())?),
        _ => (rest, default_port),
    };
    if host.is_empty() || host.contains(['/', '@', '?', '#']) { Err(rule()) } else { Ok((tls, host.to_owned(), port)) }
}

fn unusable(detail: &str) -> Refused {
    Refused::new(code::BROKER_UNREACHABLE, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_gives_scheme_host_and_port() {
        for (url, expected) in [
            ("mqtt://broker.example:1884", Some((false, "broker.example", 1884))),
            ("mqtt://127.0.0.1", Some((false, "127.0.0.1", 1883))),
            ("mqtts://broker.example/", Some((true, "broker.example", 8883))),
            ("mqtt://[::1]:1885", Some((false, "[::1]", 1885))),
            ("mqtt://[::1]", Some((false, "[::1]", 1883))),
            ("http://broker.example", None),
            ("mqtt://user:secret@broker.example", None),
            ("mqtt://broker.example:port", None),
            ("mqtt://", None),
            ("broker.example:1883", None),
        ] {
            let found = endpoint(url).ok();
            assert_eq!(found.as_ref().map(|(tls, host, port)| (*tls, host.as_str(), *port)), expected, "{url}");
        }
    }
}
