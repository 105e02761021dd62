//! Reads the tables of limits, units and matters, by the names of their columns.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use xl_model::case::amount::NoAmount;
use xl_model::case::crosswalk::Crosswalk;
use xl_model::case::limit::LimitForm;
use xl_model::case::matter::Matter;
use xl_model::case::matter::MatterKind;
use xl_model::case::matter::MatterRow;
use xl_model::case::rules::Allowed;
use xl_model::case::rules::LimitRow;
use xl_model::case::rules::Limited;
use xl_model::case::unit::ResponsibleUnit;
use xl_model::case::unit::Units;
use xl_model::id::TownshipId;
use xl_model::id::UnitId;
use xl_model::people::member::Member;
use xl_model::people::reach::Reach;

pub(super) const LIMITS: &str = include_str!("../../../../config/cases/limits.csv");
pub(super) const UNITS: &str = include_str!("../../../../config/cases/units.csv");
pub(super) const MATTERS: &str = include_str!("../../../../config/cases/matters.csv");
pub(super) const CROSSWALK: &str = include_str!("../../../../config/cases/crosswalk.csv");

/// What lists of cases call the units of whoever asks: no unit has this id.
pub(crate) const MINE: &str = "mine";

/// Most rows of a table; a national code set has about 250 matters.
const MOST_ROWS: usize = 10_000;

/// A unit of one township, or of each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnitRow {
    township: Option<TownshipId>,
    id: UnitId,
    unit: ResponsibleUnit,
}

impl UnitRow {
    /// Whether it is the unit of this id, of a township at this place.
    fn is(&self, unit: &UnitId, at: &Reach) -> bool {
        self.id == *unit && self.township.as_ref().is_none_or(|of| at.covers(&of.into()))
    }
}

/// The rows of a table of limits.
pub(super) fn limits(text: &str) -> Result<Vec<LimitRow>, String> {
    rows(text, |row| {
        let amount = row.text("amount")?;
        let limited = Limited::of(row.text("timer")?).ok_or_else(|| row.not("timer"))?;
        let allowed = match amount {
            "left" => Allowed::Left,
            amount => {
                let amount =
                    amount.parse().map_err(|error: NoAmount| row.says(&format!("`{amount}` is no amount: {error}")))?;
                let form = LimitForm { amount, unit: row.text("unit")?.to_owned() };
                Allowed::Limit(form.read().map_err(|fault| row.says(&fault.en))?)
            }
        };
        Ok(LimitRow {
            township: row.township()?,
            set: row.star("set")?,
            code: row.star("code")?,
            condition: row.star("condition")?,
            limited,
            phase: row.text("phase")?.to_owned(),
            allowed,
        })
    })
}

/// The rows of a table of units.
pub(super) fn units(text: &str) -> Result<Vec<UnitRow>, String> {
    let units = rows(text, |row| {
        let above = match row.text("above")? {
            "" => None,
            above => Some(above.parse().map_err(|_| row.not("above"))?),
        };
        Ok(UnitRow {
            township: row.township()?,
            id: row.unit()?,
            unit: ResponsibleUnit { zh: row.needed("zh")?, en: row.needed("en")?, above },
        })
    })?;
    let known = |above: &UnitId| units.iter().any(|row| row.id == *above);
    match units.iter().find_map(|row| row.unit.above.as_ref().filter(|above| !known(above))) {
        Some(above) => Err(format!("`{above}` stands above a unit and is none itself")),
        None => Ok(units),
    }
}

/// The units of a township: its own, and those of each.
pub(super) fn units_of(rows: &[UnitRow], township: &TownshipId) -> Units {
    let here = rows.iter().filter(|row| row.township.as_ref().is_none_or(|of| of == township));
    Units::new(here.map(|row| (row.id.clone(), row.unit.clone())).collect::<BTreeMap<_, _>>())
}

/// Whether somebody can belong to a unit: there is one, or no table says which there are.
pub(super) fn has_unit(rows: &[UnitRow], member: &Member) -> bool {
    rows.is_empty() || rows.iter().any(|row| row.is(&member.unit, &member.reach))
}

