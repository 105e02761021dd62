//! `[cases]`: how long what may take, when it is worked, which units and matters there are.
//!
//! Tables lie in files; those of `config/cases` are built in. [`Cases::rules`] gives what holds in one township.

mod calendar;
mod tables;

use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use xl_model::case::Rules;
use xl_model::case::matter::Matters;
use xl_model::case::rules::LimitRow;
use xl_model::case::rules::Limits;
use xl_model::id::TownshipId;
use xl_model::id::UnitId;
use xl_model::people::member::Member;
use xl_model::work_calendar::OfficeHours;
use xl_model::work_calendar::WorkCalendar;
use xl_model::work_calendar::WorkDayEnd;
use xl_model::work_calendar::YearDays;

pub(crate) use self::tables::MINE;
use self::tables::UnitRow;
use super::Section;

const ENDS: [(&str, WorkDayEnd); 2] = [("close_of_day", WorkDayEnd::CloseOfDay), ("same_clock", WorkDayEnd::SameClock)];

/// What the cases of all townships go by.
#[derive(Debug, Clone, PartialEq)]
pub struct Cases {
    limits: Vec<LimitRow>,
    units: Vec<UnitRow>,
    matters: Arc<Matters>,
    years: Vec<YearDays>,
    worked: Worked,
    own: Vec<(TownshipId, Worked)>,
}

/// When a township works.
#[derive(Debug, Clone, PartialEq)]
struct Worked {
    hours: OfficeHours,
    end: WorkDayEnd,
}

impl Cases {
    pub(super) fn read(mut section: Section<'_>) -> Self {
        let limits = table(&mut section, "limits_file", tables::LIMITS, tables::limits);
        let units = table(&mut section, "units_file", tables::UNITS, tables::units);
        let matters = table(&mut section, "matters_file", tables::MATTERS, tables::matters);
        let matters = with_crosswalk(&mut section, Matters::new(matters));
        let years = years(&mut section);
        let worked = worked(&mut section, &Worked { hours: OfficeHours::default(), end: WorkDayEnd::default() });
        let mut own = Vec::new();
        for mut township in section.sections("township") {
            let code: Option<TownshipId> = township.optional("code", "nine digits of a township");
            let own_worked = self::worked(&mut township, &worked);
            match code {
                Some(code) => own.push((code, own_worked)),
                None if !township.has("code") => township.wrong("code", "is missing", "nine digits of a township"),
                None => {}
            }
            township.finish();
        }
        let cases = Self { limits, units, matters: Arc::new(matters), years, worked, own };
        if let Some(problem) = cases.wrong() {
            section.wrong("limits_file", problem, "a table like config/cases/limits.csv");
        }
        section.finish();
        cases
    }

    /// What holds in a township.
    pub fn rules(&self, township: &TownshipId) -> Rules {
        let worked = self.own.iter().find(|(code, _)| code == township).map_or(&self.worked, |(_, worked)| worked);
        let plain = Rules::plain();
        Rules {
            // A table that cannot be meant was refused with the configuration.
            limits: Limits::new(self.limits.iter().cloned(), township).unwrap_or(plain.limits),
            calendar: WorkCalendar::new(worked.hours.clone(), self.years.iter().cloned(), worked.end),
            units: tables::units_of(&self.units, township),
            matters: self.matters.as_ref().clone(),
        }
    }

    /// What a case can be about, in all versions.
    pub fn matters(&self) -> &Arc<Matters> {
        &self.matters
    }

    /// Whether somebody can belong to this unit.
    pub fn has_unit(&self, member: &Member) -> bool {
        tables::has_unit(&self.units, member)
    }

    /// These units and all below them, in whatever township they stand below them.
    pub fn with_below(&self, units: impl IntoIterator<Item = UnitId>) -> BTreeSet<UnitId> {
        tables::with_below(&self.units, units)
    }

