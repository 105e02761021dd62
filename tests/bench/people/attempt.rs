//! One sign-in that fails, as a proxy on the hub's machine passes it on.

use std::net::Ipv4Addr;
use std::time::Instant;

use serde_json::Value;
use serde_json::json;

/// The code of a name, password or code that is wrong: the password was hashed.
pub(crate) const REFUSED: &str = "XL0903";

/// The code of a sign-in that came while too many waited: nothing was hashed.
pub(crate) const BUSY: &str = "XL0911";

/// What came of it.
pub(crate) struct Attempt {
    /// From the request to the whole answer, in milliseconds.
    pub(crate) ms: f64,
    /// Why the hub let nobody in.
    pub(crate) code: String,
}

/// Tries a wrong password for `name` at the hub of this address.
///
/// The hub trusts a proxy on its own machine, so the pace and the locks count for `from`.
pub(crate) async fn wrong(client: &reqwest::Client, hub: &str, name: &str, from: Ipv4Addr) -> Attempt {
    let body = json!({"name": name, "password": "nobody ever chose this", "code": ""});
    let call = client.post(format!("{hub}/api/v1/sessions")).json(&body);
    let call = call.header("x-forwarded-for", from.to_string()).header("sec-fetch-site", "same-origin");
    let began = Instant::now();
    let bytes = call.send().await.unwrap().bytes().await.unwrap();
    let ms = began.elapsed().as_secs_f64() * 1e3;
    let problem: Value = serde_json::from_slice(&bytes).unwrap();
    Attempt { ms, code: problem["code"].as_str().unwrap().to_owned() }
}
