//! `http`: fetching from hosts that an admin granted. The way out is behind the port; here is decided what may pass.

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::bindings::xueliang::hub::http as wit;
use crate::guest::Call;
use crate::guest::Guest;
use crate::guest::answers::Known;
use crate::host::NOT_RECORDED;
use crate::host::PORT_DEADLINE;
use crate::port;

mod request;
mod url;

/// Most bytes of a request's or answer's body.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// How a fetch ended, as it is recorded for a replay; the body in hexadecimal digits.
#[derive(Debug, Serialize, Deserialize)]
enum Fetched {
    Answer { status: u16, headers: Vec<(String, String)>, body: String },
    Denied(String),
    Invalid(String),
    TooLarge(u32),
    Timeout,
    RateLimited,
    Unreachable(String),
}

impl wit::Host for Guest {
    async fn fetch(&mut self, request: wit::Request) -> wasmtime::Result<Result<wit::Response, wit::HttpError>> {
        self.enter()?;
        if !matches!(self.call, Call::Batch(_)) {
            return Ok(Err(wit::HttpError::Other("not available in pages".to_owned())));
        }
        let key = self.next_key();
        let grants = self.context.grants.now();
        let request = match request::checked(request, &grants.http, key) {
            Ok(request) => request,
            Err(error) => return Ok(Err(error)),
        };
        let question = question(&request);
        let fetched = match self.answers.known(&question) {
            Known::Recorded(fetched) => fetched,
            Known::Missing => return Ok(Err(wit::HttpError::Other(NOT_RECORDED.to_owned()))),
            Known::Live => self.fetched(request).await,
        };
        self.answers.keep(question, &fetched)?;
        Ok(answer(fetched))
    }
}

impl Guest {
    /// The same for the same request of the same run, different for every other.
    fn next_key(&mut self) -> String {
        let block = self.dice.block("idempotency", self.fetches.into());
        self.fetches += 1;
        hex::encode(&block[..16])
    }

    async fn fetched(&self, request: port::Request) -> Fetched {
        if !self.take_fetch() {
            return Fetched::RateLimited;
        }
        let port = self.context.ports.egress.clone();
        let answer = self.meter.forgive(tokio::time::timeout(PORT_DEADLINE, port.fetch(request))).await;
        match answer {
            Err(_) => Fetched::Timeout,
            Ok(Err(port::FetchError::Denied(detail))) => Fetched::Denied(detail),
            Ok(Err(port::FetchError::Invalid(detail))) => Fetched::Invalid(detail),
            Ok(Err(port::FetchError::TooLarge(limit))) => Fetched::TooLarge(limit),
            Ok(Err(port::FetchError::Timeout)) => Fetched::Timeout,
            Ok(Err(port::FetchError::Unreachable(detail))) => Fetched::Unreachable(detail),
            Ok(Ok(response)) if response.body.len() > MAX_BODY_BYTES => Fetched::TooLarge(MAX_BODY_BYTES as u32),
            Ok(Ok(response)) => {
                let mut headers = response.headers;
                headers.retain(|(name, _)| !name.eq_ignore_ascii_case("set-cookie"));
                Fetched::Answer { status: response.status, headers, body: hex::encode(response.body) }
            }
        }
    }
}

fn question(request: &port::Request) -> String {
    let mut whole = Sha256::new();
    for (name, value) in &request.headers {
        whole.update(format!("{name}: {value}\n"));
    }
    whole.update(&request.body);
    format!("http.fetch {} {} {}", request.method, request.url, hex::encode(whole.finalize()))
}

fn answer(fetched: Fetched) -> Result<wit::Response, wit::HttpError> {
    match fetched {
        Fetched::Answer { status, headers, body } => match hex::decode(body) {
            Ok(body) => Ok(wit::Response { status, headers, body }),
            Err(_) => Err(wit::HttpError::Other(NOT_RECORDED.to_owned())),
        },
        Fetched::Denied(detail) => Err(wit::HttpError::AccessDenied(detail)),
        Fetched::Invalid(detail) => Err(wit::HttpError::Invalid(detail)),
        Fetched::TooLarge(limit) => Err(wit::HttpError::TooLarge(limit)),
        Fetched::Timeout => Err(wit::HttpError::Timeout),
        Fetched::RateLimited => Err(wit::HttpError::RateLimited),
        Fetched::Unreachable(detail) => Err(wit::HttpError::Unreachable(detail)),
    }
}
