//! What people press: each action checks everything first, then records it, then tells the township.

use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::PagesError;
use xl_plugin::Press;
use xl_plugin::day::Day;

use crate::form::Fields;
use crate::text;

pub(crate) mod complaint;
mod create;
mod life;
mod link;
mod lots;
mod recall;
mod register;
pub(crate) mod sale;
mod step;
mod trade;

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
    // A stranger behind a public link complains, and does nothing else.
    if visit.public && (visit.page.as_str(), press.action.as_str()) != ("trace", "complain") {
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
        ("batch", "test") => trade::test(pressed, &batch()?),
        ("batch", "certify") => trade::certify(pressed, &batch()?),
        ("batch", "pack") => trade::pack(pressed, &batch()?),
        ("batch", "ship") => trade::ship(pressed, &batch()?),
        ("batch", "receive") => trade::receive(pressed, &batch()?),
        ("batch", "sell") => trade::sell(pressed, &batch()?),
        ("batch", "split") => lots::split(pressed, &batch()?),
        ("batch", "mix") => lots::mix(pressed, &batch()?),
        ("batch", "correct") => lots::correct(pressed, &batch()?),
        ("batch", "recall") => recall::start(pressed, &batch()?),
        ("batch", "complain") => complaint::told(pressed, &batch()?),
        ("trace", "complain") => complaint::sent(pressed, &batch()?),
        ("batch", "issue-link") => link::issue(pressed, &batch()?),
        ("batch", "revoke-link") => link::revoke(pressed, &batch()?),
        _ => Err(Refused::NotFound),
    };
    done.map_err(|refused| refused.answer(locale))
}

/// Why nothing was done.
#[derive(Debug)]
pub(crate) enum Refused {
    /// There is no such action or batch.
    NotFound,
    /// What was filled in is wrong.
    Form(FormErrors),
    /// The host refused.
    Host(xl_plugin::Error),
}

impl Refused {
    /// What is wrong with a line of an order: field and reason.
    ///
    /// # Errors
    /// The host's refusal.
    pub(crate) fn of_line(self) -> Result<(&'static str, String), xl_plugin::Error> {
        match self {
            Self::Host(error) => Err(error),
            Self::NotFound => Ok(("lot", String::new())),
            Self::Form(errors) => match errors.fields.into_values().next() {
                Some(reason) => Ok(("quantity_kg", reason)),
                None => Ok(("lot", errors.summary.unwrap_or_default())),
            },
        }
    }

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
