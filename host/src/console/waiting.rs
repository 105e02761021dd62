//! The waiting room: publishers that no camera is attached to, with what they said last.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_bridge::waiting::Stranger;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::people::action::Action;

use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::api::waiting;
use crate::api::waiting::New;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;
use crate::console::time;

struct StrangerRow {
    dialect: &'static str,
    publisher: String,
    topic: String,
    sample: String,
    last: String,
    count: u64,
}

#[derive(Template)]
#[template(path = "waiting.html")]
struct WaitingHtml<'a> {
    frame: &'a Frame,
    strangers: Vec<StrangerRow>,
    classes: Vec<(&'static str, &'static str)>,
    forgotten: u64,
}

/// What a button of the page says about one who waits.
#[derive(Debug, Deserialize)]
pub(crate) struct Decision {
    dialect: String,
    publisher: String,
    what: String,
    #[serde(default)]
    camera: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    place: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    signage_date: String,
}

/// Lists those who wait.
pub(crate) async fn list(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    let authority = identity.of_hub(Action::DecideWaiting)?;
    let room = state.waiting(&authority);
    let strangers = room.list().into_iter().map(row).collect();
    let classes = LegalClass::ALL.iter().map(|class| (class.word(), rows::class(frame.words, *class))).collect();
    page(&WaitingHtml { frame: &frame, strangers, classes, forgotten: room.forgotten() })
}

/// Adopts one or sends it away.
pub(crate) async fn decide(
    identity: Identity,
    State(state): State<ApiState>,
    Form(decision): Form<Decision>,
) -> Result<Response, Problem> {
    let authority = identity.of_hub(Action::DecideWaiting)?;
    let Decision { dialect, publisher, what, camera, name, place, class, signage_date } = decision;
    match what.as_str() {
        "adopt" => {
            let key = camera.trim().parse::<CameraKey>();
            let key = key.map_err(|error| Problem::field("camera", error.to_string()))?;
            let new =
                Some(name).filter(|name| !name.trim().is_empty()).map(|name| New { name, place, class, signage_date });
            waiting::adopt_as(&authority, &state, &dialect, &publisher, &key, new).await?;
            Ok(Redirect::to(&rows::camera_href(&key)).into_response())
        }
        "dismiss" => {
            waiting::send_away(&authority, &state, &dialect, &publisher)?;
            Ok(Redirect::to("/waiting").into_response())
        }
        _ => Err(Problem::not_there("operation", what)),
    }
}

fn row(stranger: Stranger) -> StrangerRow {
    StrangerRow {
        dialect: stranger.dialect.word(),
        sample: waiting::sample(&stranger),
        last: time::minute(stranger.last_ms),
        count: stranger.count,
        publisher: stranger.publisher,
        topic: stranger.topic,
    }
}
