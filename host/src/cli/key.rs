//! `xueliang key`: the keys of a hub that is stopped.

use anyhow::Context;
use xl_model::clock::Clock;

use crate::app;
use crate::app::clock::SystemClock;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 更换摄像机密码的封存密钥（须先停止枢纽）· seal the passwords of cameras with a new key; stop the hub first
    Rotate,
}

/// Does it in the data folder.
pub(super) fn execute(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Command::Rotate = command;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    let count = runtime.block_on(app::rotate_key(&config.hub.data, SystemClock.now_ms()))?;
    println!("已更换密钥，{count} 个密码已重新封存；旧备份仍用旧密钥 · a new key, {count} passwords sealed with it");
    println!("请重新备份 · take a backup now: `xueliang backup`");
    Ok(())
}
