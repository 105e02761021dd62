//! Addresses that somebody is about to register: what was typed is kept here for ten minutes, so that no page holds a password.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use uuid::Uuid;
use xl_model::clock::TimestampMs;

use super::Onvif;
use super::OnvifError;
use super::Probed;
use crate::cameras::Secret;

/// Offers at the same time; the oldest goes.
const OFFERS: usize = 32;

/// How long an offer lasts, in milliseconds.
const LIFE_MS: i64 = 600_000;

/// A camera that answered and is not registered yet.
#[derive(Debug)]
pub struct Offer {
    /// Its host, as typed.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The user, as typed.
    pub user: Option<String>,
    /// The password, as typed.
    pub secret: Option<Secret>,
    /// What its probe told.
    pub probed: Probed,
    until_ms: TimestampMs,
}

/// The offers, by a name that nobody guesses.
#[derive(Default)]
pub(super) struct Offers(Mutex<HashMap<Uuid, Arc<Offer>>>);

impl Onvif {
    /// Probes an address and remembers what was typed.
    ///
    /// # Errors
    /// As [`Onvif::probe`].
    pub async fn offer(
        &self,
        host: String,
        port: u16,
        user: Option<String>,
        secret: Option<Secret>,
    ) -> Result<Uuid, OnvifError> {
        let probed = self.probe(&host, port, user.as_deref(), secret.as_ref()).await?;
        let (id, now_ms) = (Uuid::now_v7(), self.0.clock.now_ms());
        let offer = Arc::new(Offer { host, port, user, secret, probed, until_ms: now_ms + LIFE_MS });
        let mut all = self.0.offers.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, offer| offer.until_ms > now_ms);
        if all.len() >= OFFERS
            && let Some(oldest) = all.iter().min_by_key(|(_, offer)| offer.until_ms).map(|(id, _)| *id)
        {
            all.remove(&oldest);
        }
        all.insert(id, offer);
        Ok(id)
    }

    /// An offer that still lasts.
    pub fn offered(&self, id: &Uuid) -> Option<Arc<Offer>> {
        let now_ms = self.0.clock.now_ms();
        let all = self.0.offers.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(id).filter(|offer| offer.until_ms > now_ms).cloned()
    }

    /// Forgets an offer that was taken.
    pub fn withdraw(&self, id: &Uuid) {
        self.0.offers.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }
}
