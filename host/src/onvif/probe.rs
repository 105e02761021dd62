//! Probes: a camera asked stage by stage because a person wants to know.

use std::sync::Arc;
use std::sync::PoisonError;

use tracing::info;
use xl_bridge::onvif::camera::Enrolment;
use xl_bridge::onvif::probe;
use xl_bridge::onvif::probe::Name;
use xl_bridge::onvif::probe::Outcome;
use xl_bridge::onvif::probe::Stage;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;

use super::Onvif;
use super::OnvifError;
use super::enrolment;
use crate::cameras::Secret;

/// Probes that are remembered; one more forgets them all, since they are only shown.
const REMEMBERED: usize = 4_096;

/// What a probe told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probed {
    /// When it was over.
    pub at_ms: TimestampMs,
    /// The stages that were asked, in their order.
    pub stages: Vec<Stage>,
}

impl Probed {
    /// Whether a stage works.
    pub fn works(&self, name: Name) -> bool {
        self.stages.iter().any(|stage| stage.name == name && matches!(stage.outcome, Outcome::Ok(_)))
    }
}

impl Onvif {
    /// Probes a registered camera with its own login. Where that is taken, a task that had given up tries again.
    ///
    /// # Errors
    /// [`OnvifError::NotAttached`], [`OnvifError::Disabled`], [`OnvifError::Busy`], [`OnvifError::Address`].
    pub async fn probe_registered(&self, key: &CameraKey) -> Result<Arc<Probed>, OnvifError> {
        let sign_in = self.0.cameras.sign_ins().into_iter().find(|sign_in| sign_in.key == *key);
        let sign_in = sign_in.ok_or_else(|| OnvifError::NotAttached { camera: key.clone() })?;
        let secret = self.0.cameras.secret(key).await?;
        let credentials = enrolment::credentials(sign_in.user.as_deref(), secret.as_ref());
        let enrolment = self.0.enroller.enrol(&sign_in.host, sign_in.port, credentials.clone());
        info!(camera = %key, "camera `{key}` is probed");
        let probed = Arc::new(self.asked(enrolment.map_err(OnvifError::Address)?).await?);
        if let Some(attached) = self.attached(key).filter(|it| it.camera.is_stopped() && probed.works(Name::Auth)) {
            attached.camera.change_secret(credentials);
        }
        let mut all = self.0.probed.write().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED {
            all.clear();
        }
        all.insert(key.clone(), probed.clone());
        Ok(probed)
    }

    /// Probes whatever is at an address.
    ///
    /// # Errors
    /// [`OnvifError::Disabled`], [`OnvifError::Busy`], [`OnvifError::Address`].
    pub async fn probe(
        &self,
        host: &str,
        port: u16,
        user: Option<&str>,
        secret: Option<&Secret>,
    ) -> Result<Probed, OnvifError> {
        let enrolment = self.0.enroller.enrol(host, port, enrolment::credentials(user, secret));
        let enrolment = enrolment.map_err(OnvifError::Address)?;
        info!(host = %enrolment.rules.endpoint.host, port, "a camera is probed that is not registered");
        self.asked(enrolment).await
    }

    async fn asked(&self, enrolment: Enrolment) -> Result<Probed, OnvifError> {
        if !self.0.enabled {
            return Err(OnvifError::Disabled);
        }
        let _place = self.0.probing.try_acquire().map_err(|_| OnvifError::Busy("at most 4 cameras are probed"))?;
        let stages = probe::probe(enrolment, self.0.enroller.resolver.clone(), self.0.clock.clone()).await;
        Ok(Probed { at_ms: self.0.clock.now_ms(), stages })
    }
}
