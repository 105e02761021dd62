//! Checkpoints: how far a log had come, signed with a key that is not in the database and kept outside of it.
//!
//! A line of JSON each, so that a plain file or a mailbox can hold them. Pure: the key and the time come from the caller.

use std::fmt;

use ed25519_dalek::Signature;
use ed25519_dalek::Signer as _;
use ed25519_dalek::SigningKey;
use ed25519_dalek::VerifyingKey;
use serde::Deserialize;
use serde::Serialize;

use crate::clock::TimestampMs;
use crate::hex::hex;
use crate::hex::unhex;
use crate::id::Digest;

/// What the signed text begins with; another form gets another number.
const FORM: &str = "xueliang-audit-checkpoint-1";

/// What a checkpoint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The log had come so far.
    Head,
    /// Everything up to this row was removed by retention.
    Cut,
}

/// A statement about a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Counts the checkpoints of a log from 1, without gaps.
    pub number: u64,
    /// What it says.
    pub kind: Kind,
    /// When it was made, by the hub's clock.
    pub at_ms: TimestampMs,
    /// The row it is about; the log had so many.
    pub seq: u64,
    /// Its hash.
    pub hash: Digest,
    /// The latest time of that row and those before it that were removed with it; of a head, the row's own.
    pub newest_ms: TimestampMs,
}

impl Statement {
    /// The text that is signed: the fields in this order, a line each.
    fn text(&self) -> String {
        let kind = match self.kind {
            Kind::Head => "head",
            Kind::Cut => "cut",
        };
        let Self { number, at_ms, seq, hash, newest_ms, .. } = self;
        format!("{FORM}\n{number}\n{kind}\n{at_ms}\n{seq}\n{hash}\n{newest_ms}\n")
    }
}

/// A signed statement, as a line of a checkpoint file has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    statement: StatementFields,
    signature: String,
}

// `flatten` and `deny_unknown_fields` do not go together.
type StatementFields = serde_json::Map<String, serde_json::Value>;

/// Why a line of a checkpoint file cannot be trusted. Code XL0944.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// It is no checkpoint.
    #[error("line {line} is no checkpoint")]
    Malformed {
        /// Counted from 1.
        line: usize,
    },
    /// It was signed with another key, or changed.
    #[error("line {line} does not carry the signature of this key")]
    Forged {
        /// Counted from 1.
        line: usize,
    },
    /// One was left out.
    #[error("line {line} is checkpoint {found}, where {expected} was expected")]
    Gap {
        /// Counted from 1.
        line: usize,
        /// The number that was expected.
        expected: u64,
        /// The number that stands there.
        found: u64,
    },
    /// The text is no key.
    #[error("the public key is not 64 hex digits of an Ed25519 key")]
    Key,
}

/// Signs checkpoints. Its 32 secret bytes lie in a file of their own.
pub struct Signing(SigningKey);

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signing(…)")
    }
}

impl Signing {
    /// A key from its secret bytes.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The key that others verify with.
    pub fn public(&self) -> Public {
        Public(self.0.verifying_key())
    }

    /// The line of a checkpoint file, without the line break.
    pub fn line(&self, statement: &Statement) -> String {
        let signature = self.0.sign(statement.text().as_bytes()).to_bytes();
        let fields = match serde_json::to_value(statement) {
            Ok(serde_json::Value::Object(fields)) => fields,
            other => unreachable!("a struct of numbers and words is an object, not {other:?}"),
        };
        let line = Line { statement: fields, signature: hex(&signature) };
        // A map of numbers and texts always serializes.
        serde_json::to_string(&line).unwrap_or_default()
    }
}

/// Verifies checkpoints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public(VerifyingKey);

impl fmt::Display for Public {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(self.0.as_bytes()))
    }
}

impl std::str::FromStr for Public {
    type Err = CheckpointError;

    fn from_str(text: &str) -> Result<Self, CheckpointError> {
        let bytes = unhex::<32>(text.trim()).ok_or(CheckpointError::Key)?;
        VerifyingKey::from_bytes(&bytes).map(Self).map_err(|_| CheckpointError::Key)
    }
}

impl Public {
    /// The statements of a checkpoint file, each with its signature checked; empty lines are skipped, and so is a line that
    /// says once more what one before it said: who collects them from a broker may hear one twice.
    ///
    /// A last line without its line break was cut off while it was written and says nothing.
    ///
    /// # Errors
    /// The first line that cannot be trusted.
    pub fn read(&self, file: &str) -> Result<Vec<Statement>, CheckpointError> {
        let mut statements: Vec<Statement> = Vec::new();
        let whole = file.rfind('\n').map_or("", |end| &file[..end]);
        for (index, text) in whole.lines().enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            let line = index + 1;
            let statement = self.statement(text, line)?;
            let before = statements.first().and_then(|first| statement.number.checked_sub(first.number));
            if before.and_then(|at| statements.get(usize::try_from(at).ok()?)) == Some(&statement) {
                continue;
            }
            let expected = statements.last().map_or(statement.number, |before| before.number + 1);
            if statement.number != expected {
                return Err(CheckpointError::Gap { line, expected, found: statement.number });
            }
            statements.push(statement);
        }
        Ok(statements)
    }

    fn statement(&self, text: &str, line: usize) -> Result<Statement, CheckpointError> {
        let malformed = |_| CheckpointError::Malformed { line };
        let Line { statement, signature } = serde_json::from_str(text).map_err(malformed)?;
        let statement: Statement = serde_json::from_value(statement.into()).map_err(malformed)?;
        let signature = unhex::<64>(&signature).ok_or(CheckpointError::Malformed { line })?;
        let signature = Signature::from_bytes(&signature);
        let holds = self.0.verify_strict(statement.text().as_bytes(), &signature);
        holds.map(|()| statement).map_err(|_| CheckpointError::Forged { line })
    }
}

#[cfg(test)]
mod tests;
