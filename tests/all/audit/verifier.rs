//! The verifier only reads and asks nobody, whatever state a hub left its folder in: AUD-5.
//!
//! It runs under `strace`, which writes down each call that names a file, changes one or is about a network: an attempt counts too,
//! which a network namespace would only let fail. A file that is made and removed again shows in the time of its folder.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::path::PathBuf;
use std::process::Output;
use std::sync::Arc;
use std::time::SystemTime;

use tempfile::TempDir;
use xueliang::app::clock::SystemClock;

use crate::children::command;
use crate::children::spawn;
use crate::connections::trace;
use crate::programs;
use crate::town::Town;
use crate::town::until;

use super::said;

/// What lies in a folder: owner, rights, time of the last change and content of each file and folder.
type State = BTreeMap<PathBuf, (u32, u32, SystemTime, Vec<u8>)>;

/// A data folder, and one beside it for what the test writes.
struct Site {
    folder: Arc<TempDir>,
    data: PathBuf,
    beside: TempDir,
}

impl Site {
    fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        // As `strace` says it.
        let data = folder.path().canonicalize().unwrap();
        Self { folder, data, beside: tempfile::tempdir().unwrap() }
    }

    /// Starts a hub as a process of its own, and kills it when it serves.
    async fn run_and_kill(&self) {
        let http = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let file = self.beside.path().join("hub.toml");
        fs::write(&file, format!("[http]\nlisten = \"{http}\"\n[mqtt]\nlisten = \"127.0.0.1:0\"\n")).unwrap();
        let mut hub = command(programs::hub());
        let running = spawn(hub.arg("run").arg("--config").arg(file).arg("--data").arg(&self.data));
        until("the hub serves", || async { tokio::net::TcpStream::connect(http).await.ok() }).await;
        drop(running);
    }

    fn has(&self, file: &str) -> bool {
        self.data.join(file).exists()
    }

    /// Verifies, and sees that nothing was written and nobody asked.
    fn verify(&self) -> Output {
        // Root may write what its rights forbid; not so here, as for everybody else.
        let is_root = fs::metadata(&self.data).unwrap().uid() == 0;
        let mut watch = command(if is_root { "setpriv" } else { "strace" });
        if is_root {
            watch.args(["--bounding-set", "-dac_override", "strace"]);
        }
        let file = self.beside.path().join("trace");
        watch.args(["-f", "--seccomp-bpf", "-qq", "-y", "-s", "0", "-e", trace::EVERYTHING, "-o"]).arg(&file);
        let output = watch.arg(programs::hub()).args(["audit", "verify", "--data"]).arg(&self.data).output().unwrap();
        let text = fs::read_to_string(file).unwrap();
        assert!(text.contains(&self.data.join("audit-checkpoints.jsonl").display().to_string()), "{}", said(&output));
        assert_eq!(trace::more_than_reading(&text, &self.data), Vec::<String>::new());
        output
    }

    /// Verifies in a folder that nobody uses, and sees that all in it is as before.
    fn verify_what_lies_still(&self) -> Output {
        let before = state(&self.data);
        let output = self.verify();
        let after = state(&self.data);
        let all: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
        let changed: Vec<_> = all.into_iter().filter(|path| before.get(*path) != after.get(*path)).collect();
        assert!(changed.is_empty(), "{changed:?}");
        output
    }

    fn set_rights(&self, of_files: u32, of_folders: u32) {
        for (path, (_, mode, ..)) in state(&self.data) {
            let is_folder = mode & 0o040_000 != 0;
            fs::set_permissions(path, Permissions::from_mode(if is_folder { of_folders } else { of_files })).unwrap();
        }
    }

    /// The log is sound for who may write the folder and for who may only read it.
    fn is_sound(&self) {
        let writable = self.verify_what_lies_still();
        assert!(writable.status.success(), "{}", said(&writable));
        self.set_rights(0o444, 0o555);
        let readable = self.verify_what_lies_still();
        self.set_rights(0o600, 0o700);
        assert!(readable.status.success(), "{}", said(&readable));
        assert_eq!(said(&readable), said(&writable));
    }
}

fn state(folder: &Path) -> State {
    let mut state = State::new();
    let mut left = vec![folder.to_owned()];
    while let Some(path) = left.pop() {
        let about = fs::metadata(&path).unwrap();
        let mut bytes = Vec::new();
        if about.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        } else {
            bytes = fs::read(&path).unwrap();
        }
        state.insert(path, (about.uid(), about.mode(), about.modified().unwrap(), bytes));
    }
    state
}

#[tokio::test(flavor = "multi_thread")]
async fn the_verifier_writes_nothing_and_asks_nobody_beside_a_hub_after_a_stop_and_after_a_kill() {
    let site = Site::new();
    let town = Town::start_in(site.folder.clone(), Arc::new(SystemClock), |_| {}).await;
    let signed = site.data.join("audit-checkpoints.jsonl");
    until("the log is signed", || async { fs::metadata(&signed).ok().filter(|file| file.len() > 0) }).await;
    let beside = site.verify();
    assert!(beside.status.success(), "{}", said(&beside));

    town.hub.stop().await;
    assert!(!site.has("xueliang.db-wal"), "a hub that stops leaves everything in one file");
    site.is_sound();

    site.run_and_kill().await;
    assert!(site.has("xueliang.db-wal") && site.has("xueliang.db-shm"));
    site.is_sound();
    let (index, elsewhere) = (site.data.join("xueliang.db-shm"), site.beside.path().join("index"));
    fs::rename(&index, &elsewhere).unwrap();
    let refused = site.verify_what_lies_still();
    assert!(!refused.status.success() && said(&refused).contains("`xueliang.db-shm`"), "{}", said(&refused));
}
