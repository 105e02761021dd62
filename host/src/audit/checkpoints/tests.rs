//! The file of checkpoints, in good days and bad ones.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering;

use futures::FutureExt as _;
use metrics_exporter_prometheus::PrometheusBuilder;
use metrics_exporter_prometheus::PrometheusHandle;
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
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(SetClock(AtomicI64::new(NOW_MS))));
        let signer = signer(folder.path(), &clock).await;
        Self { signer, clock, folder }
    }

    /// The hub goes off and on again; its clock stands where it stands.
    async fn restart(&mut self) {
        self.signer.checkpoints.store.close().await;
        self.signer = signer(self.folder.path(), &self.clock).await;
    }

    /// Lets days pass that nobody takes for a jump of the clock: all rows up to now are as much older, once it has marked them.
    async fn live(&mut self, days: TimestampMs) {
        self.clock.0.fetch_add(days * DAY_MS, Ordering::SeqCst);
        self.signer.started = (Instant::now(), self.clock.now_ms());
        self.signer.checkpoints.store.pass_time(self.clock.now_ms(), days * DAY_MS).await.unwrap();
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

    /// The stage, which looks for something new every so often.
    fn run_every(&self, every: Duration) -> (CancellationToken, tokio::task::JoinHandle<()>) {
        let Checkpoints { auditor, store, path, .. } = &self.signer.checkpoints;
        let (auditor, store, path) = (auditor.clone(), store.clone(), path.clone());
        let data = self.folder.path().to_owned();
        let stage = Checkpoints { auditor, store, data, path, secret: SECRET, keep_days: 1, told_in: None };
        let stop = CancellationToken::new();
        (stop.clone(), tokio::spawn(run_every(every, stage, stop)))
    }

    async fn actions(&self) -> Vec<String> {
        let filter = AuditFilter { limit: 100, ..AuditFilter::default() };
        let rows = self.signer.checkpoints.store.audit_rows(&filter).await.unwrap();
        rows.iter().rev().map(|row| row.entry.action.to_string()).collect()
    }
}

/// The stage at its start.
async fn signer(folder: &Path, clock: &Arc<SetClock>) -> Signer {
    let config = StoreConfig { folder: folder.to_owned(), commit_operations: 512, head_events: 16, readers: 1 };
    let store = Store::open(config).await.unwrap();
    store.pass_time(clock.now_ms(), 0).await.unwrap();
    let auditor = Auditor::new(store.clone(), clock.clone());
    let (data, path) = (folder.to_owned(), folder.join("checkpoints"));
    Signer::new(Checkpoints { auditor, store, data, path, secret: SECRET, keep_days: 1, told_in: None })
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

/// Longest wait for something that should happen at once.
const LIMIT: Duration = Duration::from_secs(60);

/// Waits until the metrics say something.
async fn told(metrics: &PrometheusHandle, line: &str) {
    let said = || metrics.render().lines().any(|told| told == line);
    let waited = tokio::time::timeout(LIMIT, async {
        while !said() {
            tokio::task::yield_now().await;
        }
    });
    waited.await.unwrap_or_else(|_| panic!("waited for `{line}`: {}", metrics.render()));
}

/// AUD-4, by the clock.
#[tokio::test]
async fn what_is_new_is_signed_when_a_minute_is_over_and_what_is_not_new_is_not() {
    assert_eq!(EVERY, Duration::from_secs(60));
    let recorder = PrometheusBuilder::new().build_recorder();
    let _here = metrics::set_default_local_recorder(&recorder);
    let desk = Desk::new().await;
    let (stop, stage) = desk.run_every(Duration::from_millis(5));
    told(&recorder.handle(), "xl_audit_checkpoint_missing 0").await;
    for row in 1..=3 {
        desk.act().await;
        told(&recorder.handle(), &format!("xl_audit_checkpoint_row {row}")).await;
    }
    stop.cancel();
    stage.await.unwrap();
    assert_eq!(desk.rows(), [(Kind::Head, 1), (Kind::Head, 2), (Kind::Head, 3)]);
}

/// AUD-4, by the number of rows: a thousand are due, and what is due waits for no minute.
#[tokio::test]
async fn a_thousand_rows_are_due_for_a_checkpoint_and_what_is_due_is_signed_before_the_minute_is_over() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _here = metrics::set_default_local_recorder(&recorder);
    let desk = Desk::new().await;
    let auditor = desk.signer.checkpoints.auditor.clone();
    let entry = Entry::new(NOW_MS, Actor::hub(), "test.act", "");
    auditor.record_many(vec![entry.clone(); 999]).await.unwrap();
    assert_eq!(auditor.due().now_or_never(), None);
    auditor.record(entry).await.unwrap();
    assert_eq!(auditor.due().now_or_never(), Some(()));

    let (stop, stage) = desk.run_every(Duration::from_secs(3_600));
    told(&recorder.handle(), "xl_audit_checkpoint_row 1000").await;
    // The first of these may be signed by the removal of old rows, which follows the start.
    for row in 1_001..=1_002 {
        desk.act().await;
        auditor.0.due.notify_one();
        told(&recorder.handle(), &format!("xl_audit_checkpoint_row {row}")).await;
    }
    stop.cancel();
    stage.await.unwrap();
    assert_eq!(desk.rows(), [(Kind::Head, 1_000), (Kind::Head, 1_001), (Kind::Head, 1_002)]);
}

