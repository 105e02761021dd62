//! Programs that a test starts: ended with the test, also when it fails.

#![expect(clippy::disallowed_methods, reason = "tests run other people's programs")]

use std::net::SocketAddr;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;

use crate::town::until;

/// A program that is killed when it is dropped.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A command; missing programs fail the test with what to install.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// Starts a program quietly.
pub(crate) fn spawn(command: &mut Command) -> Running {
    let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    Running(child.unwrap_or_else(|error| panic!("{command:?}: {error}; `make test` installs what it needs")))
}

/// Writes what a hub forwards over a broker to a file, a line each; says so again after a break.
pub(crate) fn listen(broker: &Mosquitto, file: &Path) -> Running {
    let mut listener = command("sh");
    let port = broker.address.port().to_string();
    let line =
        r#"exec mosquitto_sub -V mqttv5 -h 127.0.0.1 -p "$1" -i listener -c -x 600 -q 1 -t 'xl/v1/+/+/out/#' > "$2""#;
    listener.args(["-c", line, "sh", &port]).arg(file);
    spawn(&mut listener)
}

/// Publishes with Debian's `mosquitto_pub`: a file at `QoS` 1, as a device would.
///
/// A packet that is too large goes by MQTT 3.1.1: by MQTT 5 this client would keep to the hub's limit by itself.
pub(crate) fn publish_file(broker: SocketAddr, user: &str, password: &str, topic: &str, file: &Path) -> Output {
    let too_large = std::fs::metadata(file).unwrap().len() > 4 * 1024 * 1024;
    let mut command = command("mosquitto_pub");
    command.args([
        "-V",
        if too_large { "mqttv311" } else { "mqttv5" },
        "-q",
        "1",
        "-h",
        &broker.ip().to_string(),
        "-p",
        &broker.port().to_string(),
    ]);
    command.args(["-i", &format!("xl-{}", user.replace('.', "-")), "-u", user, "-P", password, "-t", topic, "-f"]);
    command.arg(file);
    command.output().unwrap_or_else(|error| panic!("mosquitto_pub: {error}; `apt-get install mosquitto-clients`"))
}

/// Mosquitto on a free port of its own.
pub(crate) struct Mosquitto {
    pub(crate) address: SocketAddr,
    folder: tempfile::TempDir,
    running: Option<Running>,
}

impl Mosquitto {
    /// Starts it; keeps sessions on disk, so that a restart keeps them.
    pub(crate) async fn start() -> Self {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mosquitto.conf");
        let store = folder.path().display();
        let text = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {store}/\n\
             user root\nmax_queued_messages 100000\nmax_inflight_messages 0\n",
            free.port()
        );
        std::fs::write(file, text).unwrap();
        let mut broker = Self { address: free, folder, running: None };
        broker.go().await;
        broker
    }

    /// Starts again after [`Mosquitto::stop`], on the same port and sessions.
    pub(crate) async fn go(&mut self) {
        let mut command = command("mosquitto");
        command.arg("-c").arg(self.folder.path().join("mosquitto.conf"));
        self.running = Some(spawn(&mut command));
        until("Mosquitto listens", || async { std::net::TcpStream::connect(self.address).ok() }).await;
    }

    /// Stops it in order, sessions saved.
    pub(crate) fn stop(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        let pid = running.0.id().to_string();
        assert!(command("kill").args(["-TERM", &pid]).status().unwrap().success());
        running.0.wait().unwrap();
    }
}
