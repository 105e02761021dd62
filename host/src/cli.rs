//! The command line: arguments in, exit code out.
//!
//! Exit codes: 0 done · 1 failed · 2 wrong arguments · 78 wrong configuration (`EX_CONFIG` of sysexits.h).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the person who typed it")]

mod account;
mod audit;
mod backup;
mod camera;
mod compile_component;
mod credential;
mod device;
mod explain;
mod export;
mod hold;
mod hub;
mod key;
mod module;
mod place;
mod plugin;
mod report;
mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use clap::Subcommand;

use crate::api::fault_pages;
use crate::api::language::Language;
use crate::app::AppError;
use crate::config::Config;

/// 雪亮+ 县域摄像机插件枢纽 · Xueliang+, the plugin hub for county cameras
#[derive(Debug, Parser)]
#[command(name = "xueliang", version, about, disable_help_subcommand = true)]
struct Arguments {
    /// 配置文件 · configuration file; without it the embedded defaults hold
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// 数据目录 · data folder, in place of the configured one
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 启动枢纽 · start the hub
    Run(run::Arguments),
    /// 启动网桥：接入内网摄像机，转发给上级枢纽 · start a bridge: the hub above is in `[uplink]`
    Bridge(run::Arguments),
    /// 备份（枢纽运行时亦可）· back up the data folder into one encrypted file, also while the hub runs
    Backup(backup::Arguments),
    /// 生成备份密钥 · make a key for backups
    BackupKey(backup::KeyArguments),
    /// 从备份恢复 · make a data folder of a backup
    Restore(backup::RestoreArguments),
    /// 检查配置 · check the configuration and say every mistake
    Check,
    /// 解释故障码 · explain a fault code such as XL0203
    Explain(explain::Arguments),
    /// 插件打包、检查、签名、安装 · make, pack, check, sign and install plugins
    #[command(subcommand)]
    Plugin(plugin::Command),
    /// 模块：按乡镇启用、升级、批准、停用、用量 · modules of townships at a running hub
    #[command(subcommand)]
    Module(Box<module::Command>),
    /// 账号与角色：新建、授权、重置密码、停用 · accounts and roles at a running hub
    #[command(subcommand)]
    Account(account::Command),
    /// 更换密钥 · the keys of a hub that is stopped
    #[command(subcommand)]
    Key(key::Command),
    /// 模块访问外部主机所用的凭据：设置、列出、删除 · what the hub shows to hosts for modules: set, list, remove
    #[command(subcommand)]
    Credential(credential::Command),
    /// 登记摄像机：单台、表格导入导出 · the register of cameras at a running hub
    #[command(subcommand)]
    Camera(camera::Command),
    /// 区划：列出、查看、导入 · the places of the county at a running hub
    #[command(subcommand)]
    Place(place::Command),
    /// 依法留存：列出、新增、解除，以及到期清理记录 · holds, and what retention removed, at a running hub
    #[command(subcommand)]
    Hold(hold::Command),
    /// 图像调取文件校验 · whether a file of pictures is what a hub gave out
    #[command(subcommand)]
    Export(export::Command),
    /// 登记设备 · register devices at a running hub
    #[command(subcommand)]
    Device(device::Command),
    /// 审计日志：检验、导出 · the audit log: verify, export
    #[command(subcommand)]
    Audit(audit::Command),
    /// Compiles a component in a process of its own; called by the hub.
    #[command(hide = true)]
    CompileComponent(compile_component::Arguments),
}

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(wrong) => {
            // Writing to a closed terminal is nobody's loss.
            let _ = wrong.print();
            return ExitCode::from(if wrong.use_stderr() { 2 } else { 0 });
        }
    };
    if let Command::CompileComponent(arguments) = &arguments.command {
        return outcome(compile_component::execute(arguments));
    }
    // One TLS provider for the whole process; a second call would mean that somebody else installed one first.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("TLS 初始化失败 · another TLS provider was installed first");
        return ExitCode::FAILURE;
    }
    let config = match Config::load(arguments.config.as_deref(), arguments.data.clone()) {
        Ok(config) => config,
        Err(mistakes) => {
            eprintln!("{mistakes}");
            return ExitCode::from(78);
        }
    };
    match arguments.command {
        Command::Run(arguments) => outcome(run::execute(config, arguments)),
        Command::Bridge(arguments) => outcome(run::bridge(config, arguments)),
        Command::Backup(wanted) => outcome(backup::execute(&config, arguments.config, wanted)),
        Command::BackupKey(wanted) => outcome(backup::make_key(&wanted)),
        Command::Restore(wanted) => outcome(backup::restore(&wanted)),
        Command::Check => {
            println!("配置正确 · the configuration is in order");
            ExitCode::SUCCESS
        }
        Command::Explain(arguments) => outcome(explain::execute(&arguments)),
        Command::Plugin(command) => outcome(plugin::execute(&config, command)),
        Command::Module(command) => outcome(module::execute(&config, *command)),
        Command::Account(command) => outcome(account::execute(&config, command)),
        Command::Key(command) => outcome(key::execute(&config, &command)),
        Command::Credential(command) => outcome(credential::execute(&config, command)),
        Command::Camera(command) => outcome(camera::execute(&config, command)),
        Command::Place(command) => outcome(place::execute(&config, command)),
        Command::Hold(command) => outcome(hold::execute(&config, command)),
        Command::Export(command) => outcome(export::execute(command)),
        Command::Device(command) => outcome(device::execute(&config, command)),
        Command::Audit(command) => outcome(audit::execute(&config, command)),
        Command::CompileComponent(_) => ExitCode::FAILURE,
    }
}

fn outcome(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("失败 · failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// With its code and title, so that whoever reads neither English nor the source knows what to look up.
fn coded(error: AppError) -> anyhow::Error {
    let code = error.code();
    let title = fault_pages::of(code)
        .map(|page| format!(" {} · {}", page.title(Language::Chinese), page.title(Language::English)));
    anyhow::Error::from(error).context(format!("{code}{}", title.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SUP-5.
    #[test]
    fn a_start_that_is_refused_says_its_code_and_what_to_do_in_both_languages() {
        let refused = coded(AppError::Exposed { path: "data/keys/people.key".into(), mode: 0o644 });
        let said = format!("{refused:#}");
        for part in ["XL0318 ", "对他人开放", "open to others", "0644", "`chmod 600 data/keys/people.key`"] {
            assert!(said.contains(part), "{said}");
        }
    }
}
