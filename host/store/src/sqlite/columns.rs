//! How values of the model become columns, and columns values again.

use std::str::FromStr;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::id::Digest;
use xl_model::id::TownshipId;

/// Bits of a position that hold the number inside the township; above them stand the township's nine digits.
const SEQ_BITS: u32 = 33;

/// The largest number of one township's log.
pub(crate) const MAX_SEQ: u64 = (1 << SEQ_BITS) - 1;

/// A township as its nine digits.
pub(crate) fn township_number(township: &TownshipId) -> i64 {
    township.as_str().parse().expect("a township id is nine digits")
}

/// The township of a number read from the database.
pub(crate) fn township_id(number: i64) -> Result<TownshipId, sqlx::Error> {
    format!("{number:09}").parse().map_err(decode)
}

/// Where the event `seq` of `township` lies in the table of events.
pub(crate) fn position(township: &TownshipId, seq: u64) -> i64 {
    (township_number(township) << SEQ_BITS) | int(seq.min(MAX_SEQ))
}

/// The number inside its township of the event at `position`.
pub(crate) fn seq_of(position: i64) -> u64 {
    u64::try_from(position & int(MAX_SEQ)).unwrap_or(0)
}

/// A number for a column; what no column can hold becomes the largest that it can.
pub(crate) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A column as a number that is never negative.
pub(crate) fn uint(row: &SqliteRow, column: &str) -> Result<u64, sqlx::Error> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(decode)
}

/// A column as a smaller number.
pub(crate) fn small<T: TryFrom<i64, Error: std::error::Error + Send + Sync + 'static>>(
    row: &SqliteRow,
    column: &str,
) -> Result<T, sqlx::Error> {
    T::try_from(row.try_get::<i64, _>(column)?).map_err(decode)
}

/// A text column as an identifier.
pub(crate) fn parsed<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &SqliteRow,
    column: &str,
) -> Result<T, sqlx::Error> {
    row.try_get::<&str, _>(column)?.parse().map_err(decode)
}

/// A text column as an identifier, or nothing.
pub(crate) fn opt_parsed<T: FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &SqliteRow,
    column: &str,
) -> Result<Option<T>, sqlx::Error> {
    row.try_get::<Option<&str>, _>(column)?.map(str::parse).transpose().map_err(decode)
}

/// A text column that holds JSON.
pub(crate) fn json<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    serde_json::from_str(row.try_get(column)?).map_err(decode)
}

/// Texts as JSON, for `json_each`.
pub(crate) fn list(texts: Vec<String>) -> String {
    serde_json::Value::from(texts).to_string()
}

/// A digest as 32 bytes.
pub(crate) fn digest_bytes(digest: &Digest) -> Vec<u8> {
    hex::decode(digest.as_str()).expect("a digest is hex")
}

/// A column of 32 bytes as a digest.
pub(crate) fn digest(row: &SqliteRow, column: &str) -> Result<Digest, sqlx::Error> {
    hex::encode(row.try_get::<&[u8], _>(column)?).parse().map_err(decode)
}

/// The word that serde writes for `value`; for enums without fields.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("an enum without fields is a word, not {other:?}"),
    }
}

/// A column with a word of [`word`].
pub(crate) fn from_word<T: serde::de::DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    serde_json::from_value(serde_json::Value::String(row.try_get(column)?)).map_err(decode)
}

/// A stored value that cannot be what this crate wrote.
pub(crate) fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_holds_any_township_and_number() {
        for township in ["000000000", "371122102", "999999999"] {
            let township: TownshipId = township.parse().unwrap();
            let position = position(&township, MAX_SEQ);
            assert!(position >= 0);
            assert_eq!(seq_of(position), MAX_SEQ);
            assert_eq!(township_id(position >> SEQ_BITS).unwrap(), township);
        }
    }
}
