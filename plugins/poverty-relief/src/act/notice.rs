//! Publishes a clue's one notice after its proof, and takes it down.

use xl_plugin::Done;
use xl_plugin::FormErrors;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::links;
use xl_plugin::links::LinksError;

use super::Pressed;
use super::Refused;
use super::clue::to_clue;
use crate::clock;
use crate::count::Counter;
use crate::count::Kpi;
use crate::notice;
use crate::notice::DownWhy;
use crate::notice::Notice;
use crate::notice::Shown;
use crate::procedure::Procedure;
use crate::procedure::State;
use crate::settings::Settings;
use crate::store;
use crate::tally;
use crate::text;
use crate::text::names;

pub(super) fn publish(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let mut clue = store::clue(key)?.ok_or(Refused::NotFound)?;
    let procedure = Procedure::version(clue.procedure).ok_or(Refused::NotFound)?;
    if clue.notice.is_some() {
        return Err(super::clue::refused(pressed, &crate::clue::Refusal::SecondNotice));
    }
    if procedure.next(clue.state).map(|step| step.to) != Some(State::Noticed) {
        return Err(super::clue::refused(pressed, &crate::clue::Refusal::State(clue.state)));
    }
    if !pressed.fields.ticked("checked") {
        pressed.fields.wrong("checked", &text::REQUIRED);
    }
    pressed.fields.checked()?;
    let one = pressed.household(&clue.household)?;
    let settings = Settings::read()?;
    let shown = Shown::of(&one, &store::sealed(&clue.household)?);
    let words = [("posted_by", settings.posted_by.as_str()), ("objections_to", settings.objections_to.as_str())];
    let proof = notice::prove(&shown, &words, pressed.now_ms).map_err(|found| not_redacted(pressed, &found))?;

    let before = clue.state;
    super::clue::advance(pressed, key, &mut clue, &procedure, None)?;
    let notice_key = store::next_key(store::NOTICES, 'n')?;
    let until = clock::notice_until(pressed.today, procedure.notice_days);
    let notice = Notice {
        clue: key.to_owned(),
        household: clue.household.clone(),
        shown,
        posted_by: settings.posted_by,
        objections_to: settings.objections_to,
        posted: pressed.today,
        until,
        up: Some(until),
        down: None,
        down_why: None,
        down_words: None,
        down_by: None,
        link: Some(links::issue("notice", [("notice", notice_key.as_str())])?),
        proof: Some(proof),
    };
    store::put(store::NOTICES, &notice_key, &notice)?;
    clue.notice = Some(notice_key.clone());
    store::put(store::CLUES, key, &clue)?;
    tally::clue(&clue.place, Some(before), clue.state, pressed.today)?;
    pressed.save(&clue.household, Some(&one), &one)?;
    let data = serde_json::json!({
        "notice": notice_key, "clue": key, "household": clue.household, "place": clue.place, "until": until,
    });
    Publish::new("relief.notice.published").subject(&notice_key).data(&data).send()?;
    Ok(to_clue(key))
}

fn not_redacted(pressed: &Pressed, found: &[(String, crate::scan::Leak)]) -> Refused {
    let locale = pressed.locale;
    let say = |(field, leak): &(String, crate::scan::Leak)| {
        let words = [("field", names::part(field, locale)), ("what", text::leak(*leak).say(locale))];
        text::NOT_REDACTED.fill(locale, &words)
    };
    Refused::Form(FormErrors::whole(found.iter().map(say).collect::<Vec<_>>().join("\n")))
}

pub(super) fn press_take_down(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let clue = store::clue(key)?.ok_or(Refused::NotFound)?;
    let procedure = Procedure::version(clue.procedure).ok_or(Refused::NotFound)?;
    let step = procedure.step("notice").ok_or(Refused::NotFound)?;
    pressed.takes(&step.roles)?;
    let notice_key = clue.notice.clone().ok_or(Refused::NotFound)?;
    let notice = store::notice(&notice_key)?.filter(|notice| notice.down.is_none()).ok_or(Refused::NotFound)?;
    let reason = pressed.fields.optional_text("reason", 100);
    if reason.is_none() && pressed.today < notice.until {
        pressed.fields.wrong("reason", &text::EARLY_REASON);
    }
    pressed.fields.checked()?;
    let notice = Notice { down_by: Some(pressed.person.account.clone()), down_words: reason, ..notice };
    take_down(&notice_key, notice, DownWhy::Taken, pressed.today, &mut pressed.counter)?;
    pressed.followed(&clue.household)?;
    Ok(to_clue(key))
}

/// Takes a notice down, closes its link and counts whether it complied.
///
/// # Errors
/// When the host refuses a read or a write.
pub fn take_down(
    key: &str,
    notice: Notice,
    why: DownWhy,
    today: Day,
    counter: &mut Counter,
) -> Result<(), xl_plugin::Error> {
    if let Some(code) = &notice.link {
        match links::revoke(code) {
            // An admin closed it before: closed is closed.
            Ok(()) | Err(xl_plugin::Error::Links(LinksError::NotFound)) => {}
            Err(error) => return Err(error),
        }
    }
    let days = store::clue(&notice.clue)?.and_then(|clue| Procedure::version(clue.procedure));
    let days = days.map_or(0, |procedure| procedure.notice_days);
    let down = Notice { up: None, down: Some(today), down_why: Some(why), link: None, ..notice };
    counter.add(Kpi::Notices, &down.shown.place, today, i64::from(down.is_compliant(days)), 1)?;
    store::put(store::NOTICES, key, &down)
}
