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
use crate::console::address::with_query;
use crate::console::audit::AuditRow;
use crate::console::audit::DAY_MS;
use crate::console::audit::ROWS_A_PAGE;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::time;

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
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let day =
        said(&wish.day).map(|day| time::day(&day).ok_or_else(|| Problem::field("day", "YYYY-MM-DD"))).transpose()?;
    let key = said(&wish.camera).map(|camera| camera.parse::<CameraKey>()).transpose();
    let key = key.map_err(|error| Problem::field("camera", error.to_string()))?;
    let (township, camera) = key.map_or((None, None), |key| (Some(key.township), Some(key.camera)));
    let authority = match &township {
        Some(township) => identity.of_log(&state, Action::ReadLooks, township, None)?,
        None => identity.of_hub(Action::ReadLooks)?,
    };
    let filter = AuditFilter {
        who: said(&wish.who),
        purpose: said(&wish.purpose),
        township,
        camera,
        looks: true,
        from_ms: day,
        to_ms: day.map(|from_ms| from_ms.saturating_add(DAY_MS)),
        before: wish.before,
        limit: ROWS_A_PAGE,
        ..AuditFilter::default()
    };
    let rows = state.store(&authority).audit_rows(&filter).await?;
    let last = rows.last().filter(|_| rows.len() == ROWS_A_PAGE as usize).map(|row| row.seq.to_string());
    let older = last.map(|before| {
        let Wish { who, camera, purpose, day, .. } = &wish;
        let query = [("who", who), ("camera", camera), ("purpose", purpose), ("day", day), ("before", &before)];
        with_query("/looks", query.map(|(name, value)| (name, value.as_str())))
    });
    let rows = rows.into_iter().map(|row| LookRow::new(&frame, row)).collect();
    let Wish { who, camera, purpose, day, .. } = &wish;
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
