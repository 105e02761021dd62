//! The whole flow against a provider of our own that can be made to answer anything. A real one is in `tests/all/openid.rs`.

mod bench;

use std::collections::HashMap;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use serde_json::Value;
use serde_json::json;

use super::*;
use bench::Bench;
use bench::NOW_S;
use bench::Pair;
use bench::answer;

#[tokio::test]
async fn a_sign_in_goes_there_and_back_with_a_state_a_nonce_and_a_proof() {
    let bench = Bench::new().await;
    let (way, query) = bench.begin().await;
    assert!(way.address.starts_with(&format!("{}/auth?a=b&response_type=code&client_id=hub&", bench.issuer)));
    assert_eq!(query["redirect_uri"], "https://hub.example.cn/sign-in/openid/back");
    assert_eq!((query["scope"].as_str(), query["code_challenge_method"].as_str()), ("openid", "S256"));
    for name in ["state", "nonce", "code_challenge"] {
        assert_eq!(query[name].len(), 43, "{name}");
    }
    bench.answers(&bench.signed(&bench.claims(&query["nonce"])));
    let vouched = bench.openid.end(Some(&way.browser), answer(&query["state"])).await.unwrap();
    let identity = Identified { issuer: bench.issuer.clone(), subject: "li-4711".to_owned() };
    assert_eq!(vouched, Vouched { identity, next: "/cameras".to_owned() });
    let (form, login) = {
        let script = bench.script.lock().unwrap();
        (script.asked.2[0].clone(), script.logins[0].clone())
    };
    let form: HashMap<_, _> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    assert_eq!((form["grant_type"].as_str(), form["code"].as_str()), ("authorization_code", "c0de"));
    assert_eq!(URL_SAFE_NO_PAD.encode(sha256(&form["code_verifier"])), query["code_challenge"]);
    assert!(!form.contains_key("client_secret"));
    let basic = base64::engine::general_purpose::STANDARD.decode(login.strip_prefix("Basic ").unwrap()).unwrap();
    assert_eq!(basic, b"hub:s%26cret");
    assert_eq!(bench.asked(), (1, 1, 1));
    bench.sign_in(|claims| bench.signed(&claims)).await.unwrap();
    assert_eq!(bench.asked(), (1, 1, 2), "description and keys are kept");

    let (way, query) = bench.begin_to(&format!("/{}", "a".repeat(1_024))).await;
    bench.answers(&bench.signed(&bench.claims(&query["nonce"])));
    let vouched = bench.openid.end(Some(&way.browser), answer(&query["state"])).await.unwrap();
    assert_eq!(vouched.next, "/", "a longer address is not remembered");
}

#[tokio::test]
async fn a_state_that_is_missing_foreign_used_or_old_is_refused_before_the_provider_is_asked() {
    let bench = Bench::new().await;
    let (way, query) = bench.begin().await;
    let (other, _) = bench.begin().await;
    let none = Answer { code: Some("c0de".to_owned()), ..Answer::default() };
    for (browser, answer) in [
        (Some(way.browser.as_str()), none),
        (Some(way.browser.as_str()), answer("A")),
        (Some(other.browser.as_str()), answer(&query["state"])),
        // Its state was shown in another browser, and is gone by that.
        (Some(way.browser.as_str()), answer(&query["state"])),
    ] {
        assert_eq!(bench.openid.end(browser, answer).await.unwrap_err().code().0, 922);
    }
    let (_, query) = bench.begin().await;
    assert_eq!(bench.openid.end(None, answer(&query["state"])).await, Err(OpenIdError::NoSuchSignIn));
    let (way, query) = bench.begin().await;
    bench.clock.0.fetch_add(PATIENCE_MS, Ordering::SeqCst);
    let late = bench.openid.end(Some(&way.browser), answer(&query["state"])).await;
    assert_eq!(late, Err(OpenIdError::NoSuchSignIn));
    assert_eq!(bench.asked().2, 0);

    let (way, query) = bench.begin().await;
    bench.answers(&bench.signed(&bench.claims(&query["nonce"])));
    bench.clock.0.store(NOW_S * 1_000 + PATIENCE_MS, Ordering::SeqCst);
    bench.openid.end(Some(&way.browser), answer(&query["state"])).await.unwrap_err();
    let again = bench.openid.end(Some(&way.browser), answer(&query["state"])).await;
    assert_eq!(again, Err(OpenIdError::NoSuchSignIn), "whatever came of it, a state is taken once");
}

