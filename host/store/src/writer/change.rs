//! Rare changes: a function over the writing connection that joins a commit and may fail alone.

use std::pin::Pin;

use sqlx::SqliteConnection;

use crate::StoreError;
use crate::writer::Reply;

/// A future that borrows the connection.
pub(crate) type ChangeFuture<'c, T> = Pin<Box<dyn Future<Output = Result<T, Refused>> + Send + 'c>>;

/// Why a change did not happen.
pub(crate) enum Refused {
    /// It makes no sense: nothing is changed, its caller is told, everybody else goes on.
    No(StoreError),
    /// The database failed: the writer ends.
    Failed(sqlx::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::No(error)
    }
}

/// A change in the queue, whatever its answer's type is.
pub(crate) trait Change: Send {
    /// Does it, inside a savepoint of its own.
    ///
    /// # Errors
    /// Only what ends the writer.
    fn make<'c>(
        &'c mut self,
        connection: &'c mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + 'c>>;

    /// Answers, after the commit.
    fn answer(self: Box<Self>);
}

/// A change as a function, with its answer.
pub(crate) struct Pending<T, F> {
    function: Option<F>,
    outcome: Option<Result<T, StoreError>>,
    reply: Reply<T>,
}

impl<T, F> Pending<T, F> {
    /// A change that is not made yet.
    pub(crate) fn new(function: F, reply: Reply<T>) -> Self {
        Self { function: Some(function), outcome: None, reply }
    }
}

impl<T, F> Change for Pending<T, F>
where
    T: Send,
    F: for<'c> FnOnce(&'c mut SqliteConnection) -> ChangeFuture<'c, T> + Send,
{
    fn make<'c>(
        &'c mut self,
        connection: &'c mut SqliteConnection,
    ) -> Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send + 'c>> {
        Box::pin(async move {
            let Some(function) = self.function.take() else { return Ok(()) };
            sqlx::query("SAVEPOINT change").execute(&mut *connection).await?;
            self.outcome = Some(match function(&mut *connection).await {
                Ok(answer) => Ok(answer),
                Err(Refused::No(error)) => {
                    sqlx::query("ROLLBACK TO change").execute(&mut *connection).await?;
                    Err(error)
                }
                Err(Refused::Failed(error)) => return Err(error),
            });
            sqlx::query("RELEASE change").execute(&mut *connection).await?;
            Ok(())
        })
    }

    fn answer(self: Box<Self>) {
        if let Some(outcome) = self.outcome {
            // Who has gone away needs no answer.
            let _ = self.reply.send(outcome);
        }
    }
}
