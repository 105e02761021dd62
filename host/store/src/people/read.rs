//! Everything about people, read at the start; what has ended long ago is left behind.

use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use xl_model::clock::TimestampMs;

use super::Account;
use super::ApiKey;
use super::Factor;
use super::Failures;
use super::FirstPassword;
use super::Identified;
use super::People;
use super::Session;
use crate::Store;
use crate::StoreError;
use crate::not_read;
use crate::sqlite::columns;

impl Store {
    /// Everything about people.
    ///
    /// # Errors
    /// [`StoreError::NotRead`].
    pub async fn people(&self) -> Result<People, StoreError> {
        self.flush().await;
        self.read_people().await.map_err(not_read("people"))
    }

    /// Forgets sessions opened and sign-ins failed before these times.
    ///
    /// # Errors
    /// [`StoreError::Failed`].
    pub async fn forget_people_before(&self, opened_ms: TimestampMs, failed_ms: TimestampMs) -> Result<(), StoreError> {
        self.change(move |connection| {
            Box::pin(async move {
                sqlx::query("DELETE FROM sessions WHERE opened_ms < ?")
                    .bind(opened_ms)
                    .execute(&mut *connection)
                    .await?;
                sqlx::query("DELETE FROM failed_sign_ins WHERE last_ms < ?")
                    .bind(failed_ms)
                    .execute(connection)
                    .await?;
                Ok(())
            })
        })
        .await
    }

    async fn read_people(&self) -> Result<People, sqlx::Error> {
        let readers = &self.shared.readers;
        let accounts = sqlx::query("SELECT * FROM accounts ORDER BY name").fetch_all(readers).await?;
        let keys = sqlx::query("SELECT * FROM api_keys ORDER BY id").fetch_all(readers).await?;
        let sessions = sqlx::query("SELECT * FROM sessions ORDER BY sha256").fetch_all(readers).await?;
        let failures = sqlx::query("SELECT * FROM failed_sign_ins ORDER BY last_ms").fetch_all(readers).await?;
        Ok(People {
            accounts: accounts.iter().map(account_from).collect::<Result<_, _>>()?,
            keys: keys.iter().map(key_from).collect::<Result<_, _>>()?,
            sessions: sessions.iter().map(session_from).collect::<Result<_, _>>()?,
            failures: failures.iter().map(failures_from).collect::<Result<_, _>>()?,
        })
    }
}

fn account_from(row: &SqliteRow) -> Result<Account, sqlx::Error> {
    let first = row.try_get::<Option<String>, _>("first_sha256")?.zip(row.try_get("first_until_ms")?);
    let sealed: Option<Vec<u8>> = row.try_get("factor_sealed")?;
    let (proven, step) = (row.try_get("factor_proven")?, row.try_get("factor_step")?);
    let openid = row.try_get::<Option<String>, _>("openid_issuer")?.zip(row.try_get("openid_subject")?);
    Ok(Account {
        name: columns::parsed(row, "name")?,
        title: row.try_get("title")?,
        reach: columns::parsed(row, "reach")?,
        roles: columns::json(row, "roles")?,
        units: columns::json(row, "units")?,
        enabled: row.try_get("enabled")?,
        password_hash: row.try_get("password_hash")?,
        first: first.map(|(sha256, until_ms)| FirstPassword { sha256, until_ms }),
        factor: sealed.map(|sealed| Factor { sealed, proven, step }),
        openid: openid.map(|(issuer, subject)| Identified { issuer, subject }),
        created_ms: row.try_get("created_ms")?,
    })
}

fn key_from(row: &SqliteRow) -> Result<ApiKey, sqlx::Error> {
    Ok(ApiKey {
        id: row.try_get("id")?,
        owner: columns::parsed(row, "owner")?,
        title: row.try_get("title")?,
        sha256: row.try_get("sha256")?,
        roles: columns::json(row, "roles")?,
        addresses: columns::json(row, "addresses")?,
        created_ms: row.try_get("created_ms")?,
        expires_ms: row.try_get("expires_ms")?,
        used_ms: row.try_get("used_ms")?,
    })
}

fn session_from(row: &SqliteRow) -> Result<Session, sqlx::Error> {
    Ok(Session {
        sha256: row.try_get("sha256")?,
        account: columns::parsed(row, "account")?,
        key: row.try_get("key")?,
        opened_ms: row.try_get("opened_ms")?,
        seen_ms: row.try_get("seen_ms")?,
    })
}

fn failures_from(row: &SqliteRow) -> Result<Failures, sqlx::Error> {
    Ok(Failures {
        name_sha256: row.try_get("name_sha256")?,
        address: row.try_get("address")?,
        count: columns::small(row, "failures")?,
        last_ms: row.try_get("last_ms")?,
    })
}
