//! Accounts that are linked to identities, without the provider that vouches for them.

use xl_store::people::Identified;

use super::*;

/// ID-12 for who comes by a provider: a code is asked for, counts once, and wrong ones shut the door as wrong passwords do.
#[tokio::test]
async fn who_a_provider_vouches_for_enters_his_own_account_with_its_second_factor() {
    let bench = Bench::new().await;
    bench.account("li", &["operator@371122102"]).await;
    bench.account("wang", &["township-admin@371122102"]).await;
    let identity = |subject: &str| Identified { issuer: "https://id".to_owned(), subject: subject.to_owned() };
    let (li, wang, address) = (identity("li-1"), identity("wang-1"), "10.0.0.1".parse().unwrap());
    let (people, admin) = (&bench.people, bench.admin());
    let enter = async |identity: &Identified, code: Option<&str>| people.enter_as(identity, code, None, address).await;
    assert!(matches!(enter(&li, None).await, Err(PeopleError::NotLinked)));
    people.link(&admin, &name("li"), Some(li.clone())).await.unwrap();
    let taken = people.link(&admin, &name("wang"), Some(li.clone())).await;
    assert!(matches!(taken, Err(PeopleError::IdentityTaken)), "{taken:?}");
    let own = people.link(&admin, &name("admin"), Some(wang.clone())).await;
    assert!(matches!(own, Err(PeopleError::OwnRequest)), "{own:?}");
    people.link(&admin, &name("wang"), Some(wang.clone())).await.unwrap();

    let Ok(Entry::Opened(value)) = enter(&li, None).await else { panic!("li has no second factor") };
    let subject = people.with_session(&value).await.unwrap().subject;
    assert_eq!((subject.account(), subject.standing), (Some(&name("li")), Standing::Full));
    let elsewhere = Identified { issuer: "https://other".to_owned(), ..li.clone() };
    assert!(matches!(enter(&elsewhere, None).await, Err(PeopleError::NotLinked)), "a subject is its issuer's");

    let Ok(Entry::Opened(value)) = enter(&wang, None).await else { panic!("wang has none yet") };
    assert_eq!(people.with_session(&value).await.unwrap().subject.standing, Standing::Enrolling);
    let secret = people.offer_factor(&name("wang")).await.unwrap().secret;
    people.prove_factor(&name("wang"), &people.code(&secret)).await.unwrap();
    assert!(people.with_session(&value).await.is_none(), "a proven factor ends the session that came without");
    assert_eq!(enter(&wang, None).await.unwrap(), Entry::NeedsCode);
    assert!(matches!(enter(&wang, Some(&people.code(&secret))).await, Err(PeopleError::BadCode)), "used already");
    bench.pass(30_000);
    let Ok(Entry::Opened(value)) = enter(&wang, Some(&people.code(&secret))).await else { panic!("the next code") };
    assert_eq!(people.with_session(&value).await.unwrap().subject.standing, Standing::Full);
    bench.pass(30_000);
    for _ in 0..5 {
        assert!(matches!(enter(&wang, Some("000000")).await, Err(PeopleError::BadCode)));
    }
    let shut = enter(&wang, Some(&people.code(&secret))).await;
    assert!(matches!(shut, Err(PeopleError::Locked { .. })), "{shut:?}");
    assert!(people.enter_as(&wang, Some(&people.code(&secret)), None, "10.0.0.2".parse().unwrap()).await.is_ok());

    people.enable_account(&admin, &name("wang"), false).await.unwrap();
    assert!(matches!(enter(&wang, None).await, Err(PeopleError::NotLinked)), "disabled: as if it were not linked");
    people.link(&admin, &name("li"), None).await.unwrap();
    assert!(matches!(enter(&li, None).await, Err(PeopleError::NotLinked)));
}
