//! Cases: moved by one at a time, told once, found and counted.

use std::sync::Arc;

use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::Draft;
use xl_model::case::DraftForm;
use xl_model::case::Moved;
use xl_model::case::Power;
use xl_model::case::Powers;
use xl_model::case::Rules;
use xl_model::case::Stage;
use xl_model::case::Step;
use xl_model::case::StepForm;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::Grouping;
use xl_model::effect::Effect;
use xl_model::event::NewEvent;
use xl_model::id::CaseId;
use xl_model::people::member::ActsFor;
use xl_store::StoreError;
use xl_store::cases::CaseFilter;
use xl_store::cases::CaseScope;
use xl_store::modules::Commit;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::TOWN;
use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::key;
use crate::fixture::town;

fn desk() -> Actor {
    Actor::Person {
        account: "li".parse().unwrap(),
        powers: Power::ALL.into_iter().collect::<Powers>(),
        acts_for: ActsFor::All,
    }
}

fn id(number: u32) -> CaseId {
    CaseId::of(&town(), 2026, number)
}

/// A case as a module or a person opens it.
fn opened(number: u32, plugin: Option<&str>, key: &str, opened_ms: i64) -> Moved {
    let form = DraftForm {
        key: key.to_owned(),
        set: "gbt30428".to_owned(),
        code: "01-02".to_owned(),
        title: "暴露垃圾".to_owned(),
        source: if number.is_multiple_of(2) { "video" } else { "patrol" }.to_owned(),
        place: Some(format!("{TOWN}00{}", number % 3 + 1)),
        grid: Some(format!("g{}", number % 7)),
        ..DraftForm::default()
    };
    let draft = Draft::read(&form, &town()).unwrap();
    let plugin = plugin.map(|plugin| plugin.parse().unwrap());
    Case::open(draft, id(number), plugin, &desk(), opened_ms, &Rules::plain()).unwrap()
}

fn step(case: &Case, name: &str, at_ms: i64) -> Moved {
    let unit = (name == "dispatch").then(|| "crew".to_owned());
    let form = StepForm { name: name.to_owned(), note: Some("n".to_owned()), unit, ..StepForm::default() };
    case.take(&Step::read(&form).unwrap(), &desk(), at_ms, &Rules::plain()).unwrap()
}

fn told(moved: &Moved) -> NewEvent {
    NewEvent {
        source: "cases".into(),
        kind: moved.past.name.event_kind().parse().unwrap(),
        ..fact(format!("{}-{}", moved.case.id, moved.case.revision))
    }
}

fn effect(before: Option<u32>, moved: &Moved) -> Effect {
    let (case, past) = (Box::new(moved.case.clone()), Box::new(moved.past.clone()));
    Effect::MoveCase { before, case, past, cause: 0 }
}

/// A commit of a module with steps and the events that tell of them.
fn moves(plugin: &str, revision: u64, steps: &[(Option<u32>, &Moved)]) -> Commit {
    Commit {
        effects: steps.iter().map(|(before, moved)| effect(*before, moved)).collect(),
        events: steps.iter().map(|(_, moved)| told(moved)).collect(),
        ..commit(plugin, revision)
    }
}

fn all(query: CaseQuery) -> CaseFilter {
    CaseFilter { township: Some(town()), query: CaseQuery { limit: 200, ..query }, ..CaseFilter::default() }
}

#[tokio::test]
async fn a_module_opens_and_moves_cases_with_its_commit_or_not_at_all() {
    let mut town_ = Town::new().await;
    let module = town_.enable("trace").await;
    let (one, two) = (opened(1, Some("trace"), "a", NOON_MS), opened(2, Some("trace"), "b", NOON_MS + 1));
    let more = step(&one.case, "comment", NOON_MS + 2);
    let done = town_
        .store
        .commit(moves("trace", module.revision, &[(None, &one), (None, &two), (Some(1), &more)]))
        .await
        .unwrap();
    town_.reopen().await;
    let store = &town_.store;
    assert_eq!(store.case(&id(1)).await.unwrap(), Some(more.case.clone()));
    assert_eq!(store.case_by_key(&key("trace"), "b").await.unwrap().map(|case| case.id), Some(id(2)));
    assert_eq!(store.case_by_key(&key("street"), "b").await.unwrap(), None);
    assert_eq!(store.case_history(&id(1)).await.unwrap(), [one.past.clone(), more.past]);
    assert_eq!(store.next_case_number(&town(), 2026).await.unwrap(), 3);
    assert_eq!(store.next_case_number(&town(), 2027).await.unwrap(), 1);
    assert_eq!(town_.ids().await, [format!("{}-1", id(1)), format!("{}-1", id(2)), format!("{}-2", id(1))]);
    // From a revision that is past: nothing of it is kept, whatever else it wanted.
    let late = step(&one.case, "verify", NOON_MS + 3);
    let third = opened(3, Some("trace"), "c", NOON_MS + 3);
    let refused = store.commit(moves("trace", done.revision, &[(None, &third), (Some(1), &late)])).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert_eq!((store.case(&id(3)).await.unwrap(), town_.events().await.len()), (None, 3));
    let module = store.module(&key("trace")).await.unwrap().unwrap();
    assert_eq!(module.revision, done.revision, "nor its revision");
}

