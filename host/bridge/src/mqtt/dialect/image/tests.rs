//! A picture in every form, and what is none.

use bytes::Bytes;
use proptest::prelude::any;
use proptest::proptest;
use xl_model::fault::code;

use super::Found;
use super::PICTURE_BYTES_MOST;
use super::fault;
use super::find;

macro_rules! recorded {
    ($what:literal) => {
        include_bytes!(concat!("../../../../testdata/", $what))
    };
}

const JPEG: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF";

fn found(payload: &[u8]) -> Result<Found, xl_model::fault::Code> {
    let pointers = ["/image", "/data", "/params/image/value"].map(str::to_owned);
    find(&Bytes::copy_from_slice(payload), &pointers, false).map_err(|refused| refused.code)
}

fn jpeg() -> Result<Found, xl_model::fault::Code> {
    Ok(Found::Picture(Bytes::from_static(JPEG)))
}

#[test]
fn raw_bytes_are_a_picture_by_their_first_bytes() {
    assert_eq!(found(JPEG), jpeg());
    let png = b"\x89PNG\r\n\x1a\n";
    assert_eq!(found(png), Ok(Found::Picture(Bytes::from_static(png))), "refused where pictures are looked at");
    assert_eq!(found(b"GIF89a"), Err(fault::UNKNOWN_PAYLOAD));
}

#[test]
fn esp32_data_url_becomes_a_picture() {
    assert_eq!(found(recorded!("esp32_data_url.txt")), jpeg());
    assert_eq!(found(b"DATA:image/jpeg;charset=x;BASE64,/9j/4AAQSkZJRg"), jpeg());
    assert_eq!(found(b"data:image/jpeg,%ff%d8"), Err(fault::UNKNOWN_PAYLOAD));
    assert_eq!(found(b"data:image/jpeg;base64"), Err(fault::UNKNOWN_PAYLOAD));
    assert_eq!(found(b"data:image/jpeg;base64,/9j/4A*"), Err(fault::BAD_BASE64));
    assert_eq!(found(b"data:image/jpeg;base64,aGVsbG8="), Err(fault::UNKNOWN_PAYLOAD));
}

#[test]
fn neolink_preview_is_base64_with_broken_lines_and_no_padding() {
    assert_eq!(found(recorded!("neolink_preview_base64.txt")), jpeg());
    assert_eq!(found(b"/9j/4A*"), Err(fault::BAD_BASE64));
    assert_eq!(found(b"aGVsbG8="), Err(fault::UNKNOWN_PAYLOAD));
    assert_eq!(found(b"online"), Err(fault::UNKNOWN_PAYLOAD));
}

#[test]
fn esp32_json_is_searched_by_its_pointers_in_order() {
    assert_eq!(found(recorded!("esp32_json_base64.json")), jpeg());
    assert_eq!(found(br#" {"data":"data:image/jpeg;base64,/9j/4AAQSkZJRg"}"#), jpeg());
    assert_eq!(found(br#"{"params":{"image":{"value":"/9j/4AAQSkZJRg=="}}}"#), jpeg());
    assert_eq!(found(br#"{"image":"/9j/4AAQSkZJRg","data":"x"}"#), jpeg());
    assert_eq!(found(br#"{"picture":"/9j/4AAQSkZJRg"}"#), Err(fault::UNKNOWN_PAYLOAD));
    assert_eq!(found(br#"{"image":7}"#), Err(fault::UNKNOWN_PAYLOAD));
    assert_eq!(found(br#"{"image":"#), Err(code::BAD_JSON));
    let list = ["/0/image".to_owned()];
    assert!(find(&Bytes::from_static(br#"[{"image":"/9j/4AAQSkZJRg"}]"#), &list, false).is_ok());
}

#[test]
fn an_address_is_refused_unless_the_mapping_allows_it() {
    for payload in ["http://192.0.2.10/snap.jpg", r#"{"image":"https://192.0.2.10/snap.jpg"}"#] {
        assert_eq!(found(payload.as_bytes()), Err(fault::URL_NOT_ALLOWED), "{payload}");
        let allowed = find(&Bytes::copy_from_slice(payload.as_bytes()), &["/image".to_owned()], true).unwrap();
        assert!(matches!(allowed, Found::Url(url) if url.ends_with("://192.0.2.10/snap.jpg")), "{payload}");
    }
}

#[test]
fn an_address_that_is_allowed_still_has_its_rules() {
    let long = format!("http://192.0.2.10/{}", "a".repeat(2048));
    for url in
        ["http://user:secret@192.0.2.10/", "http:///x", "http://192.0.2.10/a b", "http://a\\@b/", "http://大棚/", &long]
    {
        let refused = find(&Bytes::copy_from_slice(url.as_bytes()), &[], true).map_err(|refused| refused.code);
        assert_eq!(refused, Err(fault::URL_NOT_ALLOWED), "{url}");
    }
    for other in ["ftp://192.0.2.10/x", "file:///etc/passwd", "rtsp://192.0.2.10/"] {
        let refused = find(&Bytes::copy_from_slice(other.as_bytes()), &[], true).map_err(|refused| refused.code);
        assert_eq!(refused, Err(fault::UNKNOWN_PAYLOAD), "{other}");
    }
}

#[test]
fn an_empty_payload_is_no_picture_and_no_fault() {
    assert_eq!(found(b""), Ok(Found::Nothing));
    assert_eq!(found(b" \r\n"), Ok(Found::Nothing));
}

#[test]
fn a_picture_has_its_limit_in_every_form() {
    let mut raw = vec![0; PICTURE_BYTES_MOST];
    raw[..3].copy_from_slice(&JPEG[..3]);
    assert!(found(&raw).is_ok());
    raw.push(0);
    assert_eq!(found(&raw), Err(code::PICTURE_TOO_LARGE));
    let base64 = ["/9j/", &"AAAA".repeat(PICTURE_BYTES_MOST / 3)].concat();
    assert_eq!(found(base64.as_bytes()), Err(code::PICTURE_TOO_LARGE));
    assert_eq!(found(format!("data:image/jpeg;base64,{base64}").as_bytes()), Err(code::PICTURE_TOO_LARGE));
    assert_eq!(found(format!(r#"{{"image":"{base64}"}}"#).as_bytes()), Err(code::PICTURE_TOO_LARGE));
    let padded = format!(r#"{{"image":"{}"}}"#, " ".repeat(5 * 1024 * 1024));
    assert_eq!(found(padded.as_bytes()), Err(code::DATA_TOO_LARGE));
}

proptest! {
    #[test]
    fn any_bytes_are_a_picture_or_refused(payload in any::<Vec<u8>>(), text in "[ -~]{0,60}", allow_url in any::<bool>()) {
        let tails = ["data:image/", "data:image/png;base64,", "{\"image\":\"", "/9j/", "http://"].map(|head| [head, &text].concat());
        for payload in tails.into_iter().map(String::into_bytes).chain([payload]) {
            if let Ok(Found::Picture(picture)) = find(&Bytes::from(payload), &["/image".to_owned()], allow_url) {
                assert!(super::is_picture(&picture));
            }
        }
    }
}
