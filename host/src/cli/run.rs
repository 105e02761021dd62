//! `xueliang run`: the hub, until Ctrl-C or SIGTERM.

use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;

use crate::app;
use crate::app::clock::SystemClock;
use crate::config::Config;

/// How to run.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

/// Runs the hub; an error of a stage ends it with a reason.
pub(super) fn execute(config: Config, _arguments: Arguments) -> anyhow::Result<()> {
    app::logging::start(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let hub = app::start(config, Arc::new(SystemClock)).await?;
        greet(&hub);
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM not watched")?;
        let ended = tokio::select! {
            failure = hub.failed() => Err(failure),
            _ = tokio::signal::ctrl_c() => Ok(()),
            _ = terminate.recv() => Ok(()),
        };
        hub.stop().await;
        ended.map_err(Into::into)
    })
}

fn greet(hub: &app::Hub) {
    println!("雪亮+ 已启动 · Xueliang+ is serving at http://{}", hub.http());
    if let Some(mqtt) = hub.mqtt() {
        println!("设备接入 · devices connect to mqtt://{mqtt}");
    }
    if let Some(token) = hub.first_token() {
        println!(
            "管理令牌（只显示一次，也在 {0}）· admin token (shown once, also in {0}):",
            hub.token_file().display()
        );
        println!("    {token}");
    }
}
