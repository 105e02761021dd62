//! What cameras say about where they are.

use simulated_onvif::fault::Fault;
use xl_bridge::onvif::address::AddressFault;
use xl_bridge::onvif::fault::CallError;

use super::Site;
use super::ready;

/// The row "`XAddr` with LAN IP behind NAT, wrong port/path, doubled port, missing host".
#[tokio::test]
async fn wrong_addresses_lead_to_the_enrolled_host_all_the_same() {
    for fault in
        [Fault::XaddrLanIp, Fault::XaddrWrongPort, Fault::XaddrDoubledPort, Fault::XaddrNoHost, Fault::XaddrMetadata]
    {
        let site = Site::with(&[fault]).await;
        let camera = site.camera();
        let profiles = ready(&camera).await;
        let picture = camera.picture(&profiles[0]).await;
        assert!(picture.is_ok(), "{fault:?}: {picture:?}");
        let (subscription, _) = camera.subscribe("PT10M").await.unwrap();
        let pulled = camera.pull(&subscription, std::time::Duration::from_secs(1), 10).await;
        assert!(pulled.is_ok(), "{fault:?}: {pulled:?}");
    }
}

/// CAM-5.
#[tokio::test]
async fn a_foreign_address_is_refused_with_its_name() {
    let site = Site::with(&[Fault::XaddrForeign]).await;
    let camera = site.camera();
    let services = camera.find_services().await.unwrap();
    assert!(services.media1.is_none() && services.events.is_none());
    assert!(services.refused.iter().all(|(_, fault)| *fault == AddressFault::Foreign("203.0.113.7".into())));
    assert!(matches!(camera.profiles().await, Err(CallError::NotOffered(_))));
}

/// The row "`StreamUri` with `user:pass@` or factory IP".
#[tokio::test]
async fn a_stream_address_is_clean_and_on_the_enrolled_host() {
    let site = Site::with(&[Fault::StreamUriWithPassword, Fault::StreamUriFactoryIp]).await;
    let camera = site.camera();
    let profiles = ready(&camera).await;
    for profile in &profiles {
        let stream = camera.stream_uri(profile).await.unwrap().to_string();
        assert!(stream.starts_with("rtsp://127.0.0.1:554/stream/"), "{stream}");
    }
}
