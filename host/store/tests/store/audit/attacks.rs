//! Seven kinds of attack on the database file, each at a hundred places: every one is found and named.

use std::path::Path;

use sqlx::Row as _;
use sqlx::SqliteConnection;
use xl_model::audit::Entry;
use xl_model::audit::Row;
use xl_model::audit::chain;
use xl_model::audit::text::Text;
use xl_model::audit::verify::Fault;
use xl_model::audit::verify::Sound;
use xl_store::audit::archive::Archive;

use super::ledger;
use super::ledger::Ledger;

/// How often each kind is tried.
const PLACES: u64 = 100;

/// Places that are the same in every run (`SplitMix64`, Steele and others 2014).
struct Places(u64);

impl Places {
    /// A number from 1 to `most`.
    fn next(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % most + 1
    }
}

async fn verified(folder: &Path, ledger: &Ledger) -> Result<Sound, Fault> {
    let mut archive = Archive::open(folder).await.unwrap();
    let answer = archive.verify(&ledger.statements).await.unwrap();
    archive.close().await;
    answer
}

/// A copy of the log whose guards are gone.
async fn opened(ledger: &Ledger) -> (tempfile::TempDir, SqliteConnection) {
    let folder = ledger.copy();
    let mut database = ledger::open(&folder.path().join("xueliang.db")).await;
    run(&mut database, "DROP TRIGGER audit_is_never_changed", &[]).await;
    run(&mut database, "DROP TRIGGER audit_goes_only_by_retention", &[]).await;
    (folder, database)
}

async fn run(database: &mut SqliteConnection, statement: &'static str, numbers: &[u64]) {
    let mut query = sqlx::query(statement);
    for number in numbers {
        query = query.bind(i64::try_from(*number).unwrap());
    }
    query.execute(database).await.unwrap();
}

/// Closes the database and asks which row is the first that cannot be trusted.
async fn first_bad(ledger: &Ledger, folder: tempfile::TempDir, database: SqliteConnection) -> (u64, Fault) {
    sqlx::Connection::close(database).await.unwrap();
    let fault = verified(folder.path(), ledger).await.expect_err("the attack is found");
    (fault.first_bad(), fault)
}

/// Every row after `seq` moves by one.
async fn shift(database: &mut SqliteConnection, seq: u64, up: bool) {
    // By way of negative numbers, so that no two rows meet.
    run(database, "UPDATE audit SET seq = -seq WHERE seq > ?", &[seq]).await;
    let back = if up {
        "UPDATE audit SET seq = 1 - seq WHERE seq < 0"
    } else {
        "UPDATE audit SET seq = -seq - 1 WHERE seq < 0"
    };
    run(database, back, &[]).await;
}

#[tokio::test]
async fn a_hundred_copies_that_nobody_touched_raise_no_alarm() {
    let ledger = Ledger::of(40).await;
    for _ in 0..PLACES {
        let sound = verified(ledger.copy().path(), &ledger).await;
        assert_eq!(sound, Ok(Sound { rows: ledger.rows, last: ledger.rows, signed: ledger.rows }));
    }
}

#[tokio::test]
async fn a_hundred_edits_are_found_and_named() {
    let (ledger, mut places) = (Ledger::of(40).await, Places(1));
    let edits = [
        "UPDATE audit SET who = 'nobody' WHERE seq = ?",
        "UPDATE audit SET at_ms = at_ms + 1 WHERE seq = ?",
        "UPDATE audit SET detail = detail || ' ' WHERE seq = ?",
        "UPDATE audit SET outcome = 'failed' WHERE seq = ?",
        "UPDATE audit SET township = NULL WHERE seq = ?",
        "UPDATE audit SET hash = randomblob(32) WHERE seq = ?",
        "UPDATE audit SET hash = x'00' WHERE seq = ?",
        "UPDATE audit SET about = -1 WHERE seq = ?",
        "UPDATE audit SET camera = 'gh-9', purpose = 'flood', reason = 'none' WHERE seq = ?",
        "UPDATE audit SET unit = who, who = unit WHERE seq = ?",
    ];
    for n in 0..PLACES {
        let (folder, mut database) = opened(&ledger).await;
        let seq = places.next(ledger.rows);
        let edit = edits[usize::try_from(n).unwrap() % edits.len()];
        run(&mut database, edit, &[seq]).await;
        let (bad, fault) = first_bad(&ledger, folder, database).await;
        assert_eq!(bad, seq, "{edit}: {fault}");
    }
}

#[tokio::test]
async fn a_hundred_deletions_are_found_and_named() {
    let (ledger, mut places) = (Ledger::of(40).await, Places(2));
    for n in 0..PLACES {
        let (folder, mut database) = opened(&ledger).await;
        let seq = places.next(ledger.rows);
        run(&mut database, "DELETE FROM audit WHERE seq = ?", &[seq]).await;
        if n % 2 == 0 {
            shift(&mut database, seq, false).await;
        }
        assert_eq!(first_bad(&ledger, folder, database).await.0, seq);
    }
}

