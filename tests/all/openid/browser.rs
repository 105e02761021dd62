//! A browser that keeps cookies by host and path and goes where it is led, and a person who fills the provider's forms.

use std::collections::BTreeMap;

use super::Provider;
use crate::town::Town;

/// The hub as people reach it: a proxy with TLS would stand there, the browser of the tests stands in for it.
pub(super) const HUB: &str = "https://hub.example.cn";

/// An answer.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) cookies: Vec<String>,
    pub(super) text: String,
}

impl Page {
    /// A cookie that it sets.
    pub(super) fn cookie(&self, prefix: &str) -> Option<String> {
        self.cookies.iter().find(|cookie| cookie.starts_with(prefix)).cloned()
    }
}

pub(super) struct Browser {
    client: reqwest::Client,
    hub: String,
    issuer: String,
    /// By host, path and name: the value, and whether other sites may not lead here with it.
    jar: BTreeMap<(String, String, String), (String, bool)>,
}

impl Browser {
    pub(super) fn new(town: &Town, provider: &Provider) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        let (hub, issuer) = (town.url(), provider.issuer.clone());
        Self { client: client.build().unwrap(), hub, issuer, jar: BTreeMap::new() }
    }

    /// Opens an address.
    pub(super) async fn open(&mut self, address: &str) -> Page {
        self.go("GET", address, "").await
    }

    /// Sends a form from a page of the same site.
    pub(super) async fn send(&mut self, address: &str, form: &str) -> Page {
        self.go("POST", address, form).await
    }

    /// From where the hub leads to what the hub answers in the end.
    pub(super) async fn at_the_provider(&mut self, there: Page, subject: &str) -> Page {
        let address = self.way_back(there, subject).await;
        self.open(&address).await
    }

    /// Signs in at the provider and agrees, as far as it asks for that; the address that leads back.
    pub(super) async fn way_back(&mut self, there: Page, subject: &str) -> String {
        let login = format!("prompt=login&login={subject}&password=x");
        self.until_back(there, &login).await
    }

    /// Does not agree.
    pub(super) async fn declines(&mut self, there: Page) -> Page {
        self.jar.retain(|(host, ..), _| host == HUB);
        let address = self.until_back(there, "abort").await;
        self.open(&address).await
    }

    async fn until_back(&mut self, there: Page, login: &str) -> String {
        assert_eq!(there.status, 303, "{}", there.text);
        let mut page = there;
        for _ in 0..12 {
            let Some(location) = page.location.clone() else { panic!("no way on: {}", page.text) };
            if location.starts_with(HUB) {
                return location;
            }
            let address = if location.starts_with('/') { format!("{}{location}", self.issuer) } else { location };
            page = self.open(&address).await;
            if page.location.is_none() {
                // One of its two forms.
                let (form, action) = match (login, page.text.contains("value=\"login\"")) {
                    ("abort", _) => ("", format!("{address}/abort")),
                    (login, true) => (login, address),
                    (_, false) => ("prompt=consent", address),
                };
                page = if form.is_empty() { self.open(&action).await } else { self.send(&action, form).await };
            }
        }
        panic!("the provider never leads back: {page:?}")
    }

    async fn go(&mut self, method: &str, address: &str, form: &str) -> Page {
        let (host, rest) = if let Some(rest) = address.strip_prefix(HUB) {
            (HUB.to_owned(), rest)
        } else {
            (self.issuer.clone(), address.strip_prefix(&self.issuer).expect("only hub and provider are opened"))
        };
        let path = rest.split('?').next().unwrap().to_owned();
        let target = if host == HUB { format!("{}{rest}", self.hub) } else { address.to_owned() };
        // The provider leads here: strict cookies stay behind.
        let is_led = host == HUB && path == xueliang::openid::BACK;
        let fitting = self.jar.iter().filter(|((at, below, _), (_, is_strict))| {
            *at == host && path.starts_with(below.as_str()) && !(is_led && *is_strict)
        });
        let cookies: Vec<String> = fitting.map(|((.., name), (value, _))| format!("{name}={value}")).collect();
        let mut call = self.client.request(method.parse().unwrap(), target).header("cookie", cookies.join("; "));
        if host == HUB {
            call = call.header("host", "hub.example.cn");
        }
        if method == "POST" {
            call = call.header("origin", &host).header("content-type", "application/x-www-form-urlencoded");
            call = call.body(form.to_owned());
        }
        let answer = call.send().await.unwrap();
        let texts = |name: &str| -> Vec<String> {
            answer.headers().get_all(name).iter().map(|value| value.to_str().unwrap().to_owned()).collect()
        };
        let (cookies, location) = (texts("set-cookie"), texts("location").pop());
        for cookie in &cookies {
            self.keep(&host, cookie);
        }
        Page { status: answer.status().as_u16(), location, cookies, text: answer.text().await.unwrap() }
    }

    fn keep(&mut self, host: &str, cookie: &str) {
        let mut parts = cookie.split("; ");
        let (name, value) = parts.next().unwrap().split_once('=').unwrap();
        let attribute = |wanted: &str| {
            let named = |part: &str| part.split_once('=').map(|(name, value)| (name.to_lowercase(), value.to_owned()));
            cookie.split("; ").skip(1).filter_map(named).find(|(name, _)| name == wanted).map(|(_, value)| value)
        };
        let key = (host.to_owned(), attribute("path").unwrap_or_else(|| "/".to_owned()), name.to_owned());
        let over = attribute("max-age").as_deref() == Some("0")
            || attribute("expires").is_some_and(|expires| expires.contains("1970"));
        if over {
            self.jar.remove(&key);
        } else {
            let is_strict = attribute("samesite").as_deref() == Some("Strict");
            self.jar.insert(key, (value.to_owned(), is_strict));
        }
    }
}
