//! Records: own writes are seen, order and pages hold, what is not declared or too large is refused.

use std::sync::Arc;

use serde_json::json;
use xl_model::effect::Effect;
use xl_model::effect::IndexValue;
use xl_model::record::RecordPage;

use crate::plugin;
use crate::ports::World;

#[tokio::test]
async fn a_run_sees_its_own_writes_between_the_committed_ones() {
    let world = Arc::new(World::default());
    for (key, seq) in [("a", 1), ("b", 5), ("c", 3)] {
        world.put(key, &json!({ "seq": seq }).to_string());
    }
    let plugin = plugin::hostile(|_| {}).await;
    let steps = json!([
        {"put": ["counts", "d", "{\"seq\":4}"]},
        {"put": ["counts", "a", "{\"seq\":9}"]},
        {"put": ["counts", "e", "{\"other\":1}"]},
        {"delete": ["counts", "c"]},
        {"get": ["counts", "a"]},
        {"get": ["counts", "c"]},
        {"get": ["counts", "b"]},
        {"find": {"index": "seq"}},
        {"find": {"index": "seq", "descending": true}},
        {"find": {"index": "seq", "from": 4, "to": 5}},
        {"find": {}},
        {"find": {"limit": 2}},
    ]);
    let answers = plugin::answers(&plugin, &plugin::context(&world, "probe"), steps).await;
    assert_eq!(
        answers[4..],
        [
            "Ok(Some(\"{\\\"seq\\\":9}\"))",
            "Ok(None)",
            "Ok(Some(\"{\\\"seq\\\":5}\"))",
            r#"Ok((["d", "b", "a"], false))"#,
            r#"Ok((["a", "b", "d"], false))"#,
            r#"Ok((["d", "b"], false))"#,
            r#"Ok((["a", "b", "d", "e"], false))"#,
            r#"Ok((["a", "b"], true))"#,
        ]
    );
}

#[tokio::test]
async fn an_effect_carries_the_values_of_the_declared_indexes() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let steps =
        json!([{"put": ["counts", "k", "{\"seq\":7}"]}, {"put": ["counts", "l", "{}"]}, {"delete": ["counts", "k"]}]);
    let handled = plugin.handle(&plugin::context(&world, "probe"), &plugin::script(steps)).await;
    let put = |key: &str, document: &str, value| Effect::Put {
        collection: "counts".to_owned(),
        key: key.to_owned(),
        document: document.to_owned(),
        indexed: vec![("seq".to_owned(), value)],
    };
    let delete = Effect::Delete { collection: "counts".to_owned(), key: "k".to_owned() };
    let expected = [put("k", "{\"seq\":7}", Some(IndexValue::Integer(7))), put("l", "{}", None), delete];
    assert_eq!(plugin::effects(&handled), expected);
}

#[tokio::test]
async fn what_is_not_declared_too_large_or_no_object_is_refused_and_leaves_no_effect() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let (fat, long) = (format!("{{\"a\":\"{}\"}}", "x".repeat(64 * 1024)), "k".repeat(257));
    let steps = json!([
        {"put": ["other", "k", "{}"]},
        {"get": ["other", "k"]},
        {"find": {"collection": "other"}},
        {"find": {"index": "other"}},
        {"put": ["counts", "k", fat]},
        {"put": ["counts", long, "{}"]},
        {"put": ["counts", "", "{}"]},
        {"put": ["counts", "a\u{0}b", "{}"]},
        {"put": ["counts", "k", "[]"]},
        {"find": {"limit": 0}},
        {"find": {"limit": 201}},
        {"find": {"after": "7"}},
    ]);
    let context = plugin::context(&world, "probe");
    let handled = plugin.handle(&context, &plugin::script(steps)).await;
    assert_eq!(plugin::effects(&handled), []);
    let answers = plugin::lines(&handled);
    for (answer, kind) in answers.iter().zip([
        "Undeclared",
        "Undeclared",
        "Undeclared",
        "Undeclared",
        "TooLarge(65536)",
        "TooLarge(256)",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
        "Invalid",
    ]) {
        assert!(answer.contains(kind), "{kind}: {answer}");
    }
    assert_eq!(answers.len(), 12);
}

#[tokio::test]
async fn an_answer_goes_on_where_it_ended_also_in_the_next_run() {
    let world = Arc::new(World::default());
    (0..7).for_each(|n| world.put(&format!("k{n}"), &json!({ "seq": n }).to_string()));
    let plugin = plugin::hostile(|_| {}).await;
    let context = plugin::context(&world, "well-behaved");
    // The token comes from the port's page as the runtime wraps it.
    let first: RecordPage = {
        use xl_runtime::port::Records;
        let query = xl_model::record::RecordQuery {
            collection: "counts".to_owned(),
            index: Some("seq".to_owned()),
            from: None,
            to: None,
            descending: false,
            limit: 3,
            after: None,
        };
        world.find(&context.module, query).await.unwrap()
    };
    let token = json!([first.next, {"value": 2, "key": "k2"}, false]).to_string();
    let context = plugin::context(&world, "probe");
    let steps = json!([
        {"find": {"index": "seq", "limit": 3, "after": token}},
        {"put": ["counts", "new", "{\"seq\":4}"]},
        {"put": ["counts", "old", "{\"seq\":1}"]},
        {"find": {"index": "seq", "limit": 3, "after": token}},
    ]);
    let answers = plugin::answers(&plugin, &context, steps).await;
    assert_eq!(answers[0], r#"Ok((["k3", "k4", "k5"], true))"#);
    assert_eq!(answers[3], r#"Ok((["k3", "k4", "new"], true))"#, "the own record behind the token, not the one before");
}
