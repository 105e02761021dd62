//! Backups of a store that is written to, and everything that must not be restored.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use bytes::Bytes;
use sha2::Digest as _;
use sha2::Sha256;
use xl_model::audit::Actor;
use xl_model::audit::Entry;
use xl_model::audit::checkpoint::Kind;
use xl_model::audit::checkpoint::Statement;
use xl_model::event::NewEvent;
use xl_model::id::Digest;
use xl_model::picture::PictureRef;
use xl_store::Store;
use xl_store::StoreConfig;
use xl_store::audit::archive::Archive;
use xl_store::retention::Retention;

use super::*;
use crate::cameras::testing::NOW_MS;
use crate::cameras::testing::SetClock;
use crate::people::People;
use crate::places::Places;
use crate::tar;

const TOWNSHIP: &str = "371122102";

fn config(folder: &Path) -> StoreConfig {
    StoreConfig { folder: folder.to_owned(), commit_operations: 512, head_events: 64, readers: 2 }
}

/// A JPEG's worth of bytes, another one for each number.
fn picture(number: usize) -> (PictureRef, Bytes) {
    let bytes: Vec<u8> = (0..20_000_usize).map(|at| (at.wrapping_mul(number + 7) % 251) as u8).collect();
    let sha256 = hex::encode(Sha256::digest(&bytes)).parse().unwrap();
    (PictureRef { sha256, width: 64, height: 64, bytes: 20_000 }, bytes.into())
}

async fn append(store: &Store, number: usize) {
    let (picture, bytes) = picture(number);
    store.put_picture(&picture.sha256, bytes).await.unwrap();
    let event = NewEvent {
        township: TOWNSHIP.parse().unwrap(),
        source: "test".into(),
        id: number.to_string().into(),
        kind: "camera.picture".parse().unwrap(),
        camera: Some("gh-1".parse().unwrap()),
        subject: None,
        time_ms: NOW_MS,
        received_ms: NOW_MS,
        data: "{}".into(),
        pictures: vec![picture],
        cause: None,
        depth: 0,
    };
    store.append(vec![event]).await.unwrap();
}

/// The ids of the log in its order, all pictures of which can be read.
async fn log(store: &Store) -> Vec<String> {
    let events = store.events_after(&TOWNSHIP.parse().unwrap(), 0, usize::MAX).await.unwrap();
    for picture in events.iter().flat_map(|event| event.pictures.iter()) {
        assert!(store.picture(&picture.sha256).await.unwrap().is_some(), "{}", picture.sha256);
    }
    events.iter().map(|event| event.id.to_string()).collect()
}

async fn people(store: &Store) -> (People, Option<crate::people::FirstStart>) {
    let clock = Arc::new(SetClock(NOW_MS.into()));
    let places = Places::open(store.clone(), clock.clone()).await.unwrap();
    People::open(store.clone(), clock, places, [7; 32]).await.unwrap()
}

/// A hub's folder with a log of 20 pictures, keys, credentials, and a key for its backups.
struct Bench {
    folder: tempfile::TempDir,
    store: Store,
    token: String,
    session: String,
    recipients: Vec<String>,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(config(&folder.path().join("data"))).await.unwrap();
        let (people, first) = people(&store).await;
        let token = first.unwrap().key.unwrap();
        let session = people.open_with_key(&token).await.unwrap();
        for number in 0..20 {
            append(&store, number).await;
        }
        let data = folder.path().join("data");
        for (file, content) in [("keys/cameras.key", "k"), ("credentials/weather.sealed", "s"), ("admin-token", &token)]
        {
            std::fs::create_dir_all(data.join(file).parent().unwrap()).unwrap();
            std::fs::write(data.join(file), content).unwrap();
        }
        let (secret, public) = new_key();
        std::fs::write(folder.path().join("key"), age::secrecy::ExposeSecret::expose_secret(&secret)).unwrap();
        std::fs::write(folder.path().join("hub.toml"), "[hub]\n").unwrap();
        Self { folder, store, token, session, recipients: vec![public] }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    async fn take(&self, name: &str) -> Result<Taken, BackupError> {
        let source = Source { data: self.path("data"), config: Some(self.path("hub.toml")) };
        take(&source, &self.path(name), Lock::recipients(&self.recipients)?, NOW_MS).await
    }

    async fn restore(&self, file: &str, to: &str) -> Result<Restored, BackupError> {
        restore(&self.path(file), &self.path(to), Unlock::identities(&self.path("key"))?).await
    }
}

