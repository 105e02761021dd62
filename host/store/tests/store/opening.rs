//! Opening a store, and refusing to.

use xl_store::Store;
use xl_store::StoreError;

use crate::fixture::Town;
use crate::fixture::facts;

#[tokio::test]
async fn two_hubs_cannot_open_one_folder() {
    let town_ = Town::new().await;
    let second = Store::open(town_.config.clone()).await;
    assert!(matches!(second.err(), Some(StoreError::NotOpened { .. })));
    town_.store.close().await;
    assert!(Store::open(town_.config.clone()).await.is_ok());
}

#[tokio::test]
async fn a_closed_store_takes_no_more_and_everything_sent_before_is_kept() {
    let mut town_ = Town::new().await;
    let (store, closing) = (town_.store.clone(), town_.store.clone());
    let (appended, ()) = tokio::join!(biased; store.append(facts("sent", 3)), closing.close());
    assert_eq!(appended.unwrap().len(), 3);
    assert!(matches!(store.append(facts("late", 1)).await, Err(StoreError::Failed { .. })));
    town_.reopen().await;
    assert_eq!(town_.events().await.len(), 3);
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let town_ = Town::new().await;
    town_.append(facts("many", 2000)).await;
    town_.store.close().await;
    let file = town_.config.folder.join("xueliang.db");
    let sound = std::fs::read(&file).unwrap();
    assert!(sound.len() > 64 * 4096);

    let mut damaged = sound.clone();
    for byte in &mut damaged[40 * 4096..44 * 4096] {
        *byte ^= 0x5a;
    }
    std::fs::write(&file, &damaged).unwrap();
    assert!(matches!(Store::open(town_.config.clone()).await.err(), Some(StoreError::Damaged { .. })));

    std::fs::write(&file, "this is not a database, whatever its name says".repeat(100)).unwrap();
    assert!(matches!(Store::open(town_.config.clone()).await.err(), Some(StoreError::Damaged { .. })));

    std::fs::write(&file, &sound).unwrap();
    assert!(Store::open(town_.config.clone()).await.is_ok());
}

#[tokio::test]
async fn a_schema_of_a_newer_hub_is_refused() {
    use sqlx::ConnectOptions;
    let town_ = Town::new().await;
    town_.store.close().await;
    let mut connection = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(town_.config.folder.join("xueliang.db"))
        .connect()
        .await
        .unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, installed_on, success, checksum, execution_time) \
         VALUES (9999, 'later', CURRENT_TIMESTAMP, 1, x'00', 1)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    assert!(matches!(Store::open(town_.config.clone()).await.err(), Some(StoreError::NotOpened { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_look_into_the_data_folder() {
    use std::os::unix::fs::PermissionsExt;
    let town_ = Town::new().await;
    let mode = std::fs::metadata(&town_.config.folder).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}
