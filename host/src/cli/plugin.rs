//! `xueliang plugin`: from a folder to a plugin that runs.

mod new;
mod pack;

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use xl_model::manifest::Manifest;

use super::hub::Body;
use super::hub::Hub;
use super::hub::text;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 新建插件 · make a folder with a small plugin that works
    New {
        /// 目录，也是插件号 · the folder; its name becomes the plugin's id
        folder: PathBuf,
        /// SDK 路径 · path of the SDK (plugins/sdk of the hub's sources)
        #[arg(long, value_name = "FOLDER")]
        sdk: PathBuf,
    },
    /// 打包 · put plugin.toml into the component
    Pack {
        /// 插件目录 · the plugin's folder, with plugin.toml
        folder: PathBuf,
        /// 组件 · the component as cargo built it
        #[arg(long, value_name = "FILE")]
        component: PathBuf,
        /// 输出 · where the packed plugin goes
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// 检查 · compare the manifest with what the component really imports
    Check {
        /// 打包后的插件 · the packed plugin
        file: PathBuf,
    },
    /// 安装到运行中的枢纽 · install at a running hub
    Install {
        /// 打包后的插件 · the packed plugin
        file: PathBuf,
        #[command(flatten)]
        hub: Hub,
    },
}

/// Does it.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::New { folder, sdk } => new::make(&folder, &sdk),
        Command::Pack { folder, component, out } => {
            let manifest = pack::pack(&folder, &component, &out)?;
            println!("已打包 · packed {} {} → {}", manifest.id, manifest.version, out.display());
            Ok(())
        }
        Command::Check { file } => {
            let manifest = xl_runtime::package::check(&read(&file)?)?;
            report(&manifest);
            Ok(())
        }
        Command::Install { file, hub } => {
            let answer = hub.ask(config, "plugins", Body::Component(read(&file)?))?;
            println!("已安装 · installed, digest {}", text(&answer, "digest"));
            Ok(())
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("读不到文件 · `{}` not read", file.display()))
}

fn report(manifest: &Manifest) {
    println!("{} {} — {} · {}", manifest.id, manifest.version, manifest.name.zh, manifest.name.en);
    let asks = &manifest.asks;
    let lines = [
        asks.cameras.as_ref().map(|ask| ("摄像机 · cameras", &ask.reason)),
        asks.http.as_ref().map(|ask| ("网络 · http", &ask.reason)),
        asks.links.as_ref().map(|ask| ("公开链接 · links", &ask.reason)),
    ];
    for (what, reason) in lines.into_iter().flatten() {
        println!("  {what}: {} · {}", reason.zh, reason.en);
    }
    println!("清单与组件一致 · the manifest covers every import");
}
