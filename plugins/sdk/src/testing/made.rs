//! Visits and events as a hub would hand them over.

use std::collections::BTreeMap;

use crate::plugin::Event;
use crate::plugin::PictureRef;
use crate::plugin::Visit;

/// A visit of `page` in Chinese at `now_ms`, with a query.
pub fn visit(page: &str, query: &[(&str, &str)], now_ms: i64) -> Visit {
    let query: BTreeMap<&str, &str> = query.iter().copied().collect();
    let query = serde_json::to_string(&query).expect("a map of strings is JSON");
    Visit { page: page.to_owned(), query, locale: "zh".to_owned(), public: false, now_ms }
}

/// An event from outside, received when it happened.
pub fn event(seq: u64, kind: &str, camera: Option<&str>, time_ms: i64, data: &serde_json::Value) -> Event {
    Event {
        seq,
        id: format!("event-{seq}"),
        source: camera.unwrap_or("schedule").to_owned(),
        kind: kind.to_owned(),
        camera: camera.map(str::to_owned),
        subject: None,
        time_ms,
        received_ms: time_ms,
        data: data.to_string(),
        pictures: Vec::new(),
        cause: None,
        depth: 0,
    }
}

/// A `camera.picture` event with one picture, whose hash is made from `seq`.
pub fn picture_event(seq: u64, camera: &str, time_ms: i64) -> Event {
    let picture = PictureRef { sha256: format!("{seq:064x}"), width: 640, height: 480, bytes: 20_000 };
    Event { pictures: vec![picture], ..event(seq, "camera.picture", Some(camera), time_ms, &serde_json::json!({})) }
}
