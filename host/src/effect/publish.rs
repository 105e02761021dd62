//! A module's publications as events: named by their cause, so that a repeated run repeats their ids.

use std::collections::HashMap;
use std::sync::Arc;

use xl_model::case::Case;
use xl_model::case::Moved;
use xl_model::case::Past;
use xl_model::clock::TimestampMs;
use xl_model::effect::Effect;
use xl_model::effect::Effects;
use xl_model::event::Event;
use xl_model::event::MAX_DEPTH;
use xl_model::event::NewEvent;
use xl_model::id::ModuleKey;

use super::Cause;
use super::case_event;

/// The events of all publications and of all steps of cases, in order. An id of a publication is `{cause}-{n}`: the n-th event that this cause led to, from 0.
///
/// With a trigger, which has no number yet, the trigger's own id stands in its place.
pub(super) fn events(
    module: &ModuleKey,
    effects: &Effects,
    cause: &Cause,
    received_ms: TimestampMs,
) -> Result<Vec<NewEvent>, String> {
    let source: Arc<str> = format!("module:{}", module.plugin).into();
    let mut counts: HashMap<u64, u32> = HashMap::new();
    let mut events = Vec::new();
    for effect in &effects.list {
        let publication = match effect {
            Effect::Publish(publication) => publication,
            Effect::MoveCase { case, past, cause: seq, .. } => {
                let moved = Moved { case: Case::clone(case), past: Past::clone(past) };
                let event = case_event(&moved, received_ms);
                let placed = place(*seq, event.kind.as_str(), cause)?;
                deep(event.kind.as_str(), placed.depth)?;
                events.push(NewEvent { cause: placed.cause, depth: placed.depth, ..event });
                continue;
            }
            _ => continue,
        };
        let placed = place(publication.cause, publication.kind.as_str(), cause)?;
        deep(publication.kind.as_str(), placed.depth)?;
        let n = counts.entry(publication.cause).or_default();
        events.push(NewEvent {
            township: module.township.clone(),
            source: source.clone(),
            id: format!("{}-{n}", placed.cause_name).into(),
            kind: publication.kind.clone(),
            camera: publication.camera.clone(),
            subject: publication.subject.as_deref().map(Into::into),
            time_ms: placed.time_ms,
            received_ms,
            data: publication.data.as_str().into(),
            pictures: publication.pictures.clone(),
            cause: placed.cause,
            depth: placed.depth,
        });
        *n += 1;
    }
    Ok(events)
}

struct Placed {
    cause_name: String,
    cause: Option<u64>,
    depth: u8,
    time_ms: TimestampMs,
}

fn deep(kind: &str, depth: u8) -> Result<(), String> {
    if depth > MAX_DEPTH { Err(format!("`{kind}` would be the event number {depth} of a chain")) } else { Ok(()) }
}

fn place(seq: u64, kind: &str, cause: &Cause) -> Result<Placed, String> {
    match cause {
        Cause::Events(events, now_ms) => {
            let event: &Event = events
                .iter()
                .find(|event| event.seq == seq)
                .ok_or_else(|| format!("`{kind}` names the cause {seq}, not of this run"))?;
            Ok(Placed {
                cause_name: event.seq.to_string(),
                cause: Some(event.seq),
                depth: event.depth.saturating_add(1),
                time_ms: *now_ms,
            })
        }
        // The store puts the trigger's number in when it has one.
        Cause::Trigger(trigger) => Ok(Placed {
            cause_name: trigger.id.as_ref().to_owned(),
            cause: None,
            depth: trigger.depth.saturating_add(1),
            time_ms: trigger.time_ms,
        }),
        Cause::Nothing => Err(format!("`{kind}` has no cause")),
    }
}

#[cfg(test)]
mod tests {
    use xl_model::case::Actor;
    use xl_model::case::Draft;
    use xl_model::case::DraftForm;
    use xl_model::case::Rules;
    use xl_model::effect::Publication;
    use xl_model::id::CaseId;
    use xl_model::id::PluginId;
    use xl_model::id::TownshipId;

    use super::*;

    fn event(seq: u64, depth: u8) -> Arc<Event> {
        let fact = NewEvent {
            township: "371122102".parse().unwrap(),
            source: "371122102.gh-1".into(),
            id: format!("id-{seq}").into(),
            kind: "camera.telemetry".parse().unwrap(),
            camera: None,
            subject: None,
            time_ms: 10,
            received_ms: 20,
            data: "{}".into(),
            pictures: Vec::new(),
            cause: None,
            depth,
        };
        Arc::new(Event { seq, fact })
    }

