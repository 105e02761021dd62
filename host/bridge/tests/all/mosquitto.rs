//! Debian's Mosquitto on a free port, with a folder of its own; ends with the test.

use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::process::Stdio;

use tokio::io::AsyncBufReadExt;
use tokio::io::BufReader;
use tokio::process::Child;
use tokio::process::Command;

use super::hub::LIMIT;

/// A running Mosquitto.
pub(crate) struct Mosquitto {
    pub(crate) address: SocketAddr,
    pub(crate) folder: tempfile::TempDir,
    child: Option<Child>,
}

impl Mosquitto {
    /// Starts one that takes everybody.
    pub(crate) async fn start() -> Self {
        Self::start_with(tempfile::tempdir().unwrap(), "allow_anonymous true\n").await
    }

    /// Starts one with further lines in its configuration; files of theirs are in `folder`.
    pub(crate) async fn start_with(folder: tempfile::TempDir, further: &str) -> Self {
        let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let config = format!(
            "user root\nlistener {} 127.0.0.1\nlog_dest stderr\npersistence true\npersistence_location {}/\n\
             max_queued_messages 0\n{further}",
            free.port(),
            folder.path().display()
        );
        std::fs::write(folder.path().join("mosquitto.conf"), config).unwrap();
        let mut broker = Self { address: free, folder, child: None };
        broker.begin().await;
        broker
    }

    /// Starts it again after [`Self::stop`], on the same port with what it had kept.
    pub(crate) async fn begin(&mut self) {
        let mut command = Command::new("mosquitto");
        command.arg("-c").arg(self.folder.path().join("mosquitto.conf")).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("mosquitto: {error}; `apt-get install mosquitto`"));
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let running = async { while !log.next_line().await.unwrap().expect("mosquitto runs").ends_with("running") {} };
        tokio::time::timeout(LIMIT, running).await.unwrap();
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} }); // Else its pipe fills.
        self.child = Some(child);
    }

    /// Stops it in good order: it keeps its sessions.
    pub(crate) async fn stop(&mut self) {
        let mut child = self.child.take().unwrap();
        let id = rustix::process::Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
        tokio::time::timeout(LIMIT, child.wait()).await.unwrap().unwrap();
    }
}

/// Runs a tool of Debian's package `package` and expects success.
pub(crate) async fn tool(program: &str, package: &str, arguments: &[&str]) {
    let output = Command::new(program).args(arguments).output().await;
    let output = output.unwrap_or_else(|error| panic!("{program}: {error}; `apt-get install {package}`"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
}
