//! The file of checkpoints, in good days and bad ones.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use xl_model::audit::checkpoint::Signing;
use xl_model::audit::checkpoint::Statement;
use xl_model::clock::Clock as _;
use xl_model::clock::SetClock;
use xl_store::StoreConfig;
use xl_store::audit::AuditFilter;

use super::*;

const SECRET: [u8; 32] = [7; 32];
const NOW_MS: TimestampMs = 1_795_420_800_000;

struct Desk {
    signer: Signer,
    clock: Arc<SetClock>,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config =
            StoreConfig { folder: folder.path().to_owned(), commit_operations: 512, head_events: 16, readers: 1 };
        let (store, clock) = (Store::open(config).await.unwrap(), Arc::new(SetClock(AtomicI64::new(NOW_MS))));
        let auditor = Auditor::new(store.clone(), clock.clone());
        let path = folder.path().join("checkpoints");
        let signer = Signer::new(Checkpoints { auditor, store, path, secret: SECRET, keep_days: 1, told_in: None });
        Self { signer, clock, folder }
    }

    async fn act(&self) -> u64 {
        let entry = Entry::new(self.clock.now_ms(), Actor::hub(), "test.act", "");
        self.signer.checkpoints.auditor.record(entry).await.unwrap()
    }

    fn signed(&self) -> Vec<Statement> {
        let text = std::fs::read_to_string(self.folder.path().join("checkpoints")).unwrap();
        Signing::new(&SECRET).public().read(&text).unwrap()
    }

    /// Which rows were signed, and how.
    fn rows(&self) -> Vec<(Kind, u64)> {
        self.signed().iter().map(|it| (it.kind, it.seq)).collect()
    }

    async fn actions(&self) -> Vec<String> {
        let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
        let rows = self.signer.checkpoints.store.audit_rows(&filter).await.unwrap();
        rows.iter().rev().map(|row| row.entry.action.to_string()).collect()
    }
}

#[tokio::test]
async fn a_checkpoint_is_signed_when_there_is_something_new_and_goes_on_after_a_crash() {
    let mut desk = Desk::new().await;
    desk.signer.sign().await.unwrap();
    assert_eq!(desk.rows(), []);
    desk.act().await;
    for _ in 0..2 {
        desk.signer.sign().await.unwrap();
    }
    assert_eq!(desk.rows(), [(Kind::Head, 1)]);
    // Half of a line, as a crash leaves it.
    let path = desk.folder.path().join("checkpoints");
    let half = std::fs::read_to_string(&path).unwrap() + "{\"kind\":\"head";
    std::fs::write(&path, half).unwrap();
    desk.signer.file = None;
    desk.act().await;
    desk.signer.sign().await.unwrap();
    assert_eq!(desk.rows(), [(Kind::Head, 1), (Kind::Head, 2)]);
}

#[tokio::test]
async fn a_checkpoint_that_somebody_asks_for_is_one_event_of_the_countys_log_whatever_crashes() {
    let mut desk = Desk::new().await;
    // Written, and the hub died before it was told.
    desk.act().await;
    desk.signer.sign().await.unwrap();
    let county: TownshipId = "371122000".parse().unwrap();
    desk.signer.checkpoints.told_in = Some(county.clone());
    for _ in 0..2 {
        desk.signer.file = None;
        desk.signer.sign().await.unwrap();
    }
    desk.act().await;
    desk.signer.sign().await.unwrap();
    let events = desk.signer.checkpoints.store.events_after(&county, 0, 10).await.unwrap();
    let told: Vec<(&str, &str)> = events.iter().map(|event| (event.kind.as_str(), &*event.data)).collect();
    let file = std::fs::read_to_string(desk.folder.path().join("checkpoints")).unwrap();
    assert_eq!(told, file.lines().map(|line| ("audit.checkpoint", line)).collect::<Vec<_>>());
    assert_eq!(told.len(), 2);
}

