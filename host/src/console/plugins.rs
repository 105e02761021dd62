//! The installed plugins: which versions there are, and who vouches for them.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::module::Vouched;
use crate::console::module::said;
use crate::console::time;

struct BuildRow {
    name: String,
    description: String,
    id: String,
    version: String,
    by: Vouched,
    installed_at: String,
    digest: String,
}

#[derive(Template)]
#[template(path = "plugins.html")]
struct PluginsHtml<'a> {
    frame: &'a Frame,
    builds: Vec<BuildRow>,
}

/// Shows them.
pub(crate) async fn list(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadPlugins)?;
    let modules = state.modules(&authority);
    let builds = modules.plugins().await?.into_iter().map(|build| BuildRow {
        by: Vouched::new(frame.words, &modules.standing(&build)),
        name: said(&frame, &build.manifest.name),
        description: said(&frame, &build.manifest.description),
        id: build.manifest.id.to_string(),
        version: build.manifest.version,
        installed_at: time::minute(build.installed_ms),
        digest: build.digest.to_string(),
    });
    page(&PluginsHtml { builds: builds.collect(), frame: &frame })
}
