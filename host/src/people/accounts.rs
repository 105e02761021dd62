//! Accounts: made, given roles, disabled. Nobody hands on more than he holds, and nobody changes himself.

use tracing::info;
use xl_model::id::AccountName;
use xl_model::people::held;
use xl_model::people::held::Held;
use xl_model::people::reach::Reach;
use xl_model::people::role::Role;
use xl_model::people::subject::Subject;
use xl_store::people::Account;

use super::People;
use super::PeopleError;
use super::password;

/// Most accounts of a hub: every grid member and enterprise of a county, ten times.
const MOST_ACCOUNTS: usize = 20_000;

/// Longest title, in characters.
const TITLE_CHARS: usize = 100;

/// An account to make.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// What the person will sign in with.
    pub name: AccountName,
    /// The person's name and office, for people; at most 100 characters.
    pub title: String,
    /// Where the account belongs.
    pub reach: Reach,
    /// What the person will hold.
    pub roles: Vec<Held>,
}

impl People {
    /// Makes an account with a one-time first password, which is shown this once.
    ///
    /// # Errors
    /// [`PeopleError::Roles`], [`PeopleError::Beyond`], [`PeopleError::TooMany`], [`xl_store::StoreError::Exists`].
    pub async fn add_account(&self, giver: &Subject, new: NewAccount) -> Result<(Account, String), PeopleError> {
        check_title(&new.title)?;
        may_give(giver, &new.roles, &[])?;
        let _turn = self.0.turn.lock().await;
        if self.read().accounts.len() >= MOST_ACCOUNTS {
            return Err(PeopleError::TooMany { what: "accounts", most: MOST_ACCOUNTS });
        }
        let now_ms = self.now_ms();
        let (password, first) = password::first(now_ms);
        let account = Account {
            name: new.name,
            title: new.title.trim().to_owned(),
            reach: new.reach,
            roles: new.roles,
            units: Vec::new(),
            enabled: true,
            password_hash: None,
            first: Some(first),
            factor: None,
            openid: None,
            created_ms: now_ms,
        };
        self.0.store.add_account(account.clone()).await?;
        self.change(|view| view.accounts.insert(account.name.clone(), account.clone()));
        info!(account = %account.name, "account `{}` is made", account.name);
        Ok((account, password))
    }

    /// Gives an account these roles in place of those that it has; its sessions end, its keys have no more than is left.
    ///
    /// # Errors
    /// [`PeopleError::OwnRequest`], [`PeopleError::Roles`], [`PeopleError::Beyond`], [`xl_store::StoreError::NotFound`].
    pub async fn set_roles(
        &self,
        giver: &Subject,
        name: &AccountName,
        roles: Vec<Held>,
    ) -> Result<Account, PeopleError> {
        not_oneself(giver, name)?;
        let _turn = self.0.turn.lock().await;
        let mut account = self.known(name)?;
        may_give(giver, &roles, &account.roles)?;
        account.roles = roles;
        self.write(account.clone(), true).await?;
        let given: Vec<String> = account.roles.iter().map(ToString::to_string).collect();
        info!(account = %name, roles = given.join(" "), "`{name}` has other roles");
        Ok(account)
    }

    /// Lets an account sign in or not; its sessions and keys end at once, and its keys hold again afterwards.
    ///
    /// # Errors
    /// [`PeopleError::OwnRequest`], [`xl_store::StoreError::NotFound`].
    pub async fn enable_account(&self, giver: &Subject, name: &AccountName, enabled: bool) -> Result<(), PeopleError> {
        not_oneself(giver, name)?;
        let _turn = self.0.turn.lock().await;
        let account = Account { enabled, ..self.known(name)? };
        self.write(account, true).await?;
        info!(account = %name, enabled, "account `{name}` is {}", if enabled { "enabled" } else { "disabled" });
        Ok(())
    }
}

/// A short text without control characters.
pub(super) fn check_title(title: &str) -> Result<(), PeopleError> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > TITLE_CHARS || title.chars().any(char::is_control) {
        return Err(PeopleError::Field { field: "title", wrong: "1 to 100 characters" });
    }
    Ok(())
}

/// Whether the giver holds each new role himself, and they go together. What somebody had before may stay.
fn may_give(giver: &Subject, roles: &[Held], before: &[Held]) -> Result<(), PeopleError> {
    held::check(roles)?;
    let holds = |role: &Held| before.contains(role) || giver.held().any(|own| gives(own, role));
    match roles.iter().find(|role| !holds(role)) {
        Some(beyond) => Err(PeopleError::Beyond(beyond.clone())),
        None => Ok(()),
    }
}

/// What is held hands on what it includes; a county's administrator also appoints who audits there.
fn gives(own: &Held, role: &Held) -> bool {
    let appoints = own.role == Role::CountyAdmin && role.role.audits();
    own.includes(role) || (appoints && own.reach.covers(&role.reach))
}

pub(super) fn not_oneself(giver: &Subject, name: &AccountName) -> Result<(), PeopleError> {
    if giver.account() == Some(name) { Err(PeopleError::OwnRequest) } else { Ok(()) }
}
