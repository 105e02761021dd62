//! Draws the pages; nothing is changed here.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::viewer;
use xl_plugin::viewer::Person;

mod board;
mod case;
mod cell;
mod cells;
mod evaluation;
mod heat;
mod hotline;
mod inputs;
mod link;
mod month;
mod overdue;
mod patrol;
mod report;
mod shared;
mod sightings;
mod work;

/// Who looks at what.
struct View<'a> {
    visit: &'a Visit,
    locale: Locale,
    person: Option<Person>,
}

impl View<'_> {
    /// A value of the query.
    fn query(&self, name: &str) -> Option<String> {
        self.visit.query_value(name)
    }

    /// The roles of the person; none where nobody is signed in.
    fn roles(&self) -> &[String] {
        self.person.as_ref().map_or(&[], |person| &person.roles)
    }

    /// Whether the person has one of these roles.
    fn is_one_of(&self, roles: &[&str]) -> bool {
        self.person.as_ref().is_some_and(|person| roles.iter().any(|role| person.holds(role)))
    }
}

/// Draws a page.
///
/// # Errors
/// `NotFound` for an unknown page, and for all but the report page when a public link opens it.
pub fn draw(visit: &Visit) -> Result<Page, PagesError> {
    let person = if visit.public { None } else { viewer::person() };
    let view = View { visit, locale: visit.language(), person };
    match visit.page.as_str() {
        "report" => report::draw(&view),
        _ if visit.public => Err(PagesError::NotFound),
        "work" => work::draw(&view),
        "case" => case::draw(&view),
        "patrol" => patrol::draw(&view),
        "hotline" => hotline::draw(&view),
        "dispatch" => board::draw(&view),
        "overdue" => overdue::draw(&view),
        "heat" => heat::draw(&view),
        "evaluation" => evaluation::draw(&view),
        "cells" => cells::draw(&view),
        "cell" => cell::draw(&view),
        "sightings" => sightings::draw(&view),
        "link" => link::draw(&view),
        _ => Err(PagesError::NotFound),
    }
}
