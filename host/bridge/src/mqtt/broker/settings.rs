//! From our limits to mqtt5's: every field is named, so that a new one does not compile and no default slips in.
//!
//! mqtt5's defaults are those of a demo: anonymous, on all interfaces, 256 MiB packets, files in the working folder.

use std::sync::Arc;
use std::time::Duration;

use mqtt5::broker::ResourceLimits;
use mqtt5::broker::StorageBackendType;
use mqtt5::broker::StorageConfig;
use mqtt5::broker::config::AuthConfig;
use mqtt5::broker::config::AuthMethod;
use mqtt5::broker::config::BrokerConfig as Settings;
use mqtt5::broker::config::ChangeOnlyDeliveryConfig;
use mqtt5::broker::config::EchoSuppressionConfig;
use mqtt5::broker::config::RateLimitConfig;
use mqtt5::broker::config::ServerDeliveryStrategy;
use mqtt5::broker::events::BrokerEventHandler;
use mqtt5::broker::router::MessageRouter;
use mqtt5::broker::storage::client_queue::QueueLimits;

use super::BrokerConfig;

/// Commands that wait for one device at most.
const QUEUED_MESSAGES: usize = 1_000;

/// Bytes of commands that wait for one device at most.
const QUEUED_BYTES: usize = 8 * 1024 * 1024;

/// Filters of one device at most; it needs one.
const SUBSCRIPTIONS: usize = 64;

/// Messages on their way to one device at once.
const OUTBOUND_INFLIGHT: u16 = 64;

/// Messages that a device may send ahead of their acknowledgement.
const RECEIVE_MAXIMUM: u16 = 64;

/// Topic names that a device may shorten.
const TOPIC_ALIASES: u16 = 16;

/// What mqtt5 is told for one connection.
pub(super) fn of(config: &BrokerConfig, handler: Option<Arc<dyn BrokerEventHandler>>) -> Settings {
    Settings {
        bind_addresses: vec![config.listen],
        max_clients: config.max_clients,
        session_expiry_interval: Duration::ZERO,
        max_packet_size: usize::try_from(config.max_packet_bytes).unwrap_or(usize::MAX),
        topic_alias_maximum: TOPIC_ALIASES,
        retain_available: true, // A device says `birth` with retain; it is taken and not kept.
        maximum_qos: 2, // A 3.1.1 device cannot be told a lower one and would believe its message lost or taken.
        wildcard_subscription_available: true,
        subscription_identifier_available: false,
        shared_subscription_available: false,
        max_subscriptions_per_client: SUBSCRIPTIONS,
        max_retained_messages: retained(config),
        max_retained_message_size: usize::try_from(config.max_packet_bytes).unwrap_or(usize::MAX),
        client_channel_capacity: QUEUED_MESSAGES,
        max_outbound_inflight: OUTBOUND_INFLIGHT,
        drain_batch: 64,
        server_keep_alive: None,
        server_receive_maximum: Some(RECEIVE_MAXIMUM),
        response_information: None,
        auth_config: AuthConfig {
            allow_anonymous: false,
            password_file: None,
            acl_file: None,
            auth_method: AuthMethod::Password,
            auth_data: None,
            scram_file: None,
            jwt_config: None,
            federated_jwt_config: None,
            // Its lock-out counts by address: one badly configured camera would lock out a whole site behind one NAT.
            rate_limit: RateLimitConfig { enabled: false, max_attempts: 0, window_secs: 0, lockout_secs: 0 },
        },
        tls_config: None,
        websocket_config: None,
        websocket_tls_config: None,
        quic_config: None,
        cluster_listener_config: None,
        storage_config: StorageConfig {
            backend: StorageBackendType::Memory,
            base_dir: config.folder.clone(),
            cleanup_interval: Duration::from_secs(600),
            enable_persistence: false,
            max_queued_messages_per_client: QUEUED_MESSAGES,
            max_queued_bytes_per_client: QUEUED_BYTES,
        },
        change_only_delivery_config: ChangeOnlyDeliveryConfig { enabled: false, topic_patterns: Vec::new() },
        echo_suppression_config: EchoSuppressionConfig { enabled: false, property_key: String::new() },
        sys_topics_enabled: false,
        sys_topics_interval: Duration::from_secs(60),
        max_outbound_rate_per_client: 0,
        // Ours (`pace`) slow a device down; mqtt5's would drop what it sends, and any picture larger than a second's share.
        max_message_rate_per_client: 0,
        max_bandwidth_per_client: 0,
        server_delivery_strategy: ServerDeliveryStrategy::PerTopic,
        bridges: Vec::new(),
        load_balancer: None,
        event_handler: handler,
    }
}

