//! Pictures that people attach to forms: whose they are, how long they wait, and that they go with the event that names them.

use bytes::Bytes;
use xl_model::event::NewEvent;
use xl_model::id::PluginId;
use xl_store::retention::Retention;
use xl_store::uploads::Upload;

use crate::fixture::DAY_MS;
use crate::fixture::NOON_MS;
use crate::fixture::commit;
use crate::fixture::fact;
use crate::fixture::hash;
use crate::fixture::key;
use crate::fixture::picture;
use crate::fixture::town;
use crate::lived::Lived;
use crate::lived::rules;

fn plugin(id: &str) -> PluginId {
    id.parse().unwrap()
}

impl Lived {
    async fn attach(&self, module: &str, account: &str, bytes: &'static [u8]) {
        let store = &self.town.store;
        store.put_picture(&hash(bytes), Bytes::from_static(bytes)).await.unwrap();
        let upload =
            Upload { module: key(module), picture: picture(bytes), account: account.to_owned(), time_ms: self.wall_ms };
        store.add_upload(upload).await.unwrap();
    }

    /// A form with this picture is accepted.
    async fn accept(&self, module: &str, revision: u64, bytes: &[u8]) {
        let trigger = NewEvent {
            source: format!("page:{module}").into(),
            kind: "page.action".parse().unwrap(),
            camera: None,
            pictures: vec![picture(bytes)],
            ..fact(format!("press {module} {revision}"))
        };
        let pressed = xl_store::modules::Commit { trigger: Some(trigger), ..commit(module, revision) };
        self.town.store.commit(pressed).await.unwrap();
    }

    async fn is_there(&self, bytes: &[u8]) -> bool {
        self.town.store.picture(&hash(bytes)).await.unwrap().is_some()
    }
}

fn ten_days() -> Retention {
    rules(&[("*", 10)], 7)
}

#[tokio::test]
async fn an_attached_picture_is_the_modules_and_its_first_account_counts() {
    let mut lived = Lived::new().await;
    lived.attach("street", "li", b"one").await;
    lived.attach("street", "wang", b"one").await;
    lived.town.reopen().await;
    let store = &lived.town.store;
    let found = store.upload(&town(), &hash(b"one"), Some(&plugin("street"))).await.unwrap().unwrap();
    assert_eq!((found.account.as_str(), found.time_ms, &found.picture), ("li", NOON_MS, &picture(b"one")));
    assert_eq!(found.module, key("street"));
    assert_eq!(store.upload(&town(), &hash(b"one"), Some(&plugin("other"))).await.unwrap(), None);
    assert!(store.upload(&town(), &hash(b"one"), None).await.unwrap().is_some());
    assert_eq!(store.upload(&"371122103".parse().unwrap(), &hash(b"one"), None).await.unwrap(), None);
    assert_eq!(store.provenance(&town(), &hash(b"one")).await.unwrap(), None, "no camera took it");
    assert!(store.renew_upload(&key("street"), &hash(b"one")).await.unwrap().is_some());
    assert_eq!(store.renew_upload(&key("other"), &hash(b"one")).await.unwrap(), None);
}

#[tokio::test]
async fn what_no_accepted_form_names_waits_a_day_from_its_last_try_and_goes() {
    let mut lived = Lived::new().await;
    lived.attach("street", "li", b"left").await;
    lived.attach("street", "li", b"tried again").await;
    lived.pass_ms(DAY_MS - 1).await;
    lived.retain(&ten_days()).await;
    assert!(lived.is_there(b"left").await && lived.is_there(b"tried again").await, "a day is not over");
    lived.town.store.renew_upload(&key("street"), &hash(b"tried again")).await.unwrap();
    lived.pass_ms(1).await;
    lived.town.reopen().await;
    let removed = lived.retain(&ten_days()).await;
    assert_eq!((removed.pictures, removed.bytes), (1, 4));
    assert!(!lived.is_there(b"left").await && lived.is_there(b"tried again").await);
    assert_eq!(lived.town.store.upload(&town(), &hash(b"left"), None).await.unwrap(), None);
}

#[tokio::test]
async fn an_accepted_picture_stays_as_long_as_its_event_and_goes_with_it() {
    let mut lived = Lived::new().await;
    lived.town.enable("street").await;
    lived.attach("street", "li", b"proof").await;
    lived.accept("street", 0, b"proof").await;
    lived.pass(5).await;
    lived.town.reopen().await;
    lived.retain(&ten_days()).await;
    assert!(lived.is_there(b"proof").await, "its event is young");
    lived.pass(10).await;
    let done = xl_store::modules::Commit { cursor: Some(1), ..commit("street", 1) };
    lived.town.store.commit(done).await.unwrap();
    let removed = lived.retain(&ten_days()).await;
    assert_eq!((removed.events, removed.pictures), (1, 1));
    assert!(!lived.is_there(b"proof").await);
    assert_eq!(lived.town.store.upload(&town(), &hash(b"proof"), None).await.unwrap(), None);
}

#[tokio::test]
async fn one_modules_accepted_picture_is_not_lost_by_anothers_left_one() {
    let mut lived = Lived::new().await;
    lived.town.enable("street").await;
    lived.attach("street", "li", b"same").await;
    lived.attach("river", "wang", b"same").await;
    lived.accept("street", 0, b"same").await;
    lived.pass(2).await;
    lived.town.reopen().await;
    assert_eq!(lived.retain(&ten_days()).await.pictures, 0);
    assert!(lived.is_there(b"same").await);
    let store = &lived.town.store;
    assert!(store.upload(&town(), &hash(b"same"), Some(&plugin("street"))).await.unwrap().is_some());
    assert_eq!(store.upload(&town(), &hash(b"same"), Some(&plugin("river"))).await.unwrap(), None);
}

#[tokio::test]
async fn only_an_event_of_a_page_accepts_a_picture() {
    let mut lived = Lived::new().await;
    lived.attach("street", "li", b"named").await;
    let named = NewEvent { source: "module:street".into(), depth: 1, pictures: vec![picture(b"named")], ..fact("n") };
    lived.town.append(vec![named]).await;
    lived.pass(2).await;
    lived.retain(&ten_days()).await;
    assert_eq!(lived.town.store.upload(&town(), &hash(b"named"), None).await.unwrap(), None);
    assert!(lived.is_there(b"named").await, "an event names it: its bytes stay");
}
