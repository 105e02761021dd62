//! What a module may do over all its runs, of which the grants may leave less by now: so much a minute, a day, or in all.

use xl_model::manifest::Limits;

use crate::guest::Guest;
use crate::port::Used;

/// Why nothing more is taken, in words for the module's author and log.
type Full = String;

impl Guest {
    /// Takes a picture out of the minute's.
    pub(super) fn take_picture(&self) -> bool {
        self.context.budget.take_picture(self.left().pictures_per_minute)
    }

    /// Takes a fetch out of the minute's.
    pub(super) fn take_fetch(&self) -> bool {
        self.context.budget.take_fetch(self.left().fetches_per_minute)
    }

    /// Takes a record of so many bytes out of what the module may store.
    ///
    /// One that is no larger than what it takes the place of always fits; what the run deletes counts until it is committed.
    pub(super) async fn store_more(
        &mut self,
        collection: &str,
        key: &str,
        bytes: u64,
    ) -> wasmtime::Result<Result<(), Full>> {
        let most_mib = self.left().records_mib;
        let most = u64::from(most_mib) << 20;
        let mut more = bytes;
        if !self.context.budget.stored.take(more, most) {
            // Nearly full: now it counts what stands in its place.
            let before = self.current(collection, key).await?;
            let before = before.map_or(0, |document| collection.len() + key.len() + document.len());
            more = bytes.saturating_sub(before as u64);
            // What this run has written is not committed.
            let known = self.used().await?.stored_bytes.saturating_add(self.stored_bytes);
            self.context.budget.stored.learn(known);
            if more > 0 && !self.context.budget.stored.take(more, most) {
                return Ok(Err(format!(
                    "the module may store {most_mib} MiB of records and has {known} bytes of them"
                )));
            }
        }
        self.stored_bytes = self.stored_bytes.saturating_add(more);
        Ok(Ok(()))
    }

    /// Takes one out of the events that the module may publish on a day.
    pub(super) async fn publish_one(&mut self) -> wasmtime::Result<Result<(), Full>> {
        let most = self.left().events_per_day;
        if !self.context.budget.published.take(1, most.into()) {
            let known = self.used().await?.published_today.saturating_add(self.published);
            self.context.budget.published.learn(known);
            if !self.context.budget.published.take(1, most.into()) {
                return Ok(Err(format!("the module may publish {most} events a day and has published {known} today")));
            }
        }
        self.published = self.published.saturating_add(1);
        Ok(Ok(()))
    }

    fn left(&self) -> Limits {
        self.context.grants.now().quotas.within(self.limits())
    }

    async fn used(&self) -> wasmtime::Result<Used> {
        let port = self.context.ports.records.clone();
        self.ask("records.used", port.used(&self.context.module)).await
    }
}
