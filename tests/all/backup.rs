//! A hub is backed up by its program while it takes pictures in, and stands again from the file.

use std::sync::Arc;

use sha2::Digest as _;
use xl_store::Store;
use xl_store::StoreConfig;
use xl_store::audit::AuditFilter;
use xueliang::app::clock::SystemClock;

use crate::children::command;
use crate::pictures::jpeg;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::Town;

/// Runs the program and gives what it printed; the test fails when the program does.
fn run(folder: &std::path::Path, arguments: &[&str]) -> String {
    let output = command(programs::hub()).current_dir(folder).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Why the picture is looked at.
const STATED: &str = "purpose=traceability&reason=check+the+batch";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_stands_again_from_a_backup_that_its_program_took_beside_it() {
    let town = Town::start().await;
    town.register("gh-1").await;
    town.serves("gh-1", "traceability").await;
    let sha256 = {
        let bytes = jpeg(64, 48, 7);
        let sha256: xl_model::id::Digest = hex::encode(sha2::Sha256::digest(&bytes)).parse().unwrap();
        town.hub.store().put_picture(&sha256, bytes.into()).await.unwrap();
        sha256
    };
    town.hub.store().append(vec![event(&sha256)]).await.unwrap();
    let work = tempfile::tempdir().unwrap();
    let data = town.folder.path().display().to_string();
    let (said, folder) = (run(work.path(), &["backup-key", "key"]), work.path().to_owned());
    let public = said.split_whitespace().find(|word| word.starts_with("age1")).unwrap().to_owned();
    let taken = tokio::task::spawn_blocking(move || {
        run(&folder, &["--data", &data, "backup", "--to", "hub.age", "--recipient", &public])
    });
    assert!(taken.await.unwrap().contains("backed up"));
    let said = run(work.path(), &["restore", "hub.age", "--to", "again", "--identity", "key"]);
    let token = said.split_whitespace().find(|word| word.starts_with("xlk_")).unwrap().to_owned();
    let old = town.token.clone();
    town.hub.stop().await;
    // The hub made a row of what was done beside it.
    let config =
        StoreConfig { folder: town.folder.path().to_owned(), commit_operations: 1, head_events: 1, readers: 1 };
    let store = Store::open(config).await.unwrap();
    let filter = AuditFilter { action: Some("data.back-up".to_owned()), limit: 9, ..AuditFilter::default() };
    let rows = store.audit_rows(&filter).await.unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((rows[0].entry.actor.who.as_str(), rows[0].entry.object.as_str()), ("xueliang backup", "hub.age"));
    store.close().await;

    let again = Arc::new(work);
    let again = Town::start_in(again, Arc::new(SystemClock), |config| config.hub.data.push("again")).await;
    assert_eq!(again.token, token);
    assert_eq!(again.events("camera.picture").await[0]["id"], "p-1");
    let (status, _) = again.page(&format!("/api/v1/pictures/{TOWNSHIP}/{sha256}?{STATED}"), true).await;
    assert_eq!(status, 200);
    let with_old =
        reqwest::Client::builder().no_proxy().build().unwrap().get(format!("{}/api/v1/cameras", again.url()));
    assert_eq!(with_old.bearer_auth(old).send().await.unwrap().status().as_u16(), 401);
    again.hub.stop().await;
}

fn event(sha256: &xl_model::id::Digest) -> xl_model::event::NewEvent {
    xl_model::event::NewEvent {
        township: TOWNSHIP.parse().unwrap(),
        source: format!("{TOWNSHIP}.gh-1").into(),
        id: "p-1".into(),
        kind: "camera.picture".parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: None,
        time_ms: 1_795_420_800_000,
        received_ms: 1_795_420_800_000,
        data: "{}".into(),
        pictures: vec![xl_model::picture::PictureRef { sha256: sha256.clone(), width: 64, height: 48, bytes: 1_000 }],
        cause: None,
        depth: 0,
    }
}
