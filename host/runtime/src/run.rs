//! Running: one call, one fresh sandbox, limits around it.

use std::sync::Arc;

use xl_model::batch::Batch;
use xl_model::batch::Outcome;
use xl_model::batch::Stop;
use xl_model::block::FormErrors;
use xl_model::block::Page;
use xl_model::clock::TimestampMs;
use xl_model::effect::Answer;
use xl_model::effect::Effects;
use xl_model::effect::LogLine;
use xl_model::id::ModuleKey;
use xl_model::link::LinkId;
use xl_model::picture::PictureRef;

use crate::Plugin;
use crate::port::Ports;

mod act;
mod answer;
mod budget;
mod granted;
mod handle;
mod page;
mod sandbox;
mod stop;
mod view;
mod viewer;

pub use answer::Answered;
pub use answer::Asked;
pub use answer::Reply;
pub use budget::Budget;
pub use granted::Granted;
pub use viewer::Viewer;

/// Who runs, with what it was granted. Nothing in here comes from the guest.
#[derive(Clone)]
pub struct Context {
    /// Township and plugin.
    pub module: ModuleKey,
    /// JSON text of its settings.
    pub settings: Arc<str>,
    /// What it may see and do, asked at each call.
    pub grants: Granted,
    /// What it may read.
    pub ports: Ports,
    /// Counts pictures and fetches per minute over all runs of the module.
    pub budget: Arc<Budget>,
    /// In a replay: what the host answered then ([`Effects::answers`]); cameras and hosts are not asked again.
    pub recorded: Option<Arc<Vec<Answer>>>,
}

/// Which page somebody opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// A page of the manifest.
    pub page: String,
    /// JSON object of strings.
    pub query: String,
    /// `zh` or `en`.
    pub locale: String,
    /// The public link that opens it; none: somebody who is signed in.
    pub link: Option<LinkId>,
    /// Who looks; nobody known by a public link.
    pub viewer: Option<Viewer>,
    /// The time now.
    pub now_ms: TimestampMs,
}

/// Which button somebody pressed.
#[derive(Debug, Clone, PartialEq)]
pub struct Press {
    /// Where.
    pub visit: Visit,
    /// The form's action.
    pub action: String,
    /// JSON object of strings.
    pub form: String,
    /// The pictures that the form names: the run may publish them without opening them.
    pub pictures: Vec<PictureRef>,
    /// Seeds the run's randomness; random for each press, recorded with the `page.action` event.
    pub seed: u64,
}

/// Where to go after an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// A page of the manifest.
    pub page: String,
    /// JSON object of strings.
    pub query: String,
}

/// Why there is no page, or why an action was refused.
#[derive(Debug, Clone, PartialEq)]
pub enum PageFault {
    /// No such page or action, nothing to show.
    NotFound,
    /// The form is wrong.
    Invalid(FormErrors),
    /// The guest says something else.
    Other(String),
    /// What the guest returned is not a page of the vocabulary. Code XL0611.
    BadPage(String),
    /// The run was stopped.
    Stopped(Stop),
}

/// What a page call gave.
#[derive(Debug, Clone)]
pub struct Viewed {
    /// The page, or why there is none.
    pub page: Result<Page, PageFault>,
    /// What the guest logged.
    pub log: Vec<LogLine>,
}

/// What an action gave.
#[derive(Debug, Clone)]
pub struct Acted {
    /// Where to go, or why it was refused; effects count only with `Ok`.
    pub done: Result<Done, PageFault>,
    /// What the guest wanted and logged. Publications carry cause 0: the action's event has no number yet.
    pub effects: Effects,
    /// CPU time, as for [`Handled`].
    pub cpu_us: u64,
    /// Pictures that it was handed; 0 when it was refused or failed.
    pub pictures: u32,
}

/// What a run of a batch gave.
#[derive(Debug, Clone)]
pub struct Handled {
    /// How it ended. Its effects carry no log: that stands beside it.
    pub outcome: Outcome,
    /// What the guest logged; also when it failed.
    pub log: Vec<LogLine>,
    /// CPU time of the guest and of what the host did for it, without the ports, in microseconds.
    pub cpu_us: u64,
    /// Pictures that it was handed; 0 when it failed.
    pub pictures: u32,
}

impl Plugin {
    /// Handles a batch in a fresh sandbox. Never fails: whatever happens is an [`Outcome`].
    pub async fn handle(&self, context: &Context, batch: &Batch) -> Handled {
        handle::run(self, context, batch).await
    }

    /// Draws a page in a fresh sandbox.
    pub async fn view(&self, context: &Context, visit: Visit) -> Viewed {
        view::run(self, context, visit).await
    }

    /// Acts on a pressed button in a fresh sandbox.
    pub async fn act(&self, context: &Context, press: Press) -> Acted {
        act::run(self, context, press).await
    }

    /// Answers a program in a fresh sandbox.
    pub async fn answer(&self, context: &Context, asked: Asked) -> Answered {
        answer::run(self, context, asked).await
    }
}
