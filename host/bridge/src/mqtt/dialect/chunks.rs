//! Pictures in pieces: a bounded state machine, at most one open picture a publisher.
//!
//! Two ways are seen in the field. On three topics: `meta` says the size in bytes, `chunk`s follow in order, `done` ends
//! it. On one topic: each piece is JSON with a part of a base64 text, its place and the size of the whole; place and size
//! are characters, or with some senders the number of the piece and of pieces (a first piece longer than the "size" shows
//! that). Reads no clock; nothing is allocated by what a sender merely claims.

mod pieces;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use bytes::Bytes;
use xl_model::clock::TimestampMs;
use xl_model::fault::Refused;
use xl_model::fault::code;

use super::fault;
use super::image;
use super::image::PICTURE_BYTES_MOST;
use pieces::Pieces;

/// How long a picture may take to arrive, in milliseconds.
pub const OPEN_MS_MOST: i64 = 30_000;

/// Most pictures that are open at the same time.
pub const OPEN_MOST: usize = 256;

/// Most bytes of all open pictures together.
pub const OPEN_BYTES_MOST: usize = 32 * 1024 * 1024;

/// A piece on the one topic, as its JSON says it.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'p> {
    /// The picture's id; empty: the sender gives none.
    pub id: &'p str,
    /// Its place: its first character's number, or its own.
    pub pos: u64,
    /// The size of the whole: characters, or pieces.
    pub size: u64,
    /// The part of the base64 text or data URL.
    pub data: &'p str,
}

/// All open pictures.
#[derive(Debug, Default)]
pub struct Chunks {
    open: HashMap<String, Open>,
    bytes: usize,
    abandoned: u64,
}

#[derive(Debug)]
struct Open {
    since_ms: TimestampMs,
    parts: Parts,
}

#[derive(Debug)]
enum Parts {
    Stream { size: usize, bytes: Vec<u8> },
    Pieces(Pieces),
}

impl Parts {
    fn len(&self) -> usize {
        match self {
            Self::Stream { bytes, .. } => bytes.len(),
            Self::Pieces(pieces) => pieces.len(),
        }
    }
}

impl Chunks {
    /// A picture of `size` bytes begins. Saying it twice changes nothing.
    ///
    /// # Errors
    /// [`code::PICTURE_TOO_LARGE`], [`fault::TOO_MANY`].
    pub fn meta(&mut self, publisher: &str, size: u64, now_ms: TimestampMs) -> Result<(), Refused> {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        image::sized(size)?;
        self.expire(now_ms);
        if let Some(Open { parts: Parts::Stream { size: before, bytes }, .. }) = self.open.get(publisher)
            && *before == size
            && bytes.is_empty()
        {
            return Ok(());
        }
        self.begin(publisher, Parts::Stream { size, bytes: Vec::new() }, now_ms)
    }

    /// The next bytes of the picture that `meta` began.
    ///
    /// # Errors
    /// [`fault::BROKEN_PIECES`] without an open picture or beyond its size, [`fault::TOO_MANY`].
    pub fn chunk(&mut self, publisher: &str, chunk: &[u8], now_ms: TimestampMs) -> Result<(), Refused> {
        self.expire(now_ms);
        self.room_for(chunk.len())?;
        let Some(Open { parts: Parts::Stream { size, bytes }, .. }) = self.open.get_mut(publisher) else {
            return Err(broken("a chunk without the `meta` before it"));
        };
        if bytes.len() + chunk.len() > *size {
            let detail = format!("more than the {size} bytes that `meta` said");
            self.abandon(publisher);
            return Err(broken(&detail));
        }
        bytes.extend_from_slice(chunk);
        self.bytes += chunk.len();
        Ok(())
    }

    /// The picture is complete.
    ///
    /// # Errors
    /// [`fault::BROKEN_PIECES`] when it is not, or is no picture.
    pub fn done(&mut self, publisher: &str, now_ms: TimestampMs) -> Result<Bytes, Refused> {
        self.expire(now_ms);
        match self.close(publisher) {
            Some(Parts::Stream { size, bytes }) if bytes.len() == size && image::is_picture(&bytes) => Ok(bytes.into()),
            Some(Parts::Stream { size, bytes }) if bytes.len() == size => Err(broken("neither JPEG nor PNG")),
            Some(parts) => {
                self.abandoned += 1;
                Err(broken(&format!("done after {} bytes, with holes", parts.len())))
            }
            None => Err(broken("done without the `meta` before it")),
        }
    }

