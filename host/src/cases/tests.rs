//! Cases over a store, with a clock that stands.

use std::sync::atomic::Ordering;

use xl_model::case::DraftForm;
use xl_model::case::Power;
use xl_model::case::Powers;
use xl_model::case::Stage;
use xl_model::case::StepName;
use xl_model::people::member::ActsFor;
use xl_store::log::EventFilter;

use super::*;
use crate::config::Config;
use crate::devices::testing::TestHub;

fn cases(hub: &TestHub, text: &str) -> Cases {
    Cases::new(hub.store.clone(), hub.clock.clone(), Config::parse("test.toml", text).unwrap().cases)
}

fn township() -> TownshipId {
    "371122102".parse().unwrap()
}

fn li() -> Actor {
    Actor::Person {
        account: "li".parse().unwrap(),
        powers: Power::ALL.into_iter().collect::<Powers>(),
        acts_for: ActsFor::All,
    }
}

fn draft(cases: &Cases) -> Draft {
    let matter = cases.matters().offered().next().unwrap().matter.clone();
    let form = DraftForm {
        set: matter.set,
        code: matter.code,
        title: "路面有垃圾".into(),
        source: "patrol".into(),
        ..DraftForm::default()
    };
    Draft::read(&form, &township()).unwrap()
}

async fn kinds(hub: &TestHub) -> Vec<String> {
    let filter = EventFilter { limit: 100, ..EventFilter::default() };
    hub.store.find_events(&township(), filter).await.unwrap().iter().map(|event| event.kind.to_string()).collect()
}

#[tokio::test]
async fn a_case_is_numbered_by_township_and_year_and_each_step_is_an_event() {
    let hub = TestHub::new().await;
    let cases = cases(&hub, "");
    let first = cases.open(draft(&cases), &li()).await.unwrap();
    let second = cases.open(draft(&cases), &li()).await.unwrap();
    let year = Day::in_china(hub.clock.now_ms()).year();
    assert_eq!(first.id, CaseId::of(&township(), year, 1));
    assert_eq!(second.id, CaseId::of(&township(), year, 2));
    let moved = cases.step(&first, 1, &Step::new(StepName::Verify), &li()).await.unwrap();
    assert_eq!(cases.one(&first.id).await.unwrap().unwrap(), moved);
    assert_eq!(cases.history(&first.id).await.unwrap().len(), 2);
    let told = kinds(&hub).await;
    assert_eq!(told.iter().filter(|kind| *kind == "case.opened").count(), 2);
    assert_eq!(told.iter().filter(|kind| *kind == "case.verifying").count(), 1);
}

#[tokio::test]
async fn of_two_people_who_saw_the_same_case_the_second_is_told() {
    let hub = TestHub::new().await;
    let cases = cases(&hub, "");
    let seen = cases.open(draft(&cases), &li()).await.unwrap();
    cases.step(&seen, 1, &Step::new(StepName::Verify), &li()).await.unwrap();
    // He read the case before the other's step was committed.
    let late = cases.step(&seen, 1, &Step::new(StepName::Verify), &li()).await.unwrap_err();
    assert_eq!(late.code().0, 1006);
    // He sent an old page.
    let now = cases.one(&seen.id).await.unwrap().unwrap();
    assert_eq!(cases.step(&now, 1, &Step::new(StepName::File), &li()).await.unwrap_err().code().0, 1006);
    assert_eq!(cases.one(&seen.id).await.unwrap().unwrap().stage, Stage::Verifying);
}

#[tokio::test]
async fn a_limit_that_ended_unkept_is_said_once_also_after_a_restart() {
    let hub = TestHub::new().await;
    let cases = self::cases(&hub, "");
    let case = cases.open(draft(&cases), &li()).await.unwrap();
    assert_eq!(look(&cases).await.unwrap(), 0);
    hub.clock.0.store(case.due_ms().unwrap() + 1, Ordering::SeqCst);
    assert_eq!(look(&cases).await.unwrap(), 1);
    assert_eq!(look(&cases).await.unwrap(), 0);
    assert_eq!(look(&self::cases(&hub, "")).await.unwrap(), 0);
    assert!(cases.one(&case.id).await.unwrap().unwrap().is_overdue());
    assert_eq!(kinds(&hub).await.iter().filter(|kind| *kind == "case.overdue").count(), 1);
    assert_eq!(hub.store.next_case_overdue_ms().await.unwrap(), None);
}

#[tokio::test]
async fn other_office_hours_reckon_anew_what_runs() {
    let hub = TestHub::new().await;
    let before = cases(&hub, "");
    let case = before.open(draft(&before), &li()).await.unwrap();
    assert_eq!(recalculate(&before).await.unwrap(), 0);
    let night = "[cases]\noffice_hours = [\"00:00-00:30\", \"\", \"\", \"\", \"\", \"\", \"\"]\n";
    let after = cases(&hub, night);
    assert_eq!(recalculate(&after).await.unwrap(), 1);
    assert_eq!(recalculate(&after).await.unwrap(), 0);
    let now = after.one(&case.id).await.unwrap().unwrap();
    assert!(now.due_ms() > case.due_ms());
    assert_eq!(after.history(&case.id).await.unwrap()[1].name, StepName::Recalculate);
}

#[tokio::test]
async fn a_picture_that_no_event_brought_is_refused_and_nothing_is_opened() {
    let hub = TestHub::new().await;
    let cases = cases(&hub, "");
    let draft = Draft { pictures: vec!["a".repeat(64).parse().unwrap()], ..draft(&cases) };
    assert_eq!(cases.open(draft, &li()).await.unwrap_err().code().0, 1001);
    assert!(cases.find(CaseFilter::default()).await.unwrap().cases.is_empty());
}
