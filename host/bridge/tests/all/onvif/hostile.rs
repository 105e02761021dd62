//! Bodies and XML that do harm; each by the gate or the camera's client, with short limits.

use std::time::Duration;

use simulated_onvif::fault::Fault;
use xl_bridge::onvif::fault::CallError;
use xl_bridge::onvif::gate::Ask;
use xl_bridge::onvif::gate::GateError;
use xl_bridge::onvif::gate::Limits;

use super::Site;

/// CAM-7.
#[tokio::test]
async fn a_slow_an_endless_and_a_giant_body_end_by_deadline_or_cap() {
    let limits = Limits { total: Duration::from_secs(1), ..Limits::soap(Duration::from_secs(1)) };
    for (fault, is_cut) in [(Fault::SlowBody, false), (Fault::NeverEndingBody, true), (Fault::GiantBody, true)] {
        let site = Site::with(&[fault]).await;
        let camera = site.camera();
        let ask = Ask::Soap { envelope: clock_question(), action: "x".into() };
        let error = camera.gate().send(&camera.services().device, &ask, None, limits).await.unwrap_err();
        let ended = matches!(error, GateError::Slow(_)) || is_cut && matches!(error, GateError::TooLarge(_));
        assert!(ended, "{fault:?}: {error:?}");
    }
}

/// CAM-7.
#[tokio::test]
async fn a_compressed_answer_is_refused_before_it_is_read() {
    let site = Site::with(&[Fault::CompressedBomb]).await;
    let error = site.camera().read_clock().await.unwrap_err();
    assert!(matches!(error, CallError::Gate { source: GateError::NotHttp(_), .. }), "{error:?}");
}

/// CAM-8.
#[tokio::test]
async fn hostile_xml_is_an_error_and_fetches_nothing() {
    let faults =
        [Fault::XmlBomb, Fault::XmlExternalEntity, Fault::XmlDepth, Fault::XmlAttributes, Fault::XmlNamespaces];
    for fault in faults {
        let site = Site::with(&[fault]).await;
        let error = site.camera().read_clock().await.unwrap_err();
        let refused =
            matches!(error, CallError::Unreadable { .. } | CallError::Gate { source: GateError::TooLarge(_), .. });
        assert!(refused, "{fault:?}: {error:?}");
        assert_eq!(site.device().record().entities_fetched, 0);
    }
}

/// CAM-4.
#[tokio::test]
async fn a_redirect_is_not_followed() {
    for fault in [Fault::RedirectLoopback, Fault::RedirectMetadata] {
        let site = Site::with(&[fault]).await;
        let error = site.camera().device_information().await.unwrap_err();
        assert!(matches!(error, CallError::Status { status: 300..=399, .. }), "{error:?}");
        assert_eq!(site.device().record().redirects_followed, 0);
    }
}

fn clock_question() -> String {
    r#"<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>"#.to_owned()
}
