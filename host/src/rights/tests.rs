//! What the desk promises, seen from inside: sealed, in order, in writing, forgotten in time.

use xl_model::audit::Actor;
use xl_model::rights::RequestKind;
use xl_model::rights::RequestState;
use xl_model::rights::Step;
use xl_model::rights::reference::Reference;
use xl_store::audit::AuditFilter;
use xl_store::rights::RequestFilter;

use super::Applicant;
use super::Counter;
use super::Desk;
use super::Draft;
use super::Filed;
use super::NewRequest;
use super::RightsError;
use super::desk::DAY_MS;
use super::draft::Wrong;
use crate::audit::Auditor;
use crate::cameras::testing::SetClock;
use crate::cameras::testing::TestRegister;
use crate::config::Config;

const NAME: &str = "канарейка Wang";
const CONTACT: &str = "canary 13900000000";
const WISH: &str = "canary: what the camera at the gate kept of me";

struct Office {
    register: TestRegister,
    desk: Desk,
}

impl Office {
    async fn new() -> Self {
        Self::with(10_000).await
    }

    async fn with(most_open: u32) -> Self {
        let register = TestRegister::new().await;
        let desk = desk(&register, [3; 32], most_open);
        register.store.pass_time(desk.now_ms(), 0).await.unwrap();
        Self { register, desk }
    }

    async fn file(&self, kind: RequestKind) -> Filed {
        self.desk.file(request(kind)).await.unwrap()
    }

    async fn step(&self, reference: &Reference, step: Step) -> Result<RequestState, RightsError> {
        self.desk.step(reference, step, "canary words", "li").await.map(|request| request.state)
    }

    fn pass(&self, ms: i64) {
        let clock: &SetClock = &self.register.clock;
        clock.0.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
    }

    /// Lets time pass by both clocks, as a hub that runs does.
    async fn live(&self, ms: i64) {
        self.pass(ms);
        self.register.store.pass_time(self.desk.now_ms(), ms).await.unwrap();
    }

    async fn rows(&self, action: &str) -> Vec<xl_model::audit::Entry> {
        let filter = AuditFilter { action: Some(action.to_owned()), limit: 100, ..AuditFilter::default() };
        let rows = self.register.store.audit_rows(&filter).await.unwrap();
        rows.into_iter().map(|row| row.entry).collect()
    }
}

fn desk(register: &TestRegister, key: [u8; 32], most_open: u32) -> Desk {
    let (store, clock) = (register.store.clone(), register.clock.clone());
    let auditor = Auditor::new(store.clone(), clock.clone());
    let rules = crate::config::Requests { most_open, ..Config::default().requests };
    Desk::new(store, clock, auditor, register.cameras.places().clone(), key, rules)
}

fn request(kind: RequestKind) -> NewRequest {
    let applicant = Applicant {
        name: NAME.to_owned(),
        contact: CONTACT.to_owned(),
        relation: "self".to_owned(),
        about: "canary gate".to_owned(),
        text: WISH.to_owned(),
    };
    NewRequest { kind, township: "371122102".parse().unwrap(), applicant }
}

/// Everything in a folder as bytes, one file after another.
fn bytes_in(folder: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        bytes.extend(if path.is_dir() { bytes_in(&path) } else { std::fs::read(&path).unwrap() });
    }
    bytes
}

#[tokio::test]
async fn who_asks_and_what_is_answered_lies_in_the_data_folder_only_sealed() {
    let office = Office::new().await;
    let filed = office.file(RequestKind::View).await;
    for step in [Step::Check, Step::Extend, Step::Begin, Step::Answer] {
        office.step(&filed.reference, step).await.unwrap();
    }
    let opened = office.desk.open(Actor::new("li", ""), &filed.reference, "to answer it").await.unwrap();
    assert_eq!(opened.applicant, request(RequestKind::View).applicant);
    assert_eq!(opened.words, ["canary words"; 4]);
    assert_eq!(format!("{opened:?} {filed:?}").matches("canary").count(), 4, "only what is told is shown: {filed:?}");
    office.register.store.close().await;
    let bytes = bytes_in(office.register.folder.path());
    assert!(bytes.len() > 10_000);
    for canary in ["canary", "канарейка", "13900000000", filed.secret.as_str()] {
        let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
        assert!(!found, "`{canary}` lies in the data folder");
    }
}

