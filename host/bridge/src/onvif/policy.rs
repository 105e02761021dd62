//! Which addresses the hub may connect to for cameras. Pure.
//!
//! Asked for every address that a name resolved to, and again with the port at the moment of connecting.

use std::net::IpAddr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

use ipnet::IpNet;

use super::address::AddressFault;

/// The networks of a site's cameras and what is refused within them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AddressPolicy {
    /// Where cameras of this site are. Empty: nowhere.
    pub networks: Vec<IpNet>,
    /// The hub's own addresses and ports, never called; port 0 stands for every port.
    pub own: Vec<SocketAddr>,
    /// The camera was enrolled at a loopback address: a simulator, or a camera behind a tunnel that ends on this machine.
    pub loopback: bool,
}

impl AddressPolicy {
    /// Lets an address pass, or says why not.
    ///
    /// # Errors
    /// [`AddressFault::Forbidden`] with the rule that refused it.
    pub fn check(&self, to: SocketAddr) -> Result<(), AddressFault> {
        let address = to.ip();
        let refuse = |reason| Err(AddressFault::Forbidden { address, reason });
        if self.own.iter().any(|own| own.ip() == address && (own.port() == 0 || own.port() == to.port())) {
            return refuse("it is the hub's own");
        }
        if let Some(reason) = never(address) {
            return refuse(reason);
        }
        if address.is_loopback() {
            return if self.loopback { Ok(()) } else { refuse("it is a loopback address") };
        }
        if !self.networks.iter().any(|network| network.contains(&address)) {
            return refuse("it is in no network of the site's cameras");
        }
        Ok(())
    }
}

/// Why no camera may have this address, whatever was enrolled.
fn never(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(a) if a.is_unspecified() || a.octets()[0] == 0 => Some("it is unspecified"),
        IpAddr::V4(a) if a.is_link_local() => Some("it is link-local, where clouds keep their metadata"),
        IpAddr::V4(a) if a.is_multicast() || a.octets()[0] >= 240 => Some("it is multicast, broadcast or reserved"),
        IpAddr::V4(_) => None,
        IpAddr::V6(a) if a.is_loopback() => None,
        IpAddr::V6(a) if a.is_unspecified() => Some("it is unspecified"),
        IpAddr::V6(a) if a.is_unicast_link_local() => Some("it is link-local"),
        IpAddr::V6(a) if a.is_multicast() => Some("it is multicast"),
        IpAddr::V6(a) if holds_ipv4(a) => Some("it is an IPv4 address in the spelling of IPv6"),
        // The metadata of one cloud stands among unique local addresses (AWS: fd00:ec2::254).
        IpAddr::V6(a) if a.segments()[..2] == [0xfd00, 0x0ec2] => Some("clouds keep their metadata there"),
        IpAddr::V6(_) => None,
    }
}

/// v4-mapped and v4-compatible (RFC 4291), NAT64 (RFC 6052, RFC 8215), 6to4 (RFC 3056), Teredo (RFC 4380).
fn holds_ipv4(address: Ipv6Addr) -> bool {
    let s = address.segments();
    s[..5] == [0; 5] || s[..2] == [0x64, 0xff9b] || s[0] == 0x2002 || s[..2] == [0x2001, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(networks: &[&str], loopback: bool) -> AddressPolicy {
        let networks = networks.iter().map(|network| network.parse().unwrap()).collect();
        AddressPolicy { networks, own: vec!["10.0.0.2:0".parse().unwrap(), "10.0.0.3:8080".parse().unwrap()], loopback }
    }

    #[test]
    fn only_the_sites_networks_pass_and_never_the_hub_itself() {
        let policy = policy(&["10.0.0.0/8", "fd12::/16"], false);
        for passes in ["10.1.2.3:80", "[fd12::7]:80", "10.0.0.3:80"] {
            assert_eq!(policy.check(passes.parse().unwrap()), Ok(()), "{passes}");
        }
        for refused in ["10.0.0.2:80", "10.0.0.3:8080", "192.168.1.1:80", "8.8.8.8:80", "127.0.0.1:80", "[::1]:80"] {
            assert!(policy.check(refused.parse().unwrap()).is_err(), "{refused}");
        }
    }

    /// CAM-1: whatever the networks say.
    #[test]
    fn a_network_of_everything_still_lets_no_special_address_pass() {
        let everything = policy(&["0.0.0.0/0", "::/0"], false);
        let special = [
            "127.0.0.1",
            "127.8.9.1",
            "::1",
            "0.0.0.0",
            "0.1.2.3",
            "::",
            "169.254.169.254",
            "169.254.1.1",
            "fe80::1",
            "224.0.0.1",
            "239.255.255.250",
            "255.255.255.255",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.1.2.3",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1",
            "2002:7f00:1::",
            "2001::1",
            "fd00:ec2::254",
        ];
        for address in special {
            let to = SocketAddr::new(address.parse().unwrap(), 80);
            assert!(everything.check(to).is_err(), "{address}");
        }
        assert!(everything.check("203.0.113.9:80".parse().unwrap()).is_ok());
    }

    #[test]
    fn a_camera_enrolled_at_loopback_may_be_there_and_only_there() {
        let enrolled = policy(&[], true);
        assert!(enrolled.check("127.0.0.1:80".parse().unwrap()).is_ok());
        assert!(enrolled.check("[::1]:80".parse().unwrap()).is_ok());
        for refused in ["[::ffff:127.0.0.1]:80", "0.0.0.0:80", "169.254.169.254:80", "10.1.1.1:80"] {
            assert!(enrolled.check(refused.parse().unwrap()).is_err(), "{refused}");
        }
    }
}
