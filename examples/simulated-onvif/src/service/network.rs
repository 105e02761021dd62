//! The part of the device service that tells of the network; nothing of it can be changed.

use crate::address;
use crate::device::Device;
use crate::soap::Refusal;

pub(super) fn answer(device: &Device, action: &str) -> Result<String, Refusal> {
    let ip = device.address().ip();
    // A locally administered address, so that it is nobody's.
    let number = device.number();
    let hardware = format!("02:00:00:{:02x}:{:02x}:{:02x}", number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
    match action {
        "GetHostname" => Ok(format!(
            "<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP>\
             <tt:Name>{}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>",
            device.name()
        )),
        "GetNetworkInterfaces" => Ok(format!(
            r#"<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>{hardware}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info><tt:IPv4><tt:Enabled>true</tt:Enabled><tt:Config><tt:Manual><tt:Address>{ip}</tt:Address><tt:PrefixLength>8</tt:PrefixLength></tt:Manual><tt:DHCP>false</tt:DHCP></tt:Config></tt:IPv4></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>"#
        )),
        "GetNetworkDefaultGateway" => Ok(format!(
            "<tds:GetNetworkDefaultGatewayResponse><tds:NetworkGateway><tt:IPv4Address>{ip}</tt:IPv4Address>\
             </tds:NetworkGateway></tds:GetNetworkDefaultGatewayResponse>"
        )),
        "GetNetworkProtocols" => Ok(format!(
            "<tds:GetNetworkProtocolsResponse><tds:NetworkProtocols><tt:Name>HTTP</tt:Name><tt:Enabled>true</tt:Enabled>\
             <tt:Port>{}</tt:Port></tds:NetworkProtocols><tds:NetworkProtocols><tt:Name>RTSP</tt:Name>\
             <tt:Enabled>true</tt:Enabled><tt:Port>554</tt:Port></tds:NetworkProtocols></tds:GetNetworkProtocolsResponse>",
            device.address().port()
        )),
        "GetDNS" => Ok(format!(
            "<tds:GetDNSResponse><tds:DNSInformation><tt:FromDHCP>false</tt:FromDHCP><tt:DNSManual><tt:Type>IPv4</tt:Type>\
             <tt:IPv4Address>{ip}</tt:IPv4Address></tt:DNSManual></tds:DNSInformation></tds:GetDNSResponse>"
        )),
        "GetNTP" => Ok(format!(
            "<tds:GetNTPResponse><tds:NTPInformation><tt:FromDHCP>false</tt:FromDHCP><tt:NTPManual><tt:Type>IPv4</tt:Type>\
             <tt:IPv4Address>{ip}</tt:IPv4Address></tt:NTPManual></tds:NTPInformation></tds:GetNTPResponse>"
        )),
        "GetDiscoveryMode" => Ok(
            "<tds:GetDiscoveryModeResponse><tds:DiscoveryMode>Discoverable</tds:DiscoveryMode></tds:GetDiscoveryModeResponse>"
                .to_owned(),
        ),
        "GetWsdlUrl" => Ok(format!(
            "<tds:GetWsdlUrlResponse><tds:WsdlUrl>{}</tds:WsdlUrl></tds:GetWsdlUrlResponse>",
            address::http(device, "/onvif/device_service?wsdl")
        )),
        _ => Err(Refusal::not_implemented()),
    }
}
