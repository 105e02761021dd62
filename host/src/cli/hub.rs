//! A running hub, asked over its API with the admin's token.

use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;
use serde_json::Value;

use crate::config::Config;

/// Where the hub is and who asks.
#[derive(Debug, clap::Args)]
pub(super) struct Hub {
    /// 枢纽地址 · the hub's address; the configured one by default
    #[arg(long, value_name = "URL")]
    hub: Option<String>,
    /// 管理令牌文件 · file with the admin's token; `admin-token` in the data folder by default
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Hub {
    /// Sends one request and gives its JSON answer.
    ///
    /// # Errors
    /// When the hub cannot be reached, or with the title and detail of its problem.
    pub(super) fn ask(&self, config: &Config, path: &str, body: Body) -> anyhow::Result<Value> {
        let base = self.hub.clone().unwrap_or_else(|| format!("http://{}", config.http.listen));
        let file = self.token_file.clone().unwrap_or_else(|| config.hub.data.join("admin-token"));
        let token = std::fs::read_to_string(&file)
            .with_context(|| format!("读不到令牌 · admin token not read from `{}`", file.display()))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let call = reqwest::Client::builder().no_proxy().build()?.post(format!("{base}/api/v1/{path}"));
            let call = match body {
                Body::Json(json) => call.json(&json),
                Body::Component(bytes) => call.header("content-type", "application/wasm").body(bytes),
            };
            let answer = call
                .bearer_auth(token.trim())
                .send()
                .await
                .with_context(|| format!("连不上枢纽 · no hub answers at {base}; start one with `xueliang run`"))?;
            let good = answer.status().is_success();
            let json: Value = answer.json().await.context("the hub's answer is not JSON")?;
            if !good {
                bail!("{} {} — {}", text(&json, "code"), text(&json, "title"), text(&json, "detail"));
            }
            Ok(json)
        })
    }
}

/// What is sent.
pub(super) enum Body {
    /// JSON.
    Json(Value),
    /// A packed component.
    Component(Vec<u8>),
}

/// A text of an answer; empty when it is not there.
pub(super) fn text<'a>(json: &'a Value, key: &str) -> &'a str {
    json.get(key).and_then(Value::as_str).unwrap_or_default()
}
