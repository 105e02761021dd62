//! The events of a township, newest first, with their pictures.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::reach::Reach;
use xl_store::log::EventFilter;

use crate::api::authority::Identity;
use crate::api::extract::Query;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::look_form::LookForm;
use crate::console::look_form::Stated;
use crate::console::rows::EventRow;

// A screenful on a desk, three on a phone.
const EVENTS_A_PAGE: u32 = 30;

/// Which events somebody looks for; empty fields of the form say nothing.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    township: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    camera: String,
    before: Option<u64>,
    #[serde(default)]
    purpose: String,
    #[serde(default)]
    reason: String,
}

struct TownshipRow {
    id: TownshipId,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "events.html")]
struct EventsHtml<'a> {
    frame: &'a Frame,
    townships: Vec<TownshipRow>,
    kind: &'a str,
    camera: &'a str,
    events: Vec<EventRow>,
    older: Option<String>,
    look: Option<LookForm>,
}

/// Lists events.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadEvents)?;
    let chosen = match wish.township.as_str() {
        "" => None,
        text => Some(text.parse::<TownshipId>().map_err(|error| wrong("township", &error))?),
    };
    // Beside the events of a township that was chosen, the others are a menu.
    let authority = authority.narrowed(chosen.as_ref().map(Reach::from));
    let mut townships = state.store(&authority).townships().await?;
    townships.retain(|(township, _)| authority.covers(township));
    let township = chosen.or_else(|| townships.first().map(|(township, _)| township.clone()));
    let patterns = wish.kind.split(',').map(str::trim).filter(|text| !text.is_empty()).map(str::parse);
    let camera = match wish.camera.trim() {
        "" => None,
        text => Some(text.parse().map_err(|error| wrong("camera", &error))?),
    };
    let filter = EventFilter {
        kinds: patterns.collect::<Result<_, _>>().map_err(|error| wrong("kind", &error))?,
        camera,
        before: wish.before,
        limit: EVENTS_A_PAGE,
        ..EventFilter::default()
    };
    let events = match &township {
        Some(township) => {
            state
                .store(&identity.of_log(&state, Action::ReadEvents, township, filter.camera.as_ref())?)
                .find_events(township, filter)
                .await?
        }
        None => Vec::new(),
    };
    let stated = Stated::new(&wish.purpose, &wish.reason);
    let last = events.last().filter(|_| events.len() == EVENTS_A_PAGE as usize);
    let older = last.map(|event| {
        let (township, before) = (event.township.to_string(), event.seq.to_string());
        let place =
            [("township", township.as_str()), ("kind", &wish.kind), ("camera", &wish.camera), ("before", &before)];
        with_query("/events", place.into_iter().chain(stated.query().into_iter().flatten()))
    });
    let mut rows: Vec<TownshipRow> =
        townships.into_iter().map(|(id, _)| TownshipRow { chosen: township.as_ref() == Some(&id), id }).collect();
    if let Some(id) = township.filter(|_| !rows.iter().any(|row| row.chosen)) {
        rows.push(TownshipRow { id, chosen: true });
    }
    let (chosen, before) = (wish.township.as_str(), wish.before.map(|before| before.to_string()).unwrap_or_default());
    let kept = [("township", chosen), ("kind", &wish.kind), ("camera", &wish.camera), ("before", &before)];
    let look = events.iter().any(|event| !event.pictures.is_empty());
    let look = look.then(|| LookForm::new(&state, &frame, "/events", &stated, None).keeping(kept));
    page(&EventsHtml {
        frame: &frame,
        townships: rows,
        kind: &wish.kind,
        camera: &wish.camera,
        events: events.iter().map(|event| EventRow::new(event, &stated)).collect(),
        older,
        look,
    })
}

fn wrong(name: &str, error: &xl_model::id::IdError) -> Problem {
    Problem::field(name, error.to_string())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::Request;
    use axum::http::header;
    use xl_model::id::TownshipId;
    use xl_store::audit::AuditFilter;

    use crate::api::testing::TestSite;
    use crate::api::testing::ask;
    use crate::console::router;

    /// What was read from above, oldest first.
    async fn reads(test: &TestSite) -> Vec<String> {
        let filter = AuditFilter { action: Some("read.from-above".to_owned()), limit: 100, ..AuditFilter::default() };
        let rows = test.hub.store.audit_rows(&filter).await.unwrap().into_iter().rev().map(|row| row.entry);
        rows.map(|row| format!("{} {}", row.object, row.township.as_ref().map_or("-", TownshipId::as_str))).collect()
    }

    /// TEN-9: the page of one township's events is read of that township and not of a list beside it; so are other pages of one.
    #[tokio::test]
    async fn a_page_of_one_township_leaves_one_row_for_each_kind_of_thing_and_names_the_township() {
        let test = TestSite::new().await;
        let (router, key) = (router(test.state.clone()), test.key("county-admin@371122").await);
        test.hub.add_camera("gh-1", &[]).await;
        test.enable_trace("371122102", serde_json::json!({})).await;
        for (path, rows) in [
            ("/events", &["events -"][..]),
            ("/events?township=371122102", &["events 371122102"]),
            ("/events?township=371122102&camera=gh-1", &["events 371122102"]),
            ("/cameras", &["cameras -"]),
            ("/cameras?place=371122102", &["cameras 371122102"]),
            ("/places?at=371122102", &["cameras 371122102"]),
            ("/duties?place=371122102", &["cameras 371122102", "exports 371122102"]),
            ("/figures?place=371122102", &["status 371122102"]),
            // Whether settings may be changed is asked for the link alone.
            ("/modules/371122102/trace", &["logs of modules 371122102"]),
        ] {
            let before = reads(&test).await.len();
            let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {key}"));
            let page = ask(&router, request.body(Body::empty()).unwrap()).await;
            assert_eq!(page.status.as_u16(), 200, "{path}: {}", page.text);
            assert_eq!(reads(&test).await[before..], *rows, "{path}");
            // Another hour: the next page has a first time of its own.
            test.pass(3_600_000);
            test.state.auditor().record_counted(false).await.unwrap();
        }
    }
}