#[tokio::test]
async fn a_token_that_lacks_anything_vouches_for_nobody() {
    let bench = Bench::new().await;
    type Forge = Box<dyn Fn(&Bench, Value) -> String>;
    let with = |name: &'static str, value: Value| -> Forge {
        Box::new(move |bench, mut claims| {
            claims[name] = value.clone();
            bench.signed(&claims)
        })
    };
    let without = |name: &'static str| -> Forge {
        Box::new(move |bench, mut claims| {
            claims.as_object_mut().unwrap().remove(name);
            bench.signed(&claims)
        })
    };
    let headed = |header: Value| -> Forge { Box::new(move |bench, claims| bench.pair.sign(&header, &claims)) };
    let (part, stranger) = (|value: &Value| URL_SAFE_NO_PAD.encode(value.to_string()), Pair::new("one"));
    let forged: Vec<(&str, Forge)> = vec![
        ("another nonce", with("nonce", json!("n"))),
        ("no nonce", without("nonce")),
        ("another issuer", with("iss", json!("https://evil.example"))),
        ("another audience", with("aud", json!("other"))),
        ("a further audience", with("aud", json!(["hub", "other"]))),
        ("no audience", without("aud")),
        ("made for another client", with("azp", json!("other"))),
        ("expired", with("exp", json!(NOW_S - 60))),
        ("no end", without("exp")),
        ("an end that is a text", with("exp", json!((NOW_S + 300).to_string()))),
        ("no beginning", without("iat")),
        ("from the future", with("iat", json!(NOW_S + 61))),
        ("not yet", with("nbf", json!(NOW_S + 61))),
        ("nobody", without("sub")),
        ("an empty subject", with("sub", json!(""))),
        ("a number", with("sub", json!(4711))),
        ("two lines", with("sub", json!("li\nwang"))),
        ("an endless subject", with("sub", json!("x".repeat(256)))),
        ("unsigned", Box::new(move |_, claims| format!("{}.{}.", part(&json!({"alg": "none"})), part(&claims)))),
        ("not signed", headed(json!({"alg": "none", "kid": "one"}))),
        ("another algorithm", headed(json!({"alg": "RS256", "kid": "one"}))),
        ("a shared secret", headed(json!({"alg": "HS256", "kid": "one"}))),
        ("an unknown key", headed(json!({"alg": "ES256", "kid": "two"}))),
        ("an extension", headed(json!({"alg": "ES256", "kid": "one", "crit": ["b64"], "b64": false}))),
        (
            "a key of its own",
            Box::new(move |_, claims| {
                stranger.sign(&json!({"alg": "ES256", "kid": "one", "jwk": stranger.1}), &claims)
            }),
        ),
        (
            "changed afterwards",
            Box::new(move |bench, mut claims| {
                let token = bench.signed(&claims);
                claims["sub"] = json!("wang-1");
                let mut parts = token.split('.');
                let (header, _, signature) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
                format!("{header}.{}.{signature}", part(&claims))
            }),
        ),
        ("two parts", Box::new(|_, _| "a.b".to_owned())),
        ("four parts", Box::new(|bench, claims| format!("{}.x", bench.signed(&claims)))),
        ("nothing", Box::new(|_, _| String::new())),
        ("padding", Box::new(|bench, claims| format!("{}=", bench.signed(&claims)))),
        ("a flood", Box::new(|bench, claims| bench.signed(&claims) + &"A".repeat(32 * 1024))),
    ];
    for (what, forge) in forged {
        let refused = bench.sign_in(|claims| forge(&bench, claims)).await;
        assert_eq!(refused.as_ref().map_err(|error| error.code().0), Err(924), "{what}: {refused:?}");
    }
    for (what, right) in [
        ("a list of one", with("aud", json!(["hub"]))),
        ("made for us", with("azp", json!("hub"))),
        ("within the leeway", with("exp", json!(NOW_S - 59))),
        ("parts of a second", with("iat", json!(NOW_S as f64 + 0.5))),
        ("without the key's name", headed(json!({"alg": "ES256"}))),
    ] {
        bench.sign_in(|claims| right(&bench, claims)).await.unwrap_or_else(|error| panic!("{what}: {error}"));
    }
}

