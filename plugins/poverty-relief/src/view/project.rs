//! One project: its figures, pictures of its asset, what happened, shares, and its forms.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::cameras;
use xl_plugin::cameras::CamerasError;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::GalleryPicture;
use xl_plugin::page::Input;
use xl_plugin::page::Origin;
use xl_plugin::page::Pair;
use xl_plugin::page::Row;
use xl_plugin::page::TimelineEntry;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Eyes;
use super::minute;
use super::shared;
use crate::mask::Sealed;
use crate::project::Entry;
use crate::project::Project;
use crate::project::Share;
use crate::store;
use crate::text;
use crate::text::names;

/// Newest entries and pictures.
const NEWEST: u32 = 60;
/// Pictures of the gallery.
const PICTURES: usize = 12;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("project")?;
    let project = store::project(&key)?.ok_or(PagesError::NotFound)?;
    let query = Query::keys(store::PROGRESS).prefix(&format!("{key}/")).descending().limit(NEWEST);
    let entries: Vec<(i64, Entry)> =
        records::find::<Entry>(&query)?.entries.into_iter().map(|(at, entry)| (time_of(&at), entry)).collect();
    let mut page = Page::new(format!("{} · {key}", project.name)).detail(facts(eyes, &project));
    let pictures: Vec<GalleryPicture> = entries
        .iter()
        .filter_map(|(time_ms, entry)| match entry {
            Entry::Picture { sha256, .. } => Some(GalleryPicture { sha256: sha256.clone(), caption: minute(*time_ms) }),
            _ => None,
        })
        .take(PICTURES)
        .collect();
    if !pictures.is_empty() {
        page = page.heading(eyes.say("资产进度图片（已遮挡）", "Pictures of the asset, masked")).gallery(pictures);
    }
    page = forms(eyes, page, &key, &project)?;
    let timeline = entries.iter().filter_map(|(time_ms, entry)| event(eyes, *time_ms, entry));
    page = page.heading(eyes.say("记录", "What happened")).timeline(timeline);
    if eyes.sees(Sealed::Income) {
        page = shares(eyes, page, &key)?;
    }
    Ok(page)
}

/// The time inside a key `{project}/{ms}/{what}`.
fn time_of(key: &str) -> i64 {
    key.split('/').nth(1).and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn facts(eyes: &Eyes<'_>, project: &Project) -> Vec<Pair> {
    vec![
        Pair::new(eyes.say("村", "Village"), &project.place),
        Pair::new(eyes.say("归属", "Whose"), names::of(names::SCOPES, project.scope, eyes.locale)),
        Pair::new(eyes.say("阶段", "Stage"), names::of(names::STAGES, project.stage, eyes.locale)),
        Pair::new(eyes.say("资产（元）", "Asset (yuan)"), project.asset_yuan),
        Pair::new(eyes.say("产出（元）", "Output (yuan)"), project.output_yuan),
        Pair::new(eyes.say("分红（元）", "Benefits paid (yuan)"), project.paid_yuan),
        Pair::new(eyes.say("摄像机", "Camera"), project.camera.as_deref().unwrap_or("–")),
        Pair::new(eyes.say("图片数", "Pictures"), project.pictures),
        Pair::new(eyes.say("下次巡查期限", "Next inspection due"), shared::day_or_dash(project.inspect_due)),
    ]
}

fn event(eyes: &Eyes<'_>, time_ms: i64, entry: &Entry) -> Option<TimelineEntry> {
    let mut attached = Vec::new();
    let (title, text) = match entry {
        Entry::Picture { .. } => return None,
        Entry::Inspected { note, by, on_time, pictures } => {
            attached.extend(
                pictures.iter().map(|sha256| GalleryPicture { sha256: sha256.clone(), caption: minute(time_ms) }),
            );
            let said = if *on_time {
                eyes.say("按期巡查", "Inspected on time")
            } else {
                eyes.say("逾期巡查", "Inspected late")
            };
            (format!("{said} · {by}"), Some(note.clone()))
        }
        Entry::Output { yuan, by } => (format!("{} {yuan} · {by}", eyes.say("产出（元）", "Output (yuan)")), None),
        Entry::Stage { stage, by } => (format!("{} · {by}", names::of(names::STAGES, *stage, eyes.locale)), None),
    };
    Some(TimelineEntry { time_ms, title, text, origin: Origin::Recorded, pictures: attached })
}

fn shares(eyes: &Eyes<'_>, page: Page, key: &str) -> Result<Page, PagesError> {
    let query = Query::keys(store::SHARES).prefix(&format!("{key}/")).descending().limit(NEWEST);
    let rows = records::find::<Share>(&query)?
        .entries
        .into_iter()
        .map(|(_, share)| Row::new([share.day.to_string(), share.household, share.yuan.to_string(), share.by]));
    let columns =
        [eyes.say("日期", "Day"), eyes.say("农户", "Household"), eyes.say("元", "Yuan"), eyes.say("录入", "By")];
    let none = eyes.say("没有分红。", "No shares paid.");
    Ok(page.heading(eyes.say("收益分红", "Shares paid")).table(columns, rows.collect::<Vec<_>>(), none))
}

fn forms(eyes: &Eyes<'_>, mut page: Page, key: &str, project: &Project) -> Result<Page, PagesError> {
    let save = text::SAVE.say(eyes.locale);
    if eyes.holds(&["grid-member", "handler", "township-admin"]) {
        let note = shared::note(eyes, "note", eyes.say("巡查情况", "What was found"));
        let label = eyes.say("照片（只拍资产，不拍人和住户）", "Photos (of the asset only, never of people or homes)");
        let pictures = Field::new("pictures", label, Input::Picture { many: true }).optional();
        page = page.heading(eyes.say("资产巡查", "Inspect the asset")).form("inspect", save, [note, pictures]);
    }
    if !eyes.holds(&["handler", "township-admin"]) {
        return Ok(page);
    }
    let stage = shared::choice(eyes, "stage", eyes.say("阶段", "Stage"), names::STAGES);
    let yuan = || Field::new("yuan", eyes.say("金额（元，整数）", "Whole yuan"), Input::Number);
    page = page
        .heading(eyes.say("阶段", "Stage"))
        .form("stage", save, [stage])
        .heading(eyes.say("产出", "Output"))
        .form("output", save, [yuan()])
        .heading(eyes.say("分红到户", "Pay a share"))
        .form(
            "share",
            save,
            [
                Field::new("household", eyes.say("农户编号", "Number of the household"), Input::Text),
                yuan(),
                shared::day(eyes, "day", eyes.say("日期", "Day")),
            ],
        );
    if project.camera.is_some() {
        return Ok(page.form("unlink-camera", eyes.say("解除摄像机", "Unlink the camera"), []));
    }
    if project.may_have_camera().is_err() {
        return Ok(page.text(text::CAMERA_AT_HOME.say(eyes.locale)));
    }
    let cameras = match cameras::list() {
        Ok(cameras) => cameras,
        Err(xl_plugin::Error::Cameras(CamerasError::AccessDenied)) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    if cameras.is_empty() {
        return Ok(page.text(text::NO_CAMERAS.say(eyes.locale)));
    }
    let options =
        cameras.into_iter().map(|camera| Choice::new(&camera.id, format!("{} ({})", camera.name, camera.id))).collect();
    Ok(page.heading(eyes.say("关联资产摄像机", "Link the asset's camera")).form(
        "camera",
        save,
        [
            Field::hidden("to", key),
            Field::new(
                "camera",
                eyes.say("摄像机（只限集体资产）", "Camera (collective assets only)"),
                Input::Choice { options },
            ),
        ],
    ))
}
