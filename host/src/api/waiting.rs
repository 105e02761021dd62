//! The waiting room: publishers of foreign dialects that no camera is attached to, adopted or sent away by a person.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use xl_bridge::mqtt::dialect::Dialect;
use xl_bridge::waiting::Stranger;
use xl_model::camera::CameraKey;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::clock::TimestampMs;
use xl_model::people::action::Action;
use xl_store::cameras::RegisteredCamera;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::cameras::CameraView;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// The characters of a sample that are shown.
const SAMPLE_CHARS: usize = 512;

/// One who waits.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct StrangerView {
    /// `image`, `onvif_ej`, `axis`, `discovery` or `frigate`.
    dialect: &'static str,
    /// How the dialect names it.
    publisher: String,
    /// The topic of its last message.
    topic: String,
    /// The beginning of its last message as text; what is no text is replaced.
    sample: String,
    /// When it was first heard, in milliseconds since 1970.
    first_ms: TimestampMs,
    /// When it was last heard, in milliseconds since 1970.
    last_ms: TimestampMs,
    /// How many messages came.
    count: u64,
}

/// Those who wait.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct WaitingView {
    /// At most 1000, last heard first.
    waiting: Vec<StrangerView>,
    /// How many were forgotten because there were more.
    forgotten: u64,
}

/// Lists the publishers that wait
#[utoipa::path(get, path = "/waiting", tag = "cameras", responses((status = 200, body = WaitingView), Problem))]
pub(super) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<WaitingView>, Problem> {
    let authority = identity.of_hub(Action::DecideWaiting)?;
    let room = state.waiting(&authority);
    let waiting = room.list().into_iter().map(|stranger| StrangerView {
        sample: sample(&stranger),
        dialect: stranger.dialect.word(),
        publisher: stranger.publisher,
        topic: stranger.topic,
        first_ms: stranger.first_ms,
        last_ms: stranger.last_ms,
        count: stranger.count,
    });
    Ok(axum::Json(WaitingView { waiting: waiting.collect(), forgotten: room.forgotten() }))
}

/// Which of those who wait.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct StrangerPath {
    /// `image`, `onvif_ej`, `axis`, `discovery` or `frigate`.
    #[param(example = "frigate")]
    dialect: String,
    /// How the dialect names it, percent-encoded.
    #[param(example = "yard")]
    publisher: String,
}

/// For which camera it publishes.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AdoptBody {
    /// Nine digits.
    #[schema(example = "371122102")]
    township: String,
    /// The camera's id: one that is registered, or with `name` and `place` a new one.
    #[schema(example = "yard")]
    camera: String,
    /// The name of a new camera.
    name: Option<String>,
    /// The 12-digit division code of where a new camera stands.
    place: Option<String>,
    /// The legal class of a new camera.
    class: Option<String>,
    /// Since when its sign hangs, `2026-03-05`: needed unless its class is `non-public`.
    signage_date: Option<String>,
}

/// Adopts a publisher
///
/// A registered camera is attached as `mapped`, its other fields stay; with a name it is registered first. From its next
/// message on, what the publisher says is of this camera.
#[utoipa::path(post, path = "/waiting/{dialect}/{publisher}/adopt", tag = "cameras", params(StrangerPath),
    request_body = AdoptBody, responses((status = 200, body = CameraView), Problem))]
pub(super) async fn adopt(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<StrangerPath>,
    Json(body): Json<AdoptBody>,
) -> Result<axum::Json<CameraView>, Problem> {
    let authority = identity.of_hub(Action::DecideWaiting)?;
    let key = format!("{}/{}", body.township.trim(), body.camera.trim()).parse::<CameraKey>();
    let key = key.map_err(|error| Problem::field("camera", error.to_string()))?;
    let new = body.name.map(|name| New {
        name,
        place: body.place.unwrap_or_default(),
        class: body.class.unwrap_or_default(),
        signage_date: body.signage_date.unwrap_or_default(),
    });
    let row = adopt_as(&authority, &state, &path.dialect, &path.publisher, &key, new).await?;
    Ok(axum::Json(CameraView::new(row, state.devices(&authority).of(&key), state.places(&authority))))
}

/// Sends a publisher away
///
/// It waits again when it is heard again.
#[utoipa::path(delete, path = "/waiting/{dialect}/{publisher}", tag = "cameras", params(StrangerPath),
    responses((status = 204), Problem))]
pub(super) async fn dismiss(
    identity: Identity,
    State(state): State<ApiState>,
    Path(path): Path<StrangerPath>,
) -> Result<StatusCode, Problem> {
    let authority = identity.of_hub(Action::DecideWaiting)?;
    send_away(&authority, &state, &path.dialect, &path.publisher)?;
    Ok(StatusCode::NO_CONTENT)
}

/// A camera that is registered with its publisher.
pub(crate) struct New {
    /// Its name.
    pub(crate) name: String,
    /// Where it stands.
    pub(crate) place: String,
    /// Its legal class.
    pub(crate) class: String,
    /// Since when its sign hangs.
    pub(crate) signage_date: String,
}

