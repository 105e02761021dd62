//! Holds: placed and lifted here; below them what retention removed, and what it left because of them.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::response::Redirect;
use axum::response::Response;
use serde::Deserialize;
use xl_model::fault::FieldFault;
use xl_model::hold::Hold;
use xl_model::hold::NewHold;
use xl_model::hold::Scope;
use xl_model::hold::Standing;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_store::holds::HoldFilter;
use xl_store::retention::RunFilter;
use xl_store::retention::RunRow;

use crate::api::authority::Identity;
use crate::api::extract::Path;
use crate::api::extract::Query;
use crate::api::holds;
use crate::api::holds::NotPlaced;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::address::with_query;
use crate::console::audit::DAY_MS;
use crate::console::fields::FieldRow;
use crate::console::fields::Input;
use crate::console::fields::fault;
use crate::console::fields::words;
use crate::console::frame::Frame;
use crate::console::frame::page_with;
use crate::console::text::Words;
use crate::console::time;

/// Two screenfuls on a desk.
const HOLDS_A_PAGE: u32 = 50;

/// A day of runs at the usual pace.
const RUNS_A_PAGE: u32 = 24;

/// Which part of the lists.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wish {
    before: Option<u64>,
    run: Option<u64>,
}

/// A hold as it is typed; days of Beijing time.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct HoldForm {
    township: String,
    cameras: String,
    kinds: String,
    from: String,
    to: String,
    document: String,
    reason: String,
    until: String,
}

struct HoldRow {
    number: u64,
    township: String,
    scope: Vec<String>,
    document: String,
    reason: String,
    placed: String,
    until: Option<String>,
    standing: &'static str,
    standing_class: &'static str,
    lifted: Option<String>,
    /// Where it is lifted, for who may.
    lift_href: Option<String>,
}

struct RunRowHtml {
    run: u64,
    time: String,
    township: String,
    kind: String,
    rule: String,
    days: u32,
    events: u64,
    pictures: String,
    received: String,
    held: u64,
}

#[derive(Template)]
#[template(path = "holds.html")]
struct HoldsHtml<'a> {
    frame: &'a Frame,
    holds: Vec<HoldRow>,
    older: Option<String>,
    held_versions: u64,
    runs: Vec<RunRowHtml>,
    older_runs: Option<String>,
    may_place: bool,
    refused: bool,
    fields: Vec<FieldRow>,
}

/// Lists holds and runs.
pub(crate) async fn list(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    show(&identity, &state, &frame, &wish, &HoldForm::default(), &[]).await
}

/// Places a hold.
pub(crate) async fn place(
    identity: Identity,
    State(state): State<ApiState>,
    frame: Frame,
    Form(form): Form<HoldForm>,
) -> Result<Response, Problem> {
    let (township, scope, until_ms) = match form.read() {
        Ok(read) => read,
        Err(faults) => return show(&identity, &state, &frame, &Wish::default(), &form, &faults).await,
    };
    let authority = holds::to_hold(&identity, &township)?;
    let (document, reason) = (form.document.trim().to_owned(), form.reason.trim().to_owned());
    let new = NewHold { township, scope, document, reason, until_ms };
    match holds::place_hold(&authority, &state, new).await {
        Ok(_) => Ok(Redirect::to("/holds").into_response()),
        Err(NotPlaced::Wrong(faults)) => show(&identity, &state, &frame, &Wish::default(), &form, &faults).await,
        Err(NotPlaced::Other(problem)) => Err(problem),
    }
}

/// Which hold.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    township: TownshipId,
    number: u64,
}

/// Why it is lifted.
#[derive(Debug, Deserialize)]
pub(crate) struct LiftForm {
    #[serde(default)]
    reason: String,
}

/// Lifts a hold.
pub(crate) async fn lift(
    identity: Identity,
    State(state): State<ApiState>,
    Path(Which { township, number }): Path<Which>,
    Form(form): Form<LiftForm>,
) -> Result<Response, Problem> {
    let authority = holds::to_hold(&identity, &township)?;
    holds::lift_hold(&authority, &state, &township, number, &form.reason).await?;
    Ok(Redirect::to("/holds").into_response())
}

async fn show(
    identity: &Identity,
    state: &ApiState,
    frame: &Frame,
    wish: &Wish,
    form: &HoldForm,
    faults: &[FieldFault],
) -> Result<Response, Problem> {
    let authority = identity.anywhere(Action::ReadHolds)?;
    let store = state.store(&authority);
    let within = authority.within();
    let filter =
        HoldFilter { within: within.clone(), before: wish.before, limit: HOLDS_A_PAGE, ..HoldFilter::default() };
    let found = store.holds(&filter, state.now_ms()).await?;
    let older = found.last().filter(|_| found.len() == HOLDS_A_PAGE as usize).map(|hold| hold.number.to_string());
    let filter = RunFilter { township: None, within, before: wish.run, limit: RUNS_A_PAGE };
    let runs = store.retention_runs(&filter).await?;
    let held_versions = store.held_version_count(authority.within()).await?;
    let mut numbers: Vec<u64> = runs.iter().map(|row| row.run).collect();
    numbers.dedup();
    let older_runs = numbers.last().filter(|_| numbers.len() == RUNS_A_PAGE as usize).map(ToString::to_string);
    let may_lift = |township: &TownshipId| holds::to_hold(identity, township).is_ok();
    let html = HoldsHtml {
        frame,
        older: older.map(|before| with_query("/holds", [("before", before.as_str())])),
        older_runs: older_runs.map(|run| with_query("/holds", [("run", run.as_str())]) + "#runs"),
        held_versions,
        may_place: identity.anywhere(Action::EditHolds).is_ok(),
        holds: found.into_iter().map(|hold| HoldRow::new(frame.words, hold, may_lift)).collect(),
        runs: runs.into_iter().map(RunRowHtml::new).collect(),
        refused: !faults.is_empty(),
        fields: form.fields(frame, faults),
    };
    page_with(if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &html)
}

