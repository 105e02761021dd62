//! Limits of sessions while somebody sets the wall's clock, without HTTP.

use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use super::*;

const MINUTE_MS: i64 = 60_000;

/// A clock on the wall that is set, over one that only goes forward.
struct Wall {
    runs: Arc<SetClock>,
    ahead_ms: AtomicI64,
}

impl Clock for Wall {
    fn now_ms(&self) -> TimestampMs {
        self.runs.now_ms() + self.ahead_ms.load(Ordering::SeqCst)
    }

    fn steady_ms(&self) -> i64 {
        self.runs.steady_ms()
    }
}

/// A hub whose clock is set, with an operator who has a password.
struct Town {
    bench: Bench,
    wall: Arc<Wall>,
    people: People,
}

impl Town {
    async fn new() -> Self {
        let bench = Bench::new().await;
        bench.with_password("li", &["operator@371122102"]).await;
        let wall = Arc::new(Wall { runs: bench.hub.clock.clone(), ahead_ms: AtomicI64::new(0) });
        let people = started(&bench, &wall).await;
        Self { bench, wall, people }
    }

    /// The same people after a start.
    async fn starts(&mut self) {
        self.people = started(&self.bench, &self.wall).await;
    }

    /// Sets the wall's clock by so much, while no time passes.
    fn set(&self, by_ms: i64) {
        self.wall.ahead_ms.fetch_add(by_ms, Ordering::SeqCst);
    }

    async fn opens(&self) -> String {
        self.people.open_session(name("li"), None, None).await.unwrap()
    }

    async fn uses(&self, value: &str) -> bool {
        self.people.with_session(value).await.is_some()
    }

    /// Whether a session lasts; it is not used by the question.
    fn lasts(&self, value: &str) -> bool {
        self.people.still(&view::session_of(value)).is_some()
    }
}

async fn started(bench: &Bench, wall: &Arc<Wall>) -> People {
    let places = bench.hub.cameras.places().clone();
    People::open(bench.hub.store.clone(), wall.clone(), places, [9; 32]).await.unwrap().0
}

/// ID-9.
#[tokio::test]
async fn a_clock_that_is_set_back_by_less_than_the_idle_time_lengthens_no_session() {
    let town = Town::new().await;
    let idle = town.opens().await;
    town.bench.pass(IDLE_MS - 1);
    town.set(-24 * MINUTE_MS);
    assert!(town.lasts(&idle));
    town.bench.pass(1);
    assert!(!town.lasts(&idle) && !town.uses(&idle).await);

    let used = town.opens().await;
    for turn in 1..36 {
        town.bench.pass(20 * MINUTE_MS);
        town.set(-19 * MINUTE_MS);
        assert!(town.uses(&used).await, "{turn}");
    }
    town.bench.pass(20 * MINUTE_MS - 1);
    assert!(town.lasts(&used) && town.people.sessions(&name("li")).len() == 1);
    town.bench.pass(1);
    assert!(!town.lasts(&used) && town.people.sessions(&name("li")).is_empty(), "twelve hours");
}

/// ID-9 and ID-17.
#[tokio::test]
async fn a_clock_that_is_set_back_keeps_no_code_fresh() {
    let town = Town::new().await;
    let people = &town.people;
    let secret = people.offer_factor(&name("li")).await.unwrap().secret;
    people.prove_factor(&name("li"), &people.code(&secret)).await.unwrap();
    town.bench.pass(30_000);
    let value = people.sign_in(from("10.0.0.1", "li", PASSWORD, &people.code(&secret))).await.unwrap();
    let by = people.with_session(&value).await.unwrap().by;
    town.bench.pass(FRESH_MS - 1);
    town.set(-4 * MINUTE_MS);
    assert!(people.is_fresh(&by).is_ok());
    town.bench.pass(1);
    assert!(matches!(people.is_fresh(&by), Err(PeopleError::NotFresh)));
}

/// ID-9: a clock that is set forward looks like a machine that slept.
#[tokio::test]
async fn a_clock_that_is_set_forward_and_right_again_lengthens_no_session() {
    let town = Town::new().await;
    let value = town.opens().await;
    town.set(IDLE_MS - 1);
    assert!(town.uses(&value).await);
    town.set(1 - IDLE_MS);
    assert!(town.lasts(&value), "right again");
    town.bench.pass(IDLE_MS - 1);
    assert!(town.lasts(&value));
    town.bench.pass(1);
    assert!(!town.lasts(&value));

    let value = town.opens().await;
    town.set(IDLE_MS);
    assert!(!town.lasts(&value), "slept for half an hour");
}

/// ID-9: the steady clock ends with the process.
#[tokio::test]
async fn a_restart_after_the_clock_was_set_lengthens_no_session_that_was_used_since() {
    let mut town = Town::new().await;
    let back = town.opens().await;
    town.bench.pass(25 * MINUTE_MS);
    town.set(-24 * MINUTE_MS);
    assert!(town.uses(&back).await);
    town.starts().await;
    assert!(!town.lasts(&back), "it would seem to be a minute old");
    town.bench.pass(25 * MINUTE_MS);
    town.starts().await;
    assert!(!town.lasts(&back), "what has ended at a start has ended for good");

    let corrected = town.opens().await;
    town.bench.pass(2 * MINUTE_MS);
    town.set(-5_000);
    assert!(town.uses(&corrected).await);
    town.starts().await;
    assert!(town.lasts(&corrected), "what a time server corrects ends nothing");

    let forward = town.opens().await;
    town.bench.pass(MINUTE_MS);
    town.set(20 * MINUTE_MS);
    assert!(town.uses(&forward).await);
    town.starts().await;
    assert!(town.lasts(&forward));
    town.bench.pass(IDLE_MS - 1);
    assert!(town.lasts(&forward));
    town.bench.pass(1);
    assert!(!town.lasts(&forward));
}
