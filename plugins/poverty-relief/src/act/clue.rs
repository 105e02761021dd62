//! A clue on its way: opened, led on step by step, rejected.

use xl_plugin::Done;
use xl_plugin::events::Publish;

use super::Pressed;
use super::Refused;
use crate::cadence;
use crate::clue::Around;
use crate::clue::Clue;
use crate::clue::Refusal;
use crate::clue::Risk;
use crate::clue::Source;
use crate::consent::By;
use crate::consent::How;
use crate::count::Counter;
use crate::count::Kpi;
use crate::household::Household;
use crate::household::Standing;
use crate::notice::DownWhy;
use crate::notice::Notice;
use crate::procedure::Procedure;
use crate::procedure::State;
use crate::settings::Settings;
use crate::store;
use crate::tally;
use crate::text;
use crate::text::names;

/// Most people at a review meeting.
const MOST_PRESENT: i64 = 10_000;

pub(super) fn open(pressed: &mut Pressed, household: &str) -> Result<Done, Refused> {
    let one = pressed.household(household)?;
    // A department's warning and a rule's are opened from the warning itself, which says what fired.
    let sources: Vec<_> = names::choices(names::SOURCES)
        .into_iter()
        .filter(|(_, source)| !matches!(source, Source::Department | Source::Analysis))
        .collect();
    let source = pressed.fields.choice("source", &sources).unwrap_or(Source::Visit);
    let risk = pressed.fields.choice("risk", &names::choices(names::RISKS)).unwrap_or(Risk::Other);
    let note = pressed.fields.optional_note("note");
    pressed.fields.checked()?;
    let key = create(pressed, household, one, (source, risk), None, note)?;
    Ok(to_clue(&key))
}

/// Opens a clue of a household that has none on its way.
pub(super) fn create(
    pressed: &mut Pressed,
    household: &str,
    one: Household,
    of: (Source, Risk),
    warning: Option<&str>,
    note: Option<String>,
) -> Result<String, Refused> {
    if one.open_clue.is_some() {
        return Err(pressed.refuse_as(&text::CLUE_OPEN));
    }
    let procedure = Procedure::on(pressed.today).ok_or(Refused::NotFound)?;
    let who = (Some(&pressed.person), pressed.now_ms, note);
    let clue = Clue::open(&procedure, household, &one.place, of, who);
    let mut clue = clue.map_err(|refusal| refused(pressed, &refusal))?;
    clue.warning = warning.map(str::to_owned);
    let key = store::next_key(store::CLUES, 'c')?;
    store::put(store::CLUES, &key, &clue)?;
    tally::clue(&clue.place, None, clue.state, pressed.today)?;
    let after = Household { open_clue: Some(key.clone()), ..one.clone() };
    pressed.save(household, Some(&one), &after)?;
    let data = serde_json::json!({
        "clue": key, "household": household, "place": clue.place, "procedure": clue.procedure,
    });
    Publish::new("relief.clue.opened").subject(&key).data(&data).send()?;
    Ok(key)
}

pub(super) fn go_on(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let mut clue = store::clue(key)?.ok_or(Refused::NotFound)?;
    let procedure = Procedure::version(clue.procedure).ok_or(Refused::NotFound)?;
    let next = procedure.next(clue.state).map(|step| step.to);
    if next == Some(State::Noticed) {
        // A notice is drafted with its proof on a page of its own.
        return Err(Refused::NotFound);
    }
    let note = step_note(pressed, &clue, next)?;
    let before = clue.state;
    advance(pressed, key, &mut clue, &procedure, note)?;
    store::put(store::CLUES, key, &clue)?;
    tally::clue(&clue.place, Some(before), clue.state, pressed.today)?;
    let one = pressed.household(&clue.household)?;
    let after = if clue.state == State::Monitored { recognised(pressed, key, &one)? } else { one.clone() };
    pressed.save(&clue.household, Some(&one), &after)?;
    Ok(to_clue(key))
}

/// What each step asks for, as one note; the authorisation also brings consents.
fn step_note(pressed: &mut Pressed, clue: &Clue, next: Option<State>) -> Result<Option<String>, Refused> {
    match next {
        Some(State::Authorised) => {
            let how = pressed.fields.choice("how", &names::choices(names::HOWS)).unwrap_or(How::Signed);
            let by = pressed.fields.choice("by", &names::choices(names::BYS)).unwrap_or(By::Head);
            let mut given = Vec::new();
            for (name, purpose, _) in names::PURPOSES {
                if pressed.fields.ticked(name) {
                    given.push(*purpose);
                }
            }
            let note = pressed.fields.optional_note("note");
            pressed.fields.checked()?;
            may_go_on(pressed, clue)?;
            super::consent::record(pressed, &clue.household, &given, how, by)?;
            Ok(note)
        }
        Some(State::Reviewed) => {
            let present = pressed.fields.whole("present", 1, MOST_PRESENT);
            let in_favour = pressed.fields.whole("in_favour", 0, MOST_PRESENT);
            if in_favour > present {
                let most = present.to_string();
                pressed.fields.wrong_with("in_favour", &text::NO_WHOLE, &[("least", "0"), ("most", &most)]);
            }
            let note = pressed.fields.optional_note("note");
            pressed.fields.checked()?;
            let vote = format!("{in_favour}/{present}");
            Ok(Some(note.map_or(vote.clone(), |note| format!("{vote} · {note}"))))
        }
        Some(State::TownOk | State::CountyOk | State::Monitored) => {
            let note = pressed.fields.optional_note("note");
            pressed.fields.checked()?;
            Ok(note)
        }
        _ => {
            let note = pressed.fields.note("note");
            pressed.fields.checked()?;
            Ok(Some(note))
        }
    }
}

