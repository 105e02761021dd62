//! `xueliang key`: the keys of a hub that is stopped.

use anyhow::Context;
use xl_model::clock::Clock;

use super::coded;
use crate::app;
use crate::app::Rotated;
use crate::app::clock::SystemClock;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 更换密码和凭据的封存密钥（须先停止枢纽）· seal passwords and credentials with new keys; stop the hub first
    Rotate,
}

/// Does it in the data folder.
pub(super) fn execute(config: &Config, command: &Command) -> anyhow::Result<()> {
    let Command::Rotate = command;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    let rotated = runtime.block_on(app::rotate_key(&config.hub.data, SystemClock.now_ms())).map_err(coded)?;
    let Rotated { passwords, credentials } = rotated;
    println!(
        "已更换密钥，{passwords} 个密码、{credentials} 个凭据已重新封存；旧备份仍用旧密钥 · new keys, {passwords} passwords and \
         {credentials} credentials sealed with them"
    );
    println!("请重新备份 · take a backup now: `xueliang backup`");
    Ok(())
}