#[tokio::test]
async fn a_number_or_key_that_is_taken_meanwhile_opens_nothing() {
    let town_ = Town::new().await;
    let (trace, street) = (town_.enable("trace").await, town_.enable("street").await);
    let first = opened(1, Some("trace"), "a", NOON_MS);
    town_.store.commit(moves("trace", trace.revision, &[(None, &first)])).await.unwrap();
    let same_number = opened(1, Some("street"), "a", NOON_MS);
    let refused = town_.store.commit(moves("street", street.revision, &[(None, &same_number)])).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    let same_key = opened(2, Some("trace"), "a", NOON_MS);
    let refused = town_.store.commit(moves("trace", trace.revision + 1, &[(None, &same_key)])).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    // The same key of another module is another case.
    let other = opened(2, Some("street"), "a", NOON_MS);
    town_.store.commit(moves("street", street.revision, &[(None, &other)])).await.unwrap();
}

#[tokio::test]
async fn two_who_move_a_case_at_once_do_not_both_succeed() {
    let town_ = Town::new().await;
    let case = opened(1, None, "", NOON_MS);
    assert_eq!(town_.store.move_case(case.clone(), told(&case)).await.unwrap(), 1);
    let (one, other) = (step(&case.case, "verify", NOON_MS + 1), step(&case.case, "comment", NOON_MS + 1));
    let (one, other) = tokio::join!(
        town_.store.move_case(one.clone(), told(&one)),
        town_.store.move_case(other.clone(), told(&other))
    );
    let done = [&one, &other].iter().filter(|moved| moved.is_ok()).count();
    assert_eq!(done, 1, "{one:?} {other:?}");
    let lost = [one, other].into_iter().find_map(Result::err);
    assert!(matches!(lost, Some(StoreError::Conflict { .. })), "{lost:?}");
    assert_eq!(town_.events().await.len(), 2);
    assert_eq!(town_.store.case(&id(1)).await.unwrap().unwrap().revision, 2);
}

#[tokio::test]
async fn a_person_who_moved_a_case_first_has_the_module_run_again() {
    let town_ = Town::new().await;
    let module = town_.enable("trace").await;
    let first = opened(1, Some("trace"), "a", NOON_MS);
    let done = town_.store.commit(moves("trace", module.revision, &[(None, &first)])).await.unwrap();
    let (his, its) = (step(&first.case, "verify", NOON_MS + 1), step(&first.case, "comment", NOON_MS + 1));
    // Both in one transaction of the writer, as far as that may be: they are asked for at once.
    let (moved, committed) = tokio::join!(
        town_.store.move_case(his.clone(), told(&his)),
        town_.store.commit(moves("trace", done.revision, &[(Some(1), &its)]))
    );
    assert!(moved.is_ok() != committed.is_ok(), "{moved:?} {committed:?}");
}

