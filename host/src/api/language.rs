//! Which of the product's two languages somebody reads.
//!
//! In this order: `?lang=`, the cookie `lang` that the console sets, `Accept-Language`, Chinese.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::http::header;
use axum::http::request::Parts;

/// A language of the product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Chinese, the default.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// `zh` or `en`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh",
            Self::English => "en",
        }
    }

    /// The language of a tag such as `zh-CN`; `None` for one that the product does not speak.
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split('-').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "zh" => Some(Self::Chinese),
            "en" => Some(Self::English),
            _ => None,
        }
    }

    /// What somebody asks for with `?lang=`.
    pub fn asked(uri: &Uri) -> Option<Self> {
        uri.query()?.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Self::from_tag)
    }

    /// The language of a request.
    pub fn of(uri: &Uri, headers: &HeaderMap) -> Self {
        Self::asked(uri)
            .or_else(|| cookie(headers, "lang").and_then(Self::from_tag))
            .or_else(|| headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok().and_then(preferred))
            .unwrap_or_default()
    }
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

// RFC 9110 §12.5.4: the weight decides, the first of equals wins.
fn preferred(accept: &str) -> Option<Language> {
    let mut best: Option<(f32, Language)> = None;
    for range in accept.split(',') {
        let (tag, weight) = match range.split_once(";q=") {
            Some((tag, weight)) => (tag, weight.trim().parse().unwrap_or(0.0)),
            None => (range, 1.0),
        };
        if let Some(language) = Language::from_tag(tag)
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.uri, &parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn language(uri: &str, accept: &str, cookie: &str) -> &'static str {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, accept.parse().unwrap());
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        Language::of(&uri.parse().unwrap(), &headers).tag()
    }

    #[test]
    fn the_address_wins_over_the_cookie_over_the_browser_over_chinese() {
        for (uri, accept, cookie, tag) in [
            ("/", "", "", "zh"),
            ("/", "fr, de;q=0.8", "", "zh"),
            ("/", "en-US,en;q=0.9,zh;q=0.8", "", "en"),
            ("/", "en;q=0.5, zh-CN;q=0.9", "", "zh"),
            ("/", "en", "a=1; lang=zh", "zh"),
            ("/", "zh", "language=zh; lang=en", "en"),
            ("/?x=1&lang=en", "zh", "lang=zh", "en"),
            ("/?lang=xx", "en", "", "en"),
        ] {
            assert_eq!(language(uri, accept, cookie), tag, "{uri} {accept} {cookie}");
        }
    }
}
