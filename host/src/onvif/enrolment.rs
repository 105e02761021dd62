//! From a registration to what the client of a camera needs.

use std::sync::Arc;

use xl_bridge::onvif::address::AddressFault;
use xl_bridge::onvif::address::DEVICE_PATH;
use xl_bridge::onvif::address::Endpoint;
use xl_bridge::onvif::address::Host;
use xl_bridge::onvif::address::Rules;
use xl_bridge::onvif::auth::Credentials;
use xl_bridge::onvif::camera::Enrolment;
use xl_bridge::onvif::gate::Resolve;
use xl_bridge::onvif::policy::AddressPolicy;

use crate::cameras::Secret;

/// What all cameras of the hub have in common.
pub(super) struct Enroller {
    /// Which addresses may be called; says nothing of loopback.
    pub(super) policy: AddressPolicy,
    /// Whether a camera may be enrolled at a loopback address.
    pub(super) allow_loopback: bool,
    /// How names become addresses.
    pub(super) resolver: Arc<dyn Resolve>,
}

impl Enroller {
    /// A camera at this host and port.
    ///
    /// # Errors
    /// When the host is none.
    pub(super) fn enrol(
        &self,
        host: &str,
        port: u16,
        credentials: Option<Credentials>,
    ) -> Result<Enrolment, AddressFault> {
        let host = Host::parse(host)?;
        // Only who is enrolled at a loopback address may be there: a name that leads to one does not.
        let loopback = self.allow_loopback && matches!(&host, Host::Ip(address) if address.is_loopback());
        Ok(Enrolment {
            rules: Rules::new(Endpoint { tls: false, host, port, path: DEVICE_PATH.to_owned() }),
            policy: AddressPolicy { loopback, ..self.policy.clone() },
            credentials,
            clear_text_allowed: false,
            certificate: None,
            method: None,
        })
    }
}

/// A login, where there is a user.
pub(super) fn credentials(user: Option<&str>, secret: Option<&Secret>) -> Option<Credentials> {
    let (username, password) = (user?.to_owned(), secret?.reveal().to_owned());
    Some(Credentials { username, password })
}
