//! Which file systems lie on another machine: there a lock may hold nobody off, and what is synced may not be on a disk.
//!
//! Asks the kernel for the kind of file system of the data folder. Not refused: what containers and virtual machines stand on
//! (overlay, tmpfs, 9p, virtiofs), and FUSE, which does not say what is behind it.

use std::path::Path;

use rustix::fs::statfs;

use crate::StoreError;

/// Numbers of `statfs(2)` with what `mount` calls them; from `linux/magic.h`.
const REMOTE: [(u32, &str); 9] = [
    (0x6969, "nfs"),
    (0x517b, "smbfs"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb3"),
    (0x00c3_6400, "ceph"),
    (0x5346_414f, "afs"),
    (0x6b41_4653, "kafs"),
    (0x7375_7245, "coda"),
    (0x564c, "ncpfs"),
];

/// Refuses a folder that lies on another machine.
///
/// # Errors
/// [`StoreError::NetworkFolder`]; [`StoreError::NotOpened`] when the kernel does not say.
pub(crate) fn refuse(folder: &Path) -> Result<(), StoreError> {
    let found = statfs(folder).map_err(|error| StoreError::NotOpened {
        folder: folder.display().to_string(),
        source: std::io::Error::from(error).into(),
    })?;
    // 32 bits, in a field as wide as a word of the machine.
    verdict(folder, found.f_type as u32)
}

fn verdict(folder: &Path, kind: u32) -> Result<(), StoreError> {
    match REMOTE.iter().find(|(number, _)| *number == kind) {
        Some((_, name)) => Err(StoreError::NetworkFolder { folder: folder.display().to_string(), name }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SUP-5.
    #[test]
    fn a_folder_on_a_network_file_system_is_refused() {
        let folder = Path::new("/mnt/share/data");
        for (number, name) in REMOTE {
            let refused = verdict(folder, number).unwrap_err();
            assert_eq!(refused.code().0, 317, "{name}");
            let said = refused.to_string();
            assert!(said.contains("`/mnt/share/data`") && said.contains(name), "{said}");
        }
        for (number, name) in [
            (0xef53, "ext4"),
            (0x5846_5342, "xfs"),
            (0x9123_683e, "btrfs"),
            (0xf2f5_2010, "f2fs"),
            (0x2fc1_2fc1, "zfs"),
            (0x0102_1994, "tmpfs"),
            (0x794c_7630, "overlay"),
            (0x0102_1997, "9p"),
            (0x6573_5546, "fuse"),
        ] {
            assert!(verdict(folder, number).is_ok(), "{name}");
        }
        assert!(refuse(tempfile::tempdir().unwrap().path()).is_ok(), "the folder of a test lies here");
        assert_eq!(refuse(Path::new("/nowhere/at/all")).unwrap_err().code().0, 301);
    }
}
