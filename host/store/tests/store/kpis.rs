//! Key figures: the last report holds, what it replaced stays.

use xl_model::effect::Effect;
use xl_model::kpi::Report;
use xl_store::modules::Commit;

use crate::fixture::NOON_MS;
use crate::fixture::TOWN;
use crate::fixture::Town;
use crate::fixture::commit;
use crate::fixture::key;

fn report(numerator: f64, at_ms: i64) -> Effect {
    Effect::ReportKpi(Report {
        kpi: "rate".to_owned(),
        version: 1,
        period: "2026-11".parse().unwrap(),
        place: TOWN.parse().unwrap(),
        numerator,
        denominator: 972.0,
        at_ms,
    })
}

#[tokio::test]
async fn a_later_report_replaces_the_one_before_which_is_kept() {
    let town_ = Town::new().await;
    let mut revision = town_.enable("trace").await.revision;
    for (numerator, at_ms) in [(737.0, NOON_MS), (911.0, NOON_MS + 1), (911.0, NOON_MS + 2)] {
        let effects = vec![report(numerator, at_ms)];
        let done = town_.store.commit(Commit { effects, ..commit("trace", revision) }).await.unwrap();
        revision = done.revision;
    }
    let period = "2026-11".parse().unwrap();
    let now = town_.store.kpis(&period, vec!["371122".to_owned()], None).await.unwrap();
    assert_eq!(now.iter().map(|it| (it.report.numerator, it.report.at_ms)).collect::<Vec<_>>(), [(911.0, NOON_MS + 1)]);
    assert_eq!(now[0].module, key("trace"));
    let all = town_.store.kpi_history(&key("trace"), &period).await.unwrap();
    assert_eq!(
        all.iter().map(|it| it.report.numerator).collect::<Vec<_>>(),
        [737.0, 911.0],
        "what is said twice is one"
    );
    for (within, plugin, found) in [("371122103", None, 0), (TOWN, Some("trace"), 1), (TOWN, Some("street"), 0)] {
        let some = town_.store.kpis(&period, vec![within.to_owned()], plugin).await.unwrap();
        assert_eq!(some.len(), found, "{within} {plugin:?}");
    }
    assert_eq!(town_.store.kpis(&"2026".parse().unwrap(), vec![String::new()], None).await.unwrap(), []);
}