/// Attaches a camera to one who waits; `new` registers it first.
pub(crate) async fn adopt_as(
    authority: &Authority,
    state: &ApiState,
    dialect: &str,
    publisher: &str,
    key: &CameraKey,
    new: Option<New>,
) -> Result<RegisteredCamera, Problem> {
    let missing = || Problem::not_there("publisher", format_args!("{dialect}:{publisher}"));
    let dialect = Dialect::read(dialect).ok_or_else(missing)?;
    let room = state.waiting(authority);
    let stranger = room.get(dialect, publisher).ok_or_else(missing)?;
    let cameras = state.cameras(authority);
    let mapped = dialect.publisher(&stranger.publisher);
    let row = match new {
        Some(New { name, place, class, signage_date }) => {
            let mut draft = Draft::default();
            for (field, text) in [
                (Field::Township, key.township.as_str()),
                (Field::Camera, key.camera.as_str()),
                (Field::Name, name.as_str()),
                (Field::Place, place.as_str()),
                (Field::Class, class.as_str()),
                (Field::SignageDate, signage_date.as_str()),
                (Field::Attachment, "mapped"),
                (Field::Publisher, mapped.as_str()),
            ] {
                draft.set(field, text);
            }
            cameras.add(&draft).await?
        }
        None => {
            let set = [(Field::Attachment, "mapped".to_owned()), (Field::Publisher, mapped)];
            cameras.change(key, &set, &state.hand(authority, None)?).await?
        }
    };
    room.take(dialect, publisher);
    Ok(row)
}

/// Takes one who waits out of the room.
pub(crate) fn send_away(
    authority: &Authority,
    state: &ApiState,
    dialect: &str,
    publisher: &str,
) -> Result<(), Problem> {
    let gone = Dialect::read(dialect).and_then(|dialect| state.waiting(authority).take(dialect, publisher));
    gone.map(drop).ok_or_else(|| Problem::not_there("publisher", format_args!("{dialect}:{publisher}")))
}

/// The beginning of the last message as text, without what would move a reader's eye or terminal.
pub(crate) fn sample(stranger: &Stranger) -> String {
    let text = String::from_utf8_lossy(&stranger.sample);
    text.chars().filter(|c| !c.is_control()).take(SAMPLE_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::header;
    use serde_json::json;
    use xl_bridge::port::Enrolments as _;

    use super::*;
    use crate::api::router;
    use crate::api::testing::Answer;
    use crate::api::testing::TestSite;
    use crate::api::testing::ask;

    const ADOPT: &str = "/waiting/onvif_ej/site%2FE4:30/adopt";

    async fn send(site: &TestSite, method: &str, path: &str, body: serde_json::Value) -> Answer {
        let request = site.signed(method, &format!("/api/v1{path}")).header(header::CONTENT_TYPE, "application/json");
        ask(&router(site.state.clone()), request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn with_a_stranger() -> TestSite {
        let site = TestSite::new().await;
        site.room.note(Dialect::OnvifEj, "site/E4:30", "site/E4:30/onvif-ej/a", b"{\"a\":\x1b1}", 7);
        site
    }

    #[tokio::test]
    async fn who_waits_is_shown_with_what_it_said_last() {
        let site = with_a_stranger().await;
        let shown = send(&site, "GET", "/waiting", json!(null)).await.json();
        let stranger = json!({"dialect": "onvif_ej", "publisher": "site/E4:30", "topic": "site/E4:30/onvif-ej/a",
            "sample": "{\"a\":1}", "first_ms": 7, "last_ms": 7, "count": 1});
        assert_eq!(shown, json!({"waiting": [stranger], "forgotten": 0}));
    }

    #[tokio::test]
    async fn a_stranger_is_adopted_for_a_registered_camera_or_a_new_one() {
        let site = with_a_stranger().await;
        let unknown = send(&site, "POST", ADOPT, json!({"township": "371122102", "camera": "gate"})).await;
        assert_eq!(unknown.status.as_u16(), 404, "{}", unknown.text);
        assert_eq!(site.room.list().len(), 1, "it waits on");
        let new = json!({"township": "371122102", "camera": "gate", "name": "东门", "place": "371122102201",
            "class": "other-public-place", "signage_date": "2026-11-01"});
        let adopted = send(&site, "POST", ADOPT, new).await;
        assert_eq!(adopted.status.as_u16(), 200, "{}", adopted.text);
        assert_eq!(adopted.json()["attachment"], json!({"kind": "mapped", "publisher": "onvif_ej:site/E4:30"}));
        let key: CameraKey = "371122102/gate".parse().unwrap();
        assert_eq!(site.hub.cameras.camera(Dialect::OnvifEj, "site/E4:30"), Some(key.clone()));
        assert_eq!(site.room.list(), []);

        site.room.note(Dialect::Frigate, "gate", "frigate/gate/motion", b"ON", 8);
        let known = json!({"township": "371122102", "camera": "gate"});
        assert_eq!(send(&site, "POST", "/waiting/frigate/gate/adopt", known).await.status.as_u16(), 200);
        assert_eq!(site.hub.cameras.camera(Dialect::Frigate, "gate"), Some(key));
        assert_eq!(site.hub.cameras.camera(Dialect::OnvifEj, "site/E4:30"), None, "it has one publisher");
    }

    #[tokio::test]
    async fn who_is_sent_away_or_never_came_cannot_be_adopted() {
        let site = with_a_stranger().await;
        assert_eq!(send(&site, "DELETE", "/waiting/onvif_ej/site%2FE4:30", json!(null)).await.status.as_u16(), 204);
        let body = json!({"township": "371122102", "camera": "gate"});
        for (method, path) in
            [("POST", ADOPT), ("POST", "/waiting/nonsense/x/adopt"), ("DELETE", "/waiting/onvif_ej/site%2FE4:30")]
        {
            assert_eq!(send(&site, method, path, body.clone()).await.status.as_u16(), 404, "{method} {path}");
        }
    }
}
