//! The functions that a guest may call, one file for each interface of `wit/`.
//!
//! Every function counts itself, checks what the module was granted, and caps what it is handed: a guest's values are
//! never trusted. What the guest may do wrong is an answer of the interface's own error; what it must not do at all ends
//! the run with a [`Stop`].

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use xl_model::batch::Stop;
use xl_model::id::CameraId;

use crate::guest::Guest;
use crate::port::CameraInfo;
use crate::port::PortError;

mod cameras;
mod cases;
mod events;
mod http;
mod kpis;
mod links;
mod log;
pub(crate) mod pictures;
mod quotas;
mod records;
mod settings;
mod viewer;

/// How long a port may take for one answer. The store answers in milliseconds; beyond this it is not there.
const PORT_DEADLINE: Duration = Duration::from_secs(5);

/// What a page that is drawn, or a call that does not write, is told when it wants to change something.
const READ_ONLY: &str = "read only: a page that is drawn and a call that does not write change nothing";

/// What a replay answers to a question that was not asked then.
const NOT_RECORDED: &str = "not recorded: the run that is replayed did not ask this";

impl crate::bindings::xueliang::hub::types::Host for Guest {}

impl Guest {
    /// Asks a port, within its deadline and outside of the guest's CPU time.
    async fn ask<T>(&self, what: &str, answer: impl Future<Output = Result<T, PortError>>) -> wasmtime::Result<T> {
        let answer = self.meter.forgive(within(PORT_DEADLINE, answer)).await;
        answer.map_err(|detail| Stop::Host { detail: format!("{what}: {detail}") }.into())
    }

    /// The cameras of the township, asked for once a run: only what of them is granted now may leave this file.
    async fn cameras(&mut self) -> wasmtime::Result<Arc<Vec<CameraInfo>>> {
        if let Some(cameras) = &self.cameras {
            return Ok(cameras.clone());
        }
        let port = self.context.ports.cameras.clone();
        let cameras = Arc::new(self.ask("cameras", port.list(&self.context.module.township)).await?);
        self.cameras = Some(cameras.clone());
        Ok(cameras)
    }

    /// The granted cameras of the township.
    async fn granted_cameras(&mut self) -> wasmtime::Result<Vec<CameraInfo>> {
        let cameras = self.cameras().await?;
        let grants = self.context.grants.now();
        Ok(cameras.iter().filter(|camera| grants.cameras.allows(&camera.id)).cloned().collect())
    }

    /// The granted camera that a guest names; `None` for every other name, whatever it looks like.
    async fn granted_camera(&mut self, name: &str) -> wasmtime::Result<Option<CameraInfo>> {
        let Ok(id) = name.parse::<CameraId>() else { return Ok(None) };
        let cameras = self.cameras().await?;
        let grants = self.context.grants.now();
        Ok(cameras.iter().find(|camera| camera.id == id && grants.cameras.allows(&id)).cloned())
    }
}

/// What a port answers in time, or why there is no answer.
async fn within<T, E: fmt::Display>(
    deadline: Duration,
    answer: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match tokio::time::timeout(deadline, answer).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} ms", deadline.as_millis())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_hangs_is_not_waited_for_longer_than_its_deadline() {
        let hangs = within(Duration::from_millis(1), std::future::pending::<Result<(), PortError>>()).await;
        assert_eq!(hangs, Err("no answer within 1 ms".to_owned()));
        let fails = within(PORT_DEADLINE, async { Err::<(), _>(PortError("away".to_owned())) }).await;
        assert_eq!(fails, Err("away".to_owned()));
    }
}
