//! What people press: each action checks everything first, then records it, then tells the township.
//!
//! Every action needs a person ([`crate::person`]); each that concerns a household closes his open looks at its file.

use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::Locale;
use xl_plugin::PagesError;
use xl_plugin::Press;
use xl_plugin::day::Day;

use crate::count::Counter;
use crate::erase;
use crate::form::Fields;
use crate::household::Household;
use crate::person::Person;
use crate::store;
use crate::tally;
use crate::text;
use crate::text::Phrase;
use crate::text::names;

mod clearance;
mod clue;
mod consent;
mod grievance;
mod help;
mod look;
mod money;
mod notice;
mod project;
mod register;
mod visit;
mod warning;

pub use help::Workload;
pub use look::settle_idle;
pub use notice::take_down;
pub use visit::SECURE;
pub use visit::missed as missed_visit;
pub use warning::raise;

/// Roles that work on files.
const WORKERS: [&str; 3] = ["grid-member", "handler", "township-admin"];

/// Who pressed, when, and what was filled in.
struct Pressed {
    locale: Locale,
    now_ms: i64,
    today: Day,
    person: Person,
    fields: Fields,
    counter: Counter,
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
    let today = Day::at(visit.now_ms);
    let Some(person) = Person::of_call() else {
        return Err(FormErrors::whole(text::NO_PERSON.say(locale)).into());
    };
    let fields = Fields::new(press.fields(), locale, today);
    let mut pressed = Pressed { locale, now_ms: visit.now_ms, today, person, fields, counter: Counter::default() };
    let done = route(press, &mut pressed).and_then(|done| {
        pressed.counter.write()?;
        Ok(done)
    });
    done.map_err(|refused| refused.answer(locale))
}

fn route(press: &Press, pressed: &mut Pressed) -> Result<Done, Refused> {
    let of = |name: &str| press.visit.query_value(name).ok_or(Refused::NotFound);
    match (press.visit.page.as_str(), press.action.as_str()) {
        ("register", "register") => register::create(pressed),
        ("register", "update") => register::update(pressed, &of("household")?),
        ("household", "show") => look::show(pressed, &of("household")?),
        ("household", "consent") => consent::give(pressed, &of("household")?),
        ("household", "withdraw") => consent::withdraw(pressed, &of("household")?),
        ("household", "open-clue") => clue::open(pressed, &of("household")?),
        ("household", "income") => money::income(pressed, &of("household")?),
        ("household", "measure") => help::measure(pressed, &of("household")?),
        ("household", "judge") => help::judge(pressed, &of("household")?),
        ("household", "helper") => help::assign(pressed, &of("household")?),
        ("household", "propose-clearing") => clearance::propose(pressed, &of("household")?),
        ("household", "decide-clearing") => clearance::decide(pressed, &of("household")?),
        ("household", "grievance") => grievance::receive(pressed, &of("household")?),
        ("visit", "visit") => visit::record(pressed, &of("household")?),
        ("clue", "go-on") => clue::go_on(pressed, &of("clue")?),
        ("clue", "reject") => clue::reject(pressed, &of("clue")?),
        ("clue", "take-down") => notice::press_take_down(pressed, &of("clue")?),
        ("draft", "publish") => notice::publish(pressed, &of("clue")?),
        ("warning", "open-clue") => warning::open_clue(pressed, &of("warning")?),
        ("warning", "dismiss") => warning::dismiss(pressed, &of("warning")?),
        ("projects", "create") => project::create(pressed),
        ("project", "camera") => project::camera(pressed, &of("project")?),
        ("project", "unlink-camera") => project::unlink(pressed, &of("project")?),
        ("project", "stage") => project::stage(pressed, &of("project")?),
        ("project", "inspect") => project::inspect(pressed, &of("project")?),
        ("project", "output") => project::output(pressed, &of("project")?),
        ("project", "share") => project::share(pressed, &of("project")?),
        ("grievance", "answer") => grievance::answer(pressed, &of("grievance")?),
        _ => Err(Refused::NotFound),
    }
}

impl Pressed {
    /// Refuses whoever holds none of these roles.
    fn takes<R: AsRef<str>>(&self, roles: &[R]) -> Result<(), Refused> {
        if self.person.holds_any(roles) {
            return Ok(());
        }
        let roles = names::roles(roles, self.locale);
        Err(self.refuse(text::NO_ROLE.fill(self.locale, &[("roles", &roles)])))
    }

    /// What is wrong as a whole.
    fn refuse(&self, reason: impl Into<String>) -> Refused {
        Refused::Form(FormErrors::whole(reason))
    }

    /// The same for a text without words to fill in.
    fn refuse_as(&self, phrase: &Phrase) -> Refused {
        self.refuse(phrase.say(self.locale))
    }

    /// A household that must be there.
    fn household(&self, key: &str) -> Result<Household, Refused> {
        store::household(key)?.ok_or(Refused::NotFound)
    }

    /// Writes a household with its tallies, and takes note that an action followed its looks.
    fn save(&mut self, key: &str, before: Option<&Household>, after: &Household) -> Result<(), Refused> {
        let quiet_since = erase::may_erase(after).then_some(self.today);
        store::put(store::HOUSEHOLDS, key, &Household { quiet_since, ..after.clone() })?;
        tally::household(before, after, self.today, &mut self.counter)?;
        self.followed(key)
    }

    /// An action followed what this person looked at.
    fn followed(&mut self, household: &str) -> Result<(), Refused> {
        look::follow(household, &self.person.account, self.today, &mut self.counter)
    }

    /// A free key that begins with `of` and the time, so that it sorts by it.
    fn timed(&self, collection: &str, of: &str) -> Result<String, Refused> {
        let mut ms = self.now_ms.max(0);
        loop {
            let key = format!("{of}/{ms:013}");
            if store::get::<serde_json::Value>(collection, &key)?.is_none() {
                return Ok(key);
            }
            // Two buttons in the same millisecond: the second one keeps its record too.
            ms += 1;
        }
    }
}

/// Why nothing was done.
#[derive(Debug)]
enum Refused {
    /// There is no such action or record.
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

fn to_household(key: &str) -> Done {
    Done::to("household", [("household", key)])
}
