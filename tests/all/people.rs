//! Accounts of a whole hub: made by command, signed in over HTTP, kept over a restart.

use serde_json::Value;
use serde_json::json;

use crate::children::command;
use crate::programs;
use crate::town::Town;

/// Runs `xueliang account …` at the town's hub: whether it succeeded, and what it said.
fn account(town: &Town, arguments: &[&str]) -> (bool, String) {
    let token = town.hub.token_file().to_owned();
    let mut command = command(programs::hub());
    let output =
        command.arg("account").args(arguments).args(["--hub", &town.url(), "--token-file"]).arg(token).output();
    let output = output.unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

/// A browser: keeps no cookie by itself.
struct Browser {
    client: reqwest::Client,
    url: String,
    cookie: String,
}

impl Browser {
    fn new(town: &Town) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { client, url: format!("{}/api/v1", town.url()), cookie: String::new() }
    }

    async fn ask(&mut self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let call = self.client.request(method.parse().unwrap(), format!("{}/{path}", self.url));
        let call = call.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin").json(&body);
        let answer = call.send().await.unwrap();
        if let Some(cookie) = answer.headers().get("set-cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }
}

fn one_time(said: &str) -> &str {
    said.lines().find_map(|line| line.split_once("one-time password: ")).unwrap().1.trim()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_made_by_command_signs_in_sees_its_township_and_outlives_a_restart() {
    const PASSWORD: &str = "seven geese at the gate";
    let town = Town::start().await;
    town.register("gh-1").await;
    let (done, said) =
        account(&town, &["add", "li", "--title", "李明", "--reach", "371122102", "--role", "operator@371122102"]);
    assert!(done, "{said}");
    let mut browser = Browser::new(&town);
    let first = json!({"name": "li", "password": one_time(&said)});
    assert_eq!(browser.ask("POST", "sessions", first).await.0, 204);
    assert_eq!(browser.ask("GET", "cameras", json!({})).await.1["code"], "XL0902");
    assert_eq!(browser.ask("PUT", "account/password", json!({"new": PASSWORD})).await.0, 204);
    assert_eq!(browser.ask("GET", "account", json!({})).await.0, 401, "the session has ended");
    let signs_in = json!({"name": "li", "password": PASSWORD});
    assert_eq!(browser.ask("POST", "sessions", signs_in).await.0, 204);
    assert_eq!(browser.ask("GET", "cameras", json!({})).await.1["total"], 1);
    let new = json!({"title": "大屏", "roles": [{"role": "viewer", "reach": "371122102"}], "days": 1});
    let (made, key) = browser.ask("POST", "keys", new).await;
    assert_eq!(made, 201, "{key}");

    let town = town.restart().await;
    browser.url = format!("{}/api/v1", town.url());
    assert_eq!(browser.ask("GET", "cameras/371122102/gh-1", json!({})).await.0, 200, "the session is kept");
    assert_eq!(browser.ask("DELETE", "cameras/371122102/gh-1", json!({})).await.1["code"], "XL0901");
    let (done, said) = account(&town, &["list"]);
    assert!(done && said.contains("li  operator@371122102  李明") && said.contains("admin  county-admin@*"), "{said}");

    let (done, said) = account(&town, &["roles", "li", "--role", "viewer@371122103"]);
    assert!(done && said.contains("li: viewer@371122103"), "{said}");
    assert_eq!(browser.ask("GET", "account", json!({})).await.0, 401, "other roles end sessions");
    let (done, said) = account(&town, &["roles", "li", "--role", "auditor@*", "--role", "county-admin@*"]);
    assert!(!done && said.contains("XL0906"), "{said}");
    let (done, said) = account(&town, &["disable", "li"]);
    assert!(done, "{said}");
    let (done, said) = account(&town, &["password", "li"]);
    assert!(done, "{said}");
    let fresh = json!({"name": "li", "password": one_time(&said)});
    assert_eq!(browser.ask("POST", "sessions", fresh.clone()).await.1["code"], "XL0903", "disabled");
    let (done, said) = account(&town, &["enable", "li"]);
    assert!(done, "{said}");
    assert_eq!(browser.ask("POST", "sessions", fresh).await.0, 204);
    assert_eq!(browser.ask("DELETE", "sessions/current", json!({})).await.0, 204);
    let (done, said) = account(&town, &["disable", "admin"]);
    assert!(!done && said.contains("XL0908"), "{said}");
}
