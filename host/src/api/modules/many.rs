//! One plugin in many townships: each on its own, each with its own row of the audit log.

use std::collections::BTreeSet;

use axum::extract::State;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use xl_model::audit::Entry;
use xl_model::fault::Code;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::id::TownshipId;
use xl_model::module::ModuleState;
use xl_model::people::action::Action;

use super::build;
use super::cameras;
use super::empty_object;
use super::view::GrantsShape;
use super::wall;
use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::dispatch::ModuleError;
use crate::dispatch::Upgraded;
use crate::dispatch::Wish;

/// Most townships of one request: a city has some hundred.
const MOST_TOWNSHIPS: usize = 500;

/// A plugin for many townships.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// Nine digits each, at most 500.
    #[schema(value_type = Vec<String>, example = json!(["371122102", "371122104"]))]
    townships: BTreeSet<TownshipId>,
    /// An installed build; or give `plugin`.
    #[schema(value_type = Option<String>)]
    digest: Option<Digest>,
    /// Id of a plugin, of which the highest installed version is taken.
    #[schema(value_type = Option<String>, example = "produce-trace")]
    plugin: Option<PluginId>,
    /// With `plugin`: this version.
    version: Option<String>,
    /// The same settings for each; nothing: those that hold, `{}` where it is not enabled yet.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// The same grants for each; nothing: those that hold, none where it is not enabled yet.
    #[schema(value_type = Option<GrantsShape>)]
    grants: Option<Grants>,
}

/// What came of it in one township.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Came {
    /// Nine digits.
    township: String,
    /// `enabled`, `upgraded`, `waiting` for an approval, `changed` in its settings or grants or started again, `unchanged`,
    /// or `failed`.
    #[schema(example = "enabled")]
    outcome: &'static str,
    /// Why it failed.
    #[schema(value_type = Option<String>, example = "XL0948")]
    code: Option<Code>,
    /// The same in words.
    detail: Option<String>,
}

/// Enables or upgrades a plugin in many townships
///
/// In each as by itself: where it is enabled already, it is upgraded, or waits for an approval when the build asks for more, or
/// gets the settings and grants. A fault in one township does not stop the others; the answer says what came of each.
#[utoipa::path(post, path = "/modules/many", tag = "modules", request_body = Wanted,
    responses((status = 200, body = Vec<Came>), Problem))]
pub(crate) async fn enable(
    identity: Identity,
    State(state): State<ApiState>,
    Json(wanted): Json<Wanted>,
) -> Result<axum::Json<Vec<Came>>, Problem> {
    let authority = identity.anywhere(Action::EditModules)?;
    if !(1..=MOST_TOWNSHIPS).contains(&wanted.townships.len()) {
        return Err(Problem::field("townships", format!("1 to {MOST_TOWNSHIPS}")));
    }
    let Wanted { townships, digest, plugin, version, settings, grants } = wanted;
    let (plugin, digest) = build(state.modules(&authority), plugin, digest, version).await?;
    let wish = Wish { digest, settings, grants };
    let mut all = Vec::with_capacity(townships.len());
    for township in townships {
        let key = ModuleKey { township, plugin: plugin.clone() };
        let came = one(&identity, &state, &key, wish.clone()).await;
        let (outcome, problem) = match came {
            Ok(outcome) => (outcome, None),
            Err(problem) => ("failed", Some(problem)),
        };
        all.push(Came {
            township: key.township.to_string(),
            outcome,
            code: problem.as_ref().map(|problem| problem.code),
            detail: problem.and_then(|problem| problem.detail),
        });
    }
    Ok(axum::Json(all))
}

/// Records it in one township, then does it.
async fn one(identity: &Identity, state: &ApiState, key: &ModuleKey, wish: Wish) -> Result<&'static str, Problem> {
    identity.of_log(state, Action::EditModules, &key.township, None)?;
    let entry = Entry::new(state.now_ms(), identity.actor(), "module.bring", &format!("/modules/{key}"))
        .in_township(Some(key.township.clone()))
        .with_detail(&format!("digest={}", wish.digest));
    let row = state.auditor().record(entry.clone()).await?;
    let came = bring(identity, state, key, wish).await;
    if let Err(problem) = &came {
        state.auditor().record(entry.failed(state.now_ms(), row, &problem.code.to_string())).await?;
    }
    came
}

async fn bring(identity: &Identity, state: &ApiState, key: &ModuleKey, wish: Wish) -> Result<&'static str, Problem> {
    let authority = identity.of_log(state, Action::EditModules, &key.township, None)?;
    let modules = state.modules(&authority);
    if let Some(grants) = &wish.grants {
        wall::admit(grants, &cameras(&authority, state, &key.township))?;
    }
    let module = match modules.status(key).await {
        Ok(status) => status.module,
        Err(ModuleError::NotFound { .. }) => {
            let settings = wish.settings.unwrap_or_else(empty_object);
            modules.enable(key.clone(), wish.digest, settings, wish.grants.unwrap_or_default()).await?;
            return Ok("enabled");
        }
        Err(error) => return Err(error.into()),
    };
    let starts = module.state == ModuleState::Disabled;
    if starts && wish.grants.is_none() {
        wall::admit(&module.grants, &cameras(&authority, state, &key.township))?;
    }
    let mut came = "unchanged";
    if module.digest != wish.digest {
        came = match modules.upgrade(key, wish, authority.person()).await? {
            Upgraded::Runs(_) => "upgraded",
            Upgraded::Waits(_) => "waiting",
        };
    } else {
        let settings = wish.settings.unwrap_or_else(|| module.settings.clone());
        let grants = wish.grants.unwrap_or_else(|| module.grants.clone());
        if (&settings, &grants) != (&module.settings, &module.grants) {
            modules.configure(key, settings, grants).await?;
            came = "changed";
        }
    }
    if starts && came != "waiting" {
        modules.switch_on(key).await?;
        came = if came == "unchanged" { "changed" } else { came };
    }
    Ok(came)
}

#[cfg(test)]
mod tests;
