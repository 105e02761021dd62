//! Declared indexes hold every record, whenever they were declared.

use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::manifest::Collection;
use xl_model::manifest::Index;
use xl_model::record::RecordQuery;
use xl_store::StoreError;
use xl_store::modules::Commit;

use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::hash;
use crate::fixture::key;

/// The collection `batches`, with an index for each name and pointer.
fn batches(indexes: &[(&str, &str)]) -> Vec<Collection> {
    let index = |(name, pointer): &(&str, &str)| Index { name: (*name).to_owned(), pointer: (*pointer).to_owned() };
    vec![Collection {
        name: "batches".to_owned(),
        indexes: indexes.iter().map(index).collect(),
        keep_days: None,
        keep_days_least: None,
    }]
}

/// A record as a build writes it that declares no index.
fn put(key: &str, document: &str) -> Effect {
    let (collection, key, document) = ("batches".to_owned(), key.to_owned(), document.to_owned());
    Effect::Put { collection, key, document, indexed: Vec::new() }
}

async fn found(town: &Town, index: &str, equals: IndexValue) -> String {
    let query = RecordQuery {
        collection: "batches".to_owned(),
        index: Some(index.to_owned()),
        from: Some(equals.clone()),
        to: Some(equals),
        descending: false,
        limit: 200,
        after: None,
    };
    let page = town.store.find_records(&key("trace"), query).await.unwrap();
    page.records.into_iter().map(|record| record.key).collect::<Vec<_>>().join(" ")
}

fn text(value: &str) -> IndexValue {
    IndexValue::Text(value.to_owned())
}

/// A town whose module wrote before anything was indexed.
async fn old() -> Town {
    let town = Town::new().await;
    town.enable("trace").await;
    let effects = vec![
        put("a", r#"{"trade":{"name":"one"},"day":7}"#),
        put("b", r#"{"trade":{"name":"two"},"day":7}"#),
        put("c", r#"{"trade":{},"day":"7"}"#),
    ];
    town.store.commit(Commit { effects, ..commit("trace", 0) }).await.unwrap();
    town
}

#[tokio::test]
async fn an_index_of_a_later_build_holds_the_records_from_before() {
    let town = old().await;
    let declared = batches(&[("name", "/trade/name"), ("day", "/day")]);
    town.store.swap_module(&key("trace"), &hash(b"new"), None, None, declared).await.unwrap();
    assert_eq!(found(&town, "name", text("one")).await, "a");
    assert_eq!(found(&town, "day", IndexValue::Integer(7)).await, "a b");
    assert_eq!(found(&town, "day", text("7")).await, "c");
}

#[tokio::test]
async fn records_that_the_build_before_wrote_in_between_are_found_after_the_next_upgrade() {
    let town = old().await;
    let swap = async |build: &[u8], declared| {
        town.store.swap_module(&key("trace"), &hash(build), None, None, declared).await.unwrap().revision
    };
    swap(b"new", batches(&[("name", "/trade/name")])).await;
    let revision = swap(b"old", batches(&[])).await;
    assert_eq!(found(&town, "name", text("one")).await, "", "what nothing keeps up is not kept");
    let effects = vec![put("b", r#"{"trade":{"name":"three"}}"#)];
    town.store.commit(Commit { effects, ..commit("trace", revision) }).await.unwrap();
    swap(b"new", batches(&[("name", "/trade/name")])).await;
    for (name, key) in [("one", "a"), ("two", ""), ("three", "b")] {
        assert_eq!(found(&town, "name", text(name)).await, key, "{name}");
    }
}

#[tokio::test]
async fn an_index_whose_value_lies_elsewhere_now_is_filled_anew() {
    let town = old().await;
    let store = &town.store;
    store.declare_indexes(&key("trace"), batches(&[("what", "/day")])).await.unwrap();
    assert_eq!(found(&town, "what", IndexValue::Integer(7)).await, "a b");
    store.declare_indexes(&key("trace"), batches(&[("what", "/trade/name")])).await.unwrap();
    assert_eq!(found(&town, "what", text("two")).await, "b");
    assert_eq!(found(&town, "what", IndexValue::Integer(7)).await, "");
    let nobody = store.declare_indexes(&key("street"), batches(&[("what", "/day")])).await;
    assert!(matches!(nobody, Err(StoreError::NotFound { .. })), "{nobody:?}");
}

#[tokio::test]
async fn more_records_than_are_read_at_once_are_all_filled() {
    let town = Town::new().await;
    town.enable("trace").await;
    let effects = (0..600).map(|n| put(&format!("k{n:03}"), &format!(r#"{{"day":{n}}}"#))).collect();
    town.store.commit(Commit { effects, ..commit("trace", 0) }).await.unwrap();
    town.store.declare_indexes(&key("trace"), batches(&[("day", "/day")])).await.unwrap();
    for n in [0, 249, 250, 499, 500, 599] {
        assert_eq!(found(&town, "day", IndexValue::Integer(n)).await, format!("k{n:03}"));
    }
}