#[tokio::test]
async fn a_hundred_insertions_are_found_and_named() {
    let (ledger, mut places) = (Ledger::of(40).await, Places(3));
    for n in 0..PLACES {
        let (folder, mut database) = opened(&ledger).await;
        // What is appended behind the last checkpoint is the log's next row, for all that anybody can tell.
        let seq = places.next(ledger.rows - 1);
        shift(&mut database, seq, true).await;
        run(
            &mut database,
            "INSERT INTO audit SELECT seq + 1, at_ms, 'nobody', unit, township, action, object, camera, purpose, reason, \
             outcome, about, detail, hash FROM audit WHERE seq = ?",
            &[seq],
        )
        .await;
        let fits = n % 2 == 0;
        if fits {
            restamp(&mut database, seq + 1, seq + 1).await;
        }
        let (bad, fault) = first_bad(&ledger, folder, database).await;
        match fault {
            // Its own number was signed.
            Fault::NotAsSigned { from, through, .. } => assert!(fits && (from..=through).contains(&(seq + 1))),
            _ => assert_eq!(bad, if fits { seq + 2 } else { seq + 1 }, "{fault}"),
        }
    }
}

#[tokio::test]
async fn a_hundred_other_orders_are_found_and_named() {
    let (ledger, mut places) = (Ledger::of(40).await, Places(4));
    for _ in 0..PLACES {
        let (folder, mut database) = opened(&ledger).await;
        let (one, other) = (places.next(ledger.rows), places.next(ledger.rows - 1));
        let other = if other >= one { other + 1 } else { other };
        run(&mut database, "UPDATE audit SET seq = -1 WHERE seq = ?", &[one]).await;
        run(&mut database, "UPDATE audit SET seq = ? WHERE seq = ?", &[one, other]).await;
        run(&mut database, "UPDATE audit SET seq = ? WHERE seq = -1", &[other]).await;
        assert_eq!(first_bad(&ledger, folder, database).await.0, one.min(other));
    }
}

#[tokio::test]
async fn a_hundred_chains_computed_anew_are_found_and_the_place_lies_between_two_checkpoints() {
    let (ledger, mut places) = (Ledger::of(40).await, Places(5));
    for _ in 0..PLACES {
        let (folder, mut database) = opened(&ledger).await;
        let seq = places.next(ledger.rows);
        run(&mut database, "UPDATE audit SET who = 'nobody' WHERE seq = ?", &[seq]).await;
        restamp(&mut database, seq, ledger.rows).await;
        let (_, fault) = first_bad(&ledger, folder, database).await;
        let Fault::NotAsSigned { from, through, .. } = fault else { panic!("{fault}") };
        assert!((from..=through).contains(&seq) && through - from < 5, "{seq}: {from} to {through}");
    }
}

#[tokio::test]
async fn a_hundred_cut_ends_are_found_and_named() {
    let (ledger, mut places) = (Ledger::of(40).await, Places(6));
    for _ in 0..PLACES {
        let (folder, mut database) = opened(&ledger).await;
        let seq = places.next(ledger.rows);
        run(&mut database, "DELETE FROM audit WHERE seq >= ?", &[seq]).await;
        assert_eq!(first_bad(&ledger, folder, database).await.0, seq);
    }
}

#[tokio::test]
async fn a_hundred_older_databases_are_found_also_when_the_hub_went_on_with_them() {
    let ledger = Ledger::of(101).await;
    for n in 0..usize::try_from(PLACES).unwrap() {
        let (rows, folder) = ledger.stage(n);
        if n % 2 == 0 {
            let store = ledger::open_store(folder.path()).await;
            // Fewer rows than were lost, and more of them.
            let more = if n % 4 == 0 { 1 } else { ledger.rows };
            let entries: Vec<Entry> = (0..more).map(|n| ledger::entry(n + 1_000, ledger::time_of(n + 1_000))).collect();
            store.append_audit(entries).await.unwrap();
            store.close().await;
        }
        let fault = verified(folder.path(), &ledger).await.expect_err("an older database is found");
        assert!(fault.first_bad() == rows + 1 || n % 4 == 0 && fault.first_bad() == rows + 2, "{n}: {fault}");
    }
}

/// Computes the chain anew from row `from` to row `to`, as the product would.
async fn restamp(database: &mut SqliteConnection, from: u64, to: u64) {
    let before = sqlx::query("SELECT seq, hash FROM audit WHERE seq = ?")
        .bind(i64::try_from(from).unwrap() - 1)
        .fetch_optional(&mut *database)
        .await
        .unwrap();
    let mut previous = match before {
        Some(row) => hex::encode(row.get::<Vec<u8>, _>("hash")).parse().unwrap(),
        None => chain::origin(),
    };
    for row in read(database, from, to).await {
        let row = chain::link(&previous, row.seq, row.entry);
        sqlx::query("UPDATE audit SET hash = ? WHERE seq = ?")
            .bind(hex::decode(row.hash.as_str()).unwrap())
            .bind(i64::try_from(row.seq).unwrap())
            .execute(&mut *database)
            .await
            .unwrap();
        previous = row.hash;
    }
}

/// The rows `from` to `to` as an attacker reads them.
async fn read(database: &mut SqliteConnection, from: u64, to: u64) -> Vec<Row> {
    let rows = sqlx::query("SELECT * FROM audit WHERE seq BETWEEN ? AND ? ORDER BY seq")
        .bind(i64::try_from(from).unwrap())
        .bind(i64::try_from(to).unwrap())
        .fetch_all(&mut *database)
        .await
        .unwrap();
    let text = |row: &sqlx::sqlite::SqliteRow, column: &str| Text::stored(row.get(column));
    rows.iter()
        .map(|row| {
            let seq = u64::try_from(row.get::<i64, _>("seq")).unwrap();
            let number: u64 = row.get::<&str, _>("object").trim_start_matches("object/").parse().unwrap();
            let mut entry = ledger::entry(number, row.get("at_ms"));
            entry.actor.who = text(row, "who");
            Row { seq, entry, hash: chain::origin() }
        })
        .collect()
}
