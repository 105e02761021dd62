//! Retention in the life of a hub: a hold that was placed by the program keeps a picture over a restart and a restored backup,
//! and records go beside the module that wrote them.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use sha2::Digest as _;
use xl_model::keep::Rule;
use xl_store::Store;
use xl_store::retention::Removed;
use xl_store::retention::Retention;
use xueliang::app::clock::SystemClock;
use xueliang::config::Config;

use crate::children::command;
use crate::pictures::jpeg;
use crate::programs;
use crate::programs::packed;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// 2026-11-23T08:00:00Z.
const NOON_MS: i64 = 1_795_420_800_000;
const DAY_MS: i64 = 86_400_000;

/// Runs the program and gives what it printed; the test fails when the program does.
async fn run(folder: &Path, arguments: &[&str]) -> String {
    let (folder, arguments) = (folder.to_owned(), arguments.iter().map(|&it| it.to_owned()).collect::<Vec<_>>());
    let ran = move || command(programs::hub()).current_dir(folder).args(&arguments).output().unwrap();
    let output = tokio::task::spawn_blocking(ran).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Retention with the embedded rules.
async fn retain(store: &Store) -> Removed {
    let rules = Config::default().retention;
    let retention = Retention { rules: rules.rules, dedupe_days: rules.dedupe_days };
    store.retain(&retention, NOON_MS + 40 * DAY_MS).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_picture_stays_over_a_restart_and_a_restored_backup_until_the_hold_is_lifted() {
    let town = Town::start().await;
    town.register("gate").await;
    let bytes = jpeg(64, 48, 7);
    let sha256: xl_model::id::Digest = hex::encode(sha2::Sha256::digest(&bytes)).parse().unwrap();
    town.hub.store().put_picture(&sha256, bytes.into()).await.unwrap();
    town.hub.store().append(vec![event(&sha256)]).await.unwrap();
    let work = tempfile::tempdir().unwrap();
    let (url, data) = (town.url(), town.folder.path().display().to_string());
    let token = town.hub.token_file().display().to_string();
    let at = ["--hub", &url, "--token-file", &token];
    let place =
        [&["hold", "place", TOWNSHIP, "--camera", "gate", "--document", "18", "--reason", "a theft case"], &at[..]];
    assert!(run(work.path(), &place.concat()).await.contains("held: 1"));
    let list = [&["hold", "list", "--in-force"], &at[..]].concat();
    assert!(run(work.path(), &list).await.contains("in force"));

    for day in 0..=40 {
        town.hub.store().pass_time(NOON_MS + day * DAY_MS, DAY_MS).await.unwrap();
    }
    let removed = retain(town.hub.store()).await;
    assert_eq!((removed.events, removed.pictures, removed.held), (0, 0, 1));
    let runs = [&["hold", "runs", "--township", TOWNSHIP], &at[..]].concat();
    assert!(run(work.path(), &runs).await.contains("camera.picture\t30\t0\t0\t1"), "a row says what was left");
    let town = town.restart().await;
    assert_eq!(retain(town.hub.store()).await.events, 0);
    let (status, page) = town.page("/holds?lang=en", true).await;
    assert!(status == 200 && page.contains("a theft case") && page.contains("in force"), "{page}");

    let said = run(work.path(), &["backup-key", "key"]).await;
    let public = said.split_whitespace().find(|word| word.starts_with("age1")).unwrap();
    run(work.path(), &["--data", &data, "backup", "--to", "hub.age", "--recipient", public]).await;
    run(work.path(), &["restore", "hub.age", "--to", "again", "--identity", "key"]).await;
    town.hub.stop().await;
    let town = Town::start_in(Arc::new(work), Arc::new(SystemClock), |config| config.hub.data.push("again")).await;
    let store = town.hub.store();
    assert_eq!(retain(store).await.events, 0);
    let holds = town.get("holds?in_force=true").await;
    assert_eq!((&holds["holds"][0]["document"], &holds["holds"][1]), (&json!("18"), &json!(null)));

    town.post(&format!("holds/{TOWNSHIP}/1/lift"), json!({"reason": "the case is closed"})).await;
    let removed = retain(store).await;
    assert_eq!((removed.events, removed.pictures), (1, 1));
    assert_eq!(store.picture(&sha256).await.unwrap(), None);
    let runs = town.get("retention/runs").await;
    assert_eq!((&runs["rows"][0]["events"], &runs["rows"][0]["rule"]), (&json!(1), &json!("camera.picture")));
    town.hub.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_past_their_time_go_beside_a_running_module_which_goes_on_without_them() {
    let town = Town::start().await;
    let digest = town.install(packed("hostile")).await;
    town.enable(&digest, json!({"behaviour": "well-behaved"})).await;
    town.pings(TOWNSHIP, 0..10).await;
    town.caught_up("hostile").await;
    let counted = async || town.probe("hostile", &json!([{"find": {}}])).await;
    assert!(counted().await[0].starts_with("Ok(([\""), "{:?}", counted().await);

    let store = town.hub.store();
    let rule = Rule { kinds: "record.hostile.counts".parse().unwrap(), class: None, days: 5 };
    let retention = Retention { rules: vec![rule], dedupe_days: 7 };
    for (day, records) in [(0, 0), (4, 0), (5, 1)] {
        store.pass_time(NOON_MS + day * DAY_MS, DAY_MS * 5).await.unwrap();
        let removed = store.retain(&retention, NOON_MS + day * DAY_MS).await.unwrap();
        assert_eq!(removed.records, records, "day {day}");
    }
    assert_eq!(counted().await, ["Ok(([], false))"]);
    let runs = town.get("retention/runs").await;
    let told = ["kind", "rule", "days", "events"].map(|name| runs["rows"][0][name].clone());
    assert_eq!(told, [json!("record.hostile.counts"), json!("record.hostile.counts"), json!(5), json!(1)]);

    // A record goes while the module is idle, and a dead letter waits: whoever tries it again is not told to come back.
    let settings = format!("modules/{TOWNSHIP}/hostile/settings");
    let behave = async |behaviour: &str| {
        let grants = json!({"cameras": "all", "picture_level": "none", "links": false, "http": []});
        let set = json!({"settings": {"behaviour": behaviour}, "grants": grants});
        let answer = town.ask("PUT", &settings, Some(set)).await;
        assert!(answer.status < 300, "{answer:?}");
    };
    town.pings(TOWNSHIP, 10..11).await;
    town.caught_up("hostile").await;
    behave("reject").await;
    town.pings(TOWNSHIP, 11..12).await;
    town.caught_up("hostile").await;
    behave("well-behaved").await;
    store.pass_time(NOON_MS + 11 * DAY_MS, DAY_MS * 6).await.unwrap();
    assert_eq!(store.retain(&retention, NOON_MS + 11 * DAY_MS).await.unwrap().records, 1);
    let letters = town.get(&format!("modules/{TOWNSHIP}/hostile/dead-letters")).await;
    let seq = letters[0]["seq"].as_u64().unwrap_or_else(|| panic!("{letters}"));
    let again =
        town.ask("POST", &format!("modules/{TOWNSHIP}/hostile/dead-letters/{seq}/retry"), Some(json!({}))).await;
    assert!(again.status < 300, "{again:?}");

    town.pings(TOWNSHIP, 12..20).await;
    let module = town.caught_up("hostile").await;
    assert_eq!((&module["state"], &module["dead_letters"]), (&json!("running"), &json!(0)), "{module}");
    assert_eq!(module["records"], json!([{"collection": "counts", "keep_days": null}]));
    assert_ne!(counted().await, ["Ok(([], false))"]);
    let (_, page) = town.page(&format!("/modules/{TOWNSHIP}/hostile?lang=en"), true).await;
    assert!(page.contains("Its records stay until the module deletes them."), "{page}");
    town.hub.stop().await;
}

fn event(sha256: &xl_model::id::Digest) -> xl_model::event::NewEvent {
    xl_model::event::NewEvent {
        township: TOWNSHIP.parse().unwrap(),
        source: format!("{TOWNSHIP}.gate").into(),
        id: "p-1".into(),
        kind: "camera.picture".parse().unwrap(),
        camera: Some("gate".parse().unwrap()),
        subject: None,
        time_ms: NOON_MS,
        received_ms: NOON_MS,
        data: "{}".into(),
        pictures: vec![xl_model::picture::PictureRef { sha256: sha256.clone(), width: 64, height: 48, bytes: 1_000 }],
        cause: None,
        depth: 0,
    }
}
