//! Every ten minutes: makes the tasks and shifts of the day, marks what was missed, tells who is above.
//!
//! Each tick takes a bounded part, so that no call grows with the township; the next one goes on.

use serde::Deserialize;
use serde::Serialize;
use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::crew;
use crate::crew::Plan;
use crate::crew::Roster;
use crate::crew::Route;
use crate::crew::Shift;
use crate::place::Point;
use crate::settings::Settings;
use crate::store;
use crate::tally;
use crate::task::Task;

/// Plans that one tick turns into tasks.
const PLANS: u32 = 40;
/// Tasks after which a tick begins no further plan: with the counts they stay far below the manifest's `effects`.
const MADE: u32 = 300;
/// Rosters that one tick turns into shifts.
const ROSTERS: u32 = 100;
/// Tasks that one tick marks.
const MARKED: u32 = 100;

/// How far the planning of a day is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    after_plan: Option<String>,
    after_roster: Option<String>,
    plans_done: bool,
    rosters_done: bool,
}

/// One tick.
pub(super) fn run(event: &Event, settings: &Settings) -> Result<(), Error> {
    let day = Day::at(event.time_ms);
    let mut progress: Progress = store::get(store::PROGRESS, &day.to_string())?.unwrap_or_default();
    if !(progress.plans_done && progress.rosters_done) {
        plan(day, &mut progress)?;
        roster(day, &mut progress)?;
        records::put(store::PROGRESS, &day.to_string(), &progress)?;
    }
    miss(event)?;
    escalate(event, settings)
}

fn plan(day: Day, progress: &mut Progress) -> Result<(), Error> {
    if progress.plans_done {
        return Ok(());
    }
    let last = progress.after_plan.clone();
    let query = Query::keys(store::PLANS).limit(PLANS + 1);
    let plans: Found<Plan> = records::find(&match &last {
        Some(last) => query.from(last.as_str()),
        None => query,
    })?;
    let fresh: Vec<_> = plans.entries.iter().filter(|(key, _)| Some(key) != last.as_ref()).collect();
    let mut made = 0;
    for (key, plan) in fresh.iter().take(PLANS as usize) {
        if made >= MADE {
            return Ok(()); // The next tick goes on behind the last plan.
        }
        if plan.active && crew::is_on(&plan.weekdays, day) {
            made += make(day, key, plan)?;
        }
        progress.after_plan = Some(key.clone());
    }
    progress.plans_done = plans.next.is_none() && fresh.len() <= PLANS as usize;
    Ok(())
}

/// Makes a plan's tasks of a day, and says how many.
fn make(day: Day, key: &str, plan: &Plan) -> Result<u32, Error> {
    let mut all = 0;
    let points = match store::get::<Route>(store::ROUTES, &plan.target)? {
        Some(route) => route.points,
        None => vec![plan.target.clone()],
    };
    for point_key in &points {
        let Some(point) = store::get::<Point>(store::POINTS, point_key)? else { continue };
        let (mut made, name) = (0_u32, day.to_string());
        for (at, window) in plan.windows.iter().enumerate() {
            let task_key = format!("{name}/{key}/{point_key}/{at}");
            if store::get::<Task>(store::TASKS, &task_key)?.is_none() {
                let about = (point_key.as_str(), point.name.as_str(), point.section.as_str());
                records::put(
                    store::TASKS,
                    &task_key,
                    &Task::planned(&name, about, window.on(day), plan.account.as_deref()),
                )?;
                made += 1;
            }
        }
        tally::change(day, |tally| tally.tasks += u64::from(made))?;
        tally::change_point(day, point_key, |point_day| {
            point_day.planned += made;
            point_day.overflow |= point.overflow_since_ms.is_some();
        })?;
        all += made;
    }
    Ok(all)
}

fn roster(day: Day, progress: &mut Progress) -> Result<(), Error> {
    if progress.rosters_done {
        return Ok(());
    }
    let rosters: Found<Roster> = store::part(store::ROSTERS, progress.after_roster.take(), ROSTERS)?;
    let (mut made, name) = (0, day.to_string());
    for (key, roster) in &rosters.entries {
        if !roster.active || !crew::is_on(&roster.weekdays, day) {
            continue;
        }
        for (at, window) in roster.windows.iter().enumerate() {
            let shift_key = format!("{name}/{key}/{at}");
            if store::get::<Shift>(store::SHIFTS, &shift_key)?.is_some() {
                continue;
            }
            let (from_ms, until_ms) = window.on(day);
            let shift = Shift {
                day: name.clone(),
                account: roster.account.clone(),
                area: roster.area.clone(),
                from_ms,
                until_ms,
                mine: format!("{}/{name}", roster.account),
                clock_in: None,
            };
            records::put(store::SHIFTS, &shift_key, &shift)?;
            made += 1;
        }
    }
    progress.rosters_done = rosters.next.is_none();
    progress.after_roster = rosters.next;
    if made > 0 {
        tally::change(day, |tally| tally.shifts += made)?;
    }
    Ok(())
}

fn miss(event: &Event) -> Result<(), Error> {
    let over: Found<Task> = records::find(&Query::by(store::TASKS, "open_until").to(event.time_ms - 1).limit(MARKED))?;
    let mut missed: std::collections::BTreeMap<Day, u64> = std::collections::BTreeMap::new();
    for (key, mut task) in over.entries {
        if task.miss(event.time_ms).is_err() {
            continue;
        }
        records::put(store::TASKS, &key, &task)?;
        *missed.entry(Day::at(task.from_ms)).or_default() += 1;
        let data = serde_json::json!({"task": key, "point": task.point, "until_ms": task.until_ms});
        Publish::new("sanitation.task.missed").subject(&key).data(&data).cause(event.seq).send()?;
    }
    for (day, count) in missed {
        tally::change(day, |tally| tally.missed += count)?;
    }
    Ok(())
}

fn escalate(event: &Event, settings: &Settings) -> Result<(), Error> {
    let before_ms = event.time_ms - i64::from(settings.escalate_minutes) * 60_000;
    let waiting: Found<Task> = records::find(&Query::by(store::TASKS, "missed").to(before_ms).limit(MARKED))?;
    for (key, mut task) in waiting.entries {
        if task.escalate().is_err() {
            continue;
        }
        records::put(store::TASKS, &key, &task)?;
        let data = serde_json::json!({"task": key, "point": task.point});
        Publish::new("sanitation.task.escalated").subject(&key).data(&data).cause(event.seq).send()?;
    }
    Ok(())
}
