//! What is withdrawn by switching a module off, and by moving it to another build, is so for a batch under way.

use serde_json::Value;
use serde_json::json;
use tokio::sync::mpsc;
use xl_model::event::NewEvent;
use xl_model::grant::Grants;
use xl_model::module::ModuleState;
use xueliang::dispatch::ModuleError;
use xueliang::dispatch::Upgraded;
use xueliang::dispatch::Wish;

use super::BESIDE;
use super::BOTH;
use super::granted;
use super::hostile;
use super::key;
use super::key_in;
use super::ports;
use super::told;
use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::until;

/// Publishes, asks for a camera, waits for the word to go on, and asks for the camera again.
fn script() -> Value {
    let publish = json!({"kind": "test.seen", "data": "{}"});
    json!({"script": [{"publish": publish}, {"camera": "gh-1"}, {"get": ["counts", "gate"]}, {"camera": "gh-1"}]})
}

/// Also of a module that was granted nothing, from which nothing can be taken.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_batch_under_way_is_committed_when_the_module_is_switched_off() {
    let (asked, mut gate) = mpsc::channel(1);
    let site = ports::Site::start(asked).await;
    let (modules, store) = (&site.modules, &site.store);
    let digest = modules.install(packed("hostile").into(), None).await.unwrap().digest;
    let gone = "Err(CamerasError::AccessDenied)";
    for (township, grants) in [(TOWNSHIP, granted(&BOTH)), (BESIDE, Grants::default())] {
        let key = key_in(township);
        modules.enable(key.clone(), digest.clone(), json!({"behaviour": "probe"}), grants).await.unwrap();
        let ping = NewEvent { township: key.township.clone(), ..ports::ping(0, &script()) };
        store.append(vec![ping]).await.unwrap();
        let waits = gate.recv().await.unwrap();
        let mut disable = Box::pin(modules.disable(&key));
        // Once: everything is withdrawn, and the actor waits for the gate.
        assert!(futures::poll!(&mut disable).is_pending());
        assert_eq!(modules.granted(&key), None);
        waits.send(()).unwrap();
        assert_eq!(disable.await.unwrap().state, ModuleState::Disabled);
        let told = told(store, &key, 8).await;
        assert_eq!((told.len(), told[0].as_str(), told[3].as_str()), (4, "Ok(())", gone), "{township}: {told:?}");
        assert_eq!(store.last_seq(&key.township).await.unwrap(), 1, "{township}: what the run wanted is dropped");
        assert_eq!(modules.status(&key).await.unwrap().behind, 1, "{township}");

        let refused = modules.resume(&key).await;
        assert!(matches!(refused, Err(ModuleError::State { .. })), "{township}: {refused:?}");
        assert_eq!(modules.status(&key).await.unwrap().module.state, ModuleState::Disabled);
        modules.switch_on(&key).await.unwrap();
        gate.recv().await.unwrap().send(()).unwrap();
        until("the batch is handled", || async { (store.last_seq(&key.township).await.unwrap() == 2).then_some(()) })
            .await;
    }
    site.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_grants_of_another_build_lack_is_gone_for_the_next_call_of_a_running_batch() {
    let (asked, mut gate) = mpsc::channel(1);
    let site = ports::Site::start(asked).await;
    let (modules, store) = (&site.modules, &site.store);
    let first = modules.install(packed("hostile").into(), None).await.unwrap().digest;
    let later = hostile(|manifest| "0.2.0".clone_into(&mut manifest.version));
    let later = modules.install(later.into(), None).await.unwrap().digest;
    modules.enable(key(), first, json!({"behaviour": "probe"}), granted(&BOTH)).await.unwrap();
    store.append(vec![ports::ping(0, &script())]).await.unwrap();
    let waits = gate.recv().await.unwrap();
    let wish = Wish { digest: later, settings: None, grants: Some(granted(&["gh-2"])) };
    let upgrade = tokio::spawn({
        let modules = modules.clone();
        async move { modules.upgrade(&key(), wish, "li").await }
    });
    let camera = "gh-1".parse().unwrap();
    until("the camera is withdrawn", || async {
        modules.granted(&key()).is_some_and(|grants| !grants.cameras.allows(&camera)).then_some(())
    })
    .await;
    waits.send(()).unwrap();
    // The self-test asks too, and the batch when it runs again.
    let serve = tokio::spawn(async move {
        while let Some(waits) = gate.recv().await {
            // A run that was dropped does not wait.
            let _ = waits.send(());
        }
    });
    let upgraded = upgrade.await.unwrap().unwrap();
    assert!(matches!(upgraded, Upgraded::Runs(_)), "{upgraded:?}");
    let told = told(store, &key(), 100).await;
    assert!(told[1].starts_with("Ok((\"gh-1\""), "{told:?}");
    assert_eq!(told[2..4], ["Ok(None)", "Err(CamerasError::NotFound)"], "the run under way");
    assert!(!told[4..].iter().any(|line| line.starts_with("Ok((\"gh-1\"")), "{told:?}");
    serve.abort();
    site.stop().await;
}
