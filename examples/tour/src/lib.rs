//! Walks every main path of the four modules through the API and the pages of a running hub.
//!
//! It knows nothing of the hub's inside: people with accounts of their own press buttons ([`desk`]), programs call, a smart
//! camera reports. Each path is a file that reads like its procedure; [`trail`] tells each step and stops at the first that
//! answers otherwise than expected.

pub mod case;
pub mod cast;
pub mod city;
pub mod cli;
pub mod day;
pub mod desk;
pub mod figures;
pub mod modules;
pub mod patience;
pub mod photo;
pub mod poverty_relief;
pub mod produce_trace;
pub mod sanitation;
pub mod trail;

use std::fs;
use std::path::Path;

use anyhow::Context;
use simulated_county::hub::Hub;
use simulated_county::say::Say;
use simulated_county::setup;

use crate::cast::Cast;
use crate::cli::Options;
use crate::trail::Trail;

/// Walks all paths in each township, then tells the figures.
///
/// # Errors
/// When a step answers otherwise than expected, in a sentence that names it.
pub async fn run(options: &Options) -> anyhow::Result<()> {
    let say = Say::default();
    let token = fs::read_to_string(&options.token_file)
        .with_context(|| format!("reading the admin token from {}", options.token_file.display()))?;
    let hub = Hub::new(&options.hub, token.trim())?;
    setup::wait_for(&hub, &say).await?;
    modules::enable(&hub, &options.townships, options.plugins.as_deref(), &say).await?;
    if options.once.as_deref().is_some_and(Path::exists) {
        return Ok(());
    }
    for township in &options.townships {
        let cast = Cast::gather(&hub, township, &options.people, &say).await?;
        day::seed(&cast, options.seed, &say).await.with_context(|| format!("an ordinary day of {township}"))?;
        let mut trail = Trail::new(say.clone());
        walk(&cast, &mut trail).await.with_context(|| format!("township {township}, after {}", trail.last()))?;
        figures::tell(&cast, &say).await.with_context(|| format!("the figures of {township}"))?;
        say.line(&format!("{township}：{} 步全部符合预期", trail.steps()), "every step answered as expected");
    }
    match &options.once {
        Some(file) => fs::write(file, "").with_context(|| format!("writing {}", file.display())),
        None => Ok(()),
    }
}

async fn walk(cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
    produce_trace::walk(cast, trail).await?;
    city::walk(cast, trail).await?;
    sanitation::walk(cast, trail).await?;
    poverty_relief::walk(cast, trail).await
}
