//! The audit log: written in order, found, kept for six months; and attacked.

mod attacks;
mod ledger;

use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use xl_model::audit::Actor;
use xl_model::audit::CLOCK_SET_BACK;
use xl_model::audit::Entry;
use xl_model::audit::KEEP_DAYS_LEAST;
use xl_model::audit::KEEP_MS_LEAST;
use xl_model::audit::checkpoint::Kind;
use xl_model::audit::verify::Base;
use xl_store::StoreError;
use xl_store::audit::AuditFilter;
use xl_store::audit::Old;
use xl_store::audit::archive::Archive;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::lived::Lived;
use ledger::entry;
use ledger::statement;

/// As many days as time is let pass by.
const SIX_MONTHS: i64 = KEEP_DAYS_LEAST as i64;

fn all() -> AuditFilter {
    AuditFilter { limit: 1_000, ..AuditFilter::default() }
}

async fn numbers(town: &Town, filter: AuditFilter) -> Vec<u64> {
    town.store.audit_rows(&filter).await.unwrap().iter().map(|row| row.seq).collect()
}

#[tokio::test]
async fn rows_are_numbered_without_gaps_also_over_a_restart() {
    let mut town = Town::new().await;
    let entries = (0..300).map(|n| entry(n, NOON_MS)).collect();
    assert_eq!(town.store.append_audit(entries).await.unwrap(), (1..=300).collect::<Vec<u64>>());
    town.reopen().await;
    assert_eq!(town.store.append_audit(vec![entry(300, NOON_MS)]).await.unwrap(), [301]);
    let rows = town.store.audit_rows(&all()).await.unwrap();
    let written: Vec<Entry> = (0..=300).rev().map(|n| entry(n, NOON_MS)).collect();
    assert_eq!(rows.into_iter().map(|row| row.entry).collect::<Vec<_>>(), written);
}

#[tokio::test]
async fn a_clock_that_is_set_back_is_a_row_and_changes_no_order() {
    let town = Town::new().await;
    for at_ms in [NOON_MS, NOON_MS - 60_000, NOON_MS - 59_000] {
        town.store.append_audit(vec![entry(1, at_ms)]).await.unwrap();
    }
    let rows = town.store.audit_rows(&all()).await.unwrap();
    let told: Vec<_> = rows.iter().rev().map(|row| (row.seq, row.entry.action.as_str())).collect();
    assert_eq!(told, [(1, "test.act-1"), (2, CLOCK_SET_BACK), (3, "test.act-1"), (4, "test.act-1")]);
}

#[tokio::test]
async fn rows_are_found_by_who_what_where_and_when() {
    let town = Town::new().await;
    let entries = (0..40).map(|n| entry(n, NOON_MS + i64::try_from(n).unwrap() * 1_000)).collect();
    town.store.append_audit(entries).await.unwrap();
    let who = |who: &str| AuditFilter { who: Some(who.to_owned()), ..all() };
    assert_eq!(numbers(&town, who("person 3")).await, [39, 34, 29, 24, 19, 14, 9, 4]);
    assert_eq!(numbers(&town, who("nobody")).await, Vec::<u64>::new());
    let action = |action: &str| AuditFilter { action: Some(action.to_owned()), limit: 2, ..all() };
    assert_eq!(numbers(&town, action("test.act-1")).await, [37, 30]);
    assert_eq!(numbers(&town, action("test.*")).await, [40, 39]);
    assert_eq!(numbers(&town, action("tes*")).await, [40, 39]);
    assert_eq!(numbers(&town, action("camera.*")).await, Vec::<u64>::new());
    let looks = AuditFilter { looks: true, camera: Some("gh-1".parse().unwrap()), limit: 3, ..all() };
    assert_eq!(numbers(&town, looks.clone()).await, [40, 37, 34]);
    assert_eq!(
        numbers(&town, AuditFilter { purpose: Some("sanitation".to_owned()), ..looks.clone() }).await,
        Vec::<u64>::new()
    );
    assert_eq!(
        numbers(&town, AuditFilter { township: Some("371122103".parse().unwrap()), ..looks }).await,
        Vec::<u64>::new()
    );
    let times = AuditFilter { from_ms: Some(NOON_MS + 3_000), to_ms: Some(NOON_MS + 6_000), ..all() };
    assert_eq!(numbers(&town, times.clone()).await, [6, 5, 4]);
    assert_eq!(numbers(&town, AuditFilter { before: Some(6), limit: 1, ..times }).await, [5]);
    assert_eq!(numbers(&town, AuditFilter { from_ms: Some(NOON_MS + 99_000), ..all() }).await, Vec::<u64>::new());
    assert_eq!(town.store.audit_row(7).await.unwrap().unwrap().entry, entry(6, NOON_MS + 6_000));
}

