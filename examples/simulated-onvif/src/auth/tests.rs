//! The rules of a login, without a network.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::Digest;
use sha1::Sha1;

use super::*;
use crate::xml;

const NOW: &str = "2026-11-25T08:00:00Z";

fn setting(auth: Auth) -> Setting<'static> {
    Setting {
        auth,
        offer: DigestOffer::Both,
        user: "admin",
        password: "secret",
        lock_after: Some(3),
        created_strict: false,
        utc: NOW.parse().unwrap(),
        now: Moment(0),
    }
}

fn token(nonce: &str, created: &str, digest: &str) -> Element {
    let kind = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
    let text = format!(
        r#"<UsernameToken><Username>admin</Username><Password Type="{kind}">{digest}</Password><Nonce>{nonce}</Nonce><Created>{created}</Created></UsernameToken>"#
    );
    xml::read(text.as_bytes()).unwrap()
}

fn signed(nonce: &str, created: &str) -> Element {
    let raw = STANDARD.decode(nonce).unwrap();
    let mut hash = Sha1::new();
    hash.update(raw);
    hash.update(created);
    hash.update("secret");
    token(nonce, created, &STANDARD.encode(hash.finalize()))
}

fn with_token(token: &Element) -> Attempt<'_> {
    Attempt { method: "POST", uri: "/onvif/device_service", header: None, token: Some(token) }
}

fn with_header(header: &str) -> Attempt<'_> {
    Attempt { method: "POST", uri: "/x", header: Some(header), token: None }
}

#[test]
fn the_example_of_the_onvif_programmers_guide_is_let_in() {
    // ONVIF Application Programmer's Guide 1.0, section 6.1.1.3: the password is `userpassword`.
    let token = token("LKqI6G/AikKCQrN0zqZFlg==", "2010-09-16T07:50:45Z", "tuOSpGlFlIXsozq4HFNeeGeFLEI=");
    let setting =
        Setting { password: "userpassword", utc: "2010-09-16T07:50:45Z".parse().unwrap(), ..setting(Auth::Wsse) };
    assert_eq!(Guard::default().judge(&setting, &with_token(&token)), Verdict::Allowed("wsse"));
}

#[test]
fn a_token_older_or_newer_than_a_minute_is_refused() {
    for (created, verdict) in [
        ("2026-11-25T07:59:00Z", Verdict::Allowed("wsse")),
        ("2026-11-25T16:01:00+08:00", Verdict::Allowed("wsse")),
        ("2026-11-25T07:58:59Z", Verdict::Wrong),
        ("2026-11-25T08:01:01Z", Verdict::Wrong),
        ("yesterday", Verdict::Wrong),
    ] {
        let token = signed("AAAA", created);
        assert_eq!(Guard::default().judge(&setting(Auth::Wsse), &with_token(&token)), verdict, "{created}");
    }
}

#[test]
fn a_strict_camera_takes_only_whole_seconds_in_utc() {
    let strict = Setting { created_strict: true, ..setting(Auth::Wsse) };
    for (created, verdict) in [
        (NOW, Verdict::Allowed("wsse")),
        ("2026-11-25T08:00:00.123Z", Verdict::Wrong),
        ("2026-11-25T08:00:00+00:00", Verdict::Wrong),
    ] {
        assert_eq!(Guard::default().judge(&strict, &with_token(&signed("AAAA", created))), verdict, "{created}");
    }
}

#[test]
fn a_repeated_nonce_is_refused() {
    let (mut guard, token) = (Guard::default(), signed("AAAA", NOW));
    assert_eq!(guard.judge(&setting(Auth::Wsse), &with_token(&token)), Verdict::Allowed("wsse"));
    assert_eq!(guard.judge(&setting(Auth::Wsse), &with_token(&token)), Verdict::Wrong);
    assert_eq!(guard.replays, 1);
}

