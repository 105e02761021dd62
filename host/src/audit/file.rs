//! The file of checkpoints: lines are only ever added, and each is on the disk before anybody relies on it.

use std::io;
use std::path::Path;

use tokio::fs::File;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;
use xl_model::audit::checkpoint::CheckpointError;
use xl_model::audit::checkpoint::Kind;
use xl_model::audit::checkpoint::Signing;
use xl_model::audit::checkpoint::Statement;
use xl_model::audit::verify::Base;
use xl_model::clock::TimestampMs;

/// Why checkpoints cannot be kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum FileFault {
    /// The file cannot be read or written. Code XL0943.
    #[error("file not usable")]
    Io(#[from] io::Error),
    /// What stands in it is not ours. Code XL0944.
    #[error("its content cannot be trusted")]
    Content(#[from] CheckpointError),
}

/// An open file of checkpoints.
pub(super) struct CheckpointFile {
    file: File,
    signing: Signing,
    last: Option<Statement>,
}

/// A line of the file, for who keeps a copy of it.
pub(super) struct CheckpointLine {
    /// The checkpoint's number.
    pub(super) number: u64,
    /// When it was made.
    pub(super) at_ms: TimestampMs,
    /// The line as it stands there, without its line break.
    pub(super) text: String,
}

impl CheckpointFile {
    /// Opens or makes the file and reads what was signed before.
    ///
    /// # Errors
    /// When it cannot be read or written, or holds what this key did not sign.
    pub(super) async fn open(path: &Path, secret: &[u8; 32]) -> Result<Self, FileFault> {
        let signing = Signing::new(secret);
        let file = OpenOptions::new().create(true).append(true).read(true).open(path).await?;
        let text = tokio::fs::read_to_string(path).await?;
        // A line that was cut off by a crash was never relied on.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        if whole < text.len() {
            file.set_len(whole as u64).await?;
        }
        let last = signing.public().read(&text[..whole])?.pop();
        Ok(Self { file, signing, last })
    }

    /// The checkpoint that was written last.
    pub(super) fn last(&self) -> Option<&Statement> {
        self.last.as_ref()
    }

    /// The line that was written last: the same bytes each time, since the signature is made from statement and key alone.
    pub(super) fn last_line(&self) -> Option<CheckpointLine> {
        self.last.as_ref().map(|statement| self.line(statement))
    }

    fn line(&self, statement: &Statement) -> CheckpointLine {
        CheckpointLine { number: statement.number, at_ms: statement.at_ms, text: self.signing.line(statement) }
    }

    /// Signs and adds a checkpoint.
    ///
    /// # Errors
    /// When it is not surely on the disk.
    pub(super) async fn add(
        &mut self,
        kind: Kind,
        about: Base,
        newest_ms: TimestampMs,
        at_ms: TimestampMs,
    ) -> Result<CheckpointLine, FileFault> {
        let number = self.last.as_ref().map_or(1, |last| last.number + 1);
        let statement = Statement { number, kind, at_ms, seq: about.seq, hash: about.hash, newest_ms };
        let line = self.line(&statement);
        self.file.write_all(format!("{}\n", line.text).as_bytes()).await?;
        self.file.flush().await?;
        self.file.sync_data().await?;
        self.last = Some(statement);
        Ok(line)
    }
}
