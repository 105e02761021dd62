//! Opens cases for what cameras found. They stay at `reported` until a person looks: nothing here moves them.

use std::collections::BTreeMap;

use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::Locale;
use xl_plugin::cameras;
use xl_plugin::cameras::CamerasError;
use xl_plugin::cases;
use xl_plugin::cases::CasesError;
use xl_plugin::records;

use crate::matter::Book;
use crate::report::Data;
use crate::report::Report;
use crate::report::Whereabouts;
use crate::settings::Settings;
use crate::sighting::News;
use crate::sighting::Record;
use crate::sighting::Sighting;
use crate::signal::Meaning;
use crate::signal::Sign;
use crate::store;
use crate::text::step as text;
use crate::time;

/// What one call has looked up and wants to write.
#[derive(Debug, Default)]
pub(super) struct Found {
    rules: Option<Rules>,
    sightings: BTreeMap<String, Sighting>,
    records: BTreeMap<String, Record>,
}

#[derive(Debug)]
struct Rules {
    settings: Settings,
    book: Book,
}

impl Found {
    /// Takes the event of a camera.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), Error> {
        let Some(camera) = event.camera.as_deref() else { return Ok(()) };
        let Some(sign) = Sign::read(&event.kind, &event.data) else { return Ok(()) };
        let rules = match &mut self.rules {
            Some(rules) => rules,
            empty => {
                let settings = Settings::read()?;
                empty.insert(Rules { book: settings.book(), settings })
            }
        };
        let settings = &rules.settings;
        let meaning =
            sign.meaning(camera, &settings.signals, settings.default_signals, settings.least_score, &rules.book);
        let code = match meaning {
            Meaning::Nothing => return Ok(()),
            Meaning::Weak(_) => {
                self.record(camera)?.weak += 1;
                return Ok(());
            }
            Meaning::Matter(code) => code,
        };
        // A device whose clock runs ahead is taken at the hub's word.
        let time_ms = event.time_ms.min(event.received_ms);
        let (window_ms, key) = (settings.repeat_ms(), format!("{camera}/{code}"));
        let known = match self.sightings.get(&key) {
            Some(known) => Some(known.clone()),
            None => store::sighting(&key)?,
        };
        if let Some(mut known) = known {
            let news = known.take(time_ms, window_ms);
            if news != News::Fresh {
                self.record(camera)?.repeated += 1;
                if news == News::Remark {
                    remark(&known, camera, sign.score)?;
                }
                self.sightings.insert(key, known);
                return Ok(());
            }
        }
        let case = match self.open(event, camera, &sign, &code, time_ms) {
            Ok(case) => case,
            // A code that the hub's own table lacks, or a camera that was taken away meanwhile: for the administrator to
            // read in the log, and no reason to stop on every event.
            Err(Error::Cases(CasesError::Invalid(why))) => {
                xl_plugin::warn!("camera `{camera}`, matter `{code}`: no case, {why}");
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        self.sightings.insert(key, Sighting::new(case, time_ms));
        self.record(camera)?.opened += 1;
        Ok(())
    }

    /// Writes the sightings; hands on what is known of cameras, which news may change too.
    pub(super) fn write(self) -> Result<BTreeMap<String, Record>, Error> {
        for (key, sighting) in self.sightings {
            records::put(store::SIGHTINGS, &key, &sighting)?;
        }
        Ok(self.records)
    }

    fn open(&self, event: &Event, camera: &str, sign: &Sign, code: &str, time_ms: i64) -> Result<String, Error> {
        let rules = self.rules.as_ref().and_then(|rules| rules.book.get(code));
        let matter = rules.ok_or_else(|| Error::Cases(CasesError::Invalid(format!("matter: no code `{code}`"))))?;
        let cell = store::cell_before(camera)?;
        let (name, place) = match cameras::get(camera) {
            Ok(camera) => (camera.name, Some(camera.place)),
            Err(Error::Cameras(CamerasError::NotFound | CamerasError::AccessDenied)) => (camera.to_owned(), None),
            Err(error) => return Err(error),
        };
        let label = sign.labels.first().cloned().unwrap_or_else(|| sign.kind.clone());
        let words = [
            ("camera", name.as_str()),
            ("time", &*time::minute(time_ms)),
            ("matter", &*matter.zh),
            ("label", &label),
            ("score", &*score(sign.score)),
        ];
        let report = Report {
            key: format!("video/{camera}/{code}/{time_ms}"),
            source: "video",
            description: text::SEEN.fill(Locale::Zh, &words),
            address: Some(name.clone()),
            whereabouts: Whereabouts::find(cell, place, None)?,
            camera: Some(camera.to_owned()),
            pictures: event.pictures.iter().map(|picture| picture.sha256.clone()).collect(),
            data: Data { label: Some(label.clone()), score: sign.score, ..Data::default() },
        };
        cases::open(&report.draft(matter))
    }

    fn record(&mut self, camera: &str) -> Result<&mut Record, Error> {
        use std::collections::btree_map::Entry;
        match self.records.entry(camera.to_owned()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(empty) => Ok(empty.insert(store::camera(camera)?)),
        }
    }
}

/// Says on the case that it was seen again. A case that has ended takes no remark: then it is counted only.
fn remark(known: &Sighting, camera: &str, seen_score: Option<f64>) -> Result<(), Error> {
    let words = [("camera", camera), ("count", &*known.seen.to_string()), ("score", &*score(seen_score))];
    let step = cases::Step::comment(&text::SEEN_AGAIN.fill(Locale::Zh, &words));
    match cases::move_case(&known.case, &step) {
        Ok(_) | Err(Error::Cases(CasesError::Refused(_) | CasesError::NotFound)) => Ok(()),
        Err(error) => Err(error),
    }
}

fn score(score: Option<f64>) -> String {
    score.map_or_else(|| text::NO_SCORE.say(Locale::Zh).to_owned(), |score| format!("{score:.2}"))
}
