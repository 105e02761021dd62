//! What a camera remembers of its clients, for tests to judge them by.

use std::collections::BTreeMap;

/// What happened to one camera since it was made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Record {
    /// TCP connections taken.
    pub connections: u64,
    /// SOAP requests by action, such as `GetProfiles`; refused ones count as well.
    pub requests: BTreeMap<String, u64>,
    /// Requests let in, by how: `none`, `wsse`, `digest-md5`, `digest-sha256`, `text`, `basic`.
    pub logins: BTreeMap<&'static str, u64>,
    /// Requests that offered wrong credentials.
    pub auth_failures: u64,
    /// Requests refused because the account was locked.
    pub locked_out: u64,
    /// Requests that carried a password in clear text, wanted or not.
    pub clear_text_passwords: u64,
    /// Requests that repeated a nonce.
    pub replays: u64,
    /// Requests that were no SOAP.
    pub malformed: u64,
    /// Pull points made.
    pub subscriptions_made: u64,
    /// Pull points alive now.
    pub subscriptions_alive: usize,
    /// Messages handed out.
    pub messages_pulled: u64,
    /// Messages dropped because a queue was full.
    pub messages_dropped: u64,
    /// Polls that were hung up.
    pub polls_hung_up: u64,
    /// Pictures served.
    pub snapshots: u64,
    /// Reads of the external entity of [`crate::fault::Fault::XmlExternalEntity`].
    pub entities_fetched: u64,
    /// Requests that came by a redirect of [`crate::fault::Fault::RedirectLoopback`].
    pub redirects_followed: u64,
    /// Probes and resolves answered.
    pub discoveries: u64,
    /// Restarts.
    pub reboots: u64,
    /// What the motors do and did.
    pub ptz: PtzRecord,
}

impl Record {
    /// How often an action was asked for.
    pub fn count(&self, action: &str) -> u64 {
        self.requests.get(action).copied().unwrap_or(0)
    }

    /// How many requests there were, of all actions.
    pub fn total(&self) -> u64 {
        self.requests.values().sum()
    }
}

/// What the motors do now and did before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PtzRecord {
    /// Whether they run.
    pub moving: bool,
    /// Pan, −1 to 1.
    pub pan: f64,
    /// Tilt, −1 to 1.
    pub tilt: f64,
    /// Zoom, 0 to 1.
    pub zoom: f64,
    /// Movements begun.
    pub moves: u64,
    /// Movements ended by a command.
    pub stopped_by_command: u64,
    /// Movements ended by their timeout.
    pub stopped_by_timeout: u64,
}
