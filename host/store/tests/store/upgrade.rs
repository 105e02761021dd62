//! Data folders of every schema that there was, opened by this one.

use std::borrow::Cow;
use std::path::Path;

use sqlx::AssertSqlSafe;
use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::Row;
use sqlx::SqliteConnection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use xl_store::Store;
use xl_store::StoreConfig;

use crate::fixture::TOWN;
use crate::fixture::Town;

static ALL: Migrator = sqlx::migrate!("./migrations");

/// Rows as a hub of that time wrote them: from which migration on, and the statement.
const ROWS: [(i64, &str); 15] = [
    (1, "INSERT INTO townships VALUES (371122102, 1, 0)"),
    (
        1,
        "INSERT INTO events (position, received_ms, time_ms, depth, kind, camera, source, id, data) \
         VALUES (371122102 * 8589934592 + 1, 5, 5, 0, 'camera.motion', 'gh-1', '371122102.gh-1', 'e-1', '{\"n\":1}')",
    ),
    (1, "INSERT INTO log_hours VALUES (371122102, 0, 1, 1)"),
    (1, "INSERT INTO outbox_cursors VALUES ('county', 371122102, 1)"),
    (2, "INSERT INTO plugins (digest, id, manifest, installed_ms) VALUES ('d', 'trace', '{}', 5)"),
    (
        2,
        "INSERT INTO modules (number, township, plugin, digest, previous, settings, grants, state, reason, cursor, \
         revision, enabled_ms) VALUES (1, 371122102, 'trace', \
         'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', NULL, '{}', '{\"cameras\":\"all\"}', \
         'running', NULL, 1, 3, 5)",
    ),
    (
        2,
        "INSERT INTO records (number, module, collection, key, document) VALUES (1, 1, 'batches', 'b-1', '{\"name\":\"one\"}')",
    ),
    (3, "INSERT INTO latest_pictures VALUES (371122102, 'gh-1', zeroblob(32), 5, 64, 64, 100)"),
    (4, "INSERT INTO facts VALUES ('admin_token_sha256', 'ab')"),
    (5, "INSERT INTO camera_credentials VALUES (371122102, 'gh-1', x'0102', 5)"),
    (6, "INSERT INTO status_intervals VALUES (371122102, 'gh-1', 5, NULL, 'up', 'test', 'test')"),
    (
        10,
        "INSERT INTO audit VALUES (1, 1795420800000, 'module street', '371122102', 371122102, 'look.module', \
         '12 × figures', 'gh-1', 'sanitation', 'granted', 'allowed', NULL, '', zeroblob(32))",
    ),
    (11, "INSERT INTO places VALUES ('371122102000', '', NULL, '招贤镇', '', '', 'administrative', NULL, 5)"),
    (
        14,
        "INSERT INTO requests (township, number, secret_sha256, kind, state, received_ms, due_ms, extended, closed_ms, \
         filed_by, sealed) VALUES (371122102, 'ABCDEFGH23', 'ab', 'view', 'answered', 5, 9, 0, 6, '', x'01')",
    ),
    (27, "INSERT INTO held_versions VALUES (1, 1, 'batches', 'b-1', '{\"name\":\"none\"}', 0, 7, 5)"),
];

/// A device or, from the fifth schema on, a camera with its login: they are written otherwise then.
fn registered(schema: i64) -> &'static [&'static str] {
    match schema {
        ..4 => &[],
        4 => &["INSERT INTO devices VALUES (371122102, 'gh-1', '1 号大棚', '371122102201', 'ab', 1, 5, 6)"],
        _ => &[
            "INSERT INTO devices (township, camera, password_sha256, enabled, registered_ms) \
             VALUES (371122102, 'gh-1', 'ab', 1, 5)",
            "INSERT INTO cameras VALUES (371122102, 'gh-1', '1 号大棚', '371122102201', 'public-unit', '', \
             'public-security', 0, 'mqtt', '{\"purposes\":[],\"signage\":{\"posted\":false,\"date\":null,\"note\":\"\"},\
             \"filing\":{\"number\":null,\"date\":null},\"attachment\":{\"kind\":\"mqtt\"},\"profiles\":[],\"masks\":[],\
             \"retention_days\":null,\"heartbeat_s\":null,\"notes\":\"\"}', 5, 5, 6)",
        ],
    }
}

async fn connect(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("xueliang.db")).create_if_missing(true);
    options.connect().await.unwrap()
}

