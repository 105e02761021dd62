//! A module and what waits for it, as the API shows them.

use serde::Serialize;
use serde_json::Value;
use xl_model::cloud_event::rfc3339;
use xl_model::fault::Code;
use xl_model::grant::Grants;
use xl_model::module::ModuleState;

use crate::api::problem::Problem;
use crate::dispatch::Modules;
use crate::dispatch::Status;
use crate::dispatch::Waiting;
use crate::rights::Figures;

/// A module as it is shown.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ModuleView {
    /// Nine digits.
    township: String,
    /// Id of the plugin.
    plugin: String,
    /// Version of the build that runs.
    version: String,
    /// Name of the plugin, `{"zh", "en"}`.
    #[schema(value_type = Object)]
    name: Value,
    /// The build that runs.
    digest: String,
    /// Who vouches for that build; nothing: nobody whom this hub trusts.
    publisher: Option<String>,
    /// What a rollback returns to.
    previous: Option<String>,
    /// `running`, `suspended` or `disabled`.
    #[schema(value_type = String, example = "running")]
    state: ModuleState,
    /// Why it is suspended.
    reason: Option<String>,
    /// Its settings.
    #[schema(value_type = Object)]
    settings: Value,
    /// What it may see and do.
    #[schema(value_type = GrantsShape)]
    grants: Grants,
    /// Everything up to this event is handled.
    cursor: u64,
    /// Events after the cursor.
    behind: u64,
    /// When it was enabled, RFC 3339.
    enabled_at: String,
    /// Runs since the start of the hub.
    runs: u64,
    /// Events handled since the start of the hub.
    handled: u64,
    /// Runs that failed since the start of the hub.
    failed_runs: u64,
    /// The last failure since the start of the hub.
    last_failure: Option<FailureView>,
    /// Events it could not handle.
    dead_letters: u64,
    /// CPU time since the start of the hub, in microseconds.
    cpu_us: u64,
    /// How long its records are kept.
    records: Vec<RecordsView>,
    /// The upgrade that waits for an approval.
    waiting: Option<WaitingView>,
}

/// How long this hub keeps the records of a collection.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RecordsView {
    /// The collection.
    collection: String,
    /// Days after a record was written last; nothing: until the module deletes it.
    keep_days: Option<u32>,
}

/// A failure in words.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FailureView {
    /// Its code.
    #[schema(value_type = String, example = "XL0609")]
    code: Code,
    /// What happened.
    detail: String,
}

/// What a module may see and do in its township; what is left out is not granted.
#[derive(utoipa::ToSchema)]
#[schema(as = Grants)]
#[expect(dead_code, reason = "documents the form of xl_model::grant::Grants")]
pub(crate) struct GrantsShape {
    /// `"none"`, `"all"` or `{"only": ["camera-id"]}`.
    #[schema(value_type = Object, example = "all")]
    cameras: Value,
    /// `none`, `metric`, `masked` or `raw`.
    #[schema(example = "masked")]
    picture_level: String,
    /// Hosts it may fetch from: `{"host", "plain", "private", "credential"}`.
    #[schema(value_type = Vec<Object>)]
    http: Vec<Value>,
    /// Whether it may open pages to the public.
    links: bool,
    /// Whether it may open cases that people work on.
    cases: bool,
    /// What it may look at cameras for; the first is what its pages are looked at for.
    #[schema(example = json!(["traceability"]))]
    purposes: Vec<String>,
    /// Number of the impact assessment; needed where it uses cameras of public places, at whatever level.
    #[schema(example = "PIA-2026-007")]
    assessment: Option<String>,
    /// Less than the plugin's own limits: `{"pictures_per_minute", "fetches_per_minute", "cpu_ms", "records_mib",
    /// "events_per_day"}`, each may be left out.
    #[schema(value_type = Option<Object>, example = json!({"pictures_per_minute": 60}))]
    quotas: Option<Value>,
}

impl ModuleView {
    /// A module with what is said elsewhere about its build and what waits for it.
    pub(crate) async fn of(modules: &Modules, figures: &Figures, status: Status) -> Result<Self, Problem> {
        let build = modules.installed(&status.module.digest).await?;
        let waiting = modules.waiting(&status.module).await?.map(WaitingView::from);
        let kept = figures.records_kept(&build.manifest).into_iter();
        let Status { module, behind, runs, handled, failed_runs, last_failure, dead_letters, cpu_us } = status;
        Ok(Self {
            township: module.key.township.to_string(),
            plugin: module.key.plugin.to_string(),
            version: build.manifest.version.clone(),
            name: serde_json::json!({ "zh": build.manifest.name.zh, "en": build.manifest.name.en }),
            digest: module.digest.to_string(),
            publisher: modules.standing(&build).publisher().map(str::to_owned),
            previous: module.previous.map(|digest| digest.to_string()),
            state: module.state,
            reason: module.reason,
            settings: module.settings,
            grants: module.grants,
            cursor: module.cursor,
            behind,
            enabled_at: rfc3339(module.enabled_ms),
            runs,
            handled,
            failed_runs,
            last_failure: last_failure.map(|(code, detail)| FailureView { code, detail }),
            dead_letters,
            cpu_us,
            records: kept.map(|(collection, keep_days)| RecordsView { collection, keep_days }).collect(),
            waiting,
        })
    }
}

/// An upgrade that asks for more than what runs, and waits for an approval.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct WaitingView {
    /// The build.
    digest: String,
    /// Its version.
    version: String,
    /// Who vouches for it.
    publisher: Option<String>,
    /// What it asks for beyond what runs, with the plugin's reason: `{"zh", "en"}` each.
    #[schema(value_type = Vec<Object>)]
    more: Vec<Value>,
    /// Settings that come with it; nothing: those that hold.
    #[schema(value_type = Option<Object>)]
    settings: Option<Value>,
    /// Grants that come with it; nothing: those that hold.
    #[schema(value_type = Option<GrantsShape>)]
    grants: Option<Grants>,
    /// Who wanted it.
    asked_by: String,
    /// When, RFC 3339.
    asked_at: String,
}

impl From<Waiting> for WaitingView {
    fn from(waiting: Waiting) -> Self {
        let more = waiting.more.into_iter().map(|text| serde_json::json!({"zh": text.zh, "en": text.en}));
        Self {
            digest: waiting.build.digest.to_string(),
            version: waiting.build.manifest.version,
            publisher: waiting.standing.publisher().map(str::to_owned),
            more: more.collect(),
            settings: waiting.settings,
            grants: waiting.grants,
            asked_by: waiting.asked_by,
            asked_at: rfc3339(waiting.asked_ms),
        }
    }
}
