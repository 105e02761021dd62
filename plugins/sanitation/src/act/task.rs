//! A task is begun, done with a picture, checked by somebody else.

use xl_plugin::Done;
use xl_plugin::cases;
use xl_plugin::cases::Step;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use crate::emptied;
use crate::finding::Finding;
use crate::place::Point;
use crate::settings::Settings;
use crate::store;
use crate::tally;
use crate::task::Check;
use crate::task::Refusal;
use crate::task::Task;

fn of(pressed: &Pressed) -> Result<(String, Task), Refused> {
    let key = pressed.key("task")?;
    let task = store::get(store::TASKS, &key)?.ok_or(Refused::NotFound)?;
    Ok((key, task))
}

fn refused(pressed: &Pressed, refusal: Refusal) -> Refused {
    match refusal {
        Refusal::OwnWork => pressed.refuse("完成任务的人不能检查自己的任务。", "Who did the task does not check it."),
        Refusal::State(state) => {
            let name = crate::words::task_state(state, pressed.locale);
            pressed.refuse(
                &format!("任务当前状态为“{name}”，不能进行此操作。"),
                &format!("The task is “{name}”: this cannot be done now."),
            )
        }
    }
}

pub(super) fn start(pressed: Pressed) -> Result<Done, Refused> {
    let (key, mut task) = of(&pressed)?;
    task.start(pressed.now_ms).map_err(|refusal| refused(&pressed, refusal))?;
    records::put(store::TASKS, &key, &task)?;
    Ok(Done::to("task", [("task", key.as_str())]))
}

pub(super) fn done(mut pressed: Pressed) -> Result<Done, Refused> {
    let (key, mut task) = of(&pressed)?;
    let was_redo = !task.checks.is_empty();
    if !task.is_to_do() {
        return Err(refused(&pressed, Refusal::State(task.state)));
    }
    let picture = pressed.fields.picture("picture");
    pressed.fields.checked()?;
    let account = pressed.person.account.clone();
    let on_time = task.finish(pressed.now_ms, &account, &picture).map_err(|refusal| refused(&pressed, refusal))?;
    records::put(store::TASKS, &key, &task)?;
    let day = Day::at(task.from_ms);
    if !was_redo {
        tally::change(day, |tally| {
            tally.done += 1;
            tally.on_time += u64::from(on_time);
        })?;
    }
    tally::change_point(day, &task.point, |point_day| point_day.done += 1)?;
    comment_on_case(&task)?;
    emptied::point(&task.point, pressed.now_ms)?;
    let data = serde_json::json!({"task": key, "point": task.point, "on_time": on_time, "picture": picture});
    Publish::new("sanitation.task.done").subject(&key).data(&data).send()?;
    Ok(Done::to("mine", []))
}

/// The desk sees on the case that somebody was there; it closes the case itself.
fn comment_on_case(task: &Task) -> Result<(), Refused> {
    let Some(point) = store::get::<Point>(store::POINTS, &task.point)? else { return Ok(()) };
    let Some(key) = point.finding else { return Ok(()) };
    let Some(case) = store::get::<Finding>(store::FINDINGS, &key)?.and_then(|finding| finding.case) else {
        return Ok(());
    };
    let step = Step::comment("保洁任务已完成，照片见附件。 · The place was cleaned; see the picture.");
    cases::move_case(&case, &step.pictures(task.picture.iter().cloned()))?;
    Ok(())
}

pub(super) fn check(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.judge()?;
    let (key, mut task) = of(&pressed)?;
    let settings = Settings::read()?;
    let pass = pressed.fields.choice("result", &[("pass", true), ("fail", false)]).unwrap_or(true);
    let reason = if pass { pressed.fields.optional("reason", 200) } else { Some(pressed.fields.text("reason", 200)) };
    pressed.fields.checked()?;
    let check = Check {
        by: pressed.person.account.clone(),
        at_ms: pressed.now_ms,
        pass,
        reason,
        picture: task.picture.clone(),
    };
    let until_ms = pressed.now_ms + i64::from(settings.redo_minutes) * 60_000;
    task.check(check, until_ms).map_err(|refusal| refused(&pressed, refusal))?;
    records::put(store::TASKS, &key, &task)?;
    if !pass {
        tally::change_point(Day::at(task.from_ms), &task.point, |day| day.done = day.done.saturating_sub(1))?;
    }
    let data = serde_json::json!({"task": key, "point": task.point, "pass": pass});
    Publish::new("sanitation.task.checked").subject(&key).data(&data).send()?;
    Ok(Done::to("task", [("task", key.as_str())]))
}
