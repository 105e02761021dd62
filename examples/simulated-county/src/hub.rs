//! The hub's REST API, as far as this program uses it.

mod any;
mod problem;

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Client;
use reqwest::Method;
use reqwest::RequestBuilder;
use reqwest::Response;
use reqwest::StatusCode;
use reqwest::header;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::json;

pub use problem::HubError;
pub use problem::Problem;

/// The id of the plugin that this program sets up and records with.
pub const PLUGIN: &str = "produce-trace";

/// How long an answer may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How long an installation may take: the hub compiles the plugin.
const INSTALLED_WITHIN: Duration = Duration::from_secs(300);

/// Names and texts, as queries and forms hold them.
pub type Texts = BTreeMap<String, String>;

/// A hub, seen by somebody. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Hub {
    client: Client,
    address: String,
    shown: Shown,
}

/// What says who asks.
#[derive(Debug, Clone)]
enum Shown {
    /// An API key.
    Key(String),
    /// The cookie of a session.
    Cookie(String),
}

/// Where an action led.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Acted {
    /// A page of the module.
    pub page: String,
    /// Its query.
    pub query: Texts,
}

/// An event, as far as this program reads it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Event {
    /// `cn.xueliang.` and the kind.
    #[serde(rename = "type")]
    pub kind: String,
    /// The fact itself.
    pub data: Value,
}

/// A module, as far as this program reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Module {
    /// The build that runs.
    pub digest: String,
    /// `running`, `suspended` or `disabled`.
    pub state: String,
}

/// A public link.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Link {
    /// Its code.
    pub code: String,
    /// The page's query.
    pub query: Texts,
    /// Whether it is closed.
    pub revoked: bool,
}

/// A second factor that was offered.
#[derive(Deserialize)]
pub struct Factor {
    /// Base32, without padding.
    pub secret: String,
    /// The same, as authenticator apps read it.
    pub uri: String,
}

#[derive(Deserialize)]
struct Password {
    password: String,
}

#[derive(Deserialize)]
struct OneTime {
    one_time_password: String,
}

#[derive(Deserialize)]
struct Key {
    key: String,
}

#[derive(Deserialize)]
struct Build {
    id: String,
    digest: String,
}

#[derive(Deserialize)]
struct Events {
    events: Vec<Event>,
    next: Option<u64>,
}

