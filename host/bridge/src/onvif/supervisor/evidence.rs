//! What a failure or a question proves about a camera's status.

use std::time::Duration;

use xl_model::fault::Refused;

use super::Gone;
use super::Level;
use super::Report;
use super::Task;
use crate::onvif::fault::CallError;

/// How long a question for evidence may take: 4 s for SOAP, 2 s for a bare connection.
const ASK_LIMIT: Duration = Duration::from_secs(4);
const REACH_LIMIT: Duration = Duration::from_secs(2);

impl Task {
    /// Tells what the end of a session proves.
    pub(super) async fn tell_level(&self, error: &CallError) -> Result<(), Gone> {
        let reason = error.refused();
        let level = match error {
            CallError::Login { .. } => Level::AuthFailed,
            error if error.is_answer() => Level::Reachable,
            _ => return self.without_answer(reason).await,
        };
        self.tell(Report::Evidence { level, reason: Some(reason) }).await
    }

    /// Asks a silent camera: behind its login, then without, then by a bare connection.
    pub(super) async fn ask_level(&self) -> Result<(), Gone> {
        if self.camera.is_stopped() {
            return match tokio::time::timeout(ASK_LIMIT, self.camera.read_clock_openly()).await {
                Ok(Ok(())) => {
                    let reason = Refused::new(crate::onvif::fault::LOGIN_REFUSED, "the login waits for a person");
                    self.tell(Report::Evidence { level: Level::AuthFailed, reason: Some(reason) }).await
                }
                Ok(Err(error)) => self.without_answer(error.refused()).await,
                Err(_) => self.without_answer(too_slow()).await,
            };
        }
        match tokio::time::timeout(ASK_LIMIT, self.camera.device_information()).await {
            Ok(Ok(_)) => self.tell(Report::Evidence { level: Level::Up, reason: None }).await,
            Ok(Err(error @ CallError::Login { .. })) => {
                self.tell(Report::Evidence { level: Level::AuthFailed, reason: Some(error.refused()) }).await
            }
            Ok(Err(error)) if error.is_answer() => {
                self.tell(Report::Evidence { level: Level::Reachable, reason: Some(error.refused()) }).await
            }
            Ok(Err(error)) => self.without_answer(error.refused()).await,
            Err(_) => self.without_answer(too_slow()).await,
        }
    }

    /// No call was answered: whether anything is there at all.
    async fn without_answer(&self, reason: Refused) -> Result<(), Gone> {
        let openly = tokio::time::timeout(ASK_LIMIT, self.camera.read_clock_openly()).await;
        let answers = matches!(openly, Ok(Ok(()))) || self.camera.gate().reach(REACH_LIMIT).await.is_ok();
        let level = if answers { Level::Reachable } else { Level::Miss };
        self.tell(Report::Evidence { level, reason: Some(reason) }).await
    }
}

fn too_slow() -> Refused {
    Refused::new(crate::onvif::fault::TOO_SLOW, format!("no answer within {} s", ASK_LIMIT.as_secs()))
}