/// These units and all that stand below one of them, in whatever township.
pub(super) fn with_below(rows: &[UnitRow], units: impl IntoIterator<Item = UnitId>) -> BTreeSet<UnitId> {
    let mut all: BTreeSet<UnitId> = units.into_iter().collect();
    loop {
        let before = all.len();
        let below = rows.iter().filter(|row| row.unit.above.as_ref().is_some_and(|above| all.contains(above)));
        let below: Vec<UnitId> = below.map(|row| row.id.clone()).collect();
        all.extend(below);
        if all.len() == before {
            return all;
        }
    }
}

/// The rows of a dictionary of matters.
pub(super) fn matters(text: &str) -> Result<Vec<MatterRow>, String> {
    rows(text, |row| {
        let kind = match row.text("kind")? {
            "event" => MatterKind::Event,
            "component" => MatterKind::Component,
            _ => return Err(row.not("kind")),
        };
        Ok(MatterRow {
            matter: Matter { set: row.needed("set")?, version: row.needed("version")?, code: row.needed("code")? },
            class: row.text("class")?.to_owned(),
            zh: row.needed("zh")?,
            en: row.text("en")?.to_owned(),
            kind,
        })
    })
}

/// A crosswalk: a column for each `set:version`, a matter for each line.
pub(super) fn crosswalk(text: &str) -> Result<Crosswalk, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?;
    let column = |name: &str| {
        let (set, version) = name.split_once(':').filter(|(set, version)| !set.is_empty() && !version.is_empty())?;
        Some((set.to_owned(), version.to_owned()))
    };
    let columns: Vec<(String, String)> = header
        .iter()
        .map(|name| {
            column(name).ok_or_else(|| format!("line 1: `{name}` is no set with its version, such as gbt30428:2013"))
        })
        .collect::<Result<_, _>>()?;
    let lines = reader.records().map(|record| record.map_err(|error| error.to_string()));
    let rows: Vec<Vec<String>> =
        lines.map(|line| Ok(line?.iter().map(str::to_owned).collect())).collect::<Result<_, String>>()?;
    if rows.len() > MOST_ROWS {
        return Err(format!("more than {MOST_ROWS} lines"));
    }
    match rows.iter().position(|row| row.len() > columns.len()) {
        Some(row) => Err(format!("line {}: more codes than the {} columns", row + 2, columns.len())),
        None => Ok(Crosswalk::new(columns, rows)),
    }
}

/// A line of a table.
struct Row<'a> {
    line: u64,
    header: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    fn text(&self, column: &str) -> Result<&'a str, String> {
        let at = self.header.iter().position(|name| name == column).ok_or_else(|| format!("no column `{column}`"))?;
        Ok(self.record.get(at).unwrap_or_default().trim())
    }

    fn needed(&self, column: &str) -> Result<String, String> {
        match self.text(column)? {
            "" => Err(self.not(column)),
            text => Ok(text.to_owned()),
        }
    }

    /// None for `*` and for nothing.
    fn star(&self, column: &str) -> Result<Option<String>, String> {
        Ok(Some(self.text(column)?).filter(|text| !matches!(*text, "" | "*")).map(str::to_owned))
    }

    /// `mine` is what people say for the units of their own.
    fn unit(&self) -> Result<UnitId, String> {
        match self.text("unit")?.parse() {
            Ok(unit) if self.text("unit")? != MINE => Ok(unit),
            _ => Err(self.not("unit")),
        }
    }

    fn township(&self) -> Result<Option<TownshipId>, String> {
        self.star("township")?.map(|text| text.parse().map_err(|_| self.not("township"))).transpose()
    }

    fn not(&self, column: &str) -> String {
        self.says(&format!("`{}` is no {column}", self.text(column).unwrap_or_default()))
    }

    fn says(&self, problem: &str) -> String {
        format!("line {}: {problem}", self.line)
    }
}

fn rows<T>(text: &str, read: impl Fn(&Row<'_>) -> Result<T, String>) -> Result<Vec<T>, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| error.to_string())?;
        let line = record.position().map_or(0, csv::Position::line);
        if rows.len() == MOST_ROWS {
            return Err(format!("more than {MOST_ROWS} lines"));
        }
        rows.push(read(&Row { line, header: &header, record: &record })?);
    }
    if rows.is_empty() { Err("no line below the names of the columns".to_owned()) } else { Ok(rows) }
}
