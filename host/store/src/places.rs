//! Places with all their periods. Rules among them are the model's: what comes here is right.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;
use xl_model::place::Names;
use xl_model::place::Place;

use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;
use crate::sqlite::rows::MultiRow;

static PUT: MultiRow = MultiRow::new(
    "INSERT INTO places (code, from_day, to_day, name, pinyin, en, kind, successor, changed_ms) VALUES ",
    "(?,?,?,?,?,?,?,?,?)",
    9,
    " ON CONFLICT (code, from_day) DO UPDATE SET to_day = excluded.to_day, name = excluded.name, \
     pinyin = excluded.pinyin, en = excluded.en, kind = excluded.kind, successor = excluded.successor, \
     changed_ms = excluded.changed_ms",
);

impl Store {
    /// All places with all their periods, by code and first day.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn places(&self) -> Result<Vec<Place>, StoreError> {
        self.flush().await;
        let rows = sqlx::query("SELECT * FROM places ORDER BY code, from_day").fetch_all(&self.shared.readers).await;
        rows.and_then(|rows| rows.iter().map(place_from).collect()).map_err(not_read("places"))
    }

    /// Enters places, or says anew what those with the same code and first day were: all in one transaction.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn put_places(&self, places: Vec<Place>, at_ms: TimestampMs) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                PUT.execute(connection, &places, |row, place| {
                    row.text(place.code.as_str());
                    row.text(&place.from.map(|day| day.to_string()).unwrap_or_default());
                    row.opt_text(place.to.map(|day| day.to_string()).as_deref());
                    row.text(&place.names.zh);
                    row.text(&place.names.pinyin);
                    row.text(&place.names.en);
                    row.text(place.kind.word());
                    row.opt_text(place.successor.as_ref().map(|code| code.as_str()));
                    row.int(at_ms);
                })
                .await?;
                Ok(())
            })
        })
        .await
    }
}

fn place_from(row: &SqliteRow) -> Result<Place, sqlx::Error> {
    let dated = !row.try_get::<&str, _>("from_day")?.is_empty();
    Ok(Place {
        code: columns::parsed(row, "code")?,
        names: Names { zh: row.try_get("name")?, pinyin: row.try_get("pinyin")?, en: row.try_get("en")? },
        kind: columns::from_word(row, "kind")?,
        from: dated.then(|| columns::parsed(row, "from_day")).transpose()?,
        to: columns::opt_parsed(row, "to_day")?,
        successor: columns::opt_parsed(row, "successor")?,
    })
}
