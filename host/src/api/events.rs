//! Events: found, read one by one, and published by programs.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use xl_bridge::port::Submission;
use xl_model::clock::TimestampMs;
use xl_model::cloud_event::CloudEvent;
use xl_model::cloud_event::parse_rfc3339;
use xl_model::event::KindPattern;
use xl_model::event::RESERVED;
use xl_model::id::CameraId;
use xl_model::id::Kind;
use xl_model::id::TownshipId;
use xl_model::observation::Observation;
use xl_model::observation::Verdict;
use xl_model::people::action::Action;
use xl_store::log::EventFilter;

use crate::api::authority::Identity;
use crate::api::extract::Json;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

/// Most events of one answer.
const MOST_EVENTS: u32 = 1_000;

/// Which events somebody looks for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct EventQuery {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Kinds or prefixes, joined by commas: `camera.picture,trace.*`.
    #[param(value_type = Option<String>, example = "camera.*")]
    #[serde(default)]
    kind: Kinds,
    /// Only about this camera.
    #[param(value_type = Option<String>)]
    camera: Option<CameraId>,
    /// Only received at or after this time, RFC 3339 with zone or milliseconds since 1970.
    #[param(value_type = Option<String>)]
    from: Option<When>,
    /// Only received before this time.
    #[param(value_type = Option<String>)]
    to: Option<When>,
    /// Oldest first, from the one after this number on.
    after: Option<u64>,
    /// Newest first, from the one before this number on.
    before: Option<u64>,
    /// At most so many, 1 to 1000; 100 when nothing is said.
    limit: Option<u32>,
}

/// Patterns joined by commas.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Kinds(pub(super) Vec<KindPattern>);

impl TryFrom<String> for Kinds {
    type Error = xl_model::id::IdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let patterns = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        patterns.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

/// A time as RFC 3339 or in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct When(TimestampMs);

impl When {
    /// In milliseconds since 1970.
    pub(super) fn ms(self) -> TimestampMs {
        self.0
    }
}

impl TryFrom<String> for When {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        // A `+` of the zone arrives as a space where it was not written as %2B.
        let time_ms = text.parse().ok().or_else(|| parse_rfc3339(&text.replace(' ', "+")));
        time_ms.map(Self).ok_or_else(|| "RFC 3339 with zone such as `2026-11-23T08:00:00+08:00`".to_owned())
    }
}

/// Events of one answer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct EventPage {
    #[schema(value_type = Vec<CloudEventShape>)]
    events: Vec<CloudEvent>,
    /// Hand it back as `after` (when that was given) or `before`; nothing: there are no more.
    next: Option<u64>,
}

/// An event as `CloudEvents` 1.0 JSON.
#[derive(utoipa::ToSchema)]
#[schema(as = CloudEvent)]
#[expect(dead_code, reason = "documents the form of xl_model::cloud_event::CloudEvent")]
pub(super) struct CloudEventShape {
    /// Always `1.0`.
    specversion: String,
    /// Unique per `source`.
    id: String,
    /// `/{township}/{source}`.
    source: String,
    /// `cn.xueliang.{kind}`.
    r#type: String,
    /// What else it is about.
    subject: Option<String>,
    /// When it happened, RFC 3339 UTC.
    time: String,
    /// Always `application/json`.
    datacontenttype: String,
    /// Nine digits.
    township: String,
    /// Number in the township's log.
    seq: u64,
    /// The camera it is about.
    camera: Option<String>,
    /// When the hub received it, RFC 3339 UTC.
    receivedtime: String,
    /// The `seq` of the causing event.
    cause: Option<u64>,
    /// How many causes stand before it.
    depth: u8,
    /// References to its pictures.
    pictures: Vec<PictureShape>,
    /// The fact itself.
    #[schema(value_type = Object)]
    data: serde_json::Value,
}

/// A reference to a picture.
#[derive(utoipa::ToSchema)]
#[schema(as = Picture)]
#[expect(dead_code, reason = "documents the form of xl_model::picture::PictureRef")]
pub(super) struct PictureShape {
    /// SHA-256, see `/pictures/{township}/{sha256}`.
    sha256: String,
    /// Pixels.
    width: u32,
    /// Pixels.
    height: u32,
    /// Size of the JPEG.
    bytes: u32,
}

/// Finds events of a township
///
/// Newest first, or oldest first with `after`.
#[utoipa::path(get, path = "/events", tag = "events", params(EventQuery),
    responses((status = 200, body = EventPage), Problem))]
pub(super) async fn find(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<EventQuery>,
) -> Result<axum::Json<EventPage>, Problem> {
    let authority = identity.of_log(&state, Action::ReadEvents, &query.township, query.camera.as_ref())?;
    let limit = query.limit.unwrap_or(100);
    if !(1..=MOST_EVENTS).contains(&limit) {
        return Err(Problem::field("limit", "1 to 1000"));
    }
    if query.after.is_some() && query.before.is_some() {
        return Err(Problem::field("before", "not together with `after`"));
    }
    let filter = EventFilter {
        kinds: query.kind.0,
        camera: query.camera,
        from_ms: query.from.map(|when| when.0),
        to_ms: query.to.map(|when| when.0),
        after: query.after,
        before: query.before,
        limit,
    };
    let events = state.store(&authority).find_events(&query.township, filter).await?;
    let next = if events.len() == limit as usize { events.last().map(|event| event.seq) } else { None };
    Ok(axum::Json(EventPage { events: events.iter().map(CloudEvent::from).collect(), next }))
}