#[tokio::test]
async fn cases_are_found_by_each_word_of_a_query_newest_first() {
    let town_ = Town::new().await;
    let module = town_.enable("trace").await;
    let cases: Vec<Moved> = (1..=9).map(|n| opened(n, Some("trace"), &n.to_string(), NOON_MS + i64::from(n))).collect();
    let steps: Vec<_> = cases.iter().map(|moved| (None, moved)).collect();
    town_.store.commit(moves("trace", module.revision, &steps)).await.unwrap();
    let mut at = cases[0].case.clone();
    for name in ["verify", "file", "dispatch"] {
        let moved = step(&at, name, NOON_MS + 20);
        town_.store.move_case(moved.clone(), told(&moved)).await.unwrap();
        at = moved.case;
    }
    let keys = async |filter: CaseFilter| {
        let page = town_.store.find_cases(filter).await.unwrap();
        let keys: Vec<String> = page.cases.into_iter().map(|case| case.key).collect();
        (keys.join(""), page.next)
    };
    let (first, next) =
        keys(CaseFilter { query: CaseQuery { limit: 4, ..CaseQuery::default() }, ..all(CaseQuery::default()) }).await;
    assert_eq!(first, "9876");
    assert_eq!(keys(all(CaseQuery { after: next, ..CaseQuery::default() })).await.0, "54321");
    for (query, found) in [
        (CaseQuery { stages: vec![Stage::Dispatched, Stage::Closed], ..CaseQuery::default() }, "1"),
        (CaseQuery { place: Some(format!("{TOWN}001").parse().unwrap()), ..CaseQuery::default() }, "963"),
        (CaseQuery { place: Some(TOWN.parse().unwrap()), ..CaseQuery::default() }, "987654321"),
        (CaseQuery { units: vec!["crew".parse().unwrap()], ..CaseQuery::default() }, "1"),
        (CaseQuery { units: vec!["none".parse().unwrap(), "crew".parse().unwrap()], ..CaseQuery::default() }, "1"),
        (CaseQuery { handler: Some("li".parse().unwrap()), ..CaseQuery::default() }, ""),
        (CaseQuery { grid: Some("g1".to_owned()), ..CaseQuery::default() }, "81"),
        (CaseQuery { codes: vec!["01-03".to_owned()], ..CaseQuery::default() }, ""),
        (CaseQuery { overdue: true, ..CaseQuery::default() }, ""),
        (CaseQuery { from_ms: Some(NOON_MS + 3), to_ms: Some(NOON_MS + 5), ..CaseQuery::default() }, "43"),
    ] {
        assert_eq!(keys(all(query.clone())).await.0, found, "{query:?}");
        let anywhere = CaseFilter { township: None, ..all(query.clone()) };
        assert_eq!(keys(anywhere).await.0, found, "in all townships: {query:?}");
    }
    let of = |within: &str| CaseFilter { within: Some(vec![within.to_owned()]), ..all(CaseQuery::default()) };
    assert_eq!(keys(of("371122102003")).await.0, "852");
    assert_eq!(keys(of("371122103")).await.0, "");
    assert_eq!(keys(of("371122")).await.0, "987654321");
    let some = ["371122102001", "371122102003"].map(str::to_owned).to_vec();
    let some = CaseFilter { within: Some(some), ..all(CaseQuery::default()) };
    assert_eq!(keys(CaseFilter { township: None, ..some.clone() }).await.0, "986532");
    assert_eq!(keys(some).await.0, "986532");
    assert_eq!(keys(CaseFilter { within: Some(Vec::new()), ..all(CaseQuery::default()) }).await.0, "");
    let street = CaseFilter { plugin: Some("street".parse().unwrap()), ..all(CaseQuery::default()) };
    assert_eq!(keys(street).await.0, "");
}

#[tokio::test]
async fn open_cases_and_ended_ones_are_found_apart_and_together() {
    let town_ = Town::new().await;
    let mut ended = Vec::new();
    for number in 1..=4 {
        let mut at = opened(number, None, "", NOON_MS + i64::from(number));
        town_.store.move_case(at.clone(), told(&at)).await.unwrap();
        for name in ["verify", "reject", "reopen"].into_iter().take(number as usize - 1) {
            at = step(&at.case, name, NOON_MS + 10);
            town_.store.move_case(at.clone(), told(&at)).await.unwrap();
        }
        ended.push(at.case.stage);
    }
    assert_eq!(ended, [Stage::Reported, Stage::Verifying, Stage::Rejected, Stage::Verifying]);
    let open: Vec<Stage> = Stage::ALL.into_iter().filter(|stage| stage.is_open()).collect();
    let closed: Vec<Stage> = Stage::ALL.into_iter().filter(|stage| !stage.is_open()).collect();
    for (stages, found) in [
        (open, "421"),
        (closed, "3"),
        (vec![Stage::Verifying], "42"),
        (vec![Stage::Verifying, Stage::Rejected], "432"),
        (vec![Stage::Reported, Stage::Verifying], "421"),
        (Vec::new(), "4321"),
        (Stage::ALL.to_vec(), "4321"),
    ] {
        for township in [Some(town()), None] {
            let query = CaseQuery { stages: stages.clone(), limit: 200, ..CaseQuery::default() };
            let filter = CaseFilter { township: township.clone(), query, ..CaseFilter::default() };
            let page = town_.store.find_cases(filter).await.unwrap();
            let last: String = page.cases.iter().filter_map(|case| case.id.as_str().chars().last()).collect();
            assert_eq!(last, found, "{stages:?} {township:?}");
        }
    }
}

