//! Rewrites the ends of histories: many cameras with three statements.

use std::collections::HashSet;

use sqlx::SqliteConnection;
use xl_model::camera::CameraKey;
use xl_model::ladder::output::Change;
use xl_model::ladder::output::Edge;

use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;

static REMOVE: MultiRow = MultiRow::new(
    "DELETE FROM status_intervals WHERE (township, camera, from_us) IN (SELECT i.township, i.camera, i.from_us FROM \
     (VALUES ",
    "(?,?,?)",
    3,
    ") AS v CROSS JOIN status_intervals AS i ON i.township = v.column1 AND i.camera = v.column2 AND \
     i.from_us >= v.column3)",
);

// Only the newest of what is left can reach beyond the cut; it is found at the end of its key.
static CUT: MultiRow = MultiRow::new(
    "UPDATE status_intervals SET to_us = v.column3 FROM (VALUES ",
    "(?,?,?)",
    3,
    ") AS v WHERE status_intervals.township = v.column1 AND status_intervals.camera = v.column2 AND \
     status_intervals.from_us = (SELECT max(i.from_us) FROM status_intervals AS i WHERE i.township = v.column1 AND \
     i.camera = v.column2) AND (status_intervals.to_us IS NULL OR status_intervals.to_us > v.column3)",
);

static INSERT: MultiRow = MultiRow::new(
    "INSERT INTO status_intervals (township, camera, from_us, to_us, level, reason, source) VALUES ",
    "(?,?,?,?,?,?,?)",
    7,
    "",
);

static EDGES: MultiRow = MultiRow::new(
    "INSERT OR IGNORE INTO status_edges (township, camera, at_us, kind, reason) VALUES ",
    "(?,?,?,?,?)",
    5,
    "",
);

/// Writes changes in their order.
pub(super) async fn changes(connection: &mut SqliteConnection, changes: &[Change]) -> Result<(), sqlx::Error> {
    let mut rest = changes;
    while !rest.is_empty() {
        // Two changes of one camera are written one after the other.
        let mut seen: HashSet<&CameraKey> = HashSet::new();
        let count = rest.iter().take_while(|change| seen.insert(&change.camera)).count();
        let (now, later) = rest.split_at(count);
        rest = later;
        for statement in [&REMOVE, &CUT] {
            statement
                .execute(connection, now, |row, change| {
                    row.int(columns::township_number(&change.camera.township));
                    row.text(change.camera.camera.as_str());
                    row.int(change.from_us);
                })
                .await?;
        }
        let intervals: Vec<_> = now.iter().flat_map(|change| &change.intervals).collect();
        INSERT
            .execute(connection, &intervals, |row, interval| {
                row.int(columns::township_number(&interval.camera.township));
                row.text(interval.camera.camera.as_str());
                row.int(interval.from_us);
                row.opt_int(interval.to_us);
                row.text(interval.level.word());
                row.text(interval.reason.as_str());
                row.shared(&interval.source);
            })
            .await?;
    }
    Ok(())
}

/// Writes raw edges; one that is there already stays.
pub(super) async fn edges(connection: &mut SqliteConnection, edges: &[Edge]) -> Result<(), sqlx::Error> {
    EDGES
        .execute(connection, edges, |row, edge| {
            row.int(columns::township_number(&edge.camera.township));
            row.text(edge.camera.camera.as_str());
            row.int(edge.at_us);
            row.text(edge.kind.word());
            row.text(edge.reason.as_str());
        })
        .await
        .map(drop)
}
