//! Turns events of cameras into evidence and readings of the growing batch.
//!
//! Everything is looked up once a call and written once at its end, so a batch of 64 readings of one greenhouse costs a
//! handful of host calls.

use std::collections::BTreeMap;

use serde::Deserialize;
use xl_plugin::Batch as Events;
use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::pictures;
use xl_plugin::records;

use crate::entry;
use crate::entry::Entry;
use crate::entry::What;
use crate::evidence::Progress;
use crate::evidence::Seen;
use crate::evidence::Why;
use crate::figures;
use crate::reading;
use crate::reading::Hour;
use crate::settings::Settings;
use crate::store;
use crate::summary;

/// Name of the schedule in the manifest.
const DAILY_SUMMARY: &str = "daily-summary";

/// Handles a batch of events.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn run(events: &Events) -> Result<(), Error> {
    let mut run = Run::default();
    for event in &events.events {
        match event.kind.as_str() {
            "camera.picture" => run.picture(event)?,
            "camera.telemetry" => run.telemetry(event)?,
            "schedule.due" if event.read::<Due>().is_ok_and(|due| due.schedule == DAILY_SUMMARY) => {
                // The summary reads what this call has seen so far.
                run.write()?;
                summary::publish(Day::at(event.time_ms), event.seq)?;
                figures::report(Day::at(event.time_ms))?;
            }
            _ => {}
        }
    }
    run.write()
}

/// The data of `schedule.due`.
#[derive(Deserialize)]
struct Due {
    schedule: String,
}

/// The batch that grows before a camera.
#[derive(Debug, Clone)]
struct Growing {
    site: String,
    batch: String,
    planted: Day,
}

/// What one call has looked up and wants to write.
#[derive(Debug, Default)]
struct Run {
    settings: Option<Settings>,
    growing: BTreeMap<String, Option<Growing>>,
    progress: BTreeMap<String, Progress>,
    hours: BTreeMap<(String, i64), Hour>,
}

impl Run {
    fn picture(&mut self, event: &Event) -> Result<(), Error> {
        let Some((camera, growing)) = self.growing(event)? else { return Ok(()) };
        let every_ms = self.settings()?.picture_every_ms();
        let progress = kept(&mut self.progress, growing.batch.clone(), || store::progress(&growing.batch))?;
        for picture in &event.pictures {
            let seen = Seen {
                sha256: picture.sha256.clone(),
                camera: camera.to_owned(),
                time_ms: taken_ms(event),
                seq: event.seq,
            };
            if let Some(why) = progress.take(&seen, every_ms) {
                attach(&growing.batch, &growing.site, &seen, why, event.received_ms)?;
            }
        }
        Ok(())
    }

    fn telemetry(&mut self, event: &Event) -> Result<(), Error> {
        let Some((_, growing)) = self.growing(event)? else { return Ok(()) };
        // The host hands over JSON objects only; what else a device may mean by its data is not ours to guess.
        let Ok(data) = event.read::<BTreeMap<String, serde_json::Value>>() else { return Ok(()) };
        let time_ms = taken_ms(event);
        let hour_ms = reading::hour_of(time_ms);
        let hour = kept(&mut self.hours, (growing.batch.clone(), hour_ms), || {
            Ok(records::get(store::READINGS, &hour_key(&growing.batch, hour_ms))?.unwrap_or_default())
        })?;
        hour.add(&data, time_ms);
        Ok(())
    }

    /// The event's camera and what grows before it, if it was planted when the event happened.
    fn growing<'a>(&mut self, event: &'a Event) -> Result<Option<(&'a str, Growing)>, Error> {
        let Some(camera) = event.camera.as_deref() else { return Ok(None) };
        let growing = kept(&mut self.growing, camera.to_owned(), || growing_before(camera))?;
        Ok(growing
            .clone()
            .filter(|growing| Day::at(taken_ms(event)) >= growing.planted)
            .map(|growing| (camera, growing)))
    }

    fn settings(&mut self) -> Result<&Settings, Error> {
        match &mut self.settings {
            Some(settings) => Ok(settings),
            empty => Ok(empty.insert(Settings::read()?)),
        }
    }

    fn write(&mut self) -> Result<(), Error> {
        for (batch, progress) in std::mem::take(&mut self.progress) {
            records::put(store::PROGRESS, &batch, &progress)?;
        }
        for ((batch, hour_ms), hour) in std::mem::take(&mut self.hours) {
            records::put(store::READINGS, &hour_key(&batch, hour_ms), &hour)?;
        }
        Ok(())
    }
}

fn growing_before(camera: &str) -> Result<Option<Growing>, Error> {
    let Some((site_key, site)) = store::site_of(camera)? else { return Ok(None) };
    let Some(batch_key) = site.growing else { return Ok(None) };
    let planted = store::batch(&batch_key)?.and_then(|batch| batch.planted);
    Ok(planted.map(|planted| Growing { site: site_key, batch: batch_key, planted }))
}

/// Writes a picture onto a batch's timeline and tells the township.
///
/// # Errors
/// When the host refuses the record or the event.
pub fn attach(batch: &str, site: &str, seen: &Seen, why: Why, noted_ms: i64) -> Result<(), Error> {
    let what = What::Picture { sha256: seen.sha256.clone(), camera: seen.camera.clone(), seq: seen.seq, why };
    let entry = Entry::captured(batch, seen.time_ms, noted_ms, what);
    let key = entry::key(batch, seen.time_ms, &format!("picture-{}", seen.seq));
    records::put(store::ENTRIES, &key, &entry)?;
    let data = serde_json::json!({
        "batch": batch, "site": site, "camera": seen.camera, "time_ms": seen.time_ms, "sha256": seen.sha256, "why": why,
    });
    let publish = Publish::new("trace.evidence.attached").subject(batch).data(&data);
    if why != Why::Last {
        return publish.camera(&seen.camera).picture(&seen.sha256).cause(seen.seq).send();
    }
    // The harvest caused it, the picture came with an earlier event: only what is opened here may be referred to, and
    // the reference keeps the picture as long as this event. Without it (the camera is granted no longer, or the picture
    // is past its time) the harvest still counts.
    match pictures::open(&seen.sha256) {
        Ok(_held) => publish.camera(&seen.camera).picture(&seen.sha256).send(),
        Err(_) => publish.send(),
    }
}

/// When it was taken; a device whose clock runs ahead is taken at the hub's word.
fn taken_ms(event: &Event) -> i64 {
    event.time_ms.min(event.received_ms)
}

fn hour_key(batch: &str, hour_ms: i64) -> String {
    format!("{batch}/{:013}", hour_ms.max(0))
}

/// The value under `key`, looked up where it is not known yet.
fn kept<K: Ord, V>(
    map: &mut BTreeMap<K, V>,
    key: K,
    look_up: impl FnOnce() -> Result<V, Error>,
) -> Result<&mut V, Error> {
    match map.entry(key) {
        std::collections::btree_map::Entry::Occupied(known) => Ok(known.into_mut()),
        std::collections::btree_map::Entry::Vacant(empty) => Ok(empty.insert(look_up()?)),
    }
}
