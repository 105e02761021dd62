//! Accounts: who may sign in, with which roles; made, changed, disabled by whoever administers the place where they belong.
//!
//! The same rules as in the API, a fresh second factor among them. What was refused stands at its field, with what was typed.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use xl_model::id::AccountName;
use xl_model::id::IdError;
use xl_model::people::action::Action;
use xl_model::people::held::Held;
use xl_model::people::member::Member;
use xl_model::people::reach::Reach;
use xl_model::people::role::Role;
use xl_store::StoreError;
use xl_store::people::Account;

use crate::api::accounts;
use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::fields::FieldRow;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::people::NewAccount;
use crate::people::PeopleError;

/// Most accounts that the page shows; whoever sees so many looks for a name.
const MOST: usize = 500;

/// A form as a browser sends it.
type Texts = BTreeMap<String, String>;

/// Whom somebody looks for: a part of name, title or place.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    q: String,
}

struct AccountRow {
    name: String,
    title: String,
    reach: String,
    roles: Vec<String>,
    /// The roles as they are typed, or as they were and were refused.
    typed: String,
    units: Vec<String>,
    /// The units, the same way.
    typed_units: String,
    enabled: bool,
    has_password: bool,
    has_factor: bool,
    /// Whether whoever looks may change it.
    may: bool,
    fault: Option<String>,
}

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsHtml<'a> {
    frame: &'a Frame,
    q: &'a str,
    total: usize,
    accounts: Vec<AccountRow>,
    may_add: bool,
    /// Whether a code of the second factor is asked for.
    asks_code: bool,
    fields: Vec<FieldRow>,
    code_fault: Option<String>,
    /// An account with its one-time password, shown this once.
    once: Option<(String, String)>,
}

/// What becomes of a form.
#[derive(Default)]
struct After {
    /// What was typed for a new account.
    typed: Texts,
    /// What is wrong with it, by field.
    faults: Faults,
    refused: Option<Unchanged>,
    once: Option<(String, String)>,
}

type Faults = Vec<(&'static str, String)>;

/// An account that was not changed.
struct Unchanged {
    name: AccountName,
    /// The roles and units that were typed; none: another button was pressed.
    typed: Texts,
    why: String,
}

/// Lists accounts.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    draw(&identity, &state, &frame, &wish.q, After::default())
}

/// Makes an account.
pub(crate) async fn add(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Form(typed): Form<Texts>,
) -> Result<Response, Problem> {
    identity.anywhere(Action::EditPeople)?;
    let frame = frame.at("/accounts");
    let after = match make(&identity, &state, &frame, &typed).await {
        Ok(once) => After { once: Some(once), ..After::default() },
        Err(faults) => After { typed, faults, ..After::default() },
    };
    draw(&identity, &state, &frame, "", after)
}

/// Does what a button beside an account says.
pub(crate) async fn operate(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path((name, what)): Path<(AccountName, String)>,
    Form(typed): Form<Texts>,
) -> Result<Response, Problem> {
    identity.of_account(&state, Action::EditPeople, &name)?;
    if !["roles", "units", "password", "enable", "disable"].contains(&what.as_str()) {
        return Err(Problem::not_there("operation", what));
    }
    let frame = frame.at("/accounts");
    let after = match change(&identity, &state, &name, &what, &typed).await {
        Ok(password) => After { once: password.map(|password| (name.to_string(), password)), ..After::default() },
        Err(problem) => {
            After { refused: Some(Unchanged { name, typed, why: told(&frame, &problem) }), ..After::default() }
        }
    };
    draw(&identity, &state, &frame, "", after)
}

async fn make(identity: &Identity, state: &ApiState, frame: &Frame, typed: &Texts) -> Result<(String, String), Faults> {
    let words = frame.words;
    let text = |field: &str| typed.get(field).map(|text| text.trim().to_owned()).unwrap_or_default();
    let mut faults = Faults::new();
    let name =
        text("name").parse::<AccountName>().map_err(|_| faults.push(("name", words.account_name_rule.to_owned())));
    let reach = text("reach").parse::<Reach>().map_err(|_| faults.push(("reach", words.reach_rule.to_owned())));
    let roles = roles(&text("roles")).map_err(|_| faults.push(("roles", words.roles_rule.to_owned())));
    let (Ok(name), Ok(reach), Ok(roles)) = (name, reach, roles) else { return Err(faults) };
    let at = |field, problem: Problem| vec![(field, told(frame, &problem))];
    identity.of_place(Action::EditPeople, &reach).map_err(|problem| at("reach", problem))?;
    confirm(identity, state, &text("code")).await.map_err(|problem| at("code", problem))?;
    let new = NewAccount { name, title: text("title"), reach, roles };
    let made = state.people().add_account(identity.subject(), new).await;
    made.map(|(account, password)| (account.name.to_string(), password)).map_err(|error| match error {
        PeopleError::Field { field, .. } => vec![(field, words.account_title_rule.to_owned())],
        PeopleError::Store(StoreError::Exists { .. }) => vec![("name", words.account_exists.to_owned())],
        other => at("roles", other.into()),
    })
}

