//! The rows on discovery.

use std::net::Ipv4Addr;
use std::time::Duration;

use simulated_onvif::discovery::Discovery;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use simulated_onvif::fleet::Place;
use xl_bridge::onvif::discovery::Findings;
use xl_bridge::onvif::discovery::Multicast;
use xl_bridge::onvif::discovery::Unicast;
use xl_bridge::onvif::discovery::multicast;
use xl_bridge::onvif::discovery::unicast;
use xl_bridge::onvif::policy::AddressPolicy;

/// Cameras on several addresses, all asked over the range that holds them.
async fn found(faults: &[Fault], cameras: usize) -> (Findings, Fleet) {
    let config = FleetConfig {
        cameras,
        place: Place::Ports { ip: Ipv4Addr::LOCALHOST.into(), first: 0 },
        faults: faults.to_vec(),
        discovery: Discovery::Unicast { port: 0 },
        ..FleetConfig::default()
    };
    let fleet = Fleet::start(config).await.unwrap();
    let policy = AddressPolicy { loopback: true, ..AddressPolicy::default() };
    let mut search = Unicast::over(vec!["127.0.0.0/30".parse().unwrap()], policy);
    search.port = fleet.discovery()[0].port();
    search.each = Duration::from_secs(1);
    let findings = unicast(&search).await.unwrap();
    (findings, fleet)
}

/// The row "Discovery blocked by VLAN or containers".
#[tokio::test]
async fn cameras_are_found_by_unicast_and_each_once() {
    let (findings, fleet) = found(&[], 3).await;
    let mut expected: Vec<_> = fleet.devices().iter().map(|device| device.endpoint()).collect();
    expected.sort();
    let references: Vec<_> = findings.candidates.iter().map(|candidate| candidate.reference.clone()).collect();
    assert_eq!(references, expected);
    assert!(findings.candidates.iter().all(|candidate| candidate.addresses.len() == 1));
}

/// The row "Discovery: no `MetadataVersion`, no `XAddrs`, namespace 2005/04 vs 2009/01, Types filter".
#[tokio::test]
async fn strange_answers_are_taken() {
    for fault in [
        Fault::DiscoveryNoXaddrs,
        Fault::DiscoveryNoMetadataVersion,
        Fault::DiscoveryOtherNamespace,
        Fault::DiscoveryTypesFilter,
    ] {
        let (findings, _fleet) = found(&[fault], 1).await;
        let addresses: Vec<_> = findings.candidates.iter().map(|candidate| candidate.addresses.len()).collect();
        assert_eq!(addresses, [1], "{fault:?}: {findings:?}");
    }
    let (silent, _fleet) = found(&[Fault::DiscoverySilent], 1).await;
    assert_eq!(silent.candidates, []);
}

#[tokio::test]
async fn cameras_are_found_by_multicast_and_each_once() {
    let config = FleetConfig {
        cameras: 3,
        place: Place::Ports { ip: Ipv4Addr::new(127, 0, 0, 9).into(), first: 0 },
        discovery: Discovery::Everywhere,
        ..FleetConfig::default()
    };
    let fleet = Fleet::start(config).await.unwrap();
    let mut search = Multicast::on(vec![Ipv4Addr::LOCALHOST]);
    (search.rounds, search.wait) = (1, Duration::from_secs(1));
    let findings = multicast(&search).await.unwrap();
    for device in fleet.devices() {
        // Other cameras of this machine may have answered too.
        let found = findings.candidates.iter().filter(|candidate| candidate.reference == device.endpoint());
        assert_eq!(found.map(|candidate| candidate.addresses.len()).collect::<Vec<_>>(), [1], "{findings:?}");
    }
}

/// CAM-1: what the policy refuses gets no datagram.
#[tokio::test]
async fn addresses_that_the_policy_refuses_are_not_asked() {
    let listener = tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let mut search = Unicast::over(vec!["127.0.0.1/32".parse().unwrap()], AddressPolicy::default());
    search.port = listener.local_addr().unwrap().port();
    assert_eq!(unicast(&search).await.unwrap(), Findings::default());
    assert!(listener.try_recv(&mut [0; 8]).is_err());
}
