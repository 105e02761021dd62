//! A row of the audit log as a row of its table.

use sqlx::Row as _;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::LookedAt;
use xl_model::audit::Row;
use xl_model::audit::text::Text;

use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;

static ROWS: MultiRow = MultiRow::new(
    "INSERT INTO audit (seq, at_ms, who, unit, township, action, object, camera, purpose, reason, outcome, about, \
     detail, hash) VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    14,
    "",
);

/// Writes rows that are linked already.
pub(super) async fn write(connection: &mut SqliteConnection, rows: &[Row]) -> Result<(), sqlx::Error> {
    ROWS.execute(connection, rows, |to, row| {
        let Row { seq, entry, hash } = row;
        to.int(columns::int(*seq));
        to.int(entry.at_ms);
        to.text(entry.actor.who.as_str());
        to.text(entry.actor.unit.as_str());
        to.opt_int(entry.township.as_ref().map(columns::township_number));
        to.text(entry.action.as_str());
        to.text(entry.object.as_str());
        to.opt_text(entry.look.as_ref().map(|look| look.camera.as_str()));
        to.opt_text(entry.look.as_ref().map(|look| look.purpose.as_str()));
        to.opt_text(entry.look.as_ref().map(|look| look.reason.as_str()));
        to.text(entry.outcome.word());
        to.opt_int(entry.about.map(columns::int));
        to.text(entry.detail.as_str());
        to.blob(&columns::digest_bytes(hash));
    })
    .await
    .map(drop)
}

/// Reads a row exactly as it stands there.
pub(super) fn from(row: &SqliteRow) -> Result<Row, sqlx::Error> {
    let text = |column: &str| row.try_get::<String, _>(column).map(Text::stored);
    let township: Option<i64> = row.try_get("township")?;
    let look = match columns::opt_parsed(row, "camera")? {
        Some(camera) => Some(LookedAt { camera, purpose: text("purpose")?, reason: text("reason")? }),
        None => None,
    };
    let about: Option<i64> = row.try_get("about")?;
    Ok(Row {
        seq: columns::uint(row, "seq")?,
        entry: Entry {
            at_ms: row.try_get("at_ms")?,
            actor: Actor { who: text("who")?, unit: text("unit")? },
            township: township.map(columns::township_id).transpose()?,
            action: text("action")?,
            object: text("object")?,
            look,
            outcome: columns::from_word(row, "outcome")?,
            about: about.map(u64::try_from).transpose().map_err(columns::decode)?,
            detail: text("detail")?,
        },
        hash: columns::digest(row, "hash")?,
    })
}