/// Changes an account; a one-time password where it got one.
async fn change(
    identity: &Identity,
    state: &ApiState,
    name: &AccountName,
    what: &str,
    typed: &Texts,
) -> Result<Option<String>, Problem> {
    let (people, text) = (state.people(), |field: &str| typed.get(field).map_or("", |text| text.trim()));
    // What has to end now must not wait for a phone.
    if what == "disable" {
        people.enable_account(identity.subject(), name, false).await?;
        return Ok(None);
    }
    confirm(identity, state, text("code")).await?;
    match what {
        "units" => {
            let (authority, units) = (identity.anywhere(Action::EditPeople)?, members(text("units"))?);
            accounts::units::known(state, &authority, &units)?;
            drop(people.set_units(identity.subject(), name, units).await?);
        }
        "enable" => people.enable_account(identity.subject(), name, true).await?,
        "password" => return Ok(Some(people.renew_password(name).await?)),
        _ => drop(people.set_roles(identity.subject(), name, roles(text("roles"))?).await?),
    }
    Ok(None)
}

/// Takes a code of the second factor where one was typed, and asks for one where none was entered just now.
async fn confirm(identity: &Identity, state: &ApiState, code: &str) -> Result<(), Problem> {
    state.people().show_typed(identity.by(), code).await?;
    identity.is_fresh(state)
}

fn draw(identity: &Identity, state: &ApiState, frame: &Frame, q: &str, after: After) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadPeople)?;
    let After { typed, faults, refused, once } = after;
    let is_refused = !faults.is_empty() || refused.is_some();
    let wanted = q.trim().to_lowercase();
    let own = |account: &Account| {
        authority.covers_reach(&account.reach) && account.roles.iter().all(|held| authority.covers_reach(&held.reach))
    };
    let holds = |account: &Account| {
        let texts = [account.name.as_str(), account.title.as_str(), account.reach.digits()];
        texts.iter().any(|text| text.to_lowercase().contains(&wanted))
    };
    let accounts = state.people().accounts().into_iter().filter(|account| own(account) && holds(account));
    let accounts: Vec<Account> = accounts.collect();
    let fault = |name: &str| faults.iter().find(|(field, _)| *field == name).map(|(_, text)| text.clone());
    let words = frame.words;
    let fields = [
        ("name", words.user_name, words.account_name_rule.to_owned()),
        ("title", words.account_title, words.account_title_rule.to_owned()),
        ("reach", words.account_reach, words.reach_rule.to_owned()),
        ("roles", words.roles, format!("{} {}", words.roles_rule, role_words(frame))),
    ];
    let fields = fields.map(|(name, label, hint)| FieldRow {
        hint,
        // An account may begin without one.
        required: name != "roles",
        fault: fault(name),
        ..FieldRow::new(name, label, typed.get(name).map_or("", String::as_str))
    });
    let html = AccountsHtml {
        q,
        total: accounts.len(),
        accounts: accounts
            .into_iter()
            .take(MOST)
            .map(|account| row(identity, state, account, refused.as_ref()))
            .collect(),
        may_add: identity.anywhere(Action::EditPeople).is_ok(),
        asks_code: identity.is_fresh(state).is_err(),
        fields: fields.into(),
        code_fault: fault("code"),
        once,
        frame,
    };
    page_with(if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &html)
}

fn row(identity: &Identity, state: &ApiState, account: Account, refused: Option<&Unchanged>) -> AccountRow {
    let refused = refused.filter(|refused| refused.name == account.name);
    let typed = |field: &str| refused.and_then(|refused| refused.typed.get(field)).cloned();
    let roles: Vec<String> = account.roles.iter().map(ToString::to_string).collect();
    let units: Vec<String> = account.units.iter().map(ToString::to_string).collect();
    let own = identity.subject().account() == Some(&account.name);
    AccountRow {
        may: !own && identity.of_account(state, Action::EditPeople, &account.name).is_ok(),
        typed: typed("roles").filter(|typed| !typed.is_empty()).unwrap_or(roles.join(" ")),
        typed_units: typed("units").unwrap_or(units.join(" ")),
        fault: refused.map(|refused| refused.why.clone()),
        units,
        name: account.name.to_string(),
        title: account.title,
        reach: account.reach.to_string(),
        roles,
        enabled: account.enabled,
        has_password: account.password_hash.is_some(),
        has_factor: account.factor.is_some_and(|factor| factor.proven),
    }
}

/// A fault in the viewer's language, by its page.
fn told(frame: &Frame, problem: &Problem) -> String {
    format!("{} {}", problem.code, problem.title(frame.language))
}

/// Every role by its word and its name.
fn role_words(frame: &Frame) -> String {
    let zh = frame.lang() != "en";
    let word = |role: &Role| if zh { format!("{} {}", role.word(), role.zh()) } else { role.word().to_owned() };
    Role::ALL.iter().map(word).collect::<Vec<_>>().join(if zh { "、" } else { ", " })
}

/// Roles as they are typed: `operator@371122102`, with spaces or commas between.
pub(super) fn roles(text: &str) -> Result<Vec<Held>, Problem> {
    parts(text)
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error: IdError| Problem::field("roles", error.to_string()))
}

/// Units as they are typed: `sanitation@371122102`, the same way.
fn members(text: &str) -> Result<Vec<Member>, Problem> {
    parts(text)
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error: IdError| Problem::field("units", error.to_string()))
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '，', '、', '\n', '\r']).filter(|part| !part.is_empty())
}
