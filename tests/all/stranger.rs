//! Somebody with a telephone and no account: opens a public page over HTTP and sends its form, without a cookie.

use std::collections::BTreeMap;

use crate::town::Town;

const BOUNDARY: &str = "a-boundary-that-no-picture-has";

/// What a browser shows him.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) status: u16,
    pub(crate) html: String,
    /// Where an accepted form leads.
    pub(crate) location: String,
    pub(crate) cookies: usize,
}

/// A browser that keeps nothing.
pub(crate) struct Stranger {
    url: String,
    client: reqwest::Client,
    from: Option<String>,
}

impl Stranger {
    pub(crate) fn at(town: &Town) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
        Self { url: town.url(), client: client.build().unwrap(), from: None }
    }

    /// Somebody whose address a proxy in front of the hub says, where the hub believes it.
    pub(crate) fn behind(town: &Town, address: &str) -> Self {
        Self { from: Some(address.to_owned()), ..Self::at(town) }
    }

    /// Opens a page, such as `/t/{code}`.
    pub(crate) async fn open(&self, path: &str) -> Shown {
        self.shown(self.client.get(format!("{}{path}", self.url))).await
    }

    /// Opens a page in English and sends its form `action` with these fields filled in, as a browser does.
    pub(crate) async fn fill(&self, path: &str, action: &str, typed: &[(&str, &str)]) -> Shown {
        let page = self.open(&english(path)).await;
        let mut fields = hidden(&page.html, action);
        fields.extend(typed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        self.send(path, &fields, &[]).await
    }

    /// Sends these fields and photos to a page.
    pub(crate) async fn send(&self, path: &str, fields: &BTreeMap<String, String>, photos: &[(&str, &[u8])]) -> Shown {
        let call = self.client.post(format!("{}{}", self.url, english(path))).header("origin", &self.url);
        self.shown(if photos.is_empty() {
            urlencoded(call, fields)
        } else {
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            call.header("content-type", kind).body(parts(fields, photos))
        })
        .await
    }

    /// Sends a body from another site's page.
    pub(crate) async fn send_from(&self, origin: &str, path: &str, fields: &BTreeMap<String, String>) -> Shown {
        let call = self.client.post(format!("{}{path}", self.url)).header("origin", origin);
        self.shown(urlencoded(call, fields)).await
    }

    async fn shown(&self, call: reqwest::RequestBuilder) -> Shown {
        let call = self.from.iter().fold(call, |call, from| call.header("x-forwarded-for", from));
        let answer = call.send().await.unwrap();
        let location = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        let cookies = answer.headers().get_all("set-cookie").iter().count();
        let (status, location) = (answer.status().as_u16(), location.unwrap_or_default());
        Shown { status, html: answer.text().await.unwrap(), location, cookies }
    }
}

/// The fields that a browser sends of a form without being asked; nothing when the page does not show it.
pub(crate) fn hidden(html: &str, action: &str) -> BTreeMap<String, String> {
    let own = format!("name=\"~form\" value=\"{action}\"");
    let form = html.split("<form").find(|form| form.contains(&own)).unwrap_or_default();
    let form = form.split("</form>").next().unwrap_or_default();
    let inputs = form.split("<input type=\"hidden\" ").skip(1);
    let value =
        |input: &str, name: &str| Some(input.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.to_owned());
    inputs.filter_map(|input| Some((value(input, "name")?, value(input, "value")?))).collect()
}

fn urlencoded(call: reqwest::RequestBuilder, fields: &BTreeMap<String, String>) -> reqwest::RequestBuilder {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs: Vec<String> = fields.iter().map(|(name, text)| format!("{}={}", encoded(name), encoded(text))).collect();
    call.header("content-type", "application/x-www-form-urlencoded").body(pairs.join("&"))
}

fn english(path: &str) -> String {
    if path.contains('?') { path.to_owned() } else { format!("{path}?lang=en") }
}

fn parts(fields: &BTreeMap<String, String>, photos: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |head: String, bytes: &[u8]| {
        body.extend(format!("--{BOUNDARY}\r\ncontent-disposition: form-data; {head}\r\n\r\n").into_bytes());
        body.extend(bytes);
        body.extend(b"\r\n");
    };
    for (name, text) in fields {
        part(format!("name=\"{name}\""), text.as_bytes());
    }
    for (name, jpeg) in photos {
        part(format!("name=\"{name}\"; filename=\"p.jpg\"\r\ncontent-type: image/jpeg"), jpeg);
    }
    body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
    body
}