fn may_go_on(pressed: &Pressed, clue: &Clue) -> Result<(), Refused> {
    let procedure = Procedure::version(clue.procedure).ok_or(Refused::NotFound)?;
    let consents = store::consents(&clue.household)?;
    let around = Around {
        person: Some(&pressed.person),
        consents: &consents,
        notice: None,
        objected: false,
        now_ms: pressed.now_ms,
    };
    clue.may_go_on(&procedure, around).map(|_| ()).map_err(|refusal| refused(pressed, &refusal))
}

/// Makes the next step of a clue with all that surrounds it now.
pub(super) fn advance(
    pressed: &mut Pressed,
    key: &str,
    clue: &mut Clue,
    procedure: &Procedure,
    note: Option<String>,
) -> Result<(), Refused> {
    let consents = store::consents(&clue.household)?;
    let notice = store::notice_of(clue)?;
    let around = Around {
        person: Some(&pressed.person),
        consents: &consents,
        notice: notice.as_ref(),
        objected: store::is_objected(key)?,
        now_ms: pressed.now_ms,
    };
    let made = clue.go_on(procedure, around, note);
    made.map_err(|refusal| refused(pressed, &refusal))?;
    decided(clue, &mut pressed.counter)?;
    Ok(())
}

pub(super) fn reject(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    let mut clue = store::clue(key)?.ok_or(Refused::NotFound)?;
    let procedure = Procedure::version(clue.procedure).ok_or(Refused::NotFound)?;
    let reason = pressed.fields.note("reason");
    pressed.fields.checked()?;
    let before = clue.state;
    let consents = store::consents(&clue.household)?;
    let around = Around {
        person: Some(&pressed.person),
        consents: &consents,
        notice: None,
        objected: false,
        now_ms: pressed.now_ms,
    };
    let made = clue.reject(&procedure, around, reason);
    made.map_err(|refusal| refused(pressed, &refusal))?;
    decided(&mut clue, &mut pressed.counter)?;
    if let (Some(notice_key), Some(notice)) = (clue.notice.clone(), store::notice_of(&clue)?)
        && notice.down.is_none()
    {
        let notice = Notice { down_by: Some(pressed.person.account.clone()), ..notice };
        super::take_down(&notice_key, notice, DownWhy::Rejected, pressed.today, &mut pressed.counter)?;
    }
    store::put(store::CLUES, key, &clue)?;
    tally::clue(&clue.place, Some(before), clue.state, pressed.today)?;
    let one = pressed.household(&clue.household)?;
    let after = Household { open_clue: None, ..one.clone() };
    pressed.save(&clue.household, Some(&one), &after)?;
    Ok(to_clue(key))
}

/// Counts a decision once, in the period that it was due in.
pub(super) fn decided(clue: &mut Clue, counter: &mut Counter) -> Result<(), xl_plugin::Error> {
    if let (Some(due), Some(on_time)) = (clue.clock, clue.was_on_time()) {
        clue.clock = None;
        counter.add(Kpi::OnTime, &clue.place, due, i64::from(on_time), 1)?;
    }
    Ok(())
}

/// The household of a clue that was entered: it is monitored from now on, and visited.
fn recognised(pressed: &Pressed, key: &str, one: &Household) -> Result<Household, Refused> {
    let mut after = Household { open_clue: None, recognised: Some(key.to_owned()), ..one.clone() };
    match one.standing {
        Standing::Registered | Standing::Cleared => {
            after.standing = Standing::Monitored;
            after.helped = false;
        }
        // A new risk ends a proposal to clear it.
        Standing::Clearing => {
            after.standing = Standing::Measures;
            after.clearing_by = None;
        }
        Standing::Monitored | Standing::Measures => {}
    }
    if after.visit_due.is_none() {
        let months = Settings::read()?.months(after.key);
        after.visit_due = Some(cadence::period_end(pressed.today, months));
    }
    Ok(after)
}

pub(super) fn refused(pressed: &Pressed, refusal: &Refusal) -> Refused {
    pressed.refuse(text::clue_refusal(refusal, pressed.locale))
}

pub(super) fn to_clue(key: &str) -> Done {
    Done::to("clue", [("clue", key)])
}
