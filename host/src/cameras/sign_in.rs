//! Which cameras the hub signs in to.

use xl_model::camera::Attachment;
use xl_model::camera::CameraKey;

use super::Cameras;

/// A camera that the hub signs in to, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Which one.
    pub key: CameraKey,
    /// A name or an IP address.
    pub host: String,
    /// The port of its device service.
    pub port: u16,
    /// The user that the hub signs in as.
    pub user: Option<String>,
    /// Another number after each change of its password.
    pub secret: u64,
}

impl Cameras {
    /// The cameras that are attached by ONVIF, in no order.
    pub fn sign_ins(&self) -> Vec<SignIn> {
        let entries = self.read();
        let attached = entries.iter().filter_map(|(key, entry)| match &entry.row.camera.attachment {
            Attachment::Onvif { host, port, user } => Some(SignIn {
                key: key.clone(),
                host: host.clone(),
                port: *port,
                user: user.clone(),
                secret: entry.secrets,
            }),
            _ => None,
        });
        attached.collect()
    }
}
