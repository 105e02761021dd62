//! Who is connected: devices, the client ids they hold, and addresses that have not logged in yet.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use xl_model::fault::Refused;
use xl_model::fault::code;
use xl_model::id::DeviceId;

use crate::mqtt::pace::Pace;
use crate::port::Principal;

use super::TOO_MANY_CONNECTIONS;

/// Connections of one device at once; a gateway uses several, one message travels on each.
const CONNECTIONS_OF_A_DEVICE: usize = 16;

/// Connections of one address that log in at once; each may hold a packet of the largest size in memory. Further ones
/// wait unread: a whole site behind one address comes back after a power cut.
const LOGINS_OF_AN_ADDRESS: usize = 64;

/// Connections of all addresses that log in at once.
const LOGINS: usize = 256;

/// Connections of one address that have not logged in, waiting or not; further ones are closed.
const KNOCKS_OF_AN_ADDRESS: usize = 1024;

/// Everybody who is connected.
pub(super) struct Live {
    /// Messages and bytes per second of a device.
    limits: (u32, u32),
    inside: Mutex<Inside>,
    outside: Arc<Mutex<HashMap<IpAddr, Door>>>,
    logins: Arc<Semaphore>,
}

#[derive(Default)]
struct Inside {
    devices: HashMap<DeviceId, Device>,
    client_ids: HashMap<String, (DeviceId, usize)>,
}

/// A device with at least one connection.
struct Device {
    /// All its connections share it: through many it says no more than through one.
    pace: Arc<Pace>,
    cuts: Vec<CancellationToken>,
}

/// Those of one address that have not logged in.
struct Door {
    knocks: usize,
    logins: Arc<Semaphore>,
}

/// A connection that has not logged in; makes room when dropped.
pub(super) struct Knock {
    address: IpAddr,
    outside: Arc<Mutex<HashMap<IpAddr, Door>>>,
    of_address: Arc<Semaphore>,
    of_all: Arc<Semaphore>,
    permits: Vec<OwnedSemaphorePermit>,
}

impl Knock {
    /// Waits until it is this connection's turn to log in.
    pub(super) async fn turn(mut self) -> Self {
        for turns in [self.of_address.clone(), self.of_all.clone()] {
            self.permits.extend(turns.acquire_owned().await.ok()); // Neither is ever closed.
        }
        self
    }
}

impl Live {
    /// Nobody yet; a device may send so much a second, 0: no limit.
    pub(super) fn new(messages_per_second: u32, bytes_per_second: u32) -> Self {
        Self {
            limits: (messages_per_second, bytes_per_second),
            inside: Mutex::default(),
            outside: Arc::default(),
            logins: Arc::new(Semaphore::new(LOGINS)),
        }
    }

    /// Lets a connection of this address knock; `None`: too many already do.
    pub(super) fn knock(&self, address: IpAddr) -> Option<Knock> {
        let mut outside = lock(&self.outside);
        let new = || Door { knocks: 0, logins: Arc::new(Semaphore::new(LOGINS_OF_AN_ADDRESS)) };
        let door = outside.entry(address).or_insert_with(new);
        if door.knocks >= KNOCKS_OF_AN_ADDRESS {
            return None;
        }
        door.knocks += 1;
        Some(Knock {
            address,
            outside: self.outside.clone(),
            of_address: door.logins.clone(),
            of_all: self.logins.clone(),
            permits: Vec::new(),
        })
    }

    /// Logs a connection in: who it is, and the pace it keeps. `login` is asked under the lock, so that no device slips in
    /// between its end and its cut.
    ///
    /// # Errors
    /// What `login` says; [`code::BAD_LOGIN`] when another device is connected under this client id (else it would be
    /// thrown out); [`TOO_MANY_CONNECTIONS`].
    pub(super) fn enter(
        &self,
        client_id: &str,
        cut: &CancellationToken,
        login: impl FnOnce() -> Result<Principal, Refused>,
    ) -> Result<(Principal, Arc<Pace>), Refused> {
        let mut inside = lock(&self.inside);
        let who = login()?;
        let device = &who.id;
        if inside.client_ids.get(client_id).is_some_and(|(holder, _)| holder != device) {
            return Err(Refused::new(code::BAD_LOGIN, "another device is connected under this client id"));
        }
        let held = inside.devices.entry(device.clone()).or_insert_with(|| self.device());
        held.cuts.retain(|cut| !cut.is_cancelled());
        if held.cuts.len() >= CONNECTIONS_OF_A_DEVICE {
            let detail = format!("a device has at most {CONNECTIONS_OF_A_DEVICE} connections at once");
            return Err(Refused::new(TOO_MANY_CONNECTIONS, detail));
        }
        held.cuts.push(cut.clone());
        let pace = held.pace.clone();
        inside.client_ids.entry(client_id.to_owned()).or_insert_with(|| (device.clone(), 0)).1 += 1;
        Ok((who, pace))
    }

