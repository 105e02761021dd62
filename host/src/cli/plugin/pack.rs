//! Packing: plugin.toml becomes the manifest inside the component.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::Value;
use xl_model::manifest::Manifest;

/// Packs `component` with the manifest of `folder` into `out`, and checks the result.
pub(super) fn pack(folder: &Path, component: &Path, out: &Path) -> anyhow::Result<Manifest> {
    let manifest = manifest(folder)?;
    let component = super::read(component)?;
    let packed = xl_runtime::package::pack(&component, &manifest)?;
    xl_runtime::package::check(&packed)?;
    if let Some(parent) = out.parent() {
        fs::create_dir_all(parent).with_context(|| format!("`{}` not made", parent.display()))?;
    }
    fs::write(out, packed).with_context(|| format!("写不了文件 · `{}` not written", out.display()))?;
    Ok(manifest)
}

/// Reads plugin.toml; a `settings_schema` that names a file is replaced by the file's JSON.
fn manifest(folder: &Path) -> anyhow::Result<Manifest> {
    let file = folder.join("plugin.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("读不到清单 · `{}` not read", file.display()))?;
    let mut json: Value = toml::from_str(&text).with_context(|| format!("`{}` is not TOML", file.display()))?;
    if let Some(Value::String(name)) = json.get("settings_schema") {
        let file = folder.join(name);
        let schema = fs::read_to_string(&file).with_context(|| format!("`{}` not read", file.display()))?;
        json["settings_schema"] =
            serde_json::from_str(&schema).with_context(|| format!("`{}` is not JSON", file.display()))?;
    }
    serde_json::from_value(json).with_context(|| format!("清单有误 · `{}` is wrong", file.display()))
}
