//! The tour of the four modules, as `make run` walks it: on a hub of its own, twice, for what it seeds is no hindrance.

use crate::children::command;
use crate::documents::resident_ids::holds_an_id;
use crate::programs;
use crate::town::TOWNSHIP;
use crate::town::Town;

const REPORTS_OF_A_DAY: usize = 12;

#[tokio::test(flavor = "multi_thread")]
async fn the_tour_walks_every_path_of_the_four_modules_again_and_again() {
    let town = Town::start().await;
    for round in 1..=2 {
        let mut tour = command(programs::built("tour", "cargo build -p tour"));
        tour.args(["--hub", &town.url(), "--townships", TOWNSHIP]).arg("--token-file").arg(town.hub.token_file());
        tour.arg("--people").arg(town.folder.path().join("people")).arg("--plugins").arg(programs::packed_folder());
        let output = tokio::task::spawn_blocking(move || tour.output().unwrap()).await.unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "round {round}: {said}");
        assert!(said.contains("every step answered as expected"), "round {round}: {said}");
    }
    assert_eq!(town.events("trace.recall.started").await.len(), 2);
    assert_eq!(town.events("case.opened").await.len(), 2 * (REPORTS_OF_A_DAY + 2), "an ordinary day and two paths");
    assert_eq!(town.events("case.evaluated").await.len(), 2);
    assert_eq!(town.events("sanitation.finding.confirmed").await.len(), 2);
    assert_eq!(town.events("relief.notice.published").await.len(), 2);

    // What people type is synthetic: in events, in modules' records, in pages that were called up.
    let mut kept = 0;
    for entry in std::fs::read_dir(town.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().unwrap().to_string_lossy().contains(".db") {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            kept += text.len();
            assert!(!text.lines().any(holds_an_id), "`{}` holds what could be somebody's number", path.display());
        }
    }
    assert!(kept > 100_000, "the scan finds the database");
}
