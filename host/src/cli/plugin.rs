//! `xueliang plugin`: from a folder to a plugin that runs.

mod new;
mod pack;
mod sign;

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
    /// 生成发布者密钥 · make a publisher's key
    Keygen {
        /// 私钥文件，须妥善保管 · where the secret key goes: whoever has it publishes in your name
        file: PathBuf,
    },
    /// 签名 · sign a packed plugin
    Sign {
        /// 打包后的插件 · the packed plugin
        file: PathBuf,
        /// 私钥文件 · the publisher's secret key
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// 签名文件，默认与插件同名加 .sig · where the signature goes; beside the plugin by default
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// 列出已安装的插件及发布者 · list installed plugins with their publishers
    List {
        #[command(flatten)]
        hub: Hub,
    },
    /// 安装到运行中的枢纽 · install at a running hub
    Install {
        /// 打包后的插件 · the packed plugin
        file: PathBuf,
        /// 签名文件，默认取插件旁的 .sig · its signature; the `.sig` file beside it by default
        #[arg(long, value_name = "FILE")]
        signature: Option<PathBuf>,
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
            say_asks(&manifest);
            println!("清单与组件一致 · the manifest covers every import");
            Ok(())
        }
        Command::Keygen { file } => {
            let public = sign::make_key(&file)?;
            println!("私钥已写入（请妥善保管）· secret key, keep it: {}", file.display());
            println!("公钥 · public key, for [[plugins.publisher]] of each hub:");
            println!("    {public}");
            Ok(())
        }
        Command::Sign { file, key, out } => {
            let (signature, out) = sign::sign(&file, &key, out)?;
            let signed = &signature.statement;
            println!("已签名 · signed {} {} → {}", signed.plugin, signed.version, out.display());
            Ok(())
        }
        Command::List { hub } => list(config, &hub),
        Command::Install { file, signature, hub } => {
            let signature = sign::of(&file, signature.as_deref())?;
            let answer = hub.ask(config, "plugins", Body::Component(read(&file)?, signature))?;
            println!("已安装 · installed, digest {}", text(&answer, "digest"));
            match text(&answer, "publisher") {
                "" => println!("未签名（开发模式）· not signed: this hub is for development"),
                publisher => println!("发布者 · published by {publisher}"),
            }
            Ok(())
        }
    }
}

fn list(config: &Config, hub: &Hub) -> anyhow::Result<()> {
    let plugins = hub.get(config, "plugins")?;
    for plugin in plugins.as_array().into_iter().flatten() {
        let publisher = match (text(plugin, "publisher"), text(plugin, "refused")) {
            ("", "") => "未签名 unsigned",
            ("", refused) => refused,
            (publisher, _) => publisher,
        };
        let (id, version, digest) = (text(plugin, "id"), text(plugin, "version"), text(plugin, "digest"));
        println!("{id}\t{version}\t{publisher}\t{}\t{digest}", text(plugin, "installed_at"));
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("读不到文件 · `{}` not read", file.display()))
}

/// What a plugin asks for and why, in both languages.
pub(super) fn say_asks(manifest: &Manifest) {
    println!("{} {} — {} · {}", manifest.id, manifest.version, manifest.name.zh, manifest.name.en);
    let asks = &manifest.asks;
    let lines = [
        asks.cameras.as_ref().map(|ask| ("摄像机 · cameras", &ask.reason)),
        asks.http.as_ref().map(|ask| ("网络 · http", &ask.reason)),
        asks.links.as_ref().map(|ask| ("公开链接 · links", &ask.reason)),
        asks.cases.as_ref().map(|ask| ("案卷 · cases", &ask.reason)),
    ];
    for (what, reason) in lines.into_iter().flatten() {
        println!("  {what}: {} · {}", reason.zh, reason.en);
    }
}
