//! Which services the camera has, where they are, and what it says of them.

use crate::address;
use crate::device::Device;
use crate::fault::Fault;
use crate::soap::namespace;

/// A service, with what it says of itself.
pub(super) struct Service {
    pub(super) namespace: &'static str,
    path: &'static str,
    version: (u8, u8),
    /// Markup of its capabilities, with a declared prefix.
    capabilities: String,
}

impl Service {
    pub(super) fn address(&self, device: &Device) -> String {
        address::http(device, self.path)
    }
}

/// The services of a camera, in the order in which it lists them.
pub(super) fn services(device: &Device) -> Vec<Service> {
    let media2_only = device.has(Fault::Media2Only);
    let service = |namespace, path, version, capabilities| Service { namespace, path, version, capabilities };
    let device_service =
        service(namespace::DEVICE, "/onvif/device_service", (17, 12), device_capabilities().to_owned());
    let media = service(namespace::MEDIA, "/onvif/media_service", (2, 60), media_capabilities(device));
    let media2 = service(namespace::MEDIA2, "/onvif/media2_service", (17, 12), media2_capabilities(device));
    let events = service(namespace::EVENTS, "/onvif/event_service", (17, 12), event_capabilities(device));
    let ptz = service(namespace::PTZ, "/onvif/ptz_service", (2, 50), ptz_capabilities().to_owned());
    let imaging = service(namespace::IMAGING, "/onvif/imaging_service", (2, 50), imaging_capabilities().to_owned());
    let mut services = vec![device_service];
    match (media2_only, device.has(Fault::Media2First)) {
        (true, _) => services.push(media2),
        (false, true) => services.extend([media2, media]),
        (false, false) => services.extend([media, media2]),
    }
    services.extend([events, ptz, imaging]);
    services
}

/// The address of a service, none when the camera does not have it.
pub(super) fn address_of(device: &Device, namespace: &str) -> Option<String> {
    services(device).iter().find(|service| service.namespace == namespace).map(|service| service.address(device))
}

/// The answer to `GetServices`.
pub(super) fn get_services(device: &Device, with_capabilities: bool) -> String {
    if device.has(Fault::ServicesMalformed) {
        // Entries of which none can be used: without namespace, without address, without either.
        return concat!(
            "<tds:GetServicesResponse><tds:Service><tds:XAddr>http:</tds:XAddr></tds:Service>",
            "<tds:Service><tds:Namespace>http://www.onvif.org/ver10/media/wsdl</tds:Namespace></tds:Service>",
            "<tds:Service/></tds:GetServicesResponse>"
        )
        .to_owned();
    }
    let mut entries = String::new();
    for service in services(device) {
        let capabilities = match with_capabilities {
            true => format!("<tds:Capabilities>{}</tds:Capabilities>", service.capabilities),
            false => String::new(),
        };
        let ((major, minor), address) = (service.version, service.address(device));
        entries.push_str(&format!(
            "<tds:Service><tds:Namespace>{}</tds:Namespace><tds:XAddr>{address}</tds:XAddr>{capabilities}\
             <tds:Version><tt:Major>{major}</tt:Major><tt:Minor>{minor}</tt:Minor></tds:Version></tds:Service>",
            service.namespace
        ));
    }
    format!("<tds:GetServicesResponse>{entries}</tds:GetServicesResponse>")
}

/// What each service answers to `GetServiceCapabilities`.
pub(super) fn get_service_capabilities(device: &Device, prefix: &str, namespace: &str) -> Option<String> {
    let service = services(device).into_iter().find(|service| service.namespace == namespace)?;
    Some(format!(
        "<{prefix}:GetServiceCapabilitiesResponse>{}</{prefix}:GetServiceCapabilitiesResponse>",
        service.capabilities
    ))
}

/// The answer to `GetCapabilities`, for one category or all.
pub(super) fn get_capabilities(device: &Device, category: &str) -> String {
    let wants = |name: &str| category.is_empty() || category == "All" || category == name;
    let mut parts = String::new();
    let mut part = |name: &str, namespace: &str, more: &str| {
        if let Some(address) = address_of(device, namespace).filter(|_| wants(name)) {
            parts.push_str(&format!("<tt:{name}><tt:XAddr>{address}</tt:XAddr>{more}</tt:{name}>"));
        }
    };
    part("Device", namespace::DEVICE, OLD_DEVICE_CAPABILITIES);
    let pull_point = offers_pull_point(device);
    part(
        "Events",
        namespace::EVENTS,
        &format!(
            "<tt:WSSubscriptionPolicySupport>false</tt:WSSubscriptionPolicySupport>\
             <tt:WSPullPointSupport>{pull_point}</tt:WSPullPointSupport>\
             <tt:WSPausableSubscriptionManagerInterfaceSupport>false</tt:WSPausableSubscriptionManagerInterfaceSupport>"
        ),
    );
    part("Imaging", namespace::IMAGING, "");
    part(
        "Media",
        namespace::MEDIA,
        "<tt:StreamingCapabilities><tt:RTPMulticast>false</tt:RTPMulticast><tt:RTP_TCP>false</tt:RTP_TCP>\
         <tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities>",
    );
    part("PTZ", namespace::PTZ, "");
    format!("<tds:GetCapabilitiesResponse><tds:Capabilities>{parts}</tds:Capabilities></tds:GetCapabilitiesResponse>")
}