    fn wrong(&self) -> Option<String> {
        let named = self.limits.iter().filter_map(|row| row.township.clone());
        // No township has this code: what holds where no row names the township.
        let nowhere: Option<TownshipId> = "000000000".parse().ok();
        named
            .chain(nowhere)
            .find_map(|township| Limits::new(self.limits.iter().cloned(), &township).err())
            .map(|e| e.to_string())
    }
}

/// The matters with their crosswalk, and with the set under which cases are filed.
fn with_crosswalk(section: &mut Section<'_>, matters: Matters) -> Matters {
    let is_named = section.has("crosswalk_file");
    let crosswalk = file(section, "crosswalk_file", tables::CROSSWALK, tables::crosswalk).unwrap_or_default();
    // The one that is built in may speak of sets that a county's own table of matters does not have.
    let unknown = crosswalk.matters().find(|(_, matter)| is_named && matters.find(matter).is_none());
    if let Some((row, matter)) = unknown {
        let problem = format!("line {}: no matter has the code `{}` of `{}`", row + 2, matter.code, matter.set);
        section.wrong("crosswalk_file", problem, "codes of the table of matters");
    }
    let filed_under: Option<String> = section.optional("file_under", "a set of the table of matters");
    if let Some(set) = filed_under.as_deref().filter(|set| matters.in_force(set).is_none()) {
        let problem = format!("no matter is of the set `{set}`");
        section.wrong("file_under", problem, "a set of the table of matters");
    }
    matters.with(crosswalk, filed_under)
}

/// The rows of a table: of the file that is named, else of the one that is built in.
fn table<T>(
    section: &mut Section<'_>,
    key: &'static str,
    shipped: &str,
    read: fn(&str) -> Result<Vec<T>, String>,
) -> Vec<T> {
    file(section, key, shipped, read).unwrap_or_default()
}

/// What a file says, or the one that is built in; what is wrong with it is said, and the built-in one stands in for it.
fn file<T>(
    section: &mut Section<'_>,
    key: &'static str,
    shipped: &str,
    read: fn(&str) -> Result<T, String>,
) -> Option<T> {
    let file = section.file(key);
    let read_file = match file.filter(|_| section.checks_files()) {
        None => read(shipped),
        // That it cannot be read has been said.
        Some(file) => std::fs::read_to_string(file).map_or_else(|_| read(shipped), |text| read(&text)),
    };
    read_file
        .map_err(|problem| section.wrong(key, problem, "a table like the one of this name in config/cases"))
        .or_else(|()| read(shipped))
        .ok()
}

fn years(section: &mut Section<'_>) -> Vec<YearDays> {
    let files: Vec<PathBuf> =
        section.list("calendar_files", Vec::new(), "paths of files like config/cases/calendar/2026.toml");
    let mut years = calendar::shipped();
    for file in files.iter().filter(|_| section.checks_files()) {
        match year(file) {
            Ok(year) => {
                years.retain(|other| other.year != year.year);
                years.push(year);
            }
            Err(problem) => section.wrong("calendar_files", problem, "files like config/cases/calendar/2026.toml"),
        }
    }
    years
}

fn year(file: &Path) -> Result<YearDays, String> {
    let said = |problem: String| format!("`{}`: {problem}", file.display());
    let text = std::fs::read_to_string(file).map_err(|error| said(error.to_string()))?;
    calendar::year(&text).map_err(said)
}

fn worked(section: &mut Section<'_>, default: &Worked) -> Worked {
    let chosen = section.choice("work_day_ends", &ENDS);
    let end = if section.has("work_day_ends") { chosen } else { default.end };
    let days: Vec<String> = section.list("office_hours", Vec::new(), HOURS);
    let hours = match days.as_slice() {
        [] => default.hours.clone(),
        days => calendar::hours(days).unwrap_or_else(|problem| {
            section.wrong("office_hours", problem, HOURS);
            default.hours.clone()
        }),
    };
    Worked { hours, end }
}

const HOURS: &str = "seven texts, Monday first, such as \"09:00-12:00 13:00-17:00\"; empty: not worked";

#[cfg(test)]
mod tests;
