//! Devices, refusals and facts.

use xl_model::fault::Refusal;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;
use xl_store::StoreError;
use xl_store::register::Device;

use crate::fixture::NOON_MS;
use crate::fixture::Town;
use crate::fixture::facts;
use crate::fixture::town;

fn device(id: &str) -> Device {
    Device {
        id: id.parse().unwrap(),
        password_sha256: "00".repeat(32),
        bridge: false,
        enabled: true,
        registered_ms: NOON_MS,
    }
}

#[tokio::test]
async fn a_device_is_registered_once_and_kept_as_it_was_changed() {
    let mut town_ = Town::new().await;
    let (one, two) = (device("371122102.gh-1"), device("371122103.gh-1"));
    for device in [&one, &two] {
        town_.store.add_device(device.clone(), None).await.unwrap();
        let again = town_.store.add_device(device.clone(), None).await;
        assert!(matches!(again, Err(StoreError::Exists { what: "device", .. })));
    }
    town_.store.enable_device(&one.id, false).await.unwrap();
    town_.store.set_device_password(&one.id, "new").await.unwrap();
    let unknown: DeviceId = "371122102.none".parse().unwrap();
    assert!(matches!(town_.store.enable_device(&unknown, true).await, Err(StoreError::NotFound { .. })));
    assert!(matches!(town_.store.set_device_password(&unknown, "x").await, Err(StoreError::NotFound { .. })));
    town_.reopen().await;
    let one = Device { enabled: false, password_sha256: "new".to_owned(), ..one };
    assert_eq!(town_.store.devices(None).await.unwrap(), [one.clone(), two]);
    assert_eq!(town_.store.devices(Some(&town())).await.unwrap(), [one]);
}

#[tokio::test]
async fn a_change_that_is_refused_leaves_its_neighbours_alone() {
    let town_ = Town::new().await;
    town_.store.add_device(device("371122102.gh-1"), None).await.unwrap();
    let (again, new, appended) = tokio::join!(
        town_.store.add_device(device("371122102.gh-1"), None),
        town_.store.add_device(device("371122102.gh-2"), None),
        town_.store.append(facts("near", 2)),
    );
    assert!(matches!(again, Err(StoreError::Exists { .. })));
    new.unwrap();
    appended.unwrap();
    assert_eq!(town_.store.devices(None).await.unwrap().len(), 2);
    assert_eq!(town_.events().await.len(), 2);
}

#[tokio::test]
async fn the_newest_ten_thousand_refusals_are_kept() {
    let town_ = Town::new().await;
    let refusal = |number: i64| Refusal {
        at_ms: number,
        township: (number % 2 == 0).then(town),
        source: "371122102.gh-1".to_owned(),
        place: "xl/v1/371122102/gh-1/event".to_owned(),
        refused: Refused::new(code::BAD_JSON, "no object"),
        sample: vec![0xff; 5000],
    };
    for part in 0..12 {
        town_.store.add_refusals((0..1000).map(|index| refusal(part * 1000 + index)).collect()).await.unwrap();
    }
    let all = town_.store.refusals(None, None, u32::MAX).await.unwrap();
    assert_eq!(all.len(), 10_000);
    assert_eq!(all[0], Refusal { sample: vec![0xff; 4096], ..refusal(11_999) });
    let own = town_.store.refusals(Some(&town()), None, 2).await.unwrap();
    assert_eq!(own.iter().map(|refusal| refusal.at_ms).collect::<Vec<_>>(), [11_998, 11_996]);
    for (within, count) in [(&["371122"][..], 2), (&["999", "371122102"], 2), (&["371122103"], 0), (&[], 0)] {
        let within = within.iter().map(|digits| (*digits).to_owned()).collect();
        assert_eq!(
            town_.store.refusals(None, Some(within), 2).await.unwrap().len(),
            count,
            "unknown ones are nobody's"
        );
    }
}

#[tokio::test]
async fn a_fact_is_what_was_set_last() {
    let mut town_ = Town::new().await;
    assert_eq!(town_.store.fact("admin").await.unwrap(), None);
    town_.store.set_fact("admin", "one").await.unwrap();
    town_.store.set_fact("admin", "two").await.unwrap();
    town_.reopen().await;
    assert_eq!(town_.store.fact("admin").await.unwrap().as_deref(), Some("two"));
}
