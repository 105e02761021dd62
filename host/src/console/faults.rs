//! The pages about fault codes.

use askama::Template;
use axum::response::Response;
use xl_model::fault::Code;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::fault_pages;
use crate::api::problem::Problem;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::markdown;

struct Entry {
    code: Code,
    title: &'static str,
}

#[derive(Template)]
#[template(path = "faults.html")]
struct FaultsHtml<'a> {
    frame: &'a Frame,
    pages: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultHtml<'a> {
    frame: &'a Frame,
    code: Code,
    title: &'static str,
    text: String,
}

/// Lists all codes.
pub(crate) async fn list(identity: Identity, frame: Frame) -> Result<Response, Problem> {
    identity.anywhere(Action::ReadManual)?;
    let pages = fault_pages::all().iter().map(|page| Entry { code: page.code, title: page.title(frame.language) });
    page(&FaultsHtml { pages: pages.collect(), frame: &frame })
}

/// Explains one.
pub(crate) async fn one(identity: Identity, frame: Frame, Path(code): Path<Code>) -> Result<Response, Problem> {
    identity.anywhere(Action::ReadManual)?;
    let fault = fault_pages::of(code).ok_or_else(|| Problem::not_there("fault code", code))?;
    let text = markdown::html(fault.section(frame.language));
    page(&FaultHtml { frame: &frame, code, title: fault.title(frame.language), text })
}