#[tokio::test]
async fn the_clock_is_handed_what_ended_unkept_and_it_counts_as_overdue() {
    let town_ = Town::new().await;
    let case = opened(1, None, "", NOON_MS);
    let due_ms = case.case.next_overdue_ms().unwrap();
    town_.store.move_case(case.clone(), told(&case)).await.unwrap();
    assert_eq!(town_.store.cases_due(due_ms - 1).await.unwrap(), []);
    let due = town_.store.cases_due(due_ms).await.unwrap();
    assert_eq!(due.iter().map(|case| &case.id).collect::<Vec<_>>(), [&id(1)]);
    let step = Step::new(xl_model::case::StepName::Overdue);
    let late = due[0].take(&step, &Actor::Clock, due_ms, &Rules::plain()).unwrap();
    town_.store.move_case(late.clone(), told(&late)).await.unwrap();
    assert_eq!(town_.store.cases_due(due_ms + DAY_MS).await.unwrap(), []);
    let overdue = town_.store.find_cases(all(CaseQuery { overdue: true, ..CaseQuery::default() })).await.unwrap();
    assert_eq!(overdue.cases.len(), 1);
    let scope = CaseScope { township: Some(town()), ..CaseScope::default() };
    let rows = town_.store.case_figures(scope, NOON_MS, NOON_MS + 1, Grouping::All).await.unwrap();
    assert_eq!((rows.len(), rows[0].1.reported, rows[0].1.overdue_open), (1, 1, 1));
}

#[tokio::test]
async fn figures_count_by_the_period_and_by_what_they_are_grouped_by() {
    let town_ = Town::new().await;
    let mut at = opened(2, None, "", NOON_MS);
    town_.store.move_case(at.clone(), told(&at)).await.unwrap();
    for name in ["verify", "file", "dispatch", "accept", "start", "feedback"] {
        at = step(&at.case, name, NOON_MS + 5);
        town_.store.move_case(at.clone(), told(&at)).await.unwrap();
    }
    let other: Arc<Actor> = Arc::new(Actor::Person {
        account: "wang".parse().unwrap(),
        powers: Power::ALL.into_iter().collect(),
        acts_for: ActsFor::All,
    });
    for name in ["check", "rework", "start", "feedback", "check", "close"] {
        at = match name {
            "start" | "feedback" => step(&at.case, name, NOON_MS + 6),
            _ => {
                let form = StepForm { name: name.to_owned(), note: Some("x".to_owned()), ..StepForm::default() };
                at.case.take(&Step::read(&form).unwrap(), &other, NOON_MS + 6, &Rules::plain()).unwrap()
            }
        };
        town_.store.move_case(at.clone(), told(&at)).await.unwrap();
    }
    let open = opened(3, None, "", NOON_MS);
    town_.store.move_case(open.clone(), told(&open)).await.unwrap();
    let due_ms = at.case.final_due_ms().unwrap();
    let figures =
        async |from_ms, to_ms, by| town_.store.case_figures(CaseScope::default(), from_ms, to_ms, by).await.unwrap();
    let all = figures(NOON_MS, NOON_MS + DAY_MS, Grouping::All).await;
    assert_eq!((all[0].1.reported, all[0].1.filed), (2, 1), "{all:?}");
    let due = figures(due_ms, due_ms + 1, Grouping::Source).await;
    let told: Vec<_> = due.iter().map(|(key, row)| (key.as_str(), row.due, row.closed, row.closed_on_time)).collect();
    assert_eq!(told, [("video", 1, 1, 1)]);
    // A rework counts where the case that was closed counts, not where it was filed.
    let filed = figures(NOON_MS, NOON_MS + 10, Grouping::All).await;
    assert_eq!((filed[0].1.filed, filed[0].1.reworked, due[0].1.reworked), (1, 0, 1));
    assert_eq!(due[0].1.rework().to_string(), "100.00 %");
    let matter = figures(due_ms, due_ms + 1, Grouping::Matter).await;
    assert_eq!((matter[0].0.as_str(), matter[0].1), (at.case.matter.to_string().as_str(), due[0].1));
    let outside = CaseScope { within: Some(vec!["371122103".to_owned()]), ..CaseScope::default() };
    assert_eq!(town_.store.case_figures(outside, NOON_MS, due_ms, Grouping::Place).await.unwrap(), []);
}
