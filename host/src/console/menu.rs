//! The menu of the console: each page with whoever may open it, so that nobody is offered what is refused to him.
//!
//! Daily work stands open; what is looked up seldom is folded into groups, so that the menu is one line on a desk.

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
}

/// A page of the menu.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Where it is.
    pub(crate) href: &'static str,
    label: Label,
    asks: Asks,
}

type Label = fn(&Words) -> &'static str;

/// Pages of the menu that stand together.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    label: Option<Label>,
    /// The pages, in order; never empty.
    pub(crate) entries: Vec<&'static Entry>,
}

/// What is done daily.
static WORK: [Entry; 6] = [
    Entry { href: "/", label: |words| words.overview, asks: Asks::Nothing },
    Entry { href: "/cameras", label: |words| words.cameras, asks: Asks::Somewhere(Action::ReadCameras) },
    Entry { href: "/cases", label: |words| words.cases, asks: Asks::Somewhere(Action::ReadCases) },
    Entry { href: "/figures", label: |words| words.key_figures, asks: Asks::Somewhere(Action::ReadStatus) },
    Entry { href: "/events", label: |words| words.events, asks: Asks::Somewhere(Action::ReadEvents) },
    Entry { href: "/status", label: |words| words.status, asks: Asks::Somewhere(Action::ReadStatus) },
];

/// What the law asks of whoever runs cameras.
static COMPLIANCE: [Entry; 7] = [
    Entry { href: "/requests", label: |words| words.requests, asks: Asks::Somewhere(Action::ReadRequests) },
    Entry { href: "/looks", label: |words| words.call_up_register, asks: Asks::Somewhere(Action::ReadLooks) },
    Entry { href: "/duties", label: |words| words.duties, asks: Asks::Somewhere(Action::ReadCameras) },
    Entry { href: "/classes", label: |words| words.class_wishes, asks: Asks::Somewhere(Action::EditCameras) },
    Entry { href: "/holds", label: |words| words.holds, asks: Asks::Somewhere(Action::ReadHolds) },
    Entry { href: "/exports", label: |words| words.exports, asks: Asks::Somewhere(Action::ReadExports) },
    Entry { href: "/audit", label: |words| words.audit_log, asks: Asks::Somewhere(Action::ReadAudit) },
];

/// What is set up once and looked up seldom.
static ADMINISTRATION: [Entry; 4] = [
    Entry { href: "/places", label: |words| words.places, asks: Asks::Somewhere(Action::ReadPlaces) },
    Entry { href: "/accounts", label: |words| words.accounts, asks: Asks::Somewhere(Action::ReadPeople) },
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
        }
    }
}

impl Group {
    /// What it is called; what is done daily stands open and is called nothing.
    pub(crate) fn label(&self, words: &Words) -> Option<&'static str> {
        self.label.map(|label| label(words))
    }
}

/// The pages that somebody may open.
pub(crate) fn of(identity: &Identity) -> Vec<Group> {
    groups(|entry| entry.is_for(identity))
}

/// The whole menu.
#[cfg(test)]
pub(crate) fn whole() -> Vec<Group> {
    groups(|_| true)
}

fn groups(keep: impl Fn(&Entry) -> bool) -> Vec<Group> {
    let all: [(Option<Label>, &'static [Entry]); 3] = [
        (None, &WORK),
        (Some(|words| words.compliance), &COMPLIANCE),
        (Some(|words| words.administration), &ADMINISTRATION),
    ];
    let kept =
        all.map(|(label, entries)| Group { label, entries: entries.iter().filter(|&entry| keep(entry)).collect() });
    kept.into_iter().filter(|group| !group.entries.is_empty()).collect()
}
