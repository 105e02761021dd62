//! The tour of the four modules, as `make run` walks it: on a hub of its own, twice, for what it seeds is no hindrance.

use crate::children::command;
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
}
