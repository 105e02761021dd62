//! The tasks: as many as the register has cameras, each begun, ended and begun anew as its registration says.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::task::JoinError;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::info;
use xl_bridge::onvif::auth::Credentials;
use xl_bridge::onvif::camera::Camera;
use xl_bridge::onvif::supervisor;
use xl_bridge::onvif::supervisor::Told;
use xl_model::camera::CameraKey;
use xl_model::id::DeviceId;

use super::Onvif;
use super::attached::Attached;
use super::enrolment;
use crate::cameras::SignIn;

/// Cameras begin so far apart: 200 within ten seconds, so that neither they nor the log meet them all at once.
const APART: Duration = Duration::from_millis(50);

/// The longest wait for all of them to end; what they hold is told by the cameras again.
const END: Duration = Duration::from_secs(3);

/// The running tasks.
pub(super) struct Fleet {
    onvif: Onvif,
    reports: mpsc::Sender<Told>,
    running: HashMap<CameraKey, Running>,
    tasks: JoinSet<()>,
}

struct Running {
    sign_in: SignIn,
    camera: Arc<Camera>,
    stop: CancellationToken,
    task: AbortHandle,
}

impl Fleet {
    /// No task yet.
    pub(super) fn new(onvif: Onvif, reports: mpsc::Sender<Told>) -> Self {
        Self { onvif, reports, running: HashMap::new(), tasks: JoinSet::new() }
    }

    /// Makes the tasks what the register says; gives the cameras that have none any more.
    pub(super) async fn adjust(&mut self) -> Vec<CameraKey> {
        let wanted: HashMap<CameraKey, SignIn> =
            self.onvif.0.cameras.sign_ins().into_iter().map(|sign_in| (sign_in.key.clone(), sign_in)).collect();
        let gone: Vec<CameraKey> = self.running.keys().filter(|key| !wanted.contains_key(*key)).cloned().collect();
        for key in &gone {
            self.end(key);
        }
        let mut begun = 0;
        for (key, sign_in) in wanted {
            match self.running.get(&key).map(|running| (running.sign_in == sign_in, running.task.is_finished())) {
                Some((true, false)) => {}
                Some((_, broken)) if broken || self.moved(&key, &sign_in) => {
                    self.end(&key);
                    let pause = if broken { self.onvif.0.supervision.interval } else { Duration::ZERO };
                    self.begin(sign_in, pause).await;
                }
                Some(_) => self.sign_in_anew(sign_in).await,
                None => {
                    begun += 1;
                    let pause = APART.mul_f64(f64::from(begun - 1) + rand::random_range(0.0..1.0));
                    self.begin(sign_in, if begun == 1 { Duration::ZERO } else { pause }).await;
                }
            }
        }
        gone
    }

    /// Waits until a task breaks off; a task that ends as it was told is no loss.
    pub(super) async fn lost(&mut self) -> JoinError {
        loop {
            match self.tasks.join_next().await {
                Some(Err(lost)) => return lost,
                Some(Ok(())) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// Ends all.
    pub(super) async fn stop(mut self) {
        for running in self.running.values() {
            running.stop.cancel();
        }
        let ended = async { while self.tasks.join_next().await.is_some() {} };
        // Those that hang are cut off when this is dropped.
        let _ = tokio::time::timeout(END, ended).await;
    }

    fn moved(&self, key: &CameraKey, now: &SignIn) -> bool {
        self.running.get(key).is_some_and(|running| {
            let before = &running.sign_in;
            (before.host.as_str(), before.port) != (now.host.as_str(), now.port)
        })
    }

    fn end(&mut self, key: &CameraKey) {
        if let Some(running) = self.running.remove(key) {
            running.stop.cancel();
            self.onvif.change(|attached| drop(attached.remove(key)));
            info!(camera = %key, "camera `{key}` is asked no more");
        }
    }

    async fn begin(&mut self, sign_in: SignIn, pause: Duration) {
        let key = sign_in.key.clone();
        let credentials = self.credentials(&sign_in).await;
        let shared = &self.onvif.0;
        let enrolment = match shared.enroller.enrol(&sign_in.host, sign_in.port, credentials) {
            Ok(enrolment) => enrolment,
            Err(fault) => {
                let code = xl_bridge::onvif::fault::ADDRESS_UNREADABLE;
                return error!(camera = %key, code = %code, "camera `{key}` is not asked: {fault}");
            }
        };
        let camera = Arc::new(Camera::new(enrolment, shared.enroller.resolver.clone(), shared.clock.clone()));
        let attached = Arc::new(Attached::new(camera.clone()));
        let stop = CancellationToken::new();
        let device = DeviceId { township: key.township.clone(), camera: key.camera.clone() };
        let supervised = supervisor::run(
            device,
            camera.clone(),
            shared.clock.clone(),
            shared.supervision,
            self.reports.clone(),
            stop.clone(),
        );
        let stopped = stop.clone();
        let task = self.tasks.spawn(async move {
            tokio::select! {
                () = stopped.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
            supervised.await;
        });
        self.onvif.change(|all| drop(all.insert(key.clone(), attached)));
        self.running.insert(key, Running { sign_in, camera, stop, task });
    }

    /// The same camera with another user or password: a login that had stopped is tried again.
    async fn sign_in_anew(&mut self, sign_in: SignIn) {
        let credentials = self.credentials(&sign_in).await;
        if let Some(running) = self.running.get_mut(&sign_in.key) {
            running.camera.change_secret(credentials);
            running.sign_in = sign_in;
        }
    }

    async fn credentials(&self, sign_in: &SignIn) -> Option<Credentials> {
        let secret = match self.onvif.0.cameras.secret(&sign_in.key).await {
            Ok(secret) => secret,
            Err(failure) => {
                let key = &sign_in.key;
                error!(camera = %key, code = %failure.code(), "camera `{key}` is asked without a login: {failure}");
                None
            }
        };
        enrolment::credentials(sign_in.user.as_deref(), secret.as_ref())
    }
}
