//! Asks for a page again and again, as a person with a session or as his program.

use std::time::Instant;

use serde_json::Value;
use simulated_county::hub::Hub;
use simulated_county::people;
use simulated_county::say::Say;

use crate::hub::Site;
use crate::hub::TOWNSHIP;

/// Answers before those that count.
const WARM: usize = 5;

/// Answers that count.
const COUNTED: usize = 50;

/// Who asks.
pub(crate) struct Person {
    pub(crate) account: String,
    key: String,
}

/// An account at the township's head, made once.
pub(crate) async fn enrol(site: &Site) -> Person {
    let account = "lists-head".to_owned();
    let head = people::Person {
        name: account.clone(),
        title: "bench".to_owned(),
        role: "township-admin",
        place: TOWNSHIP.to_owned(),
    };
    let hub = Hub::new(&site.address(), &site.token()).unwrap();
    let key = people::enrol_one(&hub, &head, &site.folder().join("people"), &Say::default()).await.unwrap();
    Person { account, key }
}

/// Somebody who is signed in.
pub(crate) struct Asker {
    client: reqwest::Client,
    address: String,
    key: String,
    cookie: String,
}

/// What the answers took, in milliseconds.
pub(crate) struct Took {
    p50: f64,
    pub(crate) p95: f64,
    most: f64,
    bytes: usize,
}

impl Took {
    /// It in words.
    pub(crate) fn note(&self) -> String {
        format!("p50 {:.1}, most {:.1} of {COUNTED}, {} KiB", self.p50, self.most, self.bytes.div_ceil(1024))
    }
}

impl Asker {
    /// Opens a session.
    pub(crate) async fn new(site: &Site, person: &Person) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let form = format!("token={}", person.key);
        let call = client.post(format!("{}/sign-in", site.address())).body(form);
        let call = call.header("content-type", "application/x-www-form-urlencoded").header("origin", site.address());
        let answer = call.send().await.unwrap();
        let cookies =
            answer.headers().get_all("set-cookie").iter().map(|it| it.to_str().unwrap().split(';').next().unwrap());
        let cookie = cookies.collect::<Vec<_>>().join("; ");
        assert!(!cookie.is_empty(), "no session: {}", answer.status());
        Self { client, address: site.address(), key: person.key.clone(), cookie }
    }

    /// The JSON of an address of the API.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let text = self.get(path).await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// What an address answers; a program's address is asked with the key, a page with the session.
    pub(crate) async fn get(&self, path: &str) -> String {
        let call = self.client.get(format!("{}{path}", self.address));
        let call = match path.starts_with("/api/") || path.starts_with("/open311/") {
            true => call.bearer_auth(&self.key),
            false => call.header("cookie", &self.cookie),
        };
        let answer = call.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path}: {status}: {text}");
        text
    }

    /// How long an address takes, one request after another.
    pub(crate) async fn time(&self, path: &str) -> Took {
        let (mut took, mut bytes) = (Vec::new(), 0);
        for n in 0..WARM + COUNTED {
            let started = Instant::now();
            bytes = self.get(path).await.len();
            if n >= WARM {
                took.push(started.elapsed().as_secs_f64() * 1e3);
            }
        }
        took.sort_by(f64::total_cmp);
        let at = |share: usize| took[(took.len() - 1) * share / 100];
        Took { p50: at(50), p95: at(95), most: at(100), bytes }
    }
}
