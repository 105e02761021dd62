//! Receipts that are owed: who fetched an export confirms that he destroyed it, by a day.
//!
//! The pages of duties show them, and one that is overdue becomes one row of the audit log. It is no event: modules, and people who
//! read the log of a township, may not learn of exports.

use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::Outcome;
use xl_model::clock::TimestampMs;
use xl_model::day::Day;
use xl_model::export::Export;
use xl_model::id::TownshipId;
use xl_store::StoreError;

use super::ExportError;
use super::Exports;
use super::HOUR_MS;
use super::name;

/// Within so many days after its end it is confirmed that an export was destroyed outside.
///
/// No law names a number; as many as a filing has (Order 799, article 14).
pub const RECEIPT_DAYS: u16 = 30;

/// The same in milliseconds: it is never overdue before.
const RECEIPT_MS: TimestampMs = RECEIPT_DAYS as TimestampMs * 24 * HOUR_MS;

/// A receipt that is owed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedReceipt {
    /// The export's township.
    pub township: TownshipId,
    /// Its number in the county.
    pub number: u64,
    /// What stands on its pictures: `371122102-E18`.
    pub name: String,
    /// The last day on which it is in time, in China.
    pub due: Day,
    /// Whether that day has passed.
    pub overdue: bool,
}

/// The last day on which it is confirmed in time, in China; nothing before there is a package.
pub fn receipt_due(export: &Export) -> Option<Day> {
    export.package.as_ref().map(|package| Day::in_china(package.until_ms).plus(RECEIPT_DAYS))
}

impl Exports {
    /// Receipts that are owed for townships whose codes begin with one of these digits, what is owed longest first; nothing said: all.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn owed(&self, within: Option<Vec<String>>) -> Result<Vec<OwedReceipt>, StoreError> {
        let now_ms = self.0.clock.now_ms();
        let today = Day::in_china(now_ms);
        let exports = self.0.store.exports_owed(within, now_ms).await?;
        let owed = exports.into_iter().filter_map(|export| {
            let due = receipt_due(&export)?;
            let (name, number) = (name(&export), export.number);
            Some(OwedReceipt { township: export.new.township, number, name, due, overdue: due < today })
        });
        Ok(owed.collect())
    }

    /// Writes a row of the audit log for each receipt that has become overdue: once, since the store marks it with that row.
    pub(super) async fn tell_overdue(&self, now_ms: TimestampMs) -> Result<(), ExportError> {
        let today = Day::in_china(now_ms);
        for export in self.0.store.exports_untold(now_ms.saturating_sub(RECEIPT_MS)).await? {
            let Some(due) = receipt_due(&export).filter(|due| *due < today) else { continue };
            let name = name(&export);
            let entry = Entry::new(now_ms, Actor::hub(), "export.receipt-overdue", &format!("export {name}"))
                .in_township(Some(export.new.township))
                .with_outcome(Outcome::Noted)
                .with_detail(&format!("asked for by {}, due {due}", export.asked_by));
            self.0.auditor.record(entry).await?;
            tracing::warn!(export = name, "nobody confirmed in time that `{name}` was destroyed outside");
        }
        Ok(())
    }
}
