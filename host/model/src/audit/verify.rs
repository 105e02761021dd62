//! Compares a log with its chain and its checkpoints, row by row, and names the first row that cannot be trusted.
//!
//! The chain alone finds an edit, a deletion, an insertion and another order. Who computes the whole chain anew, cuts off its
//! end or puts an older database in place is found by the checkpoints, when they lie where he could not reach them.

use crate::audit::KEEP_MS_LEAST;
use crate::audit::Row;
use crate::audit::chain;
use crate::audit::checkpoint::Kind;
use crate::audit::checkpoint::Statement;
use crate::id::Digest;

/// Where a log begins: behind the rows that retention removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The last row that was removed; 0: none was.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
}

impl Base {
    /// Where a log begins that nothing was removed from.
    pub fn origin() -> Self {
        Self { seq: 0, hash: chain::origin() }
    }
}

/// What is wrong with a log. Code XL0942.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The rows before the first one are gone, and no checkpoint says that retention removed them.
    #[error("rows 1 to {through} are gone, and no signed cut of rows older than six months says so")]
    Beginning {
        /// The last row that is gone.
        through: u64,
    },
    /// A row is gone: another one stands in its place.
    #[error("row {seq} is missing, row {found} stands in its place")]
    Missing {
        /// The row that should stand there.
        seq: u64,
        /// The row that stands there.
        found: u64,
    },
    /// A row is not what was written, or does not follow the one before.
    #[error("row {seq} is not what was written after row {}", seq - 1)]
    Changed {
        /// The row.
        seq: u64,
    },
    /// A row cannot be read.
    #[error("row {seq} cannot be read: {why}")]
    Unreadable {
        /// The row.
        seq: u64,
        /// The reason.
        why: String,
    },
    /// The chain holds in itself, but is not the one that was signed.
    #[error("rows {from} to {through} are not those that checkpoint {number} signed")]
    NotAsSigned {
        /// The first row that may have been changed.
        from: u64,
        /// The row that was signed.
        through: u64,
        /// Number of the checkpoint.
        number: u64,
    },
    /// The log ends before a row that was signed.
    #[error("the log ends with row {}, but checkpoint {number} signed row {signed}", from - 1)]
    CutOff {
        /// The first row that is gone.
        from: u64,
        /// The row that was signed.
        signed: u64,
        /// Number of the checkpoint.
        number: u64,
    },
}

impl Fault {
    /// The first row that cannot be trusted.
    pub fn first_bad(&self) -> u64 {
        match self {
            Self::Beginning { .. } => 1,
            Self::Missing { seq, .. } | Self::Changed { seq } | Self::Unreadable { seq, .. } => *seq,
            Self::NotAsSigned { from, .. } | Self::CutOff { from, .. } => *from,
        }
    }
}

/// What a sound log is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    /// Rows that were read.
    pub rows: u64,
    /// The last row; 0: there is none.
    pub last: u64,
    /// The last row that a checkpoint vouches for. What was written after it is bound by the chain alone.
    pub signed: u64,
}

/// Takes the rows of a log in order.
#[derive(Debug)]
pub struct Verifier {
    /// Heads behind the base, by row.
    heads: std::vec::IntoIter<Statement>,
    head: Option<Statement>,
    previous: Digest,
    last: u64,
    rows: u64,
    signed: u64,
}

impl Verifier {
    /// Begins behind `base`, with the statements of the log's checkpoint file.
    ///
    /// # Errors
    /// [`Fault::Beginning`] when no signed cut says that the rows up to `base` were removed, and were old enough.
    pub fn new(base: Base, statements: &[Statement]) -> Result<Self, Fault> {
        let allows = |it: &&Statement| {
            it.kind == Kind::Cut
                && it.seq == base.seq
                && it.hash == base.hash
                && it.at_ms.saturating_sub(it.newest_ms) >= KEEP_MS_LEAST
        };
        if base != Base::origin() && !statements.iter().any(|it| allows(&it)) {
            return Err(Fault::Beginning { through: base.seq });
        }
        let is_ahead = |it: &&Statement| it.kind == Kind::Head && it.seq > base.seq;
        let mut heads: Vec<Statement> = statements.iter().filter(is_ahead).cloned().collect();
        heads.sort_by_key(|it| it.seq);
        let mut heads = heads.into_iter();
        let head = heads.next();
        Ok(Self { heads, head, previous: base.hash, last: base.seq, rows: 0, signed: base.seq })
    }

    /// Takes the next row.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn row(&mut self, row: &Row) -> Result<(), Fault> {
        let seq = self.last + 1;
        if row.seq != seq {
            return Err(Fault::Missing { seq, found: row.seq });
        }
        if chain::hash(&self.previous, seq, &row.entry) != row.hash {
            return Err(Fault::Changed { seq });
        }
        let mut is_signed = false;
        while let Some(head) = self.head.as_ref().filter(|head| head.seq == seq) {
            if head.hash != row.hash {
                return Err(Fault::NotAsSigned { from: self.signed + 1, through: seq, number: head.number });
            }
            is_signed = true;
            self.head = self.heads.next();
        }
        if is_signed {
            self.signed = seq;
        }
        self.previous = row.hash.clone();
        self.last = seq;
        self.rows += 1;
        Ok(())
    }

    /// Says that the log ends here.
    ///
    /// # Errors
    /// [`Fault::CutOff`] when more was signed.
    pub fn end(self) -> Result<Sound, Fault> {
        match self.head.iter().chain(self.heads.as_slice()).last() {
            Some(head) => Err(Fault::CutOff { from: self.last + 1, signed: head.seq, number: head.number }),
            None => Ok(Sound { rows: self.rows, last: self.last, signed: self.signed }),
        }
    }
}

#[cfg(test)]
mod tests;
