//! The call-up register: who looked at which camera, when, for which purpose and why.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::audit::Row;
use xl_model::camera::CameraKey;
use xl_model::people::action::Action;
use xl_store::audit::AuditFilter;

use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::audit::AuditRow;
use crate::console::audit::older;
use crate::console::audit::page_of;
use crate::console::audit::said;
use crate::console::frame::Frame;
use crate::console::frame::page;

/// Which looks somebody asks for; empty fields of the form say nothing.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    who: String,
    #[serde(default)]
    camera: String,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    day: String,
    before: Option<u64>,
}

struct LookRow {
    row: AuditRow,
    camera: String,
    purpose: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "looks.html")]
struct LooksHtml<'a> {
    frame: &'a Frame,
    who: &'a str,
    camera: &'a str,
    purpose: &'a str,
    day: &'a str,
    rows: Vec<LookRow>,
    older: Option<String>,
}

/// Lists looks.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let key = said(&wish.camera).map(|camera| camera.parse::<CameraKey>()).transpose();
    let key = key.map_err(|error| Problem::field("camera", error.to_string()))?;
    let (township, camera) = key.map_or((None, None), |key| (Some(key.township), Some(key.camera)));
    let authority = match &township {
        Some(township) => identity.of_log(&state, Action::ReadLooks, township, None)?,
        None => identity.anywhere(Action::ReadLooks)?,
    };
    let filter = AuditFilter {
        who: said(&wish.who),
        purpose: said(&wish.purpose),
        township,
        within: authority.within(),
        camera,
        looks: true,
        ..page_of(&wish.day, wish.before)?
    };
    let rows = state.store(&authority).audit_rows(&filter).await?;
    let Wish { who, camera, purpose, day, .. } = &wish;
    let older = older(&rows, "/looks", [("who", who), ("camera", camera), ("purpose", purpose), ("day", day)]);
    let rows = rows.into_iter().map(|row| LookRow::new(&frame, row)).collect();
    page(&LooksHtml { frame: &frame, who, camera, purpose, day, rows, older })
}

impl LookRow {
    fn new(frame: &Frame, row: Row) -> Self {
        let township = row.entry.township.as_ref().map(ToString::to_string).unwrap_or_default();
        let (camera, purpose, reason) = match &row.entry.look {
            Some(look) => (format!("{township}/{}", look.camera), look.purpose.to_string(), look.reason.to_string()),
            None => Default::default(),
        };
        Self { row: AuditRow::new(frame.words, row), camera, purpose, reason }
    }
}
