//! What an import said, for the person who typed it.

use anyhow::bail;
use serde_json::Value;

use super::hub::text;

/// Prints every fault of a dry run.
///
/// # Errors
/// When there is one.
pub(super) fn faults(report: &Value) -> anyhow::Result<()> {
    let faults = report.get("faults").and_then(Value::as_array).cloned().unwrap_or_default();
    for fault in &faults {
        let line = fault.get("line").and_then(Value::as_u64).unwrap_or_default();
        println!("{line}: {} {} · {}", text(fault, "column"), text(fault, "zh"), text(fault, "en"));
    }
    if !faults.is_empty() {
        bail!("表格有 {0} 处错误，未导入 · the table has {0} faults, nothing was taken", faults.len());
    }
    Ok(())
}

/// Prints what was taken, or would be.
pub(super) fn counts(report: &Value, dry_run: bool) {
    let count = |name| report.get(name).and_then(Value::as_u64).unwrap_or_default();
    let (added, changed, unchanged) = (count("added"), count("changed"), count("unchanged"));
    let done = if dry_run { "检查通过 · nothing wrong" } else { "已导入 · taken" };
    println!("{done}: 新增 · new {added}, 修改 · changed {changed}, 未变 · unchanged {unchanged}");
    let second_person = count("second_person");
    if second_person > 0 {
        println!(
            "已确认类别的更改须第二人同意 {second_person} 处 · classes that need a second person: {second_person}; an import \
             keeps these wishes and takes nothing before"
        );
    }
    for place in report.get("doubted").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        println!("注意：{place} 不是当前有效的区划代码 · note: {place} is no valid place today");
    }
}
