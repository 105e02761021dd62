//! Projects: their assets, stages, inspections, output, shares, and the camera of a collective asset.

use xl_plugin::Done;
use xl_plugin::cameras;
use xl_plugin::cameras::CamerasError;
use xl_plugin::settings;

use super::Pressed;
use super::Refused;
use crate::cadence;
use crate::count::Kpi;
use crate::project::CameraRefusal;
use crate::project::Entry;
use crate::project::Project;
use crate::project::Scope;
use crate::project::Share;
use crate::project::Stage;
use crate::project::camera_owner;
use crate::settings::Settings;
use crate::store;
use crate::text;
use crate::text::names;

/// Roles that keep projects.
const KEEPERS: [&str; 2] = ["handler", "township-admin"];

/// Most yuan of one entry.
const MOST_YUAN: i64 = 10_000_000_000;

pub(super) fn create(pressed: &mut Pressed) -> Result<Done, Refused> {
    pressed.takes(&KEEPERS)?;
    let name = pressed.fields.text("name", 40);
    let place = pressed.fields.village("place", &settings::township());
    let scope = pressed.fields.choice("scope", &names::choices(names::SCOPES)).unwrap_or(Scope::Household);
    let asset_yuan = pressed.fields.whole("asset_yuan", 0, MOST_YUAN);
    pressed.fields.checked()?;
    let key = store::next_key(store::PROJECTS, 'j')?;
    let project = Project {
        name,
        place,
        scope,
        stage: Stage::Planned,
        asset_yuan,
        paid_yuan: 0,
        output_yuan: 0,
        camera: None,
        inspect_due: None,
        pictures: 0,
        newest_picture_ms: None,
    };
    store::put(store::PROJECTS, &key, &project)?;
    Ok(to_project(&key))
}

/// `to` names what the camera shall belong to: this project, and never a household.
pub(super) fn camera(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&KEEPERS)?;
    let mut project = store::project(key)?.ok_or(Refused::NotFound)?;
    let to = pressed.fields.key("to");
    let camera = pressed.fields.text("camera", 64);
    match camera_owner(&to).and_then(|()| project.may_have_camera()) {
        Err(CameraRefusal::Household) => pressed.fields.wrong("to", &text::CAMERA_AT_HOME),
        Err(CameraRefusal::Closed) => pressed.fields.wrong("to", &text::CAMERA_CLOSED),
        Ok(()) if to != key => pressed.fields.wrong("to", &text::NO_RECORD),
        Ok(()) => {}
    }
    match cameras::get(&camera) {
        Ok(_) => {}
        Err(xl_plugin::Error::Cameras(CamerasError::NotFound | CamerasError::AccessDenied)) => {
            pressed.fields.wrong("camera", &text::NO_CAMERA);
        }
        Err(error) => return Err(error.into()),
    }
    if let Some((other, _)) = store::project_of(&camera)?.filter(|(other, _)| other != key) {
        pressed.fields.wrong_with("camera", &text::CAMERA_TAKEN, &[("project", &other)]);
    }
    pressed.fields.checked()?;
    project.camera = Some(camera);
    store::put(store::PROJECTS, key, &project)?;
    Ok(to_project(key))
}

pub(super) fn unlink(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&KEEPERS)?;
    let project = store::project(key)?.ok_or(Refused::NotFound)?;
    store::put(store::PROJECTS, key, &Project { camera: None, ..project })?;
    Ok(to_project(key))
}

pub(super) fn stage(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&KEEPERS)?;
    let mut project = store::project(key)?.ok_or(Refused::NotFound)?;
    let stage = pressed.fields.choice("stage", &names::choices(names::STAGES)).unwrap_or(project.stage);
    if stage < project.stage {
        pressed.fields.wrong("stage", &text::NO_CHOICE);
    }
    pressed.fields.checked()?;
    project.stage = stage;
    match stage {
        Stage::Running if project.inspect_due.is_none() => {
            let months = Settings::read()?.inspect_months;
            project.inspect_due = Some(cadence::period_end(pressed.today, months));
        }
        Stage::Closed => {
            project.inspect_due = None;
            // Nothing is looked at any more where nothing goes on.
            project.camera = None;
        }
        _ => {}
    }
    store::put(store::PROJECTS, key, &project)?;
    note(pressed, key, "stage", &Entry::Stage { stage, by: pressed.person.account.clone() })
}

pub(super) fn inspect(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&["grid-member", "handler", "township-admin"])?;
    let mut project = store::project(key)?.ok_or(Refused::NotFound)?;
    let words = pressed.fields.note("note");
    let pictures = pressed.fields.pictures("pictures");
    pressed.fields.checked()?;
    let months = Settings::read()?.inspect_months;
    let mut on_time = true;
    if let Some(due) = project.inspect_due {
        on_time = pressed.today <= due;
        let counted = on_time && cadence::period_end(pressed.today, months) == due;
        if counted || !on_time {
            pressed.counter.add(Kpi::Inspections, &project.place, due, i64::from(on_time), 1)?;
            project.inspect_due = Some(cadence::next_due(pressed.today, months));
        }
    }
    store::put(store::PROJECTS, key, &project)?;
    let by = pressed.person.account.clone();
    note(pressed, key, "inspected", &Entry::Inspected { note: words, by, on_time, pictures })
}

pub(super) fn output(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&KEEPERS)?;
    let mut project = store::project(key)?.ok_or(Refused::NotFound)?;
    let yuan = pressed.fields.whole("yuan", 1, MOST_YUAN);
    pressed.fields.checked()?;
    project.output_yuan = project.output_yuan.saturating_add(yuan);
    store::put(store::PROJECTS, key, &project)?;
    pressed.counter.add(Kpi::Output, &project.place, pressed.today, yuan, 0)?;
    note(pressed, key, "output", &Entry::Output { yuan, by: pressed.person.account.clone() })
}

pub(super) fn share(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&KEEPERS)?;
    let mut project = store::project(key)?.ok_or(Refused::NotFound)?;
    let household = pressed.fields.key("household");
    let yuan = pressed.fields.whole("yuan", 1, MOST_YUAN);
    let day = pressed.fields.day("day");
    if store::household(&household)?.is_none() {
        pressed.fields.wrong("household", &text::NO_HOUSEHOLD);
    }
    pressed.fields.checked()?;
    project.paid_yuan = project.paid_yuan.saturating_add(yuan);
    store::put(store::PROJECTS, key, &project)?;
    pressed.counter.add(Kpi::Benefit, &project.place, day, yuan, 0)?;
    let by = pressed.person.account.clone();
    let paid = Share { project: key.to_owned(), household: household.clone(), yuan, day, by };
    store::put(store::SHARES, &pressed.timed(store::SHARES, key)?, &paid)?;
    pressed.followed(&household)?;
    Ok(to_project(key))
}

fn note(pressed: &Pressed, key: &str, what: &str, entry: &Entry) -> Result<Done, Refused> {
    let at = format!("{key}/{:013}/{what}", pressed.now_ms.max(0));
    store::put(store::PROGRESS, &at, entry)?;
    Ok(to_project(key))
}

fn to_project(key: &str) -> Done {
    Done::to("project", [("project", key)])
}
