//! What became of our cases: where filed ones are, how long they took, and whether people agree with the cameras.

use std::collections::BTreeMap;

use serde::Deserialize;
use xl_plugin::Error;
use xl_plugin::Event;
use xl_plugin::cases;
use xl_plugin::cases::Case;
use xl_plugin::cases::CasesError;
use xl_plugin::records;

use crate::heat;
use crate::heat::Heat;
use crate::heat::Recent;
use crate::settings::Settings;
use crate::sighting::Record;
use crate::store;

/// What the host tells of a step.
#[derive(Deserialize)]
struct Told {
    case: String,
}

/// What one call has looked up and wants to write.
#[derive(Debug, Default)]
pub(super) struct News {
    recur_ms: Option<i64>,
    heat: BTreeMap<String, Heat>,
    recent: BTreeMap<String, Recent>,
    judged: BTreeMap<String, (u64, u64)>,
}

impl News {
    /// Takes the event of a case.
    pub(super) fn take(&mut self, event: &Event) -> Result<(), Error> {
        if !matches!(event.kind.as_str(), "case.filed" | "case.rejected" | "case.closed") {
            return Ok(());
        }
        let Ok(told) = event.read::<Told>() else { return Ok(()) };
        let case = match cases::get(&told.case) {
            Ok(case) => case,
            // Another module's.
            Err(Error::Cases(CasesError::NotFound)) => return Ok(()),
            Err(error) => return Err(error),
        };
        match event.kind.as_str() {
            "case.filed" => {
                let comes_back = self.file(event.time_ms, &case)?;
                self.heat(event.time_ms, &case)?.file(&case.matter.code, comes_back);
                self.judge(case, true);
            }
            "case.closed" => self.heat(event.time_ms, &case)?.close(case.opened_ms, event.time_ms),
            _ => self.judge(case, false),
        }
        Ok(())
    }

    /// Notes when the matter was filed there; whether it had been a short time ago.
    fn file(&mut self, filed_ms: i64, case: &Case) -> Result<bool, Error> {
        let within_ms = match self.recur_ms {
            Some(known) => known,
            None => *self.recur_ms.insert(Settings::read()?.recur_ms()),
        };
        let key = heat::recent_key(&case.place, case.grid.as_deref(), &case.matter.code);
        let before = match self.recent.get(&key) {
            Some(known) => Some(*known),
            None => store::get::<Recent>(store::RECENT, &key)?,
        };
        let newest_ms = before.map_or(filed_ms, |before| before.filed_ms.max(filed_ms));
        self.recent.insert(key, Recent { filed_ms: newest_ms });
        Ok(before.is_some_and(|before| before.comes_back(filed_ms, within_ms)))
    }

    /// The month of the case's place.
    fn heat(&mut self, time_ms: i64, case: &Case) -> Result<&mut Heat, Error> {
        use std::collections::btree_map::Entry;
        match self.heat.entry(heat::key(time_ms, &case.place)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(empty) => {
                let heat = store::heat(empty.key())?;
                Ok(empty.insert(heat))
            }
        }
    }

    /// Notes whether a person agreed with the camera, where it was one.
    fn judge(&mut self, case: Case, agreed: bool) {
        let Some(camera) = case.camera.filter(|_| case.source == "video") else { return };
        let (confirmed, dismissed) = self.judged.entry(camera).or_default();
        if agreed { *confirmed += 1 } else { *dismissed += 1 }
    }

    /// Writes everything, with what else is known of the cameras.
    pub(super) fn write(self, mut cameras: BTreeMap<String, Record>) -> Result<(), Error> {
        for (key, heat) in self.heat {
            records::put(store::HEAT, &key, &heat)?;
        }
        for (key, recent) in self.recent {
            records::put(store::RECENT, &key, &recent)?;
        }
        for (camera, (confirmed, dismissed)) in self.judged {
            let known = match cameras.remove(&camera) {
                Some(known) => known,
                None => store::camera(&camera)?,
            };
            let (confirmed, dismissed) = (known.confirmed + confirmed, known.dismissed + dismissed);
            cameras.insert(camera, Record { confirmed, dismissed, ..known });
        }
        for (camera, record) in cameras {
            records::put(store::CAMERAS, &camera, &record)?;
        }
        Ok(())
    }
}