#[tokio::test]
async fn a_row_younger_than_six_months_cannot_be_removed() {
    let mut lived = Lived::new().await;
    let entries = (0..4).map(|n| entry(n, NOON_MS + i64::try_from(n).unwrap())).collect();
    lived.town.store.append_audit(entries).await.unwrap();
    lived.pass(SIX_MONTHS).await;
    let town = &lived.town;
    let old = town.store.old_audit_rows(NOON_MS + 2 + KEEP_MS_LEAST, KEEP_DAYS_LEAST).await.unwrap().unwrap();
    assert_eq!((old.through.seq, old.newest_ms), (2, NOON_MS + 1));
    let refused = town.store.cut_audit_rows(old.clone(), NOON_MS + KEEP_MS_LEAST).await;
    assert!(matches!(refused, Err(StoreError::Kept { seq: 2 })), "{refused:?}");
    assert_eq!(numbers(town, all()).await, [4, 3, 2, 1]);
    assert_eq!(town.store.cut_audit_rows(old.clone(), NOON_MS + 1 + KEEP_MS_LEAST).await.unwrap(), 2);
    assert_eq!(town.store.cut_audit_rows(old, i64::MAX).await.unwrap(), 0, "once");
    assert_eq!(numbers(town, all()).await, [4, 3]);
    let rest = town.store.old_audit_rows(i64::MAX, KEEP_DAYS_LEAST).await.unwrap().unwrap();
    assert_eq!(rest.through.seq, 3, "the last row stays");
}

/// PRIV-9 for the log itself. A hub that starts so far ahead sees no jump: only the time that it lived tells.
#[tokio::test]
async fn a_hub_that_starts_with_a_clock_years_ahead_removes_no_row_of_the_log() {
    let mut lived = Lived::new().await;
    lived.town.store.append_audit((0..4).map(|n| entry(n, NOON_MS)).collect()).await.unwrap();
    lived.pass(30).await;
    lived.town.reopen().await;
    lived.wall_ms += 3_650 * DAY_MS;
    lived.pass_ms(0).await;
    let store = lived.town.store.clone();
    assert_eq!(store.old_audit_rows(lived.wall_ms, KEEP_DAYS_LEAST).await.unwrap(), None);
    assert_eq!(store.old_audit_rows(i64::MAX, KEEP_DAYS_LEAST).await.unwrap(), None);
    let row = store.audit_row(3).await.unwrap().unwrap();
    let all_but_one = Old { through: Base { seq: row.seq, hash: row.hash }, newest_ms: NOON_MS };
    let refused = store.cut_audit_rows(all_but_one.clone(), i64::MAX).await;
    assert!(matches!(refused, Err(StoreError::Kept { seq: 3 })), "{refused:?}");
    lived.pass_ms((SIX_MONTHS - 31) * DAY_MS).await;
    assert_eq!(store.old_audit_rows(lived.wall_ms, KEEP_DAYS_LEAST).await.unwrap(), None, "a day too few were lived");
    lived.pass_ms(DAY_MS).await;
    assert_eq!(store.old_audit_rows(lived.wall_ms, KEEP_DAYS_LEAST).await.unwrap(), Some(all_but_one));
}

