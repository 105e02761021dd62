//! What API and console are made of: put together by the hub, handed out by [`super::ApiState`] for an authority.

use std::net::IpAddr;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use xl_bridge::mqtt::broker::EmbeddedBroker;
use xl_bridge::mqtt::link::LinkState;
use xl_bridge::port::Inbox;
use xl_bridge::waiting::SharedRoom;
use xl_media::PictureLimits;
use xl_model::clock::Clock;
use xl_store::Store;

use crate::audit::Auditor;
use crate::cameras::Cameras;
use crate::cases::Cases;
use crate::config;
use crate::config::Purpose;
use crate::devices::Devices;
use crate::dispatch::Modules;
use crate::export::Exports;
use crate::look::Looks;
use crate::onvif::Onvif;
#[cfg(feature = "openid")]
use crate::openid::OpenId;
use crate::people::People;
use crate::rights::Counter;
use crate::rights::Desk;
use crate::rights::Figures;
use crate::status::StatusSink;
use crate::status::Statuses;

/// What the API and the console are made of.
pub struct Parts {
    /// The log, the records, the pictures.
    pub store: Store,
    /// All modules.
    pub modules: Modules,
    /// The register of cameras.
    pub cameras: Cameras,
    /// The logins of cameras.
    pub devices: Devices,
    /// Who is told of maintenance.
    pub witness: StatusSink,
    /// Where every camera stands.
    pub statuses: Statuses,
    /// The cameras that are signed in to.
    pub onvif: Onvif,
    /// Looks at cameras.
    pub looks: Looks,
    /// Where observations go.
    pub inbox: Inbox,
    /// The embedded broker, whose connections are cut when a device loses its right; nothing with an external one.
    pub broker: Option<Arc<dyn EmbeddedBroker>>,
    /// Whether the external broker is reached; nothing without one.
    pub external: Option<watch::Receiver<LinkState>>,
    /// Whether the hub above is reached; nothing without one.
    pub above: Option<watch::Receiver<LinkState>>,
    /// Publishers whom nobody has adopted.
    pub waiting: SharedRoom,
    /// Records acts and looks.
    pub auditor: Auditor,
    /// What cameras may be looked at for.
    pub purposes: Vec<Purpose>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who may do what.
    pub people: People,
    /// The cases.
    pub cases: Cases,
    /// Pictures that are given out.
    pub exports: Exports,
    /// Requests of people, for who handles them.
    pub desk: Desk,
    /// The same for whoever asks.
    pub counter: Counter,
    /// What everybody is told.
    pub figures: Figures,
    /// The provider whose identities people may sign in with, as it is configured.
    pub openid_settings: Option<config::OpenId>,
    /// The same, to be asked.
    #[cfg(feature = "openid")]
    pub openid: Option<OpenId>,
    /// Address under which people reach this hub, without a slash at its end: `https://hub.example.cn`.
    pub public_url: String,
    /// Address under which devices reach the broker: `mqtt://hub.example.cn:1883`.
    pub mqtt_url: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// What decoding a picture may cost.
    pub pictures: PictureLimits,
    /// The metrics.
    pub metrics: PrometheusHandle,
    /// Ends the feeds.
    pub shutdown: CancellationToken,
}