impl HoldForm {
    fn fields(&self, frame: &Frame, faults: &[FieldFault]) -> Vec<FieldRow> {
        let words = frame.words;
        let fields = [
            ("township", words.township, "text", true, self.township.as_str()),
            ("cameras", words.hold_cameras, "text", false, &self.cameras),
            ("kinds", words.hold_kinds, "text", false, &self.kinds),
            ("from", words.hold_from, "date", false, &self.from),
            ("to", words.hold_to, "date", false, &self.to),
            ("document", words.hold_document, "text", true, &self.document),
            ("reason", words.look_reason, "text", true, &self.reason),
            ("until", words.hold_until, "date", false, &self.until),
        ];
        let row = |(name, label, kind, required, value)| FieldRow {
            input: Input::Line(kind),
            required,
            optional: !required,
            fault: fault(frame, faults, name),
            ..FieldRow::new(name, label, value)
        };
        fields.map(row).into()
    }

    /// Township, scope and end, or every field that cannot be read.
    fn read(&self) -> Result<(TownshipId, Scope, Option<i64>), Vec<FieldFault>> {
        let mut faults = Vec::new();
        let mut fault = |field, wrong: &str, zh: &str| {
            faults.push(FieldFault { field, wrong: wrong.to_owned(), zh: zh.to_owned() });
        };
        let township = self.township.trim().parse::<TownshipId>().ok();
        if township.is_none() {
            fault("township", "nine digits", "须为 9 位乡镇代码");
        }
        let cameras = words(&self.cameras).map(str::parse).collect::<Result<Vec<_>, _>>();
        if cameras.is_err() {
            fault("cameras", "ids of cameras with commas between", "须为摄像机编号，用逗号分隔");
        }
        let kinds = words(&self.kinds).map(str::parse).collect::<Result<Vec<_>, _>>();
        if kinds.is_err() {
            fault("kinds", "kinds such as camera.picture, or camera.*", "须为事件类型，如 camera.picture 或 camera.*");
        }
        let mut day = |field, text: &str, days: i64| match text.trim() {
            "" => None,
            text => {
                let day = time::day(text);
                if day.is_none() {
                    fault(field, "a day such as 2026-11-23", "须为日期，例如 2026-11-23");
                }
                day.map(|day| day + days * DAY_MS)
            }
        };
        let (from_ms, to_ms) = (day("from", &self.from, 0), day("to", &self.to, 1));
        let until_ms = day("until", &self.until, 1);
        match (township, cameras, kinds) {
            (Some(township), Ok(cameras), Ok(kinds)) if faults.is_empty() => {
                Ok((township, Scope { cameras, kinds, from_ms, to_ms }, until_ms))
            }
            _ => Err(faults),
        }
    }
}

impl HoldRow {
    fn new(words: &Words, hold: Hold, may_lift: impl Fn(&TownshipId) -> bool) -> Self {
        let Scope { cameras, kinds, from_ms, to_ms } = &hold.new.scope;
        let mut scope: Vec<String> = cameras.iter().map(ToString::to_string).collect();
        scope.extend(kinds.iter().map(|kind| kind.as_str().to_owned()));
        if from_ms.is_some() || to_ms.is_some() {
            let end = |at_ms: &Option<i64>| at_ms.map(time::minute).unwrap_or_default();
            scope.push(format!("{} – {}", end(from_ms), end(to_ms)));
        }
        if scope.is_empty() {
            scope.push(words.hold_everything.to_owned());
        }
        let (standing, standing_class) = match hold.standing {
            Standing::InForce => (words.hold_in_force, "warn"),
            Standing::Ended => (words.hold_ended, "off"),
            Standing::Lifted => (words.hold_lifted, "off"),
        };
        let township = &hold.new.township;
        let lift_href = (hold.standing == Standing::InForce && may_lift(township))
            .then(|| format!("/holds/{township}/{}/lift", hold.number));
        Self {
            number: hold.number,
            township: township.to_string(),
            scope,
            placed: format!("{} · {}", hold.placed_by, time::minute(hold.placed_ms)),
            until: hold.new.until_ms.map(time::minute),
            standing,
            standing_class,
            lifted: hold.lifted.map(|it| format!("{} · {} · {}", it.by, time::minute(it.at_ms), it.reason)),
            lift_href,
            document: hold.new.document,
            reason: hold.new.reason,
        }
    }
}

impl RunRowHtml {
    fn new(row: RunRow) -> Self {
        let mib = |bytes: u64| format!("{:.1} MiB", bytes as f64 / 1_048_576.0);
        Self {
            run: row.run,
            time: time::minute(row.at_ms),
            township: row.township.to_string(),
            kind: row.kind.to_string(),
            rule: row.rule,
            days: row.days,
            events: row.events,
            pictures: format!("{} ({})", row.pictures, mib(row.bytes)),
            received: row.received_ms.map_or_else(String::new, |(from_ms, to_ms)| {
                format!("{} – {}", time::minute(from_ms), time::minute(to_ms))
            }),
            held: row.held,
        }
    }
}
