//! The provider's program.

use std::io::BufRead as _;
use std::io::BufReader;
use std::path::Path;
use std::process::ChildStdout;
use std::process::Stdio;

use super::browser::HUB;
use crate::children::Running;
use crate::children::command;
use crate::town::repository;

/// A provider that runs, ended with the test.
pub(super) struct Provider {
    pub(super) issuer: String,
    running: Option<Running>,
    /// Open as long as it runs: a program that cannot say anything any more ends.
    _said: BufReader<ChildStdout>,
}

impl Provider {
    /// Starts it with one client, whose secret this is.
    pub(super) async fn start(secret: &str) -> Self {
        // The folder of test files is `tmp` in the target folder, wherever that is.
        let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("tools");
        let modules = tools.join("openid-node/node_modules");
        assert!(modules.join("oidc-provider").exists(), "the provider is missing: run `sh .ci/openid-provider.sh`");
        let mut node = command("node");
        node.arg(repository().join("tests/openid/provider.mjs")).arg(modules);
        node.args(["xueliang", secret, &format!("{HUB}/sign-in/openid/back")]);
        node.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running(node.spawn().expect("`node` runs: `sh .ci/openid-provider.sh` installs it"));
        let said = running.0.stdout.take().unwrap();
        let first = tokio::task::spawn_blocking(move || {
            let (mut said, mut issuer) = (BufReader::new(said), String::new());
            said.read_line(&mut issuer).expect("it says its issuer");
            (issuer, said)
        });
        let (issuer, said) = first.await.unwrap();
        Self { issuer: issuer.trim().to_owned(), running: Some(running), _said: said }
    }

    /// Kills it.
    pub(super) fn stop(&mut self) {
        self.running = None;
    }
}