/// Everything that the schema consists of, as SQLite keeps it.
async fn schema(folder: &Path) -> Vec<(String, String)> {
    let mut connection = connect(folder).await;
    let rows = sqlx::query(
        "SELECT type || ' ' || name AS what, coalesce(sql, '') AS text FROM sqlite_master \
         WHERE name NOT LIKE 'sqlite_stat%' ORDER BY what",
    );
    let rows = rows.fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| (row.get("what"), row.get("text"))).collect()
}

/// A folder as a hub left it that knew the migrations up to `schema`.
async fn old(folder: &Path, schema: i64) {
    std::fs::create_dir_all(folder).unwrap();
    let mut connection = connect(folder).await;
    let known = ALL.iter().filter(|migration| migration.version <= schema).cloned().collect();
    let migrator = Migrator { migrations: Cow::Owned(known), ..Migrator::DEFAULT };
    migrator.run(&mut connection).await.unwrap();
    let rows = ROWS.iter().filter(|(from, _)| *from <= schema).map(|(_, statement)| *statement);
    for statement in rows.chain(registered(schema).iter().copied()) {
        let written = sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await;
        written.unwrap_or_else(|error| panic!("schema {schema}: {statement}: {error}"));
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_folder_of_every_older_schema_opens_keeps_its_rows_and_looks_like_a_fresh_one() {
    let fresh = Town::new().await;
    fresh.store.close().await;
    let expected = schema(&fresh.config.folder).await;
    let versions: Vec<i64> = ALL.iter().map(|migration| migration.version).collect();
    assert!(versions.len() >= 9 && versions.is_sorted(), "{versions:?}");
    for version in versions {
        let temporary = tempfile::tempdir().unwrap();
        let folder = temporary.path().join("data");
        old(&folder, version).await;
        let config = StoreConfig { folder: folder.clone(), commit_operations: 8, head_events: 8, readers: 1 };
        let store = Store::open(config).await.unwrap_or_else(|error| panic!("schema {version}: {error:?}"));
        let events = store.events_after(&TOWN.parse().unwrap(), 0, 10).await.unwrap();
        assert_eq!(events.iter().map(|event| &*event.id).collect::<Vec<_>>(), ["e-1"], "schema {version}");
        let cameras = store.cameras().await.unwrap();
        let names: Vec<&str> = cameras.iter().map(|row| row.camera.name.as_str()).collect();
        assert_eq!(names, if version < 4 { &[][..] } else { &["1 号大棚"] }, "schema {version}");
        assert_eq!(store.devices(None).await.unwrap().len(), names.len(), "schema {version}");
        let modules = store.modules().await.unwrap().len();
        assert_eq!(modules, usize::from(version >= 2), "schema {version}");
        assert_eq!(store.places().await.unwrap().len(), usize::from(version >= 11), "schema {version}");
        let looks = store.look_counts(vec!["371122".to_owned()], "2026-11").await.unwrap();
        let looks: Vec<u64> = looks.iter().map(|count| count.looks).collect();
        assert_eq!(looks, if version < 10 { &[][..] } else { &[12] }, "schema {version}");
        // What was closed before its age was known counts as closed by the upgrade.
        let erasable = async |days| store.requests_to_erase(i64::MAX, days).await.unwrap();
        let closed = u64::from((14..26).contains(&version));
        assert_eq!((erasable(0).await, erasable(1).await), (closed, 0), "schema {version}");
        let held = store.held_versions(&TOWN.parse().unwrap(), None, 9).await.unwrap();
        assert_eq!(held.len(), usize::from(version >= 27), "schema {version}");
        store.close().await;
        assert_eq!(schema(&folder).await, expected, "schema {version}");
    }
}

#[tokio::test]
async fn a_hub_of_the_schema_before_refuses_the_new_one_and_touches_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("data");
    let newest = ALL.iter().map(|migration| migration.version).max().unwrap();
    old(&folder, newest).await;
    let before = std::fs::read(folder.join("xueliang.db")).unwrap();
    let mut connection = connect(&folder).await;
    let known = ALL.iter().filter(|migration| migration.version < newest).cloned().collect();
    let migrator = Migrator { migrations: Cow::Owned(known), ..Migrator::DEFAULT };
    assert!(migrator.run(&mut connection).await.is_err());
    connection.close().await.unwrap();
    assert_eq!(std::fs::read(folder.join("xueliang.db")).unwrap(), before);
}