#[tokio::test]
async fn a_backup_taken_under_load_restores_to_a_prefix_of_the_log_with_all_its_pictures() {
    let bench = Bench::new().await;
    let (store, stop) = (bench.store.clone(), Arc::new(AtomicBool::new(false)));
    let stopped = stop.clone();
    let load = tokio::spawn(async move {
        let mut number = 20;
        while !stopped.load(Ordering::SeqCst) {
            append(&store, number).await;
            number += 1;
        }
    });
    let mut restored = Vec::new();
    for round in 0..3 {
        let taken = bench.take(&format!("{round}.age")).await.unwrap();
        assert_eq!(taken.missing, []);
        let told = bench.restore(&format!("{round}.age"), &format!("restored-{round}")).await.unwrap();
        assert_eq!((told.files, told.taken_ms, told.has_config), (taken.files, NOW_MS, true));
        restored.push(bench.path(&format!("restored-{round}")));
    }
    stop.store(true, Ordering::SeqCst);
    load.await.unwrap();
    let whole = log(&bench.store).await;
    let mut before = 20;
    for folder in restored {
        let store = Store::open(config(&folder)).await.unwrap();
        let log = log(&store).await;
        assert!(log.len() >= before && whole.starts_with(&log), "{} of {}", log.len(), whole.len());
        before = log.len();
        for (file, content) in
            [("keys/cameras.key", "k"), ("credentials/weather.sealed", "s"), ("config.toml", "[hub]\n")]
        {
            assert_eq!(std::fs::read_to_string(folder.join(file)).unwrap(), content);
        }
    }
}

fn a_month() -> Retention {
    let rule = xl_model::keep::Rule { kinds: "*".parse().unwrap(), class: None, days: 30 };
    Retention { rules: vec![rule], dedupe_days: 7 }
}

#[tokio::test]
async fn a_restored_hub_knows_neither_the_old_token_nor_a_session_and_deletes_nothing_early() {
    let bench = Bench::new().await;
    bench.take("a.age").await.unwrap();
    let told = bench.restore("a.age", "restored").await.unwrap();
    let store = Store::open(config(&bench.path("restored"))).await.unwrap();
    let (people, first) = people(&store).await;
    assert!(first.is_none(), "the accounts are those of before");
    assert!(people.with_key(&bench.token).await.is_none() && people.with_session(&bench.session).await.is_none());
    assert!(people.with_key(&told.token).await.is_some());
    assert_eq!(std::fs::read_to_string(bench.path("restored/admin-token")).unwrap(), told.token);
    // Each hour another of the 256 folders is looked through for pictures that nobody names.
    for hour in 0..256 {
        let wall_ms = store.pass_time(NOW_MS + hour * 3_600_000, 3_600_000).await.map(|_| NOW_MS + hour * 3_600_000);
        let removed = store.retain(&a_month(), wall_ms.unwrap()).await.unwrap();
        assert_eq!((removed.events, removed.pictures), (0, 0), "hour {hour}");
    }
    assert_eq!(log(&store).await.len(), 20);
}

#[tokio::test]
async fn a_restore_is_a_row_of_the_restored_log_whose_chain_goes_on() {
    let bench = Bench::new().await;
    let acts = (0..3).map(|_| Entry::new(NOW_MS, Actor::new("li", ""), "test.act", "")).collect();
    bench.store.append_audit(acts).await.unwrap();
    let head = bench.store.audit_head().await.unwrap();
    let taken = bench.take("a.age").await.unwrap();
    bench.restore("a.age", "restored").await.unwrap();
    // As the old hub signed it, somewhere else.
    let (at_ms, newest_ms) = (head.at_ms, head.at_ms);
    let signed = Statement { number: 1, kind: Kind::Head, at_ms, seq: head.seq, hash: head.hash, newest_ms };
    let mut archive = Archive::open(&bench.path("restored")).await.unwrap();
    let sound = archive.verify(&[signed]).await.unwrap().unwrap();
    let last = archive.rows_after(sound.last - 1).await.unwrap().remove(0).unwrap().entry;
    archive.close().await;
    assert_eq!((last.actor.who.as_str(), last.action.as_str()), ("xueliang restore", "data.restored"));
    let about = format!("{} files; 0 missing", taken.files);
    assert!(last.detail.as_str().starts_with("backup of 2026-") && last.detail.as_str().ends_with(&about), "{last:?}");
    let rows = bench.store.audit_head().await.unwrap().seq;
    assert_eq!(rows, head.seq, "the log of the hub that was backed up knows nothing of it");
}

