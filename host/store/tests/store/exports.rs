//! Exports: what was asked for stays as it was, whatever statement comes.

use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnectOptions;
use xl_model::export::Decided;
use xl_model::export::Level;
use xl_model::export::NewExport;

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
    let asked = town.store.ask_export(new_export(), "li", NOON_MS, NOON_MS + DAY_MS, 5).await.unwrap().unwrap();
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
        ("UPDATE exports SET agreed = 0", "decided once"),
        ("UPDATE exports SET decided_by = 'zhao'", "decided once"),
        ("DELETE FROM exports", "never removed"),
    ] {
        let refused = sqlx::query(statement).execute(&mut database).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{statement}: {refused}");
    }
    database.close().await.unwrap();
    let kept = town.store.export(&asked.new.township, asked.number).await.unwrap().unwrap();
    assert_eq!((kept.new, kept.asked_by.as_str()), (new_export(), "li"));
    assert_eq!(kept.decided.map(|decided| (decided.agreed, decided.by)), Some((true, "wang".to_owned())));
}
