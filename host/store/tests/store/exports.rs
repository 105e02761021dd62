//! Exports: what was asked for stays as it was, whatever statement comes; what is owed after their end.

use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::export::Decided;
use xl_model::export::Export;
use xl_model::export::Level;
use xl_model::export::NewExport;
use xl_model::export::Package;
use xl_model::export::Receipt;
use xl_model::id::TownshipId;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::town;

fn new_export() -> NewExport {
    NewExport {
        township: town(),
        cameras: vec!["gate-1".parse().unwrap()],
        from_ms: NOON_MS - 3_600_000,
        to_ms: NOON_MS,
        level: Level::Masked,
        purpose: "public-security".to_owned(),
        basis: "公共安全视频图像信息系统管理条例第二十条".to_owned(),
        document: "莒公（治）调证字〔2026〕18号".to_owned(),
        recipient: "莒县公安局".to_owned(),
        reason: "盗窃案调查".to_owned(),
    }
}

/// EXP-1: an approval is for exactly what was asked, by one person of another's wish, and both stay on record.
#[tokio::test]
async fn no_statement_of_ours_can_change_what_was_agreed_to_or_who_agreed() {
    let town = Town::new().await;
    let li = Actor::new("li", "county-admin@371122");
    let asked = town.store.ask_export(new_export(), &li, NOON_MS, NOON_MS + DAY_MS, 5).await.unwrap().unwrap();
    let decided = Decided { agreed: true, by: "wang".to_owned(), at_ms: NOON_MS, words: String::new() };
    assert!(town.store.decide_export(&asked.new.township, asked.number, decided.clone()).await.unwrap());
    let later = Decided { agreed: false, by: "zhao".to_owned(), ..decided };
    assert!(!town.store.decide_export(&asked.new.township, asked.number, later).await.unwrap());

    let options = SqliteConnectOptions::new().filename(town.config.folder.join("xueliang.db"));
    let mut database = options.connect().await.unwrap();
    for (statement, why) in [
        ("UPDATE exports SET wish = replace(wish, 'gate-1', 'gate-2')", "what was asked for never changes"),
        ("UPDATE exports SET wish = replace(wish, 'masked', 'raw')", "what was asked for never changes"),
        ("UPDATE exports SET township = 371122103", "what was asked for never changes"),
        ("UPDATE exports SET asked_by = 'zhao'", "what was asked for never changes"),
        ("UPDATE exports SET asked_unit = ''", "what was asked for never changes"),
        ("UPDATE exports SET agreed = 0", "decided once"),
        ("UPDATE exports SET decided_by = 'zhao'", "decided once"),
        ("DELETE FROM exports", "never removed"),
    ] {
        let refused = sqlx::query(statement).execute(&mut database).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{statement}: {refused}");
    }
    database.close().await.unwrap();
    let kept = town.store.export(&asked.new.township, asked.number).await.unwrap().unwrap();
    assert_eq!(kept.asked_unit, "county-admin@371122");
    assert_eq!((kept.new, kept.asked_by.as_str()), (new_export(), "li"));
    assert_eq!(kept.decided.map(|decided| (decided.agreed, decided.by)), Some((true, "wang".to_owned())));
}

/// An export of a township that was fetched so often and was over at `until_ms`.
async fn fetched(town: &Town, township: &TownshipId, fetches: u64, until_ms: i64) -> Export {
    let new = NewExport { township: township.clone(), ..new_export() };
    let asked = town.store.ask_export(new, &Actor::new("li", ""), NOON_MS, NOON_MS + DAY_MS, 9).await.unwrap().unwrap();
    let decided = Decided { agreed: true, by: "wang".to_owned(), at_ms: NOON_MS, words: String::new() };
    assert!(town.store.decide_export(township, asked.number, decided).await.unwrap());
    let package = Package { sha256: "ab".repeat(32), bytes: 1, pictures: 1, until_ms, fetched: 0, gone_ms: None };
    town.store.export_made(&asked, package).await.unwrap();
    for _ in 0..fetches {
        assert!(town.store.export_fetched(township, asked.number, until_ms - 1).await.unwrap());
    }
    asked
}

fn numbers(exports: &[Export]) -> Vec<u64> {
    exports.iter().map(|export| export.number).collect()
}

/// EXP-4: owed is what was fetched and is over, until somebody confirms it, to who may know of it.
#[tokio::test]
async fn a_receipt_is_owed_from_the_end_of_what_was_fetched_until_it_is_confirmed() {
    let town_ = Town::new().await;
    let beside: TownshipId = "371122103".parse().unwrap();
    let end_ms = NOON_MS + DAY_MS;
    let later = fetched(&town_, &town(), 2, end_ms + 1).await;
    let first = fetched(&town_, &beside, 1, end_ms).await;
    fetched(&town_, &town(), 0, end_ms).await;
    let owed = async |within: Option<&str>, now_ms| {
        let within = within.map(|digits| vec![digits.to_owned()]);
        numbers(&town_.store.exports_owed(within, now_ms).await.unwrap())
    };
    assert_eq!(owed(None, end_ms - 1).await, [] as [u64; 0]);
    assert_eq!(owed(None, end_ms).await, [first.number]);
    assert_eq!(owed(None, end_ms + 1).await, [first.number, later.number], "the longest owed first");
    assert_eq!(owed(Some("371122"), i64::MAX).await, [first.number, later.number]);
    assert_eq!(owed(Some("371122102"), i64::MAX).await, [later.number]);
    assert_eq!(owed(Some("371122102201"), i64::MAX).await, [] as [u64; 0], "a village has none of its own");
    let receipt = Receipt { by: "li".to_owned(), at_ms: end_ms, words: "已粉碎光盘".to_owned() };
    assert!(town_.store.export_receipt(&beside, first.number, receipt).await.unwrap());
    assert_eq!(owed(None, i64::MAX).await, [later.number]);
}

/// EXP-4: the row of the log marks its export in the same commit, so that no crash comes between them.
#[tokio::test]
async fn an_overdue_receipt_is_told_by_its_row_of_the_log_and_by_no_other() {
    let mut town_ = Town::new().await;
    let (first, second) = (fetched(&town_, &town(), 1, NOON_MS).await, fetched(&town_, &town(), 1, NOON_MS + 1).await);
    let record = async |town_: &Town, action: &str, township: &str, number: u64| {
        let object = format!("export {township}-E{number}");
        let entry = Entry::new(NOON_MS, Actor::hub(), action, &object).in_township(Some(township.parse().unwrap()));
        town_.store.append_audit(vec![entry]).await.unwrap();
    };
    let untold = async |town_: &Town, over_ms| numbers(&town_.store.exports_untold(over_ms).await.unwrap());
    record(&town_, "export.destroy", "371122102", first.number).await;
    record(&town_, "export.receipt-overdue", "371122103", first.number).await;
    assert_eq!(untold(&town_, NOON_MS).await, [first.number], "the other is not over yet");
    assert_eq!(untold(&town_, i64::MAX).await, [first.number, second.number]);
    record(&town_, "export.receipt-overdue", "371122102", first.number).await;
    town_.reopen().await;
    assert_eq!(untold(&town_, i64::MAX).await, [second.number]);
}
