//! The audit log of a whole hub, verified by a program of its own.

use std::path::Path;
use std::process::Output;

use serde_json::json;

use crate::children::command;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::Town;

fn verify(folder: &Path) -> Output {
    command(programs::hub()).args(["audit", "verify", "--data"]).arg(folder).output().unwrap()
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
    town.hub.stop().await;
    let sound = verify(folder.path());
    assert!(sound.status.success(), "{}", said(&sound));

    let whole = std::fs::read(&database).unwrap();
    let changed = replaced(&whole, b"device.disable", b"device.enable!");
    assert_ne!(changed, whole, "the row stands in the file");
    for bytes in [changed, std::fs::read(&older).unwrap()] {
        std::fs::write(&database, bytes).unwrap();
        let broken = verify(folder.path());
        assert!(!broken.status.success() && said(&broken).contains("XL0942"), "{}", said(&broken));
    }
    std::fs::write(&database, whole).unwrap();
    assert!(verify(folder.path()).status.success());
}
