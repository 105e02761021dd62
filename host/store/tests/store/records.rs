//! Queries over records.

use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::record::RecordQuery;
use xl_store::StoreError;
use xl_store::modules::Commit;

use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::key;

fn integer(value: i64) -> Option<IndexValue> {
    Some(IndexValue::Integer(value))
}

fn text(value: &str) -> Option<IndexValue> {
    Some(IndexValue::Text(value.to_owned()))
}

fn put(key: &str, value: Option<IndexValue>) -> Effect {
    Effect::Put {
        collection: "batches".to_owned(),
        key: key.to_owned(),
        document: format!("{{\"key\":\"{key}\"}}"),
        indexed: vec![("value".to_owned(), value), ("empty".to_owned(), None)],
    }
}

fn query(index: Option<&str>) -> RecordQuery {
    RecordQuery {
        collection: "batches".to_owned(),
        index: index.map(str::to_owned),
        from: None,
        to: None,
        descending: false,
        limit: 200,
        after: None,
    }
}

async fn town() -> Town {
    let town_ = Town::new().await;
    town_.enable("trace").await;
    town_.enable("street").await;
    let effects = vec![
        put("e", text("10")),
        put("c", integer(10)),
        put("a", integer(9)),
        put("b", integer(-3)),
        put("d", integer(10)),
        put("f", text("9")),
        put("g", None),
        put("温室", text("北")),
    ];
    town_.store.commit(Commit { effects, ..commit("trace", 0) }).await.unwrap();
    town_.store.commit(Commit { effects: vec![put("a", integer(9))], ..commit("street", 0) }).await.unwrap();
    town_
}

/// Follows the pages to the end and returns all keys.
async fn keys(town_: &Town, mut query: RecordQuery) -> String {
    let mut keys = Vec::new();
    loop {
        let page = town_.store.find_records(&key("trace"), query.clone()).await.unwrap();
        assert!(page.records.len() <= query.limit as usize);
        keys.extend(page.records.into_iter().map(|record| record.key));
        query.after = page.next;
        if query.after.is_none() {
            return keys.join(" ");
        }
    }
}

#[tokio::test]
async fn records_are_ordered_by_value_and_key_whatever_the_page_size_and_direction() {
    let town_ = town().await;
    for limit in [1, 2, 3, 200] {
        for (index, forward) in [(Some("value"), "b a c d e f 温室"), (None, "a b c d e f g 温室"), (Some("empty"), "")]
        {
            assert_eq!(keys(&town_, RecordQuery { limit, ..query(index) }).await, forward, "{index:?} {limit}");
            let mut backward: Vec<_> = forward.split(' ').collect();
            backward.reverse();
            let descending = RecordQuery { limit, descending: true, ..query(index) };
            assert_eq!(keys(&town_, descending).await, backward.join(" "), "{index:?} {limit}");
        }
    }
}

#[tokio::test]
async fn a_range_includes_both_ends_and_compares_integers_as_numbers() {
    let town_ = town().await;
    for (index, from, to, expected) in [
        (Some("value"), integer(9), integer(10), "a c d"),
        (Some("value"), integer(10), integer(10), "c d"),
        (Some("value"), None, integer(9), "b a"),
        (Some("value"), integer(11), None, "e f 温室"),
        (Some("value"), text("10"), text("9"), "e f"),
        (Some("value"), text(""), text(""), ""),
        (Some("value"), integer(10), integer(9), ""),
        (None, text("b"), text("d"), "b c d"),
        (None, text("g"), None, "g 温室"),
        (None, integer(7), text("b"), "a b"),
        (None, None, integer(7), ""),
    ] {
        for limit in [1, 200] {
            let ranged = RecordQuery { from: from.clone(), to: to.clone(), limit, ..query(index) };
            assert_eq!(keys(&town_, ranged.clone()).await, expected, "{index:?} {from:?} {to:?}");
            let mut backward: Vec<_> = expected.split(' ').collect();
            backward.reverse();
            let backwards = keys(&town_, RecordQuery { descending: true, ..ranged }).await;
            assert_eq!(backwards, backward.join(" "), "{index:?} {from:?} {to:?} descending");
        }
    }
}

#[tokio::test]
async fn a_record_leaves_its_old_place_in_the_index() {
    let town_ = town().await;
    let effects = vec![
        put("a", integer(99)),
        put("b", None),
        Effect::Delete { collection: "batches".to_owned(), key: "c".to_owned() },
    ];
    town_.store.commit(Commit { effects, ..commit("trace", 1) }).await.unwrap();
    assert_eq!(keys(&town_, query(Some("value"))).await, "d a e f 温室");
    assert_eq!(keys(&town_, query(None)).await, "a b d e f g 温室");
}

#[tokio::test]
async fn a_query_sees_its_own_collection_and_module_only() {
    let town_ = town().await;
    let other = RecordQuery { collection: "sites".to_owned(), ..query(Some("value")) };
    assert_eq!(keys(&town_, other).await, "");
    let page = town_.store.find_records(&key("street"), query(Some("value"))).await.unwrap();
    assert_eq!(page.records.len(), 1);
    assert_eq!(town_.store.find_records(&key("nobody"), query(None)).await.unwrap().records, []);
}

#[tokio::test]
async fn a_page_mark_that_was_never_handed_out_is_refused() {
    let town_ = town().await;
    for after in ["", "zz", "00", "5b5d", "大"] {
        let marked = RecordQuery { after: Some(after.to_owned()), ..query(None) };
        let page = town_.store.find_records(&key("trace"), marked).await;
        assert!(matches!(page, Err(StoreError::NotFound { .. })), "{after}");
    }
}