/// PRIV-16: the row of who opened it and why comes first.
#[tokio::test]
async fn a_request_is_opened_for_a_reason_that_is_recorded_and_else_not_at_all() {
    let office = Office::new().await;
    let filed = office.file(RequestKind::View).await;
    for reason in ["", "   x ", "a\u{7}bcd", &"x".repeat(201)] {
        let refused = office.desk.open(Actor::new("li", ""), &filed.reference, reason).await;
        assert!(matches!(refused, Err(RightsError::NotWritten { least: 4, most: 200 })), "{reason:?}");
    }
    assert_eq!(office.rows("request.open").await, []);
    office.desk.open(Actor::new("li", "township-admin"), &filed.reference, " compare the card ").await.unwrap();
    let rows = office.rows("request.open").await;
    let object = format!("/requests/371122102/{}", filed.reference.number);
    assert_eq!((rows.len(), rows[0].actor.who.as_str()), (1, "li"));
    assert_eq!((rows[0].object.as_str(), rows[0].detail.as_str()), (object.as_str(), "compare the card"));
    office.register.store.close().await;
    let unrecorded = office.desk.open(Actor::new("li", ""), &filed.reference, "compare the card").await;
    assert!(unrecorded.is_err(), "no row, no look");
}

#[tokio::test]
async fn what_is_sealed_opens_with_its_own_key_only() {
    let office = Office::new().await;
    let filed = office.file(RequestKind::View).await;
    let other = desk(&office.register, [4; 32], 10);
    let error = other.open(Actor::new("li", ""), &filed.reference, "to answer it").await.unwrap_err();
    assert!(matches!(&error, RightsError::Sealed { reason, .. } if reason.contains("another key")), "{error}");
    assert_eq!(error.code().to_string(), "XL0998");
}

/// PRIV-17, the part that needs no request over HTTP.
#[tokio::test]
async fn steps_come_in_their_order_and_what_is_told_is_put_in_writing() {
    let office = Office::new().await;
    let filed = office.file(RequestKind::Delete).await;
    let reference = &filed.reference;
    for (step, words, code) in [
        (Step::Begin, "x", 994),
        (Step::Answer, "an answer", 994),
        (Step::Refuse, "", 995),
        (Step::Refuse, "no.", 995),
        (Step::Extend, "  ", 995),
        (Step::Check, "\u{1b}[31mred", 995),
    ] {
        let refused = office.desk.step(reference, step, words, "li").await.unwrap_err();
        assert_eq!(refused.code().0, code, "{step:?} {words:?}");
    }
    let (before, steps) = office.desk.one(reference).await.unwrap();
    assert_eq!((before.state, before.due_ms, steps.len()), (RequestState::Received, filed.due_ms, 0));
    let extended = office.desk.step(reference, Step::Extend, "the recorder is away", "li").await.unwrap();
    assert_eq!((extended.state, extended.due_ms), (RequestState::Received, filed.due_ms + 30 * DAY_MS));
    assert!(matches!(office.step(reference, Step::Extend).await, Err(RightsError::Extended)));
    assert_eq!(office.step(reference, Step::Refuse).await.unwrap(), RequestState::Refused);
    for step in Step::ALL {
        assert!(matches!(office.step(reference, step).await, Err(RightsError::WrongStep { .. })), "{step:?}");
    }
    let (closed, steps) = office.desk.one(reference).await.unwrap();
    assert_eq!((closed.closed_ms, steps.len()), (Some(closed.received_ms), 2));
}

