//! The menu of the console: each page with whoever may open it, so that nobody is offered what is refused to him.

use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::console::text::Words;

/// What one page of the menu asks of whoever opens it.
#[derive(Debug, Clone, Copy)]
enum Asks {
    /// Nothing but to be signed in.
    Nothing,
    /// A role that allows it somewhere.
    Somewhere(Action),
    /// A role that allows it at the whole hub.
    OfHub(Action),
}

/// A page of the menu.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Where it is.
    pub(crate) href: &'static str,
    label: fn(&Words) -> &'static str,
    asks: Asks,
}

/// Every page of the menu, in order.
static ENTRIES: [Entry; 17] = [
    Entry { href: "/", label: |words| words.overview, asks: Asks::Nothing },
    Entry { href: "/cameras", label: |words| words.cameras, asks: Asks::Somewhere(Action::ReadCameras) },
    Entry { href: "/places", label: |words| words.places, asks: Asks::Somewhere(Action::ReadPlaces) },
    Entry { href: "/status", label: |words| words.status, asks: Asks::Somewhere(Action::ReadStatus) },
    Entry { href: "/cases", label: |words| words.cases, asks: Asks::Somewhere(Action::ReadCases) },
    Entry { href: "/figures", label: |words| words.key_figures, asks: Asks::Somewhere(Action::ReadStatus) },
    Entry { href: "/events", label: |words| words.events, asks: Asks::Somewhere(Action::ReadEvents) },
    Entry { href: "/requests", label: |words| words.requests, asks: Asks::Somewhere(Action::ReadRequests) },
    Entry { href: "/looks", label: |words| words.call_up_register, asks: Asks::OfHub(Action::ReadLooks) },
    Entry { href: "/duties", label: |words| words.duties, asks: Asks::Somewhere(Action::ReadCameras) },
    Entry { href: "/classes", label: |words| words.class_wishes, asks: Asks::Somewhere(Action::EditCameras) },
    Entry { href: "/holds", label: |words| words.holds, asks: Asks::Somewhere(Action::ReadHolds) },
    Entry { href: "/exports", label: |words| words.exports, asks: Asks::Somewhere(Action::ReadExports) },
    Entry { href: "/accounts", label: |words| words.accounts, asks: Asks::Somewhere(Action::ReadPeople) },
    Entry { href: "/audit", label: |words| words.audit_log, asks: Asks::OfHub(Action::ReadAudit) },
    Entry { href: "/errors", label: |words| words.fault_codes, asks: Asks::Somewhere(Action::ReadManual) },
    Entry { href: "/api/docs/", label: |_| "API", asks: Asks::Somewhere(Action::ReadManual) },
];

impl Entry {
    /// What it is called.
    pub(crate) fn label(&self, words: &Words) -> &'static str {
        (self.label)(words)
    }

    fn is_for(&self, identity: &Identity) -> bool {
        match self.asks {
            Asks::Nothing => true,
            Asks::Somewhere(action) => identity.anywhere(action).is_ok(),
            Asks::OfHub(action) => identity.of_hub(action).is_ok(),
        }
    }
}

/// The pages that somebody may open.
pub(crate) fn of(identity: &Identity) -> Vec<&'static Entry> {
    ENTRIES.iter().filter(|entry| entry.is_for(identity)).collect()
}

/// The whole menu.
#[cfg(test)]
pub(crate) fn whole() -> Vec<&'static Entry> {
    ENTRIES.iter().collect()
}
