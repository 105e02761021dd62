//! Each fault shows, and is gone when it is cleared. The `match` has no rest: a fault without a test does not compile.

use std::time::Duration;

use simulated_onvif::device::Device;
use simulated_onvif::fault::Fault;
use simulated_onvif::fleet::Fleet;
use simulated_onvif::fleet::FleetConfig;
use simulated_onvif::fleet::Manner;
use tokio::net::UdpSocket;

use crate::raw::Answer;
use crate::raw::DEVICE;
use crate::raw::EVENTS;
use crate::raw::IMAGING;
use crate::raw::MEDIA;
use crate::raw::MEDIA2;
use crate::raw::NOTIFICATION;
use crate::raw::PTZ;
use crate::raw::call;
use crate::raw::call_at;
use crate::raw::camera;
use crate::raw::get;
use crate::raw::send;
use crate::raw::start;
use crate::raw::token;

/// Enough of any answer to see what it is.
const SOME: usize = 300_000;

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_shows_while_it_is_set_and_only_then() {
    for fault in Fault::ALL.iter().copied() {
        let (fleet, device) = match fault {
            Fault::DigestOnly
            | Fault::WsseOnly
            | Fault::TextOnly
            | Fault::CreatedStrict
            | Fault::ClockNeedsLogin
            | Fault::RefusalWithoutSubcode
            | Fault::LockOut => {
                let manner = Manner { lock_after: 2, ..Manner::default() };
                start(FleetConfig { manner, ..FleetConfig::default() }).await
            }
            _ => camera().await,
        };
        assert!(!shows(&fleet, &device, fault).await, "{fault} shows although it is not set");
        device.reboot();
        device.set_skew(0);
        device.set(fault);
        assert!(shows(&fleet, &device, fault).await, "{fault} does not show although it is set");
    }
}

#[test]
fn each_fault_is_found_by_its_name() {
    for fault in Fault::ALL.iter().copied() {
        assert_eq!(fault.name().parse::<Fault>().unwrap(), fault);
    }
    assert!("none-such".parse::<Fault>().is_err());
}

#[test]
fn the_readme_names_every_fault_and_no_other() {
    let readme = include_str!("../../README.md");
    let table = readme.split_once("| about | faults |").unwrap().1.split_once("\n\n").unwrap().0;
    let mut named: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    let mut known: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    named.sort_unstable();
    known.sort_unstable();
    assert_eq!(named, known);
}