    fn publish(cause: u64) -> Effect {
        Effect::Publish(Publication {
            kind: "trace.noted".parse().unwrap(),
            camera: None,
            subject: None,
            data: "{}".to_owned(),
            pictures: Vec::new(),
            cause,
        })
    }

    /// Id, cause, depth, time and receive time.
    type Told = (String, Option<u64>, u8, i64, i64);

    fn of(list: Vec<Effect>, cause: &Cause) -> Result<Vec<Told>, String> {
        let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() };
        let effects = Effects { list, ..Effects::default() };
        let events = events(&module, &effects, cause, 99)?;
        assert!(events.iter().all(|event| &*event.source == "module:trace"));
        Ok(events.iter().map(|it| (it.id.to_string(), it.cause, it.depth, it.time_ms, it.received_ms)).collect())
    }

    #[test]
    fn an_event_of_a_module_is_named_by_its_cause_however_the_batch_was_cut() {
        let whole = of(vec![publish(4), publish(5), publish(4)], &Cause::Events(vec![event(4, 0), event(5, 2)], 20));
        assert_eq!(
            whole.unwrap(),
            [
                ("4-0".to_owned(), Some(4), 1, 20, 99),
                ("5-0".to_owned(), Some(5), 3, 20, 99),
                ("4-1".to_owned(), Some(4), 1, 20, 99)
            ]
        );
        let alone = of(vec![publish(5)], &Cause::Events(vec![event(5, 2)], 20));
        assert_eq!(alone.unwrap()[0].0, "5-0");
    }

    #[test]
    fn an_event_of_an_action_is_named_by_the_action() {
        let trigger = NewEvent { id: "01-press".into(), ..event(0, 0).fact.clone() };
        assert_eq!(
            of(vec![publish(0)], &Cause::Trigger(trigger)).unwrap(),
            [("01-press-0".to_owned(), None, 1, 10, 99)]
        );
    }

    #[test]
    fn a_ninth_cause_in_a_chain_and_a_foreign_cause_are_refused() {
        assert!(of(vec![publish(4)], &Cause::Events(vec![event(4, 7)], 20)).is_ok());
        assert!(of(vec![publish(4)], &Cause::Events(vec![event(4, 8)], 20)).is_err());
        assert!(of(vec![publish(3)], &Cause::Events(vec![event(4, 0)], 20)).is_err());
    }

    #[test]
    fn a_step_of_a_case_is_told_once_a_revision_with_its_cause() {
        let form = DraftForm {
            key: "k".to_owned(),
            set: "gbt30428".to_owned(),
            code: "01-02".to_owned(),
            title: "暴露垃圾".to_owned(),
            source: "video".to_owned(),
            ..DraftForm::default()
        };
        let (township, plugin): (TownshipId, PluginId) = ("371122102".parse().unwrap(), "trace".parse().unwrap());
        let draft = Draft::read(&form, &township).unwrap();
        let (id, actor) = (CaseId::of(&township, 2026, 17), Actor::Module(plugin.clone()));
        let Moved { case, past } = Case::open(draft, id, Some(plugin.clone()), &actor, 20, &Rules::plain()).unwrap();
        let step = Effect::MoveCase { before: None, case: Box::new(case), past: Box::new(past), cause: 5 };
        let effects = Effects { list: vec![publish(5), step, publish(5)], ..Effects::default() };
        let module = ModuleKey { township, plugin };
        let events = events(&module, &effects, &Cause::Events(vec![event(5, 2)], 20), 99).unwrap();
        let told: Vec<_> =
            events.iter().map(|it| (&*it.source, &*it.id, it.kind.as_str(), it.cause, it.depth)).collect();
        assert_eq!(
            told,
            [
                ("module:trace", "5-0", "trace.noted", Some(5), 3),
                ("cases", "371122102-2026-000017-1", "case.opened", Some(5), 3),
                ("module:trace", "5-1", "trace.noted", Some(5), 3)
            ]
        );
        assert!(
            events[1].data.contains("\"plugin\":\"trace\"") && !events[1].data.contains("暴露垃圾"),
            "no words of people"
        );
    }
}
