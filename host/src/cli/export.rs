//! `xueliang export`: whether a file of pictures is what a hub gave out. Needs neither hub nor network.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use anyhow::Context;
use anyhow::bail;

use crate::export::archive;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 校验调取文件（不联网）· compare each byte of a file with its list of hashes; no network
    Verify {
        /// 调取文件 · the file, such as 371122102-E18.tar
        file: PathBuf,
        /// 枢纽登记的 SHA-256 · the hash that the hub wrote down for it
        #[arg(long)]
        sha256: Option<String>,
    },
}

/// Does it.
pub(super) fn execute(command: Command) -> anyhow::Result<()> {
    let Command::Verify { file, sha256 } = command;
    let input = File::open(&file).with_context(|| format!("`{}` cannot be opened", file.display()))?;
    let found = match archive::verify(BufReader::new(input)) {
        Ok(found) => found,
        Err(why) => bail!("文件已被改动或损坏 · the file was changed or is damaged: {why} ({})", archive::ALTERED),
    };
    if let Some(sha256) = sha256.filter(|sha256| !sha256.eq_ignore_ascii_case(&found.sha256)) {
        bail!(
            "不是枢纽登记的文件 · not the file that the hub wrote down: {} is not {sha256} ({})",
            found.sha256,
            archive::ALTERED
        );
    }
    let manifest = &found.manifest;
    println!(
        "完好 · whole: {}, {} 张图片 · pictures, {} 张未列入 · left out",
        manifest.export,
        manifest.pictures.len(),
        manifest.left_out.len()
    );
    println!("SHA-256 {}", found.sha256);
    Ok(())
}