#[tokio::test]
async fn of_two_steps_at_once_one_is_done() {
    let office = Office::new().await;
    for _ in 0..20 {
        let filed = office.file(RequestKind::Complain).await;
        let (one, other) =
            tokio::join!(office.step(&filed.reference, Step::Begin), office.step(&filed.reference, Step::Begin));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let (_, steps) = office.desk.one(&filed.reference).await.unwrap();
        assert_eq!(steps.len(), 1);
    }
}

#[tokio::test]
async fn a_closed_request_forgets_who_asked_when_its_time_has_passed() {
    let office = Office::new().await;
    let (open, closed) = (office.file(RequestKind::View).await, office.file(RequestKind::View).await);
    office.step(&closed.reference, Step::Refuse).await.unwrap();
    office.live(365 * DAY_MS).await;
    assert_eq!(office.desk.erase().await.unwrap(), 0);
    office.live(1).await;
    assert_eq!(office.desk.erase().await.unwrap(), 1);
    assert_eq!(office.desk.erase().await.unwrap(), 0);
    let (erased, steps) = office.desk.one(&closed.reference).await.unwrap();
    assert_eq!((erased.state, erased.sealed, steps[0].sealed.clone()), (RequestState::Refused, None, None));
    let refused = office.desk.open(Actor::new("li", ""), &closed.reference, "to look again").await;
    assert!(matches!(refused, Err(RightsError::Erased)));
    assert!(office.desk.open(Actor::new("li", ""), &open.reference, "still to do").await.is_ok());
    let rows = office.rows("request.erase").await;
    assert_eq!((rows.len(), rows[0].detail.as_str()), (1, "1 closed more than 365 days ago"));
}

/// PRIV-9, for requests: no guard that looks at the time since the start helps here.
#[tokio::test]
async fn a_desk_that_starts_with_a_clock_years_ahead_erases_nothing_before_so_much_time_was_lived() {
    let office = Office::new().await;
    let filed = office.file(RequestKind::View).await;
    office.live(DAY_MS).await;
    office.step(&filed.reference, Step::Refuse).await.unwrap();
    office.pass(3_650 * DAY_MS);
    assert_eq!(office.desk.erase().await.unwrap(), 0);
    office.live(364 * DAY_MS).await;
    assert_eq!(office.desk.erase().await.unwrap(), 0);
    assert_eq!(office.rows("request.erase").await, []);
    office.live(DAY_MS).await;
    assert_eq!(office.desk.erase().await.unwrap(), 1);
}

#[tokio::test]
async fn no_more_requests_are_open_than_is_configured() {
    let office = Office::with(2).await;
    let (first, _) = (office.file(RequestKind::View).await, office.file(RequestKind::Copy).await);
    let third = office.desk.file(request(RequestKind::Copy)).await.unwrap_err();
    assert_eq!((third.code().0, office.desk.list(filter()).await.unwrap().len()), (992, 2));
    office.step(&first.reference, Step::Withdraw).await.unwrap();
    office.file(RequestKind::Copy).await;
}

fn filter() -> RequestFilter {
    RequestFilter { limit: 100, ..RequestFilter::default() }
}

#[tokio::test]
async fn open_requests_stand_before_closed_ones_and_the_most_urgent_first() {
    let office = Office::new().await;
    let mut filed = Vec::new();
    for _ in 0..4 {
        filed.push(office.file(RequestKind::Complain).await.reference);
        office.pass(1_000);
    }
    office.step(&filed[0], Step::Refuse).await.unwrap();
    office.step(&filed[1], Step::Extend).await.unwrap();
    let listed = async |filter| -> Vec<Reference> {
        office.desk.list(filter).await.unwrap().into_iter().map(|request| request.reference).collect()
    };
    let order = [&filed[2], &filed[3], &filed[1], &filed[0]].map(Clone::clone);
    assert_eq!(listed(filter()).await, order);
    assert_eq!(listed(RequestFilter { skip: 1, limit: 2, ..filter() }).await, order[1..3]);
    assert_eq!(listed(RequestFilter { open: Some(false), ..filter() }).await, order[3..]);
    let within = |digits: &str| RequestFilter { within: Some(vec![digits.to_owned()]), ..filter() };
    assert_eq!(listed(within("371122")).await.len(), 4);
    assert_eq!(listed(within("371122103")).await, []);
    let due_before_ms = Some(office.desk.now_ms() + 30 * DAY_MS);
    assert_eq!(listed(RequestFilter { due_before_ms, ..filter() }).await, order[..2]);
}

