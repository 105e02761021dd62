//! Sign-in by a certified provider of other people that runs on this machine: there and back as a browser goes.
//!
//! What no honest provider sends (forged tokens, foreign keys) is in `host/src/openid/tests.rs`.

mod app;
mod browser;
mod provider;

use serde_json::Value;
use serde_json::json;
use xl_store::audit::AuditFilter;
use xueliang::config::OpenId;

use crate::town::Town;
use browser::Browser;
use browser::HUB;
use browser::Page;
use provider::Provider;

const SECRET: &str = "canary-of-the-client+&%";

/// A hub that people sign in to by the provider, with the account `li` of one role.
async fn town(provider: &Provider, role: &str) -> Town {
    let issuer = provider.issuer.clone();
    let town = Town::start_with(move |config| {
        let secret = config.hub.data.join("openid-secret");
        std::fs::write(&secret, format!("{SECRET}\n")).unwrap();
        config.hub.public_url = HUB.to_owned();
        config.openid = Some(OpenId {
            issuer,
            client_id: "xueliang".to_owned(),
            client_secret_file: secret,
            scopes: vec!["openid".to_owned()],
            claim: "sub".to_owned(),
            button: "单位账号登录".to_owned(),
        });
    })
    .await;
    let (role, reach) = role.split_once('@').unwrap();
    let li = json!({"name": "li", "title": "李明", "reach": reach, "roles": [{"role": role, "reach": reach}]});
    town.post("accounts", li).await;
    town
}

async fn link(town: &Town, name: &str, subject: &str) -> (u16, Value) {
    let answer = town.ask("PUT", &format!("accounts/{name}/openid"), Some(json!({"subject": subject}))).await;
    (answer.status, answer.json)
}

/// From the button to what the hub makes of who the provider says he is.
async fn sign_in(browser: &mut Browser, subject: &str) -> Page {
    let form = browser.open(&format!("{HUB}/sign-in?next=%2Fcameras&lang=en")).await;
    assert!(form.text.contains("单位账号登录"), "{}", form.text);
    let there = browser.open(&format!("{HUB}/sign-in/openid?next=%2Fcameras")).await;
    let back = browser.at_the_provider(there, subject).await;
    go_on(browser, &back).await
}

