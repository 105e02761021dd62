//! Who changes the register, why, and where that is written down.

use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::camera::class_wish::ClassWish;
use xl_model::id::AccountName;

use crate::audit::Auditor;
use crate::audit::NotRecorded;

/// Somebody who changes the register.
#[derive(Clone)]
pub struct Hand {
    by: AccountName,
    reason: String,
    actor: Actor,
    auditor: Auditor,
}

impl Hand {
    /// The account that answers for the change, as the audit log names it, and its reason: empty where none is needed.
    pub fn new(by: AccountName, actor: Actor, reason: &str, auditor: Auditor) -> Self {
        // One line of a person: a wish is read in a table.
        let reason: String = reason.trim().chars().filter(|c| !c.is_control()).take(MOST_REASON).collect();
        Self { by, reason, actor, auditor }
    }

    pub(super) fn by(&self) -> &AccountName {
        &self.by
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    /// Writes one row for each class that is wanted or becomes another one, before it happens.
    pub(super) async fn record(&self, action: &str, wishes: &[ClassWish]) -> Result<(), NotRecorded> {
        let entry = |wish: &ClassWish| {
            let detail = format!("{} -> {}; wanted by {}: {}", wish.from.word(), wish.to.word(), wish.by, wish.reason);
            Entry::new(self.auditor.now_ms(), self.actor.clone(), action, &format!("/cameras/{}", wish.key))
                .in_township(Some(wish.key.township.clone()))
                .with_detail(&detail)
        };
        self.auditor.record_many(wishes.iter().map(entry).collect()).await
    }
}

/// Longest reason, in characters.
const MOST_REASON: usize = 300;
