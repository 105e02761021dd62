//! The live feed: a township's events as they are committed, by Server-Sent Events.
//!
//! Reads the log from a number on, so nothing is missed between two connections: the browser sends the last number it
//! saw as `Last-Event-ID`.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::response::sse;
use futures::Stream;
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use xl_model::cloud_event::CloudEvent;
use xl_model::event::Event;
use xl_model::event::KindPattern;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_store::StoreError;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::events::Kinds;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;

// One read of the log; a feed that lags catches up in steps of this.
const EVENTS_A_READ: usize = 256;

// How soon a silent feed ends after its session or key ended, or a role was taken: at the latest (ID-8).
const AUTHORITY_EVERY: Duration = Duration::from_secs(1);

// Proxies close a connection that is silent for a minute.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// Which events the feed carries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedQuery {
    /// Nine digits.
    #[param(value_type = String, example = "371122102")]
    township: TownshipId,
    /// Kinds or prefixes, joined by commas; all when nothing is said.
    #[param(value_type = Option<String>, example = "camera.*")]
    #[serde(default)]
    kind: Kinds,
    /// From the one after this number on; from now on when nothing is said. `Last-Event-ID` goes before it.
    after: Option<u64>,
}

/// Follows the events of a township
///
/// Each event has `id` = its number, `event` = its kind, `data` = `CloudEvents` JSON. Resumable by `Last-Event-ID`.
#[utoipa::path(get, path = "/events/feed", tag = "events",
    params(FeedQuery, ("Last-Event-ID" = Option<u64>, Header, description = "The last number that was seen.")),
    responses((status = 200, content_type = "text/event-stream", body = String), Problem))]
pub(super) async fn feed(
    identity: Identity,
    State(state): State<ApiState>,
    Query(query): Query<FeedQuery>,
    headers: HeaderMap,
) -> Result<sse::Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Problem> {
    let authority = identity.of_log(&state, Action::ReadEvents, &query.township, None)?;
    let permit = state
        .feed_permit(&authority)
        .ok_or_else(|| Problem::new(StatusCode::SERVICE_UNAVAILABLE, code::TOO_MANY).with_retry_after(30))?;
    let seq = match headers.get("last-event-id") {
        Some(value) => {
            let number = value.to_str().ok().and_then(|text| text.parse().ok());
            number.ok_or_else(|| Problem::field("Last-Event-ID", "the number of an event"))?
        }
        None => match query.after {
            Some(seq) => seq,
            None => state.store(&authority).last_seq(&query.township).await?,
        },
    };
    let follower = Follower {
        authority,
        state,
        township: query.township,
        kinds: query.kind.0,
        seq,
        read: VecDeque::new(),
        _permit: permit,
    };
    let stream = futures::stream::unfold(follower, |mut follower| async move {
        let event = follower.next().await?;
        Some((Ok(written(&event)), follower))
    });
    Ok(sse::Sse::new(stream).keep_alive(sse::KeepAlive::new().interval(ALIVE_EVERY)))
}

struct Follower {
    authority: Authority,
    state: ApiState,
    township: TownshipId,
    kinds: Vec<KindPattern>,
    seq: u64,
    read: VecDeque<Arc<Event>>,
    _permit: OwnedSemaphorePermit,
}

impl Follower {
    /// The next event that is wanted; `None` when the hub stops, the right to it ends or the log cannot be read.
    async fn next(&mut self) -> Option<Arc<Event>> {
        loop {
            while let Some(event) = self.read.pop_front() {
                if !self.authority.still(&self.state) {
                    return None;
                }
                self.seq = event.seq;
                if self.kinds.is_empty() || self.kinds.iter().any(|pattern| pattern.matches(&event.kind)) {
                    return Some(event);
                }
            }
            self.wait().await?;
            match self.read_on().await {
                Ok(events) => self.read = events.into(),
                Err(error) => {
                    tracing::error!(code = %error.code(), township.id = %self.township, "feed ended: log not read");
                    return None;
                }
            }
        }
    }

    async fn read_on(&self) -> Result<Vec<Arc<Event>>, StoreError> {
        self.state.store(&self.authority).events_after(&self.township, self.seq, EVENTS_A_READ).await
    }

    async fn wait(&self) -> Option<()> {
        let store = self.state.store(&self.authority);
        loop {
            if !self.authority.still(&self.state) {
                return None;
            }
            tokio::select! {
                () = self.state.shutdown().cancelled() => return None,
                () = store.event_after(&self.township, self.seq) => return Some(()),
                () = tokio::time::sleep(AUTHORITY_EVERY) => {}
            }
        }
    }
}

fn written(event: &Event) -> sse::Event {
    // A CloudEvent holds strings, numbers and JSON that was checked at ingest: it always serializes.
    let data = serde_json::to_string(&CloudEvent::from(event)).unwrap_or_default();
    // JSON of a device may hold line breaks between its tokens; SSE ends a field at each.
    let data = data.replace(['\r', '\n'], " ");
    sse::Event::default().id(event.seq.to_string()).event(event.kind.as_str()).data(data)
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse as _;
    use xl_model::event::NewEvent;

    use super::*;

    #[tokio::test]
    async fn an_event_is_written_with_its_number_its_kind_and_one_line_of_json() {
        let fact = NewEvent {
            township: "371122102".parse().unwrap(),
            source: "371122102.gh-1".into(),
            id: "1".into(),
            kind: "camera.telemetry".parse().unwrap(),
            camera: Some("gh-1".parse().unwrap()),
            subject: None,
            time_ms: 0,
            received_ms: 0,
            data: "{\r\n\"t\": 1}".into(),
            pictures: Vec::new(),
            cause: None,
            depth: 0,
        };
        let event = written(&Event { seq: 7, fact });
        let response = sse::Sse::new(futures::stream::iter([Ok::<_, Infallible>(event)])).into_response();
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let lines: Vec<&str> = text.trim_end().lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines.contains(&"id: 7") && lines.contains(&"event: camera.telemetry"), "{text}");
    }
}
