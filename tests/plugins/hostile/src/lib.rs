//! The plugin that the tests of the sandbox run: its settings say how it misbehaves.
//!
//! Not an example: what stands in `misdeeds.rs` is what a hub must survive. `deeds.rs` is what it does when it behaves.

mod deeds;
mod misdeeds;

use serde::Deserialize;
use xl_plugin::Batch;
use xl_plugin::CallsError;
use xl_plugin::Done;
use xl_plugin::Failure;
use xl_plugin::PagesError;
use xl_plugin::Plugin;
use xl_plugin::Press;
use xl_plugin::Request;
use xl_plugin::Response;
use xl_plugin::Visit;
use xl_plugin::page::Page;
use xl_plugin::settings;

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Behaviour {
    #[default]
    WellBehaved,
    EndlessLoop,
    MemoryBomb,
    Recursion,
    TrapOnEveryEvent,
    TrapOnOneEvent,
    LogFlood,
    EffectsFlood,
    EffectBytesFlood,
    GiantString,
    HostCallFlood,
    HandleGrowth,
    SelfCausing,
    Sleep,
    SlowHost,
    OutputFlood,
    Retry,
    Reject,
    Probe,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    behaviour: Behaviour,
    /// How many handles are taken before it returns.
    handles: Option<u32>,
}

/// The plugin.
struct Hostile;

xl_plugin::export!(Hostile);

impl Plugin for Hostile {
    fn handle(batch: Batch) -> Result<(), Failure> {
        let settings: Settings = settings::get()?;
        match settings.behaviour {
            Behaviour::WellBehaved => deeds::handle(&batch),
            Behaviour::EndlessLoop => misdeeds::endless_loop(),
            Behaviour::MemoryBomb => misdeeds::memory_bomb(),
            Behaviour::Recursion => misdeeds::recursion(),
            Behaviour::TrapOnEveryEvent => misdeeds::trap(),
            Behaviour::TrapOnOneEvent => misdeeds::trap_on_one_event(&batch),
            Behaviour::LogFlood => misdeeds::log_flood(),
            Behaviour::EffectsFlood => misdeeds::effects_flood(),
            Behaviour::EffectBytesFlood => misdeeds::effect_bytes_flood(),
            Behaviour::GiantString => misdeeds::giant_string(),
            Behaviour::HostCallFlood => misdeeds::host_call_flood(),
            Behaviour::HandleGrowth => misdeeds::handle_growth(settings.handles),
            Behaviour::SelfCausing => misdeeds::self_causing(&batch),
            Behaviour::Sleep => misdeeds::sleep(),
            Behaviour::SlowHost => misdeeds::slow_host(),
            Behaviour::OutputFlood => misdeeds::output_flood(),
            Behaviour::Retry => Err(Failure::Retry(Some(1_500))),
            Behaviour::Reject => Err(Failure::Reject("no\u{1b}[31m".to_owned())),
            Behaviour::Probe => deeds::probe(&batch),
        }
    }

    fn view(visit: Visit) -> Result<Page, PagesError> {
        deeds::view(&visit)
    }

    fn act(press: Press) -> Result<Done, PagesError> {
        deeds::act(&press)
    }

    fn answer(call: Request) -> Result<Response, CallsError> {
        deeds::answer(&call)
    }
}
