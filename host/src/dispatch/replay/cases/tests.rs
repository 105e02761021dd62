use xl_model::case::Actor;
use xl_model::case::Draft;
use xl_model::case::DraftForm;
use xl_model::case::Moved;
use xl_model::case::Step;
use xl_model::case::StepName;

use super::*;

/// What is committed: cases 1 to 4 of the module.
struct Committed(Vec<Moved>);

#[async_trait]
impl Cases for Committed {
    async fn get(&self, _: &ModuleKey, id: &CaseId) -> Result<Option<Case>, PortError> {
        Ok(self.0.iter().map(|moved| &moved.case).find(|case| case.id == *id).cloned())
    }

    async fn by_key(&self, _: &ModuleKey, key: &str) -> Result<Option<Case>, PortError> {
        Ok(self.0.iter().map(|moved| &moved.case).find(|case| case.key == key).cloned())
    }

    async fn find(&self, _: &ModuleKey, query: CaseQuery) -> Result<CasePage, PortError> {
        let behind = |case: &&Case| query.after.as_ref().is_none_or(|after| CaseMark::of(case) < *after);
        let mut cases: Vec<Case> = self.0.iter().rev().map(|moved| &moved.case).filter(behind).cloned().collect();
        let more = cases.len() > query.limit as usize;
        cases.truncate(query.limit as usize);
        let next = cases.last().filter(|_| more).map(CaseMark::of);
        Ok(CasePage { cases, next })
    }

    async fn history(&self, _: &ModuleKey, id: &CaseId) -> Result<Option<Vec<Past>>, PortError> {
        Ok(self.0.iter().find(|moved| moved.case.id == *id).map(|moved| vec![moved.past.clone()]))
    }

    async fn figures(&self, _: &ModuleKey, _: i64, _: i64, _: Grouping) -> Result<Vec<(String, Figures)>, PortError> {
        Ok(vec![(String::new(), Figures::default())])
    }

    async fn rules(&self, _: &TownshipId) -> Result<Arc<Rules>, PortError> {
        Ok(Arc::new(Rules::plain()))
    }

    async fn next_number(&self, _: &TownshipId, _: u16) -> Result<u32, PortError> {
        Ok(5)
    }
}

fn module() -> ModuleKey {
    ModuleKey { township: "371122102".parse().unwrap(), plugin: "street".parse().unwrap() }
}

fn id(number: u32) -> CaseId {
    CaseId::of(&module().township, 2026, number)
}

fn opened(number: u32) -> Moved {
    let form = DraftForm {
        key: format!("k{number}"),
        set: "gbt30428".to_owned(),
        code: "01-02".to_owned(),
        title: "暴露垃圾".to_owned(),
        source: "video".to_owned(),
        ..DraftForm::default()
    };
    let draft = Draft::read(&form, &module().township).unwrap();
    let actor = Actor::Module(module().plugin);
    Case::open(draft, id(number), Some(module().plugin), &actor, number.into(), &Rules::plain()).unwrap()
}

fn effect(before: Option<u32>, moved: Moved) -> Effect {
    Effect::MoveCase { before, case: Box::new(moved.case), past: Box::new(moved.past), cause: 1 }
}

/// Case 2 with a comment, and a new case 5.
fn changed(over_committed: bool) -> CaseOverlay {
    let overlay = CaseOverlay::new(Arc::new(Committed((1..=4).map(opened).collect())), over_committed);
    let note = Step { note: Some("n".to_owned()), ..Step::new(StepName::Comment) };
    let moved = opened(2).case.take(&note, &Actor::Module(module().plugin), 9, &Rules::plain()).unwrap();
    overlay.apply(&[effect(Some(1), moved), effect(None, opened(5))]);
    overlay
}

#[tokio::test]
async fn a_replay_sees_its_own_steps_over_what_is_committed() {
    let overlay = changed(true);
    let revision = async |number| overlay.get(&module(), &id(number)).await.unwrap().map(|case| case.revision);
    assert_eq!(
        (revision(1).await, revision(2).await, revision(5).await, revision(6).await),
        (Some(1), Some(2), Some(1), None)
    );
    assert_eq!(overlay.by_key(&module(), "k5").await.unwrap().map(|case| case.id), Some(id(5)));
    let steps = overlay.history(&module(), &id(2)).await.unwrap().unwrap();
    assert_eq!(steps.iter().map(|past| past.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(overlay.next_number(&module().township, 2026).await.unwrap(), 6);
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let query = CaseQuery { limit: 2, after, ..CaseQuery::default() };
        let page = overlay.find(&module(), query).await.unwrap();
        found.extend(page.cases.into_iter().map(|case| (case.key, case.revision)));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let told: Vec<_> = found.iter().map(|(key, revision)| (key.as_str(), *revision)).collect();
    assert_eq!(told, [("k5", 1), ("k4", 1), ("k3", 1), ("k2", 2), ("k1", 1)]);
}

#[tokio::test]
async fn a_replay_from_the_beginning_begins_without_cases() {
    let overlay = changed(false);
    assert_eq!(overlay.get(&module(), &id(1)).await.unwrap(), None);
    assert_eq!(overlay.by_key(&module(), "k1").await.unwrap(), None);
    let all = overlay.find(&module(), CaseQuery { limit: 9, ..CaseQuery::default() }).await.unwrap();
    assert_eq!(all.cases.into_iter().map(|case| case.key).collect::<Vec<_>>(), ["k5", "k2"]);
    assert_eq!(overlay.figures(&module(), 0, 9, Grouping::All).await.unwrap(), []);
}
