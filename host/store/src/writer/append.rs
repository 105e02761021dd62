//! Writes numbered events, and what is kept beside them: newest numbers, hours, pictures.

use std::collections::BTreeMap;
use std::sync::Arc;

use sqlx::SqliteConnection;
use xl_model::event::Event;
use xl_model::picture::PictureRef;

use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;
use crate::uploads;

/// Milliseconds of an hour.
pub(crate) const HOUR_MS: i64 = 3_600_000;

static EVENTS: MultiRow = MultiRow::idempotent(
    "INSERT OR IGNORE INTO events (position, received_ms, time_ms, depth, cause, kind, camera, source, id, subject, pictures, data) \
     VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?)",
    12,
    "",
);
static TOWNSHIPS: MultiRow = MultiRow::idempotent(
    "INSERT INTO townships (township, last_seq, dedupe_seq) VALUES ",
    "(?,?,0)",
    2,
    " ON CONFLICT (township) DO UPDATE SET last_seq = excluded.last_seq",
);
static HOURS: MultiRow = MultiRow::idempotent(
    "INSERT INTO log_hours (township, hour, first_seq, last_seq) VALUES ",
    "(?,?,?,?)",
    4,
    " ON CONFLICT (township, hour) DO UPDATE SET last_seq = excluded.last_seq",
);
static EVENT_PICTURES: MultiRow =
    MultiRow::idempotent("INSERT OR IGNORE INTO event_pictures (position, sha256) VALUES ", "(?,?)", 2, "");
static PROVENANCE: MultiRow = MultiRow::idempotent(
    "INSERT OR IGNORE INTO provenance (township, sha256, camera, time_ms, width, height, bytes) VALUES ",
    "(?,?,?,?,?,?,?)",
    7,
    "",
);
static LATEST: MultiRow = MultiRow::idempotent(
    "INSERT OR REPLACE INTO latest_pictures (township, sha256, camera, time_ms, width, height, bytes) VALUES ",
    "(?,?,?,?,?,?,?)",
    7,
    "",
);

/// Writes events in the order of their numbers.
pub(super) async fn write(connection: &mut SqliteConnection, events: &[Arc<Event>]) -> Result<(), sqlx::Error> {
    if events.is_empty() {
        return Ok(());
    }
    let written = EVENTS
        .execute(connection, events, |row, event| {
            row.int(columns::position(&event.township, event.seq));
            row.int(event.received_ms);
            row.int(event.time_ms);
            row.int(event.depth.into());
            row.opt_int(event.cause.map(columns::int));
            row.text(event.kind.as_str());
            row.opt_text(event.camera.as_ref().map(|camera| camera.as_str()));
            row.shared(&event.source);
            row.shared(&event.id);
            row.opt_shared(event.subject.as_ref());
            row.opt_text(pictures_json(&event.pictures).as_deref());
            row.shared(&event.data);
        })
        .await?;
    if written != events.len() as u64 {
        return Err(sqlx::Error::Protocol("a number was given twice".to_owned()));
    }
    write_numbers(connection, events).await?;
    write_pictures(connection, events).await
}

fn pictures_json(pictures: &[PictureRef]) -> Option<String> {
    let json = || serde_json::to_string(pictures).expect("picture references are plain values");
    (!pictures.is_empty()).then(json)
}

async fn write_numbers(connection: &mut SqliteConnection, events: &[Arc<Event>]) -> Result<(), sqlx::Error> {
    let mut last: BTreeMap<i64, u64> = BTreeMap::new();
    let mut hours: BTreeMap<(i64, i64), (u64, u64)> = BTreeMap::new();
    for event in events {
        let township = columns::township_number(&event.township);
        last.insert(township, event.seq);
        let hour = hours.entry((township, event.received_ms.div_euclid(HOUR_MS))).or_insert((event.seq, event.seq));
        hour.1 = event.seq;
    }
    let last: Vec<_> = last.into_iter().collect();
    TOWNSHIPS
        .execute(connection, &last, |row, (township, seq)| {
            row.int(*township);
            row.int(columns::int(*seq));
        })
        .await?;
    let hours: Vec<_> = hours.into_iter().collect();
    HOURS
        .execute(connection, &hours, |row, ((township, hour), (first, last))| {
            row.int(*township);
            row.int(*hour);
            row.int(columns::int(*first));
            row.int(columns::int(*last));
        })
        .await?;
    Ok(())
}

/// An observation says where its pictures came from. What a module announces later about the same picture does not.
async fn write_pictures(connection: &mut SqliteConnection, events: &[Arc<Event>]) -> Result<(), sqlx::Error> {
    let named: Vec<_> = events.iter().flat_map(|event| event.pictures.iter().map(move |it| (event, it))).collect();
    if named.is_empty() {
        return Ok(());
    }
    EVENT_PICTURES
        .execute(connection, &named, |row, (event, picture)| {
            row.int(columns::position(&event.township, event.seq));
            row.blob(&columns::digest_bytes(&picture.sha256));
        })
        .await?;
    for event in events.iter().filter(|event| !event.pictures.is_empty()) {
        uploads::attach(connection, event).await?;
    }
    let observed = named.into_iter().filter(|(event, _)| event.depth == 0);
    let observed: Vec<_> =
        observed.filter_map(|(event, it)| event.camera.as_ref().map(|camera| (event, camera, it))).collect();
    for statement in [&PROVENANCE, &LATEST] {
        statement
            .execute(connection, &observed, |row, (event, camera, picture)| {
                row.int(columns::township_number(&event.township));
                row.blob(&columns::digest_bytes(&picture.sha256));
                row.text(camera.as_str());
                row.int(event.time_ms);
                row.int(picture.width.into());
                row.int(picture.height.into());
                row.int(picture.bytes.into());
            })
            .await?;
    }
    Ok(())
}
