//! The page of accounts: the rules of the API, told at the fields.

use axum::Router;
use axum::http::header;

use super::cookie_of;
use super::open;
use super::post;
use super::site;
use crate::api::testing::Answer;
use crate::api::testing::TestSite;
use crate::console::address::part;
use crate::people::NewAccount;

const ORIGIN: &str = "http://hub.example.cn";
const PASSWORD: &str = "seven geese at the gate";

async fn send(router: &Router, path: &str, cookie: &str, form: &[(&str, &str)]) -> Answer {
    let form: Vec<String> = form.iter().map(|(name, value)| format!("{name}={}", part(value))).collect();
    post(router, path, cookie, ORIGIN, &form.join("&")).await
}

/// An administrator with a second factor and a session of his own; gives cookie and secret.
async fn administrator(test: &TestSite, role: &str) -> (String, String) {
    let (_, reach) = role.split_once('@').unwrap();
    let people = test.state.people();
    let admin = people.with_key(&test.token).await.unwrap().subject;
    let new = NewAccount {
        name: "wang".parse().unwrap(),
        title: "王".to_owned(),
        reach: reach.parse().unwrap(),
        roles: vec![role.parse().unwrap()],
    };
    let (account, _) = people.add_account(&admin, new).await.unwrap();
    let nothing = zeroize::Zeroizing::new(String::new());
    people.change_password(&account.name, nothing, zeroize::Zeroizing::new(PASSWORD.to_owned())).await.unwrap();
    let secret = people.offer_factor(&account.name).await.unwrap().secret;
    people.prove_factor(&account.name, &people.code(&secret)).await.unwrap();
    test.pass(30_000);
    let router = site(test.state.clone());
    let code = people.code(&secret);
    let form = [("user", "wang"), ("password", PASSWORD), ("code", code.as_str())];
    let signed = send(&router, "/sign-in", "", &form).await;
    (signed.header(header::SET_COOKIE).split(';').next().unwrap().to_owned(), secret)
}

#[tokio::test]
async fn an_administrator_makes_changes_disables_and_renews_an_account_on_a_page() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let (session, secret) = administrator(&test, "county-admin@371122").await;
    let wrong = [("name", "LI"), ("title", "李明"), ("reach", "37x"), ("roles", "boss@371122102")];
    let refused = send(&router, "/accounts?lang=zh", &session, &wrong).await;
    assert_eq!(refused.status.as_u16(), 422);
    for text in
        ["value=\"LI\"", "value=\"李明\"", "value=\"37x\"", "value=\"boss@371122102\"", "区划代码", "operator 值守员"]
    {
        assert!(refused.text.contains(text), "{text}: {}", refused.text);
    }
    assert_eq!(refused.text.matches("class=\"error\"").count(), 3, "each wrong field at once: {}", refused.text);

    let new = [("name", "li"), ("title", "李明"), ("reach", "371122102"), ("roles", "operator@371122102")];
    let made = send(&router, "/accounts", &session, &new).await;
    assert!(made.status.as_u16() == 200 && made.text.contains("一次性密码"), "{}", made.text);
    let again = send(&router, "/accounts?lang=en", &session, &new).await;
    assert!(again.text.contains("There is an account of this name"), "{}", again.text);
    let beyond = [("roles", "county-admin@*")];
    let refused = send(&router, "/accounts/li/roles", &session, &beyond).await;
    assert!(refused.text.contains("XL0907") && refused.text.contains("value=\"county-admin@*\""), "{}", refused.text);
    let given =
        send(&router, "/accounts/li/roles", &session, &[("roles", "viewer@371122102, handler@371122102")]).await;
    assert!(given.text.contains("<code>handler@371122102</code>"), "{}", given.text);

    let units = async |typed: &str| send(&router, "/accounts/li/units?lang=zh", &session, &[("units", typed)]).await;
    for typed in ["nobody@371122102", "sanitation"] {
        let refused = units(typed).await;
        assert_eq!(refused.status.as_u16(), 422, "{}", refused.text);
        assert!(refused.text.contains(&format!("value=\"{typed}\"")), "{}", refused.text);
    }
    let put = units("sanitation@371122102，order@371122102").await;
    assert!(put.text.contains("<code>order@371122102</code>"), "{}", put.text);
    assert!(units("").await.status.as_u16() == 200, "out of all units");

    // After five minutes a change asks for a code of the second factor; an end never does.
    test.pass(6 * 60_000);
    let stale = send(&router, "/accounts/li/password", &session, &[]).await;
    assert!(stale.status.as_u16() == 422 && stale.text.contains("XL0914"), "{}", stale.text);
    assert_eq!(send(&router, "/accounts/li/disable", &session, &[]).await.status.as_u16(), 200);
    let code = test.state.people().code(&secret);
    let renewed = send(&router, "/accounts/li/password", &session, &[("code", code.as_str())]).await;
    assert!(renewed.text.contains("一次性密码"), "{}", renewed.text);
    let before = session;
    let session = renewed.header(header::SET_COOKIE).split(';').next().unwrap().to_owned();
    assert_eq!(open(&router, "/accounts", &before).await.header(header::LOCATION), "/sign-in?next=%2Faccounts");
    let enabled = send(&router, "/accounts/li/enable", &session, &[]).await;
    assert_eq!(enabled.status.as_u16(), 200, "{}", enabled.text);
    assert!(test.state.people().account(&"li".parse().unwrap()).unwrap().enabled);
    let own = send(&router, "/accounts/wang/disable", &session, &[]).await;
    assert!(own.text.contains("XL0908"), "{}", own.text);
    assert_eq!(send(&router, "/accounts/li/paint", &session, &[]).await.status.as_u16(), 404);
}

