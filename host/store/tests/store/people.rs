//! Accounts, API keys, sessions and failed sign-ins.

use xl_store::StoreError;
use xl_store::people::Account;
use xl_store::people::ApiKey;
use xl_store::people::Factor;
use xl_store::people::Failures;
use xl_store::people::FirstPassword;
use xl_store::people::Identified;
use xl_store::people::People;
use xl_store::people::Session;

use crate::fixture::NOON_MS;
use crate::fixture::Town;

fn account(name: &str) -> Account {
    Account {
        name: name.parse().unwrap(),
        title: "李明".to_owned(),
        reach: "371122102".parse().unwrap(),
        roles: vec!["operator@371122102".parse().unwrap(), "viewer@*".parse().unwrap()],
        units: vec!["order@371122102".parse().unwrap()],
        enabled: true,
        password_hash: None,
        first: Some(FirstPassword { sha256: "0f".repeat(32), until_ms: NOON_MS + 1 }),
        factor: None,
        openid: None,
        created_ms: NOON_MS,
    }
}

fn identified(subject: &str) -> Identified {
    Identified { issuer: "https://id.example.cn".to_owned(), subject: subject.to_owned() }
}

fn key(id: &str, owner: &str) -> ApiKey {
    ApiKey {
        id: id.to_owned(),
        owner: owner.parse().unwrap(),
        title: "大屏".to_owned(),
        sha256: format!("{id:0>64}"),
        roles: vec!["viewer@371122102".parse().unwrap()],
        addresses: vec!["10.20.0.0/16".to_owned()],
        created_ms: NOON_MS,
        expires_ms: Some(NOON_MS + 1),
        used_ms: None,
    }
}

fn session(sha256: &str, account: &str, key: Option<&str>) -> Session {
    Session {
        sha256: sha256.to_owned(),
        account: account.parse().unwrap(),
        key: key.map(str::to_owned),
        opened_ms: NOON_MS,
        seen_ms: NOON_MS,
    }
}

#[tokio::test]
async fn an_account_is_made_once_and_read_back_as_it_was_changed() {
    let mut town = Town::new().await;
    town.store.add_account(account("li")).await.unwrap();
    let again = town.store.add_account(Account { title: "x".to_owned(), ..account("li") }).await;
    assert!(matches!(again, Err(StoreError::Exists { what: "account", .. })));
    let changed = Account {
        roles: Vec::new(),
        units: vec!["sanitation@371122102".parse().unwrap(), "works@371122".parse().unwrap()],
        enabled: false,
        password_hash: Some("$argon2id$…".to_owned()),
        first: None,
        factor: Some(Factor { sealed: vec![1, 2], proven: true, step: 7 }),
        openid: Some(identified("li-4711")),
        ..account("li")
    };
    town.store.set_account(changed.clone(), false).await.unwrap();
    let unknown = town.store.set_account(account("wang"), true).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { what: "account", .. })));
    town.reopen().await;
    assert_eq!(town.store.people().await.unwrap().accounts, [changed]);
}

#[tokio::test]
async fn an_identity_of_a_provider_belongs_to_one_account() {
    let town = Town::new().await;
    for name in ["li", "wang"] {
        town.store.add_account(account(name)).await.unwrap();
    }
    let linked = |name| Account { openid: Some(identified("li-4711")), ..account(name) };
    town.store.set_account(linked("li"), false).await.unwrap();
    let twice = town.store.set_account(linked("wang"), false).await;
    assert!(matches!(twice, Err(StoreError::Exists { what: "identity", .. })), "{twice:?}");
    town.store.set_account(account("li"), false).await.unwrap();
    town.store.set_account(linked("wang"), false).await.unwrap();
}

#[tokio::test]
async fn sessions_end_alone_with_their_key_or_with_their_account() {
    let town = Town::new().await;
    for name in ["li", "wang"] {
        town.store.add_account(account(name)).await.unwrap();
    }
    for id in ["k1", "k2"] {
        town.store.add_key(key(id, "li")).await.unwrap();
    }
    for (sha256, account, key) in
        [("a", "li", None), ("b", "li", Some("k1")), ("c", "li", Some("k2")), ("d", "wang", None), ("e", "li", None)]
    {
        town.store.add_session(session(sha256, account, key), Vec::new()).await.unwrap();
    }
    let left = async || {
        let sessions = town.store.people().await.unwrap().sessions;
        sessions.into_iter().map(|session| session.sha256).collect::<String>()
    };
    town.store.remove_session("a").await.unwrap();
    town.store.remove_session("a").await.unwrap();
    assert_eq!(left().await, "bcde");
    town.store.remove_key("k1").await.unwrap();
    assert!(matches!(town.store.remove_key("k1").await, Err(StoreError::NotFound { what: "API key", .. })));
    assert_eq!(left().await, "cde");
    town.store.add_session(session("f", "wang", None), vec!["d".to_owned()]).await.unwrap();
    assert_eq!(left().await, "cef");
    town.store.set_account(account("li"), true).await.unwrap();
    assert_eq!(left().await, "f");
}

/// ID-6.
#[tokio::test]
async fn a_session_that_is_known_by_another_hash_is_as_old_as_it_was_and_the_first_hash_is_gone() {
    let mut town = Town::new().await;
    town.store.add_account(account("li")).await.unwrap();
    town.store.add_session(session("a", "li", None), Vec::new()).await.unwrap();
    town.store.touch_session("a", NOON_MS + 6).await.unwrap();
    assert!(town.store.renew_session("a", "b").await.unwrap());
    assert!(!town.store.renew_session("a", "c").await.unwrap(), "it has ended");
    town.reopen().await;
    let renewed = Session { seen_ms: NOON_MS + 6, ..session("b", "li", None) };
    assert_eq!(town.store.people().await.unwrap().sessions, [renewed]);
}

#[tokio::test]
async fn when_something_was_used_and_what_failed_is_kept_until_it_is_forgotten() {
    let mut town = Town::new().await;
    town.store.add_account(account("li")).await.unwrap();
    town.store.add_key(key("k1", "li")).await.unwrap();
    town.store.add_session(session("a", "li", None), Vec::new()).await.unwrap();
    town.store.touch_key("k1", NOON_MS + 5).await.unwrap();
    town.store.touch_session("a", NOON_MS + 6).await.unwrap();
    let failures = |address: &str, count| Failures {
        name_sha256: "00".repeat(32),
        address: address.to_owned(),
        count,
        last_ms: NOON_MS + i64::from(count),
    };
    for (address, count) in [("10.0.0.1", 1), ("10.0.0.1", 2), ("::1", 9), ("10.0.0.2", 1), ("10.0.0.2", 0)] {
        town.store.set_failures(failures(address, count)).await.unwrap();
    }
    town.reopen().await;
    let used = ApiKey { used_ms: Some(NOON_MS + 5), ..key("k1", "li") };
    let seen = Session { seen_ms: NOON_MS + 6, ..session("a", "li", None) };
    let expected = People {
        accounts: vec![account("li")],
        keys: vec![used],
        sessions: vec![seen],
        failures: vec![failures("10.0.0.1", 2), failures("::1", 9)],
    };
    assert_eq!(town.store.people().await.unwrap(), expected);
    town.store.forget_people_before(NOON_MS + 1, NOON_MS + 3).await.unwrap();
    let left = town.store.people().await.unwrap();
    assert_eq!((left.sessions, left.failures), (Vec::new(), vec![failures("::1", 9)]));
}
