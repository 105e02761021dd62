//! Stages: started in flow order, stopped in reverse, each within its deadline.

use std::future::Future;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::warn;

/// Longest wait for one stage to end; what it still holds was not acknowledged, so nothing is lost.
const PATIENCE: Duration = Duration::from_secs(10);

/// The running stages, in the order of their start.
#[derive(Default)]
pub(super) struct Stages(Vec<Stage>);

struct Stage {
    name: &'static str,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Stages {
    /// Starts a stage; it ends when the token that it is handed is cancelled.
    pub(super) fn start<F>(&mut self, name: &'static str, run: impl FnOnce(CancellationToken) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(stop.clone()));
        self.0.push(Stage { name, stop, task });
    }

    /// Stops them, the last one first.
    pub(super) async fn stop(&mut self) {
        while let Some(Stage { name, stop, mut task }) = self.0.pop() {
            stop.cancel();
            match tokio::time::timeout(PATIENCE, &mut task).await {
                Ok(Ok(())) => {}
                Ok(Err(lost)) => warn!(stage = name, "stage `{name}` ended badly: {lost}"),
                Err(_) => {
                    task.abort();
                    warn!(stage = name, "stage `{name}` did not end in time and was cut off");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::Mutex;

    #[tokio::test]
    async fn the_last_stage_stops_first() {
        let ended = Arc::new(Mutex::new(Vec::new()));
        let mut stages = Stages::default();
        for name in ["ingest", "dispatch", "bridge"] {
            let ended = ended.clone();
            stages.start(name, |stop| async move {
                stop.cancelled().await;
                ended.lock().unwrap().push(name);
            });
        }
        stages.stop().await;
        assert_eq!(*ended.lock().unwrap(), ["bridge", "dispatch", "ingest"]);
    }
}
