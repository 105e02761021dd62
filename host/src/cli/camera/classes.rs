//! `xueliang camera class`: legal classes at a running hub, and what waits for a second person.

use serde_json::Value;
use serde_json::json;
use xl_model::camera::CameraKey;

use super::super::hub::Body;
use super::super::hub::Hub;
use super::super::hub::text;
use crate::config::Config;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(in crate::cli) enum Command {
    /// 列出等待第二人同意的更改 · list what waits for a second person, the oldest first
    List {
        #[command(flatten)]
        hub: Hub,
    },
    /// 更改类别；已确认的由第二人作出同样更改后生效 · change a class; one that a person has said when a second one says the same
    Change {
        #[command(flatten)]
        wished: Wished,
        /// 理由，更改已确认的类别时必填 · why; needed where a person has said the class
        #[arg(long)]
        reason: Option<String>,
    },
    /// 同意他人提出的更改 · agree to what somebody else wants
    Approve(Wished),
    /// 拒绝或撤回更改 · refuse a wish, or withdraw one's own
    Refuse(Wished),
}

/// A class for a camera.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Wished {
    /// 摄像机 · `{township}/{camera}`
    camera: CameraKey,
    /// 类别 · public-security, other-public-place or non-public
    class: String,
    #[command(flatten)]
    hub: Hub,
}

/// Does it at the running hub.
pub(super) fn execute(config: &Config, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { hub } => {
            for wish in hub.get(config, "class-wishes")?.as_array().into_iter().flatten() {
                println!("{}", line(wish));
            }
        }
        Command::Change { wished: Wished { camera, class, hub }, reason } => {
            let change = json!({"cameras": [camera.to_string()], "set": {"class": class}, "reason": reason});
            hub.patch(config, "cameras", change)?;
            println!("已更改 · changed: {camera} {class}");
        }
        Command::Approve(Wished { camera, class, hub }) => {
            hub.ask(config, &format!("cameras/{camera}/class/approve"), Body::Json(json!({"to": class})))?;
            println!("已同意并更改 · agreed and changed: {camera} {class}");
        }
        Command::Refuse(Wished { camera, class, hub }) => {
            hub.ask(config, &format!("cameras/{camera}/class/refuse"), Body::Json(json!({"to": class})))?;
            println!("已拒绝 · refused: {camera} {class}");
        }
    }
    Ok(())
}

fn line(wish: &Value) -> String {
    let camera = format!("{}/{}", text(wish, "township"), text(wish, "camera"));
    let rest = ["from", "to", "by", "asked_at", "lapses_at", "reason"].map(|name| text(wish, name)).join("\t");
    format!("{camera}\t{rest}")
}
