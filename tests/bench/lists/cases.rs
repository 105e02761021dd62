//! 200,000 cases of three years, each led through the engine of cases, step by step, as people and the clock would have.

use std::collections::BTreeMap;

use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::Draft;
use xl_model::case::DraftForm;
use xl_model::case::Moved;
use xl_model::case::Power;
use xl_model::case::Rules;
use xl_model::case::Step;
use xl_model::case::StepForm;
use xl_model::case::StepName;
use xl_model::case::limit::LimitForm;
use xl_model::day::Day;
use xl_model::effect::Effect;
use xl_model::event::NewEvent;
use xl_model::id::CaseId;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::people::member::ActsFor;
use xl_store::Store;

use super::kept::commit;
use super::town;
use super::town::DAY_MS;
use super::town::Town;
use crate::hub::TOWNSHIP;

/// Cases; the newest 20 days and one in a hundred of the rest are open or nearly so.
const CASES: usize = 200_000;

/// Days since the first.
const DAYS: usize = 1_095;

/// Days within which cases are still worked on.
const RECENT_DAYS: usize = 20;

/// Cases of one transaction.
const PART: usize = 1_000;

const CODES: [&str; 12] =
    ["01-01", "01-02", "01-03", "01-04", "01-05", "01-06", "01-07", "01-08", "02-01", "03-01", "03-02", "04-01"];

/// Whose cases: of a hundred, up to which number.
const PLUGINS: [(usize, Option<&str>); 4] =
    [(70, Some("city")), (84, Some("sanitation")), (86, Some("produce-trace")), (100, None)];

/// The whole way, and the steps that lead aside from it.
const WAY: [&str; 8] = ["verify", "file", "dispatch", "accept", "start", "feedback", "check", "close"];

pub(crate) async fn fill(town: &Town, store: &Store) {
    let township: TownshipId = TOWNSHIP.parse().unwrap();
    let rules = xueliang::config::Config::default().cases.rules(&township);
    let codes: Vec<&str> = CODES.into_iter().filter(|code| is_known(code, &rules)).collect();
    let module = ModuleKey { township: township.clone(), plugin: "city".parse().unwrap() };
    let mut revision = store.module(&module).await.unwrap().unwrap().revision;
    let (mut numbers, mut effects, mut stages) = (BTreeMap::new(), Vec::new(), BTreeMap::<&str, usize>::new());
    store.append(vec![begun(&township, town)]).await.unwrap();
    for n in 0..CASES {
        let opened_ms = town.now_ms - (CASES - n) as i64 * DAYS as i64 * DAY_MS / CASES as i64;
        let year = Day::in_china(opened_ms).year();
        let number = numbers.entry(year).and_modify(|number| *number += 1).or_insert(1);
        let id = CaseId::of(&township, year, *number);
        let lived = Life { town, rules: &rules, n }.live(id, opened_ms, codes[n * 7 % codes.len()]);
        if let Some(last) = lived.last() {
            *stages.entry(last.case.stage.word()).or_default() += 1;
        }
        effects.extend(lived.into_iter().enumerate().map(|(before, moved)| Effect::MoveCase {
            before: u32::try_from(before).ok().filter(|before| *before > 0),
            case: Box::new(moved.case),
            past: Box::new(moved.past),
            cause: 0,
        }));
        if n % PART == PART - 1 {
            let part = commit(module.clone(), revision, std::mem::take(&mut effects));
            revision = store.commit(part).await.unwrap().revision;
        }
    }
    println!("lists: {CASES} cases: {stages:?}");
}

/// One case from its opening to where it stands.
struct Life<'a> {
    town: &'a Town,
    rules: &'a Rules,
    n: usize,
}

