//! What `strace` wrote down, read for where a process listened, connected, sent and looked names up, and whether it only read.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;

/// The calls by which an address leaves a process, and the one by which a look-up begins. Behind a ring of requests to the kernel
/// nothing would be seen, so to make one is a call to be seen.
pub(super) const CALLS: &str = "trace=bind,connect,sendto,sendmsg,sendmmsg,openat,io_uring_setup";

/// Every call that names a file, or is about something that is open; with `-y` the names of what is open stand in the lines.
pub(crate) const EVERYTHING: &str = "trace=%file,%desc,%network,io_uring_setup";

/// Calls that only read or look, or hold a lock.
const READING: &str = "execve access faccessat faccessat2 stat lstat fstat newfstatat statx readlink readlinkat read pread64 \
                       lseek fcntl flock close";

/// How a file is opened that is to be changed.
const TO_CHANGE: [&str; 4] = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"];

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
        let call = call(line);
        if call == "io_uring_setup" {
            self.other.push(line.to_owned());
        } else if call == "openat" {
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

/// What of a process's calls below `folder` is more than reading, and its calls that are about a network.
///
/// SQLite opens a WAL to write wherever it may, also when it will only read, and as root gives what lies beside a database to its
/// owner: neither counts. Whether a byte or an owner changed is for the caller to see.
pub(crate) fn more_than_reading(text: &str, folder: &Path) -> Vec<String> {
    let folder = folder.display().to_string();
    let lines = text.lines().filter(|line| match call(line) {
        "socket" | "bind" | "connect" | "sendto" | "sendmsg" | "sendmmsg" | "io_uring_setup" => true,
        // The second half of a call that was interrupted; the first half has its arguments.
        "<..." => false,
        call => line.contains(&folder) && !only_reads(call, line),
    });
    lines.map(str::to_owned).collect()
}

fn only_reads(call: &str, line: &str) -> bool {
    match call {
        "openat" => !TO_CHANGE.iter().any(|flag| line.contains(flag)) || line.contains(".db-wal\", "),
        "mmap" => !(line.contains("PROT_WRITE") && line.contains("MAP_SHARED")),
        "fchown" => line.contains(".db-wal>, ") || line.contains(".db-shm>, "),
        _ => READING.split(' ').any(|reading| reading == call),
    }
}

/// The name of the call in a line.
fn call(line: &str) -> &str {
    line.split_whitespace().nth(1).and_then(|rest| rest.split('(').next()).unwrap_or_default()
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
         8 connect(12, {sa_family=AF_UNIX, sun_path=\"/var/run/nscd/socket\"}, 110) = -1 ENOENT (No such file or directory)\n\
         8 io_uring_setup(8, {flags=0}) = 15\n",
    );
    let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<BTreeSet<SocketAddr>>();
    assert_eq!(trace.listens, addresses(&["127.0.0.1:8642"]));
    assert_eq!(trace.connects, addresses(&["192.0.2.1:80", "[2001:db8::1]:443", "239.255.255.250:3702"]));
    assert_eq!((trace.lookups.len(), trace.other.len()), (2, 2), "{trace:?}");
}

#[test]
fn whatever_is_not_known_as_reading_is_seen() {
    let reads = "8 openat(AT_FDCWD</>, \"/d/x.db\", O_RDONLY|O_NOFOLLOW|O_CLOEXEC) = 9</d/x.db>\n\
                 8 pread64(9</d/x.db>, \"SQLite\"..., 100, 0) = 100\n\
                 8 openat(AT_FDCWD</>, \"/d/x.db-wal\", O_RDWR|O_CREAT|O_NOFOLLOW|O_CLOEXEC, 0644) = 11</d/x.db-wal>\n\
                 8 fchown(11</d/x.db-wal>, 0, 0) = 0\n\
                 8 mmap(NULL, 32768, PROT_READ, MAP_SHARED, 12</d/x.db-shm>, 0) = 0x7fb100225000\n\
                 8 openat(AT_FDCWD</>, \"/elsewhere\", O_WRONLY|O_CREAT) = 13</elsewhere>\n\
                 8 socketpair(AF_UNIX, SOCK_STREAM, 0, [6<socket:[15]>, 7<socket:[16]>]) = 0\n\
                 8 <... openat resumed>) = 9</d/x.db>\n";
    assert_eq!(more_than_reading(reads, Path::new("/d")), Vec::<String>::new());
    for more in [
        "8 openat(AT_FDCWD</>, \"/d/x.db\", O_RDWR) = 9</d/x.db>",
        "8 openat(AT_FDCWD</>, \"/d/x.db-shm\", O_RDWR|O_CREAT|O_NOFOLLOW|O_CLOEXEC, 0644 <unfinished ...>",
        "8 mmap(NULL, 32768, PROT_READ|PROT_WRITE, MAP_SHARED, 12</d/x.db-shm>, 0) = 0x7fb100225000",
        "8 ftruncate(12</d/x.db-shm>, 3) = 0",
        "8 pwrite64(11</d/x.db-wal>, \"\\0\", 1, 4095) = 1",
        "8 fchown(9</d/x.db>, 0, 0) = 0",
        "8 unlink(\"/d/x.db-wal\") = 0",
        "8 rename(\"/elsewhere\", \"/d/x.db\") = 0",
        "8 utimensat(AT_FDCWD</>, \"/d/x.db\", NULL, 0) = 0",
        "8 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3<TCP:[17]>",
    ] {
        assert_eq!(more_than_reading(more, Path::new("/d")), [more]);
    }
}
