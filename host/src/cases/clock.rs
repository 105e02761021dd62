//! The clock: says once for each limit that it has ended unkept, and reckons limits anew after the tables changed.

use std::time::Duration;

use metrics::counter;
use tokio_util::sync::CancellationToken;
use tracing::error;
use tracing::info;
use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::Stage;
use xl_model::case::Step;
use xl_model::case::StepName;
use xl_model::case::query::CaseQuery;
use xl_model::case::query::MAX_PAGE;
use xl_model::clock::TimestampMs;
use xl_store::StoreError;
use xl_store::cases::CaseFilter;

use super::Cases;
use super::CasesError;

/// The longest sleep: modules start limits too, and they wake nobody here. A minute late is in time for a limit of hours.
const LONGEST: Duration = Duration::from_secs(60);
/// The shortest: what fails or was overtaken is looked at again, and not at once.
const SHORTEST: Duration = Duration::from_secs(1);

/// Watches over limits until `stop`: sleeps until the next one ends, or until somebody moves a case.
pub async fn run(cases: Cases, stop: CancellationToken) {
    match recalculate(&cases).await {
        Ok(0) => {}
        Ok(count) => info!(count, "limits of {count} cases end at other times: tables or calendar changed"),
        Err(failure) => error!(code = %failure.code(), "limits not reckoned anew: {failure}"),
    }
    while !stop.is_cancelled() {
        if let Err(failure) = look(&cases).await {
            error!(code = %failure.code(), "limits not looked at: {failure}");
        }
        let pause = match cases.0.store.next_case_overdue_ms().await {
            Ok(next_ms) => pause(next_ms, cases.now_ms()),
            Err(failure) => {
                error!(code = %failure.code(), "limits not looked at: {failure}");
                LONGEST
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = cases.0.moved.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn pause(next_ms: Option<TimestampMs>, now_ms: TimestampMs) -> Duration {
    let left_ms = next_ms.map_or(i64::MAX, |next_ms| next_ms.saturating_sub(now_ms));
    Duration::from_millis(u64::try_from(left_ms).unwrap_or(0)).clamp(SHORTEST, LONGEST)
}

/// Makes the step `overdue` for every limit that has ended unkept by now. Gives the number of steps.
///
/// # Errors
/// When the store fails; what was not said is said at the next look.
pub async fn look(cases: &Cases) -> Result<u64, StoreError> {
    let mut count = 0;
    for case in cases.0.store.cases_due(cases.now_ms()).await? {
        count += all(cases, case, StepName::Overdue).await?;
    }
    counter!("xl_case_overdue_total").increment(count);
    Ok(count)
}

/// Reckons the limits of all open cases anew, by the rules that hold now. Gives the number of cases that end otherwise.
///
/// # Errors
/// When the store fails.
pub async fn recalculate(cases: &Cases) -> Result<u64, StoreError> {
    let stages = Stage::ALL.into_iter().filter(|stage| stage.is_open()).collect();
    let mut query = CaseQuery { stages, limit: MAX_PAGE, ..CaseQuery::default() };
    let mut count = 0;
    loop {
        let page = cases.find(CaseFilter { query: query.clone(), ..CaseFilter::default() }).await?;
        for case in page.cases {
            count += all(cases, case, StepName::Recalculate).await?.min(1);
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(count);
        }
    }
}

/// Makes a step of the clock as often as there is something to say: a case may have several phases.
async fn all(cases: &Cases, mut case: Case, name: StepName) -> Result<u64, StoreError> {
    let mut count = 0;
    loop {
        match cases.step(&case, case.revision, &Step::new(name), &Actor::Clock).await {
            Ok(moved) => case = moved,
            // Nothing more to say; or somebody moved it, and the next look sees how it stands then.
            Err(CasesError::Case(_) | CasesError::Overtaken) => return Ok(count),
            Err(CasesError::Store(error)) => return Err(error),
        }
        count += 1;
    }
}
