//! What cameras may be looked at for, with name and law.

use axum::extract::State;
use serde::Serialize;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// A purpose.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct PurposeView {
    /// Its word in requests and in the register of cameras.
    #[schema(example = "flood")]
    code: String,
    /// Its Chinese name.
    #[schema(example = "防汛")]
    zh: String,
    /// Its English name.
    en: String,
    /// The law that allows it.
    basis: String,
}

/// Lists the purposes that looks may have
#[utoipa::path(get, path = "/purposes", tag = "audit", responses((status = 200, body = Vec<PurposeView>), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<PurposeView>>, Problem> {
    identity.anywhere(Action::ReadManual)?;
    let purposes = state.purposes().iter().cloned();
    let view = purposes.map(|it| PurposeView { code: it.code, zh: it.zh, en: it.en, basis: it.basis });
    Ok(axum::Json(view.collect()))
}