/// AUD-4: whoever watches the metric hears of a checkpoint that is missing, and that it is there again.
#[tokio::test]
async fn a_checkpoint_that_cannot_be_written_is_told_by_a_metric_until_it_is_there() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _here = metrics::set_default_local_recorder(&recorder);
    let desk = Desk::new().await;
    desk.act().await;
    let path = desk.folder.path().join("checkpoints");
    std::fs::create_dir(&path).unwrap();
    let (stop, stage) = desk.run_every(Duration::from_millis(5));
    told(&recorder.handle(), "xl_audit_checkpoint_missing 1").await;
    std::fs::remove_dir(&path).unwrap();
    told(&recorder.handle(), "xl_audit_checkpoint_missing 0").await;
    stop.cancel();
    stage.await.unwrap();
    assert_eq!(desk.rows(), [(Kind::Head, 1)]);
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
    // Marked by then.
    desk.live(1).await;
    // A day less than six months since: kept, though the configuration says one day.
    for (days, left) in [(182, 4), (2, 3)] {
        desk.live(days).await;
        desk.act().await;
        desk.signer.remove_old().await.unwrap();
        assert_eq!(desk.actions().await.len(), left, "{days}");
    }
    assert_eq!(desk.actions().await, ["test.act", "test.act", "audit.cut"]);
    assert_eq!(desk.rows(), [(Kind::Head, 3), (Kind::Head, 4), (Kind::Cut, 3), (Kind::Head, 6)]);
}

/// PRIV-9 for the log itself: since such a start no clock jumps, so the time that was lived has to tell.
#[tokio::test]
async fn a_hub_that_starts_with_a_clock_years_ahead_removes_no_row_of_the_log() {
    let mut desk = Desk::new().await;
    desk.act().await;
    desk.act().await;
    desk.live(30).await;
    desk.clock.0.fetch_add(3_650 * DAY_MS, Ordering::SeqCst);
    desk.restart().await;
    desk.act().await;
    for days in [0, 1, 181] {
        desk.live(days).await;
        desk.signer.remove_old().await.unwrap();
    }
    assert_eq!(desk.actions().await, ["test.act"; 3]);
    assert!(desk.signed().iter().all(|it| it.kind == Kind::Head), "nor is it signed that one goes");
    // The first two were marked before the clock was wrong.
    desk.live(1).await;
    desk.signer.remove_old().await.unwrap();
    assert_eq!(desk.actions().await, ["test.act", "audit.cut"]);
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