/// TEN-8: neither part tells order or number.
#[tokio::test]
async fn reference_and_secret_are_drawn_at_random_and_one_is_nothing_without_the_other() {
    let office = Office::new().await;
    let counter = Counter::new(office.desk.clone(), office.register.cameras.places().clone());
    let (one, other) = (office.file(RequestKind::View).await, office.file(RequestKind::View).await);
    assert_ne!(one.reference, other.reference);
    assert_eq!((one.secret.len(), one.reference.number.as_str().len()), (20, 10));
    for (reference, secret) in [
        (one.reference.to_string(), other.secret.clone()),
        ("371122102-0000000000".to_owned(), one.secret.clone()),
        (one.reference.to_string().replace("371122102", "371122103"), one.secret.clone()),
        (one.reference.to_string(), String::new()),
        ("x".to_owned(), "x".to_owned()),
    ] {
        for found in
            [counter.look_up(&reference, &secret).await.err(), counter.withdraw(&reference, &secret).await.err()]
        {
            assert!(matches!(found, Some(RightsError::NoSuch)), "{reference} {secret}: {found:?}");
        }
    }
    let typed = one.secret.to_lowercase().replace('0', "o");
    assert_eq!(counter.look_up(&one.reference.to_string(), &typed).await.unwrap().reference, one.reference);
    counter.withdraw(&one.reference.to_string(), &one.secret).await.unwrap();
    let again = counter.withdraw(&one.reference.to_string(), &one.secret).await;
    assert!(matches!(again, Err(RightsError::WrongStep { .. })));
    let rows = office.rows("request.*").await;
    let acts: Vec<&str> = rows.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(acts, ["request.withdraw", "request.file", "request.file"]);
    assert!(rows.iter().all(|row| row.actor.who.as_str() == "applicant"), "{rows:?}");
}

#[test]
fn everything_that_is_wrong_with_a_request_is_told_field_by_field() {
    let offered = ["371122102".parse().unwrap()];
    let faults = |draft: &Draft| draft.check(&offered).err().unwrap_or_default();
    let length = |least, most| Wrong::Length { least, most };
    assert_eq!(
        faults(&Draft::default()),
        [
            Wrong::Choose.of("kind"),
            Wrong::Choose.of("township"),
            Wrong::Choose.of("relation"),
            length(1, 50).of("name"),
            length(5, 100).of("contact"),
            length(10, 2_000).of("text"),
        ]
    );
    let whole = Draft {
        kind: "view".to_owned(),
        township: "371122102".to_owned(),
        relation: "guardian".to_owned(),
        name: "王".to_owned(),
        contact: "0633-1234567".to_owned(),
        about: String::new(),
        text: "请提供本人影像\r\n谢谢您的办理".to_owned(),
    };
    assert_eq!(whole.check(&offered).unwrap().applicant.text, "请提供本人影像\n谢谢您的办理");
    let complaint = Draft { kind: "complain".to_owned(), name: String::new(), contact: String::new(), ..whole.clone() };
    assert_eq!(faults(&complaint), []);
    for (draft, fault) in [
        (Draft { township: "371122103".to_owned(), ..whole.clone() }, Wrong::Choose.of("township")),
        (Draft { about: "x".repeat(301), ..whole.clone() }, length(0, 300).of("about")),
        (Draft { text: "x".repeat(2_001), ..whole.clone() }, length(10, 2_000).of("text")),
        (Draft { name: "a\u{0}b".to_owned(), ..whole.clone() }, Wrong::Control.of("name")),
    ] {
        assert!(fault.wrong.is_ascii() && !fault.zh.is_ascii());
        assert_eq!(faults(&draft), [fault]);
    }
}
