//! Where the camera's services are: asked in two ways, guessed in a third.

use super::Camera;
use super::call::Call;
use crate::onvif::address::AddressFault;
use crate::onvif::address::CameraUrl;
use crate::onvif::address::Rules;
use crate::onvif::address::Use;
use crate::onvif::fault::CallError;
use crate::onvif::xml::Node;

/// The most services looked at; cameras have about 15.
const SERVICES_MOST: usize = 64;

/// How the services were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// By `GetServices`.
    Services,
    /// By `GetCapabilities`, which knows no Media2.
    Capabilities,
    /// Not at all: the conventional paths are tried.
    Assumed,
}

/// The services that we use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Services {
    /// How they were found.
    pub found: Found,
    /// Device management: always where the camera was enrolled.
    pub device: CameraUrl,
    /// Media, version 1.
    pub media1: Option<CameraUrl>,
    /// Media, version 2.
    pub media2: Option<CameraUrl>,
    /// Events.
    pub events: Option<CameraUrl>,
    /// Pan, tilt, zoom.
    pub ptz: Option<CameraUrl>,
    /// Imaging.
    pub imaging: Option<CameraUrl>,
    /// Services whose address was refused, and why; shown to the administrator.
    pub refused: Vec<(&'static str, AddressFault)>,
}

impl Services {
    /// Where most cameras have them.
    pub(super) fn conventional(rules: &Rules) -> Self {
        let at = |path| Some(rules.conventional(path));
        Self {
            found: Found::Assumed,
            device: rules.device(),
            media1: at("/onvif/media_service"),
            media2: None,
            events: at("/onvif/event_service"),
            ptz: at("/onvif/ptz_service"),
            imaging: at("/onvif/imaging_service"),
            refused: Vec::new(),
        }
    }

    fn empty(rules: &Rules, found: Found) -> Self {
        let none = Self::conventional(rules);
        Self { found, media1: None, events: None, ptz: None, imaging: None, ..none }
    }

    fn add(&mut self, rules: &Rules, name: &'static str, address: &str) {
        let place = match name {
            "media1" => &mut self.media1,
            "media2" => &mut self.media2,
            "events" => &mut self.events,
            "ptz" => &mut self.ptz,
            _ => &mut self.imaging,
        };
        match rules.rewrite(address, Use::Service) {
            Ok(url) => *place = Some(url),
            Err(fault) => self.refused.push((name, fault)),
        }
    }

    fn is_useless(&self) -> bool {
        self.media1.is_none() && self.media2.is_none() && self.events.is_none() && self.refused.is_empty()
    }
}

/// The service of a namespace, by its version and never by its place in the list: some list Media2 first.
fn service_of(namespace: &str) -> Option<&'static str> {
    match namespace.trim().trim_end_matches('/') {
        "http://www.onvif.org/ver10/media/wsdl" => Some("media1"),
        "http://www.onvif.org/ver20/media/wsdl" => Some("media2"),
        "http://www.onvif.org/ver10/events/wsdl" => Some("events"),
        "http://www.onvif.org/ver20/ptz/wsdl" => Some("ptz"),
        "http://www.onvif.org/ver20/imaging/wsdl" => Some("imaging"),
        _ => None,
    }
}

fn from_services(node: &Node, rules: &Rules) -> Services {
    let mut services = Services::empty(rules, Found::Services);
    for service in node.children("Service").take(SERVICES_MOST) {
        let name = service.text_at(&["Namespace"]).and_then(service_of);
        if let (Some(name), Some(address)) = (name, service.text_at(&["XAddr"])) {
            services.add(rules, name, address);
        }
    }
    services
}

fn from_capabilities(node: &Node, rules: &Rules) -> Services {
    let mut services = Services::empty(rules, Found::Capabilities);
    let Some(capabilities) = node.find("Capabilities") else { return services };
    for (section, name) in [("Media", "media1"), ("Events", "events"), ("PTZ", "ptz"), ("Imaging", "imaging")] {
        if let Some(address) = capabilities.text_at(&[section, "XAddr"]) {
            services.add(rules, name, address);
        }
    }
    services
}

