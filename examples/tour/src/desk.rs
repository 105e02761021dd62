//! Somebody at the pages and calls of a module in his township.

use std::collections::BTreeMap;

use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use serde_json::json;
use simulated_county::hub::Acted;
use simulated_county::hub::Hub;
use simulated_county::hub::HubError;
use simulated_county::hub::Problem;

use crate::cast::Cast;
use crate::photo;

/// Names and texts.
pub type Form<'a> = &'a [(&'a str, &'a str)];

/// A module as somebody sees it.
#[derive(Debug, Clone)]
pub struct Desk {
    hub: Hub,
    path: String,
}

/// A page with its query.
#[derive(Debug, Clone, Copy)]
pub struct At<'a>(pub &'a str, pub Form<'a>);

impl Desk {
    /// Somebody of the cast at a module.
    pub fn new(cast: &Cast, who: &Hub, plugin: &str) -> Self {
        Self { hub: who.clone(), path: format!("modules/{}/{plugin}", cast.township) }
    }

    /// Presses a button.
    ///
    /// # Errors
    /// When the hub or the module refuses.
    pub async fn press(&self, at: At<'_>, action: &str, form: Form<'_>) -> anyhow::Result<Acted> {
        let (path, press) = self.button(at, action, form);
        Ok(self.hub.send(&path, &press).await?)
    }

    /// Presses a button with a photo in one of its fields.
    ///
    /// # Errors
    /// When the hub or the module refuses.
    pub async fn press_with(
        &self,
        at: At<'_>,
        action: &str,
        form: Form<'_>,
        (field, jpeg): (&str, &[u8]),
    ) -> anyhow::Result<Acted> {
        let (path, press) = self.button(at, action, form);
        let (kind, body) = photo::parts(&press.to_string(), field, jpeg);
        Ok(self.hub.send_as(&path, &kind, body).await?)
    }

    /// Presses a button that must be refused; what the hub said.
    ///
    /// # Errors
    /// When it was not refused, or the hub cannot be reached.
    pub async fn refused(&self, at: At<'_>, action: &str, form: Form<'_>) -> anyhow::Result<Problem> {
        let (path, press) = self.button(at, action, form);
        match self.hub.send::<Value>(&path, &press).await {
            Err(HubError::Refused { problem, .. }) => Ok(*problem),
            Err(other) => Err(other.into()),
            Ok(_) => bail!("`{action}` on the page `{}` was done, but must be refused", at.0),
        }
    }

    /// A page as the hub hands it to programs.
    ///
    /// # Errors
    /// When the hub or the module refuses.
    pub async fn page(&self, at: At<'_>) -> anyhow::Result<Value> {
        let query: Vec<String> = at.1.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Ok(self.hub.read(&format!("{}/pages/{}?{}", self.path, at.0, query.join("&"))).await?)
    }

    /// Asks a call of the module that changes nothing.
    ///
    /// # Errors
    /// When the hub or the module refuses.
    pub async fn ask(&self, call: &str) -> anyhow::Result<Value> {
        Ok(self.hub.read(&format!("{}/calls/{call}", self.path)).await?)
    }

    /// Hands JSON to a call of the module.
    ///
    /// # Errors
    /// When the hub or the module refuses.
    pub async fn call(&self, call: &str, body: &Value) -> anyhow::Result<Value> {
        Ok(self.hub.send(&format!("{}/calls/{call}", self.path), body).await?)
    }

    fn button(&self, At(page, query): At<'_>, action: &str, form: Form<'_>) -> (String, Value) {
        let query: BTreeMap<_, _> = query.iter().copied().collect();
        let form: BTreeMap<_, _> = form.iter().copied().collect();
        (format!("{}/pages/{page}/actions/{action}", self.path), json!({ "query": query, "form": form }))
    }
}

/// What an action led to under a name.
///
/// # Errors
/// When it is not in the query of the next page.
pub fn led_to(acted: &Acted, name: &str) -> anyhow::Result<String> {
    let found = acted.query.get(name).cloned();
    found.with_context(|| format!("the page `{}` that follows names no `{name}`", acted.page))
}

/// A text of an answer.
///
/// # Errors
/// When there is none.
pub fn text(answer: &Value, pointer: &str) -> anyhow::Result<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.with_context(|| format!("the answer has no text at {pointer}: {answer}"))
}
