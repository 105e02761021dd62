//! `links`: public links, drawn by the host from the run's own randomness.

use xl_model::effect::Effect;

use crate::bindings::xueliang::hub::links as wit;
use crate::guest::Guest;
use crate::guest::dice::Dice;
use crate::host::READ_ONLY;
use crate::json;

/// Most bytes of a query.
const MAX_QUERY_BYTES: usize = 1024;

type Answer<T> = Result<T, wit::LinksError>;

impl wit::Host for Guest {
    fn issue(&mut self, page: String, query: String) -> wasmtime::Result<Answer<String>> {
        self.enter()?;
        if let Err(error) = self.opens(&page, &query) {
            return Ok(Err(error));
        }
        let code = self.dice.code();
        let bytes = code.len() + page.len() + query.len();
        self.want(Effect::IssueLink { code: code.clone(), page, query }, bytes)?;
        Ok(Ok(code))
    }

    async fn revoke(&mut self, code: String) -> wasmtime::Result<Answer<()>> {
        self.enter()?;
        if self.is_read_only() {
            return Ok(Err(wit::LinksError::Other(READ_ONLY.to_owned())));
        }
        if !self.holds(&code).await? {
            return Ok(Err(wit::LinksError::NotFound));
        }
        let bytes = code.len();
        self.want(Effect::RevokeLink { code }, bytes)?;
        Ok(Ok(()))
    }
}

impl Guest {
    fn opens(&self, page: &str, query: &str) -> Answer<()> {
        if self.is_read_only() {
            return Err(wit::LinksError::Other(READ_ONLY.to_owned()));
        }
        if !self.context.grants.now().links {
            return Err(wit::LinksError::AccessDenied);
        }
        if !self.manifest.pages.iter().any(|entry| entry.name == page && entry.public) {
            return Err(wit::LinksError::NotPublic(page.chars().take(64).collect()));
        }
        if query.len() > MAX_QUERY_BYTES {
            return Err(wit::LinksError::Invalid(format!("the query is larger than {MAX_QUERY_BYTES} bytes")));
        }
        json::strings(query).map_err(wit::LinksError::Invalid)
    }

    /// Whether the link is the module's own and open, with what this run did to it.
    async fn holds(&self, code: &str) -> wasmtime::Result<bool> {
        for effect in self.effects.iter().rev() {
            match effect {
                Effect::RevokeLink { code: closed } if closed == code => return Ok(false),
                Effect::IssueLink { code: opened, .. } if opened == code => return Ok(true),
                _ => {}
            }
        }
        if !Dice::is_code(code) {
            return Ok(false);
        }
        let port = self.context.ports.records.clone();
        self.ask("links.revoke", port.has_link(&self.context.module, code)).await
    }
}
