//! What programs send: a list of grid cells, a case of the hotline's own system, a report of the county's app.

use xl_plugin::CallsError;
use xl_plugin::FormErrors;
use xl_plugin::calls::Request;
use xl_plugin::calls::Response;
use xl_plugin::viewer;

use crate::act::ADMINS;
use crate::act::DESK;
use crate::act::PATROLS;
use crate::text::wrong;

mod cells;
mod report;

/// Answers a program.
///
/// # Errors
/// With everything that is wrong with what was sent, by entry and field; nothing is changed then.
pub fn answer(request: &Request) -> Result<Response, CallsError> {
    match request.name.as_str() {
        "grid-cells" => only(&ADMINS, request).and_then(|()| cells::import(request)),
        "hotline" => only(&DESK, request).and_then(|()| report::hotline(request)),
        "report" => only(&PATROLS, request).and_then(|()| report::citizen(request)),
        _ => Err(CallsError::NotFound),
    }
}

/// Refuses unless the program's account has one of these roles.
fn only(roles: &[&str], request: &Request) -> Result<(), CallsError> {
    let may = viewer::person().is_some_and(|person| roles.iter().any(|role| person.holds(role)));
    if may { Ok(()) } else { Err(FormErrors::whole(wrong::ROLE.say(request.language())).into()) }
}
