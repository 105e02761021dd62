//! A session that becomes another one when a code of the second factor is shown with it, without HTTP.

use xl_store::people::Session;

use super::*;

const MINUTE_MS: i64 = 60_000;

/// Somebody with a second factor who signed in some time ago, and shows it again.
struct Shows {
    bench: Bench,
    /// The value of his session, the secret of his factor.
    value: String,
    secret: String,
    renewal: Renewal,
    by: By,
}

impl Shows {
    async fn new() -> Self {
        let bench = Bench::new().await;
        bench.with_password("li", &["operator@371122102"]).await;
        let secret = bench.people.offer_factor(&name("li")).await.unwrap().secret;
        bench.people.prove_factor(&name("li"), &bench.people.code(&secret)).await.unwrap();
        bench.pass(30_000);
        let value = bench.sign_in("li", PASSWORD, &bench.people.code(&secret)).await.unwrap();
        bench.pass(FRESH_MS);
        let renewal = Renewal::default();
        let by = bench.people.with_session(&value).await.unwrap().within(Some(&renewal)).by;
        Self { bench, value, secret, renewal, by }
    }
}

async fn kept(bench: &Bench) -> Vec<Session> {
    bench.hub.store.people().await.unwrap().sessions
}

/// ID-6.
#[tokio::test]
async fn a_code_makes_another_session_of_the_same_age_and_only_the_request_that_showed_it_goes_on() {
    let Shows { bench, value: old, secret, renewal, by: shows } = Shows::new().await;
    let people = &bench.people;
    let beside = people.with_session(&old).await.unwrap().by;
    let before = kept(&bench).await.remove(0);
    assert!(matches!(people.is_fresh(&shows), Err(PeopleError::NotFresh)));
    assert_eq!(renewal.value(), None);
    people.show_factor(&shows, &people.code(&secret)).await.unwrap();

    let new = renewal.value().unwrap().to_owned();
    assert_ne!(new, old);
    assert_eq!(
        kept(&bench).await,
        [Session { sha256: People::session_name(&new), ..before }],
        "as old, used when it was"
    );
    assert!(people.is_fresh(&shows).is_ok() && people.still(&shows).is_some());
    assert_eq!(People::session_id(&shows), Some(people.sessions(&name("li"))[0].id.as_str()));
    assert!(people.still(&beside).is_none(), "what the old one began has ended");
    assert!(matches!(people.is_fresh(&beside), Err(PeopleError::NotFresh)));
    assert!(people.with_session(&old).await.is_none());

    let later = people.with_session(&new).await.unwrap().by;
    bench.pass(FRESH_MS - 1);
    assert!(people.is_fresh(&later).is_ok());
    bench.pass(1);
    assert!(matches!(people.is_fresh(&later), Err(PeopleError::NotFresh)));
    // Ten minutes of its twelve hours are over.
    for _ in 0..35 {
        bench.pass(20 * MINUTE_MS);
        assert!(people.with_session(&new).await.is_some());
    }
    bench.pass(10 * MINUTE_MS);
    assert!(people.with_session(&new).await.is_none(), "a code makes no session longer");
}

/// ID-6: no right without the new id.
#[tokio::test]
async fn a_code_counts_for_nothing_when_the_new_session_is_not_written() {
    let Shows { bench, value, secret, renewal, by } = Shows::new().await;
    let people = &bench.people;
    bench.hub.store.close().await;
    let closed = people.show_factor(&by, &people.code(&secret)).await;
    assert!(matches!(closed, Err(PeopleError::Store(_))), "{closed:?}");
    assert!(renewal.value().is_none() && matches!(people.is_fresh(&by), Err(PeopleError::NotFresh)));
    assert_eq!(bench.standing(&value).await, Some(Standing::Full), "it is what it was");
}

/// ID-6: what only memory knows would call every right code wrong, and be gone with a restart.
#[tokio::test]
async fn a_session_that_is_written_nowhere_ends_with_the_first_code_that_is_shown_with_it() {
    let Shows { bench, value, secret, renewal, by } = Shows::new().await;
    let people = &bench.people;
    bench.hub.store.remove_session(&People::session_name(&value)).await.unwrap();
    let ended = people.show_factor(&by, &people.code(&secret)).await;
    assert!(matches!(ended, Err(PeopleError::BadCode)), "{ended:?}");
    assert!(renewal.value().is_none() && kept(&bench).await.is_empty());
    assert_eq!(bench.standing(&value).await, None);
}

/// ID-6: signing in over a session ends that one alone, however many there are, and with the write that opens the new one.
#[tokio::test]
async fn a_sign_in_over_one_of_sixteen_sessions_ends_that_one_and_where_it_cannot_be_written_none() {
    let bench = Bench::new().await;
    let people = &bench.people;
    bench.with_password("li", &[]).await;
    let mut opened = Vec::new();
    for _ in 0..16 {
        opened.push(people.open_session(name("li"), None, None).await.unwrap());
        bench.pass(1_000);
    }
    let over = async |value: &str| {
        let former = Some(People::session_name(value));
        people.sign_in_over(from("10.0.0.1", "li", PASSWORD, ""), former).await
    };
    let new = over(&opened[7]).await.unwrap();
    for (number, value) in opened.iter().enumerate() {
        assert_eq!(bench.standing(value).await.is_some(), number != 7, "{number}");
    }
    assert_eq!((bench.standing(&new).await, kept(&bench).await.len()), (Some(Standing::Full), 16));

    bench.hub.store.close().await;
    let failed = over(&new).await;
    assert!(matches!(failed, Err(PeopleError::Store(_))), "{failed:?}");
    assert_eq!(bench.standing(&new).await, Some(Standing::Full));
    assert_eq!(people.sessions(&name("li")).len(), 16, "and none is open whose cookie nobody has");
}
