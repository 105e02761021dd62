//! Clean views of a camera are marked and dropped; a silent method may speak again.

use xl_plugin::Done;
use xl_plugin::pictures;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use crate::candidate;
use crate::eyes::Watched;
use crate::store;
use crate::views;
use crate::watch::reference::Clean;
use crate::watch::reference::Origin;
use crate::watch::reference::References;
use crate::watch::sample::Figures;

/// The newest picture shows a clean place, says a person.
pub(super) fn mark_clean(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.judge()?;
    let camera = pressed.key("camera")?;
    let watched: Watched = store::get(store::EYES, &camera)?.ok_or(Refused::NotFound)?;
    // He says it of the picture that he saw, not of one that came since.
    let picture = pressed.fields.text("picture", 64);
    if watched.picture.as_ref() != Some(&picture) {
        return Err(pressed
            .refuse("已有更新的图片，请重新查看后再标记。", "A newer picture has come. Please look again first."));
    }
    add_view(&camera, &picture, watched.last_ms, &pressed)?;
    Ok(Done::to("camera", [("camera", camera.as_str())]))
}

/// Adds a picture to the clean views.
pub(super) fn add_view(camera: &str, picture: &str, time_ms: i64, pressed: &Pressed) -> Result<(), Refused> {
    let mut known: References = store::get(store::VIEWS, camera)?.unwrap_or_default();
    // Without its figures it is as good a reference; only the choice among several is coarser.
    let metrics = pictures::open(picture).and_then(|held| held.metrics().map_err(xl_plugin::Error::Pictures));
    let figures =
        metrics.map_or(Figures { brightness: 100.0, contrast: 50.0, sharpness: 0.0, seen_share: 1.0 }, |found| {
            Figures {
                brightness: found.brightness,
                contrast: found.contrast,
                sharpness: found.sharpness,
                seen_share: found.seen_share,
            }
        });
    known.add(Clean::new(picture, time_ms, &figures, Origin::Marked(pressed.person.account.clone())));
    Ok(views::keep(camera, picture, &known, false)?)
}

pub(super) fn drop_view(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.judge()?;
    let camera = pressed.key("camera")?;
    let picture = pressed.fields.text("picture", 64);
    pressed.fields.checked()?;
    let mut known: References = store::get(store::VIEWS, &camera)?.ok_or(Refused::NotFound)?;
    known.drop(&picture);
    records::put(store::VIEWS, &camera, &known)?;
    Ok(Done::to("camera", [("camera", camera.as_str())]))
}

pub(super) fn unmute(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let camera = pressed.key("camera")?;
    let method = pressed.fields.text("method", 80);
    pressed.fields.checked()?;
    let mut precision = candidate::precision(&camera, &method)?;
    precision.unmute();
    candidate::keep_precision(&precision)?;
    Ok(Done::to("camera", [("camera", camera.as_str())]))
}
