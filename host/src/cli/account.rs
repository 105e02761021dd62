//! `xueliang account`: who may sign in, with which roles; a one-time password is shown this once.

use serde_json::Value;
use serde_json::json;
use xl_model::id::AccountName;
use xl_model::people::held::Held;
use xl_model::people::member::Member;
use xl_model::people::reach::Reach;

use super::hub::Body;
use super::hub::Hub;
use super::hub::text;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// 列出账号 · list accounts
    List {
        #[command(flatten)]
        hub: Hub,
    },
    /// 新建账号并给出一次性密码 · make an account and show its one-time password
    Add {
        /// 用户名：小写字母、数字、-、_ · the name to sign in with
        name: AccountName,
        /// 姓名与职务 · the person's name and office
        #[arg(long)]
        title: String,
        /// 账号所属：* 或区划代码 · where the account belongs: `*` or a division code
        #[arg(long, value_name = "PLACE")]
        reach: Reach,
        /// 角色@区划代码，可重复 · a role at a place, such as operator@371122102; repeatable
        #[arg(long = "role", value_name = "ROLE@PLACE")]
        roles: Vec<Held>,
        #[command(flatten)]
        hub: Hub,
    },
    /// 设定账号的全部角色 · say all roles of an account
    Roles {
        /// 用户名 · the account
        name: AccountName,
        /// 角色@区划代码，可重复；不写则收回全部 · a role at a place; none takes all
        #[arg(long = "role", value_name = "ROLE@PLACE")]
        roles: Vec<Held>,
        #[command(flatten)]
        hub: Hub,
    },
    /// 设定账号所属的全部责任单位：只办理本单位及下级单位的案卷 · say all units of an account: it handles their cases only
    Units {
        /// 用户名 · the account
        name: AccountName,
        /// 单位@区划代码，可重复；不写则不属于任何单位，办理全部单位的案卷 · a unit at a place; none: handles those of all units
        #[arg(long = "unit", value_name = "UNIT@PLACE")]
        units: Vec<Member>,
        #[command(flatten)]
        hub: Hub,
    },
    /// 重置密码：给出一次性密码，原密码、动态验证码、会话失效 · give a new one-time password
    Password {
        /// 用户名 · the account
        name: AccountName,
        #[command(flatten)]
        hub: Hub,
    },
    /// 关联统一身份认证中的身份，会话失效 · link an account to who the person is at the configured provider
    Link {
        /// 用户名 · the account
        name: AccountName,
        /// 身份标识，登录页会显示给未关联的人 · what the provider calls the person; its sign-in shows it to who is not linked
        #[arg(long)]
        subject: String,
        #[command(flatten)]
        hub: Hub,
    },
    /// 取消关联，会话失效 · take the link away; its sessions end
    Unlink {
        /// 用户名 · the account
        name: AccountName,
        #[command(flatten)]
        hub: Hub,
    },
    /// 停用账号，会话与接口密钥立即失效 · forbid an account; its sessions and keys end
    Disable {
        /// 用户名 · the account
        name: AccountName,
        #[command(flatten)]
        hub: Hub,
    },
    /// 启用账号 · let an account sign in again
    Enable {
        /// 用户名 · the account
        name: AccountName,
        #[command(flatten)]
        hub: Hub,
    },
}

/// Does it at the running hub.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { hub } => {
            for account in hub.get(config, "accounts")?.as_array().into_iter().flatten() {
                let state = if account["enabled"] == true { "" } else { "  已停用 · disabled" };
                let units = match held_in(account, "units", "unit").as_str() {
                    "—" => String::new(),
                    units => format!("  [{units}]"),
                };
                let roles = held_in(account, "roles", "role");
                println!("{}  {roles}{units}  {}{state}", text(account, "name"), text(account, "title"));
            }
        }
        Command::Add { name, title, reach, roles, hub } => {
            let new = json!({"name": name, "title": title, "reach": reach, "roles": roles});
            one_time(&hub.ask(config, "accounts", Body::Json(new))?);
        }
        Command::Roles { name, roles, hub } => {
            hub.put(config, &format!("accounts/{name}/roles"), json!({"roles": roles}))?;
            println!("{name}: {}", held_in(&hub.get(config, &format!("accounts/{name}"))?, "roles", "role"));
        }
        Command::Units { name, units, hub } => {
            hub.put(config, &format!("accounts/{name}/units"), json!({"units": units}))?;
            println!("{name}: {}", held_in(&hub.get(config, &format!("accounts/{name}"))?, "units", "unit"));
        }
        Command::Password { name, hub } => {
            one_time(&hub.ask(config, &format!("accounts/{name}/password"), Body::Json(json!({})))?);
        }
        Command::Link { name, subject, hub } => {
            hub.put(config, &format!("accounts/{name}/openid"), json!({"subject": subject}))?;
            let account = hub.get(config, &format!("accounts/{name}"))?;
            println!("已关联 · linked: {name} = {} @ {}", subject, text(&account["openid"], "issuer"));
        }
        Command::Unlink { name, hub } => {
            hub.delete(config, &format!("accounts/{name}/openid"))?;
            println!("已取消关联 · no longer linked: {name}");
        }
        Command::Disable { name, hub } => {
            hub.ask(config, &format!("accounts/{name}/disable"), Body::Json(json!({})))?;
            println!("已停用 · disabled: {name}");
        }
        Command::Enable { name, hub } => {
            hub.ask(config, &format!("accounts/{name}/enable"), Body::Json(json!({})))?;
            println!("已启用 · enabled: {name}");
        }
    }
    Ok(())
}

fn one_time(answer: &Value) {
    println!("用户名 · user name:             {}", text(answer, "name"));
    println!("一次性密码 · one-time password: {}", text(answer, "one_time_password"));
    println!("30 分钟内登录一次并设置自己的密码 · sign in once within 30 minutes and set one of your own");
}

/// Roles or units of an account, each with its place; a dash where there are none.
fn held_in(account: &Value, list: &str, what: &str) -> String {
    let all = account[list].as_array().into_iter().flatten();
    let written: Vec<String> = all.map(|held| format!("{}@{}", text(held, what), text(held, "reach"))).collect();
    if written.is_empty() { "—".to_owned() } else { written.join(" ") }
}