impl Life<'_> {
    fn live(&self, id: CaseId, opened_ms: i64, code: &str) -> Vec<Moved> {
        let n = self.n;
        let plugin = PLUGINS.iter().find(|(most, _)| n % 100 < *most).and_then(|(_, plugin)| *plugin);
        let form = DraftForm {
            key: plugin.map_or_else(String::new, |_| format!("k{n}")),
            set: "gbt30428".to_owned(),
            code: code.to_owned(),
            title: format!("第 {n} 件：路边有垃圾"),
            description: "南侧人行道旁，约两平方米。".to_owned(),
            source: ["patrol", "video", "hotline", "app"][n % 4].to_owned(),
            place: Some(town::village(n * 11)),
            address: Some(format!("{} 村东", n % 30)),
            grid: Some(town::cell(n * 13)),
            ..DraftForm::default()
        };
        let draft = Draft::read(&form, &id.township()).unwrap();
        let plugin = plugin.map(|plugin| plugin.parse().unwrap());
        let mut lived = vec![Case::open(draft, id, plugin, &desk(n), opened_ms, self.rules).unwrap()];
        let mut at_ms = opened_ms;
        for step in self.steps(opened_ms) {
            at_ms += (n % 7 + 1) as i64 * 3_600_000;
            if at_ms > self.town.now_ms {
                break;
            }
            self.overdue(&mut lived, at_ms);
            self.take(&mut lived, step, at_ms);
        }
        // The clock has an hour's start, so that it does not write while pages are asked for.
        self.overdue(&mut lived, self.town.now_ms + 3_600_000);
        lived
    }

    /// What is done with it, in order.
    fn steps(&self, opened_ms: i64) -> Vec<&'static str> {
        let n = self.n;
        let is_recent = opened_ms > self.town.ago_ms(RECENT_DAYS);
        let aside =
            |steps: usize, more: &[&'static str]| WAY.iter().copied().take(steps).chain(more.iter().copied()).collect();
        match (is_recent, n % 100) {
            (true, at) if at % 12 < 9 => aside(at % 12, &[]),
            (true, at) if at % 12 == 9 => aside(3, &["return"]),
            (true, at) if at % 12 == 10 => aside(5, &["request-extension"]),
            (true, _) => aside(7, &["rework"]),
            (false, 3) => aside(5, &["assign"]),
            (false, 4..=7) => aside(1, &["reject"]),
            (false, 8) => aside(2, &["void"]),
            (false, 10..=12) => aside(7, &["rework", "start", "feedback", "check", "close"]),
            (false, 20..40) => aside(8, &["evaluate"]),
            (false, 50) => aside(5, &["suspend"]),
            (false, _) => aside(8, &[]),
        }
    }

    fn take(&self, lived: &mut Vec<Moved>, step: &str, at_ms: i64) {
        let n = self.n;
        let form = StepForm {
            name: step.to_owned(),
            note: Some("已到现场".to_owned()),
            unit: (step == "dispatch").then(|| town::UNITS[n * 3 % town::UNITS.len()].0.to_owned()),
            handler: (step == "assign").then(|| self.town.account(n / 100, 40)),
            limit: (step == "request-extension").then(|| LimitForm { amount: 1.into(), unit: "work-day".to_owned() }),
            ..StepForm::default()
        };
        let actor = if matches!(step, "accept" | "start" | "feedback") { unit(n) } else { desk(n) };
        let step = Step::read(&form).unwrap();
        let moved = lived.last().unwrap().case.take(&step, &actor, at_ms, self.rules);
        lived.push(moved.unwrap_or_else(|error| panic!("{}: {error:?}", form.name)));
    }

    /// Says what ended unkept until then.
    fn overdue(&self, lived: &mut Vec<Moved>, until_ms: i64) {
        while let Some(case) = lived.last().map(|moved| &moved.case)
            && let Some(at_ms) = case.next_overdue_ms().filter(|at_ms| *at_ms <= until_ms)
        {
            let moved = case.take(&Step::new(StepName::Overdue), &Actor::Clock, at_ms, self.rules).unwrap();
            lived.push(moved);
        }
    }
}

fn is_known(code: &str, rules: &Rules) -> bool {
    rules.matters.offered().any(|row| row.matter.set == "gbt30428" && row.matter.code == code)
}

fn desk(n: usize) -> Actor {
    person(&format!("desk-{}", n % 4))
}

fn unit(n: usize) -> Actor {
    person(&format!("crew-{}", n % 20))
}

fn person(account: &str) -> Actor {
    let powers = Power::ALL.into_iter().collect();
    Actor::Person { account: account.parse().unwrap(), powers, acts_for: ActsFor::All }
}

/// The township's log has a beginning; what the cases said in it is left out, since no list reads it.
fn begun(township: &TownshipId, town: &Town) -> NewEvent {
    NewEvent {
        township: township.clone(),
        source: "bench".into(),
        id: "begun".into(),
        kind: "sensor.reading".parse().unwrap(),
        camera: None,
        subject: None,
        time_ms: town.now_ms,
        received_ms: town.now_ms,
        data: "{}".into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}
