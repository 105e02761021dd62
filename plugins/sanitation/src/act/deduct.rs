//! Points are taken off a section: by a person, who saw the picture. Weights and costs of a month are entered.

use xl_plugin::Done;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use crate::finding::Finding;
use crate::finding::State;
use crate::score::Deduction;
use crate::score::Score;
use crate::store;
use crate::tally;
use crate::task::Task;

pub(super) fn for_finding(pressed: Pressed) -> Result<Done, Refused> {
    pressed.judge()?;
    let key = pressed.key("finding")?;
    let finding: Finding = store::get(store::FINDINGS, &key)?.ok_or(Refused::NotFound)?;
    if !matches!(finding.state, State::Confirmed | State::Closed) {
        return Err(pressed.refuse("只有经人工确认的问题才能扣分。", "Only what a person confirmed can cost points."));
    }
    deduct(pressed, &key, finding.section, finding.picture)?;
    Ok(Done::to("finding", [("finding", key.as_str())]))
}

pub(super) fn for_task(pressed: Pressed) -> Result<Done, Refused> {
    pressed.judge()?;
    let key = pressed.key("task")?;
    let task: Task = store::get(store::TASKS, &key)?.ok_or(Refused::NotFound)?;
    let failed = task.checks.iter().rev().find(|check| !check.pass);
    let Some(picture) = failed.map(|check| check.picture.clone()) else {
        return Err(pressed
            .refuse("只有检查不合格的任务才能扣分。", "Only a task that did not pass its check can cost points."));
    };
    deduct(pressed, &key, Some(task.section), picture)?;
    Ok(Done::to("task", [("task", key.as_str())]))
}

fn deduct(mut pressed: Pressed, about: &str, section: Option<String>, picture: Option<String>) -> Result<(), Refused> {
    let points = pressed.fields.number("points", 1, 20);
    let reason = pressed.fields.text("reason", 200);
    let seen = pressed.fields.optional("seen", 64);
    if seen.is_none() || seen != picture {
        pressed.fields.wrong(
            "seen",
            "扣分必须依据您看过的那张图片。",
            "Points are taken off for the picture that you saw.",
        );
    }
    pressed.fields.checked()?;
    let (Some(section), Some(picture)) = (section, picture) else {
        return Err(
            pressed.refuse("没有路段或图片，不能扣分。", "Without a section and a picture no points are taken off.")
        );
    };
    let month = Day::at(pressed.now_ms).month();
    let shelf = format!("{month}/{section}");
    let by = pressed.person.account.clone();
    let key = store::next_key(store::DEDUCTIONS, 'd')?;
    let data = serde_json::json!({"deduction": key, "section": section, "points": points, "about": about});
    let deduction = Deduction {
        shelf: shelf.clone(),
        section: section.clone(),
        points,
        reason,
        about: about.to_owned(),
        picture,
        by,
        at_ms: pressed.now_ms,
    };
    records::put(store::DEDUCTIONS, &key, &deduction)?;
    let mut score: Score = store::get(store::SCORES, &shelf)?.unwrap_or_default();
    (score.section, score.month) = (section, month);
    score.deducted += points;
    score.deductions += 1;
    records::put(store::SCORES, &shelf, &score)?;
    Ok(Publish::new("sanitation.deduction.made").subject(&key).data(&data).send()?)
}

/// Adds what was weighed and paid to a day.
pub(super) fn costs(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let today = Day::at(pressed.now_ms);
    let day = pressed.fields.day("day", today);
    let kilograms = pressed.fields.number("kilograms", 0, 10_000_000);
    let cost = pressed.fields.number("cost", 0, 100_000_000);
    pressed.fields.checked()?;
    tally::change(day, |tally| {
        tally.kilograms += u64::from(kilograms);
        tally.cost += u64::from(cost);
    })?;
    Ok(Done::to("figures", []))
}
