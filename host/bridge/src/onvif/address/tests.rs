//! The table, row by row.

use super::*;

fn rules() -> Rules {
    Rules::new("http://192.168.7.20:8080/onvif/device_service".parse().unwrap())
}

fn service(text: &str) -> Result<String, AddressFault> {
    rules().rewrite(text, Use::Service).map(|url| url.full())
}

fn subscription(text: &str) -> Result<String, AddressFault> {
    rules().rewrite(text, Use::Subscription).map(|url| url.full())
}

fn stream(text: &str) -> Result<String, AddressFault> {
    rules().rewrite_stream(text).map(|uri| uri.to_string())
}

#[test]
fn an_endpoint_is_read_in_every_form_that_a_person_types() {
    let read = |text: &str| text.parse::<Endpoint>().map(|e| (e.tls, e.host.to_string(), e.port, e.path));
    let device = DEVICE_PATH.to_owned();
    assert_eq!(read("192.0.2.7").unwrap(), (false, "192.0.2.7".into(), 80, device.clone()));
    assert_eq!(read(" cam.example:2020 ").unwrap(), (false, "cam.example".into(), 2020, device.clone()));
    assert_eq!(read("2001:db8::7").unwrap(), (false, "[2001:db8::7]".into(), 80, device.clone()));
    assert_eq!(read("[2001:db8::7]:81").unwrap(), (false, "[2001:db8::7]".into(), 81, device));
    assert_eq!(read("https://192.0.2.7/x").unwrap(), (true, "192.0.2.7".into(), 443, "/x".into()));
    for bad in ["", "http://", "ftp://192.0.2.7", "http://a b/", "192.0.2.7:0", "192.0.2.7:99999", "http://300.1.1.1/"]
    {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn the_enrolled_host_is_used_as_is() {
    assert_eq!(service("http://192.168.7.20:2020/onvif/media").unwrap(), "http://192.168.7.20:2020/onvif/media");
    assert_eq!(service("https://192.168.7.20/onvif/media?a=1").unwrap(), "https://192.168.7.20/onvif/media?a=1");
}

#[test]
fn a_private_or_missing_host_becomes_the_enrolled_one_with_its_port() {
    let expected = "http://192.168.7.20:8080/onvif/media?p=1";
    for text in [
        "http://192.168.1.64/onvif/media?p=1",
        "http://10.0.0.9:8000/onvif/media?p=1",
        "http:///onvif/media?p=1",
        "http://:80/onvif/media?p=1",
        "http://127.0.0.1/onvif/media?p=1",
        "http://0.0.0.0/onvif/media?p=1",
        "http://169.254.4.4/onvif/media?p=1",
        "https://192.168.1.64:443/onvif/media?p=1",
        "http://[fd00::1]:80/onvif/media?p=1",
    ] {
        assert_eq!(service(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_port_map_leads_through_nat_with_several_ports() {
    let mut rules = rules();
    rules.ports.extend([(80, 18080), (554, 10554)]);
    assert_eq!(rules.rewrite("http://10.0.0.9/a", Use::Service).unwrap().port(), 18080);
    assert_eq!(rules.rewrite("http://10.0.0.9/a", Use::Subscription).unwrap().port(), 18080);
    assert_eq!(rules.rewrite_stream("rtsp://10.0.0.9/a").unwrap().port, 10554);
}

#[test]
fn a_subscription_keeps_port_and_path() {
    let tapo = subscription("http://10.0.0.9:2020/event-0_2020").unwrap();
    assert_eq!(tapo, "http://192.168.7.20:2020/event-0_2020");
    let growing = subscription("http://192.168.0.60:1025/event-1025_1025").unwrap();
    assert_eq!(growing, "http://192.168.7.20:1025/event-1025_1025");
}

#[test]
fn a_stream_loses_its_password_and_gets_the_enrolled_host() {
    assert_eq!(stream("rtsp://admin:pa@ss@192.168.1.64:554/ch0").unwrap(), "rtsp://192.168.7.20:554/ch0");
    assert_eq!(stream("rtsp://192.168.7.20/ch0?u=1").unwrap(), "rtsp://192.168.7.20:554/ch0?u=1");
    assert_eq!(stream("rtsps://192.168.1.64/ch0").unwrap(), "rtsps://192.168.7.20:322/ch0");
    assert!(matches!(stream("http://192.168.7.20/ch0"), Err(AddressFault::Scheme(_))));
    let mut rules = rules();
    rules.stream_port = Some(8554);
    assert_eq!(rules.rewrite_stream("rtsp://192.168.1.64:554/ch0").unwrap().port, 8554);
}

/// CAM-5.
#[test]
fn a_foreign_host_is_refused_with_its_name_unless_pinned() {
    for text in ["http://203.0.113.9/x", "http://evil.example/x", "http://localhost./x", "http://3405803785/x"] {
        assert!(matches!(service(text), Err(AddressFault::Foreign(_))), "{text}");
        assert!(matches!(subscription(text), Err(AddressFault::Foreign(_))), "{text}");
    }
    let mut rules = rules();
    rules.pinned.push(Host::parse("media.example").unwrap());
    let pinned = rules.rewrite("http://media.example:81/x", Use::Snapshot).unwrap();
    assert_eq!((pinned.full().as_str(), pinned.takes_credentials()), ("http://media.example:81/x", false));
}

#[test]
fn a_doubled_port_is_repaired_and_two_ports_are_refused() {
    assert_eq!(service("http://192.168.7.20:8106:8106/onvif").unwrap(), "http://192.168.7.20:8106/onvif");
    assert!(service("http://192.168.7.20:8106:8107/onvif").is_err());
}

/// CAM-1, CAM-2: one spelling for one host, whatever the camera wrote.
#[test]
fn every_spelling_of_an_address_is_the_same_host() {
    for text in ["192.168.1.64", "192.168.1.64.", "0300.0250.1.0x40", "3232235840", "0xc0a80140", "192。168。1。64"]
    {
        assert_eq!(Host::parse(text).unwrap(), Host::Ip([192, 168, 1, 64].into()), "{text}");
    }
    assert_eq!(Host::parse("LOCALHOST.").unwrap(), Host::Name("localhost".into()));
    for text in ["", ".", "a b", "1.2.3.4.5", "256.1.1.1", "[fe80::1%25eth0]", "a/b", "a@b", "a\u{0}b"] {
        assert!(Host::parse(text).is_err(), "{text}");
    }
}

#[test]
fn tricks_with_user_names_and_slashes_change_no_host() {
    assert_eq!(service("http://203.0.113.9@192.168.7.20:8080/x").unwrap(), "http://192.168.7.20:8080/x");
    assert!(service("http://192.168.7.20:8080@203.0.113.9/x").is_err());
    assert!(service("http://203.0.113.9\\@192.168.7.20/x").is_err());
    assert!(service("http://203.0.113.9#@192.168.7.20/x").is_err());
    assert!(service("http://192.168.7.20/\r\nX: y").is_err());
    for text in ["file:///etc/passwd", "gopher://192.168.7.20/x", "javascript:alert(1)", "//192.168.7.20/x", ""] {
        assert!(service(text).is_err(), "{text}");
    }
}

#[test]
fn what_is_logged_of_a_url_holds_no_query() {
    let url = rules().rewrite("http://u:p@192.168.7.20/snap?user=admin&pass=geheim", Use::Snapshot).unwrap();
    assert_eq!(url.to_string(), "http://192.168.7.20/snap");
    assert_eq!(url.path(), "/snap?user=admin&pass=geheim");
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(1_000))]

    /// CAM-2: whatever a camera writes, what comes out points at the enrolled host.
    #[test]
    fn no_text_leads_to_another_host(text in "(http|https|rtsp|HTTP)://[a-zA-Z0-9.:@\\[\\]/?#%\\\\x。-]{0,40}") {
        if let Ok(url) = rules().rewrite(&text, Use::Service) {
            proptest::prop_assert_eq!(url.host(), &rules().endpoint.host);
            proptest::prop_assert!(url.path().starts_with('/') && !url.path().contains(char::is_whitespace));
        }
    }
}
