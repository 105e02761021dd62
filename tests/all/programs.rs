//! The programs and plugins that the tests run: built by `make test` before the tests start.

use std::path::Path;
use std::path::PathBuf;

use xueliang::config::Config;
use xueliang::config::Unsigned;

use crate::town::repository;

/// The hub's program; also compiles plugins for hubs inside a test.
pub(crate) fn hub() -> PathBuf {
    built("xueliang", "cargo build -p xueliang")
}

/// The program that publishes and writes down what was acknowledged.
pub(crate) fn ledger() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_ledger"))
}

/// A program of the repository.
pub(crate) fn built(name: &str, command: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_ledger")).with_file_name(name);
    assert!(program.exists(), "`{}` is missing: run `{command}` or `make test`", program.display());
    program
}

/// A plugin as `make plugins` packed it.
pub(crate) fn packed(name: &str) -> Vec<u8> {
    let file = packed_folder().join(format!("{name}.wasm"));
    std::fs::read(&file).unwrap_or_else(|_| panic!("`{}` is missing: run `make plugins`", file.display()))
}

/// Where `make plugins` packs them.
pub(crate) fn packed_folder() -> PathBuf {
    repository().join("target/plugins")
}

/// The embedded defaults on free ports, with the compiled plugins of all tests in one folder.
pub(crate) fn config(folder: &Path) -> Config {
    let mut config = Config::default();
    config.hub.data = folder.to_owned();
    config.http.listen = "127.0.0.1:0".parse().unwrap();
    config.mqtt.listen = "127.0.0.1:0".parse().unwrap();
    config.plugins.unsigned = Unsigned::Allow;
    config
}
