//! One picture in pieces on one topic, in any order.

use std::collections::BTreeMap;

use bytes::Bytes;
use xl_model::fault::Refused;
use xl_model::fault::code;

use super::Piece;
use super::broken;
use super::image;
use super::image::Found;
use super::image::TEXT_BYTES_MOST;

/// Most pieces of one picture: the largest text in pieces of a KiB.
const PIECES_MOST: usize = 4096;

/// The longest id of a picture, in bytes.
const ID_BYTES_MOST: usize = 64;

/// The pieces so far.
#[derive(Debug)]
pub(super) struct Pieces {
    id: String,
    size: usize,
    is_counted: bool,
    parts: BTreeMap<usize, String>,
    characters: usize,
}

impl Pieces {
    /// The picture that this piece belongs to; the piece itself is not yet taken.
    pub(super) fn begin(piece: Piece<'_>) -> Result<Self, Refused> {
        let size = usize::try_from(piece.size).unwrap_or(usize::MAX);
        let pos = usize::try_from(piece.pos).unwrap_or(usize::MAX);
        // Characters never go beyond the size; a piece that does counts pieces.
        let is_counted = pos.saturating_add(piece.data.len()) > size;
        let most = if is_counted { PIECES_MOST } else { TEXT_BYTES_MOST };
        if size > most {
            return Err(Refused::new(
                code::PICTURE_TOO_LARGE,
                format!("picture in pieces of size {size}: at most {most}"),
            ));
        }
        if piece.id.len() > ID_BYTES_MOST {
            return Err(broken("its id has more than 64 bytes"));
        }
        Ok(Self { id: piece.id.to_owned(), size, is_counted, parts: BTreeMap::new(), characters: 0 })
    }

    /// The picture's id.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// How many bytes are held.
    pub(super) fn len(&self) -> usize {
        self.characters
    }

    /// Takes a piece; tells whether the picture is complete.
    pub(super) fn take(&mut self, piece: Piece<'_>) -> Result<bool, Refused> {
        if usize::try_from(piece.size) != Ok(self.size) {
            return Err(broken("its pieces name two sizes"));
        }
        let pos = usize::try_from(piece.pos).unwrap_or(usize::MAX);
        if piece.data.is_empty() {
            return Ok(self.is_complete());
        }
        if let Some(before) = self.parts.get(&pos) {
            return if before == piece.data { Ok(false) } else { Err(broken(&format!("two pieces at place {pos}"))) };
        }
        let end = if self.is_counted { pos.saturating_add(1) } else { pos.saturating_add(piece.data.len()) };
        if end > self.size || self.parts.len() >= PIECES_MOST {
            return Err(broken(&format!("a piece at place {pos} of {}", self.size)));
        }
        if self.characters + piece.data.len() > TEXT_BYTES_MOST {
            return Err(Refused::new(
                code::PICTURE_TOO_LARGE,
                format!("picture in pieces: at most {TEXT_BYTES_MOST} characters"),
            ));
        }
        self.characters += piece.data.len();
        self.parts.insert(pos, piece.data.to_owned());
        if !self.is_counted && self.characters > self.size {
            return Err(broken("its pieces overlap"));
        }
        Ok(self.is_complete())
    }

    fn is_complete(&self) -> bool {
        // Places are below the size and differ, so a full number of them has no hole.
        if self.is_counted {
            return self.parts.len() == self.size;
        }
        self.characters == self.size
            && self.parts.iter().try_fold(0, |at, (pos, part)| (*pos == at).then_some(at + part.len()))
                == Some(self.size)
    }

    /// The whole as a picture.
    pub(super) fn picture(self) -> Result<Bytes, Refused> {
        let text: String = self.parts.into_values().collect();
        match image::in_text(text.trim().as_bytes(), false)? {
            Found::Picture(picture) => Ok(picture),
            Found::Nothing | Found::Url(_) => Err(broken("neither JPEG nor PNG")),
        }
    }
}
