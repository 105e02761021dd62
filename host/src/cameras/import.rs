//! A table of cameras against the register: what it would add and change, and everything that is wrong with it. Pure.
//!
//! A line whose camera is registered changes the columns that the table has and leaves the rest; every other line adds
//! a camera. With one fault in it, nothing of a table is taken.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use xl_model::camera::Camera;
use xl_model::camera::CameraKey;
use xl_model::camera::check;
use xl_model::camera::class_wish;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::Wrong;
use xl_model::id::TownshipId;
use xl_store::cameras::RegisteredCamera;

use super::classes::ClassChange;
use super::rules::Rules;
use super::seal::Secret;
use super::table;
use super::table::Column;
use super::table::RowWrong;
use crate::sheet::Faults;
use crate::sheet::Line;
use crate::sheet::SheetError;

/// What a table did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Lines with something in them, without the first.
    pub rows: u64,
    /// Cameras that are new.
    pub added: u64,
    /// Cameras that are changed; credentials alone count too.
    pub changed: u64,
    /// Cameras that are registered like this already.
    pub unchanged: u64,
    /// Cameras whose class a person has said and becomes another one: nothing is taken before a second person says the same.
    pub second_person: u64,
    /// Codes at which cameras come to stand and no place is known to be valid today; no fault.
    pub doubted: BTreeSet<String>,
    /// Everything that is wrong.
    pub faults: Faults<RowWrong>,
}

/// What is to be written.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// In figures.
    pub(super) outcome: Outcome,
    /// Cameras that are new or changed.
    pub(super) cameras: Vec<Camera>,
    /// Passwords to seal.
    pub(super) secrets: Vec<(CameraKey, Secret)>,
    /// Classes that a person has said and that become others.
    pub(super) classes: Vec<ClassChange>,
}

/// Cameras as they are registered.
pub(super) type Known = HashMap<CameraKey, Arc<RegisteredCamera>>;

/// Whether whoever brings a table may register cameras in a township.
pub type Yours = Box<dyn Fn(&TownshipId) -> bool + Send>;

/// Compares a table with the register. A line of a township that is not `yours` is a fault before anything is compared.
///
/// # Errors
/// When the bytes are no table at all.
pub(super) fn plan(bytes: &[u8], known: &Known, rules: Rules<'_>, yours: &Yours) -> Result<Plan, SheetError> {
    let table = table::read(bytes)?;
    let mut plan = Plan::default();
    for (column, wrong) in table.faults {
        plan.outcome.faults.push(1, column, RowWrong::Sheet(wrong));
    }
    let mut lines: HashMap<CameraKey, u64> = HashMap::new();
    for line in table.lines {
        plan.outcome.rows += 1;
        plan.take(line, known, rules, yours, &mut lines);
    }
    Ok(plan)
}

impl Plan {
    fn take(
        &mut self,
        line: Line<Column>,
        known: &Known,
        rules: Rules<'_>,
        yours: &Yours,
        lines: &mut HashMap<CameraKey, u64>,
    ) {
        let Line { number, cells } = line;
        let mut cells = match cells {
            Ok(cells) => cells,
            Err(wrong) => return self.outcome.faults.push(number, "", RowWrong::Sheet(wrong)),
        };
        let password = cells.remove(&Column::Password).filter(|password| !password.is_empty());
        if township(&cells).is_some_and(|township| !yours(&township)) {
            return self.outcome.faults.push(number, Field::Township.name(), RowWrong::Field(Wrong::NotYours));
        }
        let before = key(&cells).and_then(|key| known.get(&key));
        let mut draft = before.map_or_else(Draft::default, |row| Draft::from(&row.camera));
        // In the order of the fields: a confirmation after the class that it confirms.
        for (column, text) in cells {
            if let Column::Field(field) = column {
                draft.set(field, text);
            }
        }
        if let Some(key) = draft_key(&draft) {
            rules.keep_class(&mut draft, &key, before.map(|row| &row.camera));
        }
        let faults = self.outcome.faults.count();
        let camera = check::camera(&draft);
        if let Err(faults) = &camera {
            for fault in faults {
                self.outcome.faults.push(number, fault.field.name(), RowWrong::Field(fault.wrong.clone()));
            }
        }
        if let Some(first) = draft_key(&draft).and_then(|key| lines.insert(key, number)) {
            self.outcome.faults.push(number, Field::Camera.name(), RowWrong::Field(Wrong::Repeated(first)));
        }
        if let Ok(camera) = &camera {
            let before = before.map(|row| &row.camera);
            for fault in rules.refuses(camera, before) {
                self.outcome.faults.push(number, fault.field.name(), RowWrong::Field(fault.wrong));
            }
            if rules.ground.doubts(camera, before) {
                self.outcome.doubted.insert(camera.place.clone());
            }
        }
        let secret = password.and_then(|password| self.secret(number, &draft, password));
        let Ok(mut camera) = camera else { return };
        if self.outcome.faults.count() > faults {
            return;
        }
        if let Some(row) = before {
            rules.carry(&row.camera, &mut camera);
        }
        match before {
            None => self.outcome.added += 1,
            Some(row) if row.camera == camera && secret.is_none() => {
                self.outcome.unchanged += 1;
                return;
            }
            Some(_) => self.outcome.changed += 1,
        }
        if let Some((from, to)) = before.and_then(|row| class_wish::changes(&row.camera, &camera)) {
            self.classes.push((camera.key.clone(), from, to));
        }
        self.secrets.extend(secret.map(|secret| (camera.key.clone(), secret)));
        self.cameras.push(camera);
    }

    fn secret(&mut self, number: u64, draft: &Draft, password: String) -> Option<Secret> {
        let kind = draft.get(Field::Attachment);
        if kind != "onvif" {
            let kind = ["mqtt", "mapped"].into_iter().find(|known| *known == kind).unwrap_or("none");
            self.outcome.faults.push(number, "password", RowWrong::Field(Wrong::NotWith(kind)));
            return None;
        }
        let secret = Secret::new(password);
        if secret.is_none() {
            self.outcome.faults.push(number, "password", RowWrong::Password);
        }
        secret
    }
}

fn township(cells: &BTreeMap<Column, String>) -> Option<TownshipId> {
    cells.get(&Column::Field(Field::Township))?.trim().parse().ok()
}

fn key(cells: &BTreeMap<Column, String>) -> Option<CameraKey> {
    let cell = |field| cells.get(&Column::Field(field)).map(|text| text.trim());
    Some(CameraKey { township: cell(Field::Township)?.parse().ok()?, camera: cell(Field::Camera)?.parse().ok()? })
}

/// Which camera a draft is about, where it says so rightly.
pub(super) fn draft_key(draft: &Draft) -> Option<CameraKey> {
    Some(CameraKey {
        township: draft.get(Field::Township).parse().ok()?,
        camera: draft.get(Field::Camera).parse().ok()?,
    })
}