/// Where commands are routed.
pub(super) fn router(config: &BrokerConfig) -> MessageRouter {
    MessageRouter::new()
        .with_fallback_queue_limits(QueueLimits { max_messages: QUEUED_MESSAGES, max_bytes: QUEUED_BYTES })
        .with_retained_limits(retained(config), usize::try_from(config.max_packet_bytes).unwrap_or(usize::MAX))
}

/// What mqtt5 counts; rates are ours.
pub(super) fn resources(config: &BrokerConfig) -> ResourceLimits {
    ResourceLimits {
        max_connections: config.max_clients,
        max_connections_per_ip: config.max_clients,
        max_message_rate_per_client: 0,
        max_bandwidth_per_client: 0,
        max_connection_rate: u32::MAX,
        rate_limit_window: Duration::from_secs(1),
    }
}

/// Only Last Wills are ever retained, one topic for each device.
fn retained(config: &BrokerConfig) -> usize {
    config.max_clients.saturating_mul(4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> BrokerConfig {
        BrokerConfig {
            listen: "127.0.0.1:1".parse().unwrap(),
            tls: None,
            folder: "own".into(),
            max_clients: 7,
            max_packet_bytes: 1_048_576,
            max_messages_per_second: 1,
            max_bytes_per_second: 1,
        }
    }

    /// MQ-18.
    #[test]
    fn no_default_of_the_library_slips_in() {
        let Settings {
            bind_addresses,
            max_clients,
            session_expiry_interval,
            max_packet_size,
            topic_alias_maximum,
            retain_available,
            maximum_qos,
            wildcard_subscription_available,
            subscription_identifier_available,
            shared_subscription_available,
            max_subscriptions_per_client,
            max_retained_messages,
            max_retained_message_size,
            client_channel_capacity,
            max_outbound_inflight,
            drain_batch,
            server_keep_alive,
            server_receive_maximum,
            response_information,
            auth_config,
            tls_config,
            websocket_config,
            websocket_tls_config,
            quic_config,
            cluster_listener_config,
            storage_config,
            change_only_delivery_config,
            echo_suppression_config,
            sys_topics_enabled,
            sys_topics_interval,
            max_outbound_rate_per_client,
            max_message_rate_per_client,
            max_bandwidth_per_client,
            server_delivery_strategy,
            bridges,
            load_balancer,
            event_handler,
        } = of(&ours(), None);
        assert_eq!(bind_addresses, ["127.0.0.1:1".parse().unwrap()]);
        assert_eq!((max_clients, max_packet_size, max_retained_message_size), (7, 1_048_576, 1_048_576));
        assert_eq!((session_expiry_interval, sys_topics_interval), (Duration::ZERO, Duration::from_secs(60)));
        assert_eq!((topic_alias_maximum, maximum_qos, max_subscriptions_per_client), (16, 2, 64));
        assert!(retain_available && wildcard_subscription_available);
        assert!(!subscription_identifier_available && !shared_subscription_available && !sys_topics_enabled);
        assert_eq!((max_retained_messages, client_channel_capacity), (28, 1_000));
        assert_eq!((max_outbound_inflight, drain_batch, server_receive_maximum), (64, 64, Some(64)));
        assert!(server_keep_alive.is_none() && response_information.is_none() && load_balancer.is_none());
        assert!(!auth_config.allow_anonymous && !auth_config.rate_limit.enabled);
        assert!(auth_config.password_file.is_none() && auth_config.acl_file.is_none());
        assert!(tls_config.is_none() && websocket_config.is_none() && websocket_tls_config.is_none());
        assert!(quic_config.is_none() && cluster_listener_config.is_none() && bridges.is_empty());
        assert!(!storage_config.enable_persistence && storage_config.base_dir.ends_with("own"));
        assert_eq!(storage_config.backend, StorageBackendType::Memory);
        assert_eq!(storage_config.max_queued_messages_per_client, 1_000);
        assert_eq!(storage_config.max_queued_bytes_per_client, 8 * 1024 * 1024);
        assert!(!change_only_delivery_config.enabled && !echo_suppression_config.enabled);
        assert_eq!((max_outbound_rate_per_client, max_message_rate_per_client, max_bandwidth_per_client), (0, 0, 0));
        assert_eq!(server_delivery_strategy, ServerDeliveryStrategy::PerTopic);
        assert!(event_handler.is_none());
    }
}
