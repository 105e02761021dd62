//! What events bring: pictures of collective assets, and the clock that watches visits, notices, days and looks.
//!
//! Nothing here decides anything about a household: it counts, reminds and takes down what has stood its time.

use std::collections::BTreeMap;

use serde::Deserialize;
use xl_plugin::Batch;
use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::day::DAY_MS;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;
use xl_plugin::records::Query;

use crate::act;
use crate::act::missed_visit;
use crate::act::settle_idle;
use crate::cadence;
use crate::clue::Clue;
use crate::count::Counter;
use crate::count::Kpi;
use crate::erase;
use crate::household::Household;
use crate::notice::DownWhy;
use crate::notice::Notice;
use crate::project::Entry;
use crate::project::Project;
use crate::settings::Settings;
use crate::store;
use crate::tally;

/// Name of the schedule in the manifest.
const WATCH: &str = "watch";

/// Records of each kind that one look of the clock settles; the next hour's look goes on.
const AT_ONCE: u32 = 100;

/// Villages whose figures one look reports; the next hour's look goes on.
const VILLAGES_AT_ONCE: u32 = 40;

/// Files that one look erases, and records of each.
const FILES_AT_ONCE: u32 = 5;
const RECORDS_AT_ONCE: usize = 200;

/// The data of `schedule.due`.
#[derive(Deserialize)]
struct Due {
    schedule: String,
}

/// Handles a batch of events.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn run(batch: &Batch) -> Result<(), Error> {
    let mut projects = BTreeMap::new();
    let mut counter = Counter::default();
    for event in &batch.events {
        match event.kind.as_str() {
            "camera.picture" => picture(event, &mut projects)?,
            "schedule.due" if event.read::<Due>().is_ok_and(|due| due.schedule == WATCH) => {
                watch(Day::at(event.time_ms), event.seq, &mut counter)?;
            }
            _ => {}
        }
    }
    for (key, project) in projects.into_values().flatten() {
        store::put(store::PROJECTS, &key, &project)?;
    }
    counter.write()
}

/// Keeps a picture of a project's camera now and then; pictures of any other camera are of no concern here.
fn picture(event: &Event, projects: &mut BTreeMap<String, Option<(String, Project)>>) -> Result<(), Error> {
    let (Some(camera), Some(picture)) = (event.camera.as_deref(), event.pictures.first()) else { return Ok(()) };
    if !projects.contains_key(camera) {
        projects.insert(camera.to_owned(), store::project_of(camera)?);
    }
    let Some(Some((key, project))) = projects.get_mut(camera) else { return Ok(()) };
    // A device whose clock runs ahead is taken at the hub's word.
    let time_ms = event.time_ms.min(event.received_ms);
    let every_ms = i64::from(Settings::read()?.picture_every_hours) * 3_600_000;
    if project.may_have_camera().is_err() || !project.takes_picture(time_ms, every_ms) {
        return Ok(());
    }
    project.pictures += 1;
    project.newest_picture_ms = Some(time_ms);
    let entry = Entry::Picture { sha256: picture.sha256.clone(), camera: camera.to_owned() };
    store::put(store::PROGRESS, &format!("{key}/{:013}/picture", time_ms.max(0)), &entry)?;
    let data = serde_json::json!({ "project": key, "time_ms": time_ms });
    Publish::new("relief.project.progress")
        .subject(key)
        .camera(camera)
        .picture(&picture.sha256)
        .data(&data)
        .cause(event.seq)
        .send()
}

fn watch(today: Day, seq: u64, counter: &mut Counter) -> Result<(), Error> {
    let yesterday = cadence::day_before(today).to_string();
    visits(today, &yesterday, seq, counter)?;
    clues(&yesterday, counter)?;
    let ended = Query::by(store::NOTICES, "up").to(today.to_string()).limit(AT_ONCE);
    for (key, notice) in records::find::<Notice>(&ended)?.entries {
        act::take_down(&key, notice, DownWhy::Ended, today, counter)?;
    }
    settle_idle(today, AT_ONCE, counter)?;
    tally::refresh(today, VILLAGES_AT_ONCE, counter)?;
    inspections(today, &yesterday, counter)?;
    keep(today)
}

/// Erases files that lay quiet as long as the settings keep them; a large one takes several looks.
fn keep(today: Day) -> Result<(), Error> {
    let days = Settings::read()?.keep_days;
    if days == 0 {
        return Ok(());
    }
    let last = Day::at(today.start_ms() - i64::from(days) * DAY_MS).to_string();
    let over = Query::by(store::HOUSEHOLDS, "quiet_since").to(last).limit(FILES_AT_ONCE);
    for (key, mut household) in records::find::<Household>(&over)?.entries {
        // An account of the index alone would not do: what is watched is never erased.
        if erase::may_erase(&household) && erase::erase(&key, &mut household, RECORDS_AT_ONCE)? {
            household.quiet_since = None;
            store::put(store::HOUSEHOLDS, &key, &household)?;
        }
    }
    Ok(())
}

fn visits(today: Day, yesterday: &str, seq: u64, counter: &mut Counter) -> Result<(), Error> {
    let settings = Settings::read()?;
    let over = Query::by(store::HOUSEHOLDS, "visit_due").to(yesterday).limit(AT_ONCE);
    for (key, household) in records::find::<Household>(&over)?.entries {
        let Some((after, due)) = missed_visit(&household, today, settings.months(household.key)) else { continue };
        counter.add(Kpi::Visits, &household.place, due, 0, 1)?;
        store::put(store::HOUSEHOLDS, &key, &after)?;
        let data = serde_json::json!({ "household": key, "place": household.place, "due": due });
        Publish::new("relief.visit.overdue").subject(&key).data(&data).cause(seq).send()?;
    }
    Ok(())
}

/// Clues whose day passed without a decision count as late once, whatever is decided later.
fn clues(yesterday: &str, counter: &mut Counter) -> Result<(), Error> {
    let over = Query::by(store::CLUES, "clock").to(yesterday).limit(AT_ONCE);
    for (key, clue) in records::find::<Clue>(&over)?.entries {
        counter.add(Kpi::OnTime, &clue.place, clue.due, 0, 1)?;
        store::put(store::CLUES, &key, &Clue { clock: None, ..clue })?;
    }
    Ok(())
}

fn inspections(today: Day, yesterday: &str, counter: &mut Counter) -> Result<(), Error> {
    let months = Settings::read()?.inspect_months;
    let over = Query::by(store::PROJECTS, "inspect_due").to(yesterday).limit(AT_ONCE);
    for (key, project) in records::find::<Project>(&over)?.entries {
        let Some(due) = project.inspect_due else { continue };
        counter.add(Kpi::Inspections, &project.place, due, 0, 1)?;
        let inspect_due = Some(cadence::period_end(today, months));
        store::put(store::PROJECTS, &key, &Project { inspect_due, ..project })?;
    }
    Ok(())
}
