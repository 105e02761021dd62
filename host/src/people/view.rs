//! Everything about people in memory, and who a secret belongs to at this moment.

use std::collections::BTreeMap;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use xl_model::clock::TimestampMs;
use xl_model::id::AccountName;
use xl_model::people::held::Held;
use xl_model::people::member::Member;
use xl_model::people::reach::Reach;
use xl_model::people::subject::Standing;
use xl_model::people::subject::Subject;
use xl_model::people::subject::Who;
use xl_store::people::Account;
use xl_store::people::ApiKey;
use xl_store::people::Session;

use super::lock::Locks;
use super::moment::Moment;
use super::moment::Written;
use super::open::Open;
use super::renewal::ShownSession;
use super::secret::sha256_hex;
use crate::places::Places;

/// Who a request comes from, with what he holds at this moment.
#[derive(Debug, Clone)]
pub struct Signed {
    /// Who, and what he holds.
    pub subject: Subject,
    /// How he showed it.
    pub by: By,
}

/// What somebody showed.
#[derive(Debug, Clone)]
pub enum By {
    /// A session.
    Session(ShownSession),
    /// An API key, by its SHA-256.
    Key(Arc<str>),
}

pub(super) struct View {
    pub(super) accounts: BTreeMap<AccountName, Account>,
    /// By id.
    pub(super) keys: HashMap<String, UsedKey>,
    /// Ids of keys by SHA-256.
    by_sha256: HashMap<String, String>,
    /// By SHA-256.
    pub(super) sessions: HashMap<String, Open>,
    pub(super) locks: Locks,
    /// Which codes the places of roles and units had before.
    pub(super) places: Places,
}

/// A key with the moment at which it was used, by the wall's clock as all of it.
pub(super) struct UsedKey {
    pub(super) it: ApiKey,
    used_ms: AtomicI64,
    written: Written,
}

impl UsedKey {
    /// When it was last used; 0: never.
    pub(super) fn used_ms(&self) -> TimestampMs {
        self.used_ms.load(Ordering::Relaxed)
    }

    /// Notes a use; what to write of it, where it is time to.
    fn touch(&self, now_ms: TimestampMs) -> Option<TimestampMs> {
        self.used_ms.store(now_ms, Ordering::Relaxed);
        self.written.is_due(now_ms).then_some(now_ms)
    }
}

impl View {
    /// Everything that was read.
    pub(super) fn new(people: xl_store::people::People, places: Places, now: Moment) -> Self {
        let mut view = Self {
            accounts: people.accounts.into_iter().map(|account| (account.name.clone(), account)).collect(),
            keys: HashMap::new(),
            by_sha256: HashMap::new(),
            sessions: HashMap::new(),
            locks: Locks::new(people.failures),
            places,
        };
        people.keys.into_iter().for_each(|key| view.add_key(key));
        people.sessions.into_iter().for_each(|session| view.add_session(session, now));
        view
    }

    pub(super) fn add_key(&mut self, key: ApiKey) {
        self.by_sha256.insert(key.sha256.clone(), key.id.clone());
        let used_ms = key.used_ms.unwrap_or(0);
        let used = UsedKey { it: key, used_ms: AtomicI64::new(used_ms), written: Written::new(used_ms) };
        self.keys.insert(used.it.id.clone(), used);
    }

    /// Takes a key out, and the sessions that were opened with it.
    pub(super) fn remove_key(&mut self, id: &str) {
        if let Some(key) = self.keys.remove(id) {
            self.by_sha256.remove(&key.it.sha256);
        }
        self.sessions.retain(|_, session| session.it.key.as_deref() != Some(id));
    }

    pub(super) fn add_session(&mut self, session: Session, now: Moment) {
        self.sessions.insert(session.sha256.clone(), Open::new(session, now));
    }

    /// Knows a session by another hash, with which a second factor was shown; whether it was there.
    pub(super) fn renew_session(&mut self, old: &str, new: &str, now: Moment) -> bool {
        let Some(mut session) = self.sessions.remove(old) else { return false };
        session.it.sha256 = new.to_owned();
        session.show(now);
        self.sessions.insert(new.to_owned(), session);
        true
    }

    pub(super) fn end_sessions(&mut self, account: &AccountName) {
        self.sessions.retain(|_, session| session.it.account != *account);
    }

    /// The key of this value, while it holds.
    pub(super) fn key(&self, sha256: &str, now_ms: TimestampMs) -> Option<&UsedKey> {
        let key = self.keys.get(self.by_sha256.get(sha256)?)?;
        key.it.expires_ms.is_none_or(|expires_ms| now_ms < expires_ms).then_some(key)
    }