/// Where the page that the provider leads to goes by itself.
async fn go_on(browser: &mut Browser, back: &Page) -> Page {
    assert_eq!((back.status, back.cookie("__Host-xueliang=")), (200, None), "{}", back.text);
    assert!(back.text.contains(r#"content="0; url=/sign-in/openid/code""#), "{}", back.text);
    browser.open(&format!("{HUB}/sign-in/openid/code")).await
}

/// What the audit log has of an act, oldest first: who, to what, with which detail.
async fn recorded(town: &Town, action: &str) -> Vec<[String; 3]> {
    let filter = AuditFilter { limit: 1_000, ..AuditFilter::default() };
    let rows = town.hub.store().audit_rows(&filter).await.unwrap();
    let of_it = rows.into_iter().rev().map(|row| row.entry).filter(|entry| entry.action.to_string() == action);
    of_it.map(|it| [it.actor.who.to_string(), it.object.to_string(), it.detail.to_string()]).collect()
}

async fn opened(town: &Town) -> Vec<[String; 3]> {
    recorded(town, "session.open").await
}

/// ID-6 and ID-7 for a sign-in by a provider.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_linked_signs_in_by_the_provider_and_has_a_session_like_any_other() {
    let provider = Provider::start(SECRET).await;
    let town = town(&provider, "operator@371122102").await;
    let (status, account) = link(&town, "li", "li-4711").await;
    assert_eq!(status, 200, "{account}");
    assert_eq!(account["openid"], json!({"issuer": provider.issuer, "subject": "li-4711"}));

    let mut browser = Browser::new(&town, &provider);
    let entered = sign_in(&mut browser, "li-4711").await;
    assert_eq!((entered.status, entered.location.as_deref()), (303, Some("/cameras")), "{}", entered.text);
    let session = entered.cookie("__Host-xueliang=").unwrap();
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(session.contains(part) && !session.contains("Domain"), "{session}");
    }
    assert!(entered.cookie("__Host-xueliang-openid=").unwrap().contains("Max-Age=0"));
    let own = browser.open(&format!("{HUB}/account?lang=en")).await;
    assert!(own.status == 200 && own.text.contains("li-4711") && own.text.contains("371122102"), "{}", own.text);
    assert_eq!(browser.open(&format!("{HUB}/cameras")).await.status, 200, "no password of one's own is asked for");
    assert_eq!(opened(&town).await, [["li", "/sign-in/openid", "from 127.0.0.1"]]);
    assert_eq!(recorded(&town, "account.link").await, [["admin", "/accounts/li/openid", "subject=li-4711"]]);

    // A second sign-in is another session and ends the first, although the provider leads back without its cookie.
    let still = async |session: &str| {
        let cookie = session.split(';').next().unwrap();
        let account = reqwest::Client::builder().no_proxy().build().unwrap();
        let account = account.get(format!("{}/api/v1/account", town.url())).header("cookie", cookie);
        account.send().await.unwrap().status().as_u16()
    };
    assert_eq!(still(&session).await, 200);
    let again = sign_in(&mut browser, "li-4711").await.cookie("__Host-xueliang=").unwrap();
    assert_eq!((still(&session).await, still(&again).await), (401, 200));
    // So it does with the one that another window opened while he was at the provider.
    let there = browser.open(&format!("{HUB}/sign-in/openid")).await;
    let key = browser.send(&format!("{HUB}/sign-in"), &format!("token={}", town.token)).await;
    let meanwhile = key.cookie("__Host-xueliang=").unwrap();
    let back = browser.at_the_provider(there, "li-4711").await;
    assert_eq!(still(&meanwhile).await, 200);
    assert_eq!(go_on(&mut browser, &back).await.status, 303);
    assert_eq!((still(&again).await, still(&meanwhile).await), (401, 401));
    let taken = town.ask("DELETE", "accounts/li/openid", None).await;
    assert_eq!((taken.status, &taken.json["openid"]), (200, &Value::Null));
    assert_eq!(browser.open(&format!("{HUB}/cameras")).await.status, 303, "without the link its sessions have ended");
    assert_eq!(sign_in(&mut browser, "li-4711").await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_linked_or_disabled_is_shown_the_same_and_no_account_is_made() {
    let provider = Provider::start(SECRET).await;
    let town = town(&provider, "operator@371122102").await;
    let before = town.get("accounts").await;
    let mut browser = Browser::new(&town, &provider);
    let refused = sign_in(&mut browser, "wang-1").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    let command = "xueliang account link NAME --subject=wang-1";
    for part in ["XL0925", command, &provider.issuer] {
        assert!(refused.text.contains(part), "{part}: {}", refused.text);
    }
    assert_eq!(refused.cookie("__Host-xueliang="), None);
    assert_eq!(town.get("accounts").await, before);
    let text = refused.text;

    assert_eq!(link(&town, "li", "wang-1").await.0, 200);
    assert_eq!(town.ask("POST", "accounts/li/disable", Some(json!({}))).await.status, 204);
    let disabled = sign_in(&mut Browser::new(&town, &provider), "wang-1").await;
    assert_eq!((disabled.status, disabled.text), (403, text), "whether there is an account is not told");
    assert_eq!(disabled.cookies.iter().filter(|cookie| cookie.starts_with("__Host-xueliang=")).count(), 0);
    assert_eq!(opened(&town).await.len(), 0);

    assert_eq!(town.ask("POST", "accounts/li/enable", Some(json!({}))).await.status, 204);
    let mut browser = Browser::new(&town, &provider);
    assert_eq!(sign_in(&mut browser, "wang-1").await.status, 303);
    assert_eq!(town.ask("POST", "accounts/li/disable", Some(json!({}))).await.status, 204);
    assert_eq!(browser.open(&format!("{HUB}/cameras")).await.status, 303, "disabled: for the very next request");
}

/// ID-12 for a sign-in by a provider.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_enters_the_code_of_his_second_factor_all_the_same_and_each_code_once() {
    let provider = Provider::start(SECRET).await;
    let town = town(&provider, "township-admin@371122102").await;
    assert_eq!(link(&town, "li", "li-4711").await.0, 200);
    let mut browser = Browser::new(&town, &provider);
    assert_eq!(sign_in(&mut browser, "li-4711").await.status, 303);
    let whole = browser.open(&format!("{HUB}/cameras")).await;
    assert_eq!(whole.location.as_deref(), Some("/account"), "an administrator without a second factor sets it first");
    let offered = browser.send(&format!("{HUB}/account/factor"), "").await;
    let secret = offered.text.split_once("secret=").unwrap().1.split('&').next().unwrap().to_owned();
    let code = app::code(&secret, 0);
    assert_eq!(browser.send(&format!("{HUB}/account/prove"), &format!("code={code}")).await.status, 303);

    let asked = sign_in(&mut browser, "li-4711").await;
    assert_eq!((asked.status, asked.cookie("__Host-xueliang=")), (200, None), "{}", asked.text);
    assert!(asked.text.contains(r#"action="/sign-in/openid/code""#), "{}", asked.text);
    assert_eq!(browser.open(&format!("{HUB}/cameras")).await.status, 303, "not signed in yet");
    let form = browser.open(&format!("{HUB}/sign-in/openid/code")).await;
    assert_eq!(form.status, 200);
    let used = browser.send(&format!("{HUB}/sign-in/openid/code"), &format!("code={code}")).await;
    assert_eq!((used.status, used.cookie("__Host-xueliang=")), (422, None), "the code was used: {}", used.text);
    let foreign = Browser::new(&town, &provider).send(&format!("{HUB}/sign-in/openid/code"), "code=1").await;
    assert!(foreign.status == 400 && foreign.text.contains("XL0922"), "{}", foreign.text);
    // The step after the one that was used lies within what is taken.
    let next = app::code(&secret, 1);
    let opened_ = browser.send(&format!("{HUB}/sign-in/openid/code"), &format!("code={next}")).await;
    assert_eq!((opened_.status, opened_.location.as_deref()), (303, Some("/cameras")), "{}", opened_.text);
    assert!(opened_.cookie("__Host-xueliang=").unwrap().contains("SameSite=Strict"));
    assert_eq!(browser.open(&format!("{HUB}/cameras")).await.status, 200);
    let gone = browser.send(&format!("{HUB}/sign-in/openid/code"), &format!("code={next}")).await;
    assert_eq!(gone.status, 400, "the sign-in is over");
    assert_eq!(opened(&town).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_counts_once_and_only_in_the_browser_that_began() {
    let provider = Provider::start(SECRET).await;
    let town = town(&provider, "operator@371122102").await;
    assert_eq!(link(&town, "li", "li-4711").await.0, 200);

    // Somebody sends the victim an address that would sign him in as the attacker.
    let mut attacker = Browser::new(&town, &provider);
    let there = attacker.open(&format!("{HUB}/sign-in/openid")).await;
    let address = attacker.way_back(there, "li-4711").await;
    let mut victim = Browser::new(&town, &provider);
    let refused = victim.open(&address).await;
    assert!(refused.status == 400 && refused.text.contains("XL0922"), "{}", refused.text);
    assert_eq!(refused.cookie("__Host-xueliang="), None);
    assert_eq!(attacker.open(&address).await.status, 400, "a state is gone once it was shown");

    let there = attacker.open(&format!("{HUB}/sign-in/openid")).await;
    let address = attacker.way_back(there, "li-4711").await;
    let back = attacker.open(&address).await;
    assert_eq!(attacker.open(&address).await.status, 400, "replayed");
    assert_eq!(go_on(&mut attacker, &back).await.status, 303);
    for path in ["", "?code=x", "?code=x&state=y", "?error=access_denied"] {
        let answer = victim.open(&format!("{HUB}/sign-in/openid/back{path}")).await;
        assert!(answer.status == 400 && answer.text.contains("XL0922"), "{path}: {}", answer.text);
    }
    let declined = {
        let there = attacker.open(&format!("{HUB}/sign-in/openid")).await;
        attacker.declines(there).await
    };
    assert!(declined.status == 403 && declined.text.contains("XL0923"), "{}", declined.text);
    assert_eq!(opened(&town).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_provider_is_down_people_sign_in_by_password_and_are_told_so() {
    let mut provider = Provider::start(SECRET).await;
    let town = town(&provider, "operator@371122102").await;
    assert_eq!(link(&town, "li", "li-4711").await.0, 200);
    let mut browser = Browser::new(&town, &provider);
    let there = browser.open(&format!("{HUB}/sign-in/openid")).await;
    let address = browser.way_back(there, "li-4711").await;
    provider.stop();
    let refused = browser.open(&address).await;
    assert!(refused.status == 503 && refused.text.contains("XL0921"), "{}", refused.text);
    assert!(refused.text.contains(r#"href="/sign-in""#) && !refused.text.contains(SECRET), "{}", refused.text);

    let form = browser.open(&format!("{HUB}/sign-in")).await;
    assert_eq!(form.status, 200);
    let key = browser.send(&format!("{HUB}/sign-in"), &format!("token={}", town.token)).await;
    assert_eq!((key.status, key.location.as_deref()), (303, Some("/")), "{}", key.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_belongs_to_one_account_and_nobody_links_himself() {
    let provider = Provider::start(SECRET).await;
    let town = town(&provider, "operator@371122102").await;
    town.post("accounts", json!({"name": "wang", "title": "王", "reach": "371122102"})).await;
    assert_eq!(link(&town, "li", "li-4711").await.0, 200);
    for (name, subject, status, code) in [
        ("wang", "li-4711", 409, "XL0926"),
        ("admin", "admin-1", 403, "XL0908"),
        ("wang", "", 422, "XL0702"),
        ("wang", &"x".repeat(256), 422, "XL0702"),
        ("nobody", "x", 404, "XL0307"),
    ] {
        let (found, problem) = link(&town, name, subject).await;
        assert_eq!((found, problem["code"].as_str()), (status, Some(code)), "{name} {subject}: {problem}");
    }
    let plain = Town::start().await;
    plain.post("accounts", json!({"name": "li", "title": "李", "reach": "371122102"})).await;
    let (status, problem) = link(&plain, "li", "x").await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("XL0920")), "no provider is configured");
    let (status, page) = plain.page("/sign-in/openid", false).await;
    assert!(status == 404 && page.contains("XL0920"), "{page}");
    let (_, form) = plain.page("/sign-in", false).await;
    assert!(!form.contains("/sign-in/openid"), "no button without a provider");

    let command = |arguments: &[&str]| {
        let mut command = crate::children::command(crate::programs::hub());
        command.arg("account").args(arguments).args(["--hub", &town.url(), "--token-file"]);
        let output = command.arg(town.hub.token_file()).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let said = command(&["link", "wang", "--subject", "wang-1"]);
    assert_eq!(said, format!("已关联 · linked: wang = wang-1 @ {}\n", provider.issuer));
    assert!(command(&["link", "wang", "--subject", "li-4711"]).contains("XL0926"));
    assert_eq!(command(&["unlink", "wang"]), "已取消关联 · no longer linked: wang\n");
}