#[tokio::test]
async fn retention_waits_while_a_backup_is_taken() {
    let bench = Bench::new().await;
    let late = NOW_MS + 40 * 86_400_000;
    for day in 0..=40 {
        bench.store.pass_time(NOW_MS + day * 86_400_000, 86_400_000).await.unwrap();
    }
    let hold = xl_store::backup::hold(&bench.path("data")).await.unwrap();
    assert_eq!(bench.store.retain(&a_month(), late).await.unwrap().events, 0);
    drop(hold);
    assert_eq!(bench.store.retain(&a_month(), late).await.unwrap().events, 20);
}

#[tokio::test]
async fn what_is_not_the_backup_as_it_was_taken_is_refused_and_leaves_nothing() {
    let bench = Bench::new().await;
    bench.take("a.age").await.unwrap();
    let whole = std::fs::read(bench.path("a.age")).unwrap();
    let code = async |file: &str| {
        let refused = bench.restore(file, "restored").await.unwrap_err();
        assert!(!bench.path("restored").exists() && !bench.path("restored.part").exists(), "{refused}");
        refused.code().0
    };
    let piece = 64 * 1024 + 16;
    for length in [0, 1, 100, 300, whole.len() / 2, whole.len() - piece, whole.len() - 1] {
        std::fs::write(bench.path("cut"), &whole[..length]).unwrap();
        assert_eq!(code("cut").await, 986, "cut to {length} of {}", whole.len());
    }
    for at in [0, 30, 250, whole.len() / 3, whole.len() / 2, whole.len() - 1] {
        let mut flipped = whole.clone();
        flipped[at] ^= 1;
        std::fs::write(bench.path("flipped"), &flipped).unwrap();
        let code = code("flipped").await;
        // A flipped bit in the part for the key looks like another key.
        assert!([985, 986].contains(&code), "flipped at {at}: {code}");
    }
    std::fs::write(bench.path("longer"), [whole.as_slice(), b"x"].concat()).unwrap();
    assert_eq!(code("longer").await, 986);
    let (other, _) = new_key();
    std::fs::write(bench.path("key"), age::secrecy::ExposeSecret::expose_secret(&other)).unwrap();
    assert_eq!(code("a.age").await, 985);
}

#[tokio::test]
async fn nothing_is_written_over() {
    let bench = Bench::new().await;
    bench.take("a.age").await.unwrap();
    assert_eq!(bench.take("a.age").await.unwrap_err().code().0, 984);
    assert_eq!(bench.restore("a.age", "data").await.unwrap_err().code().0, 984);
    std::fs::create_dir(bench.path("empty")).unwrap();
    assert!(bench.restore("a.age", "empty").await.is_ok(), "an empty folder may be there");
    std::fs::create_dir(bench.path("killed.part")).unwrap();
    assert_eq!(bench.restore("a.age", "killed").await.unwrap_err().code().0, 984);
}

#[tokio::test]
async fn a_picture_that_is_gone_or_damaged_is_told_and_does_not_stop_a_backup() {
    let bench = Bench::new().await;
    let (gone, damaged) = (picture(3).0.sha256, picture(5).0.sha256);
    let path = |sha256: &Digest| bench.path("data").join(xl_store::backup::path("pictures", sha256));
    std::fs::remove_file(path(&gone)).unwrap();
    std::fs::write(path(&damaged), "not a picture").unwrap();
    let taken = bench.take("a.age").await.unwrap();
    let expected = HashSet::from([gone, damaged]);
    assert_eq!(taken.missing.iter().cloned().collect::<HashSet<_>>(), expected);
    let told = bench.restore("a.age", "restored").await.unwrap();
    assert_eq!(told.missing, taken.missing);
}

#[tokio::test]
async fn a_passphrase_locks_as_well_and_a_short_one_is_refused() {
    let bench = Bench::new().await;
    std::fs::write(bench.path("words"), "correct horse battery staple\n").unwrap();
    std::fs::write(bench.path("others"), "wrong horse battery staple\n").unwrap();
    std::fs::write(bench.path("short"), "fifteen letters\n").unwrap();
    let source = Source { data: bench.path("data"), config: None };
    let lock = Lock::passphrase(&bench.path("words")).unwrap();
    take(&source, &bench.path("a.age"), lock, NOW_MS).await.unwrap();
    let open = async |words: &str| {
        let unlock = Unlock::passphrase(&bench.path(words))?;
        restore(&bench.path("a.age"), &bench.path("restored"), unlock).await
    };
    assert_eq!(open("others").await.unwrap_err().code().0, 985);
    assert_eq!(open("short").await.unwrap_err().code().0, 981);
    assert_eq!(open("nowhere").await.unwrap_err().code().0, 982);
    assert!(!open("words").await.unwrap().has_config);
}