/// Whether a client sees that fault now.
async fn shows(fleet: &Fleet, device: &Device, fault: Fault) -> bool {
    match fault {
        Fault::WrongClock => (device.utc() - chrono::Utc::now()).num_days() == -183,
        Fault::ClockNeedsLogin => call(device, DEVICE, "GetSystemDateAndTime").await.status == 401,
        Fault::ClockLocalOnly => !call(device, DEVICE, "GetSystemDateAndTime").await.contains("UTCDateTime"),
        Fault::CreatedStrict => with_token(device, &token(device, "+00:00", "simulated", true)).await.status != 200,
        Fault::DigestOnly => with_token(device, &token(device, "Z", "simulated", true)).await.status == 401,
        Fault::WsseOnly => !call(device, MEDIA, "GetProfiles").await.head.to_lowercase().contains("www-authenticate"),
        Fault::TextOnly => with_token(device, &token(device, "Z", "simulated", false)).await.status == 200,
        Fault::RefusalWithoutSubcode => !call(device, MEDIA, "GetProfiles").await.contains("NotAuthorized"),
        Fault::LockOut => {
            for _ in 0..3 {
                with_token(device, &token(device, "Z", "wrong", true)).await;
            }
            with_token(device, &token(device, "Z", "simulated", true)).await.status != 200
        }
        Fault::XaddrLanIp => services(device).await.contains("http://192.168.1.108/onvif/media_service"),
        Fault::XaddrWrongPort => services(device).await.contains("http://127.0.0.1:9/onvif/media_service"),
        Fault::XaddrDoubledPort => {
            let port = device.address().port();
            services(device).await.contains(&format!("http://127.0.0.1:{port}:{port}/onvif/media_service"))
        }
        Fault::XaddrNoHost => services(device).await.contains("http:///onvif/media_service"),
        Fault::XaddrForeign => services(device).await.contains("http://203.0.113.7/onvif/media_service"),
        Fault::XaddrMetadata => services(device).await.contains("http://169.254.169.254/onvif/media_service"),
        Fault::ServicesMissing => services(device).await.contains("ter:ActionNotSupported"),
        Fault::ServicesMalformed => !services(device).await.contains("/onvif/ptz_service"),
        Fault::CapabilitiesMissing => call(device, DEVICE, "GetCapabilities").await.status == 500,
        Fault::Media2First => {
            let text = services(device).await.text();
            text.find("media2_service").unwrap() < text.find("media_service").unwrap()
        }
        Fault::Media2Only => {
            let all = "GetProfiles><Type>All</Type>";
            call(device, MEDIA, "GetProfiles").await.status == 500 && call(device, MEDIA2, all).await.contains("H265")
        }
        Fault::InvalidXml => call(device, DEVICE, "GetDeviceInformation").await.contains("& Sons <"),
        Fault::InvalidUtf8 => String::from_utf8(call(device, DEVICE, "GetDeviceInformation").await.body).is_err(),
        Fault::UnquotedAttributes => call(device, MEDIA, "GetProfiles").await.contains(" token=main"),
        Fault::OddDates => {
            device.motion(true);
            let pulled = pull_first(device).await;
            pulled.text().split("UtcTime=\"").nth(1).is_some_and(|time| time.as_bytes()[10] == b'-')
        }
        Fault::NoSnapshotUri => {
            call(device, MEDIA, "GetSnapshotUri><ProfileToken>main</ProfileToken>").await.status == 500
        }
        Fault::EmptySnapshot => picture(device).await.body.is_empty(),
        Fault::HtmlSnapshot => picture(device).await.contains("<!DOCTYPE html>"),
        Fault::SnapshotUriExpires => {
            let path = snapshot_path(device).await;
            get(device, &path, SOME).await;
            get(device, &path, SOME).await.status == 404
        }
        Fault::SnapshotUriWithPassword => snapshot_uri(device).await.contains("//admin:12345@"),
        Fault::TruncatedSnapshot => !picture(device).await.body.ends_with(&[0xff, 0xd9]),
        Fault::StreamUriWithPassword => stream_uri(device).await.contains("//admin:12345@"),
        Fault::StreamUriFactoryIp => stream_uri(device).await.contains("//192.168.1.108:554"),
        Fault::PullPointDenied => {
            let says_no = call(device, DEVICE, "GetCapabilities").await.contains("<tt:WSPullPointSupport>false");
            says_no && create(device, "PT60S").await.status == 200
        }
        Fault::PullPointClaimed => create(device, "PT60S").await.contains("ter:ActionNotSupported"),
        Fault::TerminationTimeRequired => call(device, EVENTS, "CreatePullPointSubscription").await.status == 400,
        Fault::RelativeTimeBroken => {
            let made = create(device, "PT600S").await;
            seconds_granted(&made) < 10 && made.status == 200
        }
        Fault::ShortTermination => {
            let told = seconds_granted(&create(device, "PT600S").await);
            device.pass(Duration::from_secs(300));
            told == 10 && device.record().subscriptions_alive == 1
        }
        Fault::RenewUnsupported => {
            let path = subscription(device).await;
            let refused = renew(device, &path).await.status == 500;
            device.pass(Duration::from_secs(50));
            pull(device, &path, "PT0S", 9).await;
            device.pass(Duration::from_secs(50));
            refused && device.record().subscriptions_alive > 0
        }
        Fault::SubscriptionLost => {
            let path = subscription(device).await;
            pull(device, &path, "PT0S", 9).await;
            pull(device, &path, "PT0S", 9).await.contains("ResourceUnknown")
        }
        Fault::RenewUpsets => {
            let path = subscription(device).await;
            renew(device, &path).await.status == 500 && renew(device, &path).await.contains("ResourceUnknown")
        }
        Fault::IdlePollClosed => {
            let path = subscription(device).await;
            pull(device, &path, "PT0S", 9).await;
            try_pull(device, &path, "PT0.1S", 9).await.is_none()
        }
        Fault::SlotsExhausted => create(device, "PT60S").await.status == 500,
        Fault::UnsubscribeKillsAll => {
            let (one, _other) = (subscription(device).await, subscription(device).await);
            at(device, &one, NOTIFICATION, "Unsubscribe").await.unwrap();
            device.record().subscriptions_alive == 0
        }
        Fault::SubscriptionElsewhere => {
            let address = create(device, "PT60S").await.inside("wsa:Address");
            let (host, path) = address.trim_start_matches("http://").split_once('/').unwrap();
            let path = format!("/{path}");
            let pulled = "PullMessages><Timeout>PT0S</Timeout><MessageLimit>1</MessageLimit>";
            let answer = call_at(host.parse().unwrap(), &path, EVENTS, pulled, "", "").await.unwrap();
            answer.contains("MotionAlarm") && host != device.address().to_string() && path.starts_with("/event-")
        }
        Fault::PullLimits => {
            let path = subscription(device).await;
            pull(device, &path, "PT60S", 100).await.contains("<tev:MaxTimeout>PT30S</tev:MaxTimeout>")
        }
        Fault::SlowAfterEvents => {
            subscription(device).await;
            is_late(fleet).await
        }
        Fault::MotionNeverClears => {
            let path = subscription(device).await;
            pull(device, &path, "PT0S", 9).await;
            device.motion(true);
            device.motion(false);
            !pull(device, &path, "PT0S", 9).await.contains(r#"Value="false""#)
        }
        Fault::FloodOfFalse => {
            let path = subscription(device).await;
            pull(device, &path, "PT0S", 9).await;
            pull(device, &path, "PT0S", 9).await.text().matches(r#"Value="false""#).count() > 1
        }
        Fault::TopicEndsInSlashDot => pull_first(device).await.contains("MotionAlarm//.</wsnt:Topic>"),
        Fault::WrongSourceToken => {
            pull_first(device).await.contains(r#"Name="VideoSourceConfigurationToken" Value="vsconf""#)
        }
        Fault::RelativeMoveMissing => {
            let way =
                r#"RelativeMove><ProfileToken>main</ProfileToken><Translation><PanTilt x="0.1" y="0"/></Translation>"#;
            call(device, PTZ, way).await.status == 500
        }
        Fault::StopMissing => {
            go(device, "0.5").await;
            let refused = call(device, PTZ, "Stop><ProfileToken>main</ProfileToken>").await.status == 500;
            go(device, "0").await;
            refused && !device.record().ptz.moving
        }
        Fault::MoveStatusFrozen => {
            go(device, "0.5").await;
            let moves = call(device, PTZ, "GetStatus><ProfileToken>main</ProfileToken>").await.contains("MOVING");
            !moves && device.record().ptz.moving
        }
        Fault::MoveTimeoutIgnored => {
            go(device, "0.5").await;
            device.pass(Duration::from_secs(60));
            device.record().ptz.moving
        }
        Fault::SetDoesNothing => {
            let asked = if brightness(device).await == "7" { "8" } else { "7" };
            let set = format!(
                r#"SetImagingSettings><VideoSourceToken>vs-1</VideoSourceToken><ImagingSettings><Brightness xmlns="http://www.onvif.org/ver10/schema">{asked}</Brightness></ImagingSettings>"#
            );
            call(device, IMAGING, &set).await.status == 200 && brightness(device).await != asked
        }
        Fault::SlowCamera => is_late(fleet).await,
        Fault::Unreachable => send(device.address(), "GET", "/", "", "", SOME).await.is_none(),
        Fault::SlowBody => {
            // Of a healthy camera the first read brings the length, of a slow one a byte at most.
            let answer = send(device.address(), "GET", "/snapshot/main.jpg", "", "", 1).await.unwrap();
            answer.body.len() < 100 && !answer.head.to_lowercase().contains("content-length")
        }
        Fault::NeverEndingBody => {
            let answer = get(device, "/snapshot/main.jpg", SOME).await;
            answer.body.len() > 200_000 && answer.head.to_lowercase().contains("chunked")
        }
        Fault::GiantBody => get(device, "/snapshot/main.jpg", usize::MAX).await.body.len() > 64 * 1024 * 1024,
        Fault::CompressedBomb => {
            let answer = picture(device).await;
            answer.head.to_lowercase().contains("content-encoding: gzip") && answer.body.len() < 1024 * 1024
        }
        Fault::RedirectLoopback => {
            let answer = picture(device).await;
            let to = format!("http://127.0.0.1:{}/redirected/", device.address().port());
            let leads = answer.status == 302 && answer.head.contains(&to);
            leads && get(device, "/redirected/snapshot/main.jpg", SOME).await.status == 200
        }
        Fault::RedirectMetadata => picture(device).await.head.contains("http://169.254.169.254/latest/meta-data"),
        Fault::XmlBomb => call(device, MEDIA, "GetProfiles").await.contains("&lol9;"),
        Fault::XmlExternalEntity => {
            let answer = call(device, MEDIA, "GetProfiles").await;
            get(device, "/entity", SOME).await;
            answer.contains("SYSTEM \"file:///etc/hostname\"") && device.record().entities_fetched > 0
        }
        Fault::XmlDepth => call(device, MEDIA, "GetProfiles").await.text().matches("<x>").count() == 100_000,
        Fault::XmlAttributes => call(device, MEDIA, "GetProfiles").await.contains(" a99999=\"\""),
        Fault::XmlNamespaces => call(device, MEDIA, "GetProfiles").await.contains(" xmlns:n99999="),
        Fault::HostileNames => {
            let answer = call(device, DEVICE, "GetDeviceInformation").await;
            answer.contains("&lt;img src=x") && answer.body.len() > 1_000_000
        }
        Fault::DiscoveryNoXaddrs => {
            let endpoint = device.endpoint();
            let resolve = format!(
                "<d:Resolve><a:EndpointReference><a:Address>{endpoint}</a:Address></a:EndpointReference></d:Resolve>"
            );
            let resolved = discover(fleet, &resolve).await.unwrap().contains(&device.url());
            resolved && !probe(fleet).await.unwrap().contains("XAddrs")
        }
        Fault::DiscoveryNoMetadataVersion => !probe(fleet).await.unwrap().contains("MetadataVersion"),
        Fault::DiscoveryOtherNamespace => {
            let answer = probe(fleet).await.unwrap();
            answer.contains("ws-dd/ns/discovery/2009/01") && !answer.contains("2005/04/discovery")
        }
        Fault::DiscoveryTypesFilter => {
            let typed = "<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>";
            probe(fleet).await.is_some() && discover(fleet, typed).await.is_none()
        }
        Fault::DiscoverySilent => probe(fleet).await.is_none(),
    }
}

async fn with_token(device: &Device, token: &str) -> Answer {
    let path = "/onvif/media_service";
    call_at(device.address(), path, MEDIA, "GetProfiles", token, "").await.unwrap()
}

async fn services(device: &Device) -> Answer {
    call(device, DEVICE, "GetServices").await
}

async fn picture(device: &Device) -> Answer {
    get(device, "/snapshot/main.jpg", usize::MAX).await
}

async fn snapshot_uri(device: &Device) -> String {
    call(device, MEDIA, "GetSnapshotUri><ProfileToken>main</ProfileToken>").await.inside("tt:Uri")
}

async fn snapshot_path(device: &Device) -> String {
    snapshot_uri(device).await.replacen(&format!("http://{}", device.address()), "", 1)
}

async fn stream_uri(device: &Device) -> String {
    call(device, MEDIA, "GetStreamUri><ProfileToken>main</ProfileToken>").await.inside("tt:Uri")
}

async fn brightness(device: &Device) -> String {
    let action = "GetImagingSettings><VideoSourceToken>vs-1</VideoSourceToken>";
    call(device, IMAGING, action).await.inside("tt:Brightness")
}

async fn create(device: &Device, termination: &str) -> Answer {
    let action = format!("CreatePullPointSubscription><InitialTerminationTime>{termination}</InitialTerminationTime>");
    call(device, EVENTS, &action).await
}

/// The path of a new subscription of a minute.
async fn subscription(device: &Device) -> String {
    let address = create(device, "PT60S").await.inside("wsa:Address");
    address.replacen(&format!("http://{}", device.address()), "", 1)
}

async fn at(device: &Device, path: &str, namespace: &str, action: &str) -> Option<Answer> {
    call_at(device.address(), path, namespace, action, "", "").await
}

async fn try_pull(device: &Device, path: &str, timeout: &str, limit: usize) -> Option<Answer> {
    let action = format!("PullMessages><Timeout>{timeout}</Timeout><MessageLimit>{limit}</MessageLimit>");
    at(device, path, EVENTS, &action).await
}

async fn pull(device: &Device, path: &str, timeout: &str, limit: usize) -> Answer {
    try_pull(device, path, timeout, limit).await.unwrap()
}

async fn pull_first(device: &Device) -> Answer {
    let path = subscription(device).await;
    pull(device, &path, "PT0S", 9).await
}

async fn renew(device: &Device, path: &str) -> Answer {
    at(device, path, NOTIFICATION, "Renew><TerminationTime>PT60S</TerminationTime>").await.unwrap()
}

fn seconds_granted(answer: &Answer) -> i64 {
    let time = |tag: &str| answer.inside(tag).parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    (time("wsnt:TerminationTime") - time("wsnt:CurrentTime")).num_seconds()
}

/// Moves to the right for five seconds.
async fn go(device: &Device, speed: &str) {
    let action = format!(
        r#"ContinuousMove><ProfileToken>main</ProfileToken><Velocity><PanTilt x="{speed}" y="0"/></Velocity><Timeout>PT5S</Timeout>"#
    );
    assert_eq!(call(device, PTZ, &action).await.status, 200);
}

/// Whether an answer comes later than fifty of a camera that is not slow.
async fn is_late(fleet: &Fleet) -> bool {
    let (slow, healthy) = (&fleet.devices()[0], &fleet.devices()[1]);
    let fifty = async {
        for _ in 0..50 {
            call(healthy, MEDIA, "GetProfiles").await;
        }
    };
    tokio::select! {
        biased;
        _ = call(slow, MEDIA, "GetProfiles") => false,
        () = fifty => true,
    }
}

/// What the first camera answers to a probe or a resolve; none when only the second one does, which comes after it.
async fn discover(fleet: &Fleet, inner: &str) -> Option<String> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let question = format!(
        r#"<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><e:Header><a:MessageID>urn:uuid:7</a:MessageID></e:Header><e:Body>{inner}</e:Body></e:Envelope>"#
    );
    socket.send_to(question.as_bytes(), fleet.discovery()[0]).await.unwrap();
    let mut buffer = vec![0; 16 * 1024];
    let (length, _) = socket.recv_from(&mut buffer).await.unwrap();
    let answer = String::from_utf8(buffer[..length].to_vec()).unwrap();
    answer.contains(&fleet.devices()[0].endpoint()).then_some(answer)
}

async fn probe(fleet: &Fleet) -> Option<String> {
    discover(fleet, "<d:Probe/>").await
}
