//! `xueliang credential`: what the hub shows to hosts on behalf of modules, sealed in its data folder, also while it runs.
//!
//! The value comes from standard input, never from the command line, which others on the machine can read.

use std::io::IsTerminal as _;
use std::io::Read as _;

use anyhow::Context;
use xl_model::clock::Clock;
use xl_model::grant::is_credential_name;
use zeroize::Zeroizing;

use super::coded;
use crate::app::clock::SystemClock;
use crate::app::credentials;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 设置凭据：从标准输入读取一行并封存 · seal one line of standard input as a credential
    Set {
        /// 名称，即模块授权中所写的 · its name, as grants of modules say it
        #[arg(value_parser = valid_name)]
        name: String,
    },
    /// 列出凭据名称 · list the names
    List,
    /// 删除凭据 · remove a credential
    Remove {
        /// 名称 · its name
        #[arg(value_parser = valid_name)]
        name: String,
    },
}

/// Does it in the data folder.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    let data = &config.hub.data;
    match command {
        Command::Set { name } => {
            let value = line()?;
            runtime()?.block_on(credentials::set(data, &name, &value, SystemClock.now_ms())).map_err(coded)?;
            println!("已封存，从下一次请求起使用 · sealed, used from the next request on: {name}");
            if let Some(file) = credentials::plain_file(data, &name) {
                println!("明文文件仍在，请删除 · the plain file is still there, delete it: rm {}", file.display());
            }
        }
        Command::List => {
            for kept in credentials::list(data).map_err(coded)? {
                let name = kept.name;
                if kept.is_sealed {
                    println!("{name}");
                } else {
                    println!(
                        "{name}  明文文件，不会读取 · a plain file, not read: `xueliang credential set {name} < FILE`, \
                         then delete it"
                    );
                }
            }
        }
        Command::Remove { name } => {
            runtime()?.block_on(credentials::remove(data, &name, SystemClock.now_ms())).map_err(coded)?;
            println!("已删除 · removed: {name}");
        }
    }
    Ok(())
}

fn valid_name(text: &str) -> Result<String, String> {
    let rule = "1 至 64 个字母、数字、-、_ · 1 to 64 of A-Z, a-z, 0-9, `-`, `_`";
    if is_credential_name(text) { Ok(text.to_owned()) } else { Err(rule.to_owned()) }
}

/// All of standard input, as far as a value may be long; whether it is one line is seen when it is set.
fn line() -> anyhow::Result<Zeroizing<String>> {
    // With the line break, and one byte more: what is too long is then refused, not cut.
    let most = credentials::MAX_BYTES + 3;
    let input = std::io::stdin();
    if input.is_terminal() {
        eprintln!("输入一行后按回车和 Ctrl-D（屏幕上可见）· type one line, Enter and Ctrl-D; it shows on the screen:");
    }
    // As much room as it takes: what grows leaves its old place behind, unwiped.
    let mut line = Zeroizing::new(String::with_capacity(most + 1));
    let read = input.lock().take(most as u64).read_to_string(&mut line);
    read.context("读不到标准输入，或不是文本 · standard input not read, or no text")?;
    Ok(line)
}

fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_is_no_argument() {
        assert_eq!(valid_name("weather-2"), Ok("weather-2".to_owned()));
        for wrong in ["", "..", "a/b", "a.sealed", "天气"] {
            assert!(valid_name(wrong).unwrap_err().contains("1 to 64"), "{wrong}");
        }
    }
}