    /// Takes a piece of the one-topic form; gives the picture when it was the last. A repeated piece changes nothing.
    ///
    /// # Errors
    /// [`fault::BROKEN_PIECES`] for pieces that contradict each other, [`code::PICTURE_TOO_LARGE`], [`fault::TOO_MANY`],
    /// and what [`image::find`] refuses of the whole.
    pub fn piece(&mut self, publisher: &str, piece: Piece<'_>, now_ms: TimestampMs) -> Result<Option<Bytes>, Refused> {
        self.expire(now_ms);
        self.room_for(piece.data.len())?;
        let is_going_on = match self.open.get(publisher) {
            Some(Open { parts: Parts::Pieces(pieces), .. }) => pieces.id() == piece.id,
            _ => false,
        };
        if !is_going_on {
            let begun = Pieces::begin(piece)?;
            if piece.data.is_empty() {
                return Ok(None); // Senders that count pieces end with an empty one when the text divides evenly.
            }
            self.begin(publisher, Parts::Pieces(begun), now_ms)?;
        }
        let Some(Open { parts: Parts::Pieces(pieces), .. }) = self.open.get_mut(publisher) else { return Ok(None) };
        let before = pieces.len();
        let taken = pieces.take(piece);
        self.bytes = self.bytes - before + pieces.len();
        match taken {
            Ok(false) => Ok(None),
            Ok(true) => match self.close(publisher) {
                Some(Parts::Pieces(pieces)) => pieces.picture().map(Some),
                _ => Ok(None),
            },
            Err(refused) => {
                self.abandon(publisher);
                Err(refused)
            }
        }
    }

    /// Drops what took too long; tells how many pictures that were.
    pub fn expire(&mut self, now_ms: TimestampMs) -> usize {
        let before = self.open.len();
        let bytes = &mut self.bytes;
        self.open.retain(|_, open| {
            let is_young = now_ms.saturating_sub(open.since_ms) < OPEN_MS_MOST;
            if !is_young {
                *bytes -= open.parts.len();
            }
            is_young
        });
        let dropped = before - self.open.len();
        self.abandoned += dropped as u64;
        dropped
    }

    /// How many pictures were begun and never became complete.
    pub fn abandoned(&self) -> u64 {
        self.abandoned
    }

    /// How many bytes are held.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn begin(&mut self, publisher: &str, parts: Parts, now_ms: TimestampMs) -> Result<(), Refused> {
        self.abandon(publisher);
        if self.open.len() >= OPEN_MOST {
            return Err(Refused::new(fault::TOO_MANY, format!("more than {OPEN_MOST} pictures in pieces at once")));
        }
        self.open.insert(publisher.to_owned(), Open { since_ms: now_ms, parts });
        Ok(())
    }

    fn room_for(&self, more: usize) -> Result<(), Refused> {
        if more > PICTURE_BYTES_MOST * 2 {
            return Err(Refused::new(code::PICTURE_TOO_LARGE, format!("a piece of {more} bytes")));
        }
        if self.bytes + more > OPEN_BYTES_MOST {
            return Err(Refused::new(
                fault::TOO_MANY,
                format!("pictures in pieces hold {OPEN_BYTES_MOST} bytes already"),
            ));
        }
        Ok(())
    }

    fn close(&mut self, publisher: &str) -> Option<Parts> {
        let open = self.open.remove(publisher)?;
        self.bytes -= open.parts.len();
        Some(open.parts)
    }

    fn abandon(&mut self, publisher: &str) {
        self.abandoned += u64::from(self.close(publisher).is_some());
    }
}

fn broken(what: &str) -> Refused {
    Refused::new(fault::BROKEN_PIECES, format!("picture in pieces: {what}"))
}
