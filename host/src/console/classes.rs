//! Classes of cameras that wait for a second person, with the buttons of whoever may agree.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::class_wish::ClassWish;
use xl_model::id::CameraId;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::cameras::classes::waiting;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;
use crate::console::time;

struct WishRow {
    camera: String,
    name: String,
    href: String,
    target: String,
    from: &'static str,
    to: &'static str,
    word: &'static str,
    by: String,
    reason: String,
    asked: String,
    lapses: String,
    /// Whether whoever looks may agree.
    may: bool,
}

#[derive(Template)]
#[template(path = "classes.html")]
struct ClassesHtml<'a> {
    frame: &'a Frame,
    wishes: Vec<WishRow>,
}

/// What to do with which wish.
#[derive(Debug, Deserialize)]
pub(crate) struct What {
    township: TownshipId,
    camera: CameraId,
    what: String,
}

/// The class that was read; read itself only for who may decide.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wished {
    to: String,
}

/// Lists what waits.
pub(crate) async fn list(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::EditCameras)?;
    let wishes = waiting(&authority, &state);
    let wishes = wishes.into_iter().map(|wish| row(&identity, &authority, &state, &frame, wish)).collect();
    page(&ClassesHtml { frame: &frame, wishes })
}

/// Agrees to a wish, or refuses it.
pub(crate) async fn decide(
    identity: Identity,
    State(state): State<ApiState>,
    Path(What { township, camera, what }): Path<What>,
    Form(Wished { to }): Form<Wished>,
) -> Result<Response, Problem> {
    let key = CameraKey { township, camera };
    let class = || LegalClass::read(&to).ok_or_else(|| Problem::field("to", "the class that waits"));
    if what == "approve" {
        let authority = identity.of_class_wish(&state, &key)?;
        let hand = state.hand(&authority, None)?;
        state.cameras(&authority).approve_class(&key, class()?, &hand).await?;
    } else {
        let authority = identity.of_camera(&state, Action::EditCameras, &key)?;
        if what != "refuse" {
            return Err(Problem::not_there("operation", what));
        }
        state.cameras(&authority).refuse_class(&key, class()?).await?;
    }
    Ok(Redirect::to("/classes").into_response())
}

fn row(identity: &Identity, authority: &Authority, state: &ApiState, frame: &Frame, wish: ClassWish) -> WishRow {
    let name = state.cameras(authority).get(&wish.key).map(|row| row.camera.name);
    WishRow {
        may: identity.of_class_wish(state, &wish.key).is_ok(),
        name: name.unwrap_or_default(),
        href: rows::camera_href(&wish.key),
        target: format!("/classes/{}", wish.key),
        from: rows::class(frame.words, wish.from),
        to: rows::class(frame.words, wish.to),
        word: wish.to.word(),
        asked: time::minute(wish.asked_ms),
        lapses: time::minute(wish.lapses_ms()),
        camera: wish.key.to_string(),
        by: wish.by.to_string(),
        reason: wish.reason,
    }
}
