//! The audit log of a whole hub, verified by a program of its own.

mod verifier;

use std::path::Path;
use std::process::Output;

use serde_json::Value;
use serde_json::json;
use xl_store::audit::AuditFilter;

use crate::children::Mosquitto;
use crate::children::command;
use crate::children::listen;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::Town;
use crate::town::until;

fn verify(folder: &Path) -> Output {
    verify_with(folder, &[])
}

fn verify_with(folder: &Path, more: &[&Path]) -> Output {
    let mut verify = command(programs::hub());
    verify.args(["audit", "verify", "--data"]).arg(folder);
    for file in more {
        verify.arg("--checkpoints").arg(file);
    }
    verify.output().unwrap()
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = bytes.to_vec();
    // In the table and in its index.
    for at in 0..=bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            replaced[at..at + from.len()].copy_from_slice(to);
        }
    }
    replaced
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_at_a_hub_is_sound_until_somebody_changes_it_or_puts_an_older_database_in_place() {
    let town = Town::start().await;
    town.register("gh-1").await;
    let folder = town.folder.clone();
    town.hub.stop().await;
    let (database, older) = (folder.path().join("xueliang.db"), folder.path().join("older.db"));
    std::fs::copy(&database, &older).unwrap();
    let sound = verify(folder.path());
    assert!(sound.status.success(), "{}", said(&sound));

    let town = Town::start_in(folder.clone(), std::sync::Arc::new(xueliang::app::clock::SystemClock), |_| {}).await;
    let answer = town.ask("POST", &format!("devices/{TOWNSHIP}.gh-1/disable"), Some(json!({}))).await;
    assert!(answer.status < 300, "{answer:?}");
    let rows = town.hub.store().audit_rows(&AuditFilter { limit: 100, ..AuditFilter::default() }).await.unwrap();
    let seq = rows.iter().find(|row| row.entry.action.as_str() == "device.disable").unwrap().seq;
    town.hub.stop().await;
    let sound = verify(folder.path());
    assert!(sound.status.success(), "{}", said(&sound));

    let whole = std::fs::read(&database).unwrap();
    let changed = replaced(&whole, b"device.disable", b"device.enable!");
    assert_ne!(changed, whole, "the row stands in the file");
    let older = std::fs::read(&older).unwrap();
    for (bytes, first_bad) in [(changed, format!(" from row {seq} on")), (older, " from row ".to_owned())] {
        std::fs::write(&database, bytes).unwrap();
        let broken = verify(folder.path());
        assert!(!broken.status.success() && said(&broken).contains("XL0942"), "{}", said(&broken));
        assert!(said(&broken).contains(&first_bad), "{}", said(&broken));
    }
    std::fs::write(&database, whole).unwrap();
    assert!(verify(folder.path()).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn checkpoints_that_left_over_a_broker_show_that_a_whole_data_folder_is_an_older_one() {
    let broker = Mosquitto::start().await;
    let archive = tempfile::tempdir().unwrap();
    let (heard, checkpoints) = (archive.path().join("heard"), archive.path().join("checkpoints.jsonl"));
    let _listener = listen(&broker, &heard);
    let url = format!("mqtt://{}", broker.address);
    let text = format!("[[forward]]\nname = \"archive\"\nurl = \"{url}\"\nkinds = [\"audit.checkpoint\"]\n");
    let forward = xueliang::config::Config::parse("test", &text).unwrap().forward;
    let clock = std::sync::Arc::new(xueliang::app::clock::SystemClock);
    let town = Town::start_with(|config| config.forward = forward.clone()).await;
    let folder = town.folder.clone();
    town.hub.stop().await;
    let files = ["xueliang.db", "audit-checkpoints.jsonl"];
    let copies = files.map(|name| std::fs::read(folder.path().join(name)).unwrap());

    // What is signed when a hub stops is told after its next start.
    for camera in ["gh-1", "gh-2"] {
        let town = Town::start_in(folder.clone(), clock.clone(), |config| config.forward = forward.clone()).await;
        town.register(camera).await;
        town.hub.stop().await;
    }
    let town = Town::start_in(folder.clone(), clock, |config| config.forward = forward).await;
    let signed = std::fs::read_to_string(folder.path().join(files[1])).unwrap().lines().count();
    until("all of them were heard", || async {
        let heard = std::fs::read_to_string(&heard).unwrap_or_default();
        let lines = heard.lines().map(|line| Some(serde_json::from_str::<Value>(line).ok()?["data"].to_string()));
        let lines = lines.collect::<Option<std::collections::BTreeSet<_>>>()?;
        (lines.len() >= signed).then_some(())
    })
    .await;
    town.hub.stop().await;
    // As `jq -c .data` does.
    let heard = std::fs::read_to_string(&heard).unwrap();
    let lines = heard.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["data"].to_string() + "\n");
    std::fs::write(&checkpoints, lines.collect::<String>()).unwrap();
    let sound = verify_with(folder.path(), &[&checkpoints]);
    assert!(sound.status.success(), "{}", said(&sound));

    for (name, bytes) in files.iter().zip(copies) {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let fooled = verify(folder.path());
    assert!(fooled.status.success(), "what lies beside it was exchanged with it: {}", said(&fooled));
    let found = verify_with(folder.path(), &[&checkpoints]);
    assert!(!found.status.success() && said(&found).contains("XL0942"), "{}", said(&found));
}
