//! The outbox over a real store.

use super::*;
use crate::devices::testing::TestHub;
use xl_model::event::NewEvent;

async fn open(hub: &TestHub) -> Forwarder {
    let form = Announced::new(vec!["trace.*".parse().unwrap()]);
    Forwarder::open(hub.store.clone(), "city", Arc::new(form)).await.unwrap()
}

async fn append(hub: &TestHub, township: &str, kind: &str, id: &str) {
    let fact = NewEvent {
        township: township.parse().unwrap(),
        source: "module:trace".into(),
        id: id.into(),
        kind: kind.parse().unwrap(),
        camera: None,
        subject: None,
        time_ms: 0,
        received_ms: 0,
        data: "{}".into(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    };
    hub.store.append(vec![fact]).await.unwrap();
}

fn ids(messages: &[Outgoing]) -> Vec<String> {
    let id = |payload: &[u8]| serde_json::from_slice::<serde_json::Value>(payload).unwrap()["id"].to_string();
    messages.iter().map(|message| id(&message.payload).trim_matches('"').to_owned()).collect()
}

/// The next messages; a receiver that is never woken fails its test.
async fn after(outbox: &Forwarder, ticket: u64) -> Vec<Outgoing> {
    let limit = std::time::Duration::from_secs(30);
    tokio::time::timeout(limit, outbox.after(ticket, 10)).await.expect("there is a message to forward")
}

#[tokio::test]
async fn what_is_not_settled_is_handed_out_again_after_a_restart_and_nothing_else() {
    let hub = TestHub::new().await;
    for (township, kind, id) in [
        ("371122101", "trace.noted", "a1"),
        ("371122102", "camera.telemetry", "b1"),
        ("371122102", "trace.noted", "b2"),
        ("371122102", "trace.noted", "b3"),
    ] {
        append(&hub, township, kind, id).await;
    }
    let outbox = open(&hub).await;
    let messages = after(&outbox, outbox.begin().await).await;
    assert_eq!(ids(&messages), ["a1", "b2", "b3"]);
    outbox.settled(messages[1].ticket).await;
    assert_eq!(ids(&after(&outbox, outbox.begin().await).await), ["b3"]);

    let hub = hub.restart().await;
    let outbox = open(&hub).await;
    assert_eq!(ids(&after(&outbox, 0).await), ["b3"]);
}

#[tokio::test]
async fn a_waiting_receiver_is_woken_by_a_new_event_of_any_township() {
    let hub = TestHub::new().await;
    append(&hub, "371122101", "trace.noted", "a1").await;
    let outbox = open(&hub).await;
    let first = after(&outbox, 0).await;
    let (next, ()) = tokio::join!(after(&outbox, first[0].ticket), append(&hub, "371122105", "trace.noted", "e1"));
    assert_eq!(ids(&next), ["e1"]);
}