/// TEN-1: where the table of pages cannot see it, since the form is shown again whatever was wrong.
#[tokio::test]
async fn whoever_administers_the_township_beside_makes_no_account_here() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let (session, _) = administrator(&test, "township-admin@371122103").await;
    let make = async |reach: &str, roles: &str| {
        let new = [("name", "li"), ("title", "李明"), ("reach", reach), ("roles", roles)];
        send(&router, "/accounts?lang=en", &session, &new).await
    };
    for (reach, roles, told) in [
        ("371122102", "", "id=\"w-reach\">XL0712"),
        ("371122102", "viewer@371122103", "id=\"w-reach\">XL0712"),
        ("371122", "", "id=\"w-reach\">XL0712"),
        ("371122103", "viewer@371122102", "id=\"w-roles\">XL0907"),
    ] {
        let refused = make(reach, roles).await;
        assert!(refused.status.as_u16() == 422 && refused.text.contains(told), "{reach} {roles}: {}", refused.text);
        assert!(test.state.people().account(&"li".parse().unwrap()).is_none(), "{reach} {roles}");
    }
    let own = make("371122103", "viewer@371122103").await;
    assert!(own.status.as_u16() == 200 && own.text.contains("id=\"a-li\""), "{}", own.text);
}

#[tokio::test]
async fn an_auditor_sees_accounts_and_changes_none_and_a_township_sees_its_own() {
    let test = TestSite::new().await;
    let router = site(test.state.clone());
    let beside = cookie_of(&router, &test.key("township-admin@371122103").await).await;
    let auditor = cookie_of(&router, &test.key("auditor@*").await).await;
    let page = open(&router, "/accounts", &auditor).await;
    assert!(page.text.contains("township-admin@371122103") && !page.text.contains("/roles\""), "{}", page.text);
    let own = open(&router, "/accounts", &beside).await;
    assert!(own.text.contains("township-admin@371122103") && !own.text.contains("auditor@*"), "{}", own.text);
    let foreign = send(&router, "/accounts/auditor/disable", &beside, &[]).await;
    assert_eq!(foreign.status.as_u16(), 404, "{}", foreign.text);
    let found = open(&router, "/accounts?q=AUDIT", &auditor).await;
    assert!(
        found.text.contains("id=\"a-auditor\"") && !found.text.contains("id=\"a-township-admin\""),
        "{}",
        found.text
    );
}
