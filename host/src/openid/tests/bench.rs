//! A provider of our own that can be made to answer anything, and a hub's side that asks it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::routing::get;
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair as _;
use serde_json::Value;
use serde_json::json;
use url::Url;
use xl_model::clock::Clock;
use xl_model::clock::TimestampMs;

use crate::config;
use crate::openid::Answer;
use crate::openid::OpenId;
use crate::openid::OpenIdError;
use crate::openid::Vouched;
use crate::openid::Way;

/// When the tests begin, in seconds.
pub(super) const NOW_S: i64 = 1_795_420_800;

/// A clock that a test sets.
pub(super) struct Hand(pub(super) AtomicI64);

impl Clock for Hand {
    fn now_ms(&self) -> TimestampMs {
        self.0.load(Ordering::SeqCst)
    }
}

/// A key pair with its public half as the provider publishes it.
pub(super) struct Pair(EcdsaKeyPair, pub(super) Value);

impl Pair {
    pub(super) fn new(kid: &str) -> Self {
        let random = SystemRandom::new();
        let secret = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, secret.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref()[1..].to_vec();
        let half = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        let key = json!({"kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": half(0..32), "y": half(32..64)});
        Self(pair, key)
    }

    pub(super) fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// What the provider answers next.
#[derive(Default)]
pub(super) struct Script {
    pub(super) description: Value,
    pub(super) keys: Value,
    pub(super) token: Option<(StatusCode, String)>,
    /// Requests: for the description, for keys, for tokens with their form.
    pub(super) asked: (usize, usize, Vec<String>),
    pub(super) logins: Vec<String>,
}

/// The script, shared with the provider that plays it.
pub(super) type Shown = Arc<Mutex<Script>>;

/// The hub with its provider.
pub(super) struct Bench {
    pub(super) openid: OpenId,
    pub(super) script: Shown,
    pub(super) clock: Arc<Hand>,
    pub(super) issuer: String,
    pub(super) pair: Pair,
}

impl Bench {
    pub(super) async fn new() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let pair = Pair::new("one");
        let script = Shown::default();
        {
            let mut script = script.lock().unwrap();
            script.description = json!({"issuer": issuer, "authorization_endpoint": format!("{issuer}/auth?a=b"),
                "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys")});
            script.keys = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}, pair.1]});
        }
        let router = Router::new()
            .route(
                "/.well-known/openid-configuration",
                get(|State(script): State<Shown>| async move {
                    let mut script = script.lock().unwrap();
                    script.asked.0 += 1;
                    script.description.to_string()
                }),
            )
            .route(
                "/keys",
                get(|State(script): State<Shown>| async move {
                    let mut script = script.lock().unwrap();
                    script.asked.1 += 1;
                    script.keys.to_string()
                }),
            )
            .route(
                "/token",
                post(|State(script): State<Shown>, headers: HeaderMap, form: String| async move {
                    let mut script = script.lock().unwrap();
                    script.asked.2.push(form);
                    let login = headers.get("authorization").map_or("", |value| value.to_str().unwrap()).to_owned();
                    script.logins.push(login);
                    script.token.clone().unwrap_or((StatusCode::IM_A_TEAPOT, String::new()))
                }),
            )
            .with_state(script.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let clock = Arc::new(Hand(AtomicI64::new(NOW_S * 1_000)));
        let settings = config::OpenId {
            issuer: issuer.clone(),
            client_id: "hub".to_owned(),
            client_secret_file: "/nowhere".into(),
            scopes: vec!["openid".to_owned()],
            claim: "sub".to_owned(),
            button: String::new(),
        };
        let openid = OpenId::new(&settings, "s&cret".to_owned(), "https://hub.example.cn", clock.clone()).unwrap();
        Self { openid, script, clock, issuer, pair }
    }

    /// Begins a sign-in: the way, with what stands in its address.
    pub(super) async fn begin(&self) -> (Way, HashMap<String, String>) {
        self.begin_to("/cameras").await
    }

    pub(super) async fn begin_to(&self, next: &str) -> (Way, HashMap<String, String>) {
        let way = self.openid.begin(next).await.unwrap();
        let query = Url::parse(&way.address).unwrap().query_pairs().into_owned().collect();
        (way, query)
    }

    pub(super) fn claims(&self, nonce: &str) -> Value {
        json!({"iss": self.issuer, "aud": "hub", "sub": "li-4711", "nonce": nonce,
               "iat": NOW_S, "exp": NOW_S + 300})
    }

    pub(super) fn answers(&self, token: &str) {
        let body = json!({"access_token": "x", "token_type": "Bearer", "id_token": token}).to_string();
        self.script.lock().unwrap().token = Some((StatusCode::OK, body));
    }

    pub(super) fn asked(&self) -> (usize, usize, usize) {
        let script = self.script.lock().unwrap();
        (script.asked.0, script.asked.1, script.asked.2.len())
    }

    /// A whole sign-in whose token `forge` makes from what would be right.
    pub(super) async fn sign_in(&self, forge: impl FnOnce(Value) -> String) -> Result<Vouched, OpenIdError> {
        let (way, query) = self.begin().await;
        self.answers(&forge(self.claims(&query["nonce"])));
        self.openid.end(Some(&way.browser), answer(&query["state"])).await
    }

    pub(super) fn signed(&self, claims: &Value) -> String {
        self.pair.sign(&json!({"alg": "ES256", "kid": "one"}), claims)
    }
}

pub(super) fn answer(state: &str) -> Answer {
    Answer { code: Some("c0de".to_owned()), state: Some(state.to_owned()), ..Answer::default() }
}
