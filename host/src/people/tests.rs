//! Signing in, second factors, keys and roles, without HTTP.

mod clock;
mod linked;
mod reach;
mod renewal;

use std::net::IpAddr;

use xl_model::people::subject::Standing;
use xl_model::people::subject::Subject;
use xl_model::people::subject::Who;
use zeroize::Zeroizing;

use super::*;
use crate::cameras::testing::SetClock;
use crate::devices::testing::TestHub;

const PASSWORD: &str = "seven geese at the gate";

struct Bench {
    hub: TestHub,
    people: People,
    first: FirstStart,
}

fn text(password: &str) -> Zeroizing<String> {
    Zeroizing::new(password.to_owned())
}

fn name(text: &str) -> AccountName {
    text.parse().unwrap()
}

fn from(address: &str, name: &str, password: &str, code: &str) -> Attempt {
    let address: IpAddr = address.parse().unwrap();
    Attempt { name: name.to_owned(), password: text(password), code: code.to_owned(), address }
}

fn held(roles: &[&str]) -> Vec<xl_model::people::held::Held> {
    roles.iter().map(|text| text.parse().unwrap()).collect()
}

/// The people of a hub whose second factors are sealed with a key of this byte.
async fn opened(hub: &TestHub, key: u8) -> (People, Option<FirstStart>) {
    let places = hub.cameras.places().clone();
    People::open(hub.store.clone(), hub.clock.clone(), places, [key; 32]).await.unwrap()
}

impl Bench {
    async fn new() -> Self {
        let hub = TestHub::new().await;
        let (people, first) = opened(&hub, 9).await;
        Self { hub, people, first: first.unwrap() }
    }

    fn pass(&self, ms: i64) {
        let clock: &SetClock = &self.hub.clock;
        clock.0.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }

    fn admin(&self) -> Subject {
        let sha256 = secret::sha256_hex(self.first.key.as_deref().unwrap().as_bytes());
        self.people.still(&By::Key(sha256.into())).unwrap()
    }

    async fn account(&self, name_: &str, roles: &[&str]) -> String {
        let reach = "371122102".parse().unwrap();
        let new = NewAccount { name: name(name_), title: name_.to_owned(), reach, roles: held(roles) };
        self.people.add_account(&self.admin(), new).await.unwrap().1
    }

    /// An account that has a password of its own.
    async fn with_password(&self, name_: &str, roles: &[&str]) {
        self.account(name_, roles).await;
        self.people.change_password(&name(name_), text(""), text(PASSWORD)).await.unwrap();
    }

    async fn sign_in(&self, name: &str, password: &str, code: &str) -> Result<String, PeopleError> {
        self.people.sign_in(from("10.0.0.1", name, password, code)).await
    }

    async fn standing(&self, value: &str) -> Option<Standing> {
        self.people.with_session(value).await.map(|signed| signed.subject.standing)
    }
}

/// ID-1.
#[tokio::test]
async fn an_empty_hub_has_one_administrator_whose_first_password_works_once_and_for_half_an_hour() {
    let bench = Bench::new().await;
    let (admin, password) = (bench.first.account.to_string(), bench.first.password.clone());
    for built_in in ["", "admin", "password", "xueliang", "123456789012"] {
        assert!(bench.people.sign_in(from("10.0.0.9", &admin, built_in, "")).await.is_err(), "{built_in}");
    }
    let session = bench.sign_in(&admin, &password, "").await.unwrap();
    assert_eq!(bench.standing(&session).await, Some(Standing::Enrolling));
    assert!(matches!(bench.sign_in(&admin, &password, "").await, Err(PeopleError::BadSignIn)), "dead after use");

    let second = bench.people.renew_password(&name("admin")).await.unwrap();
    bench.pass(password::FIRST_MS);
    assert!(matches!(bench.sign_in(&admin, &second, "").await, Err(PeopleError::BadSignIn)), "dead after half an hour");

    let hub = bench.hub.restart().await;
    let (_, again) = opened(&hub, 9).await;
    assert!(again.is_none(), "shown once");
}

