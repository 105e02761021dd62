//! A running hub, asked over its API with an API key.

use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;
use reqwest::Method;
use serde_json::Value;

use crate::config::Config;

/// Where the hub is and who asks.
#[derive(Debug, clap::Args)]
pub(super) struct Hub {
    /// 枢纽地址 · the hub's address; the configured one by default
    #[arg(long, value_name = "URL")]
    hub: Option<String>,
    /// 接口密钥文件 · file with an API key; `admin-token` in the data folder by default
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Hub {
    /// Posts one request and gives its JSON answer; nothing where the hub says nothing.
    ///
    /// # Errors
    /// When the hub cannot be reached, or with the title and detail of its problem.
    pub(super) fn ask(&self, config: &Config, path: &str, body: Body) -> anyhow::Result<Value> {
        json(&self.send(config, Method::POST, path, Some(body))?)
    }

    /// Reads something as JSON.
    ///
    /// # Errors
    /// As [`Hub::ask`].
    pub(super) fn get(&self, config: &Config, path: &str) -> anyhow::Result<Value> {
        json(&self.bytes(config, path)?)
    }

    /// Reads something as it is.
    ///
    /// # Errors
    /// As [`Hub::ask`].
    pub(super) fn bytes(&self, config: &Config, path: &str) -> anyhow::Result<Vec<u8>> {
        self.send(config, Method::GET, path, None)
    }

    /// Sets something.
    ///
    /// # Errors
    /// As [`Hub::ask`].
    pub(super) fn put(&self, config: &Config, path: &str, body: Value) -> anyhow::Result<()> {
        self.send(config, Method::PUT, path, Some(Body::Json(body))).map(drop)
    }

    /// Removes something.
    ///
    /// # Errors
    /// As [`Hub::ask`].
    pub(super) fn patch(&self, config: &Config, path: &str, body: Value) -> anyhow::Result<Value> {
        json(&self.send(config, Method::PATCH, path, Some(Body::Json(body)))?)
    }

    pub(super) fn delete(&self, config: &Config, path: &str) -> anyhow::Result<()> {
        self.send(config, Method::DELETE, path, None).map(drop)
    }

    fn send(&self, config: &Config, method: Method, path: &str, body: Option<Body>) -> anyhow::Result<Vec<u8>> {
        let base = self.hub.clone().unwrap_or_else(|| format!("http://{}", config.http.listen));
        let file = self.token_file.clone().unwrap_or_else(|| config.hub.data.join("admin-token"));
        let token = std::fs::read_to_string(&file)
            .with_context(|| format!("读不到密钥 · API key not read from `{}`", file.display()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let call = reqwest::Client::builder().no_proxy().build()?.request(method, format!("{base}/api/v1/{path}"));
            let call = match body {
                None => call,
                Some(Body::Json(json)) => call.json(&json),
                Some(Body::Component(bytes, signature)) => {
                    let call = call.header("content-type", "application/wasm").body(bytes);
                    signature.into_iter().fold(call, |call, line| call.header("plugin-signature", line))
                }
                Some(Body::Table(bytes)) => call.header("content-type", "text/csv").body(bytes),
            };
            let answer = call
                .bearer_auth(token.trim())
                .send()
                .await
                .with_context(|| format!("连不上枢纽 · no hub answers at {base}; start one with `xueliang run`"))?;
            let good = answer.status().is_success();
            let bytes = answer.bytes().await.context("the hub's answer broke off")?;
            if !good {
                let problem = json(&bytes)?;
                let mut said =
                    format!("{} {} — {}", text(&problem, "code"), text(&problem, "title"), text(&problem, "detail"));
                for (name, wrong) in problem.get("fields").and_then(Value::as_object).into_iter().flatten() {
                    said.push_str(&format!("\n  {name}: {}", wrong.as_str().unwrap_or_default()));
                }
                bail!(said);
            }
            Ok(bytes.to_vec())
        })
    }
}

/// What is sent.
pub(super) enum Body {
    /// JSON.
    Json(Value),
    /// A packed component, with the line of its signature file.
    Component(Vec<u8>, Option<String>),
    /// A table of cameras.
    Table(Vec<u8>),
}

fn json(bytes: &[u8]) -> anyhow::Result<Value> {
    if bytes.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(bytes).context("the hub's answer is not JSON")
}

/// A text of an answer; empty when it is not there.
pub(super) fn text<'a>(json: &'a Value, key: &str) -> &'a str {
    json.get(key).and_then(Value::as_str).unwrap_or_default()
}
