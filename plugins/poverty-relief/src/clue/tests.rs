use super::*;
use crate::consent::Purpose;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn at(text: &str) -> i64 {
    day(text).start_ms() + 9 * 3_600_000
}

fn person(account: &str, role: &str) -> Person {
    Person { account: account.to_owned(), roles: vec![role.to_owned()] }
}

fn procedure() -> Procedure {
    Procedure::version(1).unwrap()
}

fn opened() -> Clue {
    let grid = person("grid", "grid-member");
    let of = (Source::Visit, Risk::Income);
    Clue::open(&procedure(), "h000001", "371122102001", of, (Some(&grid), at("2026-11-01"), None)).unwrap()
}

fn everything() -> Standing {
    Standing::of(Purpose::ALL)
}

fn step(clue: &mut Clue, who: &Person, on: &str, notice: Option<&Notice>) -> Result<(), Refusal> {
    let around = Around { person: Some(who), consents: &everything(), notice, objected: false, now_ms: at(on) };
    clue.go_on(&procedure(), around, None)
}

fn reviewed() -> Clue {
    let mut clue = opened();
    let (grid, handler) = (person("grid", "grid-member"), person("handler", "handler"));
    for (who, on) in [(&grid, "2026-11-02"), (&grid, "2026-11-02"), (&handler, "2026-11-03"), (&grid, "2026-11-04")] {
        step(&mut clue, who, on, None).unwrap();
    }
    assert_eq!(clue.state, State::Reviewed);
    clue
}

fn noticed(down: Option<&str>) -> (Clue, Notice) {
    let mut clue = reviewed();
    step(&mut clue, &person("handler", "handler"), "2026-11-05", None).unwrap();
    clue.notice = Some("n000001".to_owned());
    let notice = Notice { down: down.map(day), ..Notice::test(day("2026-11-05")) };
    (clue, notice)
}

#[test]
fn a_clue_goes_through_nine_steps_and_is_decided_on_time_on_the_fifteenth_day() {
    for (decided, on_time) in [("2026-11-16", true), ("2026-11-17", false)] {
        let (mut clue, notice) = noticed(Some("2026-11-10"));
        step(&mut clue, &person("town", "township-admin"), "2026-11-11", Some(&notice)).unwrap();
        step(&mut clue, &person("county", "county-admin"), decided, Some(&notice)).unwrap();
        step(&mut clue, &person("handler", "handler"), decided, Some(&notice)).unwrap();
        assert_eq!((clue.state, clue.was_on_time()), (State::Monitored, Some(on_time)), "{decided}");
        assert_eq!(clue.steps.len(), 9);
    }
}

#[test]
fn a_notice_must_have_stood_five_days_before_the_township_approves() {
    let town = person("town", "township-admin");
    let (mut clue, notice) = noticed(None);
    let refused = step(&mut clue, &town, "2026-11-11", Some(&notice));
    assert_eq!(refused, Err(Refusal::NoticeRuns(day("2026-11-10"))));
    let (mut clue, notice) = noticed(Some("2026-11-09"));
    assert_eq!(step(&mut clue, &town, "2026-11-11", Some(&notice)), Err(Refusal::NoticeFailed), "fourth day");
    let (mut clue, notice) = noticed(Some("2026-11-10"));
    assert_eq!(step(&mut clue, &town, "2026-11-11", Some(&notice)), Ok(()));
}

#[test]
fn a_clue_never_gets_a_second_notice() {
    let mut clue = reviewed();
    clue.notice = Some("n000001".to_owned());
    let refused = step(&mut clue, &person("handler", "handler"), "2026-11-05", None);
    assert_eq!(refused, Err(Refusal::SecondNotice));
}

#[test]
fn nobody_approves_what_he_entered() {
    let (mut clue, notice) = noticed(Some("2026-11-10"));
    let both = Person { account: "handler".to_owned(), roles: vec!["handler".to_owned(), "township-admin".to_owned()] };
    assert_eq!(step(&mut clue, &both, "2026-11-11", Some(&notice)), Err(Refusal::OwnWork));
    let town =
        Person { account: "town".to_owned(), roles: vec!["township-admin".to_owned(), "county-admin".to_owned()] };
    step(&mut clue, &town, "2026-11-11", Some(&notice)).unwrap();
    assert_eq!(step(&mut clue, &town, "2026-11-11", Some(&notice)), Err(Refusal::OwnWork), "not both approvals either");
}