#[test]
fn checkpoints_are_events_where_a_receiver_asks_for_them() {
    let told = |kinds: &str| {
        let text = format!("[[forward]]\nname = \"archive\"\nurl = \"mqtt://127.0.0.1:1\"\nkinds = [\"{kinds}\"]\n");
        told_in(&Config::parse("test", &text).unwrap()).map(|township| township.to_string())
    };
    assert_eq!(told("audit.checkpoint"), Some("371122000".to_owned()));
    assert_eq!(told("*"), Some("371122000".to_owned()));
    assert_eq!((told("trace.*"), told_in(&Config::default())), (None, None));
}

#[tokio::test]
async fn refused_requests_are_one_row() {
    let mut desk = Desk::new().await;
    for _ in 0..50 {
        desk.signer.checkpoints.auditor.refused("GET /api/v1/modules", Code(701), Some([10, 0, 0, 1].into()));
    }
    for _ in 0..2 {
        desk.signer.record_and_sign(false).await.unwrap();
    }
    assert_eq!(desk.actions().await, ["request.refused"]);
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_by_its_code_and_tried_again() {
    let mut desk = Desk::new().await;
    desk.act().await;
    let path = desk.folder.path().join("checkpoints");
    std::fs::create_dir(&path).unwrap();
    let away = desk.signer.sign().await;
    assert_eq!(away.as_ref().unwrap_err().code(), Code(943));
    desk.signer.tell(away);
    std::fs::remove_dir(&path).unwrap();
    std::fs::write(&path, "not ours\n").unwrap();
    let foreign = desk.signer.sign().await;
    assert_eq!(foreign.unwrap_err().code(), Code(944));
    std::fs::remove_file(&path).unwrap();
    desk.signer.sign().await.unwrap();
    assert_eq!(desk.rows(), [(Kind::Head, 1)]);
}

#[tokio::test]
async fn a_database_older_than_its_checkpoints_is_noticed_at_once() {
    let (mut new, mut old) = (Desk::new().await, Desk::new().await);
    for _ in 0..3 {
        new.act().await;
    }
    old.act().await;
    new.signer.sign().await.unwrap();
    std::fs::copy(new.folder.path().join("checkpoints"), old.folder.path().join("checkpoints")).unwrap();
    assert_eq!(old.signer.sign().await.unwrap_err().code(), Code(942));
    assert_eq!(old.rows(), [(Kind::Head, 3)], "what was signed stays");
}

#[tokio::test]
async fn rows_past_their_time_are_removed_with_a_row_and_a_signature() {
    let mut desk = Desk::new().await;
    for _ in 0..3 {
        desk.act().await;
    }
    desk.signer.sign().await.unwrap();
    desk.signer.remove_old().await.unwrap();
    assert_eq!(desk.actions().await.len(), 3);
    // A day less than six months: kept, though the configuration says one day.
    for (days, left) in [(182, 4), (2, 3)] {
        desk.clock.0.fetch_add(days * DAY_MS, Ordering::SeqCst);
        desk.signer.started = (Instant::now(), desk.clock.now_ms());
        desk.act().await;
        desk.signer.remove_old().await.unwrap();
        assert_eq!(desk.actions().await.len(), left, "{days}");
    }
    assert_eq!(desk.actions().await, ["test.act", "test.act", "audit.cut"]);
    assert_eq!(desk.rows(), [(Kind::Head, 3), (Kind::Head, 4), (Kind::Cut, 3), (Kind::Head, 6)]);
}

#[tokio::test]
async fn a_clock_that_jumped_removes_nothing() {
    let mut desk = Desk::new().await;
    desk.act().await;
    desk.act().await;
    desk.clock.0.fetch_add(400 * DAY_MS, Ordering::SeqCst);
    desk.signer.remove_old().await.unwrap();
    assert_eq!(desk.actions().await.len(), 2);
}
