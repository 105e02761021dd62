//! What people press: each action checks everything first, then records it, then tells the township.

use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::PagesError;
use xl_plugin::Press;
use xl_plugin::day::Day;

use crate::form::Fields;
use crate::text;

mod create;
mod life;
mod link;
mod register;

/// Most records that people make about one batch: each fills some lines of a page, which holds 256 KiB.
const MOST_RECORDED: usize = 100;

/// Who pressed, when, and what was filled in.
struct Pressed {
    locale: Locale,
    now_ms: i64,
    fields: Fields,
}

/// Acts on a pressed button.
///
/// # Errors
/// With everything that was filled in wrongly, in the viewer's language; nothing is changed then.
pub fn press(press: &Press) -> Result<Done, PagesError> {
    let visit = &press.visit;
    if visit.public {
        return Err(PagesError::NotFound);
    }
    let locale = visit.language();
    let pressed =
        Pressed { locale, now_ms: visit.now_ms, fields: Fields::new(press.fields(), locale, Day::at(visit.now_ms)) };
    let batch = || visit.query_value("batch").ok_or(PagesError::NotFound);
    let done = match (visit.page.as_str(), press.action.as_str()) {
        ("site", "register-site") => register::site(pressed),
        ("new-batch", "create-batch") => create::batch(pressed),
        ("batch", "plant") => life::plant(pressed, &batch()?),
        ("batch", "use-input") => life::use_input(pressed, &batch()?),
        ("batch", "harvest") => life::harvest(pressed, &batch()?),
        ("batch", "issue-link") => link::issue(pressed, &batch()?),
        ("batch", "revoke-link") => link::revoke(pressed, &batch()?),
        _ => Err(Refused::NotFound),
    };
    done.map_err(|refused| refused.answer(locale))
}

/// Why nothing was done.
enum Refused {
    /// There is no such action or batch.
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
                errors.summary.get_or_insert_with(|| text::NOT_SAVED.say(locale).to_owned());
                errors.into()
            }
        }
    }
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