#[test]
fn an_account_locks_after_its_wrong_tries_and_opens_again() {
    let mut guard = Guard::default();
    let wrong = token("AAAA", NOW, "d3Jvbmc=");
    for _ in 0..3 {
        assert_eq!(guard.judge(&setting(Auth::Wsse), &with_token(&wrong)), Verdict::Wrong);
    }
    let right = signed("AAAB", NOW);
    assert_eq!(guard.judge(&setting(Auth::Wsse), &with_token(&right)), Verdict::Locked);
    let later = Setting { now: Moment(0).after(LOCKED_FOR), ..setting(Auth::Wsse) };
    assert_eq!(guard.judge(&later, &with_token(&right)), Verdict::Allowed("wsse"));
}

#[test]
fn a_request_without_a_login_is_no_wrong_try() {
    let mut guard = Guard::default();
    for _ in 0..9 {
        assert_eq!(guard.judge(&setting(Auth::Either), &with_header("")), Verdict::Anonymous);
    }
}

#[test]
fn the_examples_of_rfc_7616_are_computed_alike() {
    // RFC 7616, section 3.9.1, both algorithms: the same fields, so the same hashes.
    let fields =
        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:00000001:f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ:auth";
    for (algorithm, response) in [
        (Algorithm::Md5, "8ca523f5e9506fed4657c9700eebdbec"),
        (Algorithm::Sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ] {
        let hash = |text: &str| algorithm.hash(text);
        let secret = hash("Mufasa:http-auth@example.org:Circle of Life");
        assert_eq!(hash(&format!("{secret}:{fields}:{}", hash("GET:/dir/index.html"))), response);
    }
}

#[test]
fn a_digest_counts_up_and_its_nonce_grows_old() {
    let mut guard = Guard::default();
    let challenge = guard.challenges(Auth::Digest, DigestOffer::Md5, false, Moment(0)).remove(0);
    let nonce = challenge.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let header = |nc: &str| {
        let hash = |text: &str| Algorithm::Md5.hash(text);
        let secret = hash(&format!("admin:{}:secret", digest::REALM));
        let response = hash(&format!("{secret}:{nonce}:{nc}:c,d:auth:{}", hash("POST:/x")));
        format!(
            r#"Digest username="admin", realm="{}", nonce="{nonce}", uri="/x", cnonce="c,d", nc={nc}, qop=auth, response="{response}""#,
            digest::REALM
        )
    };
    let setting = setting(Auth::Digest);
    assert_eq!(guard.judge(&setting, &with_header(&header("00000001"))), Verdict::Allowed("digest-md5"));
    assert_eq!(guard.judge(&setting, &with_header(&header("00000001"))), Verdict::Wrong);
    assert_eq!(guard.judge(&setting, &with_header(&header("00000002"))), Verdict::Allowed("digest-md5"));
    let later = Setting { now: Moment(301_000), ..setting };
    assert_eq!(guard.judge(&later, &with_header(&header("00000003"))), Verdict::Stale);
    assert_eq!(guard.replays, 1);
}

#[test]
fn a_password_in_clear_text_is_counted_and_only_let_in_where_it_counts() {
    let basic = format!("Basic {}", STANDARD.encode("admin:secret"));
    let mut guard = Guard::default();
    assert_eq!(guard.judge(&setting(Auth::Digest), &with_header(&basic)), Verdict::Anonymous);
    assert_eq!(guard.judge(&setting(Auth::Text), &with_header(&basic)), Verdict::Allowed("basic"));
    let text = "<UsernameToken><Username>admin</Username><Password>secret</Password></UsernameToken>";
    let token = xml::read(text.as_bytes()).unwrap();
    assert_eq!(guard.judge(&setting(Auth::Text), &with_token(&token)), Verdict::Allowed("text"));
    assert_eq!(guard.judge(&setting(Auth::Wsse), &with_token(&token)), Verdict::Wrong);
    guard.notice(&with_header(&basic));
    guard.notice(&with_token(&token));
    guard.notice(&with_token(&signed("AAAA", NOW)));
    assert_eq!(guard.clear_text, 2);
}

#[test]
fn a_camera_that_wants_both_is_not_content_with_one() {
    let mut guard = Guard::default();
    let token = signed("AAAA", NOW);
    assert_eq!(guard.judge(&setting(Auth::Both), &with_token(&token)), Verdict::Anonymous);
}
