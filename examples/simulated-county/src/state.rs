//! What outlives a run: the devices' passwords, which the hub tells only once, and the simulated time.

use std::collections::BTreeMap;
use std::fs;
use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use serde::Deserialize;
use serde::Serialize;

use crate::world::SimTime;

/// The file's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The simulated time up to which everything is done, in milliseconds.
    pub sim_ms: u64,
    /// Password of each device, by its id.
    pub devices: BTreeMap<String, String>,
    #[serde(skip)]
    path: PathBuf,
}

impl State {
    /// Reads the file; a new simulation where there is none.
    ///
    /// # Errors
    /// When the file is there and cannot be read or is not ours.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let mut state = match fs::read(path) {
            Ok(json) => serde_json::from_slice(&json)
                .with_context(|| format!("{} is not a state file of this program", path.display()))?,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Self { sim_ms: SimTime::BEGIN.0, devices: BTreeMap::new(), path: PathBuf::new() }
            }
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        };
        state.path = path.to_owned();
        Ok(state)
    }

    /// Whether nothing was simulated yet.
    pub fn is_new(&self) -> bool {
        self.sim_ms == SimTime::BEGIN.0
    }

    /// Writes the file, readable by its owner only; the old one stays until the new one is whole.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self) -> anyhow::Result<()> {
        let new = self.path.with_extension("new");
        let written = || -> std::io::Result<()> {
            // A left-over of a run that was killed here could have other rights.
            fs::remove_file(&new)
                .or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
            file.write_all(&serde_json::to_vec_pretty(self)?)?;
            file.sync_all()?;
            fs::rename(&new, &self.path)
        };
        written().with_context(|| format!("writing {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_state_reads_back_as_written_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("county.json");
        let mut state = State::load(&path).unwrap();
        assert!(state.is_new());
        state.sim_ms = 99_000_000;
        state.devices.insert("371122102.gh-1".to_owned(), "secret".to_owned());
        state.save().unwrap();
        state.save().unwrap();
        assert_eq!(State::load(&path).unwrap(), state);
        assert!(!state.is_new());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_of_somebody_else_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("county.json");
        fs::write(&path, "{\"other\": 1}").unwrap();
        assert!(State::load(&path).is_err());
    }
}
