//! Asks the provider: only where the configuration leads, without redirects, for so long and so much.

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::StatusCode;
use reqwest::header::ACCEPT;
use reqwest::header::CONTENT_TYPE;
use serde::de::DeserializeOwned;
use url::Url;

use super::OpenIdError;

/// Longest wait for a whole answer.
const DEADLINE: Duration = Duration::from_secs(8);

/// Largest answer in bytes: descriptions and keys of large providers are below 32 KiB.
pub(super) const MAX_BYTES: usize = 256 * 1024;

/// An HTTP client for one provider.
pub(super) struct Fetcher(reqwest::Client);

impl Fetcher {
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(DEADLINE)
            .pool_max_idle_per_host(1)
            .user_agent("xueliang");
        Ok(Self(client.build()?))
    }

    /// Reads a document.
    pub(super) async fn get<T: DeserializeOwned>(&self, what: &'static str, url: &Url) -> Result<T, OpenIdError> {
        let (status, body) = self.send(what, self.0.get(url.clone())).await?;
        if status != StatusCode::OK {
            return Err(OpenIdError::Misfit { what, reason: format!("status {}", status.as_u16()) });
        }
        json(what, &body)
    }

    /// Sends a form; status and body, because a refusal says why in its body.
    pub(super) async fn post(
        &self,
        what: &'static str,
        url: &Url,
        form: String,
        login: Option<(&str, &str)>,
    ) -> Result<(StatusCode, Vec<u8>), OpenIdError> {
        let mut call = self.0.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form);
        if let Some((user, password)) = login {
            call = call.basic_auth(user, Some(password));
        }
        self.send(what, call).await
    }

    async fn send(
        &self,
        what: &'static str,
        call: reqwest::RequestBuilder,
    ) -> Result<(StatusCode, Vec<u8>), OpenIdError> {
        let answer = call.header(ACCEPT, "application/json").send().await.map_err(|error| unreachable(what, &error))?;
        let status = answer.status();
        let (mut body, mut parts) = (Vec::new(), answer.bytes_stream());
        while let Some(part) = parts.next().await {
            let part = part.map_err(|error| unreachable(what, &error))?;
            if body.len() + part.len() > MAX_BYTES {
                return Err(OpenIdError::Misfit { what, reason: format!("more than {MAX_BYTES} bytes") });
            }
            body.extend_from_slice(&part);
        }
        Ok((status, body))
    }
}

/// Reads JSON; what is wrong with it is told without quoting it, because it may hold tokens.
pub(super) fn json<T: DeserializeOwned>(what: &'static str, body: &[u8]) -> Result<T, OpenIdError> {
    serde_json::from_slice(body).map_err(|error| OpenIdError::Misfit {
        what,
        reason: format!("not the JSON that is expected, line {} column {}", error.line(), error.column()),
    })
}

fn unreachable(what: &'static str, error: &reqwest::Error) -> OpenIdError {
    if error.is_timeout() {
        return OpenIdError::Unreachable { what, reason: format!("no answer within {} s", DEADLINE.as_secs()) };
    }
    // The innermost cause says it: refused, no such name, an unknown certificate.
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    OpenIdError::Unreachable { what, reason: cause.to_string() }
}
