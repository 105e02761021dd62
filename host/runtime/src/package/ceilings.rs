//! What any plugin may ask for at most.

use xl_model::manifest::Ceilings;
use xl_model::manifest::Limits;
use xl_model::manifest::Manifest;

use crate::RuntimeError;
use crate::engine::MAX_TABLE_ELEMENTS;

/// The hub's own ceilings, by limit name; an operator may lower them.
///
/// Far above what the plugins of this project need (their defaults), low enough that one module does not starve a hub of
/// two cores.
pub fn ceilings() -> Ceilings {
    let most = Limits {
        batch_events: 1_024,
        cpu_ms: 60_000,
        wall_ms: 120_000,
        memory_mib: 1_024,
        table_elements: MAX_TABLE_ELEMENTS,
        handles: 4_096,
        effects: 16_384,
        effect_bytes: 16 * 1024 * 1024,
        host_calls: 1_000_000,
        log_lines: 2_000,
        pictures_per_minute: 6_000,
        fetches_per_minute: 600,
        records_mib: 10_240,
        events_per_day: 10_000_000,
    };
    most.named().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Whether what the manifest asks for lies within `ceilings`; a limit without a ceiling is free.
///
/// # Errors
/// The first limit that is zero or above its ceiling.
pub fn within(manifest: &Manifest, ceilings: &Ceilings) -> Result<(), RuntimeError> {
    for (name, asked) in manifest.limits.named() {
        let most = ceilings.get(name).copied().unwrap_or(u64::MAX);
        if asked == 0 && !MAY_BE_NOTHING.contains(&name) || asked > most {
            let detail = format!("limits.{name} is {asked}, allowed is 1 to {most}");
            return Err(RuntimeError::Manifest { detail });
        }
    }
    Ok(())
}

/// Limits whose zero means: none of it.
const MAY_BE_NOTHING: [&str; 7] = [
    "effects",
    "effect_bytes",
    "log_lines",
    "pictures_per_minute",
    "fetches_per_minute",
    "records_mib",
    "events_per_day",
];
