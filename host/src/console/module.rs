//! A module as an operator sees it, and what he does to it.

mod granted;
mod usage;
mod waiting;

pub(crate) use granted::quota;
pub(crate) use granted::records_kept;
pub(crate) use waiting::Vouched;

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::day::Day;
use xl_model::effect::LogLevel;
use xl_model::fault::Code;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::manifest::Manifest;
use xl_model::manifest::Text;
use xl_model::module::ModuleState;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::language::Language;
use crate::api::modules::resume_as;
use crate::api::modules::upgrade::decide;
use crate::api::modules::usage::SHOWN_MS;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::console::address::part;
use crate::console::draw::module_href;
use crate::console::draw::page_href;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;
use crate::console::rows::Failure;
use crate::console::rows::PageRow;
use crate::console::time;
use crate::dispatch;

use granted::in_words;
use granted::is_blind;
use usage::UsageRow;
use waiting::WaitingRow;

const MOST_LINES: u32 = 200;

/// Which lines of the log somebody looks for, and whether he has just changed the module.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    q: String,
    #[serde(default)]
    saved: bool,
}

struct LetterRow {
    seq: u64,
    href: String,
    at: String,
    tries: u32,
    code: Code,
    error: String,
}

struct LinkRow {
    code: String,
    page: String,
    query: String,
    revoked: bool,
    views: u64,
}

struct LineRow {
    time: String,
    iso: String,
    level: &'static str,
    message: String,
}

#[derive(Template)]
#[template(path = "module.html")]
struct ModuleHtml<'a> {
    frame: &'a Frame,
    name: String,
    description: String,
    here: String,
    operate: String,
    /// Where settings and grants are changed; nothing for whoever may not.
    change: Option<String>,
    saved: bool,
    township: String,
    plugin: String,
    version: String,
    digest: Digest,
    by: Vouched,
    waiting: Option<WaitingRow>,
    usage: Vec<UsageRow>,
    previous: Option<Digest>,
    enabled_at: String,
    cursor: u64,
    state: &'static str,
    state_class: &'static str,
    /// What is offered to whoever looks: to start it, to switch it off.
    can_start: bool,
    can_stop: bool,
    reason: Option<String>,
    failure: Option<Failure>,
    pages: Vec<PageRow>,
    behind: u64,
    handled: u64,
    runs: u64,
    failed_runs: u64,
    cpu: String,
    grants: Vec<String>,
    /// Whether it is shown no picture, though it may: no camera that it was granted serves one of its purposes.
    blind: bool,
    records_kept: Vec<String>,
    dead_letters: Vec<LetterRow>,
    links: Vec<LinkRow>,
    q: &'a str,
    log: Vec<LineRow>,
}

/// Shows a module.
pub(crate) async fn show(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Path((township, plugin)): Path<(TownshipId, PluginId)>,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let key = ModuleKey { township, plugin };
    let authority = identity.of_module(Action::ReadModuleCare, &key)?;
    let (store, modules) = (state.store(&authority), state.modules(&authority));
    let status = modules.status(&key).await?;
    let build = modules.installed(&status.module.digest).await?;
    let by = Vouched::new(frame.words, &modules.standing(&build));
    let manifest = build.manifest;
    let waiting = modules.waiting(&status.module).await?.map(|waiting| WaitingRow::new(&frame, waiting));
    let now_ms = state.now_ms();
    let (from, to) = (Day::in_china(now_ms.saturating_sub(SHOWN_MS)), Day::in_china(now_ms));
    let usage = usage::rows(store.module_usage(&key, from, to).await?);
    let wanted = Some(wish.q.trim()).filter(|text| !text.is_empty());
    let letters = store.dead_letters(&key).await?.into_iter().map(|letter| LetterRow {
        seq: letter.seq,
        href: rows::event_href(key.township.as_str(), letter.seq),
        at: time::second(letter.at_ms),
        tries: letter.tries,
        code: letter.code,
        error: letter.error,
    });
    let links = store.links(&key).await?.into_iter().map(|link| LinkRow {
        code: link.code,
        page: link.page,
        query: link.query,
        revoked: link.revoked,
        views: link.views,
    });
    let lines = store.module_log(&key, wanted, MOST_LINES).await?.into_iter().map(|stored| LineRow {
        time: time::second(stored.at_ms),
        iso: time::iso(stored.at_ms),
        level: level(stored.line.level),
        message: stored.line.message,
    });
    let cameras = state.cameras(&authority).list(Some(&key.township));
    let blind = is_blind(&status.module.grants, &cameras);
    let may_edit = identity.may(Action::EditModules, &key.township);
    let (state_word, state_class) = rows::state(frame.words, status.module.state);
    page(&ModuleHtml {
        name: said(&frame, &manifest.name),
        description: said(&frame, &manifest.description),
        here: module_href(&key),
        change: may_edit.then(|| change_href(&key)),
        saved: wish.saved,
        operate: format!("/operate/{}/{}", key.township, part(key.plugin.as_str())),
        township: key.township.to_string(),
        plugin: key.plugin.to_string(),
        version: manifest.version.clone(),
        digest: status.module.digest,
        by,
        waiting,
        usage,
        previous: status.module.previous,
        enabled_at: time::minute(status.module.enabled_ms),
        cursor: status.module.cursor,
        state: state_word,
        state_class,
        can_start: match status.module.state {
            ModuleState::Running => false,
            ModuleState::Suspended => identity.may(Action::CareForModules, &key.township),
            ModuleState::Disabled => may_edit,
        },
        can_stop: may_edit && status.module.state == ModuleState::Running,
        reason: status.module.reason,
        failure: status.last_failure.map(|(code, detail)| Failure { code, detail }),
        pages: menu(&frame, &key, &manifest, None),
        behind: status.behind,
        handled: status.handled,
        runs: status.runs,
        failed_runs: status.failed_runs,
        cpu: cpu(status.cpu_us),
        grants: in_words(frame.words, &status.module.grants),
        blind,
        records_kept: records_kept(frame.words, state.figures().records_kept(&manifest)),
        dead_letters: letters.collect(),
        links: links.collect(),
        q: &wish.q,
        log: lines.collect(),
        frame: &frame,
    })
}

