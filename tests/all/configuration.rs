//! A wrong configuration starts nothing, and whoever started it is told by the exit code and line by line.

use crate::children::command;
use crate::programs;

/// SUP-8: 78 is `EX_CONFIG` of sysexits.h, by which systemd knows that starting again is of no use.
#[test]
fn a_wrong_configuration_ends_whatever_was_started_with_78_and_all_mistakes_and_makes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let run = |file: &str, what: &str| {
        let mut hub = command(programs::hub());
        let output = hub.current_dir(folder.path()).args(["--config", file, what]).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).unwrap();
    write("good.toml", "[mqtt]\nmax_clients = 1000\n");
    assert_eq!(run("good.toml", "check").0, Some(0));
    write("wrong.toml", "[http]\nlisten = \"here\"\n\n[mqtt]\nmax_clients = 0\n[nothing]\n");
    for what in ["check", "run", "bridge"] {
        let (code, said) = run("wrong.toml", what);
        assert_eq!(code, Some(78), "{what}: {said}");
        for part in ["XL0101", "wrong.toml:2: `http.listen`", "wrong.toml:5: `mqtt.max_clients`", "wrong.toml:6: `no"] {
            assert!(said.contains(part), "{what}: {part}: {said}");
        }
        let (code, said) = run("nowhere.toml", what);
        assert!(code == Some(78) && said.contains("XL0102"), "{what}: {code:?} {said}");
    }
    let made: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(made.len(), 2, "{made:?}");
}
