//! Sessions: opened, known by another hash, ended. With their account or their API key they end there.

use super::Session;
use crate::Store;
use crate::StoreError;

impl Store {
    /// Opens a session and ends those that had to make room.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn add_session(&self, session: Session, ended: Vec<String>) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                for sha256 in ended {
                    sqlx::query("DELETE FROM sessions WHERE sha256 = ?").bind(sha256).execute(&mut *connection).await?;
                }
                sqlx::query("INSERT INTO sessions (sha256, account, key, opened_ms, seen_ms) VALUES (?, ?, ?, ?, ?)")
                    .bind(&session.sha256)
                    .bind(session.account.as_str())
                    .bind(session.key.as_deref())
                    .bind(session.opened_ms)
                    .bind(session.seen_ms)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    /// Knows a session by another hash, and by the old one no more; everything else of it stays. Whether it was there.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn renew_session(&self, sha256: &str, new_sha256: &str) -> Result<bool, StoreError> {
        let (old, new) = (sha256.to_owned(), new_sha256.to_owned());
        self.change(move |connection| {
            Box::pin(async move {
                let renewed = sqlx::query("UPDATE sessions SET sha256 = ? WHERE sha256 = ?").bind(new).bind(old);
                Ok(renewed.execute(connection).await?.rows_affected() > 0)
            })
        })
        .await
    }

    /// Ends a session; one that has ended already stays so.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn remove_session(&self, sha256: &str) -> Result<(), StoreError> {
        let sha256 = sha256.to_owned();
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM sessions WHERE sha256 = ?").bind(sha256).execute(connection).await?;
                Ok(())
            })
        })
        .await
    }
}
