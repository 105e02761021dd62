use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use xl_model::block::NotTaken;
use xl_model::fault::Code;
use xl_model::fault::code as fault;
use xl_model::position::PositionError;

use super::*;
use crate::api::testing::TestSite;

const BOUNDARY: &str = "xueliang-boundary";

fn part(head: &str, bytes: &[u8]) -> Vec<u8> {
    [format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n").as_bytes(), bytes, b"\r\n"].concat()
}

fn request(parts: &[Vec<u8>]) -> Request {
    let body = [parts.concat(), format!("--{BOUNDARY}--\r\n").into_bytes()].concat();
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    Request::post("/").header(header::CONTENT_TYPE, kind).body(Body::from(body)).unwrap()
}

fn form(body: impl Into<Body>) -> Request {
    let kind = "application/x-www-form-urlencoded";
    Request::post("/").header(header::CONTENT_TYPE, kind).body(body.into()).unwrap()
}

fn fields() -> Vec<Field> {
    serde_json::from_value(serde_json::json!([
        { "name": "found", "label": "l", "input": { "as": "many", "options": [
            { "value": "bin", "label": "l" }, { "value": "wall", "label": "l" } ] } },
        { "name": "note", "label": "l", "input": { "as": "text" } },
    ]))
    .unwrap()
}

#[test]
fn what_comes_several_times_is_a_list_only_where_the_field_is_one() {
    let sent = [("found", "wall"), ("note", "first"), ("found", "bin"), ("note", "last")];
    let texts = together(&fields(), sent.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec());
    assert_eq!((texts["found"].as_str(), texts["note"].as_str()), ("wall bin", "last"));
}

#[test]
fn the_host_says_what_is_wrong_in_both_languages() {
    for wrong in [
        Wrong::TakesNone,
        Wrong::TooMany(4),
        Wrong::Gone,
        Wrong::Picture(fault::NOT_JPEG),
        Wrong::Picture(fault::PICTURE_TOO_LARGE),
        Wrong::Picture(fault::BROKEN_JPEG),
        Wrong::Picture(Code(1)),
        Wrong::Value(NotTaken::Position(PositionError::Form)),
        Wrong::Value(NotTaken::Position(PositionError::Range)),
        Wrong::Value(NotTaken::Check),
        Wrong::Value(NotTaken::Choice),
    ] {
        let (zh, en) = (wrong.said(Language::Chinese), wrong.said(Language::English));
        assert!(!zh.is_ascii() && en.is_ascii() && en.len() > 10, "{zh} {en}");
    }
}

#[tokio::test]
async fn a_browsers_form_is_read_with_its_files_and_without_empty_ones() {
    let site = TestSite::new().await;
    let parts = [
        part("name=\"note\"", "脏".as_bytes()),
        part("name=\"photo\"; filename=\"a.jpg\"", b"jpeg"),
        part("name=\"more\"; filename=\"\"", b""),
        part("name=\"found\"", b"bin"),
        part("name=\"found\"", b"wall"),
    ];
    let filled = Filled::of_browser(&site.state, request(&parts)).await.unwrap();
    let texts = [("note", "脏"), ("found", "bin"), ("found", "wall")];
    assert_eq!(filled.texts, texts.map(|(name, text)| (name.to_owned(), text.to_owned())));
    assert_eq!(filled.pictures, [("photo".to_owned(), Bytes::from_static(b"jpeg"))]);
    let filled = Filled::of_browser(&site.state, form("note=a+b&found=bin&found=wall")).await.unwrap();
    assert_eq!((filled.texts.len(), filled.pictures.len()), (3, 0));
}

#[tokio::test]
async fn a_picture_that_is_too_large_is_cut_off_and_the_rest_of_the_form_is_kept() {
    let site = TestSite::new().await;
    let large = vec![7; xl_model::picture::MAX_UPLOAD_BYTES + 100_000];
    let parts = [part("name=\"photo\"; filename=\"a.jpg\"", &large), part("name=\"note\"", b"kept")];
    // The limit of the whole body is the route's; without one axum takes 2 MB.
    let mut request = request(&parts);
    axum::extract::DefaultBodyLimit::max(MAX_PRESS_BYTES).apply(&mut request);
    let filled = Filled::of_browser(&site.state, request).await.unwrap();
    assert_eq!(filled.pictures[0].1.len(), xl_model::picture::MAX_UPLOAD_BYTES + 1);
    assert_eq!(filled.texts, [("note".to_owned(), "kept".to_owned())]);
}

#[tokio::test]
async fn texts_without_end_are_refused() {
    let site = TestSite::new().await;
    let long = "x".repeat(1024 * 1024 + 1);
    for request in [form(format!("note={long}")), request(&[part("name=\"note\"", long.as_bytes())])] {
        assert_eq!(Filled::of_browser(&site.state, request).await.unwrap_err().status.as_u16(), 413);
    }
}

#[derive(Debug, serde::Deserialize)]
struct Press {
    form: Texts,
}

#[tokio::test]
async fn a_program_sends_json_alone_or_beside_its_pictures() {
    let site = TestSite::new().await;
    let json = br#"{"form":{"note":"a"}}"#;
    let alone = Request::post("/").header(header::CONTENT_TYPE, "application/json").body(Body::from(&json[..]));
    let (press, filled) = press_of_program::<Press>(&site.state, alone.unwrap()).await.unwrap();
    assert_eq!((press.form["note"].as_str(), filled.pictures.len()), ("a", 0));
    let parts = [
        part("name=\"photo\"\r\ncontent-type: image/jpeg", b"one"),
        part("name=\"press\"", json),
        part("name=\"photo\"; filename=\"b.jpg\"", b"two"),
    ];
    let (press, filled) = press_of_program::<Press>(&site.state, request(&parts)).await.unwrap();
    assert_eq!((press.form["note"].as_str(), filled.pictures.len(), filled.texts.len()), ("a", 2, 0));
}

#[tokio::test]
async fn a_program_that_sends_something_else_is_told_which_part() {
    let site = TestSite::new().await;
    for (parts, field) in [
        (vec![part("name=\"photo\"; filename=\"a.jpg\"", b"one")], "press"),
        (vec![part("name=\"press\"", b"{\"form\":{}}"), part("name=\"photo\"", b"text")], "photo"),
        (vec![part("name=\"press\"", b"{}")], "form"),
    ] {
        let problem = press_of_program::<Press>(&site.state, request(&parts)).await.unwrap_err();
        assert!(problem.fields.contains_key(field), "{problem:?}");
    }
    let broken = press_of_program::<Press>(&site.state, request(&[part("name=\"press\"", b"{")])).await.unwrap_err();
    assert_eq!(broken.status.as_u16(), 400);
}
