//! What tests of pages and API start from: exports that were given out.

use xl_model::audit::Actor;
use xl_model::clock::TimestampMs;
use xl_model::export::Decided;
use xl_model::export::Level;
use xl_model::export::NewExport;
use xl_model::export::Package;
use xl_store::Store;

use crate::cameras::testing::NOW_MS;

/// What somebody asks for: pictures of `gate-1` in a township, from then until now.
pub(crate) fn wish(township: &str, from_ms: TimestampMs) -> NewExport {
    NewExport {
        township: township.parse().unwrap(),
        cameras: vec!["gate-1".parse().unwrap()],
        from_ms,
        to_ms: NOW_MS,
        level: Level::Masked,
        purpose: "public-security".to_owned(),
        basis: "公共安全视频图像信息系统管理条例第二十条".to_owned(),
        document: "莒公（治）调证字〔2026〕18号".to_owned(),
        recipient: "莒县公安局".to_owned(),
        reason: "盗窃案调查".to_owned(),
    }
}

/// An export of a township that `li` asked for and fetched, and that can be fetched until `until_ms`; without its file.
pub(crate) async fn fetched(store: &Store, township: &str, until_ms: TimestampMs) -> u64 {
    let li = Actor::new("li", "");
    let asked = store.ask_export(wish(township, NOW_MS - 1), &li, NOW_MS, NOW_MS + 1, 9).await.unwrap().unwrap();
    let decided = Decided { agreed: true, by: "wang".to_owned(), at_ms: NOW_MS, words: String::new() };
    let (township, number) = (asked.new.township.clone(), asked.number);
    assert!(store.decide_export(&township, number, decided).await.unwrap());
    let package = Package { sha256: "ab".repeat(32), bytes: 1, pictures: 1, until_ms, fetched: 0, gone_ms: None };
    store.export_made(&asked, package).await.unwrap();
    assert!(store.export_fetched(&township, number, until_ms - 1).await.unwrap());
    number
}
