//! One's own account: password, second factor, sessions, API keys.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use xl_model::id::AccountName;
use xl_model::people::held::Held;
use xl_model::people::subject::Standing;
use xl_store::people::Identified;
use zeroize::Zeroizing;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::sessions::ended_cookie;
use crate::api::state::ApiState;
use crate::console::accounts;
use crate::console::draw::qr_svg;
use crate::console::fields::words;
use crate::console::frame::Frame;
use crate::console::frame::not_drawn;
use crate::console::frame::page_with;
use crate::console::sign_in::with_cookie;
use crate::console::time;
use crate::people::NewKey;
use crate::people::Offered;
use crate::people::People;

struct RoleRow {
    name: String,
    reach: String,
}

struct SessionRow {
    id: String,
    opened: String,
    seen: String,
    current: bool,
}

struct KeyRow {
    id: String,
    title: String,
    roles: String,
    addresses: String,
    expires: String,
    used: String,
}

/// What is shown of an account that its person may change.
struct Own {
    has_password: bool,
    has_factor: bool,
    openid: Option<Identified>,
    sessions: Vec<SessionRow>,
    keys: Vec<KeyRow>,
}

/// What is shown this once.
#[derive(Default)]
struct Once {
    offered: Option<Offered>,
    key: Option<String>,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountHtml<'a> {
    frame: &'a Frame,
    name: String,
    enrolling: bool,
    roles: Vec<RoleRow>,
    own: Option<Own>,
    once: Once,
    /// The address of the offered second factor, as a telephone reads it.
    qr: Option<String>,
}

/// Shows it.
pub(crate) async fn show(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    draw(&identity, &state, &frame, Once::default())
}

/// What the forms of the page say is to be done; there is nothing else.
pub(crate) const WORDS: [&str; 6] = ["password", "factor", "prove", "end", "key", "revoke"];

/// Does what a form of the page says.
pub(crate) async fn operate(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path(what): Path<String>,
    Form(mut form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let mut typed = |name: &str| form.remove(name).unwrap_or_default();
    let (own, people) = (identity.own_account()?, state.people());
    let mut once = Once::default();
    match WORDS.into_iter().find(|word| *word == what) {
        Some("password") => {
            let (current, new) = (Zeroizing::new(typed("current")), Zeroizing::new(typed("new")));
            people.change_password(own, current, new).await?;
        }
        Some("factor") => once.offered = Some(people.offer_factor(own).await?),
        Some("prove") => people.prove_factor(own, &typed("code")).await?,
        Some("end") => people.end_session(own, &typed("id")).await?,
        Some("key") => {
            people.show_typed(identity.by(), &typed("code")).await?;
            identity.is_fresh(&state)?;
            let roles = accounts::roles(&typed("roles"))?;
            let days = typed("days").trim().parse().map_err(|_| Problem::field("days", "1 to 366"))?;
            let addresses = words(&typed("addresses")).map(str::to_owned).collect();
            let new = NewKey { title: typed("title"), roles, days, addresses };
            once.key = Some(people.add_key(identity.whole_account()?, new).await?.1);
        }
        Some("revoke") => {
            let id = typed("id");
            if people.owner_of(&id).as_ref() != Some(own) {
                return Err(Problem::not_there("API key", id));
            }
            people.remove_key(&id).await?;
        }
        _ => return Err(Problem::not_there("operation", what)),
    }
    if people.still(identity.by()).is_none() {
        return Ok(with_cookie(ended_cookie(&state), "/sign-in"));
    }
    match once {
        Once { offered: None, key: None } => Ok(Redirect::to("/account").into_response()),
        once => draw(&identity, &state, &frame.at("/account"), once),
    }
}

fn draw(identity: &Identity, state: &ApiState, frame: &Frame, once: Once) -> Result<Response, Problem> {
    let subject = identity.subject();
    let zh = frame.lang() != "en";
    let role = |held: &Held| RoleRow {
        name: if zh { held.role.zh() } else { held.role.word() }.to_owned(),
        reach: held.reach.to_string(),
    };
    let own = identity.own_account().ok().map(|name| own(identity, state, name));
    let qr = match &once.offered {
        Some(offered) => qr_svg(&offered.uri, frame.words.factor_qr).map_err(|error| not_drawn(&error))?,
        None => None,
    };
    let html = AccountHtml {
        frame,
        name: subject.account().map(ToString::to_string).unwrap_or_default(),
        enrolling: subject.standing == Standing::Enrolling,
        roles: subject.roles.iter().map(role).collect(),
        own,
        once,
        qr,
    };
    page_with(StatusCode::OK, &html)
}

fn own(identity: &Identity, state: &ApiState, name: &AccountName) -> Own {
    let (people, current) = (state.people(), People::session_id(identity.by()));
    let account = people.account(name);
    let sessions = people.sessions(name).into_iter().map(|session| SessionRow {
        current: current == Some(&session.id),
        opened: time::minute(session.opened_ms),
        seen: time::minute(session.seen_ms),
        id: session.id,
    });
    let keys = people.keys(name).into_iter().map(|key| KeyRow {
        id: key.id,
        title: key.title,
        roles: key.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        addresses: key.addresses.join(" "),
        expires: key.expires_ms.map_or_else(|| "—".to_owned(), time::minute),
        used: key.used_ms.map_or_else(|| "—".to_owned(), time::minute),
    });
    Own {
        has_password: account.as_ref().is_some_and(|account| account.password_hash.is_some()),
        has_factor: account.as_ref().and_then(|it| it.factor.as_ref()).is_some_and(|factor| factor.proven),
        openid: account.and_then(|account| account.openid),
        sessions: sessions.collect(),
        keys: keys.collect(),
    }
}
