//! `xueliang plugin new`: the smallest plugin worth copying, in a folder of its own.

use std::fs;
use std::path::Path;

use anyhow::Context;
use anyhow::bail;
use xl_model::id::PluginId;

const MANIFEST: &str = include_str!("../../../../examples/hello-plugin/plugin.toml");
const CODE: &str = include_str!("../../../../examples/hello-plugin/src/lib.rs");

/// Makes `folder`; its name becomes the plugin's id.
pub(super) fn make(folder: &Path, sdk: &Path) -> anyhow::Result<()> {
    let name = folder.file_name().and_then(|name| name.to_str()).context("目录没有名称 · the folder has no name")?;
    let id: PluginId = name.parse().context("目录名不能作插件号 · the folder's name is no plugin id")?;
    if folder.exists() {
        bail!("目录已存在 · `{}` exists already", folder.display());
    }
    let sdk = sdk.canonicalize().with_context(|| format!("没有 SDK · no SDK at `{}`", sdk.display()))?;
    fs::create_dir_all(folder.join("src")).with_context(|| format!("`{}` not made", folder.display()))?;
    let write =
        |file: &str, text: String| fs::write(folder.join(file), text).with_context(|| format!("`{file}` not written"));
    write("Cargo.toml", package(&id, &sdk))?;
    write("plugin.toml", MANIFEST.replace("hello-plugin", id.as_str()))?;
    write("src/lib.rs", CODE.to_owned())?;
    let (folder, crate_name) = (folder.display(), id.as_str().replace('-', "_"));
    println!("已建立 · made {folder}; 下一步 · next:");
    println!("  cd {folder} && cargo build --release --target wasm32-wasip2");
    println!("  xueliang plugin pack . --component target/wasm32-wasip2/release/{crate_name}.wasm --out {id}.wasm");
    Ok(())
}

/// A package that stands on its own, outside every workspace.
fn package(id: &PluginId, sdk: &Path) -> String {
    format!(
        "[package]\nname = \"{id}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [lib]\n# The component, and a library for native tests.\ncrate-type = [\"cdylib\", \"rlib\"]\n\n\
         [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\nxl-plugin = {{ path = {sdk:?} }}\n"
    )
}