fn offers_pull_point(device: &Device) -> bool {
    !device.has(Fault::PullPointDenied)
}

fn device_capabilities() -> &'static str {
    concat!(
        r#"<tds:Capabilities><tds:Network IPFilter="false" ZeroConfiguration="false" IPVersion6="false" DynDNS="false" "#,
        r#"HostnameFromDHCP="false" NTP="1"/><tds:Security TLS1.0="false" TLS1.1="false" TLS1.2="false" "#,
        r#"UsernameToken="true" HttpDigest="true" MaxUsers="1"/><tds:System DiscoveryResolve="true" DiscoveryBye="false" "#,
        r#"RemoteDiscovery="false" SystemBackup="false" SystemLogging="false" FirmwareUpgrade="false"/></tds:Capabilities>"#,
    )
}

const OLD_DEVICE_CAPABILITIES: &str = concat!(
    "<tt:Network><tt:IPFilter>false</tt:IPFilter><tt:ZeroConfiguration>false</tt:ZeroConfiguration>",
    "<tt:IPVersion6>false</tt:IPVersion6><tt:DynDNS>false</tt:DynDNS></tt:Network>",
    "<tt:System><tt:DiscoveryResolve>true</tt:DiscoveryResolve><tt:DiscoveryBye>false</tt:DiscoveryBye>",
    "<tt:RemoteDiscovery>false</tt:RemoteDiscovery><tt:SystemBackup>false</tt:SystemBackup>",
    "<tt:SystemLogging>false</tt:SystemLogging><tt:FirmwareUpgrade>false</tt:FirmwareUpgrade>",
    "<tt:SupportedVersions><tt:Major>17</tt:Major><tt:Minor>12</tt:Minor></tt:SupportedVersions></tt:System>",
    "<tt:IO><tt:InputConnectors>0</tt:InputConnectors><tt:RelayOutputs>0</tt:RelayOutputs></tt:IO>",
    "<tt:Security><tt:TLS1.1>false</tt:TLS1.1><tt:TLS1.2>false</tt:TLS1.2>",
    "<tt:OnboardKeyGeneration>false</tt:OnboardKeyGeneration><tt:AccessPolicyConfig>false</tt:AccessPolicyConfig>",
    "<tt:X.509Token>false</tt:X.509Token><tt:SAMLToken>false</tt:SAMLToken>",
    "<tt:KerberosToken>false</tt:KerberosToken><tt:RELToken>false</tt:RELToken></tt:Security>",
);

fn media_capabilities(device: &Device) -> String {
    let snapshot = !device.has(Fault::NoSnapshotUri);
    format!(
        r#"<trt:Capabilities SnapshotUri="{snapshot}" Rotation="false" VideoSourceMode="false" OSD="false"><trt:ProfileCapabilities MaximumNumberOfProfiles="2"/><trt:StreamingCapabilities RTPMulticast="false" RTP_TCP="false" RTP_RTSP_TCP="true"/></trt:Capabilities>"#
    )
}

fn media2_capabilities(device: &Device) -> String {
    let snapshot = !device.has(Fault::NoSnapshotUri);
    format!(
        r#"<tr2:Capabilities SnapshotUri="{snapshot}" Rotation="false"><tr2:ProfileCapabilities MaximumNumberOfProfiles="2" ConfigurationsSupported="VideoSource VideoEncoder PTZ"/><tr2:StreamingCapabilities RTSPStreaming="true" RTPMulticast="false" RTP_RTSP_TCP="true"/></tr2:Capabilities>"#
    )
}

fn event_capabilities(device: &Device) -> String {
    let (pull_point, most) = (offers_pull_point(device), device.manner().max_pull_points);
    format!(
        r#"<tev:Capabilities WSSubscriptionPolicySupport="false" WSPullPointSupport="{pull_point}" WSPausableSubscriptionManagerInterfaceSupport="false" MaxNotificationProducers="0" MaxPullPoints="{most}" PersistentNotificationStorage="false"/>"#
    )
}

fn ptz_capabilities() -> &'static str {
    r#"<tptz:Capabilities EFlip="false" Reverse="false" GetCompatibleConfigurations="false"/>"#
}

fn imaging_capabilities() -> &'static str {
    r#"<timg:Capabilities ImageStabilization="false"/>"#
}
