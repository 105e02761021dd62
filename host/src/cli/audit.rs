//! `xueliang audit`: whether the audit log is what was written, and its rows for other programs.
//!
//! `verify` reads a data folder and writes nothing, asks no hub and no network. `export` asks a running hub, which records
//! that it was asked.

use std::path::Path;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;
use serde_json::Value;
use xl_model::audit::checkpoint::Public;
use xl_model::audit::checkpoint::Statement;
use xl_model::audit::verify::Sound;
use xl_store::audit::archive::Archive;

use super::hub::Hub;
use crate::audit::checkpoints;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 检验审计日志是否被改动（只读，不联网）· tell whether the audit log is what was written; reads only, no network
    Verify {
        /// 检查点文件 · file of checkpoints; the configured one by default
        #[arg(long, value_name = "FILE")]
        checkpoints: Option<PathBuf>,
        /// 公钥（64 位十六进制）或其文件 · public key as 64 hex digits, or a file with it; keys/audit.pub by default
        #[arg(long, value_name = "PUBLIC")]
        key: Option<String>,
    },
    /// 导出审计日志，每行一条 JSON，新的在前 · write the rows as JSON lines, newest first
    Export {
        /// 操作人 · only of this person or program
        #[arg(long)]
        who: Option<String>,
        /// 操作 · only this action, such as camera.register or camera.*
        #[arg(long)]
        action: Option<String>,
        /// 起始时间 · only at or after this time, RFC 3339
        #[arg(long)]
        from: Option<String>,
        /// 截止时间 · only before this time, RFC 3339
        #[arg(long)]
        to: Option<String>,
        #[command(flatten)]
        hub: Hub,
    },
}

/// Does it.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Verify { checkpoints, key } => {
            let data = &config.hub.data;
            let configured = || config.audit.checkpoints.clone().unwrap_or_else(|| data.join(checkpoints::FILE));
            let key = key.unwrap_or_else(|| data.join("keys/audit.pub").display().to_string());
            let signed = statements(&checkpoints.unwrap_or_else(configured), &key)?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let sound = runtime.block_on(verify(data, &signed))?;
            println!("审计日志完整 · the audit log is sound: {} 行 · rows", sound.rows);
            println!("最后一行 · last row: {}", sound.last);
            println!("已签名至 · signed up to row: {}", sound.signed);
            Ok(())
        }
        Command::Export { who, action, from, to, hub } => {
            let said = [("who", who), ("action", action), ("from", from), ("to", to)];
            let filter: String =
                said.into_iter().filter_map(|(name, value)| Some(format!("&{name}={}", encoded(&value?)))).collect();
            let mut before = String::new();
            loop {
                let page = hub.get(config, &format!("audit?limit=1000{filter}{before}"))?;
                for row in page.get("rows").and_then(Value::as_array).into_iter().flatten() {
                    println!("{row}");
                }
                let Some(next) = page.get("next").and_then(Value::as_u64) else { return Ok(()) };
                before = format!("&before={next}");
            }
        }
    }
}

/// What was signed about a log.
fn statements(file: &Path, key: &str) -> anyhow::Result<Vec<Statement>> {
    let key = match key.parse::<Public>() {
        Ok(key) => key,
        Err(_) => std::fs::read_to_string(key)
            .with_context(|| format!("公钥读取失败 · no public key, and no file with one: `{key}`"))?
            .parse::<Public>()
            .with_context(|| format!("不是公钥 · `{key}`"))?,
    };
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("XL0944 检查点文件读取失败 · checkpoints not read from `{}`", file.display()))?;
    let read = key.read(&text);
    read.with_context(|| format!("XL0944 检查点不可信 · checkpoints of `{}` cannot be trusted", file.display()))
}

/// Reads the whole log.
async fn verify(folder: &Path, signed: &[Statement]) -> anyhow::Result<Sound> {
    let mut archive = Archive::open(folder).await?;
    let answer = archive.verify(signed).await;
    archive.close().await;
    match answer? {
        Ok(sound) if sound.rows > 0 && signed.is_empty() => {
            bail!(
                "XL0944 没有任何检查点，只能看出链条完整 · there is no checkpoint: the chain of {} rows holds in itself, \
                 which proves little",
                sound.rows
            )
        }
        Ok(sound) => Ok(sound),
        Err(fault) => {
            let seq = fault.first_bad();
            bail!(
                "XL0942 审计日志被改动，从第 {seq} 行起不可信 · the audit log cannot be trusted from row {seq} on: {fault}"
            )
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