    fn device(&self) -> Device {
        let (messages, bytes) = self.limits;
        Device { pace: Arc::new(Pace::new(messages, bytes)), cuts: Vec::new() }
    }

    /// Forgets a connection that had entered; its `cut` must be cancelled.
    pub(super) fn leave(&self, device: &DeviceId, client_id: &str) {
        let mut inside = lock(&self.inside);
        if let Entry::Occupied(mut entry) = inside.devices.entry(device.clone()) {
            entry.get_mut().cuts.retain(|cut| !cut.is_cancelled());
            if entry.get().cuts.is_empty() {
                entry.remove();
            }
        }
        if let Entry::Occupied(mut entry) = inside.client_ids.entry(client_id.to_owned()) {
            entry.get_mut().1 -= 1;
            if entry.get().1 == 0 {
                entry.remove();
            }
        }
    }

    /// Cuts all connections of a device.
    pub(super) fn cut(&self, device: &DeviceId) {
        for connection in lock(&self.inside).devices.get(device).into_iter().flat_map(|device| &device.cuts) {
            connection.cancel();
        }
    }
}

impl Drop for Knock {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = lock(&self.outside).entry(self.address) {
            entry.get_mut().knocks -= 1;
            if entry.get().knocks == 0 {
                entry.remove();
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;

    fn who(device: &DeviceId) -> Principal {
        Principal { id: device.clone(), is_bridge: false }
    }

    fn device(text: &str) -> DeviceId {
        text.parse().unwrap()
    }

    /// MQ-9.
    #[test]
    fn a_client_id_in_use_is_not_taken_by_another_device() {
        let live = Live::new(0, 0);
        let (one, two) = (device("371122102.gh-1"), device("371122102.gh-2"));
        let cut = CancellationToken::new();
        live.enter("x", &cut, || Ok(who(&one))).unwrap();
        let refused = live.enter("x", &CancellationToken::new(), || Ok(who(&two))).err().unwrap();
        assert_eq!(refused.code, code::BAD_LOGIN);
        live.enter("x", &CancellationToken::new(), || Ok(who(&one))).unwrap();
        cut.cancel();
        live.leave(&one, "x");
        assert!(live.enter("x", &CancellationToken::new(), || Ok(who(&two))).is_err(), "the second is still there");
    }

    #[test]
    fn a_device_has_so_many_connections_and_all_are_cut() {
        let (live, one) = (Live::new(0, 0), device("371122102.gh-1"));
        let cuts: Vec<_> = (0..CONNECTIONS_OF_A_DEVICE).map(|_| CancellationToken::new()).collect();
        for (number, cut) in cuts.iter().enumerate() {
            live.enter(&number.to_string(), cut, || Ok(who(&one))).unwrap();
        }
        let refused = live.enter("more", &CancellationToken::new(), || Ok(who(&one))).err().unwrap();
        assert_eq!(refused.code, TOO_MANY_CONNECTIONS);
        live.cut(&one);
        assert!(cuts.iter().all(CancellationToken::is_cancelled));
        live.enter("more", &CancellationToken::new(), || Ok(who(&one))).unwrap();
    }

    #[tokio::test]
    async fn a_device_sends_through_many_connections_no_more_than_through_one() {
        let live = Live::new(0, 1);
        let (one, two) = (device("371122102.gh-1"), device("371122104.gh-1"));
        let enter = |device, client_id| live.enter(client_id, &CancellationToken::new(), || Ok(who(device))).unwrap().1;
        enter(&one, "a").wait(3_600).await; // An hour's share.
        let (next, other) = (enter(&one, "b"), enter(&two, "c"));
        assert!(futures::poll!(pin!(next.wait(1))).is_pending());
        assert!(futures::poll!(pin!(other.wait(1))).is_ready());
    }

    #[tokio::test]
    async fn a_site_that_comes_back_at_once_takes_turns() {
        let (live, here): (_, IpAddr) = (Live::new(0, 0), [192, 0, 2, 1].into());
        let mut inside = Vec::new();
        for _ in 0..LOGINS_OF_AN_ADDRESS {
            inside.push(live.knock(here).unwrap().turn().await);
        }
        let next = live.knock(here).unwrap().turn();
        tokio::pin!(next);
        assert!(futures::poll!(&mut next).is_pending());
        live.knock([192, 0, 2, 2].into()).unwrap().turn().await;
        inside.pop();
        assert!(futures::poll!(&mut next).is_ready());
    }

    #[test]
    fn an_address_knocks_so_often_at_once() {
        let (live, here): (_, IpAddr) = (Live::new(0, 0), [192, 0, 2, 1].into());
        let knocks: Vec<_> = (0..KNOCKS_OF_AN_ADDRESS).map(|_| live.knock(here).unwrap()).collect();
        assert!(live.knock(here).is_none());
        assert!(live.knock([192, 0, 2, 2].into()).is_some());
        drop(knocks);
        assert!(live.knock(here).is_some());
        assert!(lock(&live.outside).is_empty(), "nothing is remembered of who left");
    }
}