#[tokio::test]
async fn what_is_no_key_or_no_data_folder_has_its_code() {
    let bench = Bench::new().await;
    for texts in [&[][..], &["age1nonsense".to_owned()], &["AGE-SECRET-KEY-1".to_owned()]] {
        assert_eq!(Lock::recipients(texts).err().unwrap().code().0, 981, "{texts:?}");
    }
    std::fs::write(bench.path("none"), "# public key: age1\n").unwrap();
    assert_eq!(Unlock::identities(&bench.path("none")).err().unwrap().code().0, 981);
    let source = Source { data: bench.path("nowhere"), config: None };
    let refused = take(&source, &bench.path("a.age"), Lock::recipients(&bench.recipients).unwrap(), NOW_MS).await;
    assert_eq!(refused.unwrap_err().code().0, 301);
    std::fs::create_dir(bench.path("empty")).unwrap();
    let source = Source { data: bench.path("empty"), config: None };
    let refused = take(&source, &bench.path("a.age"), Lock::recipients(&bench.recipients).unwrap(), NOW_MS).await;
    assert_eq!(refused.unwrap_err().code().0, 305);
    let source = Source { data: bench.path("data"), config: Some(bench.path("no.toml")) };
    let refused = take(&source, &bench.path("a.age"), Lock::recipients(&bench.recipients).unwrap(), NOW_MS).await;
    assert_eq!(refused.unwrap_err().code().0, 982);
    let nowhere = bench.path("no/such/folder/a.age");
    let source = Source { data: bench.path("data"), config: None };
    let refused = take(&source, &nowhere, Lock::recipients(&bench.recipients).unwrap(), NOW_MS).await;
    assert_eq!(refused.unwrap_err().code().0, 983);
    assert!(!bench.path("a.age").exists() && !bench.path("a.age.part").exists());
}

/// A file of our own making that is rightly encrypted and holds something else than a backup.
fn forged(bench: &Bench, entries: &[(&str, &[u8])]) {
    use std::io::Write as _;
    let recipient: age::x25519::Recipient = bench.recipients[0].parse().unwrap();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut out = encryptor.wrap_output(Vec::new()).unwrap();
    for (name, content) in entries {
        tar::write_header(&mut out, name, content.len() as u64).unwrap();
        out.write_all(content).unwrap();
        tar::pad(&mut out, content.len() as u64).unwrap();
    }
    tar::end(&mut out).unwrap();
    std::fs::write(bench.path("forged"), out.finish().unwrap()).unwrap();
}

#[tokio::test]
async fn an_archive_that_leads_out_of_its_folder_or_lies_about_itself_is_refused() {
    let bench = Bench::new().await;
    let manifest = |files: serde_json::Value, format: u32| {
        serde_json::json!({"format": format, "hub": "0", "schema": 1, "taken_ms": 0, "files": files, "missing": []})
            .to_string()
    };
    let empty = manifest(serde_json::json!([]), 1);
    let newer = manifest(serde_json::json!([]), 2);
    let sha256 = "a".repeat(64);
    let lie = manifest(serde_json::json!([{"path": "keys/a", "bytes": 1, "sha256": sha256}]), 1);
    for (entries, words) in [
        (&[("../evil", &b"x"[..])][..], "a name that no backup holds"),
        (&[("/etc/passwd", b"x")], "a name that no backup holds"),
        (&[("keys/..", b"x")], "a name that no backup holds"),
        (&[("keys/a/b", b"x")], "a name that no backup holds"),
        (&[("pictures/ab/evil", b"x")], "a name that no backup holds"),
        (&[("keys/a", b"x"), ("keys/a", b"x")], "a name twice"),
        (&[("keys/a", b"x")], "its manifest is missing"),
        (&[("keys/a", b"x"), ("manifest.json", empty.as_bytes())], "not those of its manifest"),
        (&[("keys/a", b"x"), ("manifest.json", lie.as_bytes())], "`keys/a` is not as it was packed"),
        (&[("manifest.json", newer.as_bytes())], "of a newer hub"),
        (&[("manifest.json", b"{")], "its manifest: "),
    ] {
        forged(&bench, entries);
        let refused = bench.restore("forged", "restored").await.unwrap_err();
        assert_eq!(refused.code().0, 986, "{words}");
        assert!(refused.to_string().contains(words), "{refused}");
        assert!(!bench.path("restored.part").exists());
    }
    assert!(!bench.path("evil").exists());
}