/// Reads one event
#[utoipa::path(get, path = "/events/{township}/{seq}", tag = "events",
    params(
        ("township" = String, Path, description = "Nine digits."),
        ("seq" = u64, Path, description = "Its number."),
    ),
    responses((status = 200, body = CloudEventShape), Problem))]
pub(super) async fn one(
    identity: Identity,
    State(state): State<ApiState>,
    Path((township, seq)): Path<(TownshipId, u64)>,
) -> Result<axum::Json<CloudEvent>, Problem> {
    let missing = || Problem::not_there("event", format_args!("{township}/{seq}"));
    let authority = identity.of_township(Action::ReadEvents, &township, missing)?;
    let event = state.store(&authority).event(&township, seq).await?;
    let event = event.ok_or_else(missing)?;
    Ok(axum::Json(CloudEvent::from(&event)))
}

/// A township that has a log.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Township {
    /// Nine digits.
    #[schema(value_type = String)]
    township: TownshipId,
    /// Number of its newest event.
    last_seq: u64,
}

/// Lists the townships that have a log
#[utoipa::path(get, path = "/townships", tag = "events", responses((status = 200, body = Vec<Township>), Problem))]
pub(super) async fn townships(
    identity: Identity,
    State(state): State<ApiState>,
) -> Result<axum::Json<Vec<Township>>, Problem> {
    let authority = identity.anywhere(Action::ReadEvents)?;
    let townships = state.store(&authority).townships().await?;
    let own = townships.into_iter().filter(|(township, _)| authority.covers(township));
    Ok(axum::Json(own.map(|(township, last_seq)| Township { township, last_seq }).collect()))
}

/// An event as a program publishes it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEvent {
    /// Nine digits.
    #[schema(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Dotted words.
    #[schema(value_type = String, example = "weather.observed")]
    kind: Kind,
    /// A registered camera of the township.
    #[schema(value_type = Option<String>)]
    camera: Option<CameraId>,
    /// What else it is about.
    subject: Option<String>,
    /// The program's own id of it: sent twice, it is stored once.
    id: Option<String>,
    /// When it happened, RFC 3339 with zone; now when nothing is said.
    time: Option<String>,
    /// A JSON object, at most 256 KiB.
    #[schema(value_type = Object)]
    data: Box<RawValue>,
}

/// What became of a published event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Published {
    /// Its number in the township's log; nothing when it was there already.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    /// Whether its id was there already: nothing has changed.
    repeated: bool,
}

/// Publishes an event
///
/// Answers after the commit: 201 when it is stored, 200 when its id was there already.
#[utoipa::path(post, path = "/events", tag = "events", request_body = NewEvent,
    responses((status = 201, body = Published), (status = 200, body = Published), Problem))]
pub(super) async fn publish(
    identity: Identity,
    State(state): State<ApiState>,
    Json(event): Json<NewEvent>,
) -> Result<(StatusCode, axum::Json<Published>), Problem> {
    let authority = identity.of_log(&state, Action::PublishEvents, &event.township, None)?;
    let time_ms = match event.time.as_deref().map(|text| When::try_from(text.to_owned())) {
        Some(Err(wrong)) => return Err(Problem::field("time", wrong)),
        Some(Ok(when)) => Some(when.0),
        None => None,
    };
    if RESERVED.iter().any(|reserved| event.kind.as_str().starts_with(reserved)) {
        let reserved = RESERVED.join("`, `");
        return Err(Problem::field("kind", format!("none that begins with `{reserved}`: those are the hub's to tell")));
    }
    if !event.data.get().starts_with('{') {
        return Err(Problem::field("data", "a JSON object"));
    }
    let observation = Observation {
        township: event.township,
        source: "api".into(),
        id: event.id.map(Into::into),
        kind: event.kind,
        camera: event.camera,
        subject: event.subject.map(Into::into),
        time_ms,
        data: event.data.get().into(),
        picture: None,
        relayed: false,
    };
    let stopping = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::STOPPING).with_retry_after(5);
    let (verdict, told) = oneshot::channel();
    let submission = Submission { observation, verdict };
    state.inbox(&authority).send(submission).await.map_err(|_| stopping())?;
    match told.await.map_err(|_| stopping())? {
        Verdict::Stored(seq) => Ok((StatusCode::CREATED, axum::Json(Published { seq: Some(seq), repeated: false }))),
        Verdict::Repeated => Ok((StatusCode::OK, axum::Json(Published { seq: None, repeated: true }))),
        Verdict::Refused(refused) => Err(refused.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_rfc_3339_with_zone_or_milliseconds() {
        let when = |text: &str| When::try_from(text.to_owned());
        assert_eq!(when("2026-11-23T16:00:00+08:00"), when("2026-11-23T08:00:00Z"));
        assert_eq!(when("2026-11-23T16:00:00 08:00"), when("2026-11-23T08:00:00Z"));
        assert_eq!(when("1000"), Ok(When(1_000)));
        assert!(when("2026-11-23").is_err());
    }

    #[test]
    fn kinds_are_joined_by_commas() {
        assert_eq!(Kinds::try_from("camera.*, trace.batch.packed".to_owned()).unwrap().0.len(), 2);
        assert!(Kinds::try_from("camera.*,Bad".to_owned()).is_err());
    }
}
