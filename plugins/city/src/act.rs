//! What people press: each action checks everything first, then asks the host.

use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::PagesError;
use xl_plugin::Press;
use xl_plugin::viewer;
use xl_plugin::viewer::Person;

use crate::form::Fields;
use crate::text::Phrase;
use crate::text::wrong;

mod cell;
mod link;
mod report;
mod step;

/// Who looks after the grid and the public links.
pub const ADMINS: [&str; 2] = ["township-admin", "county-admin"];

/// Who takes what the hotline transfers.
pub const DESK: [&str; 3] = ["operator", "township-admin", "county-admin"];

/// Who reports what he sees on his round.
pub const PATROLS: [&str; 4] = ["grid-member", "operator", "township-admin", "county-admin"];

/// Who pressed, when, and what was filled in.
struct Pressed {
    now_ms: i64,
    fields: Fields,
    person: Option<Person>,
}

impl Pressed {
    /// Refuses unless somebody with one of these roles is signed in.
    fn only(&self, roles: &[&str]) -> Result<&Person, Refused> {
        let locale = self.fields.locale();
        let person = self.person.as_ref().ok_or_else(|| whole(&wrong::SIGN_IN, locale))?;
        match roles.iter().any(|role| person.holds(role)) {
            true => Ok(person),
            false => Err(whole(&wrong::ROLE, locale)),
        }
    }
}

/// Acts on a pressed button.
///
/// # Errors
/// With everything that was filled in wrongly, in the viewer's language; nothing is changed then.
pub fn press(press: &Press) -> Result<Done, PagesError> {
    let visit = &press.visit;
    let locale = visit.language();
    let person = if visit.public { None } else { viewer::person() };
    let pressed = Pressed { now_ms: visit.now_ms, fields: Fields::new(press.fields(), locale), person };
    let named = |name: &str| visit.query_value(name).ok_or(PagesError::NotFound);
    let done = match (visit.page.as_str(), press.action.as_str()) {
        ("report", "report") => report::citizen(pressed, visit.query_value("cell"), visit.public),
        // A stranger behind a public link reports, and does nothing else.
        _ if visit.public => Err(Refused::NotFound),
        ("patrol", "report") => report::patrol(pressed),
        ("hotline", "report") => report::hotline(pressed),
        ("case", step) => step::make(pressed, &named("case")?, step),
        ("cell", "save-cell") => cell::save(pressed, visit.query_value("cell")),
        ("cell", "remove-cell") => cell::remove(pressed, &named("cell")?),
        ("link", "open-link") => link::open(pressed, None),
        ("link", "close-link") => link::close(pressed, None),
        ("cell", "open-link") => link::open(pressed, Some(&named("cell")?)),
        ("cell", "close-link") => link::close(pressed, Some(&named("cell")?)),
        _ => Err(Refused::NotFound),
    };
    done.map_err(|refused| refused.answer(locale))
}

/// Why nothing was done.
enum Refused {
    /// There is no such action, case or cell.
    NotFound,
    /// What was filled in is wrong.
    Form(FormErrors),
    /// The host refused.
    Host(xl_plugin::Error),
}

impl Refused {
    fn answer(self, locale: Locale) -> PagesError {
        match self {
            Self::NotFound => PagesError::NotFound,
            Self::Host(error) => error.into(),
            Self::Form(mut errors) => {
                errors.summary.get_or_insert_with(|| wrong::NOT_SAVED.say(locale).to_owned());
                errors.into()
            }
        }
    }
}

fn whole(phrase: &Phrase, locale: Locale) -> Refused {
    FormErrors::whole(phrase.say(locale)).into()
}

impl From<FormErrors> for Refused {
    fn from(errors: FormErrors) -> Self {
        Self::Form(errors)
    }
}

impl From<xl_plugin::Error> for Refused {
    fn from(error: xl_plugin::Error) -> Self {
        Self::Host(error)
    }
}
