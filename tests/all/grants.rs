//! What a module reaches of other townships, and of what it was granted a moment ago: nothing.

mod ports;
mod sampling;
mod switched_off;

use rand::Rng as _;
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use serde_json::Value;
use serde_json::json;
use tokio::sync::mpsc;
use xl_model::event::NewEvent;
use xl_model::grant::CameraSelector;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::manifest::Manifest;
use xl_model::picture::PictureLevel;
use xl_store::Store;
use xueliang::dispatch::Modules;

use crate::pictures;
use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// The township beside, where the module is not enabled.
const BESIDE: &str = "371122104";

/// Host calls with names of the township beside.
const FOREIGN: usize = 10_000;

/// Withdrawals while a batch runs.
const WITHDRAWALS: usize = 1_000;

/// A name that somebody might try for a camera of the township beside.
fn name(draw: &mut StdRng) -> String {
    let camera = format!("c-{}", draw.random_range(0..10));
    match draw.random_range(0..6) {
        0..=2 => camera,
        3 => format!("{BESIDE}/{camera}"),
        4 => format!("{BESIDE}.{camera}"),
        _ => format!("../{BESIDE}/{camera}"),
    }
}

/// The township beside has ten cameras with a picture each; gives the pictures' hashes.
async fn furnish(town: &Town) -> Vec<Digest> {
    let mut hashes = Vec::new();
    for number in 0..10_u8 {
        let camera = format!("c-{number}");
        let device = json!({"township": BESIDE, "camera": camera, "name": camera, "place": "371122104999",
                            "signage_date": "2026-11-01"});
        town.post("devices", device).await;
        let serves = json!({"cameras": [format!("{BESIDE}/{camera}")], "set": {"purposes": "sanitation"}});
        assert_eq!(town.ask("PATCH", "cameras", Some(serves)).await.status, 200);
        let picture = pictures::stored(town.hub.store(), 20 * number).await;
        hashes.push(picture.sha256.clone());
        let event = NewEvent {
            township: BESIDE.parse().unwrap(),
            source: "test".into(),
            id: number.to_string().into(),
            kind: "camera.picture".parse().unwrap(),
            camera: Some(camera.parse().unwrap()),
            subject: None,
            time_ms: 1_795_420_800_000,
            received_ms: 1_795_420_800_000,
            data: "{}".into(),
            pictures: vec![picture],
            cause: None,
            depth: 0,
        };
        town.hub.store().append(vec![event]).await.unwrap();
    }
    hashes
}

/// The hostile plugin with another manifest.
fn hostile(change: impl FnOnce(&mut Manifest)) -> Vec<u8> {
    let component = packed("hostile");
    let mut manifest = xl_runtime::package::manifest(&component).unwrap();
    change(&mut manifest);
    xl_runtime::package::pack(&component, &manifest).unwrap()
}

/// With all cameras of its own township granted, through the hub's own register, pictures and looks.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_of_another_township_is_not_found_ten_thousand_times_out_of_ten_thousand() {
    let town = Town::start().await;
    town.register("gh-1").await;
    let hashes = furnish(&town).await;
    // It may ask as often as a hub lets anybody.
    let digest = town.install(hostile(|manifest| manifest.limits.pictures_per_minute = 6_000)).await;
    let grants = json!({"cameras": "all", "picture_level": "masked", "purposes": ["sanitation"],
                        "assessment": "PIA-2026-007"});
    let module = json!({"township": TOWNSHIP, "digest": digest, "settings": {}, "grants": grants});
    town.post("modules", module).await;

    let mut draw = StdRng::seed_from_u64(1); // The same in each run.
    let mut asked = 0;
    while asked < FOREIGN {
        let steps: Vec<Value> = (0..50)
            .map(|_| match draw.random_range(0..10) {
                0..=4 => json!({"camera": name(&mut draw)}),
                5 => json!({"latest": name(&mut draw)}),
                6 => json!({"snapshot": [name(&mut draw), "sanitation", 3_600_000]}),
                7 => json!({"open": hashes[draw.random_range(0..hashes.len())]}),
                8 => json!({"pixels": [hashes[draw.random_range(0..hashes.len())], 8, 8]}),
                _ => json!({"metrics": hashes[draw.random_range(0..hashes.len())]}),
            })
            .collect();
        for (step, told) in steps.iter().zip(town.probe("hostile", &json!(steps)).await) {
            let nothing = ["Err(CamerasError::NotFound)", "Err(PicturesError::NotFound)"].contains(&told.as_str());
            assert!(nothing, "{step}: {told}");
            asked += 1;
        }
    }
    assert_eq!(town.probe("hostile", &json!(["cameras"])).await, ["Ok([\"gh-1\"])"]);
}