#[test]
fn each_step_takes_its_role_and_its_consents() {
    let mut clue = opened();
    let viewer = person("v", "viewer");
    assert!(matches!(step(&mut clue, &viewer, "2026-11-02", None), Err(Refusal::Role(_))));
    let grid = person("grid", "grid-member");
    step(&mut clue, &grid, "2026-11-02", None).unwrap();
    step(&mut clue, &grid, "2026-11-02", None).unwrap();
    let handler = person("handler", "handler");
    let withdrawn = Standing::of([Purpose::Publication, Purpose::Help]);
    let around = Around {
        person: Some(&handler),
        consents: &withdrawn,
        notice: None,
        objected: false,
        now_ms: at("2026-11-03"),
    };
    assert_eq!(clue.go_on(&procedure(), around, None), Err(Refusal::Consent(Purpose::Comparison)));
    assert_eq!(clue.state, State::Authorised);
}

#[test]
fn nothing_adverse_happens_without_a_person() {
    let of = (Source::Analysis, Risk::Income);
    let opened_by_nobody = Clue::open(&procedure(), "h000001", "371122102001", of, (None, 0, None));
    assert_eq!(opened_by_nobody, Err(Refusal::NoPerson));
    let mut clue = opened();
    let nobody =
        Around { person: None, consents: &everything(), notice: None, objected: false, now_ms: at("2026-11-02") };
    assert_eq!(clue.reject(&procedure(), nobody, "no".to_owned()), Err(Refusal::NoPerson));
    assert_eq!(clue.go_on(&procedure(), nobody, None), Err(Refusal::NoPerson));
    assert_eq!(clue.reinstate(None, 0, "yes".to_owned()), Err(Refusal::NoPerson));
}

#[test]
fn a_rejection_can_be_appealed_in_time_and_taken_back_by_somebody_else() {
    let mut clue = reviewed();
    let consents = everything();
    let handler = person("handler", "handler");
    let around =
        Around { person: Some(&handler), consents: &consents, notice: None, objected: false, now_ms: at("2026-11-05") };
    clue.reject(&procedure(), around, "收入稳定".to_owned()).unwrap();
    assert_eq!((clue.state, clue.was_on_time()), (State::Rejected, Some(true)));
    assert_eq!(clue.may_appeal(&procedure(), day("2026-12-05")), Ok(day("2026-12-05")));
    let late = clue.may_appeal(&procedure(), day("2026-12-06"));
    assert_eq!(late, Err(Refusal::TooLate(day("2026-12-05"))));
    assert_eq!(clue.reinstate(Some(&handler), 0, "x".to_owned()), Err(Refusal::OwnWork));
    clue.reinstate(Some(&person("town", "township-admin")), at("2026-11-20"), "x".to_owned()).unwrap();
    assert_eq!((clue.state, clue.was_on_time()), (State::Reviewed, Some(true)), "the first decision counts");
}

#[test]
fn what_the_county_decided_is_not_rejected_any_more() {
    let (mut clue, notice) = noticed(Some("2026-11-10"));
    step(&mut clue, &person("town", "township-admin"), "2026-11-11", Some(&notice)).unwrap();
    let county = person("county", "county-admin");
    step(&mut clue, &county, "2026-11-12", Some(&notice)).unwrap();
    let consents = everything();
    let around = Around {
        person: Some(&county),
        consents: &consents,
        notice: Some(&notice),
        objected: false,
        now_ms: at("2026-11-13"),
    };
    assert_eq!(clue.reject(&procedure(), around, "x".to_owned()), Err(Refusal::State(State::CountyOk)));
}

#[test]
fn an_unanswered_objection_holds_the_township_up() {
    let (mut clue, notice) = noticed(Some("2026-11-10"));
    let consents = everything();
    let town = person("town", "township-admin");
    let around = Around {
        person: Some(&town),
        consents: &consents,
        notice: Some(&notice),
        objected: true,
        now_ms: at("2026-11-11"),
    };
    assert_eq!(clue.go_on(&procedure(), around, None), Err(Refusal::OpenObjection));
}
