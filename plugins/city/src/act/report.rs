//! Opens cases: from a patrol, from the hotline, from somebody in the street.

use xl_plugin::Done;
use xl_plugin::cases;
use xl_plugin::links;
use xl_plugin::settings::township;

use super::DESK;
use super::PATROLS;
use super::Pressed;
use super::Refused;
use crate::cell;
use crate::cell::Cell;
use crate::form::Fields;
use crate::ground::Point;
use crate::matter::Book;
use crate::report;
use crate::report::Data;
use crate::report::MOST_PICTURES;
use crate::report::MOST_TEXT;
use crate::report::Report;
use crate::report::Whereabouts;
use crate::report::hotline_key;
use crate::report::is_reference;
use crate::settings::Settings;
use crate::store;
use crate::text::wrong;

pub(super) fn patrol(mut pressed: Pressed) -> Result<Done, Refused> {
    let account = pressed.only(&PATROLS)?.account.clone();
    let book = Settings::read()?.book();
    let fields = &mut pressed.fields;
    // The page gave the form a number, so that a second press sends no second report.
    let token = fields.optional_text("token", 40).unwrap_or_else(|| pressed.now_ms.to_string());
    let code = matter(fields, &book);
    let report = Report {
        key: format!("patrol/{}", report::receipt(&[&account, &token])),
        source: "patrol",
        description: fields.optional_lines("description", MOST_TEXT).unwrap_or_default(),
        address: fields.optional_text("address", 200),
        whereabouts: whereabouts(fields)?,
        pictures: fields.pictures("pictures", MOST_PICTURES),
        ..Report::default()
    };
    let id = open(pressed.fields, &report, &book, &code)?;
    Ok(Done::to("case", [("case", id.as_str())]))
}

pub(super) fn hotline(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.only(&DESK)?;
    let settings = Settings::read()?;
    let book = settings.book();
    let fields = &mut pressed.fields;
    let lines: Vec<&str> = settings.hotlines.iter().map(String::as_str).collect();
    let line = fields.optional_choice("line", &lines);
    if line.is_none() {
        fields.wrong("line", &wrong::REQUIRED);
    }
    let reference = fields.text("reference", 40);
    if !reference.is_empty() && !is_reference(&reference) {
        fields.wrong("reference", &wrong::NO_REFERENCE);
    }
    let code = matter(fields, &book);
    let report = Report {
        key: hotline_key(line.as_deref().unwrap_or_default(), &reference),
        source: "hotline",
        description: fields.lines("description", MOST_TEXT),
        address: fields.optional_text("address", 200),
        whereabouts: whereabouts(fields)?,
        data: Data { line, reference: Some(reference), ..Data::default() },
        ..Report::default()
    };
    let id = open(pressed.fields, &report, &book, &code)?;
    Ok(Done::to("case", [("case", id.as_str())]))
}

/// `cell` is where the code hung that he scanned; by a public link he gets a link of his own to see how it goes on.
pub(super) fn citizen(mut pressed: Pressed, cell: Option<String>, is_public: bool) -> Result<Done, Refused> {
    let book = Settings::read()?.book();
    let here = match cell {
        Some(id) => Some((store::cell(&id)?.ok_or(Refused::NotFound)?, id)),
        None => None,
    };
    let fields = &mut pressed.fields;
    let token = fields.optional_text("token", 40).unwrap_or_default();
    let code = matter(fields, &book);
    let description = fields.lines("description", MOST_TEXT);
    let address = fields.optional_text("address", 200);
    let point = fields.position("position");
    let pictures = fields.pictures("pictures", MOST_PICTURES);
    let place = point.map(|point| point.to_string()).unwrap_or_default();
    let receipt = report::receipt(&[
        &token,
        &code,
        &description,
        address.as_deref().unwrap_or_default(),
        &place,
        &pictures.join(" "),
    ]);
    let report = Report {
        key: format!("app/{receipt}"),
        source: "app",
        description,
        address,
        whereabouts: around(point, here)?,
        pictures,
        ..Report::default()
    };
    open(pressed.fields, &report, &book, &code)?;
    let query = [("receipt", receipt.as_str())];
    if is_public {
        // Without a link of his own he is thanked on the page where he is.
        links::issue("report", query).ok();
    }
    Ok(Done::to("report", query))
}

/// Where he stands counts; without that, or outside of all cells, where the code hung.
fn around(point: Option<Point>, here: Option<(Cell, String)>) -> Result<Whereabouts, Refused> {
    let found = Whereabouts::find(None, None, point)?;
    match here {
        Some((cell, id)) if found.cell.is_none() => {
            Ok(Whereabouts { point, ..Whereabouts::find(Some((id, cell)), None, None)? })
        }
        _ => Ok(found),
    }
}

fn matter(fields: &mut Fields, book: &Book) -> String {
    let code = fields.text("matter", 32);
    if !code.is_empty() && book.get(&code).is_none() {
        fields.wrong("matter", &wrong::NO_CHOICE);
    }
    code
}

fn whereabouts(fields: &mut Fields) -> Result<Whereabouts, Refused> {
    let point = fields.position("position");
    let township = township();
    let place = fields.optional_text("place", 12);
    if place.as_ref().is_some_and(|place| !cell::is_place(place, &township)) {
        fields.wrong_with("place", &wrong::NO_PLACE, &[("township", &township)]);
        return Ok(Whereabouts::default());
    }
    let named = fields.optional_text("cell", 32);
    let cell = match &named {
        Some(id) => store::cell(id)?.map(|cell| (id.clone(), cell)),
        None => None,
    };
    if named.is_some() && cell.is_none() {
        fields.wrong("cell", &wrong::NO_CELL);
        return Ok(Whereabouts::default());
    }
    Ok(Whereabouts::find(cell, place, point)?)
}

fn open(fields: Fields, report: &Report, book: &Book, code: &str) -> Result<String, Refused> {
    fields.checked()?;
    let matter = book.get(code).ok_or(Refused::NotFound)?;
    Ok(cases::open(&report.draft(matter))?)
}
