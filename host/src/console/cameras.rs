//! The register of cameras, page by page.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::clock::TimestampMs;
use xl_model::people::action::Action;
use xl_store::cameras::RegisteredCamera;

use crate::api::authority::Identity;
use crate::api::cameras::CameraQuery;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;
use crate::console::rows::StandingRow;
use crate::console::text::Words;

// A screenful on a desk, four on a phone.
const CAMERAS_A_PAGE: u32 = 50;

/// Which cameras somebody looks for; empty fields of the form say nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
    text: String,
    place: String,
    owner: String,
    class: String,
    confirmed: String,
    attachment: String,
    after: String,
}

struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

struct CameraRow {
    href: String,
    id: String,
    name: String,
    place: String,
    place_name: Option<String>,
    owner: String,
    class: &'static str,
    confirmed: bool,
    attachment: &'static str,
    last_seen: String,
    standing: Option<StandingRow>,
}

#[derive(Template)]
#[template(path = "cameras.html")]
struct CamerasHtml<'a> {
    frame: &'a Frame,
    wish: &'a Wish,
    classes: Vec<Choice>,
    confirmations: Vec<Choice>,
    attachments: Vec<Choice>,
    cameras: Vec<CameraRow>,
    total: u64,
    next: Option<String>,
    export: String,
}

/// Lists cameras.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadCameras)?;
    let filter = wish.query().filter(&authority, state.places(&authority))?;
    let found = state.cameras(&authority).find(&filter).await?;
    let now_ms = state.now_ms();
    let words = frame.words;
    let statuses = state.statuses(&authority);
    let standing = |key: &CameraKey| statuses.of(key).map(|status| StandingRow::new(words, now_ms, &status));
    let next = found.next.map(|key| {
        let after = key.to_string();
        with_query("/cameras", wish.pairs("confirmed").into_iter().chain([("after", after.as_str())]))
    });
    page(&CamerasHtml {
        frame: &frame,
        classes: classes(words, &wish.class),
        confirmations: confirmations(words, &wish.confirmed),
        attachments: attachments(&wish.attachment),
        cameras: found
            .cameras
            .into_iter()
            .map(|row| {
                let place_name = rows::place(&frame, state.places(&authority), &row.camera.place);
                camera_row(words, now_ms, standing(&row.camera.key), place_name, row)
            })
            .collect(),
        total: found.total,
        next,
        export: with_query("/api/v1/cameras/export", wish.pairs("class_confirmed")),
        wish: &wish,
    })
}

impl Wish {
    fn query(&self) -> CameraQuery {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        CameraQuery {
            place: said(&self.place),
            owner: said(&self.owner),
            class: said(&self.class),
            class_confirmed: said(&self.confirmed).map(|text| text == "true"),
            attachment: said(&self.attachment),
            text: said(&self.text),
            after: said(&self.after),
            limit: Some(CAMERAS_A_PAGE),
            ..CameraQuery::default()
        }
    }

    fn pairs<'a>(&'a self, confirmed: &'a str) -> Vec<(&'a str, &'a str)> {
        let all = [
            ("text", self.text.as_str()),
            ("place", &self.place),
            ("owner", &self.owner),
            ("class", &self.class),
            (confirmed, &self.confirmed),
            ("attachment", &self.attachment),
        ];
        all.into_iter().filter(|(_, value)| !value.trim().is_empty()).collect()
    }
}

fn camera_row(
    words: &Words,
    now_ms: TimestampMs,
    standing: Option<StandingRow>,
    place_name: Option<String>,
    row: RegisteredCamera,
) -> CameraRow {
    let last_seen = rows::last_seen(words, now_ms, row.last_seen_ms);
    let camera = row.camera;
    CameraRow {
        href: rows::camera_href(&camera.key),
        id: camera.key.to_string(),
        name: camera.name,
        place: camera.place,
        place_name,
        owner: camera.owner.name,
        class: rows::class(words, camera.class),
        confirmed: camera.class_confirmed,
        attachment: camera.attachment.kind(),
        last_seen,
        standing,
    }
}

fn classes(words: &Words, chosen: &str) -> Vec<Choice> {
    let choice = |class: &LegalClass| Choice {
        value: class.word(),
        label: rows::class(words, *class),
        chosen: class.word() == chosen,
    };
    LegalClass::ALL.iter().map(choice).collect()
}

fn confirmations(words: &Words, chosen: &str) -> Vec<Choice> {
    let choice = |(value, label): (&'static str, &'static str)| Choice { value, label, chosen: value == chosen };
    [("true", words.yes), ("false", words.unconfirmed)].map(choice).into()
}

fn attachments(chosen: &str) -> Vec<Choice> {
    ["mqtt", "onvif", "mapped", "none"].map(|kind| Choice { value: kind, label: kind, chosen: kind == chosen }).into()
}
