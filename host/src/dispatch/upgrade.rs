//! The self-test of an upgrade: both builds on the same recorded events, effects compared and discarded.

use std::sync::Arc;

use xl_model::event::Event;
use xl_model::module::Module;
use xl_runtime::Plugin;
use xl_store::StoreError;
use xl_store::log::EventFilter;

use super::Base;
use super::Current;
use super::ModuleError;
use super::Parts;
use super::Rehearsal;
use super::Replayed;
use super::Subscription;

/// Most differences that are told.
const MAX_DIFFERENCES: usize = 10;

/// Pages of the log that are searched for events of the subscription, 1,000 events each.
const MAX_PAGES: usize = 20;

/// What an upgrade's self-test found.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct SelfTest {
    /// Recorded events that both versions handled, effects discarded.
    pub events: u32,
    /// How many of the batches gave other effects.
    pub differing_batches: u32,
    /// The first differences in words, at most 10.
    pub differences: Vec<String>,
}

/// Runs both builds over the newest recorded events of the module's subscription; the new one as the module is `after` it.
///
/// # Errors
/// [`ModuleError::SelfTest`] when the new build fails where the old one did not.
pub(super) async fn self_test(
    parts: &Parts,
    current: &Current,
    new: Arc<Plugin>,
    after: Module,
) -> Result<SelfTest, ModuleError> {
    let events = recorded(parts, &after, &new).await.map_err(ModuleError::Store)?;
    let size = [&current.plugin, &new].map(|plugin| plugin.manifest().limits.batch_events.max(1) as usize);
    let rehearse = |module: Module, plugin: &Arc<Plugin>| {
        Rehearsal::new(parts.store.clone(), module, plugin.clone(), &parts.ports, Base::Committed)
    };
    let (old, new) = (rehearse(current.module.as_ref().clone(), &current.plugin), rehearse(after, &new));
    let mut found = SelfTest { events: u32::try_from(events.len()).unwrap_or(u32::MAX), ..SelfTest::default() };
    for batch in events.chunks(size[0].min(size[1])) {
        let before = old.run(batch.to_vec()).await.map_err(ModuleError::Store)?;
        let after = new.run(batch.to_vec()).await.map_err(ModuleError::Store)?;
        if let Some(difference) = compare(&before, &after).map_err(|detail| ModuleError::SelfTest { detail })? {
            found.differing_batches += 1;
            if found.differences.len() < MAX_DIFFERENCES {
                found.differences.push(difference);
            }
        }
    }
    Ok(found)
}

/// The newest recorded events that the module is shown by its new build, oldest first.
async fn recorded(parts: &Parts, after: &Module, new: &Plugin) -> Result<Vec<Arc<Event>>, StoreError> {
    let wanted = parts.limits.self_test_events as usize;
    let subscription = Subscription::new(new.manifest(), &after.grants.cameras);
    let mut events: Vec<Arc<Event>> = Vec::new();
    let mut filter = EventFilter { kinds: subscription.kinds(), limit: 1_000, ..EventFilter::default() };
    for _ in 0..MAX_PAGES {
        if events.len() >= wanted {
            break;
        }
        let page = parts.store.find_events(&after.key.township, filter.clone()).await?;
        filter.before = page.last().map(|event| event.seq);
        let is_last = page.len() < filter.limit as usize;
        events.extend(page.into_iter().filter(|event| subscription.wants(event)).map(Arc::new));
        if is_last {
            break;
        }
    }
    events.truncate(wanted);
    events.reverse();
    Ok(events)
}

/// The difference in words, or none.
///
/// # Errors
/// When only the new build failed.
fn compare(before: &Replayed, after: &Replayed) -> Result<Option<String>, String> {
    let span = format!("events {} to {}", after.first_seq, after.last_seq);
    let difference = match (&before.outcome, &after.outcome) {
        (Ok(before), Ok(after)) => {
            let first = before.list.iter().zip(&after.list).position(|(before, after)| before != after);
            match first {
                None if before.list.len() == after.list.len() => None,
                first => Some(format!(
                    "{span}: {} effects before, {} now; the first other one is number {}",
                    before.list.len(),
                    after.list.len(),
                    first.unwrap_or(before.list.len().min(after.list.len())) + 1
                )),
            }
        }
        (Ok(_), Err(failure)) => return Err(format!("{span}: {}: {}", failure.code, failure.detail)),
        (Err(failure), Ok(after)) => {
            Some(format!("{span}: failed before ({}), gives {} effects now", failure.code, after.list.len()))
        }
        (Err(before), Err(after)) => (before.code != after.code)
            .then(|| format!("{span}: failed before ({}) and now ({})", before.code, after.code)),
    };
    Ok(difference)
}

#[cfg(test)]
mod tests {
    use super::super::Failure;
    use super::*;
    use xl_model::batch::Stop;
    use xl_model::effect::Effect;
    use xl_model::effect::Effects;

    fn done(keys: &[&str]) -> Replayed {
        let delete = |key: &&str| Effect::Delete { collection: "c".to_owned(), key: (*key).to_owned() };
        let list = keys.iter().map(delete).collect();
        Replayed { first_seq: 5, last_seq: 8, outcome: Ok(Effects { list, ..Effects::default() }) }
    }

    fn trapped() -> Replayed {
        let stop = Stop::Trap { detail: "unreachable".to_owned() };
        let outcome = Err(Failure::passing(stop.code(), stop.to_string()));
        Replayed { first_seq: 5, last_seq: 8, outcome }
    }

    #[test]
    fn only_a_new_failure_fails_the_self_test() {
        assert_eq!(compare(&done(&["a"]), &done(&["a"])), Ok(None));
        assert_eq!(
            compare(&done(&["a", "b"]), &done(&["a", "c"])),
            Ok(Some("events 5 to 8: 2 effects before, 2 now; the first other one is number 2".to_owned()))
        );
        assert!(compare(&done(&["a"]), &done(&["a", "b"])).unwrap().unwrap().ends_with("number 2"));
        assert!(compare(&trapped(), &done(&[])).unwrap().is_some());
        assert_eq!(compare(&trapped(), &trapped()), Ok(None));
        assert_eq!(compare(&done(&[]), &trapped()), Err("events 5 to 8: XL0609: trapped: unreachable".to_owned()));
    }
}
