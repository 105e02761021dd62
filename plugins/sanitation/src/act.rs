//! What people press: each action checks everything first, then records it, then tells the township.

use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::PagesError;
use xl_plugin::Press;
use xl_plugin::Visit;
use xl_plugin::viewer;
use xl_plugin::viewer::Person;
use xl_plugin::zh_en;

use crate::form::Fields;

mod camera;
mod complaint;
mod crew;
mod deduct;
mod finding;
mod place;
mod task;

/// Roles that judge the work of others: confirm, check, deduct.
const JUDGES: [&str; 4] = ["county-admin", "township-admin", "operator", "grid-member"];
/// Roles that set things up.
const PLANNERS: [&str; 3] = ["county-admin", "township-admin", "operator"];

/// Who pressed, when, and what was filled in.
struct Pressed {
    person: Person,
    locale: Locale,
    now_ms: i64,
    fields: Fields,
    visit: Visit,
}

/// Acts on a pressed button.
pub(crate) fn press(press: &Press) -> Result<Done, PagesError> {
    let visit = press.visit.clone();
    let locale = visit.language();
    if visit.public {
        return stranger(press).map_err(Refused::answer);
    }
    let Some(person) = viewer::person() else {
        let words = zh_en(locale, "请先登录。", "Please sign in first.");
        return Err(FormErrors::whole(words).into());
    };
    let (page, now_ms) = (visit.page.clone(), visit.now_ms);
    let pressed = Pressed { person, locale, now_ms, fields: Fields::new(press.fields(), locale), visit };
    let done = match (page.as_str(), press.action.as_str()) {
        ("places", "add-section") => place::section(pressed),
        ("places", "add-point") => place::point(pressed),
        ("point", "add-bin") => place::bin(pressed),
        ("point", "bin-state") => place::bin_state(pressed),
        ("point", "issue-link") => place::issue_link(pressed),
        ("point", "revoke-link") => place::revoke_link(pressed),
        ("crew", "add-vehicle") => crew::vehicle(pressed),
        ("crew", "add-route") => crew::route(pressed),
        ("crew", "add-plan") => crew::plan(pressed),
        ("crew", "add-roster") => crew::roster(pressed),
        ("crew", "stop") => crew::stop(pressed),
        ("mine", "clock-in") => crew::clock_in(pressed),
        ("task", "start") => task::start(pressed),
        ("task", "done") => task::done(pressed),
        ("task", "check") => task::check(pressed),
        ("task", "deduct") => deduct::for_task(pressed),
        ("finding", "confirm") => finding::confirm(pressed),
        ("finding", "dismiss") => finding::dismiss(pressed),
        ("finding", "deduct") => deduct::for_finding(pressed),
        ("camera", "mark-clean") => camera::mark_clean(pressed),
        ("camera", "drop-view") => camera::drop_view(pressed),
        ("camera", "unmute") => camera::unmute(pressed),
        ("complaints", "complain") => complaint::take(pressed),
        ("complaint", "answer") => complaint::answer(pressed),
        ("figures", "costs") => deduct::costs(pressed),
        _ => Err(Refused::NotFound),
    };
    done.map_err(Refused::answer)
}

/// A stranger behind a public link complains about the point of the page, and does nothing else.
fn stranger(press: &Press) -> Result<Done, Refused> {
    let visit = &press.visit;
    match (visit.page.as_str(), press.action.as_str()) {
        ("public", "complain") => {
            let point = visit.query_value("point").ok_or(Refused::NotFound)?;
            complaint::sent(Fields::new(press.fields(), visit.language()), point, visit.now_ms)
        }
        _ => Err(Refused::NotFound),
    }
}

/// Why nothing was done.
enum Refused {
    /// There is no such action or record.
    NotFound,
    /// What was filled in is wrong, or he may not.
    Form(FormErrors),
    /// The host refused.
    Host(xl_plugin::Error),
}

impl Refused {
    fn answer(self) -> PagesError {
        match self {
            Self::NotFound => PagesError::NotFound,
            Self::Host(error) => error.into(),
            Self::Form(errors) => errors.into(),
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

impl Pressed {
    fn key(&self, name: &str) -> Result<String, Refused> {
        self.visit.query_value(name).ok_or(Refused::NotFound)
    }

    fn refuse(&self, zh: &str, en: &str) -> Refused {
        FormErrors::whole(zh_en(self.locale, zh, en)).into()
    }

    /// Who judges the work of others.
    fn judge(&self) -> Result<(), Refused> {
        self.one_of(&JUDGES)
    }

    /// Who sets things up.
    fn planner(&self) -> Result<(), Refused> {
        self.one_of(&PLANNERS)
    }

    fn one_of(&self, roles: &[&str]) -> Result<(), Refused> {
        if roles.iter().any(|role| self.person.holds(role)) {
            return Ok(());
        }
        Err(self.refuse("您的角色不能进行此操作。", "Your role may not do this."))
    }
}