const BOTH: [&str; 2] = ["gh-1", "gh-2"];

fn key() -> ModuleKey {
    key_in(TOWNSHIP)
}

fn key_in(township: &str) -> ModuleKey {
    ModuleKey { township: township.parse().unwrap(), plugin: "hostile".parse().unwrap() }
}

fn granted(cameras: &[&str]) -> Grants {
    let cameras = CameraSelector::Only(cameras.iter().map(|camera| camera.parse().unwrap()).collect());
    Grants { cameras, picture_level: PictureLevel::None, ..Grants::default() }
}

async fn configure(modules: &Modules, cameras: &[&str]) {
    modules.configure(&key(), json!({"behaviour": "probe"}), granted(cameras)).await.unwrap();
}

/// The newest lines that a module wrote, oldest first.
async fn told(store: &Store, key: &ModuleKey, lines: u32) -> Vec<String> {
    let mut log = store.module_log(key, None, lines).await.unwrap();
    log.reverse();
    log.into_iter().map(|line| line.line.message).collect()
}

/// The whole way: an admin's change, the actor in the middle of a batch, the sandbox. What is asserted is an order, not a time:
/// the change is not even stored when the run's next call finds the camera gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_camera_that_is_withdrawn_is_gone_for_the_next_call_of_a_running_batch_a_thousand_times_out_of_a_thousand() {
    let (asked, mut gate) = mpsc::channel(1);
    let site = ports::Site::start(asked).await;
    let (modules, store) = (&site.modules, &site.store);
    let digest = modules.install(packed("hostile").into(), None).await.unwrap().digest;
    modules.enable(key(), digest, json!({"behaviour": "probe"}), granted(&BOTH)).await.unwrap();
    let publish = json!({"kind": "test.seen", "camera": "gh-1", "data": "{}"});
    let script =
        json!({"script": [{"publish": publish}, {"camera": "gh-1"}, {"get": ["counts", "gate"]}, {"camera": "gh-1"}]});
    for number in 0..WITHDRAWALS {
        store.append(vec![ports::ping(number, &script)]).await.unwrap();
        let waits: ports::Waits = gate.recv().await.unwrap();
        let mut change = Box::pin(configure(modules, &["gh-2"]));
        // Once: it has withdrawn the camera and waits for the actor, which waits for the gate.
        assert!(futures::poll!(&mut change).is_pending());
        waits.send(()).unwrap();
        change.await;
        // The batch runs again, with what is granted now.
        gate.recv().await.unwrap().send(()).unwrap();
        configure(modules, &BOTH).await;
        let told = told(store, &key(), 8).await;
        let gone = "Err(CamerasError::NotFound)";
        assert_eq!(told[0], "Ok(())", "{number}");
        assert!(told[1].starts_with("Ok((\"gh-1\""), "{number}: {told:?}");
        assert_eq!(told[2..4], ["Ok(None)", gone], "{number}: the run under way");
        assert!(told[4].starts_with("Err(EventsError::Invalid("), "{number}: {told:?}");
        assert_eq!(told[5..], [gone, "Ok(None)", gone], "{number}: the run after it");
    }
    let last = store.last_seq(&key().township).await.unwrap();
    assert_eq!(last, WITHDRAWALS as u64, "what a run wanted while something was withdrawn is dropped");
    site.stop().await;
}