/// RFC 7515 appendix A.2: RS256; appendix A.3: ES256.
#[test]
fn the_signatures_of_the_standard_are_verified_and_nothing_else_is() {
    use super::key::Algorithm;
    use super::key::KeySet;
    let claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let keys: KeySet = serde_json::from_value(json!({"keys": [
        {"kty": "RSA", "alg": "RS256", "e": "AQAB", "n": "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"},
        {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
    ]}))
    .unwrap();
    let rsa = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let ec = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    for (header, algorithm, signature) in
        [("eyJhbGciOiJSUzI1NiJ9", Algorithm::Rs256, rsa), ("eyJhbGciOiJFUzI1NiJ9", Algorithm::Es256, ec)]
    {
        let key = keys.find(None, algorithm).unwrap();
        let (signed, signature) = (format!("{header}.{claims}"), URL_SAFE_NO_PAD.decode(signature).unwrap());
        assert!(key.verifies(algorithm, signed.as_bytes(), &signature), "{algorithm:?}");
        assert!(!key.verifies(Algorithm::Ps256, signed.as_bytes(), &signature), "the key says for what it is");
        assert!(!key.verifies(algorithm, signed.replace("Joe", "joe").as_bytes(), &signature[1..]));
        assert!(!key.verifies(algorithm, &signed.as_bytes()[1..], &signature));
    }
    assert!(keys.find(Some("one"), Algorithm::Es256).is_none() && keys.find(None, Algorithm::Ps256).is_none());
}

#[tokio::test]
async fn a_provider_that_changed_its_keys_is_asked_for_them_again_and_not_too_often() {
    let bench = Bench::new().await;
    bench.sign_in(|claims| bench.signed(&claims)).await.unwrap();
    let next = Pair::new("two");
    let header = json!({"alg": "ES256", "kid": "two"});
    bench.script.lock().unwrap().keys = json!({"keys": [bench.pair.1, next.1]});
    let early = bench.sign_in(|claims| next.sign(&header, &claims)).await;
    assert_eq!((early.unwrap_err().code().0, bench.asked().1), (924, 1));
    bench.clock.0.fetch_add(10_000, Ordering::SeqCst);
    bench.sign_in(|claims| next.sign(&header, &claims)).await.unwrap();
    assert_eq!(bench.asked().1, 2);
}

#[tokio::test]
async fn what_the_provider_refuses_or_garbles_is_told_apart() {
    let bench = Bench::new().await;
    let finish = async |change: &dyn Fn(&mut Answer)| {
        let (way, query) = bench.begin().await;
        let mut answer = answer(&query["state"]);
        change(&mut answer);
        bench.openid.end(Some(&way.browser), answer).await.unwrap_err()
    };
    let declined = finish(&|answer| answer.error = Some("access_denied".to_owned())).await;
    assert_eq!((declined.code().0, declined.to_string()), (923, "the provider declined: access_denied".to_owned()));
    let markup = finish(&|answer| answer.error = Some("<b>call 110</b>".to_owned())).await;
    assert_eq!(markup.to_string(), "the provider declined: an unknown reason");
    assert_eq!(finish(&|answer| answer.code = None).await.code().0, 927);
    assert_eq!(finish(&|answer| answer.iss = Some("https://evil.example".to_owned())).await.code().0, 927);
    for (status, body, code, part) in [
        (StatusCode::BAD_REQUEST, r#"{"error":"invalid_grant"}"#.to_owned(), 927, "invalid_grant"),
        (StatusCode::UNAUTHORIZED, "no".to_owned(), 927, "status 401"),
        (StatusCode::OK, "{}".to_owned(), 927, "not the JSON"),
        (StatusCode::OK, " ".repeat(fetch::MAX_BYTES + 1), 927, "262144 bytes"),
        (StatusCode::FOUND, String::new(), 927, "status 302"),
        (StatusCode::BAD_GATEWAY, String::new(), 921, "status 502"),
    ] {
        bench.script.lock().unwrap().token = Some((status, body));
        let error = finish(&|_| {}).await;
        assert!(error.code().0 == code && error.to_string().contains(part), "{error}");
    }
    bench.script.lock().unwrap().description["authorization_response_iss_parameter_supported"] = json!(true);
    bench.clock.0.fetch_add(3_600_000, Ordering::SeqCst);
    assert_eq!(
        finish(&|_| {}).await.to_string(),
        "the provider's answer is not as it should be: another issuer answers"
    );
}

#[tokio::test]
async fn a_description_that_is_not_the_providers_or_leads_elsewhere_is_refused_for_a_moment() {
    for (key, value) in [
        ("issuer", json!("https://evil.example")),
        ("token_endpoint", json!("http://evil.example/token")),
        ("jwks_uri", json!("file:///etc/passwd")),
        ("authorization_endpoint", json!("here")),
        ("authorization_endpoint", Value::Null),
    ] {
        let bench = Bench::new().await;
        let right = bench.script.lock().unwrap().description.clone();
        bench.script.lock().unwrap().description[key] = value;
        assert_eq!(bench.openid.begin("/").await.unwrap_err().code().0, 927, "{key}");
        bench.script.lock().unwrap().description = right;
        assert_eq!(bench.openid.begin("/").await.unwrap_err().code().0, 927, "the failure stands for all who wait");
        assert_eq!(bench.asked().0, 1);
        bench.clock.0.fetch_add(5_000, Ordering::SeqCst);
        bench.openid.begin("/").await.unwrap();
    }
}

#[tokio::test]
async fn a_provider_that_takes_its_secret_in_the_form_only_gets_it_there() {
    let bench = Bench::new().await;
    let methods = json!(["client_secret_post", "private_key_jwt"]);
    bench.script.lock().unwrap().description["token_endpoint_auth_methods_supported"] = methods;
    bench.sign_in(|claims| bench.signed(&claims)).await.unwrap();
    let script = bench.script.lock().unwrap();
    assert!(script.asked.2[0].ends_with("&client_id=hub&client_secret=s%26cret"), "{:?}", script.asked.2);
    assert_eq!(script.logins, [""]);
}

#[tokio::test]
async fn another_claim_is_who_somebody_is_where_it_is_configured_and_an_address_only_once_it_is_verified() {
    let bench = Bench::new().await;
    for (claim, more, subject) in [
        ("staff", json!({"staff": "4711"}), Some("4711")),
        ("staff", json!({}), None),
        ("email", json!({"email": "li@example.cn"}), None),
        ("email", json!({"email": "li@example.cn", "email_verified": "true"}), None),
        ("email", json!({"email": "li@example.cn", "email_verified": true}), Some("li@example.cn")),
    ] {
        let mut claims = bench.claims("n");
        claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let text = bench.signed(&claims);
        let token = token::Token::read(&text).unwrap();
        let expected = Expected { issuer: &bench.issuer, client_id: "hub", nonce: "n", claim, now_s: NOW_S };
        let key = bench.openid.0.provider.key(&token).await.unwrap();
        assert_eq!(token.subject(&key, &expected).ok().as_deref(), subject, "{claim} {more}");
    }
}
