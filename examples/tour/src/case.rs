//! The ordinary way of a case, step by step, each by whoever takes it.

use anyhow::ensure;
use serde_json::Value;
use serde_json::json;

use crate::cast::Cast;

/// How many steps lead to the work on the spot, which needs no photo yet.
pub const TO_WORK: usize = 5;

/// Takes the first `steps` steps of at most eight: the last three are feedback with `photo`, check, closing.
///
/// # Errors
/// When a step is refused or leads elsewhere.
pub async fn go(cast: &Cast, case: &str, photo: Option<&str>, steps: usize) -> anyhow::Result<()> {
    let way = [
        (&cast.grid, json!({"name": "verify"}), "verifying"),
        (&cast.desk, json!({"name": "file"}), "filed"),
        (&cast.desk, json!({"name": "dispatch", "unit": "sanitation"}), "dispatched"),
        (&cast.unit, json!({"name": "accept"}), "accepted"),
        (&cast.unit, json!({"name": "start"}), "processing"),
        (&cast.unit, json!({"name": "feedback", "note": "已清理", "pictures": [photo]}), "feedback"),
        (&cast.grid, json!({"name": "check"}), "checking"),
        (&cast.desk, json!({"name": "close", "note": "现场已清理"}), "closed"),
    ];
    for (who, mut step, expected) in way.into_iter().take(steps) {
        let seen: Value = who.read(&format!("cases/{case}")).await?;
        step["revision"] = seen["revision"].clone();
        let moved: Value = who.send(&format!("cases/{case}/steps"), &step).await?;
        ensure!(moved["stage"] == expected, "after {step} the case must be `{expected}`: {moved}");
    }
    Ok(())
}