impl Hub {
    /// A hub at an address such as `http://127.0.0.1:8642`, seen by the owner of an API key.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(address: &str, key: &str) -> Result<Self, HubError> {
        // The hub is on this machine or in this county: a proxy of the environment has no part in it.
        let client = Client::builder().no_proxy().timeout(ANSWER_WITHIN).build();
        let client = client.map_err(|source| HubError::Unreachable { what: "the HTTP client".to_owned(), source })?;
        Ok(Self { client, address: address.trim_end_matches('/').to_owned(), shown: Shown::Key(key.to_owned()) })
    }

    /// Address of the public page behind a link's code.
    pub fn public_page(&self, code: &str) -> String {
        format!("{}/t/{code}", self.address)
    }

    /// The same hub, seen by the owner of another API key.
    pub fn seen_by(&self, key: &str) -> Self {
        Self { shown: Shown::Key(key.to_owned()), ..self.clone() }
    }

    /// Whether the hub does its work.
    pub async fn is_healthy(&self) -> bool {
        let answer = self.client.get(format!("{}/api/v1/health", self.address)).send().await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
    }

    /// The hub as a person sees it who signs in; the code is that of the second factor, empty where there is none.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn sign_in(&self, name: &str, password: &str, code: &str) -> Result<Self, HubError> {
        let person = Self { shown: Shown::Cookie(String::new()), ..self.clone() };
        let shown = json!({ "name": name, "password": password, "code": code });
        let answer = person.answer("sessions", person.post("sessions").json(&shown)).await?;
        let cookie = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        Ok(Self { shown: Shown::Cookie(cookie), ..person })
    }

    /// Makes an account with a role at its place, or gives it a new beginning; its one-time password.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn account(&self, name: &str, title: &str, role: &str, place: &str) -> Result<String, HubError> {
        let roles = json!([{ "role": role, "reach": place }]);
        let account = json!({ "name": name, "title": title, "reach": place, "roles": roles });
        let made = self.json::<OneTime>("accounts", self.post("accounts").json(&account)).await;
        if let Some(made) = unless_there(made)? {
            return Ok(made.one_time_password);
        }
        let path = format!("accounts/{name}/password");
        Ok(self.json::<OneTime>(&path, self.post(&path)).await?.one_time_password)
    }

    /// Sets the first password of one's own, after the one-time password.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn set_password(&self, password: &str) -> Result<(), HubError> {
        let path = "account/password";
        self.answer(path, self.request(Method::PUT, path).json(&json!({ "new": password }))).await.map(drop)
    }

    /// Asks for a second factor; its secret in base32.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn offer_factor(&self) -> Result<Factor, HubError> {
        self.json("account/factor", self.post("account/factor")).await
    }

    /// Switches the second factor on with a code of it; the session ends.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn prove_factor(&self, code: &str) -> Result<(), HubError> {
        let path = "account/factor/proof";
        self.answer(path, self.post(path).json(&json!({ "code": code }))).await.map(drop)
    }

    /// Makes an API key of one's own that may what its owner may at a place.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn make_key(&self, title: &str, role: &str, place: &str) -> Result<String, HubError> {
        let key = json!({ "title": title, "roles": [{ "role": role, "reach": place }] });
        Ok(self.json::<Key>("keys", self.post("keys").json(&key)).await?.key)
    }

    /// Registers a device with what its camera may be looked at for; its password, or nothing when it is registered already.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn register(
        &self,
        township: &str,
        camera: &str,
        name: &str,
        place: &str,
        purposes: &[&str],
    ) -> Result<Option<String>, HubError> {
        // Greenhouses are no public places (Order 799, article 33).
        let class = "non-public";
        let device = json!({
            "township": township, "camera": camera, "name": name, "place": place, "class": class, "purposes": purposes,
        });
        let answer = self.json::<Password>("devices", self.post("devices").json(&device)).await;
        Ok(unless_there(answer)?.map(|registered| registered.password))
    }

    /// Gives a device a new password; the old one ends.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn renew_password(&self, device: &str) -> Result<String, HubError> {
        let path = format!("devices/{device}/password");
        Ok(self.json::<Password>(&path, self.post(&path)).await?.password)
    }

    /// Installs a packed plugin; its digest.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn install(&self, packed: Vec<u8>) -> Result<String, HubError> {
        let request = self.post("plugins").header("content-type", "application/wasm").timeout(INSTALLED_WITHIN);
        Ok(self.json::<Build>("plugins", request.body(packed)).await?.digest)
    }

    /// Digest of the newest installed build of a plugin.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn newest_build(&self, plugin: &str) -> Result<Option<String>, HubError> {
        let builds = self.json::<Vec<Build>>("plugins", self.get("plugins")).await?;
        Ok(builds.into_iter().find(|build| build.id == plugin).map(|build| build.digest))
    }

    /// The module of a plugin in a township.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn module(&self, township: &str, plugin: &str) -> Result<Option<Module>, HubError> {
        let path = format!("modules/{township}/{plugin}");
        match self.json::<Module>(&path, self.get(&path)).await {
            Err(HubError::Refused { problem, .. }) if problem.status == 404 => Ok(None),
            module => module.map(Some),
        }
    }

    /// Enables a build in a township.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn enable(&self, township: &str, digest: &str, settings: Value, grants: Value) -> Result<(), HubError> {
        let module = json!({ "township": township, "digest": digest, "settings": settings, "grants": grants });
        let answer = self.json::<Module>("modules", self.post("modules").json(&module)).await;
        unless_there(answer).map(drop)
    }

    /// Moves the module of a township to another build.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn upgrade(&self, township: &str, plugin: &str, digest: &str) -> Result<(), HubError> {
        let path = format!("modules/{township}/{plugin}/upgrade");
        let request = self.post(&path).timeout(INSTALLED_WITHIN).json(&json!({ "digest": digest }));
        self.json::<Value>(&path, request).await.map(drop)
    }

    /// Presses a button on a page of the module.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses the form.
    pub async fn act(
        &self,
        township: &str,
        page: &str,
        action: &str,
        query: &Texts,
        form: &Texts,
    ) -> Result<Acted, HubError> {
        let path = format!("modules/{township}/{PLUGIN}/pages/{page}/actions/{action}");
        self.json(&path, self.post(&path).json(&json!({ "query": query, "form": form }))).await
    }

    /// All public links of the module.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn links(&self, township: &str) -> Result<Vec<Link>, HubError> {
        let path = format!("modules/{township}/{PLUGIN}/links");
        self.json(&path, self.get(&path)).await
    }

    /// All events of these kinds in a township, oldest first.
    ///
    /// # Errors
    /// When the hub cannot be reached or refuses.
    pub async fn events(&self, township: &str, kinds: &str) -> Result<Vec<Event>, HubError> {
        let mut events = Vec::new();
        let mut after = 0;
        loop {
            let path = format!("events?township={township}&kind={kinds}&after={after}&limit=1000");
            let page = self.json::<Events>("events", self.get(&path)).await?;
            events.extend(page.events);
            // A hub that does not move on would keep us here for ever.
            match page.next.filter(|next| *next > after) {
                Some(next) => after = next,
                None => return Ok(events),
            }
        }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/api/v1/{path}", self.address));
        match &self.shown {
            Shown::Key(key) => request.bearer_auth(key),
            // As a browser sends it from a page of the hub's own.
            Shown::Cookie(cookie) => request.header(header::COOKIE, cookie).header("sec-fetch-site", "same-origin"),
        }
    }

    async fn json<T: DeserializeOwned>(&self, what: &str, request: RequestBuilder) -> Result<T, HubError> {
        let answer = self.answer(what, request).await?;
        answer.json().await.map_err(|source| HubError::Unreachable { what: what.to_owned(), source })
    }

    async fn answer(&self, what: &str, request: RequestBuilder) -> Result<Response, HubError> {
        let answer = request.header(header::ACCEPT_LANGUAGE, "en").send().await;
        let answer = answer.map_err(|source| HubError::Unreachable { what: what.to_owned(), source })?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        let mut problem: Problem = answer.json().await.unwrap_or_default();
        problem.status = status.as_u16();
        Err(HubError::Refused { what: what.to_owned(), problem: Box::new(problem) })
    }
}

/// Takes "it is there already" for an answer.
fn unless_there<T>(answer: Result<T, HubError>) -> Result<Option<T>, HubError> {
    match answer {
        Err(HubError::Refused { problem, .. }) if problem.status == 409 => Ok(None),
        answer => answer.map(Some),
    }
}