/// The token of a hub without accounts goes on working as a key of the first administrator.
#[tokio::test]
async fn a_token_of_before_becomes_a_key_of_the_first_administrator() {
    let hub = TestHub::new().await;
    hub.store.set_fact("admin_token_sha256", &secret::sha256_hex(b"xla_old")).await.unwrap();
    let (people, first) = opened(&hub, 9).await;
    assert_eq!(first.unwrap().key, None);
    let signed = people.with_key("xla_old").await.unwrap();
    assert_eq!(signed.subject.account(), Some(&name("admin")));
    assert_eq!(signed.subject.roles.to_vec(), held(&["county-admin@*"]));
    assert!(people.with_key("xla_other").await.is_none());
}

/// ID-2, its second half.
#[tokio::test]
async fn a_weaker_stored_hash_is_made_anew_at_the_next_sign_in() {
    let bench = Bench::new().await;
    bench.account("li", &["operator@371122102"]).await;
    let weak = "$argon2id$v=19$m=8192,t=1,p=1$Y2hpY2tlbiBhbmQgZWdn$";
    let hash = {
        use argon2::PasswordHasher as _;
        let params = argon2::Params::new(8_192, 1, 1, None).unwrap();
        let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let salt = argon2::password_hash::SaltString::from_b64("Y2hpY2tlbiBhbmQgZWdn").unwrap();
        argon2.hash_password(PASSWORD.as_bytes(), &salt).unwrap().to_string()
    };
    assert!(hash.starts_with(weak), "{hash}");
    let stored = Account { password_hash: Some(hash), ..bench.people.account(&name("li")).unwrap() };
    bench.people.write(stored, false).await.unwrap();
    bench.sign_in("li", PASSWORD, "").await.unwrap();
    let kept = bench.hub.store.people().await.unwrap().accounts;
    let upgraded = kept.iter().find(|account| account.name == name("li")).unwrap().password_hash.clone().unwrap();
    assert!(upgraded.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{upgraded}");
    bench.sign_in("LI", PASSWORD, "").await.unwrap();
}

/// ID-3.
#[tokio::test]
async fn a_thousand_guesses_from_one_address_shut_that_address_without_hashing_and_no_other() {
    let bench = Bench::new().await;
    bench.with_password("li", &["operator@371122102"]).await;
    let before = bench.people.hashed();
    for _ in 0..1_000 {
        assert!(bench.people.sign_in(from("10.6.6.6", "li", "guess", "")).await.is_err());
    }
    assert_eq!(bench.people.hashed() - before, 5, "the first five are compared");
    let right = bench.people.sign_in(from("10.6.6.6", "li", PASSWORD, "")).await;
    assert!(matches!(right, Err(PeopleError::Locked { retry_after_s: 31 })), "{right:?}");
    bench.people.sign_in(from("10.0.0.1", "li", PASSWORD, "")).await.unwrap();
    // The door is shut after a restart too.
    let hub = bench.hub.restart().await;
    let (people, _) = opened(&hub, 9).await;
    let still = people.sign_in(from("10.6.6.6", "li", PASSWORD, "")).await;
    assert!(matches!(still, Err(PeopleError::Locked { .. })), "{still:?}");
}

/// ID-4, what a clock need not decide: the same answer and the same work.
#[tokio::test]
async fn an_unknown_a_disabled_and_a_known_account_are_refused_alike() {
    let bench = Bench::new().await;
    bench.with_password("li", &["operator@371122102"]).await;
    bench.with_password("wang", &["operator@371122102"]).await;
    bench.people.enable_account(&bench.admin(), &name("wang"), false).await.unwrap();
    let mut said = Vec::new();
    for (who, password) in [("li", "wrong"), ("wang", PASSWORD), ("nobody", "wrong"), ("no name!", "wrong"), ("", "")] {
        let before = bench.people.hashed();
        let refused = bench.people.sign_in(from("10.0.0.2", who, password, "")).await.unwrap_err();
        said.push((refused.to_string(), refused.code(), bench.people.hashed() - before));
    }
    assert!(said.iter().all(|it| *it == said[0]), "{said:?}");
    assert_eq!(said[0].2, 1);
    for _ in 0..9 {
        let known = bench.people.sign_in(from("10.0.0.3", "li", "wrong", "")).await.unwrap_err().to_string();
        let unknown = bench.people.sign_in(from("10.0.0.3", "nobody", "wrong", "")).await.unwrap_err().to_string();
        assert_eq!(known, unknown, "the door shuts for names that nobody has, too");
    }
}

/// ID-12 and ID-6: an administrator needs his second factor, each code works once, each sign-in has another session.
#[tokio::test]
async fn an_administrator_signs_in_with_a_code_that_is_refused_the_second_time() {
    let bench = Bench::new().await;
    let admin = name("admin");
    let enrolling = bench.sign_in("admin", &bench.first.password, "").await.unwrap();
    bench.people.change_password(&admin, text(""), text(PASSWORD)).await.unwrap();
    assert_eq!(bench.standing(&enrolling).await, Some(Standing::Enrolling), "the second factor is missing");
    let without = bench.sign_in("admin", PASSWORD, "").await.unwrap();
    assert_eq!(bench.standing(&without).await, Some(Standing::Enrolling));

    let offered = bench.people.offer_factor(&admin).await.unwrap();
    assert!(offered.uri.starts_with("otpauth://totp/") && offered.uri.contains(&offered.secret), "{}", offered.uri);
    let code = |offset: i64| totp::written(&totp::bytes(&offered.secret), bench.hub.clock.now_ms() / 30_000 + offset);
    assert!(matches!(bench.people.prove_factor(&admin, "000000").await, Err(PeopleError::BadCode)));
    bench.people.prove_factor(&admin, &code(0)).await.unwrap();
    assert_eq!(bench.standing(&enrolling).await, None, "the old session is refused");

    for wrong in ["", "000000", &code(0), &code(2)] {
        let refused = bench.sign_in("admin", PASSWORD, wrong).await;
        assert!(matches!(refused, Err(PeopleError::BadSignIn)), "{wrong}");
        bench.pass(1);
    }
    let next = code(1);
    let first = bench.sign_in("admin", PASSWORD, &next).await.unwrap();
    assert_eq!(bench.standing(&first).await, Some(Standing::Full));
    assert!(matches!(bench.sign_in("admin", PASSWORD, &next).await, Err(PeopleError::BadSignIn)), "the second time");
    bench.pass(60_000);
    let second = bench.sign_in("admin", PASSWORD, &code(0)).await.unwrap();
    assert_ne!(first, second);
    assert!(
        matches!(bench.people.offer_factor(&admin).await, Err(PeopleError::OwnRequest)),
        "one that is in use stays"
    );

    let kept = format!("{:?}", bench.hub.store.people().await.unwrap());
    for secret in [first.as_str(), &second, PASSWORD, &offered.secret, &bench.first.password] {
        assert!(!kept.contains(secret), "only hashes and seals are kept");
    }
}

#[tokio::test]
async fn a_second_factor_whose_key_is_gone_says_so_and_is_begun_again() {
    let bench = Bench::new().await;
    bench.with_password("li", &["operator@371122102"]).await;
    let offered = bench.people.offer_factor(&name("li")).await.unwrap();
    let code = totp::written(&totp::bytes(&offered.secret), bench.hub.clock.now_ms() / 30_000);
    bench.people.prove_factor(&name("li"), &code).await.unwrap();
    let (other, _) = opened(&bench.hub, 8).await;
    let refused = other.sign_in(from("10.0.0.1", "li", PASSWORD, &code)).await.unwrap_err();
    assert!(matches!(&refused, PeopleError::Sealed { account, .. } if account == "li"), "{refused:?}");
    let password = other.renew_password(&name("li")).await.unwrap();
    other.sign_in(from("10.0.0.1", "li", &password, "")).await.unwrap();
}

/// ID-8, without HTTP.
#[tokio::test]
async fn another_password_other_roles_or_units_and_a_disabled_account_end_all_sessions() {
    let bench = Bench::new().await;
    bench.with_password("li", &["operator@371122102"]).await;
    let admin = bench.admin();
    for what in 0..5 {
        let session = bench.people.open_session(name("li"), None, None).await.unwrap();
        assert_eq!(bench.standing(&session).await, Some(Standing::Full));
        match what {
            0 => drop(bench.people.set_roles(&admin, &name("li"), held(&["viewer@371122102"])).await.unwrap()),
            1 => {
                bench.people.enable_account(&admin, &name("li"), false).await.unwrap();
                bench.people.enable_account(&admin, &name("li"), true).await.unwrap();
            }
            2 => {
                bench.people.change_password(&name("li"), text(PASSWORD), text("eight geese in a row")).await.unwrap();
            }
            3 => drop(bench.people.set_units(&admin, &name("li"), Vec::new()).await.unwrap()),
            _ => {
                let id = bench.people.sessions(&name("li"))[0].id.clone();
                assert!(bench.people.end_session(&name("admin"), &id).await.is_err(), "of somebody else");
                bench.people.end_session(&name("li"), &id).await.unwrap();
            }
        }
        assert_eq!(bench.standing(&session).await, None, "{what}");
    }
    let wrong = bench.people.change_password(&name("li"), text(PASSWORD), text("nine geese in a row")).await;
    assert!(matches!(wrong, Err(PeopleError::BadSignIn)));
    let weak = bench.people.change_password(&name("li"), text("eight geese in a row"), text("short")).await;
    assert!(matches!(weak, Err(PeopleError::WeakPassword)));
}

#[tokio::test]
async fn the_seventeenth_session_of_an_account_ends_its_first() {
    let bench = Bench::new().await;
    bench.with_password("li", &[]).await;
    let mut opened = Vec::new();
    for _ in 0..17 {
        opened.push(bench.people.open_session(name("li"), None, None).await.unwrap());
        bench.pass(1_000);
    }
    assert_eq!(bench.standing(&opened[0]).await, None);
    assert_eq!(bench.standing(&opened[1]).await, Some(Standing::Full));
    assert_eq!(bench.hub.store.people().await.unwrap().sessions.len(), 16);
}

/// ID-10.
#[tokio::test]
async fn a_key_has_at_most_what_its_owner_holds_and_ends_by_time_by_revocation_and_with_the_right() {
    let bench = Bench::new().await;
    bench.account("li", &["operator@371122102", "viewer@371122"]).await;
    let (li, admin) = (name("li"), bench.admin());
    let new =
        |roles: &[&str], days| NewKey { title: "大屏".to_owned(), roles: held(roles), days, addresses: Vec::new() };
    for (roles, days, code) in [
        (&["operator@371122102"][..], 0, 702),
        (&["operator@371122102"], 367, 702),
        (&[], 1, 702),
        (&["operator@371122103"], 1, 907),
        (&["township-admin@371122102"], 1, 907),
        (&["county-admin@371122102"], 1, 905),
    ] {
        let refused = bench.people.add_key(&li, new(roles, days)).await.unwrap_err();
        assert_eq!(refused.code().0, code, "{roles:?} {days}");
    }
    let (kept, key) = bench.people.add_key(&li, new(&["viewer@371122102201", "viewer@371122"], 2)).await.unwrap();
    let roles = async || bench.people.with_key(&key).await.map(|signed| signed.subject.roles.to_vec());
    assert_eq!(roles().await, Some(held(&["viewer@371122102201", "viewer@371122"])));
    let who = bench.people.with_key(&key).await.unwrap().subject.who;
    assert_eq!(who, Who::Key { owner: li.clone(), id: kept.id.as_str().into() });
    assert!(bench.people.keys(&li)[0].used_ms.is_some());

    bench.people.set_roles(&admin, &li, held(&["operator@371122102"])).await.unwrap();
    assert_eq!(roles().await, Some(held(&["viewer@371122102201"])), "what the owner lost, the key lost");
    bench.people.enable_account(&admin, &li, false).await.unwrap();
    assert_eq!(roles().await, None);
    bench.people.enable_account(&admin, &li, true).await.unwrap();
    assert_eq!(roles().await, Some(held(&["viewer@371122102201"])));
    bench.pass(2 * 86_400_000 - 1);
    assert!(roles().await.is_some());
    bench.pass(1);
    assert_eq!(roles().await, None, "expired");

    let (kept, key) = bench.people.add_key(&li, new(&["operator@371122102"], 1)).await.unwrap();
    let session = bench.people.open_with_key(&key).await.unwrap();
    assert!(bench.people.with_session(&session).await.is_some());
    bench.people.remove_key(&kept.id).await.unwrap();
    assert!(bench.people.with_key(&key).await.is_none());
    assert!(bench.people.with_session(&session).await.is_none(), "a session ends with the key that opened it");
    assert!(bench.people.remove_key(&kept.id).await.is_err());
    for _ in bench.people.keys(&li).len()..32 {
        bench.people.add_key(&li, new(&["operator@371122102"], 1)).await.unwrap();
    }
    let beyond = bench.people.add_key(&li, new(&["operator@371122102"], 1)).await.unwrap_err();
    assert_eq!(beyond.code().0, 912);
}

#[tokio::test]
async fn nobody_gives_more_than_he_holds_or_anything_to_himself() {
    let bench = Bench::new().await;
    bench.account("zhang", &["township-admin@371122102"]).await;
    let of = |name_: &str, roles: &[&str]| Subject {
        who: Who::Account(name(name_)),
        roles: held(roles).into(),
        former: Default::default(),
        units: Default::default(),
        standing: Standing::Full,
    };
    let zhang = of("zhang", &["township-admin@371122102"]);
    let add = async |giver: &Subject, name_: &str, roles: &[&str]| {
        let reach = "371122102".parse().unwrap();
        let new = NewAccount { name: name(name_), title: "新".to_owned(), reach, roles: held(roles) };
        bench.people.add_account(giver, new).await.map(drop).map_err(|error| error.code().0)
    };
    assert_eq!(add(&zhang, "li", &["operator@371122102", "grid-member@371122102201"]).await, Ok(()));
    assert_eq!(add(&zhang, "li", &[]).await, Err(308));
    assert_eq!(add(&zhang, "x", &["operator@371122103"]).await, Err(907));
    assert_eq!(add(&zhang, "x", &["auditor@371122102"]).await, Err(907));
    assert_eq!(add(&zhang, "x", &["county-admin@371122"]).await, Err(907));
    assert_eq!(add(&bench.admin(), "x", &["auditor@371122", "township-admin@371122102"]).await, Err(906));
    assert_eq!(add(&bench.admin(), "sun", &["auditor@371122"]).await, Ok(()));
    let to = async |giver: &Subject, name_: &str, roles: &[&str]| {
        bench.people.set_roles(giver, &name(name_), held(roles)).await.map(drop).map_err(|error| error.code().0)
    };
    assert_eq!(to(&zhang, "zhang", &["township-admin@371122102"]).await, Err(908));
    assert_eq!(to(&bench.admin(), "sun", &["auditor@371122", "county-admin@371122"]).await, Err(906));
    assert_eq!(to(&zhang, "li", &["operator@371122102", "viewer@371122102"]).await, Ok(()));
    assert_eq!(to(&zhang, "nobody", &[]).await, Err(307));
    let own = bench.people.set_units(&zhang, &name("zhang"), Vec::new()).await.unwrap_err();
    assert_eq!(own.code().0, 908);
    let himself = bench.people.enable_account(&zhang, &name("zhang"), false).await.unwrap_err();
    assert_eq!(himself.code().0, 908);
    bench.people.change(|view| {
        let pattern = view.accounts.values().next().unwrap().clone();
        for n in view.accounts.len()..20_000 {
            let name = name(&format!("n{n}"));
            view.accounts.insert(name.clone(), Account { name, ..pattern.clone() });
        }
    });
    assert_eq!(add(&zhang, "y", &[]).await, Err(912));
    let new = NewAccount { name: name("y"), title: " ".to_owned(), reach: "37".parse().unwrap(), roles: Vec::new() };
    assert_eq!(bench.people.add_account(&bench.admin(), new).await.unwrap_err().code().0, 702);
}
