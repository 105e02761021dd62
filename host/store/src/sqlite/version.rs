//! Which SQLite versions can be trusted with acknowledged data.

/// The first version without the WAL-reset bug.
const FIRST_SOUND: [u32; 3] = [3, 51, 3];

/// A version that its makers withdrew.
const WITHDRAWN: [u32; 3] = [3, 52, 0];

/// Whether `version`, as `sqlite_version()` says it, can lose committed data.
///
/// 3.7.0 to 3.51.2 can lose or damage commits when two connections meet at a WAL reset. What is not a version counts
/// as faulty.
pub(crate) fn is_faulty(version: &str) -> bool {
    let mut parts = version.split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) = (parts.next(), parts.next(), parts.next()) else {
        return true;
    };
    let version = [major, minor, patch];
    version < FIRST_SOUND || version == WITHDRAWN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_can_lose_commits_is_refused() {
        for faulty in ["3.40.1", "3.51.2", "3.52.0", "3.9.99", "2.99.99", "", "3.51", "x.y.z", "3.51.3-beta"] {
            assert!(is_faulty(faulty), "{faulty}");
        }
        for sound in ["3.51.3", "3.51.10", "3.52.1", "3.53.0", "4.0.0"] {
            assert!(!is_faulty(sound), "{sound}");
        }
    }
}