    /// The key that somebody shows, or that his session was opened with.
    pub(super) fn key_behind(&self, by: &By) -> Option<&UsedKey> {
        match by {
            By::Key(sha256) => self.keys.get(self.by_sha256.get(&**sha256)?),
            By::Session(session) => self.keys.get(self.sessions.get(session.sha256())?.it.key.as_ref()?),
        }
    }

    /// Whose key or session this is and what that may now; nothing when it has ended.
    pub(super) fn subject(&self, by: &By, now: Moment) -> Option<Subject> {
        match by {
            By::Key(sha256) => self.of_key(self.key(sha256, now.wall_ms)?),
            By::Session(session) => {
                let session = self.sessions.get(session.sha256()).filter(|session| session.is_on(now))?;
                match &session.it.key {
                    Some(id) => self.of_key(self.key(&self.keys.get(id)?.it.sha256, now.wall_ms)?),
                    None => self.of_account(&session.it.account),
                }
            }
        }
    }

    /// Who shows this, and what to write of its use, where it is time to.
    pub(super) fn signed(&self, by: By, now: Moment) -> Option<(Signed, Option<TimestampMs>)> {
        let subject = self.subject(&by, now)?;
        let due_ms = match &by {
            By::Key(sha256) => self.key(sha256, now.wall_ms)?.touch(now.wall_ms),
            By::Session(session) => self.sessions.get(session.sha256())?.touch(now),
        };
        Some((Signed { subject, by }, due_ms))
    }

    fn of_account(&self, name: &AccountName) -> Option<Subject> {
        let account = self.accounts.get(name).filter(|account| account.enabled)?;
        let standing = if enrols(account) { Standing::Enrolling } else { Standing::Full };
        Some(Subject {
            who: Who::Account(name.clone()),
            roles: account.roles.as_slice().into(),
            former: self.former_roles(&account.roles),
            units: self.units(&account.units),
            standing,
        })
    }

    /// A key has at most what its owner holds at this moment.
    fn of_key(&self, key: &UsedKey) -> Option<Subject> {
        let owner = self.accounts.get(&key.it.owner).filter(|account| account.enabled)?;
        let still = |held: &&Held| owner.roles.iter().any(|own| own.includes(held));
        let roles: Arc<[Held]> = key.it.roles.iter().filter(still).cloned().collect();
        Some(Subject {
            who: Who::Key { owner: key.it.owner.clone(), id: key.it.id.as_str().into() },
            former: self.former_roles(&roles),
            roles,
            units: self.units(&owner.units),
            standing: Standing::Full,
        })
    }

    /// These roles at the codes that their places had before.
    fn former_roles(&self, roles: &[Held]) -> Arc<[Held]> {
        let before = |held: &Held| -> Vec<Held> {
            self.former(&held.reach).into_iter().map(|reach| Held { role: held.role, reach }).collect()
        };
        roles.iter().flat_map(before).collect()
    }

    /// These units, and the same at the codes that their places had before.
    fn units(&self, units: &[Member]) -> Arc<[Member]> {
        let before = |member: &Member| -> Vec<Member> {
            let codes = self.former(&member.reach).into_iter();
            codes.map(|reach| Member { unit: member.unit.clone(), reach }).collect()
        };
        units.iter().cloned().chain(units.iter().flat_map(before)).collect()
    }

    /// The codes that a place had before in its county: whoever imports places may name any, and widens no role beyond it.
    fn former(&self, reach: &Reach) -> Vec<Reach> {
        let Some(county) = reach.digits().get(..6) else { return Vec::new() };
        let mut former = self.places.former(reach);
        former.retain(|code| code.digits().starts_with(county));
        former
    }
}

/// Whether something is still to be set before the account may do what its roles allow: a way to sign in again, and for an
/// administrator a second factor.
pub(super) fn enrols(account: &Account) -> bool {
    let administers = account.roles.iter().any(|held| held.role.administers());
    let has_factor = account.factor.as_ref().is_some_and(|factor| factor.proven);
    let comes_again = account.password_hash.is_some() || account.openid.is_some();
    !comes_again || (administers && !has_factor)
}

/// By which hash a shown secret is known.
pub(super) fn key_of(secret: &str) -> By {
    By::Key(sha256_hex(secret.as_bytes()).into())
}

/// By which hash a cookie's value is known.
pub(super) fn session_of(value: &str) -> By {
    By::Session(ShownSession::new(sha256_hex(value.as_bytes())))
}
