//! How a complaint goes on, for who has its link: number, product, stage. No person, no unit, not what was written.

use serde::Deserialize;
use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::cases;
use xl_plugin::cases::Case;
use xl_plugin::page::Pair;
use xl_plugin::page::Step;
use xl_plugin::page::StepState;
use xl_plugin::page::Tone;

use super::minute;
use crate::act::complaint::KEYS;
use crate::store;
use crate::text::trade;

#[derive(Deserialize)]
struct About {
    batch: String,
}

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let id = visit.query_value("case").ok_or(PagesError::NotFound)?;
    let case = cases::get(&id).map_err(|_| PagesError::NotFound)?;
    if !case.key.starts_with(KEYS) {
        return Err(PagesError::NotFound);
    }
    let about: About = serde_json::from_str(&case.data).map_err(|_| PagesError::NotFound)?;
    let product = store::batch(&about.batch)?.map(|batch| batch.name()).unwrap_or_default();
    let page = Page::new(trade::COMPLAINT_PAGE.say(locale)).steps(steps(&case, locale)).detail([
        Pair::new(trade::COMPLAINT_NUMBER.say(locale), &case.id),
        Pair::new(trade::COMPLAINT_ABOUT.say(locale), format!("{product} {}", about.batch)),
        Pair::new(trade::COMPLAINT_TAKEN.say(locale), minute(case.opened_ms)),
    ]);
    Ok(match case.stage.as_str() {
        "rejected" => page.banner(Tone::Warn, refusal(&case, locale)?),
        "voided" => page.banner(Tone::Warn, trade::COMPLAINT_VOIDED.say(locale)),
        _ => page,
    })
}

/// Whoever complains is told why it was not taken up.
fn refusal(case: &Case, locale: Locale) -> Result<String, PagesError> {
    let past = cases::history(&case.id)?;
    let reason = past.iter().rev().find(|past| past.name == "reject").and_then(|past| past.note.as_deref());
    Ok(trade::COMPLAINT_REJECTED.fill(locale, &[("reason", reason.unwrap_or_default())]))
}

fn steps(case: &Case, locale: Locale) -> Vec<Step> {
    let state = |is_over: bool| if is_over { StepState::Done } else { StepState::Current };
    let (open, new) = (case.is_open(), case.stage == "reported");
    let step = |label: &str, state| Step { label: label.to_owned(), state };
    vec![
        step(trade::COMPLAINT_TAKEN.say(locale), state(!new)),
        step(trade::COMPLAINT_HANDLED.say(locale), if new { StepState::Open } else { state(!open) }),
        step(trade::COMPLAINT_ENDED.say(locale), if open { StepState::Open } else { StepState::Done }),
    ]
}
