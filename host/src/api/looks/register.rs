//! The call-up register: who looked at which camera, when, for which purpose and why.

use axum::extract::State;
use serde::Deserialize;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_store::audit::AuditFilter;

use crate::api::audit;
use crate::api::audit::AuditPage;
use crate::api::authority::Identity;
use crate::api::events::When;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// Which looks somebody asks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(in crate::api) struct LookQuery {
    /// Nine digits; without it everything that the caller may read.
    #[param(value_type = Option<String>)]
    township: Option<TownshipId>,
    /// Only at this camera.
    #[param(value_type = Option<String>)]
    camera: Option<CameraId>,
    /// Only by this person, program or module.
    who: Option<String>,
    /// Only for this purpose.
    #[param(example = "flood")]
    purpose: Option<String>,
    /// Only at or after this time, RFC 3339 with zone or milliseconds since 1970.
    #[param(value_type = Option<String>)]
    from: Option<When>,
    /// Only before this time.
    #[param(value_type = Option<String>)]
    to: Option<When>,
    /// Only rows before this number.
    before: Option<u64>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<u32>,
}

/// Reads the call-up register
///
/// Newest first. Rows of it are rows of the audit log; whoever reads it is recorded.
#[utoipa::path(get, path = "/looks", tag = "audit", params(LookQuery),
    responses((status = 200, body = AuditPage), Problem))]
pub(in crate::api) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<LookQuery>,
) -> Result<axum::Json<AuditPage>, Problem> {
    let authority = match &query.township {
        Some(township) => identity.of_log(&state, Action::ReadLooks, township, None)?,
        None => identity.anywhere(Action::ReadLooks)?,
    };
    let limit = audit::limit(query.limit)?;
    let filter = AuditFilter {
        who: query.who,
        township: query.township,
        within: authority.within(),
        camera: query.camera,
        purpose: query.purpose,
        looks: true,
        from_ms: query.from.map(When::ms),
        to_ms: query.to.map(When::ms),
        before: query.before,
        limit,
        ..AuditFilter::default()
    };
    let rows = state.store(&authority).audit_rows(&filter).await?;
    Ok(axum::Json(AuditPage::new(rows, limit)))
}
