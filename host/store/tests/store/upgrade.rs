//! Data folders of every schema that there was, opened by this one.

use std::borrow::Cow;
use std::path::Path;

use sqlx::AssertSqlSafe;
use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::Row as _;
use sqlx::SqliteConnection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::LookedAt;
use xl_model::audit::Outcome;
use xl_model::audit::Row;
use xl_model::audit::chain;
use xl_model::audit::text::Text;
use xl_store::Store;
use xl_store::StoreConfig;
use xl_store::audit::archive::Archive;
use xl_store::people::Factor;

use crate::fixture::NOON_MS;
use crate::fixture::TOWN;
use crate::fixture::Town;
use crate::fixture::key;
use crate::fixture::town;

static ALL: Migrator = sqlx::migrate!("./migrations");

/// Rows as a hub of that time wrote them: from which migration on, and the statement.
const ROWS: &[(i64, &str)] = &[
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
    (2, "INSERT INTO dead_letters VALUES (1, 1, 5, 4, 609, 'trapped')"),
    (3, "INSERT INTO latest_pictures VALUES (371122102, 'gh-1', zeroblob(32), 5, 64, 64, 100)"),
    (4, "INSERT INTO facts VALUES ('admin_token_sha256', 'ab')"),
    (5, "INSERT INTO camera_credentials VALUES (371122102, 'gh-1', x'0102', 5)"),
    (6, "INSERT INTO status_intervals VALUES (371122102, 'gh-1', 5, NULL, 'up', 'test', 'test')"),
    (
        9,
        "INSERT INTO accounts (name, title, reach, roles, enabled, password_hash, factor_sealed, factor_proven, \
         factor_step, created_ms) VALUES ('li', '李明', '371122102', \
         '[{\"role\":\"operator\",\"reach\":\"371122102\"}]', 1, 'hash of a password', x'0102', 1, 7, 5)",
    ),
    (
        9,
        "INSERT INTO api_keys (id, owner, title, sha256, roles, created_ms) VALUES ('k-1', 'li', '大屏', \
         'hash of a key', '[{\"role\":\"viewer\",\"reach\":\"371122102\"}]', 5)",
    ),
    (
        9,
        "INSERT INTO sessions (sha256, account, key, opened_ms, seen_ms) VALUES \
         ('hash of a cookie', 'li', NULL, 5, 6), ('hash of another', 'li', 'k-1', 5, 6)",
    ),
    (9, "INSERT INTO failed_sign_ins VALUES ('hash of a name', '10.0.0.1', 3, 5)"),
    (11, "INSERT INTO places VALUES ('371122102000', '', NULL, '招贤镇', '', '', 'administrative', NULL, 5)"),
    (12, "INSERT INTO waiting_upgrades VALUES (1, lower(hex(zeroblob(32))), NULL, NULL, 'li', 5)"),
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

/// The audit log of that time, from the tenth schema on: each row is bound to the one before.
fn audited() -> Vec<Row> {
    let reason = Text::new("granted");
    let look = LookedAt { camera: "gh-1".parse().unwrap(), purpose: Text::new("sanitation"), reason };
    let looked = Entry::new(NOON_MS, Actor::new("module street", TOWN), "look.module", "12 × figures");
    let entries = [
        Entry::new(NOON_MS, Actor::new("li", "浮来山街道"), "session.open", "li").with_detail("10.0.0.1"),
        looked.in_township(Some(town())).with_look(look),
        Entry::new(NOON_MS, Actor::hub(), "plugin.install", "trace").with_outcome(Outcome::Refused),
    ];
    let mut previous = chain::origin();
    let linked = (1..).zip(entries).map(|(seq, entry)| {
        let row = chain::link(&previous, seq, entry);
        previous = row.hash.clone();
        row
    });
    linked.collect()
}

async fn write(connection: &mut SqliteConnection, row: &Row) {
    let Row { seq, entry, hash } = row;
    let look = entry.look.as_ref();
    sqlx::query("INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(i64::try_from(*seq).unwrap())
        .bind(entry.at_ms)
        .bind(entry.actor.who.as_str())
        .bind(entry.actor.unit.as_str())
        .bind(entry.township.as_ref().map(|township| township.as_str().parse::<i64>().unwrap()))
        .bind(entry.action.as_str())
        .bind(entry.object.as_str())
        .bind(look.map(|look| look.camera.as_str()))
        .bind(look.map(|look| look.purpose.as_str()))
        .bind(look.map(|look| look.reason.as_str()))
        .bind(entry.outcome.word())
        .bind(entry.about.map(|about| i64::try_from(about).unwrap()))
        .bind(entry.detail.as_str())
        .bind(hex::decode(hash.as_str()).unwrap())
        .execute(connection)
        .await
        .unwrap();
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
    if schema >= 10 {
        for row in audited() {
            write(&mut connection, &row).await;
        }
    }
    connection.close().await.unwrap();
}

/// Whoever had an account, a key or a session has it still, and nobody gets new tries at a password.
async fn assert_people(store: &Store, version: i64) {
    let people = store.people().await.unwrap();
    let enabled = people.accounts.iter().filter(|it| it.enabled);
    let accounts = enabled.map(|it| (it.name.as_str(), it.password_hash.as_deref()));
    let keys = people.keys.iter().map(|it| (it.owner.as_str(), Some(it.sha256.as_str())));
    let sessions = people.sessions.iter().map(|it| (it.account.as_str(), Some(it.sha256.as_str())));
    let failures = people.failures.iter().map(|it| (it.address.as_str(), Some(it.name_sha256.as_str())));
    let known: Vec<(&str, Option<&str>)> = accounts.chain(keys).chain(sessions).chain(failures).collect();
    if version < 9 {
        assert!(known.is_empty(), "schema {version}: {known:?}");
        return;
    }
    let expected = [
        ("li", Some("hash of a password")),
        ("li", Some("hash of a key")),
        ("li", Some("hash of a cookie")),
        ("li", Some("hash of another")),
        ("10.0.0.1", Some("hash of a name")),
    ];
    assert_eq!(known, expected, "schema {version}");
    let li = &people.accounts[0];
    assert_eq!(li.roles[0].to_string(), "operator@371122102", "schema {version}");
    assert_eq!(li.factor, Some(Factor { sealed: vec![1, 2], proven: true, step: 7 }), "schema {version}");
    assert_eq!(people.keys[0].roles[0].to_string(), "viewer@371122102", "schema {version}");
    assert_eq!(people.sessions[1].key.as_deref(), Some("k-1"), "schema {version}");
    assert_eq!(people.failures[0].count, 3, "schema {version}");
}

/// What was handed on, handled, given up or waits goes on from where that hub left it.
async fn assert_queues(store: &Store, version: i64) {
    assert_eq!(store.outbox_cursor("county", &town()).await.unwrap(), 1, "schema {version}");
    let modules = store.modules().await.unwrap();
    let cursors: Vec<(u64, u64)> = modules.iter().map(|module| (module.cursor, module.revision)).collect();
    let letters = store.dead_letters(&key("trace")).await.unwrap();
    let letters: Vec<(u64, u32)> = letters.iter().map(|letter| (letter.seq, letter.tries)).collect();
    let expected = if version < 2 { (vec![], vec![]) } else { (vec![(1, 3)], vec![(1, 4)]) };
    assert_eq!((cursors, letters), expected, "schema {version}");
    let waiting = store.waiting_upgrade(&key("trace")).await.unwrap().map(|upgrade| upgrade.asked_by);
    assert_eq!(waiting.as_deref(), (version >= 12).then_some("li"), "schema {version}");
}

/// The chain holds from the first row of that hub to the first one of this.
async fn assert_chain(store: &Store, folder: &Path, version: i64) {
    store.append_audit(vec![Entry::new(NOON_MS, Actor::hub(), "test.upgraded", "")]).await.unwrap();
    let mut archive = Archive::open(folder).await.unwrap();
    let sound = archive.verify(&[]).await.unwrap().unwrap_or_else(|fault| panic!("schema {version}: {fault}"));
    archive.close().await;
    assert_eq!(sound.rows, if version < 10 { 1 } else { 4 }, "schema {version}");
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
        let events = store.events_after(&town(), 0, 10).await.unwrap();
        assert_eq!(events.iter().map(|event| &*event.id).collect::<Vec<_>>(), ["e-1"], "schema {version}");
        let cameras = store.cameras().await.unwrap();
        let names: Vec<&str> = cameras.iter().map(|row| row.camera.name.as_str()).collect();
        assert_eq!(names, if version < 4 { &[][..] } else { &["1 号大棚"] }, "schema {version}");
        assert_eq!(store.devices(None).await.unwrap().len(), names.len(), "schema {version}");
        assert_people(&store, version).await;
        assert_queues(&store, version).await;
        assert_chain(&store, &folder, version).await;
        assert_eq!(store.places().await.unwrap().len(), usize::from(version >= 11), "schema {version}");
        let looks = store.look_counts(vec!["371122".to_owned()], "2026-11").await.unwrap();
        let looks: Vec<u64> = looks.iter().map(|count| count.looks).collect();
        assert_eq!(looks, if version < 10 { &[][..] } else { &[12] }, "schema {version}");
        // What was closed before its age was known counts as closed by the upgrade.
        let erasable = async |days| store.requests_to_erase(i64::MAX, days).await.unwrap();
        let closed = u64::from((14..26).contains(&version));
        assert_eq!((erasable(0).await, erasable(1).await), (closed, 0), "schema {version}");
        let held = store.held_versions(&town(), None, 9).await.unwrap();
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
