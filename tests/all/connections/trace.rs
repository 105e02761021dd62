//! What `strace` wrote down, read for where a process listened, connected, sent and looked names up.

use std::collections::BTreeSet;
use std::net::SocketAddr;

/// The calls by which an address leaves a process, and the one by which a look-up begins.
pub(super) const CALLS: &str = "trace=bind,connect,sendto,sendmsg,sendmmsg,openat";

/// Files that a look-up of a name reads first (glibc; other resolvers read the last two).
const LOOKUP_FILES: [&str; 4] = ["/etc/nsswitch.conf", "/etc/host.conf", "/etc/resolv.conf", "/etc/hosts"];

/// Ports of name servers, for one machine and for a neighbourhood.
const LOOKUP_PORTS: [u16; 2] = [53, 5353];

/// What a process did.
#[derive(Debug, Default)]
pub(super) struct Trace {
    listens: BTreeSet<SocketAddr>,
    connects: BTreeSet<SocketAddr>,
    lookups: Vec<String>,
    other: Vec<String>,
}

impl Trace {
    /// Reads the lines; of a call that was interrupted the first half, which has its arguments.
    pub(super) fn read(text: &str) -> Self {
        let mut trace = Self::default();
        text.lines().for_each(|line| trace.line(line));
        trace
    }

    /// Where it listened.
    pub(super) fn listens(&self) -> BTreeSet<SocketAddr> {
        self.listens.clone()
    }

    /// Where it connected or sent to.
    pub(super) fn connects(&self) -> BTreeSet<SocketAddr> {
        self.connects.clone()
    }

    /// What says that it looked up a name.
    pub(super) fn lookups(&self) -> &[String] {
        &self.lookups
    }

    /// Every other address: sockets of this machine's services, of the kernel, of nobody knows what.
    pub(super) fn other(&self) -> &[String] {
        &self.other
    }

    fn line(&mut self, line: &str) {
        let call = line.split_whitespace().nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default();
        if call == "openat" {
            if LOOKUP_FILES.iter().any(|file| line.contains(&format!("\"{file}\""))) {
                self.lookups.push(line.to_owned());
            }
        } else if line.contains("sa_family=") {
            match address(line) {
                Some(address) if LOOKUP_PORTS.contains(&address.port()) => self.lookups.push(line.to_owned()),
                Some(address) if call == "bind" => drop(self.listens.insert(address)),
                Some(address) => drop(self.connects.insert(address)),
                None => self.other.push(line.to_owned()),
            }
        }
    }
}

/// The address of an IP socket.
fn address(line: &str) -> Option<SocketAddr> {
    let port = between(line, "htons(", ")")?.parse().ok()?;
    let ip = between(line, "inet_addr(\"", "\"").or_else(|| between(line, "inet_pton(AF_INET6, \"", "\""))?;
    Some(SocketAddr::new(ip.parse().ok()?, port))
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split(after).next()
}

#[test]
fn each_kind_of_line_is_told_apart() {
    let trace = Trace::read(
        "7 bind(9, {sa_family=AF_INET, sin_port=htons(8642), sin_addr=inet_addr(\"127.0.0.1\")}, 16) = 0\n\
         8 connect(12, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(\"192.0.2.1\")}, 16) = -1 EINPROGRESS (Operation now in progress)\n\
         8 connect(12, {sa_family=AF_INET6, sin6_port=htons(443), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, \"2001:db8::1\", &sin6_addr), sin6_scope_id=0}, 28 <unfinished ...>\n\
         8 <... connect resumed>)            = 0\n\
         8 sendto(12, \"x\", 1, MSG_NOSIGNAL, NULL, 0) = 1\n\
         8 sendto(12, \"x\", 1, 0, {sa_family=AF_INET, sin_port=htons(3702), sin_addr=inet_addr(\"239.255.255.250\")}, 16) = 1\n\
         8 connect(12, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"192.0.2.53\")}, 16) = 0\n\
         8 openat(AT_FDCWD, \"/etc/hosts\", O_RDONLY|O_CLOEXEC) = 13\n\
         8 openat(AT_FDCWD, \"/tmp/x/data/hub.db\", O_RDWR) = 14\n\
         8 connect(12, {sa_family=AF_UNIX, sun_path=\"/var/run/nscd/socket\"}, 110) = -1 ENOENT (No such file or directory)\n",
    );
    let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<BTreeSet<SocketAddr>>();
    assert_eq!(trace.listens, addresses(&["127.0.0.1:8642"]));
    assert_eq!(trace.connects, addresses(&["192.0.2.1:80", "[2001:db8::1]:443", "239.255.255.250:3702"]));
    assert_eq!((trace.lookups.len(), trace.other.len()), (2, 1), "{trace:?}");
}
