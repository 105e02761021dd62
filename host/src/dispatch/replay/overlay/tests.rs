//! The overlay answers as if its changes were committed.

use super::*;
use serde_json::json;

fn manifest() -> Manifest {
    let text = json!({"zh": "x", "en": "x"});
    serde_json::from_value(json!({
        "id": "trace", "version": "1.0.0", "hub": "0.1.0", "name": text, "description": text,
        "collections": [{"name": "batches", "indexes": [{"name": "day", "pointer": "/day"}]}],
    }))
    .unwrap()
}

fn module() -> ModuleKey {
    ModuleKey { township: "371122102".parse().unwrap(), plugin: "trace".parse().unwrap() }
}

fn put(key: &str, day: i64) -> Effect {
    Effect::Put {
        collection: "batches".to_owned(),
        key: key.to_owned(),
        document: json!({ "day": day }).to_string(),
        indexed: vec![("day".to_owned(), Some(IndexValue::Integer(day)))],
    }
}

fn delete(key: &str) -> Effect {
    Effect::Delete { collection: "batches".to_owned(), key: key.to_owned() }
}

async fn all(records: &dyn Records, index: Option<&str>, descending: bool, limit: u32) -> Vec<String> {
    let mut keys = Vec::new();
    let mut after = None;
    loop {
        let query = RecordQuery {
            collection: "batches".to_owned(),
            index: index.map(str::to_owned),
            from: index.map(|_| IndexValue::Integer(2)),
            to: None,
            descending,
            limit,
            after,
        };
        let page = records.find(&module(), query).await.unwrap();
        assert!(page.records.len() <= limit as usize);
        keys.extend(page.records.into_iter().map(|record| record.key));
        after = page.next;
        if after.is_none() {
            return keys;
        }
    }
}

#[tokio::test]
async fn changes_over_committed_records_read_like_one_collection_in_every_order_and_page() {
    let old: Vec<Effect> = [("a", 5), ("b", 3), ("c", 3), ("d", 1), ("e", 9)].map(|(key, day)| put(key, day)).into();
    let new = [put("b", 7), delete("c"), put("f", 3), put("g", 0), delete("nothing")];

    let committed = Arc::new(Overlay::new(&manifest(), None));
    committed.apply(&old);
    let layered = Overlay::new(&manifest(), Some(committed));
    layered.apply(&new);

    let whole = Overlay::new(&manifest(), None);
    whole.apply(&old);
    whole.apply(&new);

    for index in [None, Some("day")] {
        for descending in [false, true] {
            for limit in [1, 2, 200] {
                assert_eq!(
                    all(&layered, index, descending, limit).await,
                    all(&whole, index, descending, 200).await,
                    "{index:?} {descending} {limit}"
                );
            }
        }
    }
    assert_eq!(all(&layered, Some("day"), false, 2).await, ["f", "a", "b", "e"]);
    assert_eq!(layered.get(&module(), "batches", "c").await.unwrap(), None);
    assert_eq!(layered.get(&module(), "batches", "a").await.unwrap(), Some(r#"{"day":5}"#.to_owned()));
}

#[tokio::test]
async fn a_revoked_link_is_closed_and_an_issued_one_open() {
    let overlay = Overlay::new(&manifest(), None);
    overlay.apply(&[Effect::IssueLink { code: "x".to_owned(), page: "trace".to_owned(), query: "{}".to_owned() }]);
    assert!(overlay.has_link(&module(), "x").await.unwrap());
    overlay.apply(&[Effect::RevokeLink { code: "x".to_owned() }]);
    assert!(!overlay.has_link(&module(), "x").await.unwrap());
}