/// What an operation needs beside the module.
#[derive(Debug, Deserialize)]
pub(crate) struct Operation {
    seq: Option<u64>,
    digest: Option<Digest>,
}

/// What is done to a module from its page; there is nothing else.
pub(crate) const WORDS: [&str; 6] = ["disable", "resume", "rollback", "retry", "approve", "refuse"];

/// Does something to a module, then shows it.
pub(crate) async fn operate(
    identity: Identity,
    State(state): State<ApiState>,
    Path((township, plugin, what)): Path<(TownshipId, PluginId, String)>,
    Form(operation): Form<Operation>,
) -> Result<Response, Problem> {
    let key = ModuleKey { township, plugin };
    if what == "resume" {
        resume_as(&identity, &state, &key).await?;
        return Ok(Redirect::to(&module_href(&key)).into_response());
    }
    let action = if what == "retry" { Action::CareForModules } else { Action::EditModules };
    let authority = identity.of_module(action, &key)?;
    let modules = state.modules(&authority);
    let word = WORDS.into_iter().find(|word| *word == what);
    match (word, operation.seq, operation.digest) {
        (Some("disable"), ..) => drop(modules.disable(&key).await?),
        (Some("rollback"), ..) => drop(modules.roll_back(&key).await?),
        (Some("retry"), Some(seq), _) => modules.retry(&key, seq).await?,
        (Some("retry"), None, _) => return Err(Problem::field("seq", "the number of an event")),
        (Some("approve"), _, Some(digest)) => {
            drop(decide(&state, &authority, &key, dispatch::Wish { digest, settings: None, grants: None }).await?);
        }
        (Some("refuse"), _, Some(digest)) => modules.refuse(&key, &digest).await?,
        (Some("approve" | "refuse"), _, None) => return Err(Problem::field("digest", "the build that waits")),
        _ => return Err(Problem::new(StatusCode::NOT_FOUND, code::NO_SUCH_ADDRESS)),
    }
    Ok(Redirect::to(&module_href(&key)).into_response())
}

/// Where the settings and grants of a module are changed.
pub(crate) fn change_href(key: &ModuleKey) -> String {
    format!("/configure/{}/{}", key.township, part(key.plugin.as_str()))
}

/// The pages that stand in a module's menu.
pub(crate) fn menu(frame: &Frame, key: &ModuleKey, manifest: &Manifest, here: Option<&str>) -> Vec<PageRow> {
    let entries = manifest.pages.iter().filter(|page| page.menu).map(|page| PageRow {
        href: page_href(key, &page.name, &BTreeMap::new()),
        title: said(frame, &page.title),
        here: here == Some(page.name.as_str()),
    });
    entries.collect()
}

/// A text of a manifest in the viewer's language.
pub(crate) fn said(frame: &Frame, text: &Text) -> String {
    match frame.language {
        Language::Chinese => text.zh.clone(),
        Language::English => text.en.clone(),
    }
}

// Milliseconds while a tenth of a second would still read as nothing.
fn cpu(used_us: u64) -> String {
    if used_us < 1_000_000 { format!("{} ms", used_us / 1_000) } else { format!("{:.1} s", used_us as f64 / 1e6) }
}

fn level(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::http::header;
    use serde_json::json;

    use super::*;
    use crate::api::testing::TestSite;
    use crate::api::testing::ask;
    use crate::console::site;

    #[test]
    fn little_cpu_time_is_not_shown_as_none() {
        assert_eq!(cpu(24_900), "24 ms");
        assert_eq!(cpu(1_250_000), "1.2 s");
    }

    #[tokio::test]
    async fn a_module_s_page_offers_to_switch_it_off_and_on_to_who_may_edit_it_and_to_an_operator_only_to_resume_it() {
        let test = TestSite::new().await;
        let router = site(test.state.clone());
        let module = test.enable_trace("371122102", json!({})).await.key;
        let operator = test.key("operator@371122102").await;
        let admin = test.key("township-admin@371122102").await;
        for (state, to_operator, to_admin) in [
            (ModuleState::Running, vec![], vec!["disable"]),
            (ModuleState::Suspended, vec!["resume"], vec!["resume"]),
            (ModuleState::Disabled, vec![], vec!["resume"]),
        ] {
            test.hub.store.set_module_state(&module, state, None).await.unwrap();
            for (key, offered) in [(&operator, to_operator), (&admin, to_admin)] {
                let request = Request::get(module_href(&module)).header(header::AUTHORIZATION, format!("Bearer {key}"));
                let shown = ask(&router, request.body(Body::empty()).unwrap()).await;
                assert_eq!(shown.status.as_u16(), 200, "{}", shown.text);
                for word in ["disable", "resume"] {
                    let is_there = shown.text.contains(&format!("/operate/371122102/trace/{word}\""));
                    assert_eq!(is_there, offered.contains(&word), "{state:?}: {word}");
                }
            }
        }
    }
}
