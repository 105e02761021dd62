//! Who looks, as everybody is told it: how often for what, and what each module may see.

use std::collections::BTreeMap;

use xl_model::camera::Camera;
use xl_model::camera::LegalClass;
use xl_model::grant::CameraSelector;
use xl_model::id::TownshipId;
use xl_model::manifest::Text;
use xl_model::module::Module;
use xl_model::module::ModuleState;
use xl_model::picture::PictureLevel;
use xl_store::audit::LookCount;
use xl_store::modules::Plugin;

use super::Count;

/// Looks of a month for one purpose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthLooks {
    /// `2026-11`.
    pub month: String,
    /// Code of the purpose.
    pub purpose: String,
    /// Looks of persons, and of their programs.
    pub by_persons: u64,
    /// Looks of modules.
    pub by_modules: u64,
}

/// What a module may see, for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModuleShown {
    /// Where it is enabled.
    pub township: TownshipId,
    /// What the plugin is called.
    pub name: Text,
    /// Why it asks for cameras, hosts and public pages, in the plugin's words; only of what it was granted.
    pub reasons: Vec<Text>,
    /// How many cameras it may know of.
    pub cameras: Count,
    /// The highest picture level.
    pub level: PictureLevel,
    /// What it may look at cameras for, by code.
    pub purposes: Vec<String>,
    /// Hosts outside that it may fetch from.
    pub hosts: Vec<String>,
    /// How many hosts inside the county's own networks it may fetch from; their names are nobody's business.
    pub private_hosts: usize,
    /// Whether it may open pages to the public.
    pub links: bool,
}

/// Adds up looks by month and purpose.
pub(super) fn by_month(counts: Vec<LookCount>, named: impl Fn(&str) -> String) -> Vec<MonthLooks> {
    let mut looks = BTreeMap::<(std::cmp::Reverse<String>, String), (u64, u64)>::new();
    for count in counts {
        let (persons, modules) = looks.entry((std::cmp::Reverse(count.month), named(&count.purpose))).or_default();
        *(if count.by_module { modules } else { persons }) += count.looks;
    }
    let told = |((month, purpose), (by_persons, by_modules)): ((std::cmp::Reverse<String>, String), (u64, u64))| {
        MonthLooks { month: month.0, purpose, by_persons, by_modules }
    };
    looks.into_iter().map(told).collect()
}

/// What is enabled in townships whose codes begin with one of `known_as`.
pub(super) fn modules(
    modules: Vec<Module>,
    plugins: &[Plugin],
    cameras: &[Camera],
    known_as: &[String],
    named: impl Fn(&str) -> String,
) -> Vec<ModuleShown> {
    let is_here = |module: &&Module| known_as.iter().any(|known| module.key.township.as_str().starts_with(known));
    let enabled = modules.iter().filter(|module| module.state != ModuleState::Disabled).filter(is_here);
    let mut shown: Vec<ModuleShown> = enabled
        .filter_map(|module| {
            let plugin = plugins.iter().find(|plugin| plugin.digest == module.digest)?;
            Some(told(module, plugin, cameras, &named))
        })
        .collect();
    shown.sort_by(|a, b| (&a.township, &a.name.zh).cmp(&(&b.township, &b.name.zh)));
    shown
}

fn told(module: &Module, plugin: &Plugin, cameras: &[Camera], named: impl Fn(&str) -> String) -> ModuleShown {
    let (grants, asks) = (&module.grants, &plugin.manifest.asks);
    let seen = cameras
        .iter()
        .filter(|camera| camera.key.township == module.key.township && grants.cameras.allows(&camera.key.camera));
    let seen: Vec<&Camera> = seen.collect();
    let count = seen.len() as u64;
    let is_private = seen.iter().any(|camera| camera.class == LegalClass::NonPublic);
    let camera_reason = asks.cameras.as_ref().filter(|_| grants.cameras != CameraSelector::None);
    let reasons = [
        camera_reason.map(|ask| &ask.reason),
        asks.http.as_ref().filter(|_| !grants.http.is_empty()).map(|ask| &ask.reason),
        asks.links.as_ref().filter(|_| grants.links).map(|ask| &ask.reason),
        asks.cases.as_ref().filter(|_| grants.cases).map(|ask| &ask.reason),
    ];
    let mut purposes: Vec<String> = grants.purposes.iter().map(|code| named(code)).collect();
    purposes.dedup();
    ModuleShown {
        township: module.key.township.clone(),
        name: plugin.manifest.name.clone(),
        reasons: reasons.into_iter().flatten().cloned().collect(),
        cameras: if is_private { Count::rounded(count) } else { Count::public(count) },
        level: grants.picture_level,
        purposes,
        hosts: grants.http.iter().filter(|host| !host.private).map(|host| host.host.clone()).collect(),
        private_hosts: grants.http.iter().filter(|host| host.private).count(),
        links: grants.links,
    }
}