/// Number and lived time of each mark.
async fn marks(town: &Town) -> Vec<(i64, i64)> {
    let options = SqliteConnectOptions::new().filename(town.config.folder.join("xueliang.db")).read_only(true);
    let mut database = options.connect().await.unwrap();
    let marks = sqlx::query_as("SELECT seq, lived_ms FROM audit_marks ORDER BY seq").fetch_all(&mut database).await;
    database.close().await.unwrap();
    marks.unwrap()
}

#[tokio::test]
async fn the_log_is_marked_once_a_day_at_most_and_a_mark_goes_with_its_rows() {
    let mut lived = Lived::new().await;
    assert_eq!(marks(&lived.town).await, [], "there is nothing to mark yet");
    let half = DAY_MS / 2;
    for n in 0..4 {
        lived.town.store.append_audit(vec![entry(n, NOON_MS)]).await.unwrap();
        lived.pass_ms(half).await;
    }
    assert_eq!(marks(&lived.town).await, [(1, half), (3, 3 * half)]);
    lived.pass_ms(KEEP_MS_LEAST).await;
    let newest = (4, 4 * half + KEEP_MS_LEAST);
    assert_eq!(marks(&lived.town).await, [(1, half), (3, 3 * half), newest]);
    lived.pass_ms(3 * DAY_MS).await;
    assert_eq!(marks(&lived.town).await.len(), 3, "nothing was written since");
    let old = lived.town.store.old_audit_rows(lived.wall_ms, KEEP_DAYS_LEAST).await.unwrap().unwrap();
    assert_eq!(lived.town.store.cut_audit_rows(old, lived.wall_ms).await.unwrap(), 3);
    assert_eq!(marks(&lived.town).await, [newest]);
}

#[tokio::test]
async fn a_log_that_retention_shortened_is_sound_when_the_cut_was_signed() {
    let mut lived = Lived::new().await;
    lived.town.store.append_audit((0..9).map(|n| entry(n, NOON_MS)).collect()).await.unwrap();
    lived.pass(SIX_MONTHS).await;
    let mut town = lived.town;
    let now_ms = NOON_MS + KEEP_MS_LEAST;
    let old = town.store.old_audit_rows(now_ms + 1, KEEP_DAYS_LEAST).await.unwrap().unwrap();
    let cut = statement(1, Kind::Cut, old.through.seq, &old.through.hash, now_ms, old.newest_ms);
    town.store.cut_audit_rows(old, now_ms).await.unwrap();
    town.reopen().await;
    town.store.append_audit(vec![Entry::new(now_ms, Actor::hub(), "audit.cut", "1-8")]).await.unwrap();
    let mut archive = Archive::open(&town.config.folder).await.unwrap();
    let sound = archive.verify(&[cut]).await.unwrap().unwrap();
    assert_eq!((sound.rows, sound.last), (2, 10));
    assert_eq!(archive.verify(&[]).await.unwrap().unwrap_err().first_bad(), 1);
    archive.close().await;
}

#[tokio::test]
async fn no_statement_of_ours_can_change_a_row() {
    let town = Town::new().await;
    town.store.append_audit((0..3).map(|n| entry(n, NOON_MS)).collect()).await.unwrap();
    town.store.close().await;
    let mut database = ledger::open(&town.config.folder.join("xueliang.db")).await;
    for (statement, why) in [
        ("UPDATE audit SET who = 'nobody' WHERE seq = 2", "never changed"),
        ("DELETE FROM audit WHERE seq = 2", "goes only by retention"),
    ] {
        let refused = sqlx::query(statement).execute(&mut database).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
    }
}

#[tokio::test]
async fn there_is_no_archive_where_there_is_no_database() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Archive::open(folder.path()).await, Err(StoreError::NotOpened { .. })));
    assert!(!folder.path().join("xueliang.db").exists());
}
