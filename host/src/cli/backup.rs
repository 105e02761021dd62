//! `xueliang backup`, `xueliang backup-key` and `xueliang restore`: a data folder as one encrypted file, and back.

use std::path::PathBuf;

use age::secrecy::ExposeSecret;
use anyhow::Context;
use xl_model::clock::Clock;

use crate::app::clock::SystemClock;
use crate::app::write_private;
use crate::backup;
use crate::backup::BackupError;
use crate::backup::Lock;
use crate::backup::Source;
use crate::backup::Unlock;
use crate::config::Config;

/// A backup to take.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// 备份文件 · the new file
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// 公钥，可多次 · a public key (age1…) whose secret one opens it, may stand several times
    #[arg(long, value_name = "KEY", required_unless_present = "passphrase_file", conflicts_with = "passphrase_file")]
    recipient: Vec<String>,
    /// 口令文件（至少 16 个字符）· file with a passphrase of at least 16 characters
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// A key to make.
#[derive(Debug, clap::Args)]
pub(super) struct KeyArguments {
    /// 私钥文件，须离线保管 · where the secret key goes: keep it away from the hub
    file: PathBuf,
}

/// A backup to make a data folder of.
#[derive(Debug, clap::Args)]
pub(super) struct RestoreArguments {
    /// 备份文件 · the backup
    file: PathBuf,
    /// 新数据目录，须为空 · the data folder to make; must be empty or not there
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
    /// 私钥文件 · file with the secret key
    #[arg(long, value_name = "FILE", required_unless_present = "passphrase_file", conflicts_with = "passphrase_file")]
    identity: Option<PathBuf>,
    /// 口令文件 · file with the passphrase
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
}

/// Takes a backup.
pub(super) fn execute(config: &Config, file: Option<PathBuf>, arguments: Arguments) -> anyhow::Result<()> {
    let lock = match &arguments.passphrase_file {
        Some(file) => Lock::passphrase(file),
        None => Lock::recipients(&arguments.recipient),
    };
    let source = Source { data: config.hub.data.clone(), config: file };
    let taken = runtime()?.block_on(async { backup::take(&source, &arguments.to, lock?, SystemClock.now_ms()).await });
    let taken = taken.map_err(coded)?;
    println!("已备份 · backed up: {} ({} 个文件 · files, {} B)", arguments.to.display(), taken.files, taken.bytes);
    tell_missing(&taken.missing);
    Ok(())
}

/// Makes a key.
pub(super) fn make_key(arguments: &KeyArguments) -> anyhow::Result<()> {
    let file = &arguments.file;
    if file.exists() {
        return Err(coded(BackupError::Exists { path: file.clone() }));
    }
    let (secret, public) = backup::new_key();
    let text = format!("# public key: {public}\n{}\n", secret.expose_secret());
    write_private(file, text.as_bytes())
        .map_err(|source| coded(BackupError::NotWritten { path: file.clone(), source }))?;
    println!("私钥已写入（请离线保管，丢失则备份无法恢复）· secret key, keep it off the hub: {}", file.display());
    println!("公钥 · public key, for --recipient: {public}");
    Ok(())
}

/// Makes a data folder of a backup.
pub(super) fn restore(arguments: &RestoreArguments) -> anyhow::Result<()> {
    let unlock = match (&arguments.identity, &arguments.passphrase_file) {
        (Some(file), _) => Unlock::identities(file),
        (None, Some(file)) => Unlock::passphrase(file),
        (None, None) => Err(BackupError::Key { what: "the key", rule: "--identity or --passphrase-file" }),
    };
    let restored = runtime()?.block_on(async { backup::restore(&arguments.file, &arguments.to, unlock?).await });
    let restored = restored.map_err(coded)?;
    println!("已恢复并逐一校验 · restored, every file compared: {} ({})", arguments.to.display(), restored.files);
    tell_missing(&restored.missing);
    if restored.has_config {
        println!("原配置 · the configuration lies in {}", arguments.to.join("config.toml").display());
    }
    println!("原令牌和会话全部失效，新管理令牌 · the old token and all sessions have ended, the new admin token:");
    println!("    {}", restored.token);
    Ok(())
}

fn tell_missing(missing: &[xl_model::id::Digest]) {
    if !missing.is_empty() {
        println!(
            "注意：{0} 个图片或插件在备份前已丢失或损坏 · note: {0} pictures or plugins were gone before",
            missing.len()
        );
        for sha256 in missing.iter().take(20) {
            println!("    {sha256}");
        }
    }
}

/// With its code, so that `xueliang explain` knows it.
fn coded(error: BackupError) -> anyhow::Error {
    let code = error.code();
    anyhow::Error::from(error).context(code.to_string())
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")
}
