//! What stands around every page: who looks at it, in which language, from where.

use std::convert::Infallible;
use std::net::IpAddr;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Html;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::api::authority::Identity;
use crate::api::language::Language;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::rate;
use crate::api::state::ApiState;
use crate::console::assets;
use crate::console::menu;
use crate::console::menu::Group;
use crate::console::text::Words;
use crate::console::text::words;

/// What stands around a page.
#[derive(Clone)]
pub(crate) struct Frame {
    /// The viewer's language.
    pub(crate) language: Language,
    /// The host's texts in this language.
    pub(crate) words: &'static Words,
    /// Whether somebody looks who is signed in.
    pub(crate) signed_in: bool,
    /// The pages that whoever looks may open.
    pub(crate) menu: Vec<Group>,
    here: String,
    query: Option<String>,
}

impl Frame {
    fn new(uri: &Uri, language: Language, menu: Option<Vec<Group>>) -> Self {
        let query = uri.query().map(str::to_owned);
        let signed_in = menu.is_some();
        let menu = menu.unwrap_or_default();
        Self { language, words: words(language), signed_in, menu, here: uri.path().to_owned(), query }
    }

    /// Says that the page also stands at another address, which can be opened again.
    pub(crate) fn at(mut self, address: &str) -> Self {
        let (here, query) = address.split_once('?').map_or((address, None), |(here, query)| (here, Some(query)));
        self.here = here.to_owned();
        self.query = query.map(str::to_owned);
        self
    }

    /// Shows nothing of the console: somebody who is signed in sees what everybody sees.
    pub(crate) fn for_everybody(mut self) -> Self {
        self.signed_in = false;
        self
    }

    /// For the attribute `lang`.
    pub(crate) fn lang(&self) -> &'static str {
        match self.language {
            Language::Chinese => "zh-CN",
            Language::English => "en",
        }
    }

    /// The other language of the product.
    pub(crate) fn other_lang(&self) -> &'static str {
        match self.language {
            Language::Chinese => "en",
            Language::English => "zh",
        }
    }

    /// This page in the other language.
    pub(crate) fn switch_href(&self) -> String {
        let kept = self.query.iter().flat_map(|query| query.split('&'));
        let mut query: Vec<&str> = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
        let lang = format!("lang={}", self.other_lang());
        query.push(&lang);
        format!("{}?{}", self.here, query.join("&"))
    }

    /// Whether this page belongs to a place of the menu.
    pub(crate) fn is_at(&self, place: &str) -> bool {
        self.here == place || (place != "/" && self.here.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Whether this page belongs to one of a group's.
    pub(crate) fn is_in(&self, group: &Group) -> bool {
        group.entries.iter().any(|entry| self.is_at(entry.href))
    }

    /// Whether this page is exactly there.
    pub(crate) fn is_exactly(&self, place: &str) -> bool {
        self.here == place
    }

    /// Address of the style sheet.
    pub(crate) fn style(&self) -> &'static str {
        assets::style_path()
    }
}

impl FromRequestParts<ApiState> for Frame {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        let language = Language::of(&parts.uri, &parts.headers);
        let identity = Identity::from_request_parts(parts, state).await.ok();
        Ok(Self::new(&parts.uri, language, identity.as_ref().map(menu::of)))
    }
}

/// The address that a request comes from, see [`rate::address`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller(pub(crate) IpAddr);

impl Caller {
    /// Reads it from a request.
    pub(crate) fn of(state: &ApiState, parts: &Parts) -> Self {
        Self(rate::address(&parts.extensions, &parts.headers, state.trusted_proxies()))
    }
}

/// Draws a page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Problem> {
    page_with(StatusCode::OK, template)
}

/// Draws a page that answers with another status than 200.
pub(crate) fn page_with(status: StatusCode, template: &impl Template) -> Result<Response, Problem> {
    match template.render() {
        Ok(html) => Ok((status, Html(html)).into_response()),
        Err(error) => Err(not_drawn(&error)),
    }
}

/// A page that could not be drawn.
pub(crate) fn not_drawn(error: &askama::Error) -> Problem {
    Problem::fault(StatusCode::INTERNAL_SERVER_ERROR, code::INTERNAL, error)
}

#[cfg(test)]
pub(crate) fn frame(uri: &str, language: Language) -> Frame {
    Frame::new(&uri.parse().unwrap(), language, Some(menu::whole()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_other_language_is_one_link_away_and_keeps_the_rest_of_the_address() {
        let switch = |uri| frame(uri, Language::Chinese).switch_href();
        assert_eq!(switch("/"), "/?lang=en");
        assert_eq!(switch("/events?township=1&lang=zh&kind=a.%2A"), "/events?township=1&kind=a.%2A&lang=en");
        let refused = frame("/modules/371122102/trace/batch/save?id=1", Language::English);
        assert_eq!(
            refused.at("/modules/371122102/trace/batch?id=1").switch_href(),
            "/modules/371122102/trace/batch?id=1&lang=zh"
        );
    }

    #[test]
    fn the_menu_knows_where_we_are() {
        assert!(frame("/errors/XL0203", Language::Chinese).is_at("/errors"));
        assert!(!frame("/errorsx", Language::Chinese).is_at("/errors"));
        assert!(!frame("/events", Language::Chinese).is_at("/"));
    }
}