impl Camera {
    /// Asks where the services are and keeps the answer.
    ///
    /// # Errors
    /// [`CallError`] when nobody answers or the login is refused; a camera that only does not know the calls gets the
    /// conventional paths.
    pub async fn find_services(&self) -> Result<Services, CallError> {
        let services = match self.asked_services().await? {
            Some(services) => self.on_ports_that_answer(services).await,
            None => Services::conventional(self.gate.rules()),
        };
        self.state().services = services.clone();
        Ok(services)
    }

    async fn on_ports_that_answer(&self, mut services: Services) -> Services {
        let Services { media1, media2, events, ptz, imaging, .. } = &mut services;
        let mut judged: Vec<(u16, bool)> = Vec::new();
        for url in [media1, media2, events, ptz, imaging].into_iter().flatten() {
            match judged.iter().find(|(port, _)| *port == url.port()) {
                Some((_, true)) => {}
                Some((_, false)) => *url = self.gate.rules().on_enrolled_port(url),
                None => {
                    let found = self.reachable(url.clone()).await;
                    judged.push((url.port(), found == *url));
                    *url = found;
                }
            }
        }
        services
    }

    async fn asked_services(&self) -> Result<Option<Services>, CallError> {
        let rules = self.gate.rules();
        let device = rules.device();
        let body = "<tds:GetServices><tds:IncludeCapability>false</tds:IncludeCapability></tds:GetServices>";
        let action = "http://www.onvif.org/ver10/device/wsdl/GetServices";
        let asked = self.call(&open("GetServices", &device, action, body)).await;
        let services = tolerated(asked)?.map(|node| from_services(&node, rules));
        if let Some(services) = services.filter(|services| !services.is_useless()) {
            return Ok(Some(services));
        }
        let body = "<tds:GetCapabilities><tds:Category>All</tds:Category></tds:GetCapabilities>";
        let action = "http://www.onvif.org/ver10/device/wsdl/GetCapabilities";
        let asked = self.call(&open("GetCapabilities", &device, action, body)).await;
        let services = tolerated(asked)?.map(|node| from_capabilities(&node, rules));
        Ok(services.filter(|services| !services.is_useless()))
    }
}

fn open<'a>(what: &'static str, url: &'a CameraUrl, action: &'a str, body: &str) -> Call<'a> {
    Call { is_open: true, ..Call::new(what, url, action, body.to_owned()) }
}

/// An answer, none where the camera cannot give a sensible one, an error where asking further makes no sense.
fn tolerated(asked: Result<Node, CallError>) -> Result<Option<Node>, CallError> {
    match asked {
        Ok(node) => Ok(Some(node)),
        Err(error @ CallError::Login { .. }) => Err(error),
        Err(error) if error.is_answer() => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::onvif::xml;

    fn rules() -> Rules {
        Rules::new("http://192.168.7.20:8080".parse().unwrap())
    }

    #[test]
    fn media2_listed_before_media_is_still_media2() {
        let text = include_str!("../../../testdata/onvif_services_media2_first.xml");
        let services = from_services(&xml::read(text.as_bytes()).unwrap(), &rules());
        assert_eq!(services.media1.unwrap().full(), "http://192.168.7.20:8080/onvif/Media");
        assert_eq!(services.media2.unwrap().full(), "http://192.168.7.20:8080/onvif/Media2");
        assert_eq!(services.events.unwrap().full(), "http://192.168.7.20:8080/onvif/Events");
        assert_eq!((services.ptz, services.refused.len()), (None, 1), "a foreign host is refused and told");
    }

    #[test]
    fn capabilities_give_the_services_of_version_1() {
        let text = include_str!("../../../testdata/onvif_capabilities.xml");
        let services = from_capabilities(&xml::read(text.as_bytes()).unwrap(), &rules());
        assert_eq!(services.media1.unwrap().path(), "/onvif/media_service");
        assert_eq!(services.imaging.unwrap().path(), "/onvif/imaging");
        assert_eq!(services.media2, None);
    }
}
