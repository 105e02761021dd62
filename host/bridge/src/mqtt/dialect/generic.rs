//! The generic image dialect: a mapping row says which topics carry pictures of which camera.

use bytes::Bytes;
use serde_json::Value;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;

use super::Heard;
use super::Level;
use super::Seen;
use super::What;
use super::chunks::Chunks;
use super::chunks::Piece;
use super::image;
use super::image::Found;
use super::mapping::Chunking;
use super::mapping::ImageMap;
use crate::mqtt::json;

/// The largest JSON around one piece of a picture, in bytes.
const PIECE_BYTES_MOST: usize = 256 * 1024;

/// Reads one message by its row; an empty one is a sign of life and no picture.
///
/// # Errors
/// [`xl_model::fault::code::UNKNOWN_TOPIC`] when the row is not about the topic, and what [`image::find`] and [`Chunks`]
/// refuse.
pub fn read(
    topic: &str,
    payload: &Bytes,
    row: &ImageMap,
    chunks: &mut Chunks,
    now_ms: TimestampMs,
) -> Result<Heard, Refused> {
    let Some((publisher, camera)) = row.publisher(topic) else {
        return Err(super::unknown_topic("the mapping row is not about it"));
    };
    let what = match row.chunk {
        Chunking::None => match image::find(payload, &row.pointers, row.allow_url)? {
            Found::Nothing => Some(alive()),
            Found::Picture(bytes) => Some(What::Picture { bytes, label: None }),
            Found::Url(url) => Some(What::PictureAt { url }),
        },
        Chunking::Meta => streamed(topic, payload, row, &publisher, chunks, now_ms)?,
        Chunking::Pos if payload.is_empty() => Some(alive()),
        Chunking::Pos => pieced(payload, row, &publisher, chunks, now_ms)?,
    };
    let seen = what.map(|what| Seen { publisher, camera, what });
    Ok(Heard { seen: seen.into_iter().collect(), identities_dropped: 0 })
}

/// On three topics; whatever else is said beside them (`status`) is a sign of life.
fn streamed(
    topic: &str,
    payload: &[u8],
    row: &ImageMap,
    publisher: &str,
    chunks: &mut Chunks,
    now_ms: TimestampMs,
) -> Result<Option<What>, Refused> {
    match topic.rsplit('/').next() {
        Some("meta") => {
            let meta = json::foreign(payload, PIECE_BYTES_MOST)?;
            let size = whole(&meta, &row.chunk_pointers.size)?;
            chunks.meta(publisher, size, now_ms).map(|()| None)
        }
        Some("chunk") => chunks.chunk(publisher, payload, now_ms).map(|()| None),
        Some("done") => chunks.done(publisher, now_ms).map(|bytes| Some(What::Picture { bytes, label: None })),
        _ => Ok(Some(alive())),
    }
}

/// On one topic, each piece with its place.
fn pieced(
    payload: &[u8],
    row: &ImageMap,
    publisher: &str,
    chunks: &mut Chunks,
    now_ms: TimestampMs,
) -> Result<Option<What>, Refused> {
    let sent = json::foreign(payload, PIECE_BYTES_MOST)?;
    let pointers = &row.chunk_pointers;
    let data = sent.pointer(&pointers.data).and_then(Value::as_str);
    let Some(data) = data else { return Err(json::field(&pointers.data, "is missing, or no text")) };
    let id = match sent.pointer(&pointers.id) {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => String::new(),
    };
    let (pos, size) = (whole(&sent, &pointers.pos)?, whole(&sent, &pointers.size)?);
    let picture = chunks.piece(publisher, Piece { id: &id, pos, size, data }, now_ms)?;
    Ok(picture.map(|bytes| What::Picture { bytes, label: None }))
}

/// A whole number, also as `2.0` (Python) or as a text.
fn whole(json: &Value, pointer: &str) -> Result<u64, Refused> {
    let found = json.pointer(pointer);
    let number = match found {
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Number(number)) => number.as_u64().or_else(|| {
            let number = number.as_f64().filter(|number| number.fract() == 0.0)?;
            (0.0..9_007_199_254_740_992.0).contains(&number).then_some(number as u64)
        }),
        _ => None,
    };
    number.ok_or_else(|| json::field(pointer, "must be a whole number"))
}

fn alive() -> What {
    What::Presence { level: Level::Up, reason: None }
}
