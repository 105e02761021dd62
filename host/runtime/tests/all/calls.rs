//! Calls of programs: read only unless the manifest says otherwise, and nothing is kept of what failed.

use std::sync::Arc;

use serde_json::Value;
use serde_json::json;
use xl_model::effect::Effect;
use xl_runtime::run::Answered;
use xl_runtime::run::Asked;
use xl_runtime::run::PageFault;

use crate::plugin;
use crate::ports::World;

fn asked(name: &str, query: &Value, script: &Value) -> Asked {
    Asked {
        name: name.to_owned(),
        query: query.to_string(),
        content_type: "application/json".to_owned(),
        body: json!({ "script": script }).to_string().into_bytes().into(),
        locale: "zh".to_owned(),
        viewer: None,
        now_ms: 9,
        seed: 1,
    }
}

async fn ask(name: &str, query: Value, script: Value) -> Answered {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    plugin.answer(&plugin::context(&world, "well-behaved"), asked(name, &query, &script)).await
}

#[tokio::test]
async fn an_operation_that_writes_has_effects_and_one_that_does_not_has_none() {
    let script = json!([{"put": ["counts", "k", "{}"]}]);
    let done = ask("do", json!({}), script.clone()).await;
    assert!(matches!(done.effects.list.as_slice(), [Effect::Put { .. }]), "{done:?}");
    let reply = done.reply.unwrap();
    assert_eq!((reply.status, reply.content_type.as_str()), (200, "application/json"));
    let read = ask("ask", json!({}), script).await;
    let told = String::from_utf8(read.reply.unwrap().body).unwrap();
    assert!(told.contains("read only") && read.effects.list.is_empty(), "{told}");
}

#[tokio::test]
async fn nothing_is_kept_of_a_call_whose_status_says_that_it_failed() {
    let refused = ask("do", json!({"status": "409"}), json!([{"put": ["counts", "k", "{}"]}])).await;
    assert_eq!((refused.reply.unwrap().status, refused.effects.list.len()), (409, 0));
}

#[tokio::test]
async fn an_answer_that_is_none_is_a_fault_of_the_module() {
    let fault = async |name, query| ask(name, query, json!([])).await.reply;
    assert_eq!(fault("gone", json!({})).await, Err(PageFault::NotFound));
    assert_eq!(fault("ask", json!({"as": "nothing"})).await, Err(PageFault::NotFound));
    assert!(matches!(fault("ask", json!({"as": "wrong"})).await, Err(PageFault::BadPage(_))));
    assert!(matches!(fault("ask", json!({"as": "larger"})).await, Err(PageFault::BadPage(_))));
    assert_eq!(fault("ask", json!({"as": "large"})).await.unwrap().body.len(), 4 * 1024 * 1024);
}

#[tokio::test]
async fn what_was_sent_wrongly_is_told_with_its_reason() {
    let world = Arc::new(World::default());
    let plugin = plugin::hostile(|_| {}).await;
    let wrong = Asked { body: b"{".to_vec().into(), ..asked("do", &json!({}), &json!([])) };
    let answered = plugin.answer(&plugin::context(&world, "well-behaved"), wrong).await;
    assert!(matches!(&answered.reply, Err(PageFault::Invalid(errors)) if errors.summary.is_some()), "{answered:?}");
}
