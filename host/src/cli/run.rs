//! `xueliang run` and `xueliang bridge`: the hub, until Ctrl-C or SIGTERM.

use std::sync::Arc;

use anyhow::Context;
use anyhow::bail;
use rustix::process::Resource;
use rustix::process::Rlimit;
use rustix::process::getrlimit;
use rustix::process::setrlimit;
use tokio::signal::unix::SignalKind;
use tokio::signal::unix::signal;
use tracing::warn;

use super::coded;
use crate::app;
use crate::app::clock::SystemClock;
use crate::config::Config;

/// How to run.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

/// Runs the hub; an error of a stage ends it with a reason.
pub(super) fn execute(config: Config, _arguments: Arguments) -> anyhow::Result<()> {
    app::logging::start(&config.log);
    raise_file_limit(config.mqtt.max_clients);
    forbid_core_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let hub = app::start(config, Arc::new(SystemClock)).await.map_err(coded)?;
        greet(&hub);
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM not watched")?;
        let ended = tokio::select! {
            failure = hub.failed() => Err(failure),
            _ = tokio::signal::ctrl_c() => Ok(()),
            _ = terminate.recv() => Ok(()),
        };
        hub.stop().await;
        ended.map_err(coded)
    })
}

/// Runs the hub as a bridge of another one.
pub(super) fn bridge(config: Config, arguments: Arguments) -> anyhow::Result<()> {
    let Some(uplink) = &config.uplink else {
        bail!("配置中没有 [uplink]，参见 config/edge.toml · the configuration has no [uplink]; see config/edge.toml");
    };
    println!("上级枢纽 · the hub above: {} ({})", uplink.url, uplink.bridge);
    execute(config, arguments)
}

/// Takes as many open files as the system lets us: each camera is one, and many shells begin with 1,024.
fn raise_file_limit(clients: usize) {
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let most = if raised.is_ok() { limit.maximum } else { limit.current };
    if most.is_some_and(|most| most < clients as u64) {
        warn!(limit = most, clients, "fewer open files are allowed than mqtt.max_clients may need: raise LimitNOFILE");
    }
}

/// What is opened of seals lies in memory: a crash must not write it to a disk.
fn forbid_core_files() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if setrlimit(Resource::Core, none).is_err() {
        warn!("core files could not be switched off: set LimitCORE=0");
    }
}

fn greet(hub: &app::Hub) {
    println!("雪亮+ 已启动 · Xueliang+ is serving at http://{}", hub.http());
    if let Some(mqtt) = hub.mqtt() {
        println!("设备接入 · devices connect to mqtt://{mqtt}");
    }
    if let Some(mqtts) = hub.mqtts() {
        println!("加密接入 · with TLS to mqtts://{mqtts}");
    }
    let Some(first) = hub.first() else { return };
    if let Some(key) = &first.key {
        println!("接口密钥（只显示一次，也在 {0}）· API key (shown once, also in {0}):", hub.token_file().display());
        println!("    {key}");
    }
    println!("首次登录（30 分钟内有效，仅一次）· first sign-in, within 30 minutes, once:");
    println!("    {} / {}", first.account, first.password);
}
